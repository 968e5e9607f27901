"""Sealed snapshots as rows and files, for tests in which it does not matter what was exported."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from pytest_django import Settings

from annotator.assignments.models import Campaign
from annotator.exports.models import Snapshot
from annotator.exports.snapshots.files import folder_of
from annotator.exports.snapshots.storages import snapshot_storage
from annotator.jobs.models import JobState
from tests.makers import NOW


def keep_snapshots_in(folder: Path, *, settings: Settings) -> None:
    backend = "annotator.exports.snapshots.storages.FolderStorage"
    options = {"BACKEND": backend, "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "snapshots": options}


def stored_snapshot(
    campaign: Campaign, files: Mapping[str, bytes] | None = None, *, query: Mapping[str, str] | None = None
) -> Snapshot:
    """One that is done and has these files."""
    files = {"manifest.json": b"{}"} if files is None else files
    snapshot = Snapshot.objects.create(
        campaign=campaign,
        query={"format": "native", **(query or {})},
        requested_at=NOW,
        started_at=NOW,
        finished_at=NOW,
        state=JobState.DONE,
        attempt_count=1,
        digest=hashlib.sha256(b"".join(files.values())).hexdigest(),
        row_count=1,
        counts={"rows": 1},
        files=[about_file(name, content) for name, content in files.items()],
    )
    for name, content in files.items():
        snapshot_storage().save(f"{folder_of(snapshot)}/{name}", ContentFile(content))
    return snapshot


def about_file(name: str, content: bytes) -> dict[str, Any]:
    return {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "media_type": "application/octet-stream",
    }
