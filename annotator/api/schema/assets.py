"""The three files of the documentation page out of its package, and none of the ten megabytes beside them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import drf_spectacular_sidecar
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FOLDER = "vendor/swagger-ui"
SOURCE = (
    Path(drf_spectacular_sidecar.__file__).parent / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"
)
# The style sheet names its map, which has to be there where files are collected.
FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui.css.map")


class DocumentationFinder(BaseFinder):
    def __init__(self) -> None:
        self.storage = FileSystemStorage(location=SOURCE)
        # How collectstatic is told the folder below which a storage's files go.
        self.storage.prefix = FOLDER  # type: ignore[attr-defined]

    def find(self, path: str, find_all: bool = False, **options: Any) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        folder, _, name = path.rpartition("/")
        found = str(SOURCE / name) if folder == FOLDER and name in FILES else None
        if find_all:
            return [] if found is None else [found]
        return found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in FILES:
            yield name, self.storage
