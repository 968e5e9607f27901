"""Snapshots asked for and built in the test itself, as a worker would."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from django.core.files.storage import storages
from django.test import override_settings
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.exports.models import Snapshot, SnapshotPart
from annotator.exports.queries import read_query
from annotator.exports.snapshots import building
from annotator.exports.snapshots.asking import ask_for_snapshot
from annotator.exports.snapshots.files import sealed_file
from annotator.exports.snapshots.frames import lines_of
from annotator.jobs import running


def asked(
    campaign: Campaign, *, gate: Mapping[str, str] | None = None, parquet: bool = False, **query: str
) -> Snapshot:
    return ask_for_snapshot(
        campaign=campaign,
        query=read_query(query),
        gate=gate or {},
        requested_by=None,
        asked_with="",
        now=timezone.now(),
        parquet=parquet,
    )


def taken(snapshot: Snapshot) -> Snapshot:
    found = running.take(Snapshot, pk=snapshot.pk, now=timezone.now())
    assert found is not None
    return found


def nobody(part_id: int) -> None:
    """No other worker is there."""


def sealed(campaign: Campaign, **asks: Any) -> Snapshot:
    snapshot = asked(campaign, **asks)
    building.build_snapshot(snapshot=taken(snapshot), clock=timezone.now, wake=nobody)
    snapshot.refresh_from_db()
    return snapshot


def build_part_of(part_id: int) -> None:
    """What the task of another worker does."""
    part = running.take(SnapshotPart, pk=part_id, now=timezone.now())
    if part is not None:
        building.build_part(part=part, clock=timezone.now)


def content(snapshot: Snapshot, name: str) -> bytes:
    return b"".join(sealed_file(snapshot, name).chunks)


def rows(snapshot: Snapshot, name: str) -> list[Any]:
    return [orjson.loads(line) for line in lines_of([content(snapshot, name)])]


def contents(snapshot: Snapshot) -> dict[str, bytes]:
    return {file["name"]: content(snapshot, file["name"]) for file in snapshot.files}


@contextmanager
def files_in(folder: Path) -> Iterator[None]:
    """Snapshots lie in this folder inside the block."""
    backend = "annotator.exports.snapshots.storages.FolderStorage"
    with override_settings(
        STORAGES={**storages.backends, "snapshots": {"BACKEND": backend, "OPTIONS": {"location": folder}}}
    ):
        yield
