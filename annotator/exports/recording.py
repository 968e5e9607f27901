"""Who took what, and whether they got the whole of it: one row for each export, begun before its first byte, ended once."""

import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, connection, transaction

from annotator.accounts.models import User
from annotator.assignments.models import Campaign
from annotator.exports.models import ExportKind, ExportOutcome, ExportRecord, Snapshot
from annotator.exports.queries import ExportQuery, as_texts
from annotator.exports.streaming import Tally, stream

log = logging.getLogger(__name__)
# The connection in hand may have died with the database; the next one is looked at before it is given out.
ATTEMPTS_TO_END = 5


@dataclass(frozen=True, slots=True)
class Asker:
    """Who takes an export: the prefix of a token, or a person; neither for a command."""

    token_prefix: str = ""
    person: User | None = None


NOBODY_NAMED = Asker()


def begin_record(
    *,
    campaign: Campaign,
    kind: ExportKind,
    query: ExportQuery | dict[str, str],
    now: datetime,
    snapshot: Snapshot | None = None,
    file_name: str = "",
    asked_with: str = "",
    asked_by: User | None = None,
) -> ExportRecord:
    """Call it outside of a transaction, so that it is there whatever becomes of the export."""
    return ExportRecord.objects.create(
        campaign=campaign,
        kind=kind,
        query=query if isinstance(query, dict) else as_texts(query),
        begun_at=now,
        snapshot=snapshot,
        file_name=file_name,
        asked_with=asked_with,
        asked_by=asked_by,
    )


def end_record(
    *,
    record_id: int,
    outcome: ExportOutcome,
    now: datetime,
    row_count: int | None = None,
    byte_count: int | None = None,
    sha256: str = "",
) -> None:
    """Ends a record that has not ended. An export that was cut or failed says how far it came, and has no hash."""
    ends = {
        "outcome": outcome,
        "ended_at": now,
        "row_count": row_count,
        "byte_count": byte_count,
        "sha256": sha256,
    }
    running = ExportRecord.objects.filter(pk=record_id, ended_at__isnull=True)
    for attempt in range(ATTEMPTS_TO_END):
        try:
            with transaction.atomic():
                running.update(**ends)
        except Error:
            if connection.in_atomic_block or attempt == ATTEMPTS_TO_END - 1:
                raise
            log.warning("The end of export %s could not be recorded, trying again.", record_id)
            connection.close()
        else:
            return


class LiveExport:
    """The stream of one live export and its record, which is begun with it and ended when it is closed.

    The query is one that `check_query` has looked at. Made outside of a transaction. The record says `complete` when the
    last byte was taken, `failed` when the stream broke off by itself, else `cut`.
    """

    def __init__(
        self,
        *,
        campaign: Campaign,
        query: ExportQuery,
        with_trailer: bool,
        clock: Callable[[], datetime],
        asker: Asker = NOBODY_NAMED,
    ) -> None:
        self.clock = clock
        self.tally = Tally()
        self.has_failed = False
        self.lines = stream(campaign=campaign, query=query, with_trailer=with_trailer, tally=self.tally)
        self.record_id: int | None = begin_record(
            campaign=campaign,
            kind=ExportKind.LIVE,
            query=query,
            now=clock(),
            asked_with=asker.token_prefix,
            asked_by=asker.person,
        ).pk

    def chunks(self) -> Generator[bytes]:
        try:
            yield from self.lines
        except Exception:
            self.has_failed = True
            raise

    @property
    def outcome(self) -> ExportOutcome:
        if self.has_failed:
            return ExportOutcome.FAILED
        return ExportOutcome.COMPLETE if self.tally.is_complete else ExportOutcome.CUT

    def close(self) -> None:
        """Gives the view of the database back, then ends the record. Once: closing again does nothing."""
        record_id, self.record_id = self.record_id, None
        if record_id is None:
            return
        try:
            self.lines.close()
        finally:
            end_record(
                record_id=record_id,
                outcome=self.outcome,
                now=self.clock(),
                row_count=self.tally.rows,
                byte_count=self.tally.bytes,
                sha256=self.tally.sha256 or "",
            )
