"""The stream: the same bytes every time, one view of the database, and the connection given back."""

import hashlib
import json
import threading
from typing import Any

import pytest
from django.db import DataError, connection

from annotator.assignments.models import Campaign
from annotator.chains.models import Chain
from annotator.exports.formats import WRITERS
from annotator.exports.lines import Line, lines_in
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.reading import reading
from annotator.exports.streaming import CHUNK_BYTES, stream
from tests.exported import exported
from tests.graded import grade_chains, graded_campaign
from tests.makers import line, make_campaign
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
NATIVE = ExportQuery()


@pytest.fixture
def campaign() -> Campaign:
    """Twelve chains of 30 KB, so that an export has several chunks; one is tied, one without an outcome."""
    lines = [
        line(f"{number}/a", "x" * 30_000, "end", final_answer_correct=None if number == 3 else True)
        for number in range(12)
    ]
    campaign = graded_campaign(lines, {"ada": {}, "ben": {}})
    words = {f"{number}/a": ["good", "bad" if number % 2 else "okay"] for number in range(12)}
    grade_chains(campaign, annotator="ada", words=words)
    grade_chains(campaign, annotator="ben", words={"0/a": ["bad", "bad"]})
    return campaign


def export(campaign: Campaign, format_name: str = "native", *, with_trailer: bool = True) -> bytes:
    return exported(campaign, with_trailer=with_trailer, format=format_name)


def lines_of(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(text) for text in content.decode().split("\n")[:-1]]


def test_the_same_grades_give_the_same_bytes(campaign: Campaign) -> None:
    for format_name in WRITERS:
        assert export(campaign, format_name) == export(campaign, format_name)


@pytest.mark.parametrize(
    ("format_name", "rows", "left_out"),
    [
        ("native", 12, {}),
        ("trl", 11, {"undecided": 1}),
        ("processbench", 10, {"outcome_unknown": 1, "undecided": 1}),
    ],
)
def test_the_trailer_counts_and_hashes_the_lines_before_it(
    campaign: Campaign, format_name: str, rows: int, left_out: dict[str, int]
) -> None:
    bare = export(campaign, format_name, with_trailer=False)
    whole = export(campaign, format_name)
    assert whole.startswith(bare)
    assert lines_of(whole[len(bare) :]) == [
        {"trailer": {"rows": rows, "sha256": hashlib.sha256(bare).hexdigest(), "left_out": left_out}}
    ]
    assert len(lines_of(bare)) == rows


def test_nothing_graded_gives_an_empty_export_that_says_so() -> None:
    campaign = make_campaign()
    trailer = {"rows": 0, "sha256": hashlib.sha256(b"").hexdigest(), "left_out": {}}
    for format_name in WRITERS:
        assert export(campaign, format_name, with_trailer=False) == b""
        assert lines_of(export(campaign, format_name)) == [{"trailer": trailer}]


def test_the_first_line_goes_out_alone_and_chunks_end_with_a_line(campaign: Campaign) -> None:
    chunks = list(stream(campaign=campaign, query=NATIVE, with_trailer=False))
    assert chunks[0].count(b"\n") == 1
    assert len(chunks) >= 4
    assert all(chunk.endswith(b"\n") for chunk in chunks)
    assert all(len(chunk) < CHUNK_BYTES + 35_000 for chunk in chunks)


def test_the_first_line_needs_few_queries(campaign: Campaign, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14) as captured:
        next(iter(stream(campaign=campaign, query=NATIVE, with_trailer=False)))
    assert not [query for query in captured.captured_queries if "LIMIT 1000" in query["sql"]]


