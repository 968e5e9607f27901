"""Where files of snapshots lie: a folder unless the settings say otherwise. A name is there only once its file is whole."""

import io
import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages

ALIAS = "snapshots"
CHUNK = 256 * 1024


class SnapshotStorage(Protocol):
    """What of Django's storages is used, and ranges. `read_range` raises FileNotFoundError; `end` is the first byte not read."""

    def save(self, name: str, content: "File[bytes]") -> str: ...
    def delete(self, name: str) -> None: ...
    def exists(self, name: str) -> bool: ...
    def size(self, name: str) -> int: ...
    def listdir(self, path: str) -> tuple[list[str], list[str]]: ...
    def read_range(self, name: str, *, start: int, end: int) -> Generator[bytes]: ...


def snapshot_storage() -> SnapshotStorage:
    return cast("SnapshotStorage", storages[ALIAS])


class FolderStorage(FileSystemStorage):
    """A file is written beside its name and moved there once the disk has it: nobody ever finds half of one."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        # The same attempt may write a file twice, the same both times.
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".unfinished")
        try:
            with os.fdopen(handle, "wb") as stream:
                for chunk in content.chunks(CHUNK):
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
            # mkstemp's own is for its owner alone.
            Path(beside).chmod(self.file_permissions_mode or 0o644)
            os.replace(beside, path)  # noqa: PTH105 (atomic, also over an older file)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        return name

    def read_range(self, name: str, *, start: int, end: int) -> Generator[bytes]:
        # Opened at once, so that a missing file shows before the first byte is asked for.
        stream = Path(self.path(name)).open("rb")  # noqa: SIM115 (closed by the chunks)
        return chunks_of(stream, start=start, end=end)


def chunks_of(stream: io.BufferedReader, *, start: int, end: int) -> Generator[bytes]:
    with stream:
        stream.seek(start)
        left = end - start
        while left > 0 and (chunk := stream.read(min(left, CHUNK))):
            left -= len(chunk)
            yield chunk


def sync_folder(folder: Path) -> None:
    """A new name is safe only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Chunked(io.RawIOBase):
    """Chunks as they come, as a file that can be read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = memoryview(buffer).cast("B")
        while not self.rest:
            chunk = next(self.chunks, None)
            if chunk is None:
                return 0
            self.rest = memoryview(chunk)
        count = min(len(wanted), len(self.rest))
        wanted[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


def save_chunks(storage: SnapshotStorage, name: str, chunks: Iterator[bytes]) -> None:
    """Store what the chunks hold under the name, without ever having all of it in memory."""
    storage.save(name, File(io.BufferedReader(Chunked(chunks), CHUNK), name=name))


def forget_folder(storage: SnapshotStorage, folder: str) -> None:
    """Everything below it; nothing happens where nothing is."""
    try:
        folders, names = storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for inner in folders:
        forget_folder(storage, f"{folder}/{inner}")
    for name in names:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)
