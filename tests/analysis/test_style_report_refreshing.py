"""Reports on style follow the grades, seldom and honestly: stale when there are others, made once, and whole or not at all."""

import io
import json
import time
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from annotator.analysis import report_rows, tasks
from annotator.analysis.models import StyleFlag, StyleFlagEvent, StyleReport
from annotator.analysis.style_reports import gathering, refreshing
from annotator.analysis.style_reports.composing import Composed, compose
from annotator.assignments.models import Campaign
from annotator.chains.models import Chain
from annotator.grading.versions import versions_of
from annotator.jobs import running
from tests.graded import bearer, grade_chains, graded_campaign, token_for
from tests.makers import line, make_campaign
from tests.moved import moved_campaign
from tests.racing import all_at_once
from tests.style_votes import style_campaign
from tests.twins import claim_arm, make_twin, step_at

pytestmark = pytest.mark.django_db(transaction=True)
EVERY = timedelta(hours=6)


def ask(campaign: Campaign) -> StyleReport:
    return refreshing.ask_for_style(campaign=campaign, requested_by=None, now=timezone.now())


def compute(campaign: Campaign) -> StyleReport:
    report = ask(campaign)
    tasks.refresh_style(report_id=report.pk)
    report.refresh_from_db()
    return report


def is_stale(campaign: Campaign) -> bool:
    return refreshing.is_stale(refreshing.newest_style(campaign=campaign), campaign=campaign)


def due(*, now: datetime | None = None) -> list[str]:
    found = refreshing.what_is_stale(now=now or timezone.now(), every=EVERY)
    return [stale.campaign.key for stale in found]


def later() -> datetime:
    return timezone.now() + EVERY + timedelta(minutes=1)


def small() -> Campaign:
    return graded_campaign(
        [line("p/a", "1", "2", "3"), line("q/a", "1"), line("r/a", "1", "2", "3", "4", "5")],
        {"ada": {"p/a": ["good", "bad", "good"]}, "ben": {"p/a": ["good", "good", "bad"]}},
    )


# When a report is due


def test_grades_and_draws_make_a_report_stale() -> None:
    campaign = small()
    assert is_stale(campaign)
    compute(campaign)
    assert not is_stale(campaign)
    grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})
    assert is_stale(campaign)
    compute(campaign)
    pair = make_twin(campaign, step_at(Chain.objects.get(external_id="r/a"), 0), "- 1")
    assert not is_stale(campaign)
    claim_arm(campaign, "ada", pair, is_twin=True, now=timezone.now())
    assert is_stale(campaign)


def test_other_code_and_another_extractor_make_a_report_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = small()
    compute(campaign)
    for module, name, value in ((refreshing, "CODE_VERSION", "next"), (gathering, "EXTRACTOR_VERSION", 99)):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, value)
            assert is_stale(campaign)
            assert due(now=later()) == ["pilot"]
    assert not is_stale(campaign)


def test_the_first_report_is_due_with_the_first_grade() -> None:
    make_campaign()
    assert due() == []
    grade_chains(small_named("other"), annotator="ada", words={"q/a": ["good"]})
    assert due() == ["other"]


def small_named(key: str) -> Campaign:
    return graded_campaign([line("q/a", "1")], {"ada": {}}, key=key)


def test_the_next_one_is_due_hours_later_or_when_the_grades_have_doubled() -> None:
    campaign = small()
    compute(campaign)
    assert due(now=later()) == [], "nothing is new"
    grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})
    assert due() == []
    assert due(now=later()) == ["pilot"]
    for name in ("ada", "ben"):
        grade_chains(campaign, annotator=name, words={"r/a": ["good"] * 5})
    assert due() == ["pilot"]


def test_a_large_campaign_whose_grades_have_doubled_waits_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refreshing, "SMALL", 1)
    campaign = small()
    compute(campaign)
    for name in ("ada", "ben"):
        grade_chains(campaign, annotator=name, words={"r/a": ["good"] * 5})
    assert due() == []
    assert due(now=later()) == ["pilot"]


def test_beat_asks_once_and_queues_what_waits() -> None:
    campaign = small()
    for _ in range(3):
        tasks.queue_stale_style_reports()
    [report] = StyleReport.objects.all()
    assert (report.campaign, report.state, report.requested_by) == (campaign, "queued", None)


def break_the_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("a made-up fault")

    monkeypatch.setattr(refreshing, "compose", broken)


def test_what_failed_says_why_leaves_everything_as_it_was_and_is_not_tried_again_over_the_same_grades(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = small()
    good = compute(campaign)
    grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})
    with monkeypatch.context() as patched:
        break_the_computation(patched)
        report = ask(campaign)
        with pytest.raises(ArithmeticError):
            tasks.refresh_style(report_id=report.pk)
    report.refresh_from_db()
    assert (report.state, report.error) == ("failed", "ArithmeticError: a made-up fault")
    assert refreshing.newest_style(campaign=campaign) == good
    assert is_stale(campaign)
    assert due(now=later()) == []
    grade_chains(campaign, annotator="ben", words={"q/a": ["good"]})
    assert due(now=later()) == ["pilot"]


# Who makes it


