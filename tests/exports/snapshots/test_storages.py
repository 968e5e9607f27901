"""A name is there only once its file is whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation

from annotator.exports.snapshots.storages import FolderStorage, forget_folder, save_chunks, snapshot_storage


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_write_that_breaks_off_leaves_neither_the_name_nor_half_a_file(folder: Path) -> None:
    def breaking_off() -> Iterator[bytes]:
        yield b"x" * 5_000_000
        assert not (folder / "a/whole").exists()
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        save_chunks(snapshot_storage(), "a/whole", breaking_off())
    assert files_below(folder) == {}


def test_what_is_written_again_replaces_the_whole_of_it_at_once(folder: Path) -> None:
    storage = snapshot_storage()
    save_chunks(storage, "a/whole", iter([b"one", b"", b"two"]))

    def reading_meanwhile() -> Iterator[bytes]:
        yield b"three"
        assert (folder / "a/whole").read_bytes() == b"onetwo"

    save_chunks(storage, "a/whole", reading_meanwhile())
    assert files_below(folder) == {"a/whole": b"three"}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 10, b"0123456789"), (3, 5, b"34"), (4, 4, b""), (8, 100, b"89"), (20, 30, b"")],
)
def test_a_range_holds_its_first_byte_and_not_its_end(
    folder: Path, start: int, end: int, expected: bytes
) -> None:
    save_chunks(snapshot_storage(), "digits", iter([b"0123456789"]))
    assert b"".join(snapshot_storage().read_range("digits", start=start, end=end)) == expected


def test_a_missing_file_shows_before_its_first_byte_is_asked_for(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        snapshot_storage().read_range("nothing", start=0, end=1)


def test_a_folder_is_forgotten_with_everything_in_it_and_one_that_is_not_there_too(folder: Path) -> None:
    storage = snapshot_storage()
    for name in ("a/b/one", "a/two", "c/three"):
        save_chunks(storage, name, iter([b"x"]))
    forget_folder(storage, "a")
    forget_folder(storage, "nothing")
    assert files_below(folder) == {"c/three": b"x"}


def test_a_name_that_leads_out_of_the_folder_is_refused(folder: Path) -> None:
    with pytest.raises(SuspiciousFileOperation):
        FolderStorage(location=folder).read_range("../../etc/passwd", start=0, end=1)
