"""The other steps after the same prefix, and what the votes on them come to."""

from collections.abc import Sequence

import numpy as np

from annotator.analysis.consensus import NO_LABEL
from annotator.exports.rows.chain_rows import SiblingRow
from annotator.exports.rows.judging import verdicts_of
from annotator.exports.rows.opened import Reading
from annotator.exports.rows.votes import heard_of, literal
from annotator.grading.statements import SIBLINGS

GRADED = """
EXISTS (SELECT 1 FROM grading_grade g WHERE g.step_id = {step} AND {scope} AND g.state <> 'cleared' AND g.rendering <> 'twin')
"""

# A node is told once: by the first of the chains that the query is of and whose own step there was graded. That is known of
# each chain alone, whoever else reads the others.
BESIDE = """
SELECT cs.chain_id, own.id, other.id, other.text
FROM chains_chainstep cs JOIN chains_step own ON own.id = cs.step_id CROSS JOIN LATERAL ({siblings}) other
WHERE cs.chain_id = ANY(%s::bigint[]) AND {own_is_graded} AND NOT EXISTS (
    SELECT 1 FROM chains_step node JOIN chains_chainstep former ON former.step_id = node.id
    JOIN chains_chain c ON c.id = former.chain_id
    WHERE node.problem_id = own.problem_id AND node.parent_id IS NOT DISTINCT FROM own.parent_id
      AND former.chain_id < cs.chain_id AND {node_is_graded} {conditions})
ORDER BY cs.chain_id, own.id, other.id
"""


def siblings_of(
    opened: Reading, *, chain_ids: Sequence[int]
) -> dict[tuple[int, int], tuple[SiblingRow, ...]]:
    """By chain and step, in the order of import."""
    view, scope = opened.view, opened.view.scope_of_grades
    statement = BESIDE.format(
        siblings=SIBLINGS,
        own_is_graded=GRADED.format(step="own.id", scope=scope),
        node_is_graded=GRADED.format(step="node.id", scope=scope),
        conditions=opened.conditions.sql,
    )
    opened.cursor.execute(statement, [literal(chain_ids), *opened.conditions.values])
    rows = opened.cursor.fetchall()
    steps = np.unique(np.array([row[2] for row in rows], dtype=np.int64))
    said = heard_of(opened.cursor, view=view, steps=steps).said
    labels = verdicts_of(said, source=view.source).labels.tolist()
    verdicts = {
        step: None if label == NO_LABEL else view.values[label]
        for step, label in zip(steps.tolist(), labels, strict=True)
    }
    siblings: dict[tuple[int, int], list[SiblingRow]] = {}
    for chain, own, other, text in rows:
        siblings.setdefault((chain, own), []).append(SiblingRow(text=text, verdict=verdicts[other]))
    return {cell: tuple(others) for cell, others in siblings.items()}
