"""What the formats whose steps are right or wrong and nothing between have in common.

`after_error=drop` ends the chain with its first flawed step. `after_error=false` keeps all steps, and every one after the
first flawed one is wrong, whatever was said of it. A neutral step is right (`neutral=true`), wrong (`neutral=false`), or
its chain is left out (`neutral=drop_chain`, where it comes before the end). It is never the flawed step that ends a
chain. A chain with an undecided step before its first flawed one is left out.
"""

from dataclasses import dataclass

from annotator.exports.formats.left_out import LeftOut
from annotator.exports.options import AfterError, Neutral
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow

# What Math-Shepherd and its heirs set at the end of each step, for the model to put its verdict in its place.
MARKER = "\u043a\u0438"
RIGHT, WRONG = "+", "-"


@dataclass(frozen=True, slots=True)
class BinarySteps:
    """The steps that are told, and whether each is right. `judged`: so many of them were, the rest come after an error."""

    texts: tuple[str, ...]
    is_right: tuple[bool, ...]
    judged: int

    @property
    def signs(self) -> list[str]:
        return [RIGHT if right else WRONG for right in self.is_right]


def binary_steps(row: ChainRow, query: ExportQuery) -> BinarySteps | LeftOut:
    if not row.first_error.is_defined:
        return LeftOut.UNDECIDED
    judged = len(row.steps) if row.first_error.index is None else row.first_error.index + 1
    # A step that is judged has a verdict: the first error would be undefined otherwise.
    verdicts = [step.verdict or 0 for step in row.steps[:judged]]
    if query.neutral == Neutral.DROP_CHAIN and 0 in verdicts:
        return LeftOut.NEUTRAL_STEP
    least = 0 if query.neutral == Neutral.TRUE else 1
    end = judged if query.after_error == AfterError.DROP else len(row.steps)
    return BinarySteps(
        texts=tuple(step.text for step in row.steps[:end]),
        is_right=(*(verdict >= least for verdict in verdicts), *[False] * (end - judged)),
        judged=judged,
    )


def has_marker(row: ChainRow) -> bool:
    """Also in a step that is not told: whether a chain has a line should not hang on where it is cut."""
    return MARKER in row.problem or any(MARKER in step.text for step in row.steps)
