"""ProcessBench (Zheng et al., arXiv 2412.06559)."""

from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow


def processbench(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """The first flawed step counted from 0, -1 when there is none; neutral is not flawed; later steps carry no label."""
    if not row.first_error.is_defined:
        return LeftOut.UNDECIDED
    if row.final_answer_correct is None:
        return LeftOut.OUTCOME_UNKNOWN
    return line_of(
        {
            "id": row.chain_id,
            "generator": row.generator,
            "problem": row.problem,
            "steps": [step.text for step in row.steps],
            "final_answer_correct": row.final_answer_correct,
            "label": -1 if row.first_error.index is None else row.first_error.index,
        }
    )
