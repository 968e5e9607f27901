"""Published and own file formats, line by line, into one kind of record. No Django, no database.

Each reader states its index base, what it takes for a neutral label, and what it knows of steps after the first error.
Texts are byte-exact: never trimmed, normalised or re-encoded. Unknown keys and wrong types are refused with their path.
An optional key may be absent or null, which mean the same: not given.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

from annotator.chains.formats.fields import ID_BYTES_LIMIT, STEP_COUNT_LIMIT, TEXT_BYTES_LIMIT
from annotator.chains.formats.math_shepherd import read_math_shepherd
from annotator.chains.formats.native import read_native
from annotator.chains.formats.prm800k import read_prm800k
from annotator.chains.formats.processbench import read_processbench
from annotator.chains.formats.records import Alternative, ChainRecord, SkippedLine
from annotator.chains.strict_json import LineError, Refusal, parse_object, quoted, read_lines

__all__ = [
    "FORMATS",
    "FORMATS_THAT_REPEAT_CHAINS",
    "ID_BYTES_LIMIT",
    "STEP_COUNT_LIMIT",
    "TEXT_BYTES_LIMIT",
    "Alternative",
    "ChainRecord",
    "Reader",
    "SkippedLine",
    "read_records",
]

Reader: TypeAlias = Callable[[dict[str, object]], ChainRecord | SkippedLine]

FORMATS: Mapping[str, Reader] = MappingProxyType(
    {
        "native": read_native,
        "processbench": read_processbench,
        "prm800k": read_prm800k,
        "math_shepherd": read_math_shepherd,
    }
)
# Where one chain may stand on many lines (one per labeler), so that meeting its id again is not a mistake of the file.
FORMATS_THAT_REPEAT_CHAINS = frozenset({"prm800k", "math_shepherd"})


def read_records(
    stream: BinaryIO, *, format_name: str
) -> Iterator[tuple[int, ChainRecord | SkippedLine | LineError]]:
    """Every line of the file with its number from 1: a record, a skipped line, or what is wrong with it.

    Goes on after a bad line, so that the caller can collect as many errors as it wants to show. Whether ids repeat is
    the caller's to check. An empty file is an error of line 1. Raises ValueError for an unknown format.
    """
    if format_name not in FORMATS:
        raise ValueError(f"unknown format {quoted(format_name)}: choose one of {', '.join(FORMATS)}")
    return read_each_line(stream, FORMATS[format_name])


def read_each_line(
    stream: BinaryIO, reader: Reader
) -> Iterator[tuple[int, ChainRecord | SkippedLine | LineError]]:
    number = 0
    for number, line in read_lines(stream):
        if isinstance(line, LineError):
            yield number, line
            continue
        try:
            yield number, reader(parse_object(line))
        except Refusal as refusal:
            yield number, LineError(number, str(refusal))
    if number == 0:
        yield 1, LineError(1, "the file is empty")
