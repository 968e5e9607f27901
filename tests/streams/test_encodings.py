"""Which compression a client gets, and that a compressed stream moves, ends, and is the same every time."""

import gzip
import zlib
from collections.abc import Generator

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from annotator.streams.encodings import chosen_encoding, compressed, encoded

LINES = [f'{{"line":{number},"text":"{"step " * 50}"}}\n'.encode() for number in range(500)]


def chunks() -> Generator[bytes]:
    yield from LINES


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("deflate, br", None),
        ("*", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("gzip;q=0.5,zstd;q=0.5", "zstd"),
        ("gzip ; Q=0.7 , identity ;q=0.5", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "zstd"),
        ("zstd;q=0, *;q=0.1", "gzip"),
        ("*;q=0", None),
        ("identity;q=0", None),
        ("identity;q=0, gzip", "gzip"),
        ("gzip;q=1.5", None),
        ("gzip;q=-1", None),
        ("gzip;q=NaN", None),
        ("gzip;q=0.0001", None),
        ("gzip;q=", None),
        ("gzip;level=9", None),
        ("gzip;q=0.5;q=1", None),
        ("gzip;q=\u0661", None),
        ("gzip;q=0, gzip;q=1", None),
        (",,, gzip", "gzip"),
        ("gzipx", None),
        ("\u00e9,gzip", "gzip"),
        (";;;", None),
    ],
)
def test_the_header_chooses(header: str, chosen: str | None) -> None:
    assert chosen_encoding(header) == chosen


@given(st.text(alphabet="gzipstd*;q=.,0159 -xNa\t\x00", max_size=60))
def test_any_header_is_an_answer(header: str) -> None:
    assert chosen_encoding(header) in (None, "gzip", "zstd")


def test_a_hostile_header_takes_no_time() -> None:
    assert chosen_encoding("gzip;q=" + "0" * 100_000 + " " * 100_000 + "," * 100_000) is None


def test_chunks_as_they_are_stay_as_they_are() -> None:
    plain = encoded(chunks(), accept_encoding="identity")
    assert (plain.encoding, list(plain.chunks)) == (None, LINES)


def test_what_was_packed_is_unpacked_by_everybody() -> None:
    assert gzip.decompress(b"".join(compressed(chunks(), encoding="gzip"))) == b"".join(LINES)
    packed = b"".join(compressed(chunks(), encoding="zstd"))
    assert zstandard.ZstdDecompressor().decompressobj().decompress(packed) == b"".join(LINES)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_each_chunk_can_be_unpacked_before_the_next_one_comes(encoding: str) -> None:
    reader = (
        zlib.decompressobj(wbits=31) if encoding == "gzip" else zstandard.ZstdDecompressor().decompressobj()
    )
    packed = compressed(chunks(), encoding=encoding)
    for line in LINES[:20]:
        assert reader.decompress(next(packed)) == line
    packed.close()


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_the_same_lines_are_the_same_bytes(encoding: str) -> None:
    first, second = (b"".join(compressed(chunks(), encoding=encoding)) for _ in range(2))
    assert first == second
    if encoding == "gzip":
        assert first[4:8] == bytes(4), "no time of packing"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_stream_that_breaks_off_has_no_end(encoding: str) -> None:
    def broken() -> Generator[bytes]:
        yield LINES[0]
        raise RuntimeError("in the middle")

    chunks_of_it = compressed(broken(), encoding=encoding)
    packed = next(chunks_of_it)
    with pytest.raises(RuntimeError, match="in the middle"):
        next(chunks_of_it)
    reader = (
        zlib.decompressobj(wbits=31) if encoding == "gzip" else zstandard.ZstdDecompressor().decompressobj()
    )
    assert reader.decompress(packed) == LINES[0]
    assert not reader.eof


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_nothing_at_all_is_a_whole_file_too(encoding: str) -> None:
    def nothing() -> Generator[bytes]:
        yield from ()

    packed = b"".join(compressed(nothing(), encoding=encoding))
    reader = (
        zlib.decompressobj(wbits=31) if encoding == "gzip" else zstandard.ZstdDecompressor().decompressobj()
    )
    assert reader.decompress(packed) == b""
    assert reader.eof
