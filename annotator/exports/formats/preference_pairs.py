"""Pairs of steps after the same prefix of which one is better."""

from annotator.exports.formats.left_out import LeftOut
from annotator.exports.formats.writer import line_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, SiblingRow, TaxonomyRow


def preference_pairs(row: ChainRow, taxonomy: TaxonomyRow, query: ExportQuery) -> bytes | LeftOut:
    """A line for every two steps of one node with verdicts of different value; the greater is `chosen`.

    `prompt` is the problem and the steps before the node, a newline after each, so that prompt and step together are
    the text so far. A neutral step is better than a flawed one and worse than a sound one. Nodes after the first error
    are told as well. No indexes. A node is told with the chain whose row has its siblings, and so once.
    """
    prompt = row.problem + "\n"
    lines = []
    for step in row.steps:
        candidates = [SiblingRow(step.text, step.verdict), *step.siblings] if step.siblings else []
        judged = [(each.text, each.verdict) for each in candidates if each.verdict is not None]
        lines += [
            line_of({"prompt": prompt, "chosen": chosen, "rejected": rejected})
            for chosen, better in judged
            for rejected, worse in judged
            if better > worse
        ]
        prompt += step.text + "\n"
    return b"".join(lines) or LeftOut.NO_PAIRS
