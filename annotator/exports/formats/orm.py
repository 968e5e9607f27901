"""Whole solutions with their outcome, for the baseline to compare step labels with."""

from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow


def orm(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """All steps, joined by one newline each, and whether the final answer is correct.

    What was said of the steps does not matter: no indexes, nothing neutral, no step is left out after an error.
    """
    if row.final_answer_correct is None:
        return LeftOut.OUTCOME_UNKNOWN
    return line_of(
        {
            "prompt": row.problem,
            "completion": "\n".join(step.text for step in row.steps),
            "label": row.final_answer_correct,
        }
    )