def test_two_who_ask_get_one_waiting_row() -> None:
    campaign = small()
    reports = all_at_once([lambda: ask(campaign)] * 5)
    assert [report.pk for report in reports if isinstance(report, StyleReport)] == [
        StyleReport.objects.get().pk
    ] * 5


def test_two_workers_at_once_give_one_result() -> None:
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)
    report = ask(campaign)
    done = all_at_once([lambda: tasks.refresh_style(report_id=report.pk)] * 3)
    assert done == [None] * 3
    report.refresh_from_db()
    assert (report.state, report.attempt_count) == ("done", 1)
    flags = StyleFlag.objects.count()
    assert flags > 0
    assert StyleFlagEvent.objects.filter(kind="opened").count() == StyleFlagEvent.objects.count() == flags


def composed_of(report: StyleReport) -> Composed:
    kept: list[Composed] = []

    def noting(*arguments: object, **more: object) -> Composed:
        kept.append(compose(*arguments, **more))  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(refreshing, "compose", noting)
        with pytest.raises(KeyboardInterrupt):
            refreshing.refresh_style(report=report, now=timezone.now())
    return kept[0]


def test_a_worker_that_was_taken_for_dead_stores_nothing() -> None:
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)
    asked = ask(campaign)
    slow = running.take(StyleReport, pk=asked.pk, now=timezone.now() - 2 * running.STALE_AFTER)
    assert slow is not None
    composed = composed_of(slow)
    quick = running.take(StyleReport, pk=asked.pk, now=timezone.now() + 2 * running.STALE_AFTER)
    assert quick is not None
    with pytest.raises(running.LostJob):
        refreshing.store_report(report=slow, composed=composed, clock=timezone.now)
    assert not StyleFlag.objects.exists()
    refreshing.store_report(report=quick, composed=composed, clock=timezone.now)
    assert StyleFlag.objects.exists()


def test_flags_are_stored_with_the_report_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)

    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("a made-up fault")

    with monkeypatch.context() as patched:
        patched.setattr(report_rows, "store_figures", broken)
        with pytest.raises(ArithmeticError):
            compute(campaign)
    assert not StyleFlag.objects.exists()
    compute(campaign)
    assert StyleFlag.objects.exists()


def test_old_reports_go_but_not_those_that_a_flags_history_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "KEPT_REPORTS", 2)
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)
    reports = [compute(campaign) for _ in range(5)]
    kept = set(StyleReport.objects.values_list("pk", flat=True))
    assert kept == {reports[0].pk, reports[3].pk, reports[4].pk}


def test_a_worker_that_computes_for_long_is_not_taken_for_dead() -> None:
    asked = ask(small())
    report = running.take(StyleReport, pk=asked.pk, now=timezone.now() - 2 * running.STALE_AFTER)
    assert report is not None
    assert running.waiting(StyleReport, now=timezone.now()) == [report.pk]
    deadline = time.monotonic() + 20
    with running.alive_meanwhile(report, every=timedelta(milliseconds=10)):
        while running.waiting(StyleReport, now=timezone.now()):
            assert time.monotonic() < deadline, "no heartbeat"
    running.fail(report, error="no matter", now=timezone.now())
    with running.alive_meanwhile(report, every=timedelta(0)):
        pass
    asked.refresh_from_db()
    assert (asked.state, asked.heartbeat_at) == ("failed", report.heartbeat_at)


def test_progress_says_what_a_worker_is_at() -> None:
    report = ask(small())
    assert refreshing.stage_of(report) is None
    report.state = "running"
    shown: list[tuple[int, int]] = []
    for stage in refreshing.Stage:
        show = refreshing.part_of(lambda done, total: shown.append((done, total)), stage=stage)
        for share in (0.01, 0.99):
            show(share)
            report.progress_done, report.progress_total = shown[-1]
            assert refreshing.stage_of(report) == stage or share == 0.99
    assert shown == sorted(shown)


# Who hears of it


def test_each_version_has_a_report_of_its_own() -> None:
    campaign = moved_campaign()
    assert due() == ["pilot", "pilot"]
    tasks.queue_stale_style_reports()
    for waiting in StyleReport.objects.all():
        tasks.refresh_style(report_id=waiting.pk)
    assert due(now=later()) == []
    counted = {}
    for version in versions_of(campaign):
        report = refreshing.newest_style(campaign=campaign, version=version)
        assert report is not None
        counted[version.number] = (report.figures or {})["counts"]["votes"]
    assert counted == {2: 4, 1: 6}


def refreshed(*arguments: str) -> str:
    out = io.StringIO()
    call_command("refresh", "pilot", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_computes_style_only_when_asked_to(client: Client) -> None:
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)
    plain = json.loads(refreshed("--json"))
    assert not StyleReport.objects.exists()
    both = json.loads(refreshed("--style", "--json"))
    assert {key: value for key, value in both.items() if key != "style"} == plain
    shown = client.get("/api/v1/campaigns/pilot/style/", headers=bearer(token_for(campaign))).json()
    assert both["style"]["figures"] == shown["figures"]
    assert [flag["id"] for flag in both["style"]["flags"]] == [flag["id"] for flag in shown["flags"]]
    words = refreshed("--style")
    assert "twins: 1 of 19 effects can be estimated" in words
    assert "bias (twins), bullets, everybody: +" in words
    assert "style" not in refreshed()
