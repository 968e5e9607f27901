"""OpenRLHF's process reward data."""

from annotator.analysis.consensus import soft
from annotator.exports.formats.binary import MARKER, BinarySteps, binary_steps, has_marker
from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.options import Neutral
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow


def openrlhf(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """One value per marker, in order: no indexes. `neutral` and `after_error` as in `binary`.

    The values are "+" and "-", or with `soft` all floats: the smoothed share of votes for a sound label, and with
    `neutral=true` for a neutral one too. Then a step after the first flawed one, which only `after_error=false` tells,
    is 0.0, and a chain with a step that a reviewer decided and nobody voted on is left out.
    """
    if has_marker(row):
        return LeftOut.HAS_MARKER
    found = binary_steps(row, query)
    if isinstance(found, LeftOut):
        return found
    values = shares_of(row, found, taxonomy=taxonomy, query=query) if query.soft else found.signs
    if isinstance(values, LeftOut):
        return values
    steps = "\n".join(f"{text} {MARKER}" for text in found.texts)
    return line_of({"input": f"{row.problem} {steps}", "value": values})


def shares_of(
    row: ChainRow, found: BinarySteps, *, taxonomy: TaxonomyRow, query: ExportQuery
) -> list[float] | LeftOut:
    least = 0 if query.neutral == Neutral.TRUE else 1
    places = [
        place for place, value in enumerate(taxonomy.label_values) if value is not None and value >= least
    ]
    shares = [soft(step.counts) for step in row.steps[: found.judged]]
    told = [sum(share[place] for place in places) for share in shares if share is not None]
    if len(told) < len(shares):
        return LeftOut.NO_VOTES
    # Never the integer 0, which would make another column of it.
    return [*(float(share) for share in told), *[0.0] * (len(found.texts) - found.judged)]
