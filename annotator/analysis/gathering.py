"""Grades straight from the database into arrays, all from one view of it, with no model instance on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from taxonomies.vocabulary import Question

Integers = NDArray[np.int64]

# COPY's binary format begins with a signature, flags and the length of an extension.
HEADER_BYTES = 19
# Each field is its length in bytes, always 8 here, and its big-endian value.
PARTS = (("length", ">i4"), ("value", ">i8"))

# What was said of a whole chain has no step, and so no place here.
GRADES = """
SELECT g.step_id, g.annotator_id, g.verdict_id, s.problem_id, (g.rendering = 'styled')::int
FROM grading_grade g JOIN chains_step s ON s.id = g.step_id
WHERE g.campaign_id = {campaign} AND g.taxonomy_version_id = {version} AND g.state = 'graded'
ORDER BY g.step_id, g.annotator_id
"""

# First errors are read off submitted chains only: before that, a missing grade may still come.
SITTINGS = """
SELECT a.id, a.chain_id, a.annotator_id, c.problem_id, c.step_count
FROM assignments_assignment a JOIN chains_chain c ON c.id = a.chain_id
WHERE a.campaign_id = {campaign} AND a.taxonomy_version_id = {version} AND a.status = 'submitted'
  AND a.rendering = 'styled'
ORDER BY a.id
"""

SITTING_GRADES = """
SELECT a.id, cs.index, g.verdict_id
FROM assignments_assignment a
JOIN chains_chainstep cs ON cs.chain_id = a.chain_id
JOIN grading_grade g ON g.campaign_id = a.campaign_id AND g.taxonomy_version_id = a.taxonomy_version_id
    AND g.annotator_id = a.annotator_id AND g.step_id = cs.step_id AND g.state = 'graded'
WHERE a.campaign_id = {campaign} AND a.taxonomy_version_id = {version} AND a.status = 'submitted'
  AND a.rendering = 'styled'
"""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a view of a campaign's grades of steps reaches. Times alone could miss a write that was committed late."""

    newest_grade_at: datetime | None
    revision_count: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """grades: (grades, 5) step, annotator, verdict label, problem, 1 if seen styled; sittings: (assignments, 5)
    assignment, chain, annotator, problem, steps; sitting_grades: (grades, 3) assignment, step index, verdict label.
    """

    freshness: Freshness
    grades: Integers
    sittings: Integers
    sitting_grades: Integers


@contextmanager
def one_view() -> Iterator[None]:
    """All reads inside see the database as it was at the first of them. Must not be inside a transaction."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def gather(*, campaign_id: int, version_id: int) -> Gathered:
    with one_view():
        return Gathered(
            freshness=freshness(campaign_id=campaign_id, version_id=version_id),
            grades=table(GRADES, columns=5, campaign=campaign_id, version=version_id),
            sittings=table(SITTINGS, columns=5, campaign=campaign_id, version=version_id),
            sitting_grades=table(SITTING_GRADES, columns=3, campaign=campaign_id, version=version_id),
        )


# First errors are read off submitted chains, so handing one in is a write too, and so is taking it up again: that takes
# one from the submitted, and two for it make the sum grow with every write, so that no two of them cancel out.
FRESHNESS = """
SELECT max(g.saved_at), coalesce(sum(g.revision), 0) + (
    SELECT count(*) FILTER (WHERE a.status = 'submitted')
        + 2 * coalesce(sum(jsonb_array_length(a.exposure -> 'reopened_at')), 0)
    FROM assignments_assignment a
    WHERE a.campaign_id = %(campaign)s AND a.taxonomy_version_id = %(version)s)
FROM grading_grade g
WHERE g.campaign_id = %(campaign)s AND g.taxonomy_version_id = %(version)s AND g.step_id IS NOT NULL
"""


def freshness(*, campaign_id: int, version_id: int) -> Freshness:
    with connection.cursor() as cursor:
        cursor.execute(FRESHNESS, {"campaign": campaign_id, "version": version_id})
        newest, writes = cursor.fetchone()
    return Freshness(newest_grade_at=newest, revision_count=int(writes))


def table(query: str, *, columns: int, campaign: int, version: int) -> Integers:
    """A query of integer columns, none of them null, as an array of shape (rows, columns)."""
    return copied(query.format(campaign=int(campaign), version=int(version)), columns=columns)


def copied(inner: str, *, columns: int) -> Integers:
    """As `table`, of a query in which every value has been put."""
    names = ", ".join(f"c{column}::bigint" for column in range(columns))
    aliases = ", ".join(f"c{column}" for column in range(columns))
    with connection.cursor() as cursor:
        sql = f"COPY (SELECT {names} FROM ({inner}) q ({aliases})) TO STDOUT (FORMAT binary)"  # noqa: S608 (integers)
        with cursor.copy(sql) as copy:
            raw = b"".join(copy)
    row = np.dtype(
        [("fields", ">i2"), *((f"{part}{c}", kind) for c in range(columns) for part, kind in PARTS)]
    )
    rows = np.frombuffer(raw, dtype=row, offset=HEADER_BYTES, count=(len(raw) - HEADER_BYTES) // row.itemsize)
    found = np.empty((len(rows), columns), dtype=np.int64)
    for column in range(columns):
        found[:, column] = rows[f"value{column}"]
    return found


def places_of(label_ids: Integers, *, question: Question) -> Integers:
    """Places of the question's labels in the order that the taxonomy declares."""
    ids = np.array([choice.id for choice in question.choices], dtype=np.int64)
    order = np.argsort(ids)
    return np.asarray(order[np.searchsorted(ids[order], label_ids)], dtype=np.int64)
