"""What everybody said of some chains, their steps and the whole of them, and what reviewers decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.assignments.models import Campaign
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

# What was said of twins says nothing of the texts that are exported.
GRADES = """
SELECT g.step_id, g.annotator_id, g.verdict_id, g.repairs_id
FROM grading_grade g
WHERE g.step_id = ANY(%s) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND g.state <> 'cleared'
  AND g.rendering <> 'twin'
ORDER BY g.step_id, g.annotator_id
"""

# All at once: people make them one by one, so there are few. One that was taken back has no verdict.
DECISIONS = """
SELECT d.step_id, d.verdict_id
FROM grading_adjudication d
WHERE d.campaign_id = %s AND d.taxonomy_version_id = %s AND d.verdict_id IS NOT NULL
"""

ANSWERS = """
SELECT g.step_id, a.criterion_id, a.label_id, count(*)
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE g.step_id = ANY(%s) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND a.label_id IS NOT NULL
  AND g.rendering <> 'twin'
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
    # Places of the verdict's labels by their ids; by place, the values; and the places that say that a step is flawed.
    places: dict[int, int]
    values: tuple[int | None, ...]
    flawed_places: tuple[int, ...]
    # The place of the verdict's label that a reviewer decided on, by step.
    decisions: dict[int, int]

    @property
    def scope(self) -> tuple[int, int]:
        return self.campaign_id, self.version_id


@dataclass(frozen=True, slots=True)
class StepVotes:
    """Who graded a step, the votes per verdict label, and the ids of the steps which it undoes according to anybody."""

    annotators: tuple[int, ...]
    counts: tuple[int, ...]
    repaired: frozenset[int]


NO_REPAIRS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ChainVotes:
    """What was said of a whole chain: votes by criterion and label key, both in the order of the taxonomy."""

    annotators: frozenset[int]
    labels: dict[str, dict[str, int]]


NO_CHAIN_VOTES = ChainVotes(frozenset(), {})


@dataclass(frozen=True, slots=True)
class Batch:
    """What is known of some chains' steps, by step, and of the whole of them, by chain."""

    votes: dict[int, StepVotes]
    labels: dict[int, dict[str, dict[str, int]]]
    wholes: dict[int, ChainVotes]


def view_of(cursor: Any, *, campaign: Campaign, version_id: int) -> ExportView:
    vocabulary = vocabulary_of(version_id)
    places = {choice.id: place for place, choice in enumerate(vocabulary.verdict.choices)}
    values = tuple(choice.value for choice in vocabulary.verdict.choices)
    cursor.execute(DECISIONS, [campaign.pk, version_id])
    return ExportView(
        campaign_id=campaign.pk,
        dataset_id=campaign.dataset_id,
        version_id=version_id,
        vocabulary=vocabulary,
        pseudonyms=dict(campaign.memberships.values_list("user_id", "pseudonym")),
        places=places,
        values=values,
        flawed_places=tuple(place for place, value in enumerate(values) if value is not None and value < 0),
        decisions={step: places[verdict] for step, verdict in cursor.fetchall()},
    )


def votes_by_step(cursor: Any, *, view: ExportView, step_ids: list[int]) -> dict[int, StepVotes]:
    """Votes of each graded step; an unsure annotator is named and votes for nothing."""
    places = view.places
    cursor.execute(GRADES, [step_ids, *view.scope])
    annotators: dict[int, list[int]] = {}
    counts: dict[int, list[int]] = {}
    repaired: dict[int, set[int]] = {}
    for step, annotator, verdict, repairs in cursor.fetchall():
        if step not in counts:
            annotators[step], counts[step] = [], [0] * len(places)
        annotators[step].append(annotator)
        if verdict is not None:
            counts[step][places[verdict]] += 1
            if repairs is not None:
                repaired.setdefault(step, set()).add(repairs)
    return {
        step: StepVotes(
            annotators=tuple(annotators[step]),
            counts=tuple(counts[step]),
            repaired=frozenset(repaired[step]) if step in repaired else NO_REPAIRS,
        )
        for step in counts
    }


def labels_by_step(
    cursor: Any, *, view: ExportView, step_ids: list[int]
) -> dict[int, dict[str, dict[str, int]]]:
    """Votes of each step by criterion and label key, both in the order of the taxonomy."""
    if not view.vocabulary.questions:
        return {}
    cursor.execute(ANSWERS, [step_ids, *view.scope])
    counted: dict[int, dict[tuple[int, int], int]] = {}
    for step, criterion, label, count in cursor.fetchall():
        counted.setdefault(step, {})[criterion, label] = count
    return {step: in_order(counts, questions=view.vocabulary.questions) for step, counts in counted.items()}


def votes_by_chain(cursor: Any, *, view: ExportView, chain_ids: list[int]) -> dict[int, ChainVotes]:
    """Of the chains about which, as a whole, anybody was asked and chose a label."""
    questions = view.vocabulary.chain_questions
    if not questions:
        return {}
    cursor.execute(CHAIN_ANSWERS, [chain_ids, *view.scope])
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
