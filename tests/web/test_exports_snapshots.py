"""Snapshots on the exports page: asking for one, how far it is, what a sealed one shows, and why one was not sealed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.chains.models import ChainStep
from annotator.exports.models import ExportRecord, Snapshot
from annotator.exports.snapshots import building
from annotator.exports.snapshots.ending import GateFailed
from annotator.jobs.models import JobState
from tests.contested import compute
from tests.exports.snapshots.sealed import asked, content, files_in, nobody, sealed, taken
from tests.graded import grade_chains, graded_campaign
from tests.makers import browser_of, line, make_campaign, make_user
from tests.web.test_exports import EXPORTS, all_of, figures, words_of

# Whoever builds a snapshot opens a view of the database of their own.
pytestmark = pytest.mark.django_db(transaction=True)
SNAPSHOTS = f"{EXPORTS}snapshots/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with files_in(tmp_path):
        yield tmp_path


@pytest.fixture
def campaign() -> Campaign:
    campaign = graded_campaign(
        [line("p/a", "one", "two"), line("q/a", "one <b>", "two"), line("r/a", "only")],
        {
            "canary-ada": {"p/a": ["good", "good"], "q/a": ["good", "bad:sign"]},
            "canary-ben": {"p/a": ["good", "good"], "q/a": ["good", "bad:sign"]},
        },
        overlap=2,
    )
    add_member(campaign=campaign, user=make_user("canary-rosa"), role=Role.RESEARCHER)
    return campaign


@pytest.fixture
def rosa(campaign: Campaign) -> Client:
    return browser_of("canary-rosa")


def page(browser: Client, snapshot: Snapshot, query: str = "") -> str:
    answer = browser.get(f"{SNAPSHOTS}{snapshot.pk}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_snapshot_is_asked_for_with_the_query_and_its_conditions(rosa: Client) -> None:
    answer = rosa.post(
        f"{EXPORTS}seal/",
        {"format": "trl", "splits": "60/20/20", "gate_coverage": "0,5", "gate_max_bias_severity": ""},
    )
    snapshot = Snapshot.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{SNAPSHOTS}{snapshot.pk}/"
    assert snapshot.query == {"format": "trl", "splits": "60/20/20"}
    assert snapshot.gate == {"coverage": "0.5"}
    assert snapshot.requested_by is not None
    assert snapshot.asked_with == ""


def known_beside_fields(browser: Client) -> dict[str, str]:
    text = browser.get(EXPORTS).content.decode()
    return dict(re.findall(r'id="gate-(\w+)-help">\s*[^<]*<span class="field-now">(.*?)</span>', text))


def test_beside_each_condition_stands_what_it_would_be_held_against_now(
    rosa: Client, campaign: Campaign
) -> None:
    found = known_beside_fields(rosa)
    assert found["min_chains"] == "Now: 2"
    assert found["coverage"] == "Now: 0.667"
    assert found["alpha_ordinal_low"] == "Not known now: There is no report on agreement yet."
    assert found["max_bias_severity"] == "Not known now: There is no report on style yet."
    assert "fresh" not in found
    compute(campaign)
    assert known_beside_fields(rosa)["percent_agreement"] == "Now: 1"


def test_a_condition_that_cannot_be_is_refused_beside_its_field(rosa: Client) -> None:
    answer = rosa.post(
        f"{EXPORTS}seal/",
        {"format": "trl", "gate_coverage": "2", "gate_min_chains": "x", "gate_max_bias_severity": "awful"},
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    found = dict(re.findall(r'id="gate-(\w+)-error">(.*?)</p>', text))
    assert found == {
        "coverage": "Give a number from 0 to 1.",
        "min_chains": "Give a whole number from 0 to 1,000,000,000.",
        "max_bias_severity": "Choose one of those offered.",
    }
    assert re.search(r'id="gate-coverage"\s+name="gate_coverage"\s+value="2"', text)
    assert re.search(r'id="format-trl"[^>]*checked', text)
    assert not Snapshot.objects.exists()


def test_while_it_is_built_the_page_asks_again_and_then_comes_anew(campaign: Campaign, rosa: Client) -> None:
    snapshot = asked(campaign)
    assert "Queued: a worker takes it in a moment." in page(rosa, snapshot)
    Snapshot.objects.update(state=JobState.RUNNING, progress_done=3, progress_total=12)
    address = f"{SNAPSHOTS}{snapshot.pk}/"
    watching = rosa.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every' in watching
    assert "3 of 12 chains" in words_of(watching)
    assert re.search(r'max="12"\s+value="3"', watching)
    Snapshot.objects.update(state=JobState.FAILED, finished_at=timezone.now(), error="OSError: full")
    assert rosa.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "OSError: full" in page(rosa, snapshot)


def test_the_list_asks_again_as_long_as_one_is_built(campaign: Campaign, rosa: Client) -> None:
    assert rosa.get(SNAPSHOTS).headers["Location"] == f"{EXPORTS}#snapshots"
    snapshot = asked(campaign)
    assert "every 2s" in rosa.get(SNAPSHOTS, headers={"HX-Request": "true"}).content.decode()
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=JobState.FAILED, finished_at=timezone.now(), error="x"
    )
    assert "every 2s" not in rosa.get(SNAPSHOTS, headers={"HX-Request": "true"}).content.decode()


def test_where_no_worker_takes_it_the_page_says_so(campaign: Campaign, rosa: Client) -> None:
    snapshot = asked(campaign)
    assert "Does one run?" not in page(rosa, snapshot)
    Snapshot.objects.update(requested_at=timezone.now() - timedelta(minutes=2))
    assert "Does one run?" in page(rosa, snapshot)
    assert "Does one run?" in rosa.get(EXPORTS).content.decode()


def test_a_sealed_one_shows_its_files_card_and_facts(campaign: Campaign, rosa: Client) -> None:
    snapshot = sealed(campaign, splits="100/0/0", gate={"min_chains": "1"})
    text = page(rosa, snapshot)
    for file in snapshot.files:
        assert f'href="{SNAPSHOTS}{snapshot.pk}/files/{file["name"]}"' in text
        assert file["sha256"] in text
    assert snapshot.digest in text
    assert figures(text)["Lines"] == "2"
    assert figures(text)["train"] == "2"
    assert "How far annotators agree" in text
    assert "holds" in words_of(text[text.index('id="findings-title"') :])
    assert "canary" not in text.replace("canary-rosa", "")


def test_a_file_comes_whole_in_part_and_on_record(campaign: Campaign, rosa: Client) -> None:
    snapshot = sealed(campaign, splits="100/0/0")
    address = f"{SNAPSHOTS}{snapshot.pk}/files/train.jsonl.zst"
    wanted = content(snapshot, "train.jsonl.zst")
    built = ExportRecord.objects.count()
    whole = rosa.get(address)
    assert all_of(whole) == wanted
    whole.close()
    rest = rosa.get(address, headers={"Range": "bytes=10-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert all_of(rest) == wanted[10:]
    rest.close()
    records = ExportRecord.objects.filter(kind="file")
    assert {(record.file_name, record.outcome) for record in records} == {("train.jsonl.zst", "complete")}
    assert ExportRecord.objects.count() == built + 2


def test_a_file_that_is_gone_is_told_with_what_to_do(campaign: Campaign, rosa: Client, folder: Path) -> None:
    snapshot = sealed(campaign)
    for path in folder.rglob("README.md"):
        path.unlink()
    answer = rosa.get(f"{SNAPSHOTS}{snapshot.pk}/files/README.md")
    assert answer.status_code == 410
    assert "restore it from a backup" in answer.content.decode()
    assert rosa.get(f"{SNAPSHOTS}{snapshot.pk}/files/nothing").status_code == 404


def test_one_whose_conditions_fail_shows_each_with_its_figure(campaign: Campaign, rosa: Client) -> None:
    snapshot = asked(campaign, gate={"coverage": "0.99", "gold_accuracy": "0.8", "min_chains": "0"})
    with pytest.raises(GateFailed):
        building.build_snapshot(snapshot=taken(snapshot), clock=timezone.now, wake=nobody)
    Snapshot.objects.filter(pk=snapshot.pk).update(state=JobState.FAILED, finished_at=timezone.now())
    text = page(rosa, snapshot)
    assert "2 conditions did not hold: nothing was sealed." in words_of(text)
    table = words_of(text[text.index('id="findings-title"') :])
    assert "at least 0.99" in table
    assert table.count("does not hold") == 2
    assert f'href="{EXPORTS}?format=native"' in text
    assert "Only if: Coverage: 0.99" in words_of(rosa.get(EXPORTS).content.decode())


def test_two_are_compared_with_ways_to_the_steps(campaign: Campaign, rosa: Client) -> None:
    older = sealed(campaign)
    grade_chains(campaign, annotator="canary-ada", words={"r/a": ["good"]})
    newer = sealed(campaign)
    assert "Since an earlier one" not in page(rosa, older)
    assert 'class="changed-chains"' not in page(rosa, newer)
    text = page(rosa, newer, f"?since={older.pk}")
    assert figures(text)["Chains added"] == "1"
    assert figures(text)["Removed"] == "0"
    step = ChainStep.objects.get(chain__external_id="r/a").step_id
    assert f'href="/campaigns/pilot/steps/{step}/"' in text
    same = sealed(campaign)
    assert "Nothing: every chain is in both" in page(rosa, same, f"?since={newer.pk}")
    for since in ("0", "x", str(same.pk), "9" * 30):
        assert 'class="changed-chains"' not in page(rosa, same, f"?since={since}")


def test_another_campaigns_snapshot_is_not_found_here(campaign: Campaign, rosa: Client) -> None:
    other = make_campaign(key="other", annotators=[], researchers=["canary-olga"])
    snapshot = sealed(other)
    assert rosa.get(f"{SNAPSHOTS}{snapshot.pk}/").status_code == 404
    assert rosa.get(f"{SNAPSHOTS}{snapshot.pk}/files/manifest.json").status_code == 404
    own = sealed(campaign)
    assert str(snapshot.pk) not in re.findall(r'id="snapshot-(\d+)"', rosa.get(EXPORTS).content.decode())
    assert browser_of("canary-olga").get(f"{SNAPSHOTS}{own.pk}/").status_code == 404
