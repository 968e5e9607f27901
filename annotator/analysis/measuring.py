"""The features of steps, measured once per step and version, and read back as a matrix."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import numpy as np
from django.db import connection, transaction

from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.copying import Kind, copied_columns
from annotator.analysis.models import StepStyle
from annotator.analysis.style import EXTRACTOR_VERSION, FEATURES, measure

# About a second of measuring, and 1 MB of texts.
STEPS_AT_ONCE = 5_000

MISSING = """
SELECT s.id, s.text FROM chains_step s
WHERE s.id = ANY(%s) AND NOT EXISTS (SELECT 1 FROM {table} f WHERE f.step_id = s.id AND f.extractor_version = %s)
"""
# Rows come by way of a table of this transaction's own, because COPY cannot leave out what another has written meanwhile.
# In the order of the steps, so that two writers wait for each other and never in a ring.
STAGED = "CREATE TEMPORARY TABLE measured (step_id bigint, values double precision[]) ON COMMIT DROP"
STORED = """
INSERT INTO {table} (step_id, extractor_version, values)
SELECT step_id, %s, values FROM measured ORDER BY step_id
ON CONFLICT (step_id, extractor_version) DO NOTHING
"""
GATHERED = """
SELECT f.step_id, {columns} FROM {table} f
WHERE f.extractor_version = {version} AND f.step_id = ANY('{{{steps}}}'::bigint[])
"""


def measure_steps(*, step_ids: Iterable[int], show: Callable[[int], None] = lambda seen: None) -> int:
    """Measure those of the steps that this version has not; how many rows that added.

    `show` is told after each batch how many steps it has been through. Each batch is kept by itself, so that a job that
    was cut off goes on where it stopped; several may run at once.
    """
    added = seen = 0
    waiting = iter(step_ids)
    while batch := list(islice(waiting, STEPS_AT_ONCE)):
        added += _measure_batch(batch)
        seen += len(batch)
        show(seen)
    return added


@transaction.atomic
def _measure_batch(step_ids: list[int]) -> int:
    table = StepStyle._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(MISSING.format(table=table), [step_ids, EXTRACTOR_VERSION])
        texts: list[tuple[int, str]] = cursor.fetchall()
        if not texts:
            return 0
        cursor.execute(STAGED)
        with cursor.copy("COPY measured (step_id, values) FROM STDIN") as copy:
            copy.write("".join(_lines(texts)))
        cursor.execute(STORED.format(table=table), [EXTRACTOR_VERSION])
        added: int = cursor.rowcount
        cursor.execute("DROP TABLE measured")
    return added


def _lines(texts: Iterable[tuple[int, str]]) -> Iterator[str]:
    for step_id, text in texts:
        yield f"{step_id}\t{{{','.join(map(repr, measure(text)))}}}\n"


def styles_of(step_ids: Integers) -> Floats:
    """The features of the steps, shape (steps, features), in the order they were asked for.

    Raises KeyError for a step that has not been measured.
    """
    columns = ", ".join(f"f.values[{place}]" for place in range(1, len(FEATURES) + 1))
    kinds: list[Kind] = ["bigint", *["double precision"] * len(FEATURES)]  # type: ignore[list-item]
    query = GATHERED.format(
        columns=columns,
        table=StepStyle._meta.db_table,
        version=EXTRACTOR_VERSION,
        steps=",".join(map(str, np.unique(step_ids).tolist())),
    )
    found, *values = copied_columns(query, kinds=kinds)
    order = np.argsort(found)
    places = np.searchsorted(found, step_ids, sorter=order)
    if len(step_ids) and (len(found) == 0 or places.max() == len(found)):
        raise KeyError(int(np.setdiff1d(step_ids, found)[0]))
    rows = order[places]
    if not np.array_equal(found[rows], step_ids):
        raise KeyError(int(np.setdiff1d(step_ids, found)[0]))
    return np.stack(values, axis=1)[rows]
