"""The SQL of one key press: hold the assignment, look at what stands, write the grade. Three statements, by hand.

Building them through the ORM took more than half of a save's time.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

# A step is seen as its assignment is rendered, or as the twin that was drawn with the first assignment that has it.
# The lock puts all writes of one person on one chain in a row. It stands alone: a statement that has waited for a lock
# sees the locked row as it is now, and everything else as it was before.
HOLD = """
SELECT a.id, a.campaign_id, a.taxonomy_version_id, a.annotator_id, a.chain_id, a.status, a.expires_at,
    CASE WHEN drawn.is_twin THEN 'twin' ELSE a.rendering END, k.after_first_error,
    coalesce(a.exposure ->> 'reveal', k.reveal), k.alternatives, k.lease_minutes,
    graded.step_id, NULL::bigint, repaired.step_id
FROM assignments_assignment a
JOIN assignments_campaign k ON k.id = a.campaign_id
LEFT JOIN chains_chainstep graded ON graded.chain_id = a.chain_id AND graded.index = %(index)s
LEFT JOIN chains_chainstep repaired ON repaired.chain_id = a.chain_id AND repaired.index = %(repairs)s
LEFT JOIN assignments_twindraw drawn ON drawn.annotator_id = a.annotator_id AND drawn.step_id = graded.step_id
WHERE a.public_id = %(public_id)s AND a.annotator_id = %(annotator)s
FOR NO KEY UPDATE OF a
"""

# The steps that follow the same prefix as `own`. Two branches, so that each finds its steps in the index.
SIBLINGS = """
    SELECT s.id, s.text FROM chains_step s
    WHERE s.problem_id = own.problem_id AND s.parent_id = own.parent_id AND s.id <> own.id
    UNION ALL
    SELECT s.id, s.text FROM chains_step s
    WHERE own.parent_id IS NULL AND s.problem_id = own.problem_id AND s.parent_id IS NULL AND s.id <> own.id
"""

# Of an alternative: a statement of its own, so that the usual key press does not pay for it.
HOLD_ALTERNATIVE = f"""
SELECT a.id, a.campaign_id, a.taxonomy_version_id, a.annotator_id, a.chain_id, a.status, a.expires_at,
    CASE WHEN drawn.is_twin THEN 'twin' ELSE a.rendering END, k.after_first_error,
    coalesce(a.exposure ->> 'reveal', k.reveal), k.alternatives, k.lease_minutes,
    other.id, own.id, repaired.step_id
FROM assignments_assignment a
JOIN assignments_campaign k ON k.id = a.campaign_id
LEFT JOIN chains_chainstep graded ON graded.chain_id = a.chain_id AND graded.index = %(index)s
LEFT JOIN chains_step own ON own.id = graded.step_id
LEFT JOIN LATERAL (
    SELECT sibling.id FROM ({SIBLINGS}) sibling
    ORDER BY sibling.id OFFSET least(greatest(%(alternative)s::numeric, 1), 1e9)::bigint - 1 LIMIT 1
) other ON true
LEFT JOIN chains_chainstep repaired ON repaired.chain_id = a.chain_id AND repaired.index = %(repairs)s
LEFT JOIN assignments_twindraw drawn ON drawn.annotator_id = a.annotator_id AND drawn.step_id = other.id
WHERE a.public_id = %(public_id)s AND a.annotator_id = %(annotator)s
FOR NO KEY UPDATE OF a
"""  # noqa: S608 (constants)

LOOK = """
SELECT grade.id, coalesce(grade.revision, 0), done.id, %(stops)s AND EXISTS (
    SELECT 1 FROM chains_chainstep cs JOIN grading_grade g ON g.step_id = cs.step_id
    WHERE cs.chain_id = %(chain)s AND cs.index < %(index)s AND g.campaign_id = %(campaign)s
      AND g.taxonomy_version_id = %(version)s AND g.annotator_id = %(annotator)s AND g.verdict_id = ANY(%(flawed)s)
)
FROM (SELECT) one
LEFT JOIN grading_grade grade ON grade.campaign_id = %(campaign)s AND grade.taxonomy_version_id = %(version)s
    AND grade.annotator_id = %(annotator)s AND grade.step_id = %(step)s
