"""The chains of which something was graded or decided lately."""

from typing import Any

import numpy as np

from annotator.analysis.arrays import Integers
from annotator.analysis.copying import copied_columns
from annotator.exports.options import LABELLING_FORMATS, PAIR_FORMATS
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.votes import ExportView

# A grade and a decision hold the time of their last state, also of one that was taken back.
GRADED = "SELECT g.step_id FROM grading_grade g WHERE {scope} AND g.saved_at >= %s AND g.step_id IS NOT NULL"
DECIDED = """
SELECT d.step_id FROM grading_adjudication d
WHERE d.campaign_id = %s AND d.taxonomy_version_id = %s AND d.decided_at >= %s
"""
ANSWERED = "SELECT g.chain_id FROM grading_grade g WHERE {scope} AND g.saved_at >= %s AND g.step_id IS NULL"
HANDED_IN = """
SELECT a.chain_id FROM assignments_assignment a
WHERE a.campaign_id = %s AND a.taxonomy_version_id = %s AND a.submitted_at >= %s
"""
# All steps of the nodes of these.
WITH_SIBLINGS = """
SELECT other.id FROM ({steps}) changed (id) JOIN chains_step own ON own.id = changed.id
JOIN chains_step other ON other.problem_id = own.problem_id AND other.parent_id IS NOT DISTINCT FROM own.parent_id
"""
CHAINS = "SELECT cs.chain_id FROM chains_chainstep cs WHERE cs.step_id IN ({steps})"


def changed_chains(cursor: Any, *, view: ExportView, query: ExportQuery) -> Integers:
    """Ids in order. In formats that tell of the steps beside a chain's own, also by those."""
    scope = view.scope_of_grades
    steps = GRADED.format(scope=scope)
    values: list[object] = [query.changed_since]
    # With labels=annotator decisions do not count.
    if view.annotator_id is None:
        steps, values = f"{steps} UNION {DECIDED}", [*values, *view.scope, query.changed_since]
    if query.format in (*PAIR_FORMATS, *LABELLING_FORMATS):
        steps = WITH_SIBLINGS.format(steps=steps)
    chains = f"{CHAINS.format(steps=steps)} UNION {ANSWERED.format(scope=scope)}"
    values = [*values, query.changed_since]
    if query.format in LABELLING_FORMATS:
        chains, values = f"{chains} UNION {HANDED_IN}", [*values, *view.scope, query.changed_since]
    [ids] = copied_columns(chains, kinds=["bigint"], cursor=cursor, values=values)
    return np.sort(ids)
