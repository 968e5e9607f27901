"""What everybody said of some chains, their steps and the whole of them, and what reviewers decided."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.analysis import consensus
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.copying import copied_columns
from annotator.analysis.gathering import places_of
from annotator.assignments.models import Campaign
from annotator.exports.options import Labels
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.assembling import ChainVotes, Grades
from annotator.exports.rows.estimating import NOT_ASKED, Estimate, estimate_in_view
from annotator.exports.rows.judging import Said
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

# What was said of twins says nothing of the texts that are exported.
GRADES = """
SELECT g.step_id, g.annotator_id, coalesce(g.verdict_id, 0), coalesce(g.repairs_id, 0)
FROM grading_grade g
WHERE g.step_id = ANY(%s::bigint[]) AND {scope} AND g.state <> 'cleared' AND g.rendering <> 'twin'
"""

# All at once: people make them one by one, so there are few. One that was taken back has no verdict.
DECISIONS = """
SELECT d.step_id, d.verdict_id
FROM grading_adjudication d
WHERE d.campaign_id = %s AND d.taxonomy_version_id = %s AND d.verdict_id IS NOT NULL
"""

GOLD = """
SELECT gold.step_id, l.key
FROM assignments_goldgrade gold JOIN assignments_goldchain c ON c.id = gold.gold_chain_id
JOIN taxonomies_label l ON l.id = gold.label_id JOIN taxonomies_criterion v ON v.id = l.criterion_id
WHERE c.campaign_id = %s AND v.version_id = %s AND v.is_verdict
ORDER BY gold.id DESC
"""

ANSWERS = """
SELECT g.step_id, a.criterion_id, a.label_id, count(*)
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE g.step_id = ANY(%s::bigint[]) AND {scope} AND a.label_id IS NOT NULL AND g.rendering <> 'twin'
GROUP BY g.step_id, a.criterion_id, a.label_id
"""

# One row per vote, with who gave it.
CHAIN_ANSWERS = """
SELECT g.chain_id, g.annotator_id, a.criterion_id, a.label_id
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE g.step_id IS NULL AND g.chain_id = ANY(%s::bigint[]) AND {scope} AND a.label_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class ExportView:
    """What the rows of one campaign are read with."""

    campaign_id: int
    dataset_id: int
    version_id: int
    vocabulary: Vocabulary
    pseudonyms: dict[int, str]
    # By place, what the verdict's labels are worth.
    values: tuple[int, ...]
    source: Labels
    # The one whose grades alone are read, with labels=annotator.
    annotator_id: int | None
    # The place of the verdict's label that a reviewer decided on, by step.
    decisions: dict[int, int]
    estimate: Estimate

    @property
    def people(self) -> Integers:
        """Ids of all members, in order."""
        return np.array(sorted(self.pseudonyms), dtype=np.int64)

    @property
    def names(self) -> list[str]:
        return sorted(self.pseudonyms.values())

    @property
    def ranks(self) -> Integers:
        """(people,), the place of each one's pseudonym among all of them, sorted."""
        places = {name: place for place, name in enumerate(self.names)}
        return np.array(
            [places[self.pseudonyms[person]] for person in sorted(self.pseudonyms)], dtype=np.int64
        )

    @property
    def scope(self) -> tuple[int, int]:
        return self.campaign_id, self.version_id

    @property
    def scope_of_grades(self) -> str:
        """A condition on `grading_grade g`, of numbers alone."""
        whose = "" if self.annotator_id is None else f" AND g.annotator_id = {self.annotator_id:d}"
        return f"g.campaign_id = {self.campaign_id:d} AND g.taxonomy_version_id = {self.version_id:d}{whose}"

    @property
    def worth(self) -> Floats:
        return np.array(self.values, dtype=np.float64)


