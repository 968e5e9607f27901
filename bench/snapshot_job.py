"""One worker at a snapshot, in a process of its own: `coordinate PK` seals it, `help` builds parts until its input ends."""

import json
import resource
import select
import sys
import time

import django

django.setup()

from django.utils import timezone  # noqa: E402 (settings first)

from annotator.exports.models import Snapshot, SnapshotPart  # noqa: E402
from annotator.exports.snapshots import building  # noqa: E402
from annotator.jobs import running  # noqa: E402

SECONDS_BETWEEN_LOOKS = 0.02


def coordinate(pk: int) -> int:
    snapshot = running.take(Snapshot, pk=pk, now=timezone.now())
    assert snapshot is not None
    building.build_snapshot(snapshot=snapshot, clock=timezone.now, wake=lambda part_id: None)
    return snapshot.row_count or 0


def help_out() -> int:
    """How many parts it built."""
    print("ready", flush=True)
    built = 0
    while not select.select([sys.stdin], [], [], SECONDS_BETWEEN_LOOKS)[0]:
        for pk in running.waiting(SnapshotPart, now=timezone.now()):
            part = running.take(SnapshotPart, pk=pk, now=timezone.now())
            if part is not None:
                building.build_part(part=part, clock=timezone.now)
                built += 1
    return built


if __name__ == "__main__":
    began = time.perf_counter()
    count = coordinate(int(sys.argv[2])) if sys.argv[1] == "coordinate" else help_out()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({"count": count, "seconds": time.perf_counter() - began, "megabytes": megabytes}))
