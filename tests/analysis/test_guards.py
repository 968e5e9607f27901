"""What holds of every figure, whatever was graded: null has a reason, and nothing lies beyond its range."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings

from annotator.analysis import agreement, annotators, counting, criteria, first_errors, pairs, slices
from annotator.analysis.counting import Votes
from annotator.analysis.figures import CLUSTERS_FOR_INTERVAL, Figure
from annotator.analysis.pairs import PairAgreement
from tests.analysis.voting import Matrix, graded, paired_votes, votes_from


def measured(votes: Votes) -> list[Any]:
    """Everything that can be measured of votes; their labels stand for types, and for sets of one or two labels."""
    chosen = np.stack([votes.labels % 2 == 0, votes.labels % 3 == 0], axis=1)
    return [
        agreement.measure_agreement(counting.count_votes(votes)),
        annotators.measure_annotators(votes),
        pairs.measure_pairs(votes),
        pairs.conger_kappa(votes, weights="quadratic"),
        criteria.measure_one(votes),
        criteria.measure_many(
            units=votes.units, annotators=votes.annotators, clusters=votes.clusters, chosen=chosen
        ),
        slices.measure_slices(votes, np.arange(votes.unit_count) % 2),
        first_errors.measure_first_errors(
            chains=votes.units,
            annotators=votes.annotators,
            first_errors=votes.labels - 2,
            clusters=votes.clusters,
        ),
    ]


def parts_of(thing: object) -> Iterator[Figure | PairAgreement]:
    if isinstance(thing, Figure | PairAgreement):
        yield thing
    elif isinstance(thing, list | tuple):
        for part in thing:
            yield from parts_of(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from parts_of(getattr(thing, field.name))


@settings(deadline=None)
@given(graded())
def test_whatever_is_null_has_its_reason_and_whatever_is_not_has_none(
    case: tuple[Matrix, list[int], list[int]],
) -> None:
    matrix, values, clusters = case
    for part in parts_of(measured(votes_from(matrix, values=values, clusters=clusters))):
        if isinstance(part, PairAgreement):
            assert (part.kappa is None) == (part.reason is not None)
            continue
        assert (part.value is None) == (part.reason is not None)
        assert (part.low is None) == (part.high is None)
        assert (part.interval_reason is not None) == (part.value is not None and part.low is None)


@settings(deadline=None)
@given(graded())
def test_a_figure_lies_within_its_interval_and_both_within_the_range_of_all(
    case: tuple[Matrix, list[int], list[int]],
) -> None:
    matrix, values, clusters = case
    # Severity goes as far as the values are apart, a change of alpha from -1 to 1. Only Fleiss' kappa has no lowest value:
    # units that were graded once count towards what chance gives, and not towards agreement.
    farthest = max(2, max(values) - min(values))
    for part in parts_of(measured(votes_from(matrix, values=values, clusters=clusters))):
        if not isinstance(part, Figure) or part.value is None:
            continue
        assert part.value <= farthest
        if part.low is not None and part.high is not None:
            assert min(-farthest, part.value) <= part.low <= part.value <= part.high <= farthest
            assert len(set(clusters)) >= CLUSTERS_FOR_INTERVAL


def test_below_its_range_a_kappa_still_lies_in_its_interval() -> None:
    # Of each of six problems a unit on which two differ, and many that one graded, all alike.
    matrix: Matrix = [[0] * 30, [*[1] * 5, 0, *[None] * 24]]
    clusters = [*range(6), *(unit % 6 for unit in range(24))]
    kappa = agreement.measure_agreement(
        counting.count_votes(votes_from(matrix, values=(0, 1), clusters=clusters))
    ).fleiss_kappa
    assert kappa.value is not None
    assert kappa.high is not None
    assert kappa.value < -1
    assert kappa.low == kappa.value < kappa.high


@settings(deadline=None)
@given(graded())
def test_without_a_unit_graded_twice_nothing_is_known(case: tuple[Matrix, list[int], list[int]]) -> None:
    matrix, values, clusters = case
    if paired_votes(matrix):
        # Only the first of each unit stays.
        kept = np.array([[value is not None for value in row] for row in matrix]).cumsum(axis=0) == 1
        matrix = [
            [value if is_kept else None for value, is_kept in zip(row, keeps, strict=True)]
            for row, keeps in zip(matrix, kept.tolist(), strict=True)
        ]
    *figures, of_first_errors = measured(votes_from(matrix, values=values, clusters=clusters))
    for part in (*parts_of(figures), *parts_of(of_first_errors)):
        # How many first errors are undefined is known of a single annotator too.
        if part != of_first_errors.share_undefined:
            assert (part.kappa if isinstance(part, PairAgreement) else part.value) is None
