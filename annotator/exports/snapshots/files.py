"""The files of sealed snapshots: where each lies, and its bytes."""

from collections.abc import Generator
from dataclasses import dataclass

from annotator.exports.models import Snapshot
from annotator.exports.snapshots.storages import SnapshotStorage, snapshot_storage
from annotator.jobs.models import JobState

MANIFEST = "manifest.json"
CARD = "README.md"
CROISSANT = "croissant.json"
CHAINS = "chains.jsonl.zst"
MEDIA_TYPES = {
    ".zst": "application/zstd",
    ".parquet": "application/vnd.apache.parquet",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
}


class MissingFile(FileNotFoundError):
    """A sealed file that the storage does not have, or not whole: somebody has touched it, or a backup was not restored."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """One file of a sealed snapshot. It never changes, so `sha256` is its strong ETag."""

    name: str
    size: int
    sha256: str
    media_type: str
    path: str
    storage: SnapshotStorage

    def read(self, start: int, end: int) -> Generator[bytes]:
        """The bytes from `start` up to but without `end`. Raises MissingFile, at once and not at the first chunk."""
        try:
            return self.storage.read_range(self.path, start=start, end=end)
        except FileNotFoundError as gone:
            raise MissingFile(words_for_missing(self.name)) from gone

    @property
    def chunks(self) -> Generator[bytes]:
        return self.read(0, self.size)


def folder_of(snapshot: Snapshot, *, attempt: int | None = None) -> str:
    """Of this attempt: a run that was taken for dead can then never write over what another one has sealed."""
    number = snapshot.attempt_count if attempt is None else attempt
    return f"{folder_of_all(snapshot)}/{number}"


def folder_of_all(snapshot: Snapshot) -> str:
    return f"{snapshot.campaign.key}/{snapshot.pk}"


def sealed_file(snapshot: Snapshot, name: str) -> SealedFile:
    """The snapshot's file of this name. Raises FileNotFoundError where it has none, MissingFile where it is gone."""
    listed = snapshot.files if snapshot.state == JobState.DONE else []
    about = next((file for file in listed if file["name"] == name), None)
    if about is None:
        raise FileNotFoundError(f"The snapshot has no file {name!r}.")
    found = SealedFile(
        name=name,
        size=about["size"],
        sha256=about["sha256"],
        media_type=about["media_type"],
        path=f"{folder_of(snapshot)}/{name}",
        storage=snapshot_storage(),
    )
    try:
        size = found.storage.size(found.path)
    except FileNotFoundError as gone:
        raise MissingFile(words_for_missing(name)) from gone
    if size != found.size:
        raise MissingFile(f"{name} was sealed with {found.size} bytes and has {size} now.")
    return found


def words_for_missing(name: str) -> str:
    return f"{name} was sealed, but is missing where the files of snapshots lie."


def media_type_of(name: str) -> str:
    if name == CROISSANT:
        return "application/ld+json"
    return MEDIA_TYPES[name[name.rindex(".") :]]
