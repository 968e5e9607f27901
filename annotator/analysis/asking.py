"""Agreement on the questions beside the verdict, of steps and of whole chains, as the JSON of a report."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.analysis.arrays import Integers
from annotator.analysis.counting import Votes, votes_of
from annotator.analysis.criteria import measure_many, measure_one
from annotator.analysis.deriving import problems_of
from annotator.analysis.gathered import Gathered
from annotator.analysis.gathering import places_of
from taxonomies.models import CriterionKind, Scope
from taxonomies.vocabulary import Question, Vocabulary


@dataclass(frozen=True, slots=True)
class Sheets:
    """What could hold an answer, one entry per grade of a step or of a whole chain.

    ids: of the grades; order: the places of the sheets, by id.
    """

    ids: Integers
    units: Integers
    annotators: Integers
    clusters: Integers
    chains: Integers
    order: Integers


@dataclass(frozen=True, slots=True)
class Given:
    """The answers to one question: (answers,) the place of the sheet, and that of the label."""

    sheets: Integers
    labels: Integers


def criteria_agreement(gathered: Gathered, *, votes: Votes, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Every question that has labels, in order. Who gave a verdict and no answer said "none", asked or not."""
    asked = [question for question in vocabulary.further if question.kind != CriterionKind.TEXT]
    sheets = {Scope.STEP: step_sheets(gathered, votes=votes), Scope.CHAIN: chain_sheets(gathered)}
    return [
        criterion_agreement(gathered, question=question, sheets=sheets[Scope(question.scope)])
        for question in asked
    ]


def step_sheets(gathered: Gathered, *, votes: Votes) -> Sheets:
    ids = gathered.grades.ids[gathered.grades.is_styled]
    return Sheets(
        ids=ids,
        units=votes.units,
        annotators=votes.annotators,
        clusters=votes.clusters,
        chains=votes.chains,
        order=np.argsort(ids),
    )


def chain_sheets(gathered: Gathered) -> Sheets:
    wholes = gathered.wholes
    ids, chains = wholes.ids[wholes.is_styled], wholes.chains[wholes.is_styled]
    return Sheets(
        ids=ids,
        units=chains,
        annotators=wholes.annotators[wholes.is_styled],
        clusters=problems_of(chains, chains=gathered.chains),
        chains=chains,
        order=np.argsort(ids),
    )


def criterion_agreement(gathered: Gathered, *, question: Question, sheets: Sheets) -> dict[str, Any]:
    given = given_to(question, gathered=gathered, sheets=sheets)
    measured = many_figures if question.many else one_figures
    figures = measured(given, question=question, sheets=sheets)
    # Of many labels each has figures of its own.
    of_labels = figures.pop("labels", [{} for _ in question.choices])
    return {
        "key": question.key,
        "question": question.text,
        "kind": question.kind,
        "scope": question.scope,
        "labels": [
            {"key": choice.key, "title": choice.title, **measures}
            for choice, measures in zip(question.choices, of_labels, strict=True)
        ],
        **figures,
    }


def given_to(question: Question, *, gathered: Gathered, sheets: Sheets) -> Given:
    label_ids = [choice.id for choice in question.choices]
    answers = gathered.answers
    is_meant = np.isin(answers.right, label_ids)
    grades, labels = answers.left[is_meant], answers.right[is_meant]
    in_order = sheets.ids[sheets.order]
    places = np.minimum(np.searchsorted(in_order, grades), len(in_order) - 1)
    # Grades in plain rendering have answers too, and no sheet.
    is_found = in_order[places] == grades if len(in_order) else np.zeros(len(grades), dtype=np.bool_)
    return Given(sheets.order[places[is_found]], places_of(labels[is_found], question=question))


def one_figures(given: Given, *, question: Question, sheets: Sheets) -> dict[str, Any]:
    none = len(question.choices)
    labels = np.full(len(sheets.ids), none, dtype=np.int64)
    labels[given.sheets] = given.labels
    return asdict(
        measure_one(
            votes_of(
                units=sheets.units,
                annotators=sheets.annotators,
                labels=labels,
                clusters=sheets.clusters,
                chains=sheets.chains,
                label_count=none + 1,
            )
        )
    )


def many_figures(given: Given, *, question: Question, sheets: Sheets) -> dict[str, Any]:
    chosen: NDArray[np.bool_] = np.zeros((len(sheets.ids), len(question.choices)), dtype=np.bool_)
    chosen[given.sheets, given.labels] = True
    return asdict(
        measure_many(
            units=sheets.units, annotators=sheets.annotators, clusters=sheets.clusters, chosen=chosen
        )
    )
