"""Columns of numbers from the database into arrays and back, by COPY, with no model instance on the way."""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any, Literal

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from annotator.analysis.arrays import Integers

Array = NDArray[Any]
Kind = Literal["bigint", "double precision", "boolean", "timestamptz"]

# How PostgreSQL writes each kind in binary, and how that is read.
SENT = {
    "bigint": ("int8send", ">i8"),
    "double precision": ("float8send", ">f8"),
    "boolean": ("boolsend", "?"),
    "timestamptz": ("timestamptz_send", ">i8"),
}
NATIVE = {"bigint": np.int64, "double precision": np.float64, "boolean": np.bool_, "timestamptz": np.int64}
# COPY's binary format begins with a signature, flags and the length of an extension.
HEADER_BYTES = 19
# A time is sent as microseconds since 2000.
EPOCH_OF_2000 = 946_684_800
# So much is written at a time.
LINES_AT_ONCE = 20_000


def copied(query: str, *, columns: int) -> Integers:
    """A query of integer columns, none of them null, as an array of shape (rows, columns)."""
    return np.stack(copied_columns(query, kinds=["bigint"] * columns), axis=1)


def copied_columns(
    query: str,
    *,
    kinds: Sequence[Kind],
    grouped_by: int | None = None,
    cursor: Any = None,
    values: Sequence[object] = (),
) -> list[Array]:
    """The columns of a query in which every value has been put, none of them null; a time as seconds since 1970.

    Rows come in any order. PostgreSQL packs each column into one value, which is four times as fast as sending rows;
    such a value has at most 1 GB. From 10 million rows on, group by a column that splits them into a few parts.

    `cursor`: one that is open already; `values`: of the query's placeholders.
    """
    packed = ", ".join(
        f"string_agg({SENT[kind][0]}(c{n}::{kind}), ''::bytea)" for n, kind in enumerate(kinds)
    )
    names = ", ".join(f"c{n}" for n in range(len(kinds)))
    grouping = "" if grouped_by is None else f"GROUP BY c{grouped_by}"
    sql = f"COPY (SELECT {packed} FROM ({query}) q ({names}) {grouping}) TO STDOUT (FORMAT binary)"  # noqa: S608
    opened = connection.cursor() if cursor is None else nullcontext(cursor)
    # A copy is psycopg's own: without this its errors would not be Django's, which callers know.
    with (
        opened as reader,
        connection.wrap_database_errors,
        reader.copy(reader.mogrify(sql, values) if values else sql) as copy,
    ):
        parts = list(fields_of(b"".join(copy)))
    return [native(parts[n :: len(kinds)], kind=kind) for n, kind in enumerate(kinds)]


def fields_of(raw: bytes) -> Iterator[memoryview]:
    """Every field of every row of COPY's binary format; a null, which packing no row gives, is empty."""
    content = memoryview(raw)
    at = HEADER_BYTES
    while True:
        (fields,) = struct.unpack_from(">h", content, at)
        at += 2
        if fields < 0:
            return
        for _ in range(fields):
            (length,) = struct.unpack_from(">i", content, at)
            at += 4
            yield content[at : at + max(length, 0)]
            at += max(length, 0)


def native(parts: list[memoryview], *, kind: Kind) -> Array:
    sent = [np.frombuffer(part, dtype=SENT[kind][1]) for part in parts]
    column: Array = np.concatenate([*sent, np.empty(0, dtype=SENT[kind][1])]).astype(NATIVE[kind])
    return column / 1e6 + EPOCH_OF_2000 if kind == "timestamptz" else column


def copy_in(
    *,
    table: str,
    columns: Sequence[str],
    lines: Iterable[str],
    show: Callable[[int], None] = lambda written: None,
) -> None:
    """Rows into a table, each a line in COPY's text format with its line break. `show` is told how many are written."""
    waiting: list[str] = []
    written = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
    ):
        for line in lines:
            waiting.append(line)
            if len(waiting) == LINES_AT_ONCE:
                copy.write("".join(waiting))
                written += len(waiting)
                waiting.clear()
                show(written)
        copy.write("".join(waiting))
