"""The stream: the same bytes every time, one view of the database, and the connection given back."""

import hashlib
import json
from typing import Any

import pytest
from django.db import connection

from annotator.assignments.models import Campaign
from annotator.exports.formats import WRITERS
from annotator.exports.streaming import CHUNK_BYTES, stream
from tests.graded import grade_chains, graded_campaign
from tests.makers import line, make_campaign
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


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
    return b"".join(stream(campaign=campaign, format_name=format_name, with_trailer=with_trailer))


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
    chunks = list(stream(campaign=campaign, format_name="native", with_trailer=False))
    assert chunks[0].count(b"\n") == 1
    assert len(chunks) >= 4
    assert all(chunk.endswith(b"\n") for chunk in chunks)
    assert all(len(chunk) < CHUNK_BYTES + 35_000 for chunk in chunks)


def test_the_first_line_needs_few_queries(campaign: Campaign, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14) as captured:
        next(iter(stream(campaign=campaign, format_name="native", with_trailer=False)))
    assert not [query for query in captured.captured_queries if "LIMIT 1000" in query["sql"]]


def test_a_grade_saved_in_the_middle_does_not_show(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.exports.rows.FIRST_BATCH", 1)
    monkeypatch.setattr("annotator.exports.rows.BATCH", 2)
    before = export(campaign)
    running = stream(campaign=campaign, format_name="native", with_trailer=True)
    first = next(running)
    words = {"11/a": ["bad", "bad"], "1/a": ["bad", "bad"]}
    assert all_at_once([lambda: grade_chains(campaign, annotator="ben", words=words)]) == [None]
    assert first + b"".join(running) == before
    assert export(campaign) != before


def test_nothing_can_be_written_within_a_stream(campaign: Campaign) -> None:
    running = stream(campaign=campaign, format_name="native", with_trailer=False)
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
        running = stream(campaign=campaign, format_name="native", with_trailer=False)
        next(running)
        running.close()

    for _ in range(7):
        assert all_at_once([cut_short] * min(size - 1, 7)) == [None] * min(size - 1, 7)
    stats = connection.pool.get_stats()  # type: ignore[attr-defined]
    # This test's own connection is out; every other one that was made is back.
    assert stats["pool_available"] == stats["pool_size"] - 1
    assert stats.get("requests_errors", 0) == 0


def test_an_export_that_is_never_begun_takes_no_connection(campaign: Campaign) -> None:
    running = stream(campaign=campaign, format_name="native", with_trailer=False)
    running.close()
    assert not connection.in_atomic_block
