"""Which compression a client wants, and a stream in it: flushed chunk by chunk, the same bytes every time."""

import re
import zlib
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

import zstandard

IDENTITY = "identity"
# RFC 9110, section 12.4.2: at most three digits after the point.
WEIGHT = re.compile(r"\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)
# The old name of gzip that RFC 9110, section 8.4.1.3, asks to be known too.
OLD_NAMES = {"x-gzip": "gzip"}
# Both are faster than the rows come: an export is not held up by its compression.
GZIP_LEVEL = 1
ZSTD_LEVEL = 3
# A gzip header (RFC 1952) comes with these window bits; zlib leaves its time at 0.
GZIP_WINDOW = 31


class Compressor(Protocol):
    def feed(self, chunk: bytes) -> bytes:
        """What can be sent of it, all that was fed included."""
        ...

    def end(self) -> bytes: ...


class Gzip:
    def __init__(self) -> None:
        self.stream = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)

    def feed(self, chunk: bytes) -> bytes:
        return self.stream.compress(chunk) + self.stream.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self.stream.flush(zlib.Z_FINISH)


class Zstd:
    def __init__(self) -> None:
        self.stream = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compressobj()

    def feed(self, chunk: bytes) -> bytes:
        return self.stream.compress(chunk) + self.stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        return self.stream.flush(zstandard.COMPRESSOBJ_FLUSH_FINISH)


# In the order in which they are preferred where a client likes both as much.
COMPRESSORS: dict[str, Callable[[], Compressor]] = {"zstd": Zstd, "gzip": Gzip}


@dataclass(frozen=True, slots=True)
class Encoded:
    """`encoding` is None for chunks as they are."""

    chunks: Generator[bytes]
    encoding: str | None


def encoded(chunks: Generator[bytes], *, accept_encoding: str) -> Encoded:
    encoding = chosen_encoding(accept_encoding)
    if encoding is None:
        return Encoded(chunks, None)
    return Encoded(compressed(chunks, encoding=encoding), encoding)


def chosen_encoding(accept_encoding: str) -> str | None:
    """The compression that the header wants most; None where it wants none, or none that we have.

    RFC 9110, section 12.5.3, but that what excludes everything is answered as it is rather than refused.
    """
    weights = weights_in(accept_encoding)
    rest = weights.get("*", 0.0)
    wanted = {name: weights.get(name, rest) for name in COMPRESSORS}
    best = max(wanted, key=wanted.__getitem__)
    if wanted[best] <= 0 or weights.get(IDENTITY, 0.0) > wanted[best]:
        return None
    return best


def weights_in(accept_encoding: str) -> dict[str, float]:
    """By name; what cannot be read counts as not wanted, and of a name that stands there twice the first."""
    weights: dict[str, float] = {}
    for part in accept_encoding.split(","):
        name, *parameters = part.split(";")
        name = name.strip().lower()
        match = WEIGHT.fullmatch(parameters[0]) if parameters else None
        weight = float(match[1]) if match and len(parameters) == 1 else 0.0 if parameters else 1.0
        weights.setdefault(OLD_NAMES.get(name, name), weight)
    return weights


def compressed(chunks: Iterable[bytes], *, encoding: str) -> Generator[bytes]:
    """Each chunk can be unpacked as soon as it was sent. A stream that breaks off is left without its end."""
    compressor = COMPRESSORS[encoding]()
    for chunk in chunks:
        if packed := compressor.feed(chunk):
            yield packed
    yield compressor.end()
