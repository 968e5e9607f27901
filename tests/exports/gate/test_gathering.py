"""What a gate is judged by: the newest reports, seats as they are, flags that stand, or one view of the database."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotator.analysis.composing import NO_OUTCOMES
from annotator.analysis.gathering import one_view
from annotator.analysis.models import AgreementReport, FlagState
from annotator.analysis.people import NO_GOLD_AT_ALL
from annotator.analysis.refreshing import ask_for_agreement, refresh_agreement
from annotator.assignments.models import Campaign, GoldChain, GoldGrade
from annotator.chains.models import Chain
from annotator.exports.gate.conditions import Source
from annotator.exports.gate.gathering import (
    FORMER_REPORT,
    NO_CHAINS,
    NO_EXPERIMENT,
    NO_REPORT,
    NO_STYLE_REPORT,
    NOBODY_COMPARED,
    NOTHING_GRADED,
    figures_in_view,
    figures_of_reports,
)
from annotator.exports.gate.judging import GateFigures
from annotator.jobs import running
from taxonomies.models import Label
from tests.agreement_figures import former_figures, stored_report, unknown, whole_figures
from tests.graded import NOT_GRADED, grade_chains, graded_campaign
from tests.makers import line, make_campaign, make_dataset
from tests.style_figures import nothing_known, stored_flag, stored_style, whole_style

pytestmark = pytest.mark.django_db(transaction=True)


def pilot(**policy: Any) -> Campaign:
    """Four chains: one is lucky by consensus, one has a tie, one nobody has begun."""
    return graded_campaign(
        [
            line("p/a", "1", "2", final_answer_correct=True),
            line("q/a", "3", "4", final_answer_correct=True),
            line("r/a", "5", final_answer_correct=True),
            line("s/a", "6"),
        ],
        {
            "ada": {"p/a": ["good", "bad"], "q/a": ["good", "good"], "r/a": ["good"]},
            "ben": {"p/a": ["good", "bad"], "q/a": ["good", "good"], "r/a": ["bad"]},
        },
        **{"overlap": 2, **policy},
    )


def of_reports(campaign: Campaign) -> GateFigures:
    return figures_of_reports(campaign=campaign, version=campaign.taxonomy_version)


def in_view(campaign: Campaign) -> GateFigures:
    with one_view():
        return figures_in_view(campaign=campaign, version=campaign.taxonomy_version)


def refresh(campaign: Campaign) -> None:
    asked = ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    assert report is not None
    refresh_agreement(report=report, now=timezone.now())


def know_gold(chain_id: str, *keys: str) -> None:
    chain = Chain.objects.get(external_id=chain_id)
    gold = GoldChain.objects.create(campaign=Campaign.objects.get(), chain=chain)
    labels = {label.key: label for label in Label.objects.filter(criterion__is_verdict=True)}
    for step, key in zip(chain.chain_steps.order_by("index"), keys, strict=True):
        GoldGrade.objects.create(gold_chain=gold, step=step.step, label=labels[key])


# --- Agreement, gold and luck


def test_figures_are_those_of_the_newest_report() -> None:
    campaign = pilot()
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    found = of_reports(campaign)
    assert found.agreement == whole_figures()
    alpha = found.measured["alpha_ordinal"]
    assert (alpha.value, alpha.low, alpha.high) == (0.7321, 0.6112, 0.8443)
    assert found.measured["undecided_share"].value == pytest.approx(4 / 42)


def test_without_a_report_every_figure_of_agreement_is_unknown_for_that_reason() -> None:
    found = of_reports(pilot())
    of_seats = {"coverage", "whole_chains"}
    assert {figure.reason for name, figure in found.measured.items() if name not in of_seats} == {NO_REPORT}
    assert found.bases[Source.AGREEMENT] is None
    assert found.agreement is None


def test_a_report_of_former_code_lacks_what_it_never_measured() -> None:
    campaign = pilot()
    stored_report(campaign, figures=former_figures(), now=timezone.now(), code_version="1")
    found = of_reports(campaign)
    assert found.measured["alpha_nominal"].value == 0.55
    assert found.measured["gold_accuracy"].reason == FORMER_REPORT
    assert found.measured["lucky_share"].reason == FORMER_REPORT
    basis = found.bases[Source.AGREEMENT]
    assert basis is not None
    assert (basis.is_stale, basis.code_version) == (True, "1")


def test_a_report_that_was_computed_says_the_same_as_a_view_of_the_same_grades() -> None:
    campaign = pilot()
    know_gold("p/a", "good", "good")
    refresh(campaign)
    stored, computed = of_reports(campaign), in_view(campaign)
    assert stored.measured == computed.measured
    assert computed.measured["gold_accuracy"].value == 0.5
    assert computed.measured["undecided_share"].value == 1 / 5
    basis = stored.bases[Source.AGREEMENT]
    assert basis is not None
    assert not basis.is_stale


def test_a_report_is_stale_when_there_are_newer_grades_and_a_view_never_is() -> None:
    campaign = pilot()
    refresh(campaign)
    grade_chains(campaign, annotator="ada", words={"s/a": ["good"]})
    for found, is_stale in ((of_reports(campaign), True), (in_view(campaign), False)):
        basis = found.bases[Source.AGREEMENT]
        assert basis is not None
        assert basis.is_stale is is_stale


def test_the_lucky_share_is_of_the_chains_that_are_decided() -> None:
    # p/a is lucky, q/a is sound throughout; the tie on r/a decides nothing.
    found = in_view(pilot())
    assert found.measured["lucky_share"].value == 1 / 2
    assert found.agreement is not None
    assert found.agreement["luck"]["chains"] == 2


def test_what_a_single_annotator_says_makes_no_chain_lucky_for_the_gate() -> None:
    votes = {"p/a": ["good", "good"]}
    campaign = graded_campaign(
        [line("p/a", "1", "2", final_answer_correct=True)],
        {"ada": votes, "ben": votes, "cleo": {"p/a": ["good", "bad"]}},
    )
    found = in_view(campaign)
    assert found.agreement is not None
    assert found.agreement["chains"]["lucky"]["annotator"] == 1
    assert found.measured["lucky_share"].value == 0.0


def test_without_outcomes_and_without_gold_both_shares_are_unknown() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {"p/a": ["bad"]}})
    found = in_view(campaign)
    assert found.measured["lucky_share"].reason == NO_OUTCOMES
    assert found.measured["gold_accuracy"].reason == NO_GOLD_AT_ALL


def test_gold_is_pooled_over_everybodys_grades() -> None:
    campaign = pilot()
    know_gold("p/a", "good", "bad")
    know_gold("r/a", "good")
    found = in_view(campaign)
    assert found.measured["gold_accuracy"].value == 5 / 6
    assert found.agreement is not None
    assert (found.agreement["gold"]["units"], found.agreement["gold"]["annotators"]) == (6, 2)


def test_a_campaign_without_grades_knows_nothing() -> None:
    found = in_view(graded_campaign([line("p/a", "1")], {"ada": {}}))
    assert {name for name, figure in found.measured.items() if figure.value is None} == {
        *("alpha_ordinal", "alpha_nominal", "gwet_ac1", "percent_agreement"),
        *("gold_accuracy", "lucky_share", "undecided_share"),
    }
    assert found.measured["undecided_share"].reason == NOTHING_GRADED


# --- Seats


def test_a_chain_is_covered_when_all_its_seats_are_submitted() -> None:
    campaign = pilot()
    grade_chains(campaign, annotator="ada", words={"s/a": [NOT_GRADED]})
    found = of_reports(campaign)
    assert (found.measured["coverage"].value, found.measured["whole_chains"].value) == (3 / 4, 3)
    grade_chains(campaign, annotator="ben", words={"s/a": ["good"]})
    assert of_reports(campaign).measured["coverage"].value == 1.0


def test_coverage_follows_the_overlap_as_it_is_now() -> None:
    campaign = pilot()
    Campaign.objects.update(overlap=3)
    campaign.refresh_from_db()
    assert of_reports(campaign).measured["coverage"].value == 0.0


def test_nothing_covers_a_dataset_without_chains() -> None:
    campaign = make_campaign(dataset=make_dataset("empty"))
    assert of_reports(campaign).measured["coverage"].reason == NO_CHAINS
    assert of_reports(campaign).measured["whole_chains"].value == 0


# --- Style


def test_without_a_report_on_style_nothing_is_known_of_bias() -> None:
    found = of_reports(pilot())
    assert {(worst.severity, worst.reason) for worst in found.worst.values()} == {(None, NO_STYLE_REPORT)}


def test_without_an_experiment_nothing_is_known_of_bias() -> None:
    campaign = pilot()
    stored_style(campaign, figures=nothing_known(), now=timezone.now())
    found = of_reports(campaign)
    assert (found.worst["bias"].severity, found.worst["bias"].reason) == (None, NO_EXPERIMENT)
    assert (found.worst["deviation"].severity, found.worst["deviation"].reason) == (None, NOBODY_COMPARED)


def test_no_flag_after_a_look_is_none_with_what_could_have_been_found() -> None:
    campaign = pilot()
    stored_style(campaign, figures=whole_style(), now=timezone.now())
    worst = of_reports(campaign).worst["bias"]
    assert worst.severity == "none"
    assert worst.note == "Looked at 6 times; the smallest effect findable lay between 2.1 and 6.1 points."


def test_the_worst_flag_that_stands_is_told_with_its_interval() -> None:
    campaign = pilot()
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    mild = {**whole_style()["plain"][0], "effect": 6.0, "low": 4.0, "high": 8.0}
    stored_flag(report, mild, state=FlagState.ACKNOWLEDGED)
    high = stored_flag(report)
    worst = of_reports(campaign).worst["bias"]
    assert (worst.severity, worst.low, worst.high) == ("high", high.low, high.high)
    assert worst.note.startswith("bullets by twins: +11.2 points, 7.1 to 15.3.")


@pytest.mark.parametrize("state", [FlagState.RESOLVED, FlagState.CLOSED])
def test_a_flag_that_stands_no_more_does_not_count(state: FlagState) -> None:
    campaign = pilot()
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    is_closed = state == FlagState.CLOSED
    stored_flag(report, state=state, note="" if is_closed else "agreed", **closing(is_closed=is_closed))
    assert of_reports(campaign).worst["bias"].severity == "none"


def closing(*, is_closed: bool) -> dict[str, Any]:
    return {"closed_at": timezone.now()} if is_closed else {}


def test_a_deviation_is_no_bias_and_names_nobody() -> None:
    campaign = pilot()
    member = campaign.memberships.order_by("pk")[0]
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    stored_flag(report, whole_style()["peers"][0], member=member)
    found = of_reports(campaign)
    assert found.worst["bias"].severity == "none"
    assert found.worst["deviation"].severity == "high"
    assert member.pseudonym not in found.worst["deviation"].note


def test_a_view_sees_the_flags_that_stood_when_it_was_opened() -> None:
    campaign = pilot()
    report = stored_style(campaign, figures=whole_style(), now=timezone.now() - timedelta(hours=1))
    stored_flag(report)
    grade_chains(campaign, annotator="ada", words={"s/a": ["good"]})
    found = in_view(campaign)
    assert found.worst["bias"].severity == "high"
    basis = found.bases[Source.STYLE]
    assert basis is not None
    assert basis.is_stale


def test_a_null_figure_of_a_report_keeps_its_reason() -> None:
    campaign = pilot()
    figures = whole_figures()
    figures["verdict"]["gwet_ac1"] = unknown("Nothing was graded twice.")
    stored_report(campaign, figures=figures, now=timezone.now())
    assert of_reports(campaign).measured["gwet_ac1"].reason == "Nothing was graded twice."
