"""One part of a snapshot, from its view of the database into files that wait for the other parts."""

from collections.abc import Callable

from django.db import transaction

from annotator.exports.lines import lines_in
from annotator.exports.models import SnapshotPart
from annotator.exports.rows.reading import reading
from annotator.exports.snapshots.asking import asked_of
from annotator.exports.snapshots.ending import Clock
from annotator.exports.snapshots.part_files import PartFiles, part_files, store_files, write_lines
from annotator.exports.snapshots.storages import snapshot_storage
from annotator.exports.snapshots.views import view_still_there
from annotator.jobs import running
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion


def nobody_else() -> None:
    """For a worker that has nobody to tell but the row of its part."""


def write_part(part: SnapshotPart, *, clock: Clock, tell: Callable[[], None] = nobody_else) -> None:
    """Raises ViewGone before anything is written, and LostJob where the part is another worker's by now."""
    snapshot, storage = part.snapshot, snapshot_storage()
    version = TaxonomyVersion.objects.get(pk=snapshot.counts["version"])
    query = asked_of(snapshot).query_of(version)
    with part_files(query) as files:
        with (
            running.progress_seen_outside(part) as show,
            view_still_there(),
            reading(campaign=snapshot.campaign, query=query, view=snapshot.database_view) as opened,
        ):
            total = part.progress_total or 0

            def show_count(count: int) -> None:
                show(min(count, total), total)
                tell()

            found = lines_in(opened, after_chain=part.after_chain, last_chain=part.last_chain)
            write_lines(found, files=files, show=show_count)
        if not running.still_holds(part):
            raise running.LostJob
        stored = store_files(files, part=part, storage=storage)
    try:
        end_part(part, files=files, stored=stored, clock=clock)
    except running.LostJob:
        for file in stored:
            storage.delete(str(file["path"]))
        raise


@transaction.atomic
def end_part(part: SnapshotPart, *, files: PartFiles, stored: list[dict[str, object]], clock: Clock) -> None:
    if not running.holds_to_the_end(part):
        raise running.LostJob
    part.files = stored
    part.counts = {"chains": files.chains, "left_out": dict(sorted(files.left_out.items()))}
    part.progress_done = part.progress_total or 0
    part.state, part.finished_at, part.heartbeat_at = JobState.DONE, (now := clock()), now
    part.save(update_fields=["files", "counts", "progress_done", "state", "finished_at", "heartbeat_at"])
