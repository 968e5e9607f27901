"""RLHFlow's conversations."""

from annotator.exports.formats.binary import binary_steps
from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow


def rlhflow(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """One turn of the user per step, each answered by "+" or "-": no indexes. `neutral` and `after_error` as in `binary`.

    The first turn is the problem, one space and the first step.
    """
    found = binary_steps(row, query)
    if isinstance(found, LeftOut):
        return found
    texts = [f"{row.problem} {found.texts[0]}", *found.texts[1:]]
    return line_of(
        {
            "conversations": [
                turn
                for text, sign in zip(texts, found.signs, strict=True)
                for turn in ({"role": "user", "content": text}, {"role": "assistant", "content": sign})
            ]
        }
    )
