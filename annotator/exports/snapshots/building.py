"""Building a snapshot: one worker coordinates, all read one view of the database, and only what is whole is sealed."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict

from annotator.exports.models import ExportKind, Snapshot, SnapshotPart
from annotator.exports.recording import begin_record
from annotator.exports.snapshots.asking import asked_of
from annotator.exports.snapshots.ending import Clock, GateFailed, ending_badly
from annotator.exports.snapshots.facts import Facts
from annotator.exports.snapshots.gathering import facts_in_view, version_in_view
from annotator.exports.snapshots.part_building import write_part
from annotator.exports.snapshots.parts import (
    cut_into_parts,
    forget_former_attempts,
    forget_parts,
    is_every_part_done,
    take_any_part,
)
from annotator.exports.snapshots.progress import progress_of_all
from annotator.exports.snapshots.sealing import seal, write_sealed_files
from annotator.exports.snapshots.views import OpenView, ViewGone, exported_view, view_still_there
from annotator.jobs import running
from annotator.jobs.models import JobState

SECONDS_BETWEEN_LOOKS = 0.1


def build_snapshot(*, snapshot: Snapshot, clock: Clock, wake: Callable[[int], object]) -> None:
    """Build and seal a snapshot that this worker has taken; `wake` offers a part, by its key, to other workers.

    Raises what went wrong once the row says so: GateFailed among others, and a database error after which it waits for
    another attempt. Must not be inside a transaction.
    """
    record = begin_record(
        campaign=snapshot.campaign,
        kind=ExportKind.SNAPSHOT,
        query=snapshot.query,
        snapshot=snapshot,
        asked_with=snapshot.asked_with,
        asked_by=snapshot.requested_by,
        now=clock(),
    )
    is_sealed = False
    with ending_badly(snapshot, record_id=record.pk, clock=clock):
        forget_former_attempts(snapshot)
        with running.alive_meanwhile(snapshot), exported_view() as view, view_still_there():
            facts = facts_and_parts(snapshot, view=view, clock=clock, wake=wake)
            build_all_parts(snapshot, view=view, clock=clock)
            sealed = write_sealed_files(snapshot, facts=facts)
        seal(snapshot, sealed=sealed, record_id=record.pk, now=clock())
        is_sealed = True
    if is_sealed:
        forget_parts(snapshot)


def facts_and_parts(
    snapshot: Snapshot, *, view: OpenView, clock: Clock, wake: Callable[[int], object]
) -> Facts:
    """Offers the parts first, so that other workers are at them while this one computes the figures."""
    asked = asked_of(snapshot)
    version = version_in_view(snapshot, asked=asked, view=view.name)
    parts = cut_into_parts(snapshot, view=view, version=version, now=clock())
    # The first one is for this worker.
    for part in parts[1:]:
        wake(part.pk)
    facts = facts_in_view(snapshot, asked=asked, version=version, view=view.name)
    snapshot.findings = [asdict(finding) for finding in facts.findings]
    if running.still_holds(snapshot):
        snapshot.save(update_fields=["findings"])
    failed = [finding.condition for finding in facts.findings if not finding.passed]
    if failed:
        raise GateFailed(f"the gate does not pass: {', '.join(failed)}")
    return facts


def build_all_parts(snapshot: Snapshot, *, view: OpenView, clock: Clock) -> None:
    """Takes part after part, waits for those of other workers, and takes over where one has died. Raises LostJob."""
    with progress_of_all(snapshot) as progress:
        while not is_every_part_done(snapshot):
            if not running.still_holds(snapshot):
                raise running.LostJob
            view.check()
            progress.show()
            part = take_any_part(snapshot, now=clock())
            if part is None:
                time.sleep(SECONDS_BETWEEN_LOOKS)
                continue
            # One that another worker has taken over meanwhile is as good.
            with suppress(running.LostJob):
                write_part(part, clock=clock, tell=progress.show)


def build_part(*, part: SnapshotPart, clock: Clock) -> None:
    """Build a part that this worker has taken, for the one that coordinates. Must not be inside a transaction.

    Raises what went wrong once the row says so; the worker that coordinates then tries itself. Of a part whose view is
    gone, or which somebody else has by now, nothing is written.
    """
    snapshot = part.snapshot
    if snapshot.state != JobState.RUNNING or snapshot.attempt_count != part.attempt:
        return
    with suppress(running.LostJob, ViewGone), running.noting_failure(part, clock=clock):
        write_part(part, clock=clock)
