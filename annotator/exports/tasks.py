from celery import shared_task
from django.utils import timezone

from annotator.exports.models import Snapshot, SnapshotPart
from annotator.exports.snapshots import building
from annotator.jobs import running
from annotator.jobs.models import JobState


@shared_task
def build_snapshot(*, snapshot_id: int) -> None:
    snapshot = running.take(Snapshot, pk=snapshot_id, now=timezone.now())
    if snapshot is not None:
        building.build_snapshot(snapshot=snapshot, clock=timezone.now, wake=wake_part)


@shared_task
def build_part(*, part_id: int) -> None:
    part = running.take(SnapshotPart, pk=part_id, now=timezone.now())
    if part is not None:
        building.build_part(part=part, clock=timezone.now)


def wake_part(part_id: int) -> None:
    build_part.delay(part_id=part_id)


@shared_task
def queue_waiting_snapshots() -> None:
    """Wakes snapshots, and parts of running ones, whose message was lost with Redis, or whose worker died."""
    now = timezone.now()
    for snapshot_id in running.waiting(Snapshot, now=now):
        build_snapshot.delay(snapshot_id=snapshot_id)
    alive = SnapshotPart.objects.filter(
        snapshot__state=JobState.RUNNING, snapshot__heartbeat_at__gte=now - running.STALE_AFTER
    )
    for part_id in alive.filter(pk__in=running.waiting(SnapshotPart, now=now)).values_list("pk", flat=True):
        build_part.delay(part_id=part_id)
