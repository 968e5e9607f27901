import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotator.analysis import agreement, counting, criteria
from annotator.analysis.counting import Votes
from annotator.analysis.criteria import ManyAgreement
from annotator.analysis.figures import FEW_CLUSTERS, Figure
from annotator.analysis.usage import NOBODY_ANSWERED
from tests.analysis.voting import drawn_votes, kept, literal_interval, votes_from

# One of several types


def test_types_are_compared_where_two_gave_one_and_then_with_none_as_a_category() -> None:
    # Types 0 and 1, and 2 for none.
    votes = votes_from(
        ((0, 0, 1, 0, 2, 2), (0, 1, 1, 2, 2, 1), (1, 2, None, None, None, None)), values=(0, 1, 2)
    )
    measured = criteria.measure_one(votes)
    assert measured.counts == counting.Counts(
        units=6, units_graded_twice=6, grades=14, annotators=3, clusters=6
    )
    assert measured.status == "insufficient"
    # Units 0, 1 and 2 have two types; unit 0 has three, of which one pair in three agrees.
    assert measured.given_both.counts.units_graded_twice == 3
    assert measured.given_both.counts.units == 5
    assert measured.given_both.percent_agreement.value == pytest.approx((1 / 3 + 0 + 1) / 3)
    assert measured.with_none.percent_agreement.value == pytest.approx((1 / 3 + 0 + 1 + 0 + 1 + 0) / 6)
    assert [label.label for label in measured.given_both.labels] == [0, 1]
    assert [label.label for label in measured.with_none.labels] == [0, 1, 2]


@pytest.mark.parametrize("seed", range(3))
def test_both_have_the_figures_of_any_unordered_labels(seed: int) -> None:
    votes = drawn_votes(seed, values=None, label_count=4)
    measured = criteria.measure_one(votes)
    whole = agreement.measure_agreement(counting.count_votes(votes))
    given_one = kept(votes, votes.labels < 3)
    given_both = agreement.measure_agreement(
        counting.count_grades(
            units=given_one.units,
            annotators=given_one.annotators,
            labels=given_one.labels,
            clusters=given_one.clusters,
            label_count=3,
        )
    )
    for mine, theirs in ((measured.with_none, whole), (measured.given_both, given_both)):
        assert mine.counts == theirs.counts
        assert mine.percent_agreement == theirs.percent_agreement
        assert mine.alpha_nominal == theirs.alpha_nominal
        assert mine.gwet_ac1 == theirs.gwet_ac1
        assert mine.labels == theirs.labels
        assert mine.alpha_nominal.low is not None
    assert measured.status == whole.status


def test_where_nobody_gave_a_type_nothing_is_agreed_on() -> None:
    measured = criteria.measure_one(votes_from(((2, 2), (2, 2)), values=(0, 1, 2)))
    assert measured.given_both.percent_agreement == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    assert measured.given_both.labels[0].specific_agreement == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    unknown = Figure(None, reason=NOBODY_ANSWERED)
    assert measured.with_none.percent_agreement == unknown
    assert measured.with_none.gwet_ac1 == unknown
    assert [label.specific_agreement for label in measured.with_none.labels] == [unknown] * 3
    assert measured.counts.units_graded_twice == 2


def test_a_type_with_under_ten_grades_has_no_figure_of_its_own() -> None:
    votes = votes_from(([0] * 8 + [1] * 4, [0] * 8 + [1] * 4), values=(0, 1, 2))
    common, rare = criteria.measure_one(votes).given_both.labels
    assert (common.grades, common.specific_agreement.value) == (16, 1)
    assert (rare.grades, rare.specific_agreement) == (8, Figure(None, reason=agreement.RARE_LABEL))


def test_a_single_declared_type_cannot_be_disagreed_on_where_it_was_given() -> None:
    measured = criteria.measure_one(votes_from(((0, 0, 1), (0, 1, 1)), values=(0, 1)))
    assert measured.given_both.gwet_ac1 == Figure(None, reason=agreement.ONE_LABEL_DECLARED)
    assert measured.with_none.alpha_nominal.value is not None


def test_figures_of_types_do_not_hang_on_the_order_of_votes() -> None:
    votes = drawn_votes(4, values=None)
    order = np.random.default_rng(4).permutation(len(votes.units))
    turned = counting.votes_of(
        units=-votes.units[order],
        annotators=-votes.annotators[order],
        labels=votes.labels[order],
        clusters=votes.clusters[order],
        label_count=3,
    )
    one, other = criteria.measure_one(votes), criteria.measure_one(turned)
    for mine, theirs in ((one.given_both, other.given_both), (one.with_none, other.with_none)):
        assert mine.alpha_nominal.value == pytest.approx(theirs.alpha_nominal.value)
        assert mine.alpha_nominal.low == pytest.approx(theirs.alpha_nominal.low)


# Sets of labels

# Of each unit, the sets that annotators gave.
Sets = Sequence[Sequence[frozenset[int]]]


