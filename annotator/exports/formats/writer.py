"""What every writer of a format is."""

from collections.abc import Callable
from typing import TypeAlias

import orjson

from annotator.exports.formats.left_out import LeftOut
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow

# One line with its newline, or several; of a chain that the format cannot hold, the reason.
Writer: TypeAlias = Callable[[ChainRow, TaxonomyRow, ExportQuery], bytes | LeftOut]


def line_of(fields: dict[str, object]) -> bytes:
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)
