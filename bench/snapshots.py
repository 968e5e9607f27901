"""How long a snapshot takes one worker, and two; and whether its bytes are the same every time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.embedded.programs import WORKER_VARIABLES
from annotator.exports.models import Snapshot
from annotator.exports.queries import read_query
from annotator.exports.snapshots.asking import ask_for_snapshot
from bench.exports import CHAINS, STEPS, graded_campaign
from bench.server import Server
from bench.table import Row

ROUNDS = 2


def measure_snapshots(_server: Server) -> list[Row]:
    campaign = Campaign.objects.filter(key="exported").first() or graded_campaign()
    alone = [sealed(campaign) for _ in range(ROUNDS)]
    with helping() as helper:
        together = [sealed(campaign) for _ in range(ROUNDS)]
        parts = told(helper)
    one, two = (min(found["seconds"] for found, _ in runs) for runs in (alone, together))
    snapshots = [snapshot for _, snapshot in (*alone, *together)]
    megabytes = max(parts["megabytes"], *(found["megabytes"] for found, _ in (*alone, *together)))
    size = sum(file.get("lines_size", 0) for file in snapshots[0].files if "split" in file)
    digests = {snapshot.digest for snapshot in snapshots}
    return [
        Row(
            name=f"snapshot of {CHAINS:,} chains x {STEPS} steps x 2",
            figure=f"two workers {two:.1f} s, {size / 1e6 / two:.1f} MB/s",
            goal="faster than one worker",
            reference=f"one {one:.1f} s, {size / 1e6 / one:.1f} MB/s; of {size / 1e6:.0f} MB; {parts['count']:.0f} parts helped",
            reached=two < one,
        ),
        Row(
            name="that snapshot again, its bytes",
            figure=f"{len(digests)} digest of {len(snapshots)} snapshots",
            goal="the same every time",
            reference="",
            reached=len(digests) == 1,
        ),
        Row(
            name="a worker's memory at that snapshot",
            figure=f"{megabytes:,.0f} MB",
            goal="< 1,500 MB",
            reference="the figures of the card take most of it",
            reached=megabytes < 1_500,
        ),
    ]


def sealed(campaign: Campaign) -> tuple[dict[str, float], Snapshot]:
    snapshot = ask_for_snapshot(
        campaign=campaign,
        query=read_query({}),
        gate={},
        requested_by=None,
        asked_with="",
        now=timezone.now(),
    )
    ended = subprocess.run(
        [sys.executable, "-m", "bench.snapshot_job", "coordinate", str(snapshot.pk)],
        env=os.environ | dict(WORKER_VARIABLES),
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    snapshot.refresh_from_db()
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found, snapshot


@contextmanager
def helping() -> Iterator[subprocess.Popen[str]]:
    """A second worker, ready before the block begins."""
    helper = subprocess.Popen(
        [sys.executable, "-m", "bench.snapshot_job", "help"],
        env=os.environ | dict(WORKER_VARIABLES),
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert helper.stdout is not None
        assert helper.stdout.readline() == "ready\n"
        yield helper
    finally:
        helper.kill()
        helper.communicate()


def told(helper: subprocess.Popen[str]) -> dict[str, float]:
    out, _ = helper.communicate("end\n")
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    return found
