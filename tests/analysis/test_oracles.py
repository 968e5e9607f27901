"""The figures against other people's code, on random votes."""

import math
from typing import Literal

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from statsmodels.stats import inter_rater

from annotator.analysis import agreement, annotators, counting, first_errors, pairs, slices
from annotator.analysis.figures import Figure
from tests.analysis.voting import Matrix, counted, drawn_votes, graded, kept, paired_votes, votes_from

EXACT = 1e-8

Level = Literal["nominal", "interval", "ordinal"]

LEVELS: tuple[Level, ...] = ("nominal", "interval", "ordinal")
WEIGHTS: tuple[agreement.Weights, ...] = ("identity", "linear", "quadratic")


def table_of(votes: counting.Votes) -> NDArray[np.float64]:
    """(annotators, units) of values, NaN where there is no grade."""
    assert votes.values is not None
    table = np.full((votes.annotator_count, votes.unit_count), np.nan)
    table[votes.annotators, votes.units] = votes.values[votes.labels]
    return table


def their_alpha(table: NDArray[np.float64], *, values: NDArray[np.float64], level: Level) -> float | None:
    """None where they would raise: nothing to compare, or nothing that differs."""
    paired = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        return None
    return float(
        krippendorff.alpha(reliability_data=table, value_domain=np.unique(values), level_of_measurement=level)
    )


@settings(deadline=None)
@given(graded())
def test_alpha_is_what_the_krippendorff_package_computes(case: tuple[Matrix, list[int], list[int]]) -> None:
    matrix, values, _ = case
    votes = votes_from(matrix, values=values)
    measured = agreement.measure_agreement(counting.count_votes(votes))
    paired = paired_votes(matrix)
    for level in LEVELS:
        mine: Figure = getattr(measured, f"alpha_{level}")
        theirs = their_alpha(table_of(votes), values=np.array(values, dtype=np.float64), level=level)
        if theirs is None:
            assert mine == Figure(None, reason=agreement.ALL_ALIKE if paired else agreement.NOT_GRADED_TWICE)
        else:
            assert mine.value == pytest.approx(theirs, abs=EXACT)


@st.composite
def full_tables(draw: st.DrawFn) -> NDArray[np.int64]:
    """(units, labels) counts of as many annotators on every unit, with at least two labels in use."""
    labels, raters = draw(st.integers(2, 5)), draw(st.integers(2, 6))
    row = st.lists(st.integers(0, labels - 1), min_size=raters, max_size=raters)
    rows = draw(
        st.lists(row, min_size=2, max_size=20).filter(lambda rows: len({v for r in rows for v in r}) > 1)
    )
    return np.array([np.bincount(row, minlength=labels) for row in rows])


@settings(deadline=None)
@given(full_tables())
def test_kappas_of_full_tables_are_those_of_statsmodels(table: NDArray[np.int64]) -> None:
    measured = agreement.measure_agreement(counted(table))
    assert measured.fleiss_kappa.value == pytest.approx(
        inter_rater.fleiss_kappa(table, method="fleiss"), abs=EXACT
    )
    assert measured.brennan_prediger.value == pytest.approx(
        inter_rater.fleiss_kappa(table, method="randolph"), abs=EXACT
    )


@settings(deadline=None)
@given(
    st.lists(st.integers(-5, 5), min_size=2, max_size=5, unique=True).flatmap(
        lambda values: st.tuples(
            st.just(values),
            st.lists(st.integers(0, 12), min_size=len(values) ** 2, max_size=len(values) ** 2),
        )
    )
)
def test_cohens_kappas_are_those_of_statsmodels(case: tuple[list[int], list[int]]) -> None:
    values, cells = np.array(case[0], dtype=np.float64), np.array(case[1])
    table = cells.reshape(len(values), len(values))
    for name in WEIGHTS:
        weights = agreement.weights_between(name, label_count=len(values), values=values)
        assert weights is not None
        (mine,) = pairs.cohen_kappas(table[None], weights=weights)
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        if not (np.outer(rows, columns) * (1 - weights)).any():
            assert math.isnan(mine)
            continue
        theirs = inter_rater.cohens_kappa(table, weights=1 - weights, return_results=False)
        assert mine == pytest.approx(theirs, abs=EXACT)


