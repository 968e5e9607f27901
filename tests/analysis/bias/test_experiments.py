"""Twins and plain rendering: what the sign says, what is compared with what, and what has to be there."""

from dataclasses import replace

import numpy as np
import pytest

from annotator.analysis.bias.estimates import Need, estimate_plain, estimate_twin_labels, estimate_twins
from annotator.analysis.bias.evidence import What
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes, TwinVotes
from annotator.analysis.bias.wording import (
    INTERVAL_AT_THE_END,
    LABEL_HAS_NO_GRADE,
    SHARE_AT_THE_END,
    odds_ratio_of,
)
from tests.analysis.bias.made_votes import drawn_project, drawn_twins, one_feature


def test_twins_are_positive_where_the_feature_makes_sound_more_frequent() -> None:
    liked = estimate_twins(drawn_twins(0, pairs=80, liking=1.5), feature="bullets")
    disliked = estimate_twins(drawn_twins(0, pairs=80, liking=-1.5), feature="bullets")
    assert liked.low is not None
    assert disliked.high is not None
    assert liked.low > 0
    assert disliked.high < 0
    assert liked.status == "bias"
    assert liked.odds_ratio.value is not None
    assert liked.odds_ratio.value > 1
    assert disliked.mean_grade.value is not None
    assert disliked.mean_grade.value < 0


def test_exchanging_the_arms_turns_the_effect_round() -> None:
    study = drawn_twins(0, pairs=60)
    first = estimate_twins(study, feature="bullets")
    second = estimate_twins(replace(study, is_high=~study.is_high), feature="bullets")
    assert first.effect is not None
    assert second.effect == pytest.approx(-first.effect)
    assert second.se == pytest.approx(first.se)


def test_in_a_full_study_the_effect_is_the_mean_of_the_differences_within_pairs() -> None:
    # Two annotators see every arm of every pair as often as each other, so that neither moves anything.
    pairs = np.repeat(np.arange(20), 4)
    study = TwinVotes(
        pairs=pairs,
        annotators=np.tile([0, 1, 2, 3, 2, 3, 0, 1], 10),
        is_high=np.tile([True, True, False, False], 20),
        sound=np.random.default_rng(0).integers(0, 2, 80).astype(np.float64),
        values=np.zeros(80),
        labels=np.zeros((80, 0)),
    )
    shares = study.sound.reshape(20, 4)
    differences = shares[:, :2].mean(axis=1) - shares[:, 2:].mean(axis=1)
    estimate = estimate_twins(study, feature="bullets")
    assert estimate.effect == pytest.approx(100 * differences.mean())
    assert estimate.base_rate == pytest.approx(shares[:, 2:].mean())


def test_pairs_of_which_one_arm_was_graded_say_nothing() -> None:
    study = drawn_twins(0, pairs=40)
    more = TwinVotes(
        pairs=np.concatenate([study.pairs, [40, 40, 40, 41]]),
        annotators=np.concatenate([study.annotators, [0, 1, 2, 3]]),
        is_high=np.concatenate([study.is_high, [True, True, True, False]]),
        sound=np.concatenate([study.sound, [1.0, 0.0, 1.0, 1.0]]),
        values=np.concatenate([study.values, [1.0, 0.0, 1.0, 1.0]]),
        labels=np.concatenate([study.labels, np.zeros((4, 3))]),
    )
    assert estimate_twins(more, feature="bullets") == estimate_twins(study, feature="bullets")


def test_nine_pairs_are_not_enough() -> None:
    study = drawn_twins(3, pairs=9, votes_per_pair=5)
    estimate = estimate_twins(study, feature="bullets")
    assert not estimate.is_estimated
    assert estimate.needs[0] == Need(what="pairs", have=9, need=10)
    assert estimate.reason == "Not enough yet: 9 of 10 pairs with votes on both arms."
    assert estimate_twins(drawn_twins(3, pairs=10), feature="bullets").is_estimated


def test_each_arm_needs_three_annotators() -> None:
    study = drawn_twins(0, pairs=40, annotators=4)
    two = replace(study, annotators=np.where(study.is_high, study.annotators % 2, study.annotators))
    estimate = estimate_twins(two, feature="bullets")
    assert estimate.needs == (Need(what="annotators_with", have=2, need=3),)
    assert estimate.counts.pairs == 40


def test_a_rare_label_is_not_told_and_has_no_mean_grade() -> None:
    study = drawn_twins(0, pairs=60)
    first, second, never = estimate_twin_labels(study, feature="bullets")
    assert [estimate.label for estimate in (first, second, never)] == [0, 1, 2]
    assert second.is_estimated
    assert second.mean_grade.reason == LABEL_HAS_NO_GRADE
    assert never.needs == (Need(what="label_votes", have=0, need=10),)
    (alone,) = estimate_twin_labels(study, feature="bullets", labels=[1])
    assert alone.label == 1
    assert alone.effect == pytest.approx(second.effect)
    assert estimate_twin_labels(study, feature="bullets", labels=[]) == ()


def test_a_label_that_the_feature_drives_out_has_a_negative_effect() -> None:
    (flawed,) = estimate_twin_labels(drawn_twins(1, pairs=120, liking=1.5), feature="bullets", labels=[0])
    assert flawed.high is not None
    assert flawed.high < 0


