"""The typed rows that every export format is written from: one chain each, all from one view of the database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from annotator.analysis import consensus, luck
from annotator.analysis.gathering import one_view
from annotator.assignments.models import Campaign
from annotator.exports.chain_rows import ChainRow, LuckRow, StepRow, TaxonomyRow
from annotator.exports.styling import (
    NOT_ASKED,
    NOTHING,
    StyleAsks,
    StyledStep,
    StyleView,
    style_view_of,
    styled_steps,
)
from annotator.exports.votes import (
    NO_CHAIN_VOTES,
    NO_REPAIRS,
    Batch,
    ExportView,
    StepVotes,
    labels_by_step,
    view_of,
    votes_by_chain,
    votes_by_step,
)
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of

# The first batch is small so that the first byte comes at once, the others large so that few queries are made.
FIRST_BATCH = 20
BATCH = 1_000

CHAINS = """
SELECT c.id, c.external_id, p.external_id, p.text, p.reference_answer, c.generator, c.final_answer,
    c.final_answer_correct, c.metadata
FROM chains_chain c JOIN chains_problem p ON p.id = c.problem_id
WHERE c.dataset_id = %s AND c.id > %s ORDER BY c.id LIMIT %s
"""

STEPS = """
SELECT cs.chain_id, array_agg(cs.step_id ORDER BY cs.index), array_agg(s.text ORDER BY cs.index)
FROM chains_chainstep cs JOIN chains_step s ON s.id = cs.step_id
WHERE cs.chain_id BETWEEN %s AND %s AND cs.chain_id = ANY(%s)
GROUP BY cs.chain_id
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """One view of the database, held open, and what its rows are read with. `style` is None unless asked for."""

    cursor: Any
    view: ExportView
    style: StyleView | None


@contextmanager
def reading(
    *, campaign: Campaign, version: TaxonomyVersion | None = None, asks: StyleAsks = NOTHING
) -> Iterator[Reading]:
    """Of what was graded with the version, the campaign's current one. Holds one connection meanwhile."""
    version_id = campaign.taxonomy_version_id if version is None else version.pk
    with one_view(), connection.cursor() as cursor:
        view = view_of(cursor, campaign=campaign, version_id=version_id)
        style = None if asks == NOTHING else style_view_of(cursor, view=view, asks=asks)
        yield Reading(cursor, view, style)


def read_rows(*, campaign: Campaign, version: TaxonomyVersion | None = None) -> Iterator[ChainRow]:
    """`rows_in` a view of its own, which is held until it ends or is closed."""
    with reading(campaign=campaign, version=version) as opened:
        yield from rows_in(opened)


def rows_in(opened: Reading) -> Iterator[ChainRow]:
    """Every chain that was graded, in the order of import."""
    after, size = 0, FIRST_BATCH
    while chains := chains_after(opened.cursor, view=opened.view, after=after, size=size):
        yield from rows_of(opened, chains=chains)
        after, size = chains[-1][0], BATCH


def taxonomy_row(*, campaign: Campaign, version: TaxonomyVersion | None = None) -> TaxonomyRow:
    vocabulary = vocabulary_of(campaign.taxonomy_version_id if version is None else version.pk)
    return TaxonomyRow(
        key=vocabulary.taxonomy_key,
        number=vocabulary.number,
        digest=vocabulary.digest,
        label_keys=tuple(choice.key for choice in vocabulary.verdict.choices),
        asks_about_chains=bool(vocabulary.chain_questions),
    )


