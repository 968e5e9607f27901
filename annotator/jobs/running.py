"""How a worker takes a job row, shows progress, and ends it. Safe to run twice: only one run holds a row."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TypeVar

from django.db import connection
from django.db.models import F, Q

from annotator.jobs.models import Job, JobState

JobT = TypeVar("JobT", bound=Job)
# A run that has not shown a heartbeat for this long is taken for dead and may be taken over.
STALE_AFTER = timedelta(minutes=3)
MOST_ATTEMPTS = 5


class LostJob(Exception):
    """Another worker has taken the job over, or ended it: nothing of this run may be stored."""


def clock_from(now: datetime) -> Callable[[], datetime]:
    """Goes on from the time at which a job was begun, so that its end is not its beginning."""
    began = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - began)


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


def still_holds(job: Job) -> bool:
    """Whether nobody has ended the job, or taken it over, since this worker took it."""
    rows = type(job)._default_manager.filter(pk=job.pk, state=JobState.RUNNING)
    return rows.filter(attempt_count=job.attempt_count).exists()


def holds_to_the_end(job: Job) -> bool:
    """As `still_holds`; and then nobody ends it or takes it over before this transaction is over.

    Progress cannot be shown any more: it would wait for the very same transaction.
    """
    rows = type(job)._default_manager.select_for_update(no_key=True)
    return bool(rows.filter(pk=job.pk, state=JobState.RUNNING, attempt_count=job.attempt_count))


@contextmanager
def progress_seen_outside(job: Job) -> Iterator[Callable[[int, int], None]]:
    """Gives `show(done, total)`: progress and heartbeat on a connection of their own, at most once a second.

    The work itself is one transaction, in which nobody else would see either before its end. Of a job that another
    worker has taken over nothing is shown.
    """
    side = connection.copy()
    last_shown = -math.inf

    def show(done: int, total: int) -> None:
        nonlocal last_shown
        if time.monotonic() - last_shown < 1:
            return
        last_shown = time.monotonic()
        with side.cursor() as cursor:
            cursor.execute(
                f"UPDATE {job._meta.db_table} SET progress_done = %s, progress_total = %s,"  # noqa: S608 (our table's name)
                " heartbeat_at = clock_timestamp() WHERE id = %s AND attempt_count = %s",
                [done, total, job.pk, job.attempt_count],
            )

    try:
        yield show
    finally:
        side.close()


@contextmanager
def alive_meanwhile(job: Job, *, every: timedelta = STALE_AFTER / 6) -> Iterator[None]:
    """Shows a heartbeat while the block computes without a word, from a thread and on a connection of its own.

    The block may hold no lock on the job's row. One that never ends is ended by the time limit of the task.
    """
    is_over = Event()

    def beat() -> None:
        try:
            while not is_over.wait(every.total_seconds()):
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"UPDATE {job._meta.db_table} SET heartbeat_at = clock_timestamp()"  # noqa: S608 (our table's name)
                        " WHERE id = %s AND attempt_count = %s AND state = 'running'",
                        [job.pk, job.attempt_count],
                    )
        finally:
            connection.close()

    thread = Thread(target=beat, name=f"heartbeat of {job._meta.verbose_name} {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def finish(job: Job, *, now: datetime) -> None:
    job.state, job.finished_at, job.heartbeat_at = JobState.DONE, now, now
    job.save(update_fields=["state", "finished_at", "heartbeat_at"])


def fail(job: Job, *, error: str, now: datetime) -> None:
    job.state, job.finished_at, job.heartbeat_at, job.error = JobState.FAILED, now, now, error
    job.save(update_fields=["state", "finished_at", "heartbeat_at", "error"])


@contextmanager
def noting_failure(job: Job, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """What is raised inside ends the job as failed, in its words, and is raised on.

    One that another worker has by now goes on there.
    """
    try:
        yield
    except Exception as error:
        if still_holds(job):
            fail(job, error=f"{type(error).__name__}: {error}", now=clock())
        raise
