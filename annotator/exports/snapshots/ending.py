"""What becomes of a snapshot that is not sealed: its row, its record and its files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from django.db import Error, InterfaceError, OperationalError, connection

from annotator.exports.models import ExportOutcome, Snapshot
from annotator.exports.queries import BadQuery
from annotator.exports.recording import end_record
from annotator.exports.snapshots.files import folder_of
from annotator.exports.snapshots.storages import forget_folder, snapshot_storage
from annotator.exports.snapshots.views import ViewGone
from annotator.jobs import running
from annotator.jobs.models import JobState
from annotator.jobs.running import LostJob

# The connection in hand may have died with the database; the next one is looked at before it is given out.
ATTEMPTS_TO_GIVE_BACK = 5

Clock = Callable[[], datetime]


class GateFailed(Exception):
    """Conditions under which the snapshot may be sealed do not hold; the row's findings say which and why."""


@contextmanager
def ending_badly(snapshot: Snapshot, *, record_id: int, clock: Clock) -> Iterator[None]:
    """What is raised inside ends this attempt, and is raised on, but for a job that another worker has by now.

    Where the database went away the snapshot waits again; if that cannot even be said, it is stale after a while.
    """
    try:
        yield
    except LostJob:
        end_record(record_id=record_id, outcome=ExportOutcome.CUT, now=clock())
        forget_attempt(snapshot)
    except (OperationalError, InterfaceError, ViewGone):
        give_back(snapshot)
        with suppress(Error):
            end_record(record_id=record_id, outcome=ExportOutcome.CUT, now=clock())
        raise
    except Exception as error:
        if running.still_holds(snapshot):
            running.fail(snapshot, error=words_for(error), now=clock())
        end_record(record_id=record_id, outcome=ExportOutcome.FAILED, now=clock())
        forget_attempt(snapshot)
        raise


def words_for(error: Exception) -> str:
    if isinstance(error, GateFailed | BadQuery):
        return str(error)
    return f"{type(error).__name__}: {error}"


def give_back(snapshot: Snapshot) -> None:
    """Let it wait for another attempt, unless somebody has taken it over."""
    held = Snapshot.objects.filter(
        pk=snapshot.pk, state=JobState.RUNNING, attempt_count=snapshot.attempt_count
    )
    for _ in range(ATTEMPTS_TO_GIVE_BACK):
        with suppress(Error):
            held.update(state=JobState.QUEUED)
            return
        connection.close()


def forget_attempt(snapshot: Snapshot) -> None:
    """Its parts and everything that it wrote, unless it is sealed after all."""
    if Snapshot.objects.filter(
        pk=snapshot.pk, state=JobState.DONE, attempt_count=snapshot.attempt_count
    ).exists():
        return
    snapshot.parts.filter(attempt=snapshot.attempt_count).delete()
    forget_folder(snapshot_storage(), folder_of(snapshot))
