import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.analysis import consensus
from annotator.analysis.consensus import NO_LABEL, FirstError, Majority

tables = st.integers(1, 5).flatmap(
    lambda labels: st.lists(st.tuples(*[st.integers(0, 4)] * labels), min_size=1, max_size=12)
)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((2, 1, 0), Majority(label=0, is_tie=False)),
        ((0, 1, 3), Majority(label=2, is_tie=False)),
        ((1, 0, 1), Majority(label=None, is_tie=True)),
        ((2, 2, 1), Majority(label=None, is_tie=True)),
        ((0, 0, 0), Majority(label=None, is_tie=False)),
        ((), Majority(label=None, is_tie=False)),
    ],
)
def test_the_label_with_most_votes_wins_and_a_tie_has_none(
    counts: tuple[int, ...], expected: Majority
) -> None:
    assert consensus.majority(counts) == expected


def test_soft_labels_are_vote_shares_kept_off_certainty() -> None:
    assert consensus.soft((2, 0, 0)) == pytest.approx((5 / 7, 1 / 7, 1 / 7))
    assert consensus.soft((1, 1)) == (0.5, 0.5)


def test_entropy_counts_bits_of_disagreement() -> None:
    assert consensus.entropy((3, 0, 0)) == 0
    assert consensus.entropy((2, 2)) == 1
    assert consensus.entropy((1, 1, 1)) == pytest.approx(math.log2(3))


def test_nothing_is_made_up_for_a_step_without_votes() -> None:
    assert consensus.soft((0, 0)) is None
    assert consensus.entropy((0, 0)) is None
    nothing = np.zeros((1, 2), dtype=np.int64)
    assert np.isnan(consensus.softs(nothing)).all()
    assert np.isnan(consensus.entropies(nothing)).all()


@given(tables)
def test_arrays_follow_the_same_rules_as_single_steps(table: list[tuple[int, ...]]) -> None:
    counts = np.asarray(table, dtype=np.int64)
    majorities, softs = consensus.majorities(counts), consensus.softs(counts)
    entropies = consensus.entropies(counts)
    for place, step in enumerate(table):
        one = consensus.majority(step)
        assert majorities.labels[place] == (NO_LABEL if one.label is None else one.label)
        assert majorities.is_tie[place] == one.is_tie
        if sum(step):
            assert softs[place] == pytest.approx(consensus.soft(step))
            assert softs[place].sum() == pytest.approx(1)
            assert entropies[place] == pytest.approx(consensus.entropy(step))


def test_no_steps_at_all_are_fine() -> None:
    nothing = np.zeros((0, 3), dtype=np.int64)
    assert consensus.majorities(nothing).labels.shape == (0,)
    assert consensus.softs(nothing).shape == (0, 3)
    assert consensus.entropies(nothing).shape == (0,)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 0, 1], consensus.NO_ERROR),
        ([1, -1, 1, -1], FirstError(index=1, is_defined=True)),
        ([-1, None, None], FirstError(index=0, is_defined=True)),
        ([1, None, -1], consensus.UNDEFINED),
        ([1, 1, None], consensus.UNDEFINED),
        ([None], consensus.UNDEFINED),
        ([], consensus.NO_ERROR),
    ],
)
def test_the_first_error_is_known_only_when_every_step_before_it_is_graded(
    values: list[float | None], expected: FirstError
) -> None:
    assert consensus.first_error(values) == expected
