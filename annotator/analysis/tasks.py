from celery import shared_task
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.jobs import running


@shared_task
def refresh_agreement(*, report_id: int) -> None:
    report = running.take(AgreementReport, pk=report_id, now=timezone.now())
    if report is None:
        return
    with running.noting_failure(report, clock=timezone.now):
        refreshing.refresh_agreement(report=report, now=timezone.now())


@shared_task
def queue_stale_reports() -> None:
    """Asks for a report wherever grades are newer, and wakes those that no worker holds."""
    for stale in refreshing.what_is_stale():
        refreshing.ask_for_agreement(
            campaign=stale.campaign, version=stale.version, requested_by=None, now=timezone.now()
        )
    for report_id in running.waiting(AgreementReport, now=timezone.now()):
        refresh_agreement.delay(report_id=report_id)
