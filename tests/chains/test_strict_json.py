"""The door of the import: what a line of JSON may be, and in which words everything else is refused."""

import contextlib
import io
import json
import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.chains.strict_json import (
    LINE_BYTES_LIMIT,
    NESTING_LIMIT,
    LineError,
    Refusal,
    parse_object,
    quoted,
    read_lines,
)

REFUSED = {
    "nothing at all": (b"", "blank line"),
    "white space only": (b" \t\r", "blank line"),
    "half an object": (b'{"a": 1', "not JSON: expecting ',' delimiter at character 8"),
    "no value": (b'{"a":}', "not JSON: expecting value at character 6"),
    "single quotes": (
        b"{'a': 1}",
        "not JSON: expecting property name enclosed in double quotes at character 2",
    ),
    "a comment": (b"// hello", "not JSON: expecting value at character 1"),
    "a trailing comma": (
        b'{"a":1,}',
        "not JSON: expecting property name enclosed in double quotes at character 8",
    ),
    "a leading zero": (b'{"a":01}', "not JSON: expecting ',' delimiter at character 7"),
    "a raw tab in a string": (b'{"a":"x\ty"}', "not JSON: invalid control character at character 8"),
    "an unknown escape": (b'{"a":"\\x41"}', "not JSON: invalid \\escape at character 7"),
    "two objects": (b'{"a":1} {"b":2}', "text after the object, at character 9"),
    "an object and a comma": (b'{"a":1},', "text after the object, at character 8"),
    "a list": (b'[{"a":1}]', "must be an object, not list"),
    "a string": (b'"a"', "must be an object, not string"),
    "null": (b"null", "must be an object, not null"),
    "true": (b"true", "must be an object, not bool"),
    "a number": (b"17", "must be an object, not int"),
    "Latin-1": ('{"a":"é"}'.encode("latin-1"), "not UTF-8 at byte 7"),
    "a cut UTF-8 sequence": (b'{"a":"\xe2\x82', "not UTF-8 at byte 7"),
    "an overlong slash": (b'{"a":"\xc0\xaf"}', "not UTF-8 at byte 7"),
    "a surrogate in UTF-8": (b'{"a":"\xed\xa0\x80"}', "not UTF-8 at byte 7"),
    "UTF-16 without a mark": ('{"a":1}'.encode("utf-16-le"), "NUL byte at byte 2 (is the file UTF-16?)"),
    "a byte order mark": (b'\xef\xbb\xbf{"a":1}', "byte order mark (BOM) in the middle of the file"),
    "a raw NUL": (b'{"a":"\x00"}', "NUL byte at byte 7 (is the file UTF-16?)"),
    "an escaped NUL": (b'{"a":["x","y\\u0000"]}', "a[1]: NUL character at character 2"),
    "an escaped NUL in a key": (b'{"m":{"k\\u0000":1}}', "m: key 'k\\x00': NUL character at character 2"),
    "an escaped NUL in the first key": (b'{"\\u0000":1}', "key '\\x00': NUL character at character 1"),
    "a high surrogate alone": (b'{"a":{"b":"\\ud83d"}}', "a.b: lone surrogate at character 1"),
    "a low surrogate alone": (b'{"a":"x\\uDE00"}', "a: lone surrogate at character 2"),
    "surrogates the wrong way round": (b'{"a":"\\ude00\\ud83d"}', "a: lone surrogate at character 1"),
    "a surrogate in a key": (b'{"\\ud800":1}', "key '\\ud800': lone surrogate at character 1"),
    "NaN": (b'{"a":NaN}', "NaN is not a JSON number"),
    "Infinity": (b'{"a":[Infinity]}', "Infinity is not a JSON number"),
    "-Infinity": (b'{"a":-Infinity}', "-Infinity is not a JSON number"),
    "a float past the largest double": (b'{"a":1e400}', 'number too large: "1e400"'),
    "a float past the smallest double": (b'{"a":-1.5e309}', 'number too large: "-1.5e309"'),
    "2 to the 63": (b'{"a":9223372036854775808}', 'integer does not fit 64 bits: "9223372036854775808"'),
    "below minus 2 to the 63": (
        b'{"a":-9223372036854775809}',
        'integer does not fit 64 bits: "-9223372036854775809"',
    ),
    "5,000 digits": (b'{"a":' + b"7" * 5_000 + b"}", f'integer does not fit 64 bits: "{"7" * 60}…"'),
    "a duplicate key": (b'{"a":1,"b":2,"a":1}', 'duplicate key "a"'),
    "a duplicate key further in": (b'{"a":[{"b":{"c":1,"c":2}}]}', 'duplicate key "c"'),
    "a duplicate key spelt otherwise": (b'{"steps":1,"\\u0073teps":2}', 'duplicate key "steps"'),
    "51 levels of lists": (
        b'{"a":' + b"[" * NESTING_LIMIT + b"]" * NESTING_LIMIT + b"}",
        "nested deeper than 50 levels",
    ),
    "51 levels of objects": (
        b'{"a":' * NESTING_LIMIT + b"{}" + b"}" * NESTING_LIMIT,
        "nested deeper than 50 levels",
    ),
    "100,000 open brackets": (b"[" * 100_000, "nested deeper than 50 levels"),
    "100,000 open objects": (b'{"a":' * 100_000, "nested deeper than 50 levels"),
}


