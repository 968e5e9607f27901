"""Snapshots: the same bytes for the same grades, sealed whole, whoever builds the parts."""

import hashlib

import orjson
import pytest

from annotator.assignments.models import Campaign
from annotator.exports.models import ExportRecord
from annotator.exports.options import FORMATS
from annotator.exports.queries import read_query
from annotator.exports.snapshots.frames import lines_of
from annotator.exports.streaming import Tally, stream
from annotator.webhooks.models import Delivery, Endpoint
from tests.exports.snapshots.sealed import content, contents, rows, sealed
from tests.makers import NOW, import_lines, line, make_campaign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_five_chains_a_part")]


def test_a_sealed_snapshot_is_a_row_with_files_whose_hashes_hold(campaign: Campaign) -> None:
    snapshot = sealed(campaign, format="trl")
    assert snapshot.state == "done"
    assert [file["name"] for file in snapshot.files] == [
        "train.jsonl.zst",
        "validation.jsonl.zst",
        "test.jsonl.zst",
        "chains.jsonl.zst",
        "README.md",
        "croissant.json",
        "manifest.json",
    ]
    for file in snapshot.files:
        found = content(snapshot, file["name"])
        assert (len(found), hashlib.sha256(found).hexdigest()) == (file["size"], file["sha256"])
    assert snapshot.digest == snapshot.files[-1]["sha256"]
    assert snapshot.parts.count() == 0


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_lines_of_a_split_are_those_of_the_live_export_with_that_split(
    campaign: Campaign, format_name: str
) -> None:
    snapshot = sealed(campaign, format=format_name)
    data = [file for file in snapshot.files if "split" in file]
    assert sum(file["rows"] for file in data) == snapshot.row_count
    for file in data:
        tally = Tally()
        query = read_query({"format": format_name, "split": file["split"]})
        live = b"".join(stream(campaign=campaign, query=query, with_trailer=False, tally=tally))
        assert [orjson.loads(text) for text in live.splitlines()] == rows(snapshot, file["name"])
        assert (file["lines_sha256"], file["lines_size"], file["rows"]) == (
            tally.sha256,
            len(live),
            tally.rows,
        )


def test_what_is_left_out_is_counted_over_all_splits_as_the_live_export_counts_it(campaign: Campaign) -> None:
    tally = Tally()
    for _ in stream(campaign=campaign, query=read_query({"format": "trl"}), with_trailer=False, tally=tally):
        pass
    snapshot = sealed(campaign, format="trl")
    assert snapshot.counts["left_out"] == dict(tally.left_out) == {"undecided": 1}
    assert snapshot.row_count == tally.rows == 23
    assert sum(snapshot.counts["rows"].values()) == 23


@pytest.mark.parametrize(
    "query", [{"format": "native", "votes": "1"}, {"format": "prm800k"}, {"format": "trl"}]
)
def test_the_same_query_over_the_same_grades_gives_the_same_bytes_whatever_the_row(
    campaign: Campaign, query: dict[str, str]
) -> None:
    first, second = sealed(campaign, **query), sealed(campaign, **query)
    assert contents(first) == contents(second)
    assert first.digest == second.digest
    assert first.pk != second.pk


def test_one_split_alone_has_one_data_file(campaign: Campaign) -> None:
    snapshot = sealed(campaign, format="trl", split="validation")
    assert [file["name"] for file in snapshot.files if "split" in file] == ["validation.jsonl.zst"]


def test_nothing_graded_is_sealed_as_nothing() -> None:
    snapshot = sealed(make_campaign(), format="trl")
    assert (snapshot.row_count, [file for file in snapshot.files if "split" in file]) == (0, [])
    assert rows(snapshot, "chains.jsonl.zst") == []


def test_an_export_record_says_what_was_sealed(campaign: Campaign) -> None:
    snapshot = sealed(campaign, format="trl")
    record = ExportRecord.objects.get()
    assert (record.kind, record.outcome, record.sha256) == ("snapshot", "complete", snapshot.digest)
    assert (record.row_count, record.snapshot_id) == (snapshot.row_count, snapshot.pk)
    assert record.byte_count == sum(file["size"] for file in snapshot.files)


def test_the_manifest_says_what_from_what_and_how_much_and_never_when(campaign: Campaign) -> None:
    snapshot = sealed(campaign, format="trl", neutral="false")
    manifest = orjson.loads(content(snapshot, "manifest.json"))
    assert manifest["query"] == {"format": "trl", "neutral": "false"}
    assert manifest["counts"]["rows"] == snapshot.row_count
    assert manifest["files"] == snapshot.files[:-1]
    assert manifest["taxonomy"]["digest"] == campaign.taxonomy_version.digest
    assert manifest["computed_from"]["revision_count"] > 0
    assert orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n" == content(
        snapshot, "manifest.json"
    )


def test_nothing_says_who_anybody_is(campaign: Campaign) -> None:
    snapshot = sealed(campaign, format="native", votes="1", comments="1")
    texts = [
        b"\n".join(lines_of([found])) if name.endswith(".zst") else found
        for name, found in contents(snapshot).items()
    ]
    assert not any(name in text for text in texts for name in (b'"ada"', b'"ben"', b" ada", b" ben"))


def test_the_digest_outlives_chains_that_nobody_has_graded_yet(campaign: Campaign) -> None:
    before = sealed(campaign, format="trl")
    import_lines(campaign.dataset, *(line(f"later{number}/a", "one", "two") for number in range(7)))
    assert {file["name"]: file.get("lines_sha256") for file in sealed(campaign, format="trl").files} == {
        file["name"]: file.get("lines_sha256") for file in before.files
    }


def test_a_snapshot_keeps_the_version_that_was_asked_for(campaign: Campaign) -> None:
    texts = {"format": "native", "version": str(campaign.taxonomy_version.number)}
    assert orjson.loads(content(sealed(campaign, **texts), "manifest.json"))["query"] == texts


def test_webhooks_are_told_in_the_transaction_that_seals(campaign: Campaign) -> None:
    endpoint = Endpoint.objects.create(
        campaign=campaign, url="https://ci.example.org/hook", events=["snapshot.sealed"], made_at=NOW
    )
    snapshot = sealed(campaign, format="trl")
    told = orjson.loads(bytes(Delivery.objects.get(endpoint=endpoint).body))["data"]
    assert told == {
        "campaign": "pilot",
        "snapshot": snapshot.pk,
        "digest": snapshot.digest,
        "rows": snapshot.row_count,
        "format": "trl",
    }