def chains_after(cursor: Any, *, view: ExportView, after: int, size: int) -> list[tuple[Any, ...]]:
    cursor.execute(CHAINS, [view.dataset_id, after, size])
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def rows_of(opened: Reading, *, chains: list[tuple[Any, ...]]) -> Iterator[ChainRow]:
    cursor, view, style = opened.cursor, opened.view, opened.style
    ids = [chain[0] for chain in chains]
    cursor.execute(STEPS, [ids[0], ids[-1], ids])
    steps = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    step_ids = list({step for found, _ in steps.values() for step in found})
    batch = Batch(
        votes=votes_by_step(cursor, view=view, step_ids=step_ids),
        labels=labels_by_step(cursor, view=view, step_ids=step_ids),
        wholes=votes_by_chain(cursor, view=view, chain_ids=ids),
    )
    styled: Mapping[int, StyledStep] = {}
    if style is not None:
        styled = styled_steps(cursor, view=view, style=style, steps=steps.values(), votes=batch.votes)
    for chain in chains:
        found, texts = steps[chain[0]]
        if chain[0] in batch.wholes or any(step in batch.votes for step in found):
            row = chain_row(chain, steps=found, texts=texts, batch=batch, styled=styled, view=view)
            yield row if style is None else replace(row, style_flags=style.flags)


def chain_row(
    chain: tuple[Any, ...],
    *,
    steps: list[int],
    texts: list[str],
    batch: Batch,
    styled: Mapping[int, StyledStep],
    view: ExportView,
) -> ChainRow:
    nobody = StepVotes((), (0,) * len(view.values), NO_REPAIRS)
    votes = [batch.votes.get(step, nobody) for step in steps]
    finals = [
        consensus.final_verdict(vote.counts, view.decisions.get(step))
        for step, vote in zip(steps, votes, strict=True)
    ]
    verdicts = [None if final.label is None else view.values[final.label] for final in finals]
    first_error = consensus.first_error(verdicts)
    end = len(steps) if first_error.index is None else first_error.index
    whole = batch.wholes.get(chain[0], NO_CHAIN_VOTES)
    graders = {annotator for vote in votes for annotator in vote.annotators} | whole.annotators
    return ChainRow(
        chain_id=chain[1],
        problem_id=chain[2],
        problem=chain[3],
        reference_answer=chain[4],
        generator=chain[5],
        final_answer=chain[6],
        final_answer_correct=chain[7],
        metadata=chain[8],
        steps=tuple(
            StepRow(
                text=text,
                verdict=verdict,
                provenance=consensus.PROVENANCES[final.provenance] or None,
                state=state_of(vote, is_after_error=index > end),
                counts=vote.counts,
                labels=batch.labels.get(step, {}),
                style=(said := styled.get(step, NOT_ASKED)).style,
                debias=said.debias,
            )
            for index, (step, text, vote, final, verdict) in enumerate(
                zip(steps, texts, votes, finals, verdicts, strict=True)
            )
        ),
        chain_labels=whole.labels,
        first_error=first_error,
        luck=None
        if chain[7] is None
        else found_luck(
            final_answer_correct=chain[7],
            steps=steps,
            votes=votes,
            verdicts=verdicts,
            view=view,
        ),
        annotators=tuple(sorted(view.pseudonyms[annotator] for annotator in graders)),
    )


def found_luck(
    *,
    final_answer_correct: bool,
    steps: list[int],
    votes: list[StepVotes],
    verdicts: list[int | None],
    view: ExportView,
) -> LuckRow | None:
    found = luck.luck_of(
        verdicts,
        final_answer_correct=final_answer_correct,
        adjudicated={index for index, step in enumerate(steps) if step in view.decisions},
        flawed_by_someone=[
            index for index, vote in enumerate(votes) if consensus.has_votes(vote.counts, view.flawed_places)
        ],
    )
    if found is None:
        return None
    repaired = None if found.step_index is None else steps[found.step_index]
    return LuckRow(
        finding=found.finding,
        basis=found.basis,
        step_index=found.step_index,
        repaired_by=tuple(index for index, vote in enumerate(votes) if repaired in vote.repaired),
    )


def state_of(vote: StepVotes, *, is_after_error: bool) -> str:
    if any(vote.counts):
        return "graded"
    if vote.annotators:
        return "unsure"
    return "not_graded_after_error" if is_after_error else "not_graded"
