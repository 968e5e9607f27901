"""TRL's stepwise supervision."""

from annotator.exports.formats.binary import binary_steps
from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow


def trl(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """One item per step, in order: no indexes. `neutral` and `after_error` as in `binary`.

    Labels are JSON booleans and nothing else: TRL's `int(label)` makes 0 of 0.9, and one float in a file makes
    `datasets` cast the whole column.
    """
    found = binary_steps(row, query)
    if isinstance(found, LeftOut):
        return found
    return line_of({"prompt": row.problem, "completions": found.texts, "labels": found.is_right})