LEFT JOIN grading_graderevision done ON done.operation_id = %(operation)s
"""

# A statement of its own, so that each finds its grade in its own unique index. No step is flawed before the whole chain.
LOOK_AT_WHOLE_CHAIN = """
SELECT grade.id, coalesce(grade.revision, 0), done.id, false
FROM (SELECT) one
LEFT JOIN grading_grade grade ON grade.campaign_id = %(campaign)s AND grade.taxonomy_version_id = %(version)s
    AND grade.annotator_id = %(annotator)s AND grade.chain_id = %(chain)s AND grade.step_id IS NULL
LEFT JOIN grading_graderevision done ON done.operation_id = %(operation)s
"""

INSERT = """
INSERT INTO grading_grade (campaign_id, taxonomy_version_id, annotator_id, assignment_id, chain_id, step_id, beside_id,
    state, verdict_id, verdict_criterion_id, comment, repairs_id, flag_reason, human_step, in_bulk, seconds, rendering,
    revision, operation_id, operation_digest, saved_at)
VALUES (%(campaign)s, %(version)s, %(annotator)s, %(assignment)s, %(chain)s, %(step)s, %(beside)s, %(state)s,
    %(verdict)s, %(criterion)s, %(comment)s, %(repairs)s, %(flag_reason)s, %(human_step)s, %(in_bulk)s, %(seconds)s,
    %(rendering)s, 1, %(operation)s, %(digest)s, %(now)s)
RETURNING id
"""

UPDATE = """
UPDATE grading_grade SET assignment_id = %(assignment)s, chain_id = %(chain)s, beside_id = %(beside)s,
    state = %(state)s, verdict_id = %(verdict)s, comment = %(comment)s, repairs_id = %(repairs)s,
    flag_reason = %(flag_reason)s, human_step = %(human_step)s, in_bulk = %(in_bulk)s, seconds = %(seconds)s,
    rendering = %(rendering)s, revision = revision + 1, operation_id = %(operation)s, operation_digest = %(digest)s,
    saved_at = %(now)s
WHERE id = %(grade)s
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A locked assignment, with its campaign's policy and the steps that a write names (None: no such step, or none named).

    `beside_id` is the chain's own step where the write is of an alternative to it.
    """

    assignment_id: int
    campaign_id: int
    version_id: int
    annotator_id: int
    chain_id: int
    status: str
    expires_at: datetime
    # Of the step.
    rendering: str
    after_first_error: str
    # As the chain was claimed, whatever the campaign does now.
    reveal: str
    alternatives: str
    lease_minutes: int
    step_id: int | None
    beside_id: int | None
    repaired_step_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands before a write: the grade (revision 0: none), and the revision that this operation made."""

    grade_id: int | None
    revision: int
    done_id: int | None
    flawed_before: bool


def hold(
    *,
    public_id: uuid.UUID,
    annotator_id: int,
    index: int | None,
    alternative: int | None,
    repairs: int | None,
) -> Held | None:
    row = one_row(
        HOLD if alternative is None else HOLD_ALTERNATIVE,
        {
            "public_id": public_id,
            "annotator": annotator_id,
            "index": index,
            "alternative": alternative,
            "repairs": repairs,
        },
    )
    return Held(*row) if row else None


def look(
    held: Held, *, operation_id: uuid.UUID, index: int | None, stops: bool, flawed: list[int]
) -> Standing:
    """`stops`: whether to look for a flawed step before this one; `flawed` are the labels that say so."""
    row = one_row(
        LOOK_AT_WHOLE_CHAIN if index is None else LOOK,
        {
            "campaign": held.campaign_id,
            "version": held.version_id,
            "annotator": held.annotator_id,
            "chain": held.chain_id,
            "step": held.step_id,
            "index": index,
            "operation": operation_id,
            "stops": stops,
            "flawed": flawed,
        },
    )
    assert row is not None
    return Standing(*row)


def put(held: Held, *, grade_id: int | None, values: dict[str, Any]) -> int:
    """Insert the first revision of a grade, or bring it to the next; its id."""
    row = one_row(
        INSERT if grade_id is None else UPDATE,
        {
            "campaign": held.campaign_id,
            "version": held.version_id,
            "annotator": held.annotator_id,
            "assignment": held.assignment_id,
            "chain": held.chain_id,
            "step": held.step_id,
            "beside": held.beside_id,
            "repairs": held.repaired_step_id,
            "rendering": held.rendering,
            "grade": grade_id,
            **values,
        },
    )
    assert row is not None
    return int(row[0])


def one_row(statement: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
