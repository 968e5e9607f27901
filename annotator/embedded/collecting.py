"""Collecting the static files, unless they are collected already: it takes longer than everything else of a start."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = "collected_from"


def is_collected(folder: Path) -> bool:
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text() == state_of_sources()


def collect(folder: Path) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    (folder / STAMP).write_text(state_of_sources())


def state_of_sources() -> str:
    """Of the files, and of the code that makes what browsers get of them; by age and size, for their content is long."""
    code = (settings.BASE_DIR / "annotator" / "web").glob("*.py")
    states = [
        f"{path} {status.st_mtime_ns} {status.st_size}"
        for path in sorted({*source_files(), *code})
        if (status := path.stat())
    ]
    return hashlib.sha256("\n".join(states).encode()).hexdigest()


def source_files() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))