def test_a_grade_saved_in_the_middle_does_not_show(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.exports.rows.reading.FIRST_BATCH", 1)
    monkeypatch.setattr("annotator.exports.rows.reading.BATCH", 2)
    before = export(campaign)
    running = stream(campaign=campaign, query=NATIVE, with_trailer=True)
    first = next(running)
    words = {"11/a": ["bad", "bad"], "1/a": ["bad", "bad"]}
    assert all_at_once([lambda: grade_chains(campaign, annotator="ben", words=words)]) == [None]
    assert first + b"".join(running) == before
    assert export(campaign) != before


def test_nothing_can_be_written_within_a_stream(campaign: Campaign) -> None:
    running = stream(campaign=campaign, query=NATIVE, with_trailer=False)
    next(running)
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
    running.close()
    assert not connection.in_atomic_block


def test_fifty_exports_cut_short_leave_the_pool_as_it_was(campaign: Campaign) -> None:
    size = connection.settings_dict["OPTIONS"]["pool"]["max_size"]

    def cut_short() -> None:
        running = stream(campaign=campaign, query=NATIVE, with_trailer=False)
        next(running)
        running.close()

    for _ in range(7):
        assert all_at_once([cut_short] * min(size - 1, 7)) == [None] * min(size - 1, 7)
    stats = connection.pool.get_stats()  # type: ignore[attr-defined]
    # This test's own connection is out; every other one that was made is back.
    assert stats["pool_available"] == stats["pool_size"] - 1
    assert stats.get("requests_errors", 0) == 0


def test_an_export_that_is_never_begun_takes_no_connection(campaign: Campaign) -> None:
    running = stream(campaign=campaign, query=NATIVE, with_trailer=False)
    running.close()
    assert not connection.in_atomic_block


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("export-reader")]


def test_a_reader_that_reads_ahead_ends_with_its_export(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.exports.rows.reading.FIRST_BATCH", 1)
    monkeypatch.setattr("annotator.exports.rows.reading.BATCH", 2)
    for format_name in ("native", "prm800k"):
        running = stream(campaign=campaign, query=ExportQuery(format=format_name), with_trailer=False)
        next(running)
        next(running)
        assert len(readers()) == 1
        running.close()
        assert readers() == []
        assert not connection.in_atomic_block
        b"".join(stream(campaign=campaign, query=ExportQuery(format=format_name), with_trailer=False))
        assert readers() == []


def test_what_a_reader_fails_with_ends_the_export(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.exports.rows.reading.FIRST_BATCH", 1)
    monkeypatch.setattr("annotator.exports.rows.reading.BATCH", 2)
    running = stream(campaign=campaign, query=NATIVE, with_trailer=True)
    next(running)
    monkeypatch.setattr("annotator.exports.rows.reading.TEXTS", "SELECT 1 / (length(%s) * 0)")
    with pytest.raises(DataError):
        b"".join(running)
    assert readers() == []
    assert not connection.in_atomic_block


def test_ranges_of_chains_make_up_the_whole_and_workers_read_one_view(campaign: Campaign) -> None:
    ids = list(Chain.objects.order_by("pk").values_list("pk", flat=True))
    with reading(campaign=campaign, query=NATIVE) as opened:
        whole = [line.data for line in lines_in(opened) if isinstance(line, Line)]
        opened.cursor.execute("SELECT pg_export_snapshot()")
        name = opened.cursor.fetchone()[0]
        found: list[bytes] = []

        def read_ranges() -> None:
            grade_chains(campaign, annotator="ben", words={"11/a": ["bad", "bad"]})
            with reading(campaign=campaign, query=NATIVE, view=name) as joined:
                for after, last in ((0, ids[4]), (ids[4], ids[5]), (ids[5], None)):
                    lines = lines_in(joined, after_chain=after, last_chain=last)
                    found.extend(line.data for line in lines if isinstance(line, Line))

        assert all_at_once([read_ranges]) == [None]
    assert found == whole
    assert export(campaign, with_trailer=False) != b"".join(whole)


def test_a_line_knows_its_chain_and_what_its_labels_say(campaign: Campaign) -> None:
    def digests() -> dict[str, bytes]:
        with reading(campaign=campaign, query=ExportQuery(format="trl")) as opened:
            lines = [line for line in lines_in(opened) if isinstance(line, Line)]
            assert all(line.problem_id + "/a" == line.chain_id for line in lines)
            return {line.chain_id: line.labels_digest for line in lines}

    before = digests()
    assert before == digests()
    grade_chains(campaign, annotator="ben", words={"1/a": ["good", "bad"], "2/a": ["bad", "bad"]})
    after = digests()
    # The same label with one more vote is the same label, and a tie has none.
    assert before["1/a"] == after["1/a"]
    assert set(before) - set(after) == {"2/a"}
    assert before["4/a"] != before["1/a"]
