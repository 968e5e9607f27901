"""Lines as zstd frames, which make one file when they are put behind one another. No Django, no database."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import zstandard

# Frames end with the lines, never with the number of workers or the time: the same lines in a part give the same bytes.
FRAME_BYTES = 4 * 1024 * 1024
LEVEL = 6
# Repetitive lines grow a thousandfold when they are read back, so little is read at a time.
SLICE = 16 * 1024


@dataclass(slots=True)
class FrameWriter:
    """Compresses lines on one thread; each frame knows its content's size and carries its checksum."""

    out: IO[bytes]
    rows: int = 0
    lines_size: int = 0
    size: int = 0
    waiting: list[bytes] = field(default_factory=list)
    waiting_size: int = 0
    compressor: Any = field(
        default_factory=lambda: zstandard.ZstdCompressor(
            level=LEVEL, threads=0, write_content_size=True, write_checksum=True
        )
    )

    def add(self, lines: bytes, *, rows: int = 1) -> None:
        self.waiting.append(lines)
        self.waiting_size += len(lines)
        self.rows += rows
        if self.waiting_size >= FRAME_BYTES:
            self.end_frame()

    def end_frame(self) -> None:
        frame = self.compressor.compress(b"".join(self.waiting))
        self.lines_size += self.waiting_size
        self.size += self.out.write(frame)
        self.waiting, self.waiting_size = [], 0

    def finish(self) -> None:
        if self.waiting:
            self.end_frame()


def empty_frame() -> bytes:
    """A file of no lines, which every reader of zstd takes for one."""
    return bytes(zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(b""))


@dataclass(slots=True)
class Sums:
    """Of a file as it lies there, and of the lines in it."""

    size: int = 0
    lines_size: int = 0
    whole: Any = field(default_factory=hashlib.sha256)
    lines: Any = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        return str(self.whole.hexdigest())

    @property
    def lines_sha256(self) -> str:
        return str(self.lines.hexdigest())


def summed(chunks: Iterable[bytes], *, sums: Sums) -> Iterator[bytes]:
    """The chunks of frames as they come; reading them back checks every frame's own sum."""
    reader = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
    for chunk in chunks:
        sums.whole.update(chunk)
        sums.size += len(chunk)
        for lines in read_back(chunk, reader=reader):
            sums.lines.update(lines)
            sums.lines_size += len(lines)
        yield chunk


def read_back(chunk: bytes, *, reader: Any) -> Iterator[bytes]:
    for start in range(0, len(chunk), SLICE):
        yield reader.decompress(chunk[start : start + SLICE])


def hashed(chunks: Iterable[bytes], *, sums: Sums) -> Iterator[bytes]:
    """The chunks of a file that is no lines."""
    for chunk in chunks:
        sums.whole.update(chunk)
        sums.size += len(chunk)
        yield chunk


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in frames, without their line breaks."""
    reader = zstandard.ZstdDecompressor().decompressobj(read_across_frames=True)
    rest = b""
    for chunk in chunks:
        for some in read_back(chunk, reader=reader):
            *lines, rest = (rest + some).split(b"\n")
            yield from lines
    if rest:
        yield rest
