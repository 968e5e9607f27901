"""How static files are collected: hashed, compressed, and each of our scripts as one file with all that it imports."""

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from django.core.management import CommandError
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from annotator.web.script_bundles import CannotBundle, bundle

Sources = dict[str, tuple[Storage, str]]
COMPRESSOR = Compressor(quiet=True)
QUICK_COMPRESSOR = Compressor(quiet=True, use_brotli=False)
_STYLE_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    def post_process(
        self,
        paths: Sources,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **options: Any,
    ) -> Iterator[tuple[str, str | None, Any]]:
        yield from super().post_process(paths if dry_run else for_browsers(paths), dry_run, **options)

    def compress_files(self, paths: Collection[str]) -> Iterator[tuple[str, str]]:
        """Only what pages ask for, and once: a hashed name stands for its content."""
        for name in set(self.hashed_files.values()).intersection(paths):
            path = self.path(name)
            if Path(f"{path}.gz").exists() or not COMPRESSOR.should_compress(name):
                continue
            # Brotli takes ten times as long, so that it is for the pages of annotators alone.
            compressor = COMPRESSOR if is_ours(name) else QUICK_COMPRESSOR
            for compressed in compressor.compress(path):
                yield name, compressed.removeprefix(path.removesuffix(name))


def is_ours(name: str) -> bool:
    return "/" not in name or name.startswith(("vendor/htmx/", "vendor/katex/"))


def for_browsers(paths: Sources) -> Sources:
    """The files to collect, with our own scripts bundled and our style sheet without its comments.

    Ours are those that lie in static/ itself; other people's lie in folders, and stay as they are.
    """
    made = InMemoryStorage()

    def read(name: str) -> str:
        if name not in paths:
            raise FileNotFoundError(name)
        storage, path = paths[name]
        with storage.open(path) as file:
            return str(file.read().decode())

    for name in [name for name in paths if "/" not in name]:
        if name.endswith(".js"):
            made.save(name, ContentFile(bundled(name, read=read).encode()))
        elif name.endswith(".css"):
            made.save(name, ContentFile(_STYLE_COMMENT.sub("", read(name)).encode()))
    return paths | {name: (made, name) for name in made.listdir("")[1]}


def bundled(script: str, *, read: Callable[[str], str]) -> str:
    try:
        return bundle(script, read=read)
    except CannotBundle as error:
        raise CommandError(str(error)) from error
