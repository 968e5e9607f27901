import math
from random import Random

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


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1, 0, 0), "single"),
        ((0, 2, 0), "unanimous"),
        ((2, 1, 0), "majority"),
        ((2, 1, 1), "majority"),
        ((1, 1, 0), ""),
        ((0, 0, 0), ""),
    ],
)
def test_a_verdict_says_whether_one_all_or_most_gave_it(counts: tuple[int, ...], expected: str) -> None:
    assert consensus.PROVENANCES[consensus.provenance(counts)] == expected


def test_a_decision_overrides_any_votes_and_says_so() -> None:
    for counts in ((3, 0, 0), (1, 1, 0), (0, 0, 0)):
        final = consensus.final_verdict(counts, 2)
        assert (final.label, consensus.PROVENANCES[final.provenance]) == (2, "adjudicated")
    assert consensus.final_verdict((1, 1, 0), None).label is None


@given(tables, st.data())
def test_final_verdicts_of_many_steps_are_those_of_each(
    table: list[tuple[int, ...]], data: st.DataObject
) -> None:
    decided = st.none() | st.integers(0, len(table[0]) - 1)
    decisions = data.draw(st.lists(decided, min_size=len(table), max_size=len(table)))
    found = consensus.final_verdicts(
        np.asarray(table, dtype=np.int64),
        decisions=np.array([NO_LABEL if decision is None else decision for decision in decisions]),
    )
    for place, (counts, decision) in enumerate(zip(table, decisions, strict=True)):
        one = consensus.final_verdict(counts, decision)
        assert found.labels[place] == (NO_LABEL if one.label is None else one.label)
        assert found.provenances[place] == one.provenance


@pytest.mark.parametrize(
    ("counts", "contested_below"),
    [
        # Smaller than which threshold the leader's share is, from which on the step is contested.
        ((1, 1, 0), {0.0, 0.5, 0.55, 0.7, 1.0}),
        ((2, 2, 1), {0.0, 0.5, 0.55, 0.7, 1.0}),
        ((2, 1, 0), {0.7, 1.0}),
        ((11, 9, 0), {0.7, 1.0}),
        ((3, 1, 0), {1.0}),
        ((3, 0, 0), set()),
        ((1, 0, 0), set()),
        ((0, 0, 0), set()),
    ],
)
def test_a_tie_is_contested_and_a_leader_with_too_small_a_share(
    counts: tuple[int, ...], contested_below: set[float]
) -> None:
    table = np.array([counts], dtype=np.int64)
    for below in (0.0, 0.5, 0.55, 0.7, 1.0):
        assert consensus.is_contested(table, below=below).tolist() == [below in contested_below]


@given(st.lists(st.lists(st.sampled_from([-1.0, 0.0, 1.0, None]), max_size=6), max_size=8), st.randoms())
def test_first_errors_of_many_chains_are_those_of_each(
    sequences: list[list[float | None]], random: Random
) -> None:
    entries = [
        (chain, index, math.nan if value is None else value)
        for chain, values in enumerate(sequences)
        for index, value in enumerate(values)
    ]
    random.shuffle(entries)
    table = np.array(entries, dtype=np.float64).reshape(-1, 3)
    found = consensus.first_errors_of_chains(
        chains=table[:, 0].astype(np.int64),
        indexes=table[:, 1].astype(np.int64),
        values=table[:, 2],
        chain_count=len(sequences),
    )
    for place, values in enumerate(sequences):
        one = consensus.first_error(values)
        assert found.is_defined[place] == one.is_defined
        assert found.indexes[place] == (consensus.NO_INDEX if one.index is None else one.index)
