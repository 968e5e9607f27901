"""Sealed files over HTTP: whole, in part, revalidated, and what nasty headers get."""

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from annotator.streams.ranges import NotInFile, Part, file_answer, part_in, safe_name
from annotator.streams.seats import SEATS

CONTENT = bytes(range(100))
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@dataclass
class Kept:
    name: str = "train.jsonl.zst"
    content: bytes = CONTENT
    media_type: str = "application/zstd"
    reads: list[Part] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def read(self, start: int, end: int) -> Generator[bytes]:
        self.reads.append(Part(start, end))
        for at in range(start, end, 7):
            yield self.content[at : min(at + 7, end)]


def ask(file: Kept | None = None, /, *, method: str = "get", **headers: str) -> HttpResponseBase:
    request = getattr(RequestFactory(), method)("/file", headers=headers)
    return file_answer(request, Kept() if file is None else file)


def body(answer: Any) -> bytes:
    try:
        return bytes(answer.getvalue())
    finally:
        answer.close()


def test_the_whole_file_comes_with_all_that_is_known_of_it() -> None:
    answer = ask()
    assert (answer.status_code, body(answer)) == (200, CONTENT)
    assert dict(answer.headers) == {
        "Content-Type": "application/zstd",
        "ETag": ETAG,
        "Cache-Control": "private, max-age=31536000, immutable",
        "Accept-Ranges": "bytes",
        "Content-Length": "100",
        "Content-Disposition": 'attachment; filename="train.jsonl.zst"',
        "X-Accel-Buffering": "no",
    }


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=90-", 90, 100),
        ("bytes=0-", 0, 100),
        ("bytes=-1", 99, 100),
        ("bytes=-1000", 0, 100),
        ("bytes=99-5000", 99, 100),
        ("bytes=0-99999999999999999999999999", 0, 100),
        ("bytes=-99999999999999999999999999", 0, 100),
        ("Bytes= 5-6 ", 5, 7),
        ("bytes=007-008", 7, 9),
    ],
)
def test_a_part_is_cut_out(text: str, start: int, end: int) -> None:
    answer = ask(Range=text)
    assert (answer.status_code, body(answer)) == (206, CONTENT[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/100"
    assert answer.headers["Content-Length"] == str(end - start)
    assert answer.headers["ETag"] == ETAG


@pytest.mark.parametrize("text", ["bytes=100-", "bytes=100-200", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_a_range_behind_the_end_is_416_with_the_size(text: str) -> None:
    answer = ask(Range=text)
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */100"
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=a-b",
        "bytes=1-2,4-5",
        "bytes=--1",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=1.5-2",
        "bytes=\u0661-\u0662",
        "items=0-1",
        "0-1",
        "bytes = 0-1",
        "bytes=0-1\x00",
        "bytes=" + "0-0," * 10_000,
    ],
)
def test_what_is_no_single_range_is_answered_with_the_whole(text: str) -> None:
    answer = ask(Range=text)
    assert (answer.status_code, body(answer)) == (200, CONTENT)
    assert "Content-Range" not in answer.headers


@given(st.text(alphabet="bytes=0123456789-, *\x00", max_size=40), st.integers(0, 50))
def test_any_range_lies_in_the_file_or_is_refused(text: str, size: int) -> None:
    try:
        part = part_in(text, size=size)
    except NotInFile:
        return
    assert part is None or 0 <= part.start < part.end <= size


def test_nothing_of_an_empty_file_can_be_cut_out() -> None:
    empty = Kept(content=b"")
    answer = ask(empty)
    assert (answer.status_code, body(answer)) == (200, b"")
    for text in ("bytes=0-", "bytes=-1", "bytes=0-0"):
        assert ask(empty, Range=text).status_code == 416


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (ETAG, 206),
        (f" {ETAG} ", 206),
        (f"W/{ETAG}", 200),
        ('"another"', 200),
        (ETAG.strip('"'), 200),
        ("Sat, 21 Nov 2026 00:00:00 GMT", 200),
        ("*", 200),
    ],
)
def test_a_download_is_resumed_only_if_the_file_is_the_same(condition: str, status: int) -> None:
    headers = {"Range": "bytes=50-", "If-Range": condition}
    answer = ask(**headers)
    assert (answer.status_code, body(answer)) == (status, CONTENT[50:] if status == 206 else CONTENT)


def test_who_has_the_file_is_told_so_without_it() -> None:
    for value in (ETAG, f"W/{ETAG}", "*", f'"x", {ETAG}'):
        answer = ask(**{"If-None-Match": value, "Range": "bytes=0-1"})
        assert (answer.status_code, body(answer)) == (304, b"")
        assert answer.headers["ETag"] == ETAG
        assert "Content-Type" not in answer.headers
    assert ask(**{"If-Match": '"another"'}).status_code == 412
    for header in ({"If-None-Match": '"another"'}, {"If-Match": ETAG}, {"If-None-Match": ";;\x00"}):
        assert body(ask(**header)) == CONTENT


def test_head_says_what_get_would_and_opens_nothing() -> None:
    file = Kept()
    answer = ask(file, method="head", Range="bytes=0-1")
    assert (answer.status_code, body(answer), file.reads) == (200, b"", [])
    whole = ask()
    assert dict(answer.headers) == dict(whole.headers)
    whole.close()


def test_a_part_reads_no_more_than_itself() -> None:
    file = Kept()
    body(ask(file, Range="bytes=40-49"))
    assert file.reads == [Part(40, 50)]


def test_what_nobody_begins_to_read_opens_nothing_and_keeps_no_seat(settings: Settings) -> None:
    file = Kept()
    ask(file).close()
    assert file.reads == []
    assert SEATS._value == settings.EXPORTS_AT_ONCE


@pytest.mark.parametrize(("chunks", "taken"), [(0, 0), (1, 0), (3, 14), (99, 50)])
def test_what_was_taken_is_told_once_in_the_end(chunks: int, taken: int) -> None:
    told: list[int] = []

    def begun(size: int) -> Callable[[int], None]:
        assert size == 50
        return told.append

    request = RequestFactory().get("/file", headers={"Range": "bytes=-50"})
    answer: Any = file_answer(request, Kept(), begun=begun)
    for _, _chunk in zip(range(chunks), answer.streaming_content, strict=False):
        pass
    answer.close()
    answer.close()
    assert told == [taken]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("train.jsonl.zst", "train.jsonl.zst"),
        ('a"b\r\nSet-Cookie: x', "a_b__Set-Cookie__x"),
        ("../../etc/passwd", "passwd"),
        (".hidden", "hidden"),
        ("\u00fcber.json", "_ber.json"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_a_name_in_a_header_is_harmless(name: str, safe: str) -> None:
    assert safe_name(name) == safe
