"""What one part of a snapshot comes to, as files that the coordinating worker puts behind those of the other parts."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import IO, cast

import orjson
from django.core.files.base import File

from annotator.exports.formats import LeftOut
from annotator.exports.lines import Line
from annotator.exports.models import SnapshotPart
from annotator.exports.options import SPLITS
from annotator.exports.queries import ExportQuery
from annotator.exports.snapshots.files import CHAINS
from annotator.exports.snapshots.frames import FrameWriter
from annotator.exports.snapshots.parts import path_of_part
from annotator.exports.snapshots.storages import SnapshotStorage
from annotator.exports.splits import split_of

# What is larger goes to the disk until the storage has it.
KEPT_IN_MEMORY = 16 * 1024 * 1024
# Of the labels of a chain, so much is told apart in the index.
LABELS_BYTES = 16


@dataclass(slots=True)
class PartFiles:
    """Lines by split, and an index of the chains that they are of, all of it compressed as it comes."""

    writers: dict[str, FrameWriter]
    index: FrameWriter
    percents: tuple[int, int, int]
    chains: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    # A chain may have several lines behind one another, one for each person.
    chain: tuple[str, str] | None = None
    labels: list[bytes] = field(default_factory=list)

    def add(self, found: Line | LeftOut) -> None:
        if isinstance(found, LeftOut):
            self.left_out[found.value] += 1
            return
        split = split_of(found.problem_id, percents=self.percents)
        self.writers[split].add(found.data, rows=found.rows)
        if self.chain != (found.chain_id, split):
            self.end_chain()
            self.chain = (found.chain_id, split)
        self.labels.append(found.labels_digest)

    def end_chain(self) -> None:
        if self.chain is None:
            return
        labels = self.labels[0] if len(self.labels) == 1 else hashlib.sha256(b"".join(self.labels)).digest()
        row = {"chain_id": self.chain[0], "split": self.chain[1], "labels": labels[:LABELS_BYTES].hex()}
        self.index.add(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        self.chains += 1
        self.chain, self.labels = None, []

    def finish(self) -> None:
        self.end_chain()
        for writer in [*self.writers.values(), self.index]:
            writer.finish()


@contextmanager
def part_files(query: ExportQuery) -> Iterator[PartFiles]:
    with ExitStack() as stack:

        def spooled() -> FrameWriter:
            file = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY))
            return FrameWriter(cast("IO[bytes]", file))

        yield PartFiles({split: spooled() for split in SPLITS}, spooled(), query.splits)


def write_lines(found: Iterable[Line | LeftOut], *, files: PartFiles, show: Callable[[int], None]) -> None:
    for count, one in enumerate(found):
        files.add(one)
        show(count)
    files.finish()


def store_files(files: PartFiles, *, part: SnapshotPart, storage: SnapshotStorage) -> list[dict[str, object]]:
    """Those that hold anything, each whole or not at all; where each lies goes into the part's row."""
    named = {data_name(split): writer for split, writer in files.writers.items()} | {CHAINS: files.index}
    stored: list[dict[str, object]] = []
    for name, writer in named.items():
        if writer.rows:
            path = path_of_part(part, name=name)
            writer.out.seek(0)
            storage.save(path, File(writer.out, name=path))
            stored.append({"name": name, "path": path, "rows": writer.rows, "size": writer.size})
    return stored


def data_name(split: str) -> str:
    return f"{split}.jsonl.zst"
