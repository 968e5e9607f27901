"""The lines of a data file as Parquet, with the extra `parquet`. No Django, no database."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import IO, Any

import orjson

from annotator.exports.snapshots.columns import Column, Kind

# A group is what a reader holds at a time: fixed, so that the bytes are the same every time.
ROWS_PER_GROUP = 2_000


def is_parquet_there() -> bool:
    return find_spec("pyarrow") is not None


def write_parquet(lines: Iterable[bytes], *, columns: Sequence[Column], out: IO[bytes]) -> None:
    """All lines with explicit types, a group of rows at a time: no type is guessed from what the first rows hold."""
    # Only here: it is large, and without the extra it is not there.
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    schema = arrow.schema([(column.name, type_of(column, arrow=arrow)) for column in columns])
    with parquet.ParquetWriter(out, schema, compression="zstd", compression_level=6) as writer:
        rows: list[dict[str, Any]] = []
        for line in lines:
            rows.append(fields_of(orjson.loads(line), columns=columns))
            if len(rows) == ROWS_PER_GROUP:
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
                rows = []
        if rows:
            writer.write_table(arrow.Table.from_pylist(rows, schema=schema))


def type_of(column: Column, *, arrow: Any) -> Any:
    one = {
        Kind.TEXT: arrow.string,
        Kind.JSON: arrow.string,
        Kind.FLAG: arrow.bool_,
        Kind.WHOLE: arrow.int64,
        Kind.NUMBER: arrow.float64,
        Kind.PARTS: lambda: arrow.struct([(part.name, type_of(part, arrow=arrow)) for part in column.parts]),
    }[column.kind]()
    return arrow.list_(one) if column.is_list else one


def fields_of(row: dict[str, Any], *, columns: Sequence[Column]) -> dict[str, Any]:
    return {column.name: value_of(row.get(column.name), column=column) for column in columns}


def value_of(value: Any, *, column: Column) -> Any:
    """JSON parts as JSON text with sorted keys; null stays null."""
    if value is None:
        return None
    if column.kind == Kind.JSON:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    if column.kind == Kind.PARTS:
        if column.is_list:
            return [fields_of(one, columns=column.parts) for one in value]
        return fields_of(value, columns=column.parts)
    return value
