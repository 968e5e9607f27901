"""Math-Shepherd (Wang et al., arXiv 2312.08935)."""

import orjson

from annotator.exports.formats.binary import MARKER, binary_steps, has_marker
from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow

FIRST_HEADING = " Step 1: "
NO_TASK = ""


def math_shepherd(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """Steps are numbered from 1 in the text, `neutral` and `after_error` as in `binary`.

    A chain that could not be read back is left out: one with the marker in it, or with a problem in which " Step 1: "
    begins already. `task` is that of the chain's metadata, else the data set's domain, else empty.
    """
    if has_marker(row):
        return LeftOut.HAS_MARKER
    if (row.problem + FIRST_HEADING).index(FIRST_HEADING) < len(row.problem):
        return LeftOut.HAS_STEP_HEADING
    found = binary_steps(row, query)
    if isinstance(found, LeftOut):
        return found
    return line_of(
        {
            "input": text_of(row.problem, found.texts, [MARKER] * len(found.texts)),
            "label": text_of(row.problem, found.texts, found.signs),
            "task": task_of(row),
        }
    )


def text_of(problem: str, steps: tuple[str, ...], ends: list[str]) -> str:
    numbered = enumerate(zip(steps, ends, strict=True), start=1)
    return f"{problem} " + "\n".join(f"Step {number}: {step} {end}" for number, (step, end) in numbered)


def task_of(row: ChainRow) -> str:
    task = orjson.loads(row.metadata).get("task")
    return task if isinstance(task, str) else row.domain or NO_TASK
