"""The parts of one attempt at a snapshot: ranges with a fixed number of chains, each built by one worker."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from annotator.exports.models import Snapshot, SnapshotPart
from annotator.exports.snapshots.files import folder_of, folder_of_all
from annotator.exports.snapshots.storages import forget_folder, snapshot_storage
from annotator.exports.snapshots.views import OpenView
from annotator.jobs.models import JobState
from annotator.jobs.running import STALE_AFTER, LostJob, holds_to_the_end
from taxonomies.models import TaxonomyVersion

# Fixed, so that the bytes do not depend on how many workers there are. A few hundred milliseconds of work.
CHAINS_PER_PART = 5_000
PARTS = "parts"

CUTS = """
SELECT max(id), count(*)
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS part FROM chains_chain WHERE dataset_id = %s) numbered
GROUP BY part ORDER BY part
"""


def forget_former_attempts(snapshot: Snapshot) -> None:
    """Their parts and files. A worker that is still at one of them finds its row gone, and nothing that it wrote is used."""
    snapshot.parts.filter(attempt__lt=snapshot.attempt_count).delete()
    for attempt in attempts_with_files(snapshot):
        if attempt < snapshot.attempt_count:
            forget_folder(snapshot_storage(), folder_of(snapshot, attempt=attempt))


def attempts_with_files(snapshot: Snapshot) -> list[int]:
    try:
        folders, _ = snapshot_storage().listdir(folder_of_all(snapshot))
    except FileNotFoundError:
        return []
    return sorted(int(folder) for folder in folders if folder.isdecimal())


def forget_parts(snapshot: Snapshot) -> None:
    """What they held stands in the sealed files now."""
    snapshot.parts.filter(attempt=snapshot.attempt_count).delete()
    forget_folder(snapshot_storage(), f"{folder_of(snapshot)}/{PARTS}")


@transaction.atomic
def cut_into_parts(
    snapshot: Snapshot,
    *,
    view: OpenView,
    version: TaxonomyVersion,
    now: datetime,
) -> list[SnapshotPart]:
    """Rows that wait, for all chains of the dataset that are in the view. Raises LostJob."""
    if not holds_to_the_end(snapshot):
        raise LostJob
    with view.side.cursor() as cursor:
        cursor.execute(CUTS, [CHAINS_PER_PART, snapshot.campaign.dataset_id])
        cuts: list[tuple[int, int]] = cursor.fetchall()
    befores = [0, *(last for last, _ in cuts)]
    snapshot.database_view = view.name
    snapshot.counts = {"version": version.pk}
    snapshot.progress_done, snapshot.progress_total = 0, sum(chains for _, chains in cuts)
    snapshot.save(update_fields=["database_view", "counts", "progress_done", "progress_total"])
    return SnapshotPart.objects.bulk_create(
        SnapshotPart(
            snapshot=snapshot,
            attempt=snapshot.attempt_count,
            number=number,
            after_chain=after,
            last_chain=last,
            progress_total=chains,
            requested_at=now,
        )
        for number, (after, (last, chains)) in enumerate(zip(befores, cuts, strict=False))
    )


def take_any_part(snapshot: Snapshot, *, now: datetime) -> SnapshotPart | None:
    """The first part that waits, whose worker has died, or that failed elsewhere; for the worker that coordinates."""
    dead = Q(state=JobState.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    free = Q(state__in=[JobState.QUEUED, JobState.FAILED]) | dead
    of_attempt = SnapshotPart.objects.filter(snapshot=snapshot, attempt=snapshot.attempt_count)
    for pk in of_attempt.filter(free).order_by("number").values_list("pk", flat=True):
        taken = SnapshotPart.objects.filter(free, pk=pk).update(
            state=JobState.RUNNING,
            started_at=now,
            heartbeat_at=now,
            finished_at=None,
            error="",
            attempt_count=F("attempt_count") + 1,
        )
        if taken:
            return SnapshotPart.objects.select_related("snapshot__campaign").get(pk=pk)
    return None


def is_every_part_done(snapshot: Snapshot) -> bool:
    of_attempt = SnapshotPart.objects.filter(snapshot=snapshot, attempt=snapshot.attempt_count)
    return not of_attempt.exclude(state=JobState.DONE).exists()


def path_of_part(part: SnapshotPart, *, name: str) -> str:
    """Of this try: two workers that both believe to hold a part never write the same file."""
    folder = folder_of(part.snapshot, attempt=part.attempt)
    return f"{folder}/{PARTS}/{part.number:06}-{part.attempt_count}-{name}"