def shown(*, sound_with: float, sound_without: float, sound_plain: float, seed: int = 0) -> StyleVotes:
    """400 steps, two styled votes and a plain one each; the first half have the feature."""
    random = np.random.default_rng(seed)
    steps = np.repeat(np.arange(400), 3)
    is_plain = np.tile([False, False, True], 400)
    chance = np.where(is_plain, sound_plain, np.where(steps < 200, sound_with, sound_without))
    sound = (random.random(1200) < chance).astype(np.float64)
    # The first to third annotator in turns, so that each sees both renderings.
    annotators = (np.tile(np.arange(3), 400) + steps) % 3
    return StyleVotes(
        steps=steps,
        annotators=annotators,
        chains=steps // 5,
        indexes=steps % 5,
        sound=sound,
        values=2 * sound - 1,
        is_plain=is_plain,
    )


STYLES = StyleMatrix(
    values=(np.arange(400) < 200).astype(np.float64)[:, None],
    keys=("bullets",),
    kinds=("binary",),
    is_markup=(True,),
)


def test_plain_rendering_is_positive_where_showing_the_feature_makes_sound_more_frequent() -> None:
    (liked,) = estimate_plain(shown(sound_with=0.8, sound_without=0.5, sound_plain=0.5), STYLES)
    assert liked.effect == pytest.approx(30, abs=8)
    assert liked.status == "bias"
    assert liked.base_rate == pytest.approx(0.5, abs=0.1)
    assert liked.mean_grade.value == pytest.approx(0.6, abs=0.16)
    (disliked,) = estimate_plain(shown(sound_with=0.3, sound_without=0.5, sound_plain=0.5), STYLES)
    assert disliked.effect == pytest.approx(-20, abs=8)


def test_what_the_rendering_does_to_every_step_is_not_what_the_feature_does() -> None:
    (estimate,) = estimate_plain(shown(sound_with=0.8, sound_without=0.8, sound_plain=0.5), STYLES)
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low < 0 < estimate.high


def test_without_other_annotators_in_the_way_it_is_the_difference_of_differences() -> None:
    votes = shown(sound_with=0.8, sound_without=0.6, sound_plain=0.5)
    (estimate,) = estimate_plain(replace(votes, annotators=np.zeros_like(votes.annotators)), STYLES)
    cells = votes.sound.reshape(400, 3)
    difference = cells[:, :2].mean(axis=1) - cells[:, 2]
    assert estimate.effect == pytest.approx(100 * (difference[:200].mean() - difference[200:].mean()))


def test_too_few_plain_votes_on_steps_with_the_feature_are_counted() -> None:
    votes = shown(sound_with=0.8, sound_without=0.6, sound_plain=0.5)
    few = votes.only(~votes.is_plain | (votes.steps >= 105))
    (estimate,) = estimate_plain(few, STYLES)
    assert estimate.needs == (
        Need(what="plain_votes", have=95, need=100),
        Need(what="chains", have=19, need=30),
    )
    assert estimate.reason == (
        "Not enough yet: 95 of 100 votes on plain renderings of steps with the feature, 19 of 30 chains to compare within."
    )


def test_a_feature_on_fewer_than_thirty_steps_is_dropped() -> None:
    votes = shown(sound_with=0.8, sound_without=0.6, sound_plain=0.5)
    cases: list[tuple[int, What]] = [(29, "steps_with"), (371, "steps_without")]
    for steps, what in cases:
        values = (np.arange(400) < steps).astype(np.float64)[:, None]
        (estimate,) = estimate_plain(votes, replace(STYLES, values=values))
        assert estimate.needs[0] == Need(what=what, have=29, need=30)
    for steps in (200, 370):
        values = (np.arange(400) < steps).astype(np.float64)[:, None]
        assert estimate_plain(votes, replace(STYLES, values=values))[0].is_estimated


def test_steps_that_were_graded_once_say_nothing_of_renderings() -> None:
    project = one_feature(drawn_project(0, chains=150), 0)
    votes = project.votes
    again = votes.only(np.bincount(votes.steps)[votes.steps] > 1)
    assert [e.effect for e in estimate_plain(votes, project.styles)] == [
        e.effect for e in estimate_plain(again, project.styles)
    ]


def test_only_markup_is_taken_away_by_plain_rendering() -> None:
    project = drawn_project(0)
    assert [e.feature for e in estimate_plain(project.votes, project.styles)] == [
        "bullets",
        "emphasis",
        "heading",
    ]


def test_an_odds_ratio_is_that_of_the_two_shares() -> None:
    ratio = odds_ratio_of(base=0.5, effect=0.25, low=0.1, high=0.4)
    assert ratio.value == pytest.approx(3)
    assert ratio.low == pytest.approx(1.5)
    assert ratio.high == pytest.approx(9)


@pytest.mark.parametrize(("base", "effect"), [(0.0, 0.2), (1.0, -0.2), (0.9, 0.1), (0.2, -0.2), (None, 0.1)])
def test_at_always_and_never_odds_are_undefined(base: float | None, effect: float) -> None:
    ratio = odds_ratio_of(base=base, effect=effect, low=effect - 0.01, high=effect + 0.01)
    assert (ratio.value, ratio.low, ratio.high, ratio.reason) == (None, None, None, SHARE_AT_THE_END)


def test_an_interval_that_reaches_always_or_never_is_not_given() -> None:
    ratio = odds_ratio_of(base=0.8, effect=0.1, low=-0.1, high=0.3)
    assert ratio.value == pytest.approx(9 / 4)
    assert (ratio.low, ratio.high, ratio.reason) == (None, None, INTERVAL_AT_THE_END)
