"""Sealed files into a folder of one's own."""

import hashlib
from pathlib import Path

from annotator.exports.models import Snapshot
from annotator.exports.snapshots.files import MissingFile, sealed_file


def copy_out(snapshot: Snapshot, *, folder: Path) -> None:
    """Every file under its own name, over one that is there; a name is there only once its hash is right."""
    folder.mkdir(parents=True, exist_ok=True)
    for listed in snapshot.files:
        file = sealed_file(snapshot, listed["name"])
        unfinished = folder / f".{file.name}.unfinished"
        digest = hashlib.sha256()
        with unfinished.open("wb") as out:
            for chunk in file.chunks:
                digest.update(chunk)
                out.write(chunk)
        if digest.hexdigest() != file.sha256:
            unfinished.unlink()
            raise MissingFile(f"{file.name} is not what was sealed: its SHA-256 is {digest.hexdigest()}.")
        unfinished.replace(folder / file.name)
