"""Reports follow the grades: stale when there are others, equal to a direct computation, honest when they fail."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.analysis import agreement, counting, first_errors, refreshing, tasks
from annotator.analysis.models import AgreementReport, StepConsensus
from annotator.assignments.models import Assignment, Campaign, Role
from annotator.chains.models import ChainStep
from annotator.grading.versions import versions_of
from annotator.jobs import running
from tests.decided import decide_step
from tests.graded import NOT_GRADED, bearer, grade_chains, grade_step, graded_campaign, token_for
from tests.makers import grade, line, make_assignment, make_campaign
from tests.moved import held_again, moved_by_hand, moved_campaign
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = {"good": 1.0, "okay": 0.0, "bad": -1.0}


def ask(campaign: Campaign) -> AgreementReport:
    return refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())


def compute(campaign: Campaign) -> AgreementReport:
    report = ask(campaign)
    tasks.refresh_agreement(report_id=report.pk)
    report.refresh_from_db()
    return report


def figures(campaign: Campaign) -> dict[str, Any]:
    report = compute(campaign)
    assert report.state == "done", report.error
    found: dict[str, Any] = json.loads(json.dumps(report.figures))
    return found


def counted(found: dict[str, Any]) -> dict[str, int]:
    return {name: found["consensus"][name] for name in ("steps", "decided", "ties")}


def is_stale(campaign: Campaign) -> bool:
    return refreshing.is_stale(refreshing.newest_agreement(campaign=campaign), campaign=campaign)


def small(**policy: Any) -> Campaign:
    return graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1")],
        {"ada": {"p/a": ["good", "bad"]}, "ben": {"p/a": ["good", "good"]}},
        **policy,
    )


def test_new_grades_make_a_report_stale() -> None:
    campaign = small()
    assert is_stale(campaign)
    compute(campaign)
    assert not is_stale(campaign)
    assignment = make_assignment(campaign=campaign, annotator="ada", now=timezone.now())
    grade_step(assignment, 0, "good")
    assert is_stale(campaign)
    compute(campaign)
    assert not is_stale(campaign)
    grade_step(assignment, 0, "cleared")
    assert is_stale(campaign), "an undo is news too"


def test_a_decision_makes_a_report_stale_and_so_does_taking_it_back() -> None:
    campaign = small(reviewers=["rita"])
    step = ChainStep.objects.get(chain__external_id="p/a", index=1).step
    for verdict, revision in (("bad", 0), (None, 1)):
        compute(campaign)
        assert not is_stale(campaign)
        decide_step(campaign, step=step, verdict=verdict, revision=revision)
        assert is_stale(campaign)
        assert stale_campaigns() == [campaign]


@pytest.mark.parametrize("setting", [{"overlap": 4}, {"contested_below": 0.1}, {"dawid_skene": True}])
def test_a_setting_that_the_figures_depend_on_makes_a_report_stale(setting: dict[str, Any]) -> None:
    campaign = small()
    compute(campaign)
    Campaign.objects.update(title="Another title")
    assert stale_campaigns() == []
    Campaign.objects.update(**setting)
    campaign.refresh_from_db()
    assert is_stale(campaign)
    assert stale_campaigns() == [campaign]
    found = figures(campaign)
    assert found["settings"] == {"overlap": 9, "contested_below": 0.0, "dawid_skene": False, **setting}
    assert stale_campaigns() == []


def test_other_settings_try_again_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = small()
    with monkeypatch.context() as patched:
        break_the_computation(patched)
        with pytest.raises(ArithmeticError):
            compute(campaign)
    assert stale_campaigns() == []
    Campaign.objects.update(contested_below=0.5)
    assert stale_campaigns() == [campaign]


def test_looking_for_what_is_stale_reads_no_grade_twice() -> None:
    campaign = small()
    compute(campaign)
    with CaptureQueriesContext(connection) as captured:
        assert stale_campaigns() == []
    assert sum("sum(g.revision)" in query["sql"] for query in captured) == 1


def test_other_code_makes_a_report_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = small()
    compute(campaign)
    monkeypatch.setattr(refreshing, "CODE_VERSION", "next")
    assert stale_campaigns() == [campaign]


def stale_campaigns() -> list[Campaign]:
    return [stale.campaign for stale in refreshing.what_is_stale()]


def test_a_campaign_without_grades_is_not_stale() -> None:
    make_campaign()
    assert stale_campaigns() == []


def test_two_who_ask_get_one_waiting_row() -> None:
    campaign = small()
    reports = all_at_once([lambda: ask(campaign)] * 5)
    assert {report.pk for report in reports if isinstance(report, AgreementReport)} == {
        AgreementReport.objects.get().pk
    }
    compute(campaign)
    assert ask(campaign).pk != AgreementReport.objects.earliest("pk").pk


def test_a_report_that_is_running_is_still_the_one_that_waits() -> None:
    campaign = small()
    report = ask(campaign)
    taken = running.take(AgreementReport, pk=report.pk, now=timezone.now())
    assert taken is not None
    assert ask(campaign).pk == report.pk


def test_two_workers_at_once_give_one_result() -> None:
    campaign = small()
    report = ask(campaign)
    done = all_at_once([lambda: tasks.refresh_agreement(report_id=report.pk)] * 3)
    assert done == [None] * 3
    report.refresh_from_db()
    assert (report.state, report.attempt_count) == ("done", 1)
    assert StepConsensus.objects.filter(report=report).count() == 2


def test_a_report_that_was_computed_again_has_the_same_figures() -> None:
    campaign = small()
    report = ask(campaign)
    killed = running.take(AgreementReport, pk=report.pk, now=timezone.now() - 2 * running.STALE_AFTER)
    assert killed is not None
    refreshing.note_beginning(killed)
    tasks.refresh_agreement(report_id=report.pk)
    report.refresh_from_db()
    again = compute(campaign)
    assert (report.attempt_count, again.attempt_count) == (2, 1)
    assert report.figures == again.figures


def direct(words: Sequence[Sequence[Sequence[str | None]]]) -> dict[str, Any]:
    """The verdict figures from words[annotator][chain][step], with a problem for each chain; None for no grade."""
    units, annotators, labels, clusters = [], [], [], []
    for annotator, chains in enumerate(words):
        for chain, steps in enumerate(chains):
            for index, word in enumerate(steps):
                if word is not None:
                    units.append(100 * chain + index)
                    annotators.append(annotator)
                    labels.append(list(VALUES).index(word))
                    clusters.append(chain)
    counts = counting.count_grades(
        units=units,
        annotators=annotators,
        labels=labels,
        clusters=clusters,
        label_count=3,
        values=list(VALUES.values()),
    )
    found: dict[str, Any] = json.loads(json.dumps(asdict(agreement.measure_agreement(counts))))
    return found


def test_the_figures_are_those_of_a_direct_computation() -> None:
    random = np.random.default_rng(seed=2)
    words = [
        [[str(random.choice(list(VALUES), p=[0.6, 0.2, 0.2])) for _ in range(3)] for _ in range(7)]
        for _ in range(3)
    ]
    chains = [f"{number}/a" for number in range(7)]
    campaign = graded_campaign(
        [line(chain, *(f"{chain} {index}" for index in range(3))) for chain in chains],
        {f"person-{number}": dict(zip(chains, given, strict=True)) for number, given in enumerate(words)},
    )
    found = figures(campaign)
    assert found["verdict"] == direct(words)
    firsts = first_errors.measure_first_errors(
        chains=[chain for _ in range(3) for chain in range(7)],
        annotators=[annotator for annotator in range(3) for _ in range(7)],
        first_errors=[
            next((index for index, word in enumerate(steps) if word == "bad"), first_errors.NO_ERROR)
            for given in words
            for steps in given
        ],
        clusters=[chain for _ in range(3) for chain in range(7)],
    )
    assert found["first_error"] == json.loads(json.dumps(asdict(firsts)))
    assert found["labels"] == [
        {"key": "good", "title": "Good", "value": 1},
        {"key": "okay", "title": "Okay", "value": 0},
        {"key": "bad", "title": "Bad", "value": -1},
    ]


def test_unsure_and_ungraded_steps_are_in_no_figure() -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", "3")],
        {"ada": {"p/a": ["good", "unsure", "bad"]}, "ben": {"p/a": ["good", "bad", NOT_GRADED]}},
    )
    found = figures(campaign)
    assert found["verdict"] == direct([[["good", None, "bad"]], [["good", "bad", None]]])
    assert counted(found) == {"steps": 3, "decided": 3, "ties": 0}


def test_plain_votes_are_out_of_the_headline_and_in_the_consensus() -> None:
    campaign = small()
    Campaign.objects.update(plain_share=1.0)
    campaign.memberships.create(user=make_campaign_member(campaign), role=Role.ANNOTATOR, pseudonym="plain-1")
    grade_chains(campaign, annotator="cleo", words={"p/a": ["bad", "bad"]})
    found = figures(campaign)
    assert found["verdict"] == direct([[["good", "bad"]], [["good", "good"]]])
    assert consensus_of(campaign) == [((2, 0, 1), "good", False), ((1, 0, 2), "bad", False)]


def make_campaign_member(campaign: Campaign) -> Any:
    return type(campaign.members.earliest("pk")).objects.create(username="cleo")


def consensus_of(campaign: Campaign, chain: str = "p/a") -> list[tuple[tuple[int, ...], str | None, bool]]:
    steps = (
        ChainStep.objects.filter(chain__external_id=chain).order_by("index").values_list("step", flat=True)
    )
    found = {
        row.step_id: (tuple(row.counts), row.verdict.key if row.verdict else None, row.tie)
        for row in StepConsensus.objects.filter(campaign=campaign).select_related("verdict")
    }
    return [found[step] for step in steps if step in found]


def test_the_consensus_is_replaced_whole_and_a_tie_has_no_verdict() -> None:
    campaign = small()
    first = compute(campaign)
    assert consensus_of(campaign) == [((2, 0, 0), "good", False), ((1, 0, 1), None, True)]
    campaign.memberships.create(user=make_campaign_member(campaign), role=Role.ANNOTATOR, pseudonym="third")
    grade_chains(campaign, annotator="cleo", words={"p/a": ["unsure", "bad"]})
    second = compute(campaign)
    assert consensus_of(campaign) == [((2, 0, 0), "good", False), ((1, 0, 2), "bad", False)]
    assert not StepConsensus.objects.filter(report=first).exists()
    assert StepConsensus.objects.filter(report=second).count() == 2


def test_a_step_whose_only_grade_was_taken_back_loses_its_consensus() -> None:
    campaign = graded_campaign([line("p/a", "1")], {"ada": {}})
    assignment = make_assignment(campaign=campaign, annotator="ada", now=timezone.now())
    grade_step(assignment, 0, "good")
    compute(campaign)
    assert consensus_of(campaign) == [((1, 0, 0), "good", False)]
    grade_step(assignment, 0, "cleared")
    assert counted(figures(campaign)) == {"steps": 0, "decided": 0, "ties": 0}
    assert consensus_of(campaign) == []


@pytest.mark.parametrize("given", [{}, {"p/a": ["unsure", "unsure"]}, {"p/a": [NOT_GRADED, NOT_GRADED]}])
def test_nothing_graded_gives_null_figures_with_reasons(given: dict[str, list[str]]) -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": given, "ben": {}})
    found = figures(campaign)
    for part in ("verdict", "first_error"):
        assert found[part]["status"] == "insufficient"
        measured = {name: figure for name, figure in found[part].items() if "value" in figure}
        assert len(measured) >= 5
        for name, figure in measured.items():
            assert name == "share_undefined" or figure["value"] is None, name
            assert figure["value"] is not None or figure["reason"], name


def test_one_annotator_alone_has_no_agreement() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {"p/a": ["good", "bad"]}})
    alpha = figures(campaign)["verdict"]["alpha_ordinal"]
    assert alpha["value"] is None
    assert alpha["reason"] == agreement.NOT_GRADED_TWICE


def break_the_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("a made-up fault")

    monkeypatch.setattr(refreshing, "compose", broken)


def test_a_report_that_fails_says_why_and_leaves_the_former_one(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = small()
    good = compute(campaign)
    grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})
    break_the_computation(monkeypatch)
    report = ask(campaign)
    with pytest.raises(ArithmeticError):
        tasks.refresh_agreement(report_id=report.pk)
    report.refresh_from_db()
    assert (report.state, report.error) == ("failed", "ArithmeticError: a made-up fault")
    assert report.figures == {"settings": {"overlap": 9, "contested_below": 0.0, "dawid_skene": False}}
    assert refreshing.newest_agreement(campaign=campaign) == good
    assert StepConsensus.objects.filter(report=good).count() == 2


def test_beat_does_not_ask_again_for_what_failed_over_the_same_grades(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = small()
    with monkeypatch.context() as patched:
        break_the_computation(patched)
        with pytest.raises(ArithmeticError):
            compute(campaign)
    assert is_stale(campaign)
    for _ in range(3):
        tasks.queue_stale_reports()
    assert AgreementReport.objects.count() == 1
    grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})
    assert stale_campaigns() == [campaign], "other grades are worth another try"


def test_other_code_tries_again_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = small()
    with monkeypatch.context() as patched:
        break_the_computation(patched)
        with pytest.raises(ArithmeticError):
            compute(campaign)
    monkeypatch.setattr(refreshing, "CODE_VERSION", "mended")
    assert stale_campaigns() == [campaign]


def test_a_person_may_ask_again_for_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = small()
    with monkeypatch.context() as patched:
        break_the_computation(patched)
        with pytest.raises(ArithmeticError):
            compute(campaign)
    assert compute(campaign).state == "done"
    assert stale_campaigns() == []


def test_beat_asks_once_however_often_it_beats() -> None:
    campaign = small()
    for _ in range(3):
        tasks.queue_stale_reports()
    report = AgreementReport.objects.get()
    assert (report.campaign, report.state) == (campaign, "queued")


def test_a_report_that_is_done_is_not_computed_again() -> None:
    report = compute(small())
    before = report.finished_at
    tasks.refresh_agreement(report_id=report.pk)
    tasks.refresh_agreement(report_id=10**9)
    report.refresh_from_db()
    assert (report.finished_at, report.attempt_count) == (before, 1)


def test_a_report_that_kills_its_worker_is_given_up_and_not_asked_for_again() -> None:
    campaign = small()
    report = ask(campaign)
    for ago in range(running.MOST_ATTEMPTS, 0, -1):
        now = timezone.now() - 2 * ago * running.STALE_AFTER
        taken = running.take(AgreementReport, pk=report.pk, now=now)
        assert taken is not None
        refreshing.note_beginning(taken)
    tasks.refresh_agreement(report_id=report.pk)
    report.refresh_from_db()
    assert report.state == "failed"
    assert "given up" in report.error
    tasks.queue_stale_reports()
    assert AgreementReport.objects.count() == 1


def test_the_door_and_the_command_tell_the_same_figures(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = small()
    headers = bearer(token_for(campaign))
    address = "/api/v1/campaigns/pilot/agreement/"
    assert client.get(address, headers=headers).json()["is_stale"] is True
    call_command("refresh", "pilot", "--json")
    shown = client.get(address, headers=headers).json()
    assert shown["figures"] == json.loads(capsys.readouterr().out)
    assert shown["is_stale"] is False
    # Two people grade two steps each, and hand in.
    assert shown["computed_from"]["revision_count"] == 6
    call_command("refresh", "pilot")
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("pilot, version 1, in ")
    assert told[1:] == [
        "4 grades of 2 steps by 2 annotators, 2 steps graded twice, in 1 problems",
        "Krippendorff's alpha (ordinal): 0.000 (no interval: An interval needs at least 5 problems.); insufficient",
        "consensus: 1 of 2 steps decided, 0 of them by a reviewer; 1 contested",
        "chains: 1 graded, 0 with a flawed step, 0 lucky, 0 suspect",
    ]


def compute_all_stale() -> list[tuple[int, str]]:
    """What beat would do: the version number and state of each report that it asked for."""
    tasks.queue_stale_reports()
    waiting = list(AgreementReport.objects.filter(state="queued").order_by("taxonomy_version__number"))
    for report in waiting:
        tasks.refresh_agreement(report_id=report.pk)
        report.refresh_from_db()
    return [(report.taxonomy_version.number, report.state) for report in waiting]


def test_after_a_move_the_former_version_is_computed_once_more_and_then_stays() -> None:
    campaign = moved_campaign()
    assert compute_all_stale() == [(1, "done"), (2, "done")]
    assert compute_all_stale() == []
    former = versions_of(campaign)[1]
    kept = refreshing.newest_agreement(campaign=campaign, version=former)
    again = Assignment.objects.get(
        taxonomy_version=former, annotator__username="ada", chain__external_id="q/a"
    )
    grade(held_again(again))
    assert compute_all_stale() == [(2, "done")]
    assert refreshing.newest_agreement(campaign=campaign, version=former) == kept
    assert refreshing.newest_agreement(campaign=campaign) != kept


def test_a_report_that_was_new_when_the_campaign_moved_is_not_computed_again() -> None:
    campaign = small()
    compute(campaign)
    moved_by_hand(campaign)
    assert compute_all_stale() == []


def test_reports_never_mix_versions() -> None:
    campaign = moved_campaign()
    compute_all_stale()
    now, former = [
        refreshing.newest_agreement(campaign=campaign, version=version) for version in versions_of(campaign)
    ]
    assert now is not None
    assert former is not None
    figures_of = {number: report.figures or {} for number, report in ((2, now), (1, former))}
    # Under version 1 they agree on one step of three, under version 2 on both that they graded.
    assert {n: f["verdict"]["percent_agreement"]["value"] for n, f in figures_of.items()} == {
        1: pytest.approx(1 / 3),
        2: 1.0,
    }
    assert {n: f["verdict"]["counts"]["grades"] for n, f in figures_of.items()} == {1: 6, 2: 4}
    assert StepConsensus.objects.filter(report=former).count() == 3
    assert StepConsensus.objects.filter(report=now).count() == 2


def test_the_door_and_the_command_tell_the_figures_of_either_version(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = moved_campaign()
    headers = bearer(token_for(campaign))
    address = "/api/v1/campaigns/pilot/agreement/"
    for number in (1, 2):
        call_command("refresh", "pilot", "--taxonomy-version", str(number), "--json")
        shown = client.get(f"{address}?version={number}", headers=headers).json()
        assert shown["figures"] == json.loads(capsys.readouterr().out)
        assert (shown["is_stale"], shown["taxonomy"]["number"]) == (False, number)
        assert shown["taxonomy"]["is_current"] == (number == 2)
    assert client.get(address, headers=headers).json() == shown
