"""Bringing chains in: all of a file or nothing, twice the same as once, every bad line named."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction

from annotator.accounts.models import User
from annotator.chains.formats import FORMATS_THAT_REPEAT_CHAINS, ChainRecord, SkippedLine, read_records
from annotator.chains.models import Dataset, ImportRun
from annotator.chains.storing import Stored, store_batch
from annotator.chains.strict_json import LineError
from annotator.jobs import running

BATCH_LINES = 2_000
SHOWN_ERRORS = 100


class ImportRefused(Exception):
    """The file has bad lines; nothing of it was stored."""

    def __init__(self, *, errors: list[LineError], error_count: int, line_count: int) -> None:
        super().__init__(f"{error_count} of {line_count} lines cannot be imported; nothing was stored.")
        self.errors = errors
        self.error_count = error_count
        self.line_count = line_count


def request_import(
    *,
    dataset: Dataset,
    path: Path,
    file_name: str,
    format_name: str,
    sha256: str,
    requested_by: User | None,
    idempotency_key: str | None,
    now: datetime,
) -> ImportRun:
    return ImportRun.objects.create(
        dataset=dataset,
        format=format_name,
        file_name=file_name[:255],
        file_path=str(path),
        file_sha256=sha256,
        requested_by=requested_by,
        requested_at=now,
        idempotency_key=idempotency_key,
    )


def run_import(*, run: ImportRun, now: datetime, watch: Callable[[int], object] = lambda done: None) -> None:
    """Import the run's file; the run is then done, or failed with its line errors. Raises nothing for a bad file.

    `watch` is told the bytes read so far.
    """
    path = Path(run.file_path)
    if not path.is_file():
        running.fail(run, error="the uploaded file is gone: send it again", now=now)
        return
    # Whoever takes over from a run that died finds the file of a command where its owner may have changed it.
    if run.attempt_count > 1 and sha256_of(path) != run.file_sha256:
        running.fail(run, error="the file has changed since this import began: import it again", now=now)
        return
    clock = running.clock_from(now)
    try:
        with path.open("rb") as stream, running.progress_seen_outside(run) as show:
            size = path.stat().st_size

            def tell() -> None:
                watch(stream.tell())
                show(stream.tell(), size)

            store_file(run=run, stream=stream, tell=tell, clock=clock)
    except ImportRefused as refused:
        run.line_count, run.error_count = refused.line_count, refused.error_count
        run.line_errors = [{"line": error.line, "reason": error.reason} for error in refused.errors]
        run.save(update_fields=["line_count", "error_count", "line_errors"])
        running.fail(run, error=str(refused), now=clock())


@transaction.atomic
def store_file(
    *, run: ImportRun, stream: BinaryIO, tell: Callable[[], None], clock: Callable[[], datetime]
) -> None:
    """The rows and the run's end in one transaction: a run is done exactly when its chains are there."""
    # One import at a time per dataset, so that ids and shared prefixes are looked up safely.
    Dataset.objects.select_for_update(no_key=True).get(pk=run.dataset_id)
    if not running.still_holds(run):
        # Waiting for another import may outlast STALE_AFTER: then a second worker has begun this very run.
        return
    total = Stored()
    error_count = 0
    with connection.cursor() as cursor:
        for batch in batches(stream, format_name=run.format):
            run.line_count += batch.line_count
            run.lines_skipped += batch.lines_skipped
            added = store_batch(
                cursor,
                dataset_id=run.dataset_id,
                import_run_id=run.pk,
                records=batch.records,
                may_repeat=run.format in FORMATS_THAT_REPEAT_CHAINS,
            )
            errors = sorted([*batch.errors, *added.errors], key=lambda error: error.line)
            error_count += len(errors)
            total.errors = [*total.errors, *errors][:SHOWN_ERRORS]
            total.problems_added += added.problems_added
            total.steps_added += added.steps_added
            total.chains_added += added.chains_added
            total.chains_unchanged += added.chains_unchanged
            tell()
    if error_count:
        raise ImportRefused(errors=total.errors, error_count=error_count, line_count=run.line_count)
    run.problems_added = total.problems_added
    run.steps_added = total.steps_added
    run.chains_added = total.chains_added
    run.chains_unchanged = total.chains_unchanged
    run.progress_done = run.progress_total = stream.tell()
    run.save()
    running.finish(run, now=clock())


class Batch:
    """Some lines of the file: sound records with their line numbers, and what is wrong with the others."""

    def __init__(self) -> None:
        self.records: list[tuple[int, ChainRecord]] = []
        self.errors: list[LineError] = []
        self.line_count = 0
        self.lines_skipped = 0


def batches(stream: BinaryIO, *, format_name: str) -> Iterator[Batch]:
    batch = Batch()
    for line, found in read_records(stream, format_name=format_name):
        batch.line_count += 1
        if isinstance(found, LineError):
            batch.errors.append(found)
        elif isinstance(found, SkippedLine):
            batch.lines_skipped += 1
        elif found.gold is not None:
            batch.errors.append(LineError(line, "gold: known grades are not taken with an import"))
        else:
            batch.records.append((line, found))
        if batch.line_count >= BATCH_LINES:
            yield batch
            batch = Batch()
    yield batch


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def forget_upload(run: ImportRun) -> None:
    """Remove the waiting upload once its run has ended. A file that a command was given is its owner's: it stays."""
    if run.file_path and run.ended:
        if Path(run.file_path).is_relative_to(settings.IMPORT_DIR):
            Path(run.file_path).unlink(missing_ok=True)
        run.file_path = ""
        run.save(update_fields=["file_path"])
