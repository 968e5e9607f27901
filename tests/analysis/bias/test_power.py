"""What could have been found and what it costs, against simulation and against the figures a researcher is promised."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import TTestPower

from annotator.analysis.bias.power import (
    Budget,
    budget,
    p_beyond,
    pairs_needed,
    smallest_findable,
    vote_sd_of,
)
from annotator.analysis.bias.votes import StyleVotes


def test_forty_pairs_with_four_votes_each_find_seven_points() -> None:
    planned = budget(pairs=40, votes_per_pair=4, vote_sd=None, seconds_per_step=45)
    assert planned.votes == 160
    assert planned.effect == pytest.approx(7, abs=0.1)
    assert planned.hours == 2.0


@pytest.mark.parametrize("pairs", [10, 40, 160])
def test_the_usual_error_is_fifteen_and_a_half_points_by_the_root_of_the_pairs(pairs: int) -> None:
    effect = budget(pairs=pairs, votes_per_pair=4, vote_sd=None, seconds_per_step=None).effect
    assert effect == pytest.approx(smallest_findable(se=15.5 / math.sqrt(pairs), degrees=pairs - 1))


@pytest.mark.parametrize(("pairs", "votes_per_pair"), [(0, 4), (1, 4), (40, 1), (40, 0)])
def test_a_study_in_which_no_arms_meet_finds_nothing(pairs: int, votes_per_pair: int) -> None:
    planned = budget(pairs=pairs, votes_per_pair=votes_per_pair, vote_sd=0.3, seconds_per_step=None)
    assert planned == Budget(pairs=pairs, votes=pairs * votes_per_pair, effect=None, hours=None)


def test_an_odd_vote_weighs_as_little_as_it_does() -> None:
    effects = [
        budget(pairs=40, votes_per_pair=votes, vote_sd=0.2, seconds_per_step=None).effect or 0
        for votes in (2, 3, 4)
    ]
    # 1 + 1, 1 + 1/2 and 1/2 + 1/2 under the root.
    assert effects[1] / effects[0] == pytest.approx(math.sqrt(1.5 / 2))
    assert effects[2] / effects[0] == pytest.approx(math.sqrt(1 / 2))


@given(st.floats(0.5, 10), st.integers(5, 400))
def test_the_smallest_findable_effect_has_the_power_that_statsmodels_says(se: float, degrees: int) -> None:
    effect = smallest_findable(se=se, degrees=degrees)
    # Of a one-sample test, whose effect is in standard deviations of one value.
    power = TTestPower().power(effect / se / math.sqrt(degrees + 1), nobs=degrees + 1, alpha=0.05)
    assert power == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("margin", [0.0, 3.0])
@pytest.mark.parametrize("se", [0.2, 2.0, 5.0])
def test_four_of_five_such_effects_are_found(margin: float, se: float) -> None:
    degrees = 60
    effect = smallest_findable(se=se, degrees=degrees, margin=margin)
    random = np.random.default_rng(0)
    measured = effect + se * random.normal(size=4_000)
    errors = se * np.sqrt(random.chisquare(degrees, 4_000) / degrees)
    found = [
        p_beyond(value, se=error, degrees=degrees, margin=margin) < 0.05
        for value, error in zip(measured.tolist(), errors.tolist(), strict=True)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=0.03)


@given(st.floats(-30, 30), st.floats(0.1, 10), st.integers(1, 300), st.sampled_from([0.0, 3.0]))
def test_p_is_a_chance_that_falls_with_the_effect(
    effect: float, se: float, degrees: int, margin: float
) -> None:
    p = p_beyond(effect, se=se, degrees=degrees, margin=margin)
    assert 0 <= p <= 1
    assert p == p_beyond(-effect, se=se, degrees=degrees, margin=margin)
    assert p_beyond(abs(effect) + 1, se=se, degrees=degrees, margin=margin) <= p


@given(st.floats(2, 20), st.integers(2, 8), st.floats(0.05, 0.5))
def test_the_pairs_needed_are_the_fewest_that_find_it(effect: float, votes: int, vote_sd: float) -> None:
    pairs = pairs_needed(effect=effect, votes_per_pair=votes, vote_sd=vote_sd)
    assert pairs is not None
    assert pairs >= 10
    reached = budget(pairs=pairs, votes_per_pair=votes, vote_sd=vote_sd, seconds_per_step=None).effect
    assert reached is not None
    assert reached <= effect
    if pairs > 10:
        fewer = budget(pairs=pairs - 1, votes_per_pair=votes, vote_sd=vote_sd, seconds_per_step=None).effect
        assert fewer is not None
        assert fewer > effect


def test_an_effect_that_no_study_finds_needs_no_number_of_pairs() -> None:
    assert pairs_needed(effect=0.01, votes_per_pair=4, vote_sd=0.3) is None


def votes_on_steps(steps: list[list[int]], *, plain: list[list[bool]] | None = None) -> StyleVotes:
    """Of each step, its votes: 1 where sound."""
    sound = np.array([vote for votes in steps for vote in votes], dtype=np.float64)
    numbers = np.array([step for step, votes in enumerate(steps) for _ in votes], dtype=np.int64)
    is_plain = [[False] * len(votes) for votes in steps] if plain is None else plain
    return StyleVotes(
        steps=numbers,
        annotators=np.zeros_like(numbers),
        chains=np.zeros_like(numbers),
        indexes=np.zeros_like(numbers),
        sound=sound,
        values=sound,
        is_plain=np.array([flag for flags in is_plain for flag in flags], dtype=np.bool_),
    )


def test_how_far_votes_on_a_step_are_apart_is_pooled_over_the_steps() -> None:
    # 10 steps of variance 1/2, 20 of none: a sixth, as there is one vote beyond the first on each.
    votes = votes_on_steps([[0, 1]] * 10 + [[1, 1]] * 15 + [[0, 0]] * 5)
    assert vote_sd_of(votes) == pytest.approx(math.sqrt(10 * 0.5 / 30))


def test_votes_on_plain_renderings_do_not_tell_how_far_ordinary_ones_are_apart() -> None:
    styled = votes_on_steps([[0, 1]] * 40)
    mixed = votes_on_steps([[0, 1, 1]] * 40, plain=[[False, False, True]] * 40)
    assert vote_sd_of(mixed) == vote_sd_of(styled)


@pytest.mark.parametrize("steps", [[], [[1]] * 50, [[0, 1]] * 29, [[1, 1]] * 50])
def test_who_never_differed_or_hardly_met_does_not_tell_how_far_votes_are_apart(
    steps: list[list[int]],
) -> None:
    assert vote_sd_of(votes_on_steps(steps)) is None
