"""The typed rows that every export format is written from: one chain each, all from one view of the database."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from annotator.analysis import luck
from annotator.analysis.arrays import Flags, Integers
from annotator.analysis.copying import copied_columns
from annotator.analysis.gathering import one_view
from annotator.assignments.models import Campaign
from annotator.exports.checking import version_of
from annotator.exports.formats import LeftOut
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.assembling import Batch, ChainFacts, rows_of
from annotator.exports.rows.chain_rows import ChainRow, TaxonomyRow
from annotator.exports.rows.changing import changed_chains
from annotator.exports.rows.choosing import conditions_of
from annotator.exports.rows.extras import asked_of
from annotator.exports.rows.judging import Judged, Paths, judge
from annotator.exports.rows.opened import Reading
from annotator.exports.rows.reading_ahead import read_ahead
from annotator.exports.rows.single_votes import decision_rows
from annotator.exports.rows.styling import style_view_of
from annotator.exports.rows.votes import (
    gold_of,
    heard_of,
    labels_by_step,
    literal,
    view_of,
    votes_by_chain,
)
from taxonomies.vocabulary import Vocabulary, vocabulary_of

# The first batch is small so that the first byte comes at once, the others large so that few queries are made.
FIRST_BATCH = 20
BATCH = 1_000
LAST_OF_ALL = 2**63 - 1
EVERYTHING = ExportQuery()

# A worker of the database for a query of some milliseconds takes longer to start than it saves.
QUICK_QUERIES = "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off"

IDS = """
SELECT c.id FROM chains_chain c WHERE c.dataset_id = %s AND c.id > %s AND c.id <= %s ORDER BY c.id LIMIT %s
"""

PATHS = """
SELECT cs.chain_id, cs.index, cs.step_id, coalesce(c.final_answer_correct::int, -1), coalesce(cs.score, 'NaN')
FROM chains_chain c JOIN chains_chainstep cs ON cs.chain_id = c.id
WHERE c.id = ANY(%s::bigint[]) {conditions}
"""

FACTS = """
SELECT c.id, c.external_id, p.external_id, p.text, p.reference_answer, c.generator, c.final_answer,
    c.final_answer_correct, c.metadata, d.domain, p.reference_solution
FROM chains_chain c JOIN chains_problem p ON p.id = c.problem_id JOIN chains_dataset d ON d.id = c.dataset_id
WHERE c.id = ANY(%s::bigint[])
"""

TEXTS = "SELECT s.id, s.text FROM chains_step s WHERE s.id = ANY(%s::bigint[])"


@contextmanager
def reading(*, campaign: Campaign, query: ExportQuery, view: str | None = None) -> Iterator[Reading]:
    """Of what was graded with the query's version. Holds one connection meanwhile.

    `view`: the name of an exported view of the database, which is still open elsewhere, to be read in place of a new one.
    """
    with one_view(exported=view), connection.cursor() as cursor:
        cursor.execute(QUICK_QUERIES)
        version = version_of(campaign=campaign, query=query)
        seen = view_of(cursor, campaign=campaign, query=query, version_id=version.pk)
        yield Reading(
            cursor=cursor,
            campaign=campaign,
            query=query,
            taxonomy=taxonomy_of(seen.vocabulary),
            view=seen,
            conditions=conditions_of(query),
            changed=None if query.changed_since is None else changed_chains(cursor, view=seen, query=query),
            style=style_view_of(cursor, view=seen, query=query) if query.style or query.debias else None,
            gold=gold_of(cursor, view=seen) if query.gold else None,
            decisions=decision_rows(cursor, view=seen, with_comments=query.comments) if query.votes else None,
        )


def rows_in(
    opened: Reading, *, after_chain: int = 0, last_chain: int | None = None
) -> Generator[ChainRow | LeftOut]:
    """Every chain that was graded and that the query is of, in the order of import, of `after_chain` < id <= `last_chain`.

    In the place of one that `min_votes` or `min_agreement` leaves out stands the reason, before the rows of its batch.
    """
    batches = batches_in(opened, after_chain=after_chain, last_chain=last_chain)
    with closing(read_ahead(batches)) as ahead:
        for chosen in ahead:
            yield from chosen.left_out
            yield from rows_of(chosen.batch)


def taxonomy_row(*, campaign: Campaign, query: ExportQuery = EVERYTHING) -> TaxonomyRow:
    return taxonomy_of(vocabulary_of(version_of(campaign=campaign, query=query).pk))


def taxonomy_of(vocabulary: Vocabulary) -> TaxonomyRow:
    return TaxonomyRow(
        key=vocabulary.taxonomy_key,
        number=vocabulary.number,
        digest=vocabulary.digest,
        label_keys=tuple(choice.key for choice in vocabulary.verdict.choices),
        asks_about_chains=bool(vocabulary.chain_questions),
        label_values=tuple(choice.value for choice in vocabulary.verdict.choices),
    )


@dataclass(frozen=True, slots=True)
class ChosenBatch:
    batch: Batch
    left_out: list[LeftOut]


def batches_in(opened: Reading, *, after_chain: int, last_chain: int | None) -> Iterator[ChosenBatch]:
    for ids in chain_ids_in(opened, after_chain=after_chain, last_chain=last_chain):
        paths = paths_of(opened, ids)
        if len(paths.ids):
            yield batch_of(opened, paths)


def chain_ids_in(opened: Reading, *, after_chain: int, last_chain: int | None) -> Iterator[list[int]]:
    """Ids of the data set's chains in order, a batch at a time; with `changed_since` of those that have changed."""
    last = LAST_OF_ALL if last_chain is None else last_chain
    after, size = after_chain, FIRST_BATCH
    while ids := chain_ids_after(opened, after=after, last=last, size=size):
        yield ids
        after, size = ids[-1], BATCH


