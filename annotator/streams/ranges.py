"""A sealed file over HTTP: whole or in part, resumed, revalidated, and cached for ever (RFC 9110, sections 13 and 14)."""

import re
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, TypeAlias

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response

from annotator.streams.seats import Seated, Sending

# Sealed files never change; only who may read them does, so no shared cache keeps them.
CACHING = "private, max-age=31536000, immutable"
RANGE = re.compile(r"bytes=\s*([0-9]*)-([0-9]*)\s*", re.IGNORECASE)
# A number with more digits than any length is as good as endless, and int() of very many is slow.
MOST_DIGITS = 18
Begun: TypeAlias = Callable[[int], Callable[[int], None]]
UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")


class Sealed(Protocol):
    """`sha256` in hex, of the whole file."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    def read(self, start: int, end: int) -> Generator[bytes]:
        """The bytes from `start` up to and without `end`."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Of a file the bytes from `start` up to and without `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


class NotInFile(Exception):
    """A range that names no byte of the file."""


def file_answer(request: HttpRequest, sealed: Sealed, *, begun: Begun | None = None) -> HttpResponseBase:
    """Answers GET and HEAD; several ranges at once are answered with the whole file, as RFC 9110 allows. Raises NoSeat.

    `begun` is told how many bytes are about to be sent; what it returns is told once, in the end, how many were taken.
    """
    etag = f'"{sealed.sha256}"'
    always = {"ETag": etag, "Cache-Control": CACHING, "Accept-Ranges": "bytes"}
    unchanged = get_conditional_response(request, etag=etag, response=HttpResponse(headers=always))
    if unchanged is not None and unchanged.status_code != HTTPStatus.OK:
        return without_body_type(unchanged)
    try:
        part = part_asked_for(request, size=sealed.size, etag=etag)
    except NotInFile:
        headers = {**always, "Content-Range": f"bytes */{sealed.size}", "Cache-Control": "no-store"}
        status = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
        return HttpResponse(content_type="text/plain", status=status, headers=headers)
    shown = part or Part(0, sealed.size)
    headers = {
        **always,
        "Content-Length": str(shown.size),
        "Content-Disposition": f'attachment; filename="{safe_name(sealed.name)}"',
        "X-Accel-Buffering": "no",
    }
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{sealed.size}"
    if request.method == "HEAD":
        return HttpResponse(content_type=sealed.media_type, headers=headers)
    return StreamingHttpResponse(
        Seated(lambda: sending(sealed, shown, begun=begun)),
        content_type=sealed.media_type,
        headers=headers,
        status=HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT,
    )


def sending(sealed: Sealed, part: Part, *, begun: Begun | None) -> Sending:
    taken = Taken(sealed, part)
    chunks = taken.chunks()
    ended = None if begun is None else begun(part.size)

    def close() -> None:
        chunks.close()
        if ended is not None:
            ended(taken.size)

    return Sending(chunks, close)


@dataclass(slots=True)
class Taken:
    """A part of a file, and how much of it was taken: a chunk is when the next one is asked for."""

    sealed: Sealed
    part: Part
    size: int = 0

    def chunks(self) -> Generator[bytes]:
        # Opened with the first chunk: what nobody begins to read leaves nothing open.
        with closing(self.sealed.read(self.part.start, self.part.end)) as chunks:
            for chunk in chunks:
                yield chunk
                self.size += len(chunk)


def part_asked_for(request: HttpRequest, *, size: int, etag: str) -> Part | None:
    """None for the whole file, which HEAD is always about. Raises NotInFile."""
    text = request.headers.get("Range") if request.method == "GET" else None
    condition = request.headers.get("If-Range", "").strip()
    # By ETag alone, and strongly: the other form of If-Range is a date, and a sealed file is known by its hash.
    if text is None or (condition and condition != etag):
        return None
    return part_in(text, size=size)


def part_in(text: str, *, size: int) -> Part | None:
    """What a Range header asks for. None for what is no single range of bytes, which is ignored. Raises NotInFile."""
    match = RANGE.fullmatch(text.strip())
    if match is None or (not match[1] and not match[2]):
        return None
    first, last = number_in(match[1]), number_in(match[2])
    if not match[1]:
        if last == 0 or size == 0:
            raise NotInFile
        return Part(max(0, size - last), size)
    if match[2] and last < first:
        return None
    if first >= size:
        raise NotInFile
    return Part(first, min(last + 1, size) if match[2] else size)


def number_in(text: str) -> int:
    digits = text.lstrip("0")
    return 10**MOST_DIGITS if len(digits) > MOST_DIGITS else int(digits or "0")


def safe_name(name: str) -> str:
    """For a header: no quote, no line end, no path."""
    return UNSAFE_IN_NAMES.sub("_", name.rpartition("/")[2]).lstrip(".") or "file"


def without_body_type(answer: HttpResponseBase) -> HttpResponseBase:
    """304 and 412 have no body, so nothing is said of one."""
    for header in ("Content-Type", "Content-Length"):
        if header in answer.headers:
            del answer.headers[header]
    return answer
