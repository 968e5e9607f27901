"""Debiased soft labels against sums done by hand, and against a pool whose bias is known."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.analysis.consensus import soft
from annotator.exports.rows.debiasing import (
    Debiasing,
    Kept,
    NotDebiased,
    TwinEffect,
    debiased,
    described,
)

POINTS = {"bullets": 11.0, "hedge": -20.0}
BULLETS = TwinEffect(
    feature="bullets", effect=11.0, low=7.0, high=15.0, severity="high", pairs=40, votes=160, kept=None
)
SOME = Debiasing(
    effects=(BULLETS,),
    report_computed_at="2026-11-20T09:00:00.000000Z",
    newest_grade_at="2026-11-20T08:00:00.000000Z",
    extractor_version=1,
    reason=None,
)


def test_the_effect_comes_off_each_vote_before_smoothing() -> None:
    row = debiased((2, 0, 1), sound=(0,), votes_on={"bullets": 3}, points=POINTS)
    # (2 - 3 x 0.11 + 1/2) / (3 + 3/2)
    assert row.soft == pytest.approx(2.5 / 4.5)
    assert row.soft_debiased == pytest.approx(2.17 / 4.5)
    assert row.subtracted == {"bullets": pytest.approx(0.33 / 4.5)}
    assert row.reason is None


def test_a_vote_on_a_text_without_the_feature_keeps_its_weight() -> None:
    row = debiased((2, 0, 1), sound=(0,), votes_on={"bullets": 1}, points=POINTS)
    assert row.soft_debiased == pytest.approx(2.39 / 4.5)
    assert debiased((2, 0, 1), sound=(0,), votes_on={"bullets": 0}, points=POINTS).subtracted == {}


def test_a_feature_that_graders_dislike_is_made_up_for() -> None:
    row = debiased((1, 0, 1), sound=(0,), votes_on={"hedge": 2, "bullets": 2}, points=POINTS)
    assert row.soft_debiased == pytest.approx((1 + 0.4 - 0.22 + 0.5) / 3.5)
    assert row.subtracted == {"hedge": pytest.approx(-0.4 / 3.5), "bullets": pytest.approx(0.22 / 3.5)}


def test_nobody_voted_and_nothing_is_made_up() -> None:
    row = debiased((0, 0, 0), sound=(0,), votes_on={}, points=POINTS)
    assert (row.soft, row.soft_debiased, row.reason) == (None, None, NotDebiased.NO_VOTES)


def test_without_a_measurement_there_is_no_debiased_label() -> None:
    row = debiased((2, 0, 1), sound=(0,), votes_on={}, points={}, reason=NotDebiased.NO_REPORT)
    assert row.soft == pytest.approx(2.5 / 4.5)
    assert (row.soft_debiased, row.reason) == (None, "no_report")
    assert debiased((2, 1), sound=(), votes_on={}, points={}).reason == "no_sound_label"


def test_the_soft_label_is_that_of_the_export() -> None:
    for counts in ((2, 0, 1), (0, 3, 0), (1, 1, 1), (7, 0, 0)):
        shares = soft(counts)
        assert shares is not None
        assert debiased(counts, sound=(0,), votes_on={}, points={}).soft == shares[0]
        both = debiased(counts, sound=(0, 1), votes_on={}, points={}).soft
        assert both == pytest.approx(shares[0] + shares[1])


VOTES = st.lists(st.integers(0, 40), min_size=2, max_size=5)
EFFECTS = st.dictionaries(
    st.sampled_from(["bullets", "hedge", "code", "latex"]), st.floats(-100, 100), max_size=4
)


@st.composite
def steps(draw: Any) -> dict[str, Any]:
    counts = draw(VOTES)
    names = draw(st.sets(st.sampled_from(["bullets", "hedge", "code", "latex"])))
    return {
        "counts": tuple(counts),
        "sound": (0,),
        "votes_on": {name: draw(st.integers(0, sum(counts))) for name in sorted(names)},
        "points": draw(EFFECTS),
    }


def of(step: dict[str, Any]) -> Any:
    return debiased(step["counts"], **{key: step[key] for key in ("sound", "votes_on", "points")})


@given(step=steps())
def test_a_debiased_label_never_leaves_0_to_1(step: dict[str, Any]) -> None:
    row = of(step)
    assert (row.soft_debiased is None) == (sum(step["counts"]) == 0)
    if row.soft_debiased is not None:
        assert 0 <= row.soft_debiased <= 1


@given(step=steps())
def test_where_nothing_was_measured_it_equals_the_soft_label(step: dict[str, Any]) -> None:
    row = of({**step, "points": {name: 50.0 for name in step["points"] if name not in step["votes_on"]}})
    assert row.soft_debiased == row.soft
    assert row.subtracted == {}


@given(step=steps(), more=st.integers(1, 40))
def test_more_sound_votes_never_give_a_lower_label(step: dict[str, Any], more: int) -> None:
    sound, *others, last = step["counts"]
    moved = min(more, last)
    before, after = of(step), of({**step, "counts": (sound + moved, *others, last - moved)})
    if before.soft_debiased is not None:
        assert after.soft_debiased >= before.soft_debiased


@given(step=steps(), percent=st.floats(0, 100))
def test_a_larger_effect_never_leaves_a_higher_label(step: dict[str, Any], percent: float) -> None:
    less = of({**step, "points": {"bullets": percent / 2}})
    more = of({**step, "points": {"bullets": percent}})
    if less.soft_debiased is not None:
        assert more.soft_debiased <= less.soft_debiased


def test_the_mean_label_of_a_biased_pool_comes_back_to_what_it_would_be_without_bias() -> None:
    """2,000 steps with bullets, 4 votes each, one in four on a plain text; the pool adds 15 points for bullets."""
    draws = random.Random(6)
    fair, biased, mended = [], [], []
    for _ in range(2_000):
        quality = draws.uniform(0.3, 0.8)
        chances = [quality] + [quality + 0.15] * 3
        votes = [draws.random() < chance for chance in chances]
        counts = (sum(votes), 4 - sum(votes))
        row = debiased(counts, sound=(0,), votes_on={"bullets": 3}, points={"bullets": 15.0})
        assert row.soft is not None
        assert row.soft_debiased is not None
        fair.append((4 * quality + 0.5) / 5)
        biased.append(row.soft)
        mended.append(row.soft_debiased)
    mean = [sum(labels) / len(labels) for labels in (fair, biased, mended)]
    assert mean[1] - mean[0] == pytest.approx(0.09, abs=0.01)
    assert mean[2] == pytest.approx(mean[0], abs=0.01)


def test_what_was_done_is_said_in_figures_and_in_words() -> None:
    left = replace(BULLETS, feature="hedge", effect=1.0, low=-2.0, high=4.0, kept=Kept.NOT_FLAGGED)
    said = described(replace(SOME, effects=(BULLETS, left)))
    assert said["method"] == "twins"
    assert said["reason"] is None
    assert [effect["feature"] for effect in said["effects"]] == ["bullets", "hedge"]
    assert "bullets +11.0 points (+7.0 to +15.0)" in said["text"]
    assert "left in: hedge +1.0 points (-2.0 to +4.0), not flagged." in said["text"]
    assert "plainly rendered" in said["text"]


def test_nothing_to_take_off_is_said_too() -> None:
    unflagged = replace(BULLETS, kept=Kept.NOT_FLAGGED)
    text = described(replace(SOME, effects=(unflagged,)))["text"]
    assert text == "Twins have shown no bias that is flagged: every debiased label equals its soft label."
    for reason, words in (("no_report", "no report on style"), ("no_twins_estimated", "No twins have")):
        said = described(replace(SOME, effects=(), reason=NotDebiased(reason)))
        assert said["reason"] == reason
        assert words in said["text"]
        assert "There is no debiased label." in said["text"]