def measure_sets(
    units: Sequence[Sequence[Any]], *, labels: int, clusters: Sequence[int] | None = None
) -> ManyAgreement:
    entries = [(u, a, chosen) for u, unit in enumerate(units) for a, chosen in enumerate(unit)]
    memberships = np.zeros((len(entries), labels), dtype=np.bool_)
    for row, (_, _, chosen) in enumerate(entries):
        memberships[row, list(chosen)] = True
    return criteria.measure_many(
        units=[u for u, _, _ in entries],
        annotators=[a for _, a, _ in entries],
        clusters=[u if clusters is None else clusters[u] for u, _, _ in entries],
        chosen=memberships,
    )


def jaccard(one: frozenset[int], other: frozenset[int]) -> Fraction:
    return Fraction(0) if one == other else 1 - Fraction(len(one & other), len(one | other))


def alpha_by_definition(units: Sets) -> Fraction | None:
    """Every two grades of a unit against every two of all: in exact fractions, by the square of the grades."""
    paired = [unit for unit in units if len(unit) >= 2]
    grades = [given for unit in paired for given in unit]
    expected = sum((jaccard(*pair) for pair in permutations(grades, 2)), Fraction(0))
    observed = sum(
        (jaccard(*pair) / (len(unit) - 1) for unit in paired for pair in permutations(unit, 2)), Fraction(0)
    )
    return 1 - (len(grades) - 1) * observed / expected if expected else None


def test_two_empty_sets_agree_and_an_empty_one_is_far_from_any_other() -> None:
    assert measure_sets([[(), ()], [(0,), (0,)]], labels=2).alpha_jaccard.value == 1
    assert measure_sets([[(), (0,)], [(0,), ()]], labels=2).alpha_jaccard.value == pytest.approx(-1 / 2)


