"""The typed rows that every export format is written from: one chain each, all from one view of the database."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from annotator.analysis import consensus
from annotator.analysis.gathering import one_view
from annotator.assignments.models import Campaign
from annotator.exports.formats import ChainRow, StepRow, TaxonomyRow
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

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

GRADES = """
SELECT g.step_id, g.annotator_id, g.verdict_id
FROM grading_grade g
WHERE g.step_id = ANY(%s) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND g.state <> 'cleared'
ORDER BY g.step_id, g.annotator_id
"""

ANSWERS = """
SELECT g.step_id, a.criterion_id, a.label_id, count(*)
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE g.step_id = ANY(%s) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND a.label_id IS NOT NULL
GROUP BY g.step_id, a.criterion_id, a.label_id
"""

# One row per vote, with who gave it.
CHAIN_ANSWERS = """
SELECT g.chain_id, g.annotator_id, a.criterion_id, a.label_id
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE g.step_id IS NULL AND g.chain_id = ANY(%s) AND g.campaign_id = %s AND g.taxonomy_version_id = %s
  AND a.label_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class ExportView:
    """What the rows of one campaign are read with."""

    campaign_id: int
    dataset_id: int
    version_id: int
    vocabulary: Vocabulary
    pseudonyms: dict[int, str]


@dataclass(frozen=True, slots=True)
class StepVotes:
    annotators: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChainVotes:
    """What was said of a whole chain: votes by criterion and label key, both in the order of the taxonomy."""

    annotators: frozenset[int]
    labels: dict[str, dict[str, int]]


NO_CHAIN_VOTES = ChainVotes(frozenset(), {})


def read_rows(*, campaign: Campaign, version: TaxonomyVersion | None = None) -> Iterator[ChainRow]:
    """Every chain that was graded with the version (the campaign's current one), in the order of import.

    Holds one connection and one view until it ends or is closed.
    """
    version_id = campaign.taxonomy_version_id if version is None else version.pk
    with one_view():
        view = ExportView(
            campaign_id=campaign.pk,
            dataset_id=campaign.dataset_id,
            version_id=version_id,
            vocabulary=vocabulary_of(version_id),
            pseudonyms=dict(campaign.memberships.values_list("user_id", "pseudonym")),
        )
        with connection.cursor() as cursor:
            after, size = 0, FIRST_BATCH
            while chains := chains_after(cursor, view=view, after=after, size=size):
                yield from rows_of(cursor, view=view, chains=chains)
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


def rows_of(cursor: Any, *, view: ExportView, chains: list[tuple[Any, ...]]) -> Iterator[ChainRow]:
    ids = [chain[0] for chain in chains]
    cursor.execute(STEPS, [ids[0], ids[-1], ids])
    steps = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    step_ids = list({step for found, _ in steps.values() for step in found})
    votes = votes_by_step(cursor, view=view, step_ids=step_ids)
    labels = labels_by_step(cursor, view=view, step_ids=step_ids)
    wholes = votes_by_chain(cursor, view=view, chain_ids=ids)
    for chain in chains:
        found, texts = steps[chain[0]]
        if chain[0] in wholes or any(step in votes for step in found):
            whole = wholes.get(chain[0], NO_CHAIN_VOTES)
            yield chain_row(
                chain, steps=found, texts=texts, votes=votes, labels=labels, whole=whole, view=view
            )


def votes_by_step(cursor: Any, *, view: ExportView, step_ids: list[int]) -> dict[int, StepVotes]:
    """Votes of each graded step; an unsure annotator is named and votes for nothing."""
    place = {choice.id: number for number, choice in enumerate(view.vocabulary.verdict.choices)}
    labels = len(place)
    cursor.execute(GRADES, [step_ids, view.campaign_id, view.version_id])
    annotators: dict[int, list[int]] = {}
    counts: dict[int, list[int]] = {}
    for step, annotator, verdict in cursor.fetchall():
        if step not in counts:
            annotators[step], counts[step] = [], [0] * labels
        annotators[step].append(annotator)
        if verdict is not None:
            counts[step][place[verdict]] += 1
    return {step: StepVotes(tuple(annotators[step]), tuple(counts[step])) for step in counts}


def labels_by_step(
    cursor: Any, *, view: ExportView, step_ids: list[int]
) -> dict[int, dict[str, dict[str, int]]]:
    """Votes of each step by criterion and label key, both in the order of the taxonomy."""
    if not view.vocabulary.questions:
        return {}
    cursor.execute(ANSWERS, [step_ids, view.campaign_id, view.version_id])
    counted: dict[int, dict[tuple[int, int], int]] = {}
    for step, criterion, label, count in cursor.fetchall():
        counted.setdefault(step, {})[criterion, label] = count
    return {step: in_order(counts, questions=view.vocabulary.questions) for step, counts in counted.items()}


def votes_by_chain(cursor: Any, *, view: ExportView, chain_ids: list[int]) -> dict[int, ChainVotes]:
    """Of the chains about which, as a whole, anybody was asked and chose a label."""
    questions = view.vocabulary.chain_questions
    if not questions:
        return {}
    cursor.execute(CHAIN_ANSWERS, [chain_ids, view.campaign_id, view.version_id])
    annotators: dict[int, set[int]] = {}
    counted: dict[int, Counter[tuple[int, int]]] = {}
    for chain, annotator, criterion, label in cursor.fetchall():
        annotators.setdefault(chain, set()).add(annotator)
        counted.setdefault(chain, Counter())[criterion, label] += 1
    return {
        chain: ChainVotes(frozenset(annotators[chain]), in_order(counts, questions=questions))
        for chain, counts in counted.items()
    }


def in_order(
    counts: Mapping[tuple[int, int], int], *, questions: Sequence[Question]
) -> dict[str, dict[str, int]]:
    given = {
        question.key: {
            choice.key: counts[question.id, choice.id]
            for choice in question.choices
            if (question.id, choice.id) in counts
        }
        for question in questions
    }
    return {key: votes for key, votes in given.items() if votes}


def chain_row(
    chain: tuple[Any, ...],
    *,
    steps: list[int],
    texts: list[str],
    votes: dict[int, StepVotes],
    labels: dict[int, dict[str, dict[str, int]]],
    whole: ChainVotes,
    view: ExportView,
) -> ChainRow:
    values = [choice.value for choice in view.vocabulary.verdict.choices]
    nobody = StepVotes((), (0,) * len(values))
    found = [votes.get(step, nobody) for step in steps]
    places = [consensus.majority(vote.counts).label for vote in found]
    verdicts = [None if place is None else values[place] for place in places]
    first_error = consensus.first_error(verdicts)
    end = len(steps) if first_error.index is None else first_error.index
    graders = {annotator for vote in found for annotator in vote.annotators} | whole.annotators
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
                state=state_of(vote, is_after_error=index > end),
                counts=vote.counts,
                labels=labels.get(step, {}),
            )
            for index, (step, text, vote, verdict) in enumerate(
                zip(steps, texts, found, verdicts, strict=True)
            )
        ),
        chain_labels=whole.labels,
        first_error=first_error,
        annotators=tuple(sorted(view.pseudonyms[annotator] for annotator in graders)),
    )


def state_of(vote: StepVotes, *, is_after_error: bool) -> str:
    if any(vote.counts):
        return "graded"
    if vote.annotators:
        return "unsure"
    return "not_graded_after_error" if is_after_error else "not_graded"
