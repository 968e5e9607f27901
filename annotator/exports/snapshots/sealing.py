"""Putting the parts together, writing what is said of them, and sealing the row: the manifest last, all in one transaction."""

import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast

from django.db import transaction

from annotator.exports.models import ExportOutcome, Snapshot, SnapshotPart
from annotator.exports.options import SPLITS
from annotator.exports.recording import end_record
from annotator.exports.snapshots.asking import asked_of
from annotator.exports.snapshots.card import card_of
from annotator.exports.snapshots.columns import columns_of
from annotator.exports.snapshots.croissant import croissant_of
from annotator.exports.snapshots.facts import Counts, Facts, FileFacts
from annotator.exports.snapshots.files import CARD, CHAINS, CROISSANT, MANIFEST, folder_of, media_type_of
from annotator.exports.snapshots.frames import Sums, empty_frame, hashed, lines_of, summed
from annotator.exports.snapshots.manifest import manifest_of
from annotator.exports.snapshots.parquet import write_parquet
from annotator.exports.snapshots.part_files import KEPT_IN_MEMORY, data_name
from annotator.exports.snapshots.storages import CHUNK, save_chunks, snapshot_storage
from annotator.jobs import running
from annotator.jobs.models import JobState
from annotator.webhooks.announcing import announce

SEALED = "snapshot.sealed"
SEALED_FIELDS = (
    "state",
    "finished_at",
    "heartbeat_at",
    "digest",
    "row_count",
    "counts",
    "files",
    "progress_done",
    "database_view",
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """All that there is to say of files that are whole and wait for their row."""

    files: tuple[FileFacts, ...]
    counts: Counts

    @property
    def digest(self) -> str:
        """Of the manifest, which has the hash of every other file."""
        return self.files[-1].sha256


def write_sealed_files(snapshot: Snapshot, *, facts: Facts) -> Sealed:
    """Every part is done. The manifest comes last."""
    parts = list(snapshot.parts.filter(attempt=snapshot.attempt_count).order_by("number"))
    splits = [split for split in SPLITS if rows_in_parts(parts, name=data_name(split))]
    data = [write_joined(snapshot, parts=parts, name=data_name(split), split=split) for split in splits]
    index = write_joined(snapshot, parts=parts, name=CHAINS)
    tables = [write_table(snapshot, facts=facts, of=file) for file in data] if is_parquet(snapshot) else []
    counts = Counts(
        chains=sum(part.counts["chains"] for part in parts),
        rows={file.split: file.rows for file in data if file.split and file.rows},
        left_out=left_out_in(parts),
    )
    files = [*data, *tables, index]
    files.append(write_small(snapshot, name=CARD, content=card_of(facts, counts=counts, files=files)))
    files.append(
        write_small(snapshot, name=CROISSANT, content=croissant_of(facts, counts=counts, files=files))
    )
    manifest = manifest_of(facts, counts=counts, files=files)
    return Sealed((*files, write_small(snapshot, name=MANIFEST, content=manifest)), counts)


def is_parquet(snapshot: Snapshot) -> bool:
    return asked_of(snapshot).parquet


def rows_in_parts(parts: list[SnapshotPart], *, name: str) -> int:
    return sum(file["rows"] for part in parts for file in part.files if file["name"] == name)


def left_out_in(parts: list[SnapshotPart]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.counts["left_out"])
    return dict(sorted(total.items()))


def write_joined(
    snapshot: Snapshot, *, parts: list[SnapshotPart], name: str, split: str | None = None
) -> FileFacts:
    """The parts' frames behind one another, under the name once all of them are there."""
    sums = Sums()
    with closing(joined(parts, name=name)) as chunks:
        save_chunks(snapshot_storage(), path_of(snapshot, name=name), summed(chunks, sums=sums))
    return FileFacts(
        name=name,
        size=sums.size,
        sha256=sums.sha256,
        media_type=media_type_of(name),
        rows=rows_in_parts(parts, name=name),
        split=split,
        lines_size=sums.lines_size,
        lines_sha256=sums.lines_sha256,
    )


def joined(parts: list[SnapshotPart], *, name: str) -> Generator[bytes]:
    listed = [file for part in parts for file in part.files if file["name"] == name]
    for file in listed:
        yield from snapshot_storage().read_range(file["path"], start=0, end=file["size"])
    if not listed:
        yield empty_frame()


def write_table(snapshot: Snapshot, *, facts: Facts, of: FileFacts) -> FileFacts:
    """Beside a data file, the same rows as Parquet."""
    columns = columns_of(facts.query, asks_about_chains=facts.taxonomy.row.asks_about_chains)
    source = snapshot_storage().read_range(path_of(snapshot, name=of.name), start=0, end=of.size)
    name = f"{of.split}.parquet"
    with tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY) as spooled:
        out = cast("IO[bytes]", spooled)
        write_parquet(lines_of(source), columns=columns, out=out)
        out.seek(0)
        sums = Sums()
        save_chunks(snapshot_storage(), path_of(snapshot, name=name), hashed(chunks_in(out), sums=sums))
    return FileFacts(
        name=name,
        size=sums.size,
        sha256=sums.sha256,
        media_type=media_type_of(name),
        rows=of.rows,
        split=of.split,
    )


def chunks_in(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def write_small(snapshot: Snapshot, *, name: str, content: bytes) -> FileFacts:
    sums = Sums()
    save_chunks(snapshot_storage(), path_of(snapshot, name=name), hashed(iter([content]), sums=sums))
    return FileFacts(name=name, size=sums.size, sha256=sums.sha256, media_type=media_type_of(name))


def path_of(snapshot: Snapshot, *, name: str) -> str:
    return f"{folder_of(snapshot)}/{name}"


@transaction.atomic
def seal(snapshot: Snapshot, *, sealed: Sealed, record_id: int, now: datetime) -> None:
    """From here on the row never changes. Raises LostJob where another worker has the snapshot by now."""
    if not running.holds_to_the_end(snapshot):
        raise running.LostJob
    snapshot.state, snapshot.finished_at, snapshot.heartbeat_at = JobState.DONE, now, now
    snapshot.digest = sealed.digest
    snapshot.row_count = sealed.counts.row_count
    snapshot.counts = {
        "chains": sealed.counts.chains,
        "rows": sealed.counts.rows,
        "left_out": sealed.counts.left_out,
    }
    snapshot.files = [file.json for file in sealed.files]
    snapshot.progress_done = snapshot.progress_total or 0
    snapshot.database_view = ""
    snapshot.save(update_fields=SEALED_FIELDS)
    byte_count = sum(file.size for file in sealed.files)
    end_record(
        record_id=record_id,
        outcome=ExportOutcome.COMPLETE,
        now=now,
        row_count=snapshot.row_count,
        byte_count=byte_count,
        sha256=snapshot.digest,
    )
    announce(
        campaign=snapshot.campaign,
        event=SEALED,
        key=str(snapshot.pk),
        about={
            "snapshot": snapshot.pk,
            "digest": snapshot.digest,
            "rows": snapshot.row_count,
            "format": snapshot.query["format"],
        },
        now=now,
    )
