"""Chains whose outcome and steps say different things: case by case, and many at once."""

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.analysis import luck
from annotator.analysis.luck import Luck, luck_of

LUCKY = "lucky"
SUSPECT = "suspect"


def found(
    *values: float | None,
    correct: bool | None,
    adjudicated: set[int] | None = None,
    by_someone: tuple[int, ...] = (),
) -> Luck | None:
    return luck_of(
        values, final_answer_correct=correct, adjudicated=adjudicated or set(), flawed_by_someone=by_someone
    )


def test_an_answer_is_lucky_in_spite_of_a_flawed_step() -> None:
    assert found(1, -1, -1, correct=True) == Luck(LUCKY, "consensus", 1)
    assert found(1, 0, 1, correct=True) is None


def test_a_reviewers_word_is_told_before_the_consensus_and_that_before_one_annotators() -> None:
    assert found(-1, 1, -1, correct=True, adjudicated={2}, by_someone=(0, 1)) == Luck(LUCKY, "adjudicated", 2)
    assert found(1, 1, -1, correct=True, by_someone=(0, 2)) == Luck(LUCKY, "consensus", 2)
    assert found(1, None, 1, correct=True, by_someone=(1, 2)) == Luck(LUCKY, "annotator", 1)


def test_an_annotator_whom_a_reviewer_overruled_makes_no_chain_lucky() -> None:
    assert found(1, 1, correct=True, adjudicated={0}, by_someone=(0,)) is None
    assert found(1, 1, correct=True, adjudicated={0}, by_someone=(0, 1)) == Luck(LUCKY, "annotator", 1)


def test_a_flawed_step_is_known_before_all_steps_are_graded() -> None:
    assert found(None, -1, None, correct=True) == Luck(LUCKY, "consensus", 1)


def test_a_wrong_answer_without_a_flawed_step_is_suspect() -> None:
    assert found(1, 1, correct=False) == Luck(SUSPECT, "consensus", None)
    assert found(1, 1, correct=False, adjudicated={1}) == Luck(SUSPECT, "adjudicated", None)
    # A minority that saw the error does not make it decided.
    assert found(1, 1, correct=False, by_someone=(1,)) == Luck(SUSPECT, "consensus", None)


def test_a_neutral_step_is_no_flaw() -> None:
    assert found(0, 1, correct=False) == Luck(SUSPECT, "consensus", None)
    assert found(0, 1, correct=True) is None


@pytest.mark.parametrize("values", [(1, None), (None, 1), (1, -1), (-1, None), ()])
def test_a_wrong_answer_with_a_flawed_or_undecided_step_is_as_expected(
    values: tuple[float | None, ...],
) -> None:
    assert found(*values, correct=False) is None


@pytest.mark.parametrize("values", [(1, 1), (1, -1), (-1, -1)])
def test_who_does_not_know_the_outcome_has_found_nothing(values: tuple[float, ...]) -> None:
    assert found(*values, correct=None, adjudicated={0}, by_someone=(0, 1)) is None


steps = st.tuples(st.sampled_from([-1.0, 0.0, 1.0, None]), st.booleans(), st.booleans())
chains = st.tuples(st.sampled_from([True, False, None]), st.lists(steps, max_size=5))


@given(st.lists(chains, max_size=10), st.randoms())
def test_many_chains_at_once_are_found_like_each(
    given_chains: list[tuple[bool | None, list[tuple[float | None, bool, bool]]]], random: Random
) -> None:
    entries = [
        (chain, index, math.nan if value is None else value, is_adjudicated and value is not None, is_flawed)
        for chain, (_, rows) in enumerate(given_chains)
        for index, (value, is_adjudicated, is_flawed) in enumerate(rows)
    ]
    random.shuffle(entries)
    table = np.array(entries, dtype=np.float64).reshape(-1, 5)
    many = luck.find_luck(
        final_answer_correct=np.array(
            [math.nan if correct is None else correct for correct, _ in given_chains], dtype=np.float64
        ),
        chains=table[:, 0].astype(np.int64),
        indexes=table[:, 1].astype(np.int64),
        values=table[:, 2],
        is_adjudicated=table[:, 3] == 1,
        has_flawed_vote=table[:, 4] == 1,
    )
    for place, (correct, rows) in enumerate(given_chains):
        one = luck_of(
            [value for value, _, _ in rows],
            final_answer_correct=correct,
            adjudicated={
                index for index, (value, decided, _) in enumerate(rows) if decided and value is not None
            },
            flawed_by_someone=[index for index, (_, _, is_flawed) in enumerate(rows) if is_flawed],
        )
        expected = one or Luck("", "", None)
        assert luck.FINDINGS[many.findings[place]] == expected.finding
        assert luck.BASES[many.bases[place]] == expected.basis
        assert many.step_indexes[place] == (
            luck.NO_INDEX if expected.step_index is None else expected.step_index
        )
