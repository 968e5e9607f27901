"""What an export says, asked for in the words that the API and the commands take."""

from collections.abc import Iterator
from typing import Any

import orjson

from annotator.assignments.models import Campaign
from annotator.exports.formats import LeftOut
from annotator.exports.queries import read_query
from annotator.exports.rows.chain_rows import ChainRow
from annotator.exports.rows.reading import reading, rows_in
from annotator.exports.streaming import stream


def exported(campaign: Campaign, *, with_trailer: bool = False, **options: Any) -> bytes:
    return b"".join(stream(campaign=campaign, query=read_query(options), with_trailer=with_trailer))


def exported_lines(campaign: Campaign, *, with_trailer: bool = False, **options: Any) -> list[dict[str, Any]]:
    content = exported(campaign, with_trailer=with_trailer, **options)
    return [orjson.loads(text) for text in content.split(b"\n")[:-1]]


def read_rows(*, campaign: Campaign, **options: Any) -> Iterator[ChainRow]:
    """Those that no option leaves out."""
    with reading(campaign=campaign, query=read_query(options)) as opened:
        yield from (row for row in rows_in(opened) if not isinstance(row, LeftOut))