@pytest.mark.parametrize(("line", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_nasty_line_is_refused_in_words(line: bytes, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_object(line)

    assert str(refusal.value) == reason


TAKEN: dict[str, tuple[bytes, dict[str, object]]] = {
    "an empty object": (b"{}", {}),
    "a carriage return before the newline": (b'{"a":1}\r', {"a": 1}),
    "spaces around": (b' { "a" : 1 } ', {"a": 1}),
    "white space in a text": (b'{"a":"  x \\n"}', {"a": "  x \n"}),
    "the six characters of an escaped NUL": (b'{"a":"\\\\u0000"}', {"a": "\\u0000"}),
    "the six characters of a surrogate": (b'{"a":"\\\\ud800"}', {"a": "\\ud800"}),
    "a surrogate pair": (b'{"a":"\\ud83d\\ude42"}', {"a": "🙂"}),
    "a zero-width no-break space within a text": (b'{"a":"x\xef\xbb\xbfy"}', {"a": "x\ufeffy"}),
    "a composed and a decomposed letter": ('{"é":"é"}'.encode(), {"é": "é"}),
    "both line separators of Unicode": ('{"a":"\u2028\u2029"}'.encode(), {"a": "\u2028\u2029"}),
    "an unassigned and a private character": (
        '{"a":"\uffff\ue000\U0010ffff"}'.encode(),
        {"a": "\uffff\ue000\U0010ffff"},
    ),
    "NaN as a text": (b'{"a":"NaN"}', {"a": "NaN"}),
    "keys that differ in case only": (b'{"a":1,"A":2}', {"a": 1, "A": 2}),
    "one key in two objects": (b'{"a":{"b":1},"c":{"b":1}}', {"a": {"b": 1}, "c": {"b": 1}}),
    "text that looks like a key": (b'{"a":"\\"a\\":1"}', {"a": '"a":1'}),
    "the largest integer": (b'{"a":9223372036854775807}', {"a": 2**63 - 1}),
    "the smallest integer": (b'{"a":-9223372036854775808}', {"a": -(2**63)}),
    "the largest double": (b'{"a":1.7976931348623157e308}', {"a": 1.7976931348623157e308}),
    "19 digits within a text": (b'{"a":"99999999999999999999"}', {"a": "99999999999999999999"}),
}


@pytest.mark.parametrize(("line", "value"), TAKEN.values(), ids=TAKEN.keys())
def test_an_unusual_but_sound_line_is_taken_as_it_is(line: bytes, value: dict[str, object]) -> None:
    assert parse_object(line) == value


def test_fifty_levels_are_taken() -> None:
    assert parse_object(b'{"a":' + b"[" * (NESTING_LIMIT - 1) + b"]" * (NESTING_LIMIT - 1) + b"}")


storable_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | storable_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(storable_text, inner, max_size=4),
    max_leaves=20,
)


@given(value=st.dictionaries(storable_text, json_values, max_size=5), escaped=st.booleans())
def test_every_storable_object_comes_back_as_it_was(value: dict[str, object], escaped: bool) -> None:
    line = json.dumps(value, ensure_ascii=escaped).encode()

    assert repr(parse_object(line)) == repr(value)


@given(line=st.binary(max_size=60) | st.text('{}[]":,\\u0dD8neE+-.1 ', max_size=60).map(str.encode))
def test_any_bytes_give_an_object_or_a_refusal_that_can_be_stored(line: bytes) -> None:
    reason = "taken"
    try:
        parse_object(line)
    except Refusal as refusal:
        reason = str(refusal)

    assert reason
    assert b"\0" not in reason.encode()


HOSTILE = {
    "digits": b'{"a":' + b"1" * 2_000_000 + b"}",
    "a long fraction": b'{"a":0.' + b"1" * 2_000_000 + b"}",
    "backslashes": b'{"a":"' + b"\\\\" * 1_000_000 + b'"}',
    "quotes": b'"' * 2_000_000,
    "brackets": b'{"a":' + b"[" * 2_000_000,
    "an unclosed text": b'{"a":"' + b"x" * 2_000_000,
    "white space": b'{"a":1' + b" " * 2_000_000 + b"}",
    "long keys above many texts": (b'{"' + b"k" * 40_000 + b'":') * 49
    + b"["
    + b'"\\ud83d\\ude42",' * 1_000
    + b"1]"
    + b"}" * 49,
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE.keys())
def test_two_megabytes_of_spite_are_done_with_at_once(line: bytes) -> None:
    started = time.process_time()
    with contextlib.suppress(Refusal):
        parse_object(line)

    # A quadratic reading of two million characters would take minutes; a linear one takes some hundredths.
    assert time.process_time() - started < 2


def read(content: bytes) -> list[tuple[int, bytes | LineError]]:
    return list(read_lines(io.BytesIO(content)))


def test_lines_are_numbered_from_one_and_the_last_needs_no_newline() -> None:
    assert read(b"a\nb\r\n\nc") == [(1, b"a"), (2, b"b\r"), (3, b""), (4, b"c")]
    assert read(b"a\n") == [(1, b"a")]
    assert read(b"") == []


def test_other_line_ends_do_not_cut_a_line() -> None:
    line = "a\x0b\x0c\x1c\x85\u2028\u2029z".encode()

    assert read(line + b"\n") == [(1, line)]


def test_a_utf_8_mark_is_taken_at_the_very_start_only() -> None:
    mark = b"\xef\xbb\xbf"

    assert read(mark + b"{}\n" + mark + b"{}\n") == [(1, b"{}"), (2, mark + b"{}")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_wide_encoding_gets_one_error_for_the_whole_file(encoding: str) -> None:
    [(number, error)] = read('{"a":1}\n{"a":2}\n'.encode(encoding))

    assert number == 1
    assert str(error) == "line 1: the file is UTF-16 or UTF-32 (byte order mark); it must be UTF-8"


def test_a_line_at_the_limit_is_read_and_the_next_byte_is_too_much() -> None:
    longest = b"x" * LINE_BYTES_LIMIT

    assert read(longest + b"\na") == [(1, longest), (2, b"a")]
    [(_, error), following] = read(longest + b"x\na\n")
    assert str(error) == "line 1: longer than 10,000,000 bytes"
    assert following == (2, b"a")
    [(_, last)] = read(longest + b"x")
    assert str(last) == "line 1: longer than 10,000,000 bytes"


def test_a_line_past_the_limit_is_never_held_as_a_whole() -> None:
    class Endless(io.BytesIO):
        largest_piece = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert size > 0
            piece = super().readline(size)
            self.largest_piece = max(self.largest_piece, len(piece))
            return piece

    stream = Endless(b"x" * (LINE_BYTES_LIMIT * 3))

    assert len(list(read_lines(stream))) == 1
    assert stream.largest_piece == LINE_BYTES_LIMIT + 1


def test_a_line_error_says_where_and_why_and_survives_a_queue() -> None:
    error = LineError(17, "steps[2]: empty")

    assert str(error) == "line 17: steps[2]: empty"
    assert (error.line, error.reason) == (17, "steps[2]: empty")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_quoted_text_is_short_and_printable() -> None:
    assert quoted("naïve") == '"naïve"'
    assert quoted("x" * 61) == '"' + "x" * 60 + '…"'
    assert quoted("a\nb\0\ud800") == "'a\\nb\\x00\\ud800'"
