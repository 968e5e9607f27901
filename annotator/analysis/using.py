"""How a taxonomy version is used over campaigns: its grades straight from the database into the counts of `usage`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.analysis.arrays import Flags, Integers
from annotator.analysis.copying import copied
from annotator.analysis.counting import renumbered
from annotator.analysis.gathering import one_view, places_of
from annotator.analysis.usage import Finding, Given, Usage, findings_of, measure_texts, measure_usage
from taxonomies.models import CriterionKind, Scope
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

# A grade without a verdict is an unsure one, or one of a whole chain.
GRADES = """
SELECT g.id, g.campaign_id, coalesce(g.step_id, g.chain_id), g.annotator_id, coalesce(g.verdict_id, 0),
    (g.step_id IS NULL)::int, (g.translated_from_id IS NOT NULL AND g.revision = 1)::int
FROM grading_grade g
WHERE g.taxonomy_version_id = {version} AND g.campaign_id IN ({campaigns}) AND g.state <> 'cleared'
    AND g.rendering <> 'twin'
"""

# An answer without a label is a text.
ANSWERS = """
SELECT a.grade_id, a.criterion_id, coalesce(a.label_id, 0)
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE g.taxonomy_version_id = {version} AND g.campaign_id IN ({campaigns}) AND g.state <> 'cleared'
    AND g.rendering <> 'twin'
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A step within a campaign, or a chain for a criterion that is asked of chains."""

    campaign_id: int
    pk: int


@dataclass(frozen=True, slots=True)
class CriterionUsage:
    """units: those that the examples of `usage` name."""

    question: Question
    usage: Usage
    findings: tuple[Finding, ...]
    units: dict[int, Unit]


@dataclass(frozen=True, slots=True)
class VersionUsage:
    """grades: of steps, unsure ones included; translated: made by a move and not touched since."""

    grades: int
    unsure: int
    translated: int
    people: int
    steps: int
    criteria: tuple[CriterionUsage, ...]


@dataclass(frozen=True, slots=True)
class Grades:
    """One entry per grade, by its id; units and people from 0. campaigns, pks: (units,), what each unit is."""

    ids: Integers
    units: Integers
    people: Integers
    verdicts: Integers
    is_chain: Flags
    is_translated: Flags
    campaigns: Integers
    pks: Integers


@dataclass(frozen=True, slots=True)
class Answers:
    """One entry per label or text: of which grade (a place in Grades), to which criterion, which label (0: text)."""

    grades: Integers
    criteria: Integers
    labels: Integers


def usage_of(*, version_id: int, campaign_ids: Sequence[int]) -> VersionUsage:
    """Over these campaigns, all from one view. Must not be inside a transaction."""
    vocabulary = vocabulary_of(version_id)
    campaigns = ", ".join(str(int(pk)) for pk in campaign_ids) or "NULL"
    with one_view():
        grades = read_grades(copied(GRADES.format(version=int(version_id), campaigns=campaigns), columns=7))
        answers = read_answers(
            copied(ANSWERS.format(version=int(version_id), campaigns=campaigns), columns=3), grades=grades
        )
    of_steps = ~grades.is_chain
    return VersionUsage(
        grades=int(of_steps.sum()),
        unsure=int((grades.verdicts[of_steps] == 0).sum()),
        translated=int(grades.is_translated.sum()),
        people=len(np.unique(grades.people)),
        steps=len(np.unique(grades.units[of_steps])),
        criteria=tuple(criteria_of(vocabulary, grades=grades, answers=answers)),
    )


def read_grades(rows: Integers) -> Grades:
    """rows: (grades, 7), as GRADES selects them."""
    rows = rows[np.argsort(rows[:, 0])]
    # One number for each unit: sorting whole rows takes ten times as long. A chain may have the id of a step.
    campaigns = 2 * renumbered(rows[:, 1])[0] + rows[:, 5]
    numbers = campaigns * (rows[:, 2].max(initial=0) + 1) + rows[:, 2]
    _, first, units = np.unique(numbers, return_index=True, return_inverse=True)
    return Grades(
        ids=rows[:, 0],
        units=units,
        people=renumbered(rows[:, 3])[0],
        verdicts=rows[:, 4],
        is_chain=rows[:, 5] == 1,
        is_translated=rows[:, 6] == 1,
        campaigns=rows[first, 1],
        pks=rows[first, 2],
    )


def read_answers(rows: Integers, *, grades: Grades) -> Answers:
    return Answers(grades=np.searchsorted(grades.ids, rows[:, 0]), criteria=rows[:, 1], labels=rows[:, 2])


def criteria_of(vocabulary: Vocabulary, *, grades: Grades, answers: Answers) -> Iterator[CriterionUsage]:
    labels = {
        f"{question.key}.{choice.key}": choice.id
        for question in (vocabulary.verdict, *vocabulary.further)
        for choice in question.choices
    }
    decided = np.flatnonzero(grades.verdicts)
    yield criterion_usage(
        vocabulary.verdict, grades=grades, asked=decided, given=decided, labels=grades.verdicts[decided]
    )
    for question in vocabulary.further:
        answered = answers.criteria == question.id
        given = answers.grades[answered]
        asked = was_asked(question, labels=labels, grades=grades, answers=answers, given=given)
        yield criterion_usage(
            question, grades=grades, asked=asked, given=given, labels=answers.labels[answered]
        )


def was_asked(
    question: Question, *, labels: dict[str, int], grades: Grades, answers: Answers, given: Integers
) -> Integers:
    """The grades whose other answers ask the question, and those that answer it. An unsure one asks nothing."""
    is_asked = grades.is_chain.copy() if question.scope == Scope.CHAIN else grades.verdicts > 0
    if question.shown_for:
        wanted = [labels[key] for key in question.shown_for]
        meets = np.isin(grades.verdicts, wanted)
        meets[answers.grades[np.isin(answers.labels, wanted)]] = True
        is_asked &= meets
    is_asked[given] = True
    return np.flatnonzero(is_asked)


def criterion_usage(
    question: Question, *, grades: Grades, asked: Integers, given: Integers, labels: Integers
) -> CriterionUsage:
    """asked: grades; given, labels: the grade and the label id of each answer."""
    is_text = question.kind == CriterionKind.TEXT
    counted = Given(
        asked_units=grades.units[asked],
        asked_people=grades.people[asked],
        units=grades.units[given],
        people=grades.people[given],
        labels=np.zeros(len(given), dtype=np.int64) if is_text else places_of(labels, question=question),
        unit_count=len(grades.pks),
    )
    if is_text:
        usage = measure_texts(counted)
    else:
        usage = measure_usage(counted, label_count=len(question.choices), many=question.many)
    lists = [entry.examples for entry in usage.labels] + [entry.examples for entry in usage.confusions]
    named = {unit for examples in lists for unit in examples}
    return CriterionUsage(
        question=question,
        usage=usage,
        findings=tuple(findings_of(usage)),
        units={unit: Unit(int(grades.campaigns[unit]), int(grades.pks[unit])) for unit in named},
    )
