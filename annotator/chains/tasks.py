from celery import shared_task
from django.utils import timezone

from annotator.chains import importing
from annotator.chains.models import ImportRun
from annotator.jobs import running


@shared_task
def run_import(*, import_run_id: int) -> None:
    run = running.take(ImportRun, pk=import_run_id, now=timezone.now())
    if run is not None:
        importing.run_import(run=run, now=timezone.now())
        importing.forget_upload(run)


@shared_task
def queue_waiting_imports() -> None:
    """Wakes runs whose message was lost with Redis, or whose worker died."""
    for import_run_id in running.waiting(ImportRun, now=timezone.now()):
        run_import.delay(import_run_id=import_run_id)
