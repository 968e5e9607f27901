"""What was gathered, as the estimators want it: everything counted from 0, and the features of the steps beside it."""

from dataclasses import dataclass

import numpy as np

from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes, TwinVotes
from annotator.analysis.style import FEATURES, KEYS
from annotator.analysis.style_reports.gathering import Gathered
from taxonomies.models import CriterionKind
from taxonomies.vocabulary import Choice, Question, Vocabulary


@dataclass(frozen=True, slots=True)
class ErrorType:
    """A label that only flawed steps are given, and its criterion."""

    criterion: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Votes on stored texts and the features of their steps; the ids are those behind the numbers, in order.

    measured: (steps, all features of the extractor); matrix: those that are style here.
    """

    votes: StyleVotes
    matrix: StyleMatrix
    measured: Floats
    step_ids: Integers
    annotator_ids: Integers
    chain_ids: Integers


@dataclass(frozen=True, slots=True)
class Twinned:
    """Votes on the arms of pairs; features: (votes,) key of what the arms of the vote's pair differ in.

    step_ids, chain_ids: (votes,) the pair's step, and the chain in which the vote was given.
    """

    votes: TwinVotes
    features: np.ndarray[tuple[int], np.dtype[np.str_]]
    pair_ids: Integers
    step_ids: Integers
    chain_ids: Integers


def ordinary(gathered: Gathered, *, step_ids: Integers, measured: Floats) -> Ordinary:
    """measured: of these steps, which are those of the votes in order."""
    votes = gathered.votes
    annotator_ids, annotators = np.unique(votes.annotators, return_inverse=True)
    chain_ids, chains = np.unique(votes.chains, return_inverse=True)
    steps = np.searchsorted(step_ids, votes.steps)
    indexes = gathered.indexes.right[np.searchsorted(gathered.indexes.left, step_ids)]
    is_style = [key not in gathered.settings.content_features for key in KEYS]
    kept = [feature for feature, is_kept in zip(FEATURES, is_style, strict=True) if is_kept]
    return Ordinary(
        votes=StyleVotes(
            steps=steps,
            annotators=annotators,
            chains=chains,
            indexes=indexes[steps],
            sound=is_sound(votes.values),
            values=votes.values.astype(np.float64),
            is_plain=votes.is_plain,
        ),
        matrix=StyleMatrix(
            values=measured[:, np.array(is_style, dtype=np.bool_)],
            keys=tuple(feature.key for feature in kept),
            kinds=tuple(feature.kind for feature in kept),
            is_markup=tuple(feature.is_markup for feature in kept),
        ),
        measured=measured,
        step_ids=step_ids,
        annotator_ids=annotator_ids,
        chain_ids=chain_ids,
    )


def twinned(gathered: Gathered, *, error_types: tuple[ErrorType, ...]) -> Twinned:
    twins = gathered.twins
    pair_ids, pairs = np.unique(twins.pairs, return_inverse=True)
    _, annotators = np.unique(twins.annotators, return_inverse=True)
    return Twinned(
        votes=TwinVotes(
            pairs=pairs,
            annotators=annotators,
            is_high=twins.is_high,
            sound=is_sound(twins.values),
            values=twins.values.astype(np.float64),
            labels=labels_given(gathered, error_types=error_types),
        ),
        features=np.array([gathered.features[study] for study in twins.studies.tolist()], dtype=np.str_),
        pair_ids=pair_ids,
        step_ids=twins.steps,
        chain_ids=twins.chains,
    )


def is_sound(values: Integers) -> Floats:
    return (values > 0).astype(np.float64)


def labels_given(gathered: Gathered, *, error_types: tuple[ErrorType, ...]) -> Floats:
    """(twin votes, error types), 1.0 where the type was given."""
    given = np.zeros((len(gathered.twins.ids), len(error_types)))
    order = np.argsort(gathered.twins.ids)
    rows = order[np.searchsorted(gathered.twins.ids[order], gathered.answers.left)]
    for place, found in enumerate(error_types):
        given[rows[gathered.answers.right == found.choice.id], place] = 1.0
    return given


def error_types_of(vocabulary: Vocabulary) -> tuple[ErrorType, ...]:
    """The labels of every question that is asked of flawed steps alone."""
    return tuple(
        ErrorType(criterion=question.key, choice=choice)
        for question in vocabulary.questions
        if is_about_errors(question, vocabulary=vocabulary)
        for choice in question.choices
    )


def is_about_errors(question: Question, *, vocabulary: Vocabulary) -> bool:
    verdict = vocabulary.verdict
    flawed = {f"{verdict.key}.{choice.key}" for choice in verdict.choices if (choice.value or 0) < 0}
    return question.kind != CriterionKind.TEXT and bool(question.shown_for) and question.shown_for <= flawed


def shown(ordinary: Ordinary, *, feature: str) -> Flags:
    """(steps,) whether the stored text has the feature, or more of it than most where it is continuous."""
    place = ordinary.matrix.keys.index(feature)
    values = ordinary.matrix.values[:, place]
    if ordinary.matrix.kinds[place] == "binary":
        return np.asarray(values > 0, dtype=np.bool_)
    return np.asarray(values > np.median(values), dtype=np.bool_)
