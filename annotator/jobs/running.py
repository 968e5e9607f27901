"""How a worker takes a job row, shows progress, and ends it. Safe to run twice: only one run holds a row."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F, Q

from annotator.jobs.models import Job, JobState

JobT = TypeVar("JobT", bound=Job)
# A run that has not shown a heartbeat for this long is taken for dead and may be taken over.
STALE_AFTER = timedelta(minutes=3)
MOST_ATTEMPTS = 5


def waiting(job_class: type[JobT], *, now: datetime) -> list[int]:
    """Primary keys of the rows that no living worker holds, oldest first."""
    dead = Q(state=JobState.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    rows = job_class._default_manager.filter(Q(state=JobState.QUEUED) | dead).order_by("requested_at", "pk")
    return list(rows.values_list("pk", flat=True))


def take(job_class: type[JobT], *, pk: int, now: datetime) -> JobT | None:
    """Mark the row as running by this worker; None when it is done or another worker holds it."""
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    taken = job_class._default_manager.filter(free, pk=pk).update(
        state=JobState.RUNNING, started_at=now, heartbeat_at=now, attempt_count=F("attempt_count") + 1
    )
    if not taken:
        return None
    job = job_class._default_manager.get(pk=pk)
    if job.attempt_count > MOST_ATTEMPTS:
        fail(job, error=f"given up after {MOST_ATTEMPTS} attempts: the worker died each time", now=now)
        return None
    return job


def show_progress(job: Job, *, done: int, total: int | None, now: datetime) -> None:
    job.progress_done, job.progress_total, job.heartbeat_at = done, total, now
    job.save(update_fields=["progress_done", "progress_total", "heartbeat_at"])


def finish(job: Job, *, now: datetime) -> None:
    job.state, job.finished_at, job.heartbeat_at = JobState.DONE, now, now
    job.save(update_fields=["state", "finished_at", "heartbeat_at"])


def fail(job: Job, *, error: str, now: datetime) -> None:
    job.state, job.finished_at, job.heartbeat_at, job.error = JobState.FAILED, now, now, error
    job.save(update_fields=["state", "finished_at", "heartbeat_at", "error"])
