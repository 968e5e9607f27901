"""How far all workers together are with a snapshot, for those who wait for it."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotator.exports.models import Snapshot

SHOW = """
UPDATE exports_snapshot SET heartbeat_at = clock_timestamp(), progress_done = least(progress_total, (
    SELECT coalesce(sum(p.progress_done), 0) FROM exports_snapshotpart p
    WHERE p.snapshot_id = exports_snapshot.id AND p.attempt = exports_snapshot.attempt_count))
WHERE id = %s AND attempt_count = %s AND state = 'running'
"""


@dataclass(slots=True)
class Progress:
    snapshot: Snapshot
    side: BaseDatabaseWrapper
    last_shown: float = -math.inf

    def show(self) -> None:
        """The chains that are done in all parts, at most once a second, and that the snapshot's worker lives."""
        if time.monotonic() - self.last_shown < 1:
            return
        self.last_shown = time.monotonic()
        with self.side.cursor() as cursor:
            cursor.execute(SHOW, [self.snapshot.pk, self.snapshot.attempt_count])


@contextmanager
def progress_of_all(snapshot: Snapshot) -> Iterator[Progress]:
    """On a connection of its own: the work itself reads in one transaction, in which nobody would see it."""
    side = connection.copy()
    try:
        yield Progress(snapshot, side)
    finally:
        side.close()
