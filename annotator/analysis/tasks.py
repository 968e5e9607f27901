from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport, StyleReport
from annotator.analysis.style_reports import refreshing as style_refreshing
from annotator.jobs import running


@shared_task
def refresh_agreement(*, report_id: int) -> None:
    report = running.take(AgreementReport, pk=report_id, now=timezone.now())
    if report is None:
        return
    with running.noting_failure(report, clock=timezone.now):
        refreshing.refresh_agreement(report=report, now=timezone.now())


@shared_task
def refresh_style(*, report_id: int) -> None:
    report = running.take(StyleReport, pk=report_id, now=timezone.now())
    if report is None:
        return
    with running.noting_failure(report, clock=timezone.now):
        style_refreshing.refresh_style(report=report, now=timezone.now())


@shared_task
def queue_stale_reports() -> None:
    """Asks for a report wherever grades are newer, and wakes those that no worker holds."""
    for stale in refreshing.what_is_stale():
        refreshing.ask_for_agreement(
            campaign=stale.campaign, version=stale.version, requested_by=None, now=timezone.now()
        )
    for report_id in running.waiting(AgreementReport, now=timezone.now()):
        refresh_agreement.delay(report_id=report_id)


@shared_task
def queue_stale_style_reports() -> None:
    """Asks for a report on style wherever it is due, and wakes those that no worker holds."""
    every = timedelta(hours=settings.STYLE_REPORT_HOURS)
    for stale in style_refreshing.what_is_stale(now=timezone.now(), every=every):
        style_refreshing.ask_for_style(
            campaign=stale.campaign, version=stale.version, requested_by=None, now=timezone.now()
        )
    for report_id in running.waiting(StyleReport, now=timezone.now()):
        refresh_style.delay(report_id=report_id)