def view_of(cursor: Any, *, campaign: Campaign, query: ExportQuery, version_id: int) -> ExportView:
    vocabulary = vocabulary_of(version_id)
    places = {choice.id: place for place, choice in enumerate(vocabulary.verdict.choices)}
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    cursor.execute(DECISIONS, [campaign.pk, version_id])
    decisions = {step: places[verdict] for step, verdict in cursor.fetchall()}
    ids = {pseudonym: user for user, pseudonym in pseudonyms.items()}
    estimate = NOT_ASKED
    if query.labels == Labels.DAWID_SKENE:
        estimate = estimate_in_view(
            cursor, campaign_id=campaign.pk, version_id=version_id, verdict=vocabulary.verdict
        )
    return ExportView(
        campaign_id=campaign.pk,
        dataset_id=campaign.dataset_id,
        version_id=version_id,
        vocabulary=vocabulary,
        pseudonyms=pseudonyms,
        values=tuple(choice.value or 0 for choice in vocabulary.verdict.choices),
        source=query.labels,
        annotator_id=None if query.annotator is None else ids[query.annotator],
        # What one person said is not overruled.
        decisions={} if query.labels == Labels.ANNOTATOR else decisions,
        estimate=estimate,
    )


def gold_of(cursor: Any, *, view: ExportView) -> dict[int, str]:
    """By step, all at once: there are few. Of a step that has two, the one that was there first."""
    cursor.execute(GOLD, [*view.scope])
    return dict(cursor.fetchall())


def literal(ids: Iterable[int]) -> str:
    """An array as PostgreSQL reads it: written so, thousands of ids cost a tenth of what the driver takes for them."""
    return f"{{{','.join(map(str, ids))}}}"


@dataclass(frozen=True, slots=True)
class Heard:
    said: Said
    grades: Grades


def heard_of(cursor: Any, *, view: ExportView, steps: Integers) -> Heard:
    """What was said of these steps, ids in order, each once. One who is unsure is named and votes for nothing."""
    found = copied_columns(
        GRADES.format(scope=view.scope_of_grades),
        kinds=["bigint"] * 4,
        cursor=cursor,
        values=[literal(steps.tolist())],
    )
    annotators = view.ranks[np.searchsorted(view.people, found[1])] if len(found[1]) else found[1]
    order = np.lexsort([annotators, found[0]])
    graded, annotators, verdicts, repairs = (
        found[0][order],
        annotators[order],
        found[2][order],
        found[3][order],
    )
    places, is_vote = np.searchsorted(steps, graded), verdicts > 0
    label_count = len(view.values)
    cells = places[is_vote] * label_count + places_of(verdicts[is_vote], question=view.vocabulary.verdict)
    return Heard(
        said=Said(
            steps=steps,
            counts=np.bincount(cells, minlength=len(steps) * label_count).reshape(-1, label_count),
            is_graded=np.bincount(places, minlength=len(steps)) > 0,
            decisions=decisions_on(steps, decisions=view.decisions),
            estimates=view.estimate.labels_of(steps),
        ),
        grades=Grades(steps=graded, annotators=annotators, repairs=np.where(is_vote, repairs, 0)),
    )


def decisions_on(steps: Integers, *, decisions: Mapping[int, int]) -> Integers:
    if not decisions:
        return np.full(len(steps), consensus.NO_LABEL, dtype=np.int64)
    return np.array([decisions.get(step, consensus.NO_LABEL) for step in steps.tolist()], dtype=np.int64)


def labels_by_step(cursor: Any, *, view: ExportView, steps: Integers) -> dict[int, dict[str, dict[str, int]]]:
    """Votes of each step by criterion and label key, both in the order of the taxonomy."""
    if not view.vocabulary.questions:
        return {}
    cursor.execute(ANSWERS.format(scope=view.scope_of_grades), [literal(steps.tolist())])
    counted: dict[int, dict[tuple[int, int], int]] = {}
    for step, criterion, label, count in cursor.fetchall():
        counted.setdefault(step, {})[criterion, label] = count
    return {step: in_order(counts, questions=view.vocabulary.questions) for step, counts in counted.items()}


def votes_by_chain(cursor: Any, *, view: ExportView, chain_ids: Sequence[int]) -> dict[int, ChainVotes]:
    """Of the chains about which, as a whole, anybody was asked and chose a label."""
    questions = view.vocabulary.chain_questions
    if not questions:
        return {}
    cursor.execute(CHAIN_ANSWERS.format(scope=view.scope_of_grades), [literal(chain_ids)])
    annotators: dict[int, set[int]] = {}
    counted: dict[int, Counter[tuple[int, int]]] = {}
    rank = dict(zip(view.people.tolist(), view.ranks.tolist(), strict=True))
    for chain, annotator, criterion, label in cursor.fetchall():
        annotators.setdefault(chain, set()).add(rank[annotator])
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