@pytest.mark.parametrize("seed", range(3))
def test_the_kappas_of_every_two_annotators_are_those_of_statsmodels(seed: int) -> None:
    votes = drawn_votes(seed, units=400)
    table = table_of(votes)
    for pair in pairs.measure_pairs(votes):
        both = table[[pair.first, pair.second]]
        both = both[:, ~np.isnan(both).any(axis=0)].astype(int) + 1
        counts = np.zeros((3, 3))
        np.add.at(counts, tuple(both), 1)
        theirs = inter_rater.cohens_kappa(counts, wt="linear", return_results=False)
        assert pair.kappa == pytest.approx(theirs, abs=EXACT)


@settings(deadline=None, max_examples=50)
@given(graded())
def test_alpha_without_an_annotator_is_the_packages_own_without_that_row(
    case: tuple[Matrix, list[int], list[int]],
) -> None:
    matrix, values, _ = case
    votes = votes_from(matrix, values=values)
    table, domain = table_of(votes), np.array(values, dtype=np.float64)
    whole = their_alpha(table, values=domain, level="ordinal")
    for annotator, measured in enumerate(annotators.measure_annotators(votes)):
        without = their_alpha(np.delete(table, annotator, axis=0), values=domain, level="ordinal")
        if not measured.units:
            assert measured.alpha_change == Figure(None, reason=annotators.NOTHING_SHARED)
        elif whole is None or without is None:
            assert measured.alpha_change.value is None
            assert measured.alpha_change.reason in {
                agreement.ALL_ALIKE,
                annotators.ALL_ALIKE_WITHOUT,
                annotators.NOT_TWICE_WITHOUT,
            }
        else:
            assert measured.alpha_change.value == pytest.approx(without - whole, abs=EXACT)


@settings(deadline=None, max_examples=50)
@given(graded())
def test_alpha_of_a_slice_is_the_packages_own_of_those_units(
    case: tuple[Matrix, list[int], list[int]],
) -> None:
    matrix, values, clusters = case
    votes = votes_from(matrix, values=values)
    graded_units = [u for u, unit in enumerate(zip(*matrix, strict=True)) if any(v is not None for v in unit)]
    groups = np.array([clusters[unit] % 3 for unit in graded_units], dtype=np.int64)
    table = table_of(votes)
    for part in slices.measure_slices(votes, groups):
        theirs = their_alpha(
            table[:, groups == part.group], values=np.array(values, dtype=np.float64), level="ordinal"
        )
        assert part.alpha_ordinal.value == (None if theirs is None else pytest.approx(theirs, abs=EXACT))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(-2, 4), min_size=3, max_size=3), min_size=1, max_size=12))
def test_alpha_of_first_errors_is_the_packages_own(chains: list[list[int]]) -> None:
    table = np.array(chains).T
    found = first_errors.measure_first_errors(
        chains=np.tile(np.arange(len(chains)), 3),
        annotators=np.repeat(np.arange(3), len(chains)),
        first_errors=table.ravel(),
        clusters=np.tile(np.arange(len(chains)), 3),
    )
    places = np.where(table == first_errors.UNDEFINED, np.nan, table)
    has_error = np.where(np.isnan(places), np.nan, places >= 0)
    for mine, rows in ((found.alpha_index, places), (found.alpha_has_error, has_error)):
        theirs = their_alpha(rows, values=rows[~np.isnan(rows)], level="nominal")
        assert mine.value == (None if theirs is None else pytest.approx(theirs, abs=EXACT))


def test_intervals_of_alpha_rest_on_the_packages_own_alphas() -> None:
    votes = drawn_votes(7, units=100, problems=8)
    assert votes.values is not None
    alphas = [
        their_alpha(table_of(kept(votes, votes.clusters != problem)), values=votes.values, level="ordinal")
        for problem in range(8)
    ]
    left_out = np.array(alphas, dtype=np.float64)
    error = math.sqrt(7 / 8 * ((left_out - left_out.mean()) ** 2).sum())
    measured = agreement.alpha_ordinal(counting.count_votes(votes))
    assert measured.value is not None
    assert measured.low is not None
    # The 97.5 % point of Student's t with 7 degrees of freedom, from a printed table.
    assert measured.value - measured.low == pytest.approx(2.364624 * error, rel=1e-6)