def test_sets_that_share_a_label_are_nearer_than_sets_that_share_none() -> None:
    distances = criteria.jaccard_distances(np.array([[0, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool))
    assert distances.tolist() == [
        [0, 1, 1, 1],
        [1, 0, pytest.approx(2 / 3), 1],
        [1, pytest.approx(2 / 3), 0, 0.5],
        [1, 1, 0.5, 0],
    ]


sets_of_units = st.lists(
    st.lists(st.frozensets(st.integers(0, 3), max_size=3), min_size=1, max_size=4), min_size=1, max_size=10
)


@settings(deadline=None)
@given(sets_of_units)
def test_alpha_of_sets_follows_its_definition(units: list[list[frozenset[int]]]) -> None:
    figure = measure_sets(units, labels=4).alpha_jaccard
    expected = alpha_by_definition(units)
    if expected is None:
        is_paired = any(len(unit) >= 2 for unit in units)
        assert figure == Figure(None, reason=agreement.ALL_ALIKE if is_paired else agreement.NOT_GRADED_TWICE)
    else:
        assert figure.value == pytest.approx(float(expected), abs=1e-10)


@settings(deadline=None, max_examples=50)
@given(sets_of_units, st.integers(1, 3))
def test_each_label_has_positive_agreement_and_alpha_of_its_own(
    units: list[list[frozenset[int]]], times: int
) -> None:
    units = units * times
    measured = measure_sets(units, labels=4)
    pairs = [pair for unit in units for pair in combinations(unit, 2)]
    assert [label.label for label in measured.labels] == [0, 1, 2, 3]
    for label in measured.labels:
        both = sum(label.label in one and label.label in other for one, other in pairs)
        either = sum((label.label in one) != (label.label in other) for one, other in pairs)
        paired = [given for unit in units if len(unit) >= 2 for given in unit]
        assert label.grades == sum(label.label in given for given in paired)
        if label.grades < 10:
            assert label.alpha.value is label.positive_agreement.value is None
            assert label.alpha.reason == label.positive_agreement.reason
            assert label.alpha.reason == (agreement.RARE_LABEL if paired else agreement.NOT_GRADED_TWICE)
            continue
        assert label.positive_agreement.value == pytest.approx(2 * both / (2 * both + either))
        alone = alpha_by_definition([[given & {label.label} for given in unit] for unit in units])
        assert label.alpha.value == (None if alone is None else pytest.approx(float(alone), abs=1e-10))


def test_a_label_that_everybody_gave_has_no_alpha() -> None:
    (always,) = measure_sets([[(0,), (0,)]] * 6, labels=1).labels
    assert always.alpha == Figure(None, reason=agreement.ALL_ALIKE)
    assert always.positive_agreement.value == 1


def test_what_a_question_of_sets_stands_on() -> None:
    measured = measure_sets([[(0,), ()], [(1,)], [(), (), ()]], labels=2, clusters=[5, 5, 9])
    assert measured.counts == counting.Counts(
        units=3, units_graded_twice=2, grades=6, annotators=3, clusters=2
    )
    assert measured.status == "insufficient"
    assert measured.alpha_jaccard.interval_reason == FEW_CLUSTERS


def test_without_grades_or_labels_nothing_is_made_up() -> None:
    nothing = measure_sets([], labels=2)
    assert nothing.alpha_jaccard == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    assert nothing.labels[1].alpha == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    unlabelled = measure_sets([[(), ()]], labels=0)
    assert unlabelled.alpha_jaccard == Figure(None, reason=agreement.ALL_ALIKE)
    assert unlabelled.labels == ()


def test_too_many_different_sets_are_not_compared_each_with_each() -> None:
    sets = [[place for place in range(11) if number >> place & 1] for number in range(criteria.MOST_SETS + 1)]
    most = measure_sets([[given, given] for given in sets[:-1]], labels=11)
    assert most.alpha_jaccard.value == pytest.approx(1)
    more = measure_sets([[given, given] for given in sets], labels=11)
    assert more.alpha_jaccard == Figure(None, reason=criteria.TOO_MANY_SETS)
    assert more.labels[0].positive_agreement.value == 1


def test_more_labels_than_bits_are_told_apart() -> None:
    chosen = np.eye(70, dtype=np.bool_)[[3, 69, 35, 3, 69]]
    sets = criteria.distinct_sets(chosen)
    assert len(sets.memberships) == 3
    assert (sets.memberships[sets.places] == chosen).all()


def drawn_sets(seed: int) -> tuple[Votes, NDArray[np.bool_]]:
    """Votes whose labels are sets of three labels as numbers from 0 to 7, and these sets."""
    votes = drawn_votes(seed, values=None, label_count=8)
    return votes, (np.arange(8)[:, None] >> np.arange(3) & 1).astype(np.bool_)


def measure_numbered(votes: Votes, memberships: NDArray[np.bool_]) -> ManyAgreement:
    return criteria.measure_many(
        units=votes.units,
        annotators=votes.annotators,
        clusters=votes.clusters,
        chosen=memberships[votes.labels],
    )


def measure_label(name: str, *, place: int, memberships: NDArray[np.bool_]) -> Callable[[Votes], Figure]:
    return lambda votes: getattr(measure_numbered(votes, memberships).labels[place], name)


def test_intervals_are_those_of_leaving_out_one_problem_after_the_other() -> None:
    votes, memberships = drawn_sets(2)
    measured = measure_numbered(votes, memberships)
    literal = literal_interval(
        lambda rest: measure_numbered(rest, memberships).alpha_jaccard, votes, problems=range(12)
    )
    figure = measured.alpha_jaccard
    assert (figure.low, figure.high) == pytest.approx(literal, abs=1e-9)
    for place, label in enumerate(measured.labels):
        for name, lowest in (("alpha", -1.0), ("positive_agreement", 0.0)):
            own: Figure = getattr(label, name)
            literal = literal_interval(
                measure_label(name, place=place, memberships=memberships),
                votes,
                problems=range(12),
                lowest=lowest,
            )
            assert (own.low, own.high) == pytest.approx(literal, abs=1e-9)


@pytest.mark.parametrize("cells_at_once", [1, 20, 1000])
def test_problems_taken_a_few_at_a_time_come_to_the_same(cells_at_once: int) -> None:
    votes, memberships = drawn_sets(3)
    distances = criteria.jaccard_distances(memberships)
    sums = criteria.expected_rows(
        votes.labels,
        clusters=votes.clusters,
        cluster_count=12,
        distances=distances,
        cells_at_once=cells_at_once,
    )
    for row, problem in enumerate([-1, *range(12)]):
        counts = np.bincount(votes.labels[votes.clusters != problem], minlength=8)
        assert sums[row] == pytest.approx(counts @ distances @ counts)


def test_neither_the_order_of_votes_nor_that_of_labels_matters() -> None:
    votes, memberships = drawn_sets(6)
    order = np.random.default_rng(6).permutation(len(votes.units))
    one = measure_numbered(votes, memberships)
    other = criteria.measure_many(
        units=-votes.units[order],
        annotators=-votes.annotators[order],
        clusters=-votes.clusters[order],
        chosen=memberships[votes.labels[order]][:, ::-1],
    )
    assert other.alpha_jaccard.value == pytest.approx(one.alpha_jaccard.value)
    assert other.alpha_jaccard.low == pytest.approx(one.alpha_jaccard.low)
    for label, same in zip(one.labels, reversed(other.labels), strict=True):
        assert same.grades == label.grades
        assert same.alpha.value == pytest.approx(label.alpha.value)
        assert same.positive_agreement.low == pytest.approx(label.positive_agreement.low)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry per grade"):
        criteria.measure_many(units=[1, 1], annotators=[1, 2], clusters=[1, 1], chosen=[[True]])


def test_figures_of_criteria_are_plain_json() -> None:
    json.dumps(asdict(criteria.measure_one(drawn_votes(1, values=None))), allow_nan=False)
    json.dumps(asdict(measure_numbered(*drawn_sets(1))), allow_nan=False)
