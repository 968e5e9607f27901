"""The report on style by a real worker and a real beat: asked for without anybody asking, and done again once if it dies."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from annotator.analysis import tasks
from annotator.analysis.models import StepStyle, StyleFlag, StyleFlagEvent, StyleReport
from annotator.analysis.style_reports import refreshing
from annotator.analysis.style_reports.telling import flags_of
from annotator.jobs import running
from tests.graded import grade_chains
from tests.journeys.test_jobs import beat, flush_redis, held, kill, wait_for, worker
from tests.style_votes import style_campaign

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def ended(report: StyleReport) -> bool:
    report.refresh_from_db()
    return report.ended


def test_beat_asks_for_the_first_report_and_the_worker_raises_the_flags(tmp_path: Path) -> None:
    flush_redis()
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)
    with beat(tmp_path), worker(tmp_path / "worker.log"):
        report = wait_for("a report", lambda: refreshing.newest_style(campaign=campaign))
    assert report.requested_by is None
    assert not refreshing.is_stale(report, campaign=campaign)
    flags = flags_of(campaign, version=campaign.taxonomy_version)
    assert ("bias", "twins", "bullets") in {
        (flag["status"], flag["estimator"], flag["feature"]) for flag in flags
    }
    assert StyleReport.objects.count() == 1


# The first is wanted while steps are measured, the others when flags are opened and their history begins.
@pytest.mark.parametrize("table", ["analysis_stepstyle", "analysis_styleflag", "analysis_styleflagevent"])
def test_a_report_whose_worker_is_killed_is_done_again_once_with_the_same_figures(
    table: str, tmp_path: Path
) -> None:
    flush_redis()
    campaign = style_campaign(chains=40, plain_share=0.3, bullets_add=0.4, pairs=30)
    report = refreshing.ask_for_style(campaign=campaign, requested_by=None, now=timezone.now())
    with worker(tmp_path / "worker1.log") as killed:
        with held(table) as is_wanted:
            tasks.refresh_style.delay(report_id=report.pk)
            wait_for("a worker that is held up", is_wanted)
            kill(killed)
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == ("running", 1)
        assert report.progress_total == 100, "progress is seen while the work goes on"
        assert not StyleFlag.objects.exists()
    StyleReport.objects.update(heartbeat_at=report.requested_at - running.STALE_AFTER)
    flush_redis()
    with worker(tmp_path / "worker2.log"):
        tasks.queue_stale_style_reports()
        wait_for("the report", lambda: ended(report))
    assert (report.state, report.attempt_count) == ("done", 2)
    assert StyleReport.objects.get() == report
    assert StepStyle.objects.count() == 160
    assert StyleFlag.objects.exists()
    assert StyleFlagEvent.objects.count() == StyleFlag.objects.count()
    again = refreshing.ask_for_style(campaign=campaign, requested_by=None, now=timezone.now())
    tasks.refresh_style(report_id=again.pk)
    again.refresh_from_db()
    assert again.figures == report.figures
    assert StyleFlagEvent.objects.count() == StyleFlag.objects.count()


def test_grades_that_come_while_a_report_is_made_are_in_none_or_in_all_of_it(tmp_path: Path) -> None:
    flush_redis()
    campaign = style_campaign(chains=10, annotators=2)
    report = refreshing.ask_for_style(campaign=campaign, requested_by=None, now=timezone.now())
    campaign.assignments.filter(chain__external_id="pilot-0/a").update(
        status="expired", submitted_at=None, finish_reason=""
    )
    with worker(tmp_path / "worker.log"):
        with held("analysis_stepstyle") as is_wanted:
            tasks.refresh_style.delay(report_id=report.pk)
            wait_for("a worker that is held up", is_wanted)
            grade_chains(campaign, annotator="pilot-grader-0", words={"pilot-0/a": ["bad"] * 4})
        wait_for("the report", lambda: ended(report))
    assert (report.figures or {})["counts"]["votes"] == 80
    assert refreshing.is_stale(report, campaign=campaign)
    every = timedelta(hours=6)
    assert refreshing.what_is_stale(now=timezone.now(), every=every) == []
    assert len(refreshing.what_is_stale(now=timezone.now() + 2 * every, every=every)) == 1
