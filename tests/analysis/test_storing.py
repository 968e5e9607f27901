"""What a report leaves in the tables of steps and chains: the verdicts as they stand, and nothing of a worker that lost it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotator.analysis import refreshing, storing, tasks
from annotator.analysis.composing import Composed, compose
from annotator.analysis.gathering import gather
from annotator.analysis.models import AgreementReport, ChainConsensus, StepConsensus
from annotator.assignments.models import Campaign
from annotator.chains.models import ChainStep, Step
from annotator.jobs import running
from taxonomies.vocabulary import vocabulary_of
from tests.decided import decide_step
from tests.graded import NOT_GRADED, graded_campaign
from tests.makers import line
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def compute(campaign: Campaign) -> AgreementReport:
    report = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    tasks.refresh_agreement(report_id=report.pk)
    report.refresh_from_db()
    assert report.state == "done", report.error
    return report


def step(index: int, chain: str = "p/a") -> Step:
    return ChainStep.objects.select_related("step").get(chain__external_id=chain, index=index).step


def rows(chain: str = "p/a") -> list[tuple[Any, ...]]:
    """Counts, verdict, tie, provenance, and whether it is contested, of each step of the chain that has a row."""
    found = StepConsensus.objects.filter(step__chain_steps__chain__external_id=chain).order_by("step__index")
    return [
        (row.counts, row.verdict and row.verdict.key, row.tie, row.provenance, row.is_contested)
        for row in found.select_related("verdict")
    ]


def split_campaign(**policy: Any) -> Campaign:
    """Ada, Ben and Cleo grade four steps: all alike, two to one, a tie of three, and Ada alone."""
    return graded_campaign(
        [line("p/a", "1", "2", "3", "4")],
        {
            "ada": {"p/a": ["good", "good", "good", "bad"]},
            "ben": {"p/a": ["good", "good", "okay", NOT_GRADED]},
            "cleo": {"p/a": ["good", "bad", "bad", NOT_GRADED]},
        },
        reviewers=["rita"],
        **policy,
    )


def test_a_row_says_where_its_verdict_comes_from() -> None:
    compute(split_campaign())
    assert rows() == [
        ([3, 0, 0], "good", False, "unanimous", False),
        ([2, 0, 1], "good", False, "majority", False),
        ([1, 1, 1], None, True, "", True),
        ([0, 0, 1], "bad", False, "single", False),
    ]
    entropies = [row.entropy for row in StepConsensus.objects.order_by("step__index")]
    assert entropies == [0.0, pytest.approx(0.9182958), pytest.approx(1.5849625), 0.0]
    assert {row.posterior for row in StepConsensus.objects.all()} == {None}


def test_the_campaign_says_which_share_is_contested() -> None:
    campaign = split_campaign()
    Campaign.objects.update(contested_below=0.7)
    figures = compute(campaign).figures
    assert [row[4] for row in rows()] == [False, True, True, False]
    assert figures is not None
    assert figures["consensus"]["contested"] == 2


def test_a_decision_overrides_the_votes_and_settles_the_step() -> None:
    campaign = split_campaign()
    decide_step(campaign, step=step(1), verdict="bad")
    decide_step(campaign, step=step(2), verdict="okay")
    figures = compute(campaign).figures
    assert rows()[1:3] == [
        ([2, 0, 1], "bad", False, "adjudicated", False),
        ([1, 1, 1], "okay", True, "adjudicated", False),
    ]
    assert figures is not None
    found = figures["consensus"]
    parts = ("single", "unanimous", "majority", "adjudicated", "ties", "contested")
    assert {name: found[name] for name in ("steps", "decided", *parts)} == {
        "steps": 4,
        "decided": 4,
        "single": 1,
        "unanimous": 1,
        "majority": 0,
        "adjudicated": 2,
        "ties": 0,
        "contested": 0,
    }
    decide_step(campaign, step=step(1), verdict=None, revision=1)
    compute(campaign)
    assert rows()[1] == ([2, 0, 1], "good", False, "majority", False)


def test_a_decision_stays_when_every_vote_was_taken_back() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["unsure"]}}, reviewers=["rita"])
    decide_step(campaign, step=step(0), verdict="bad")
    compute(campaign)
    assert rows() == [([0, 0, 0], "bad", False, "adjudicated", False)]
    assert StepConsensus.objects.get().entropy is None


def test_chains_follow_the_final_verdicts() -> None:
    campaign = graded_campaign(
        [
            line("p/a", "1", "2", final_answer_correct=True),
            line("q/a", "3", "4", final_answer_correct=False),
            line("r/a", "5", "6", final_answer_correct=True),
            line("s/a", "7", "8", final_answer_correct=False),
            line("t/a", "9"),
        ],
        {
            "ada": {
                "p/a": ["good", "bad"],
                "q/a": ["good", "okay"],
                "r/a": ["good", "bad"],
                "s/a": ["bad", "-"],
            },
            "ben": {"p/a": ["good", "bad"], "r/a": ["good", "good"]},
        },
        reviewers=["rita"],
    )
    compute(campaign)

    def chains() -> dict[str, tuple[Any, ...]]:
        return {
            row.chain.external_id: (
                row.first_error_index,
                row.first_error_defined,
                row.finding,
                row.basis,
                row.flawed_index,
            )
            for row in ChainConsensus.objects.select_related("chain")
        }

    assert chains() == {
        "p/a": (1, True, "lucky", "consensus", 1),
        "q/a": (None, True, "suspect", "consensus", None),
        "r/a": (None, False, "lucky", "annotator", 1),
        "s/a": (0, True, "", "", None),
    }
    decide_step(campaign, step=step(1, "r/a"), verdict="good")
    decide_step(campaign, step=step(0, "p/a"), verdict="bad")
    figures = compute(campaign).figures
    assert chains()["r/a"] == (None, True, "", "", None)
    assert chains()["p/a"] == (0, True, "lucky", "adjudicated", 0)
    assert figures is not None
    assert figures["chains"] == {
        "graded": 4,
        "first_error_defined": 4,
        "with_error": 2,
        "lucky": {"adjudicated": 1, "consensus": 0, "annotator": 0},
        "suspect": {"adjudicated": 0, "consensus": 1},
    }


def test_a_shared_step_counts_in_every_chain_that_walks_over_it() -> None:
    campaign = graded_campaign(
        [
            line("p/a", "same", "x", final_answer_correct=False),
            line("p/b", "same", "y", final_answer_correct=True),
        ],
        {"ada": {"p/a": ["bad", "good"]}},
    )
    compute(campaign)
    found = {row.chain.external_id: row.finding for row in ChainConsensus.objects.select_related("chain")}
    assert found == {"p/a": "", "p/b": "lucky"}


def test_an_estimate_is_stored_with_the_steps_that_were_voted_on() -> None:
    words = ["good", "bad"] * 30
    campaign = graded_campaign(
        [line("p/a", *(str(number) for number in range(60)))],
        {name: {"p/a": words} for name in ("ada", "ben", "cleo")},
        dawid_skene=True,
    )
    figures = compute(campaign).figures
    assert figures is not None
    estimate = figures["consensus"]["dawid_skene"]
    assert estimate["reason"] is None
    assert [entry["annotator"] for entry in estimate["annotators"]] == [0, 1, 2]
    assert estimate["differs_from_majority"] == 0
    posteriors = [row.posterior or [] for row in StepConsensus.objects.order_by("step__index")]
    assert all(sum(posterior) == pytest.approx(1, abs=1e-5) for posterior in posteriors)
    assert [posterior.index(max(posterior)) for posterior in posteriors] == [0, 2] * 30


def test_an_estimate_that_cannot_be_made_says_why() -> None:
    campaign = split_campaign(dawid_skene=True)
    figures = compute(campaign).figures
    assert figures is not None
    assert figures["consensus"]["dawid_skene"]["reason"]
    assert {row.posterior for row in StepConsensus.objects.all()} == {None}


# Workers that lose their report


def taken(campaign: Campaign, *, now: Any = None) -> AgreementReport:
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    report = running.take(AgreementReport, pk=asked.pk, now=now or timezone.now())
    assert report is not None
    return report


def composed_of(report: AgreementReport) -> Composed:
    gathered = gather(campaign_id=report.campaign_id, version_id=report.taxonomy_version_id)
    return compose(gathered, vocabulary=vocabulary_of(report.taxonomy_version_id))


def store(report: AgreementReport, composed: Composed, show: Any = lambda share: None) -> None:
    storing.store_report(
        report=report,
        composed=composed,
        vocabulary=vocabulary_of(report.taxonomy_version_id),
        clock=timezone.now,
        show=show,
    )


def test_a_worker_that_was_taken_for_dead_stores_nothing() -> None:
    campaign = split_campaign()
    slow = taken(campaign, now=timezone.now() - 2 * running.STALE_AFTER)
    former = composed_of(slow)
    quick = taken_over(slow)
    store(quick, composed_of(quick))
    kept = list(StepConsensus.objects.values_list("pk", flat=True))
    with pytest.raises(running.LostJob):
        store(slow, former)
    assert list(StepConsensus.objects.values_list("pk", flat=True)) == kept
    slow.refresh_from_db()
    assert (slow.state, slow.attempt_count, slow.error) == ("done", 2, "")


def taken_over(report: AgreementReport) -> AgreementReport:
    found = running.take(AgreementReport, pk=report.pk, now=timezone.now())
    assert found is not None
    return found


def test_a_worker_that_loses_its_report_while_it_stores_undoes_what_it_stored() -> None:
    campaign = split_campaign()
    compute(campaign)
    former = list(StepConsensus.objects.order_by("pk").values_list("pk", flat=True))
    slow = taken(campaign, now=timezone.now() - 2 * running.STALE_AFTER)

    def lose_it(share: float) -> None:
        if share >= 0.1 and AgreementReport.objects.filter(pk=slow.pk, attempt_count=1).exists():
            assert not any(
                isinstance(done, Exception) for done in all_at_once([lambda: taken_over(slow) and None])
            )

    with pytest.raises(running.LostJob):
        store(slow, composed_of(slow), show=lose_it)
    assert list(StepConsensus.objects.order_by("pk").values_list("pk", flat=True)) == former
    slow.refresh_from_db()
    assert (slow.state, slow.attempt_count) == ("running", 2)


def test_what_goes_wrong_in_a_worker_that_lost_its_report_does_not_end_it() -> None:
    slow = taken(split_campaign(), now=timezone.now() - 2 * running.STALE_AFTER)
    taken_over(slow)
    with pytest.raises(ArithmeticError), running.noting_failure(slow, clock=timezone.now):
        raise ArithmeticError("late")
    slow.refresh_from_db()
    assert (slow.state, slow.error) == ("running", "")


# Old reports


def test_old_reports_are_dropped_and_the_newest_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "KEPT_REPORTS", 3)
    campaign = split_campaign()
    other = graded_campaign([line("p/a", "1")], {"dora": {"p/a": ["good"]}}, key="other")
    others = compute(other)
    begun = timezone.now() - timedelta(hours=1)
    old = [done_report(campaign, at=begun + timedelta(minutes=minute)) for minute in range(4)]
    failed = AgreementReport.objects.create(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version,
        state="failed",
        requested_at=begun,
        finished_at=begun,
    )
    report = compute(campaign)
    kept = set(AgreementReport.objects.values_list("pk", flat=True))
    assert kept == {others.pk, report.pk, old[3].pk, old[2].pk}
    assert failed.pk not in kept
    assert StepConsensus.objects.filter(report=report).count() == 4


def done_report(campaign: Campaign, *, at: Any) -> AgreementReport:
    return AgreementReport.objects.create(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version,
        state="done",
        requested_at=at,
        finished_at=at,
        figures={},
    )
