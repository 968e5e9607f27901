"""One JSON object a line, read without trimming, coercing, normalising or ignoring anything.

Everything the standard decoder lets through and PostgreSQL or a reader of the export would choke on is refused in
words. Lines, bytes and characters are counted from 1. A UTF-8 byte order mark is accepted at the very start of a
file only. The standard decoder is used, not orjson: orjson keeps the last of duplicate keys and turns integers past
64 bits into floats, and checking for both afterwards costs what it saves.
"""

import json
import math
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator
from typing import BinaryIO

LINE_BYTES_LIMIT = 10_000_000
NESTING_LIMIT = 50
_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_DIGITS_THAT_ALWAYS_FIT = 18
_SHOWN_CHARACTERS = 60
_SHOWN_PATH_CHARACTERS = 200
_SKIPPED_AT_ONCE = 65_536
_KIND_NAMES = {"str": "string", "dict": "object", "NoneType": "null"}


class Refusal(ValueError):
    """Why a line cannot be taken, in words; `str()` is the reason."""


class LineError(ValueError):
    """A refused line: `line` counts from 1, `str()` reads "line 17: steps[2]: empty"."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | LineError]]:
    """Each line with its number, without its newline; a line past the limit is skipped unread and named.

    A file in UTF-16 or UTF-32 has no lines to speak of: it gets one error and the reading stops.
    """
    number = 0
    while line := stream.readline(LINE_BYTES_LIMIT + 1):
        number += 1
        if number == 1:
            if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_LE, BOM_UTF32_BE)):
                yield 1, LineError(1, "the file is UTF-16 or UTF-32 (byte order mark); it must be UTF-8")
                return
            line = line.removeprefix(BOM_UTF8)
        if line.endswith(b"\n"):
            yield number, line[:-1]
        elif len(line) > LINE_BYTES_LIMIT:
            _skip_to_next_line(stream)
            yield number, LineError(number, f"longer than {LINE_BYTES_LIMIT:,} bytes")
        else:
            yield number, line


def parse_object(line: bytes) -> dict[str, object]:
    """The JSON object that fills the line; raises Refusal, and nothing else, for any bytes whatever.

    All strings and keys can be encoded as UTF-8 and hold no NUL; integers fit 64 bits with sign; floats are finite;
    no object names a key twice; objects and lists are nested at most NESTING_LIMIT deep, the line's own object being 1.
    Linear in the length of the line.
    """
    value = _decode_json(_decode_text(line))
    if type(value) is not dict:
        raise Refusal(f"must be an object, not {kind_of(value)}")
    _refuse_deep_nesting(value)
    # Only an escape can spell these, so that lines without one, nearly all, need no look at every string.
    if b"\\u0000" in line or b"\\ud" in line or b"\\uD" in line:
        _refuse_unstorable_text(value)
    return value


def kind_of(value: object) -> str:
    """What a JSON value is, for messages: string, int, float, bool, null, list or object."""
    name = type(value).__name__
    return _KIND_NAMES.get(name, name)


def quoted(text: str) -> str:
    """A piece of the user's text for a message: cut, and escaped when it could not be printed or stored."""
    shown = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return f'"{shown}"' if shown.isprintable() else ascii(shown)


def _skip_to_next_line(stream: BinaryIO) -> None:
    while piece := stream.readline(_SKIPPED_AT_ONCE):
        if piece.endswith(b"\n"):
            return


def _decode_text(line: bytes) -> str:
    if line.startswith(BOM_UTF8):
        raise Refusal("byte order mark (BOM) in the middle of the file")
    if b"\0" in line:
        raise Refusal(f"NUL byte at byte {line.index(0) + 1} (is the file UTF-16?)")
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise Refusal(f"not UTF-8 at byte {error.start + 1}") from error


def _decode_json(text: str) -> object:
    if not text or text.isspace():
        raise Refusal("blank line")
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise Refusal(f"text after the object, at character {error.pos + 1}") from error
        words = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
        raise Refusal(f"not JSON: {words} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise Refusal(f"nested deeper than {NESTING_LIMIT} levels") from error
    return value


def _object_with_unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Refusal(f"duplicate key {quoted(key)}")
            seen.add(key)
    return value


def _integer_of_64_bits(digits: str) -> int:
    if len(digits) <= _DIGITS_THAT_ALWAYS_FIT:
        return int(digits)
    # The length first: int() refuses some thousands of digits with words about the interpreter's settings.
    if len(digits) > _DIGITS_THAT_ALWAYS_FIT + 2 or not _INT64_MIN <= int(digits) <= _INT64_MAX:
        raise Refusal(f"integer does not fit 64 bits: {quoted(digits)}")
    return int(digits)


def _finite_float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Refusal(f"number too large: {quoted(digits)}")
    return value


def _refuse_constant(name: str) -> None:
    raise Refusal(f"{name} is not a JSON number")


def _refuse_deep_nesting(value: dict[str, object]) -> None:
    level: list[dict[str, object] | list[object]] = [value]
    for _ in range(NESTING_LIMIT):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise Refusal(f"nested deeper than {NESTING_LIMIT} levels")


def _refuse_unstorable_text(value: dict[str, object]) -> None:
    """PostgreSQL can store neither NUL nor half of a surrogate pair."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        path, found = waiting.pop()
        if isinstance(found, str):
            _refuse_unstorable_string(found, path=path)
        elif isinstance(found, list):
            waiting.extend((f"{path}[{index}]", item) for index, item in enumerate(found))
        elif isinstance(found, dict):
            for key, item in found.items():
                _refuse_unstorable_string(
                    key, path=f"{path}: key {quoted(key)}" if path else f"key {quoted(key)}"
                )
                name = key if len(key) <= _SHOWN_CHARACTERS and key.isprintable() else quoted(key)
                waiting.append((f"{path}.{name}" if path else name, item))


def _refuse_unstorable_string(text: str, *, path: str) -> None:
    if "\0" in text:
        raise Refusal(f"{_shown_path(path)}: NUL character at character {text.index(chr(0)) + 1}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        reason = f"{_shown_path(path)}: lone surrogate at character {error.start + 1}"
        raise Refusal(reason) from error


def _shown_path(path: str) -> str:
    return path if len(path) <= _SHOWN_PATH_CHARACTERS else path[:_SHOWN_PATH_CHARACTERS] + "…"


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_with_unique_keys,
    parse_int=_integer_of_64_bits,
    parse_float=_finite_float,
    parse_constant=_refuse_constant,
)