def chain_ids_after(opened: Reading, *, after: int, last: int, size: int) -> list[int]:
    if opened.changed is not None:
        first, end = np.searchsorted(opened.changed, [after, last], side="right").tolist()
        few: list[int] = opened.changed[first : min(end, first + size)].tolist()
        return few
    opened.cursor.execute(IDS, [opened.view.dataset_id, after, last, size])
    return [row[0] for row in opened.cursor.fetchall()]


def paths_of(opened: Reading, ids: Sequence[int]) -> Paths:
    """Those of these chains that fulfil the query's conditions."""
    found = copied_columns(
        PATHS.format(conditions=opened.conditions.sql),
        kinds=["bigint", "bigint", "bigint", "bigint", "double precision"],
        cursor=opened.cursor,
        values=[literal(ids), *opened.conditions.values],
    )
    order = np.lexsort([found[1], found[0]])
    chains, steps, outcomes, scores = (found[column][order] for column in (0, 2, 3, 4))
    different, starts, lengths = np.unique(chains, return_index=True, return_counts=True)
    return Paths(
        ids=different, outcomes=outcomes[starts], starts=starts, lengths=lengths, steps=steps, scores=scores
    )


def batch_of(opened: Reading, paths: Paths) -> ChosenBatch:
    cursor, view, query = opened.cursor, opened.view, opened.query
    heard = heard_of(cursor, view=view, steps=np.unique(paths.steps))
    wholes = votes_by_chain(cursor, view=view, chain_ids=paths.ids.tolist())
    judged = judge(paths, heard.said, values=view.worth, source=view.source)
    is_there = is_wanted(judged, query=query) & (
        judged.is_graded | np.isin(paths.ids, np.array(list(wholes), dtype=np.int64))
    )
    has_votes = judged.votes >= query.min_votes
    agrees = judged.agreement >= query.min_agreement
    kept = np.flatnonzero(is_there & has_votes & agrees)
    steps = steps_of(paths, kept)
    chain_ids = paths.ids[kept].tolist()
    texts = texts_of(cursor, steps)
    return ChosenBatch(
        batch=Batch(
            paths=paths,
            judged=judged,
            kept=kept,
            counts=heard.said.counts,
            grades=heard.grades,
            facts=facts_of(cursor, chain_ids),
            texts=texts,
            labels=labels_by_step(cursor, view=view, steps=steps),
            wholes=wholes,
            pseudonyms=view.names,
            values=view.values,
            asked=asked_of(opened, paths=paths, said=heard.said, chain_ids=chain_ids, texts=texts),
        ),
        left_out=[
            *[LeftOut.TOO_FEW_VOTES] * int((is_there & ~has_votes).sum()),
            *[LeftOut.TOO_LITTLE_AGREEMENT] * int((is_there & has_votes & ~agrees).sum()),
        ],
    )


def is_wanted(judged: Judged, *, query: ExportQuery) -> Flags:
    """(chains,), by `luck`."""
    if query.luck is None:
        return np.ones(len(judged.is_graded), dtype=np.bool_)
    return np.asarray(judged.lucks.findings == luck.FINDINGS.index(query.luck))


def steps_of(paths: Paths, kept: Integers) -> Integers:
    """Ids of the steps of these chains, in order, each once."""
    is_kept = np.zeros(len(paths.ids), dtype=np.bool_)
    is_kept[kept] = True
    return np.unique(paths.steps[is_kept[paths.chains]])


def facts_of(cursor: Any, chain_ids: Sequence[int]) -> dict[int, ChainFacts]:
    cursor.execute(FACTS, [literal(chain_ids)])
    return {row[0]: ChainFacts(*row[1:]) for row in cursor.fetchall()}


def texts_of(cursor: Any, steps: Integers) -> dict[int, str]:
    cursor.execute(TEXTS, [literal(steps.tolist())])
    return dict(cursor.fetchall())
