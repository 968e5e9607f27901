"""What holds of every estimate, whatever was graded: null has a reason, nothing is infinite, no association is a bias."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.analysis.bias.estimates import (
    Estimate,
    Quantity,
    estimate_association,
    estimate_peers,
    estimate_plain,
    estimate_twin_labels,
    estimate_twins,
)
from annotator.analysis.bias.testing import opens, with_q
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes, TwinVotes
from annotator.analysis.bias.wording import COLLINEAR, CONSTANT, NO_FREEDOM, NO_SPREAD
from tests.analysis.bias.made_votes import Project, drawn_project, drawn_twins, with_values

STATUSES = {"twins": "bias", "plain": "bias", "peers": "deviation", "association": "association"}
ESTIMATORS: list[Callable[[StyleVotes, StyleMatrix], tuple[Estimate, ...]]] = [
    estimate_plain,
    estimate_peers,
    estimate_association,
]


def measured(project: Project, twins: TwinVotes) -> list[Estimate]:
    """Everything, family by family."""
    votes, styles = project.votes, project.styles
    return [
        *with_q([estimate_twins(twins, feature="bullets"), *estimate_plain(votes, styles)]),
        *with_q(estimate_twin_labels(twins, feature="bullets")),
        *with_q(estimate_peers(votes, styles)),
        *estimate_association(votes, styles),
    ]


def assert_sound(estimate: Estimate) -> None:
    json.dumps(asdict(estimate), allow_nan=False)
    assert estimate.status == STATUSES[estimate.estimator]
    assert (estimate.effect is None) == (estimate.reason is not None) == (not estimate.is_estimated)
    assert all(need.have < need.need for need in estimate.needs)
    for quantity in (estimate.mean_grade, estimate.odds_ratio, estimate.raw or Quantity(value=1.0)):
        assert (quantity.low is None) == (quantity.high is None)
        if quantity.value is None:
            assert quantity.reason
            assert quantity.low is None
        elif quantity.low is not None and quantity.high is not None:
            assert quantity.low <= quantity.value <= quantity.high
    if estimate.is_estimated:
        assert not estimate.needs
        assert estimate.low is not None
        assert estimate.effect is not None
        assert estimate.high is not None
        assert estimate.low <= estimate.effect <= estimate.high
        assert estimate.smallest_findable is not None
        assert (estimate.p is None) == (estimate.status == "association")
    else:
        assert (estimate.low, estimate.high, estimate.se, estimate.p, estimate.q) == (None,) * 5
        assert (estimate.smallest_findable, estimate.severity, estimate.raw) == (None,) * 3
        assert estimate.mean_grade.value is None
        assert estimate.odds_ratio.value is None
    assert (estimate.q is None) == (estimate.p is None)
    assert (estimate.raw is not None) == (estimate.estimator == "association" and estimate.is_estimated)
    if estimate.status == "association":
        assert estimate.severity is None
        assert not opens(estimate)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """From next to nothing to enough, with features that are constant, alike or each other's sum, and votes all alike."""
    project = drawn_project(
        draw(st.integers(0, 50)),
        chains=draw(st.sampled_from([1, 3, 35, 60])),
        annotators=draw(st.integers(1, 6)),
        plain_share=draw(st.sampled_from([0.0, 0.3, 1.0])),
        seats=draw(st.sampled_from([(1, 1), (1, 3), (3, 4)])),
    )
    values = project.styles.values.copy()
    change = draw(st.sampled_from(["none", "constant", "equal", "sum", "by chain"]))
    if change == "constant":
        values[:, draw(st.integers(0, 6))] = draw(st.sampled_from([0.0, 1.0]))
    elif change == "equal":
        values[:, 1] = values[:, 0]
    elif change == "sum":
        values[:, 1] = 1 - values[:, 0]
    elif change == "by chain":
        chain_of_step = np.zeros(len(values), dtype=np.int64)
        chain_of_step[project.votes.steps] = project.votes.chains
        values[:, 0] = chain_of_step % 2
    votes = project.votes
    if draw(st.booleans()):
        alike = np.full(len(votes.steps), draw(st.sampled_from([0.0, 1.0])))
        votes = replace(votes, sound=alike, values=alike)
    return with_values(replace(project, votes=votes), values)


@st.composite
def twins(draw: st.DrawFn) -> TwinVotes:
    study = drawn_twins(
        draw(st.integers(0, 50)),
        pairs=draw(st.sampled_from([1, 5, 12, 40])),
        annotators=draw(st.integers(2, 9)),
        votes_per_pair=draw(st.integers(2, 6)),
        liking=draw(st.sampled_from([0.0, 1.0, 30.0])),
    )
    if draw(st.booleans()):
        study = replace(study, sound=np.ones_like(study.sound))
    if draw(st.booleans()):
        study = replace(study, is_high=np.full(len(study.pairs), draw(st.booleans())))
    return study


@settings(deadline=None, max_examples=40)
@given(projects(), twins())
def test_every_estimate_is_a_figure_with_an_interval_or_a_reason(project: Project, study: TwinVotes) -> None:
    for estimate in measured(project, study):
        assert_sound(estimate)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_feature_is_answered_whether_it_is_known_or_not(
    estimator: Callable[[StyleVotes, StyleMatrix], tuple[Estimate, ...]],
) -> None:
    project = drawn_project(0, chains=3, annotators=2)
    estimates = estimator(project.votes, project.styles)
    keys = project.styles.keys[:3] if estimator is estimate_plain else project.styles.keys
    people = 2 if estimator is estimate_peers else 1
    assert [estimate.feature for estimate in estimates] == [*keys] * people
    assert not any(estimate.is_estimated for estimate in estimates)


def test_nothing_at_all_is_no_mistake() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    votes = StyleVotes(
        steps=nobody,
        annotators=nobody,
        chains=nobody,
        indexes=nobody,
        sound=np.zeros(0),
        values=np.zeros(0),
        is_plain=np.zeros(0, dtype=np.bool_),
    )
    styles = StyleMatrix(
        values=np.zeros((0, 2)),
        keys=("bullets", "words"),
        kinds=("binary", "continuous"),
        is_markup=(True, False),
    )
    no_twins = TwinVotes(
        pairs=nobody,
        annotators=nobody,
        is_high=np.zeros(0, dtype=np.bool_),
        sound=np.zeros(0),
        values=np.zeros(0),
        labels=np.zeros((0, 2)),
    )
    estimates = measured(Project(votes, styles), no_twins)
    assert [estimate.estimator for estimate in estimates] == [
        *["twins", "plain", "twins", "twins"],
        *["association"] * 2,
    ]
    for estimate in estimates:
        assert_sound(estimate)
        assert estimate.counts.votes == 0


def test_no_feature_at_all_is_no_mistake() -> None:
    project = drawn_project(0)
    none = StyleMatrix(values=np.zeros((len(project.styles.values), 0)), keys=(), kinds=(), is_markup=())
    for estimator in ESTIMATORS:
        assert estimator(project.votes, none) == ()


def reasons(estimates: tuple[Estimate, ...]) -> dict[str, set[str | None]]:
    keys = {estimate.feature for estimate in estimates}
    return {key: {e.reason for e in estimates if e.feature == key} for key in keys}


def test_of_two_equal_features_neither_is_known_and_the_others_are() -> None:
    project = drawn_project(1, chains=150, annotators=5, seats=(3, 4))
    values = project.styles.values.copy()
    values[:, 1] = values[:, 0]
    for estimator in ESTIMATORS:
        why = reasons(estimator(project.votes, with_values(project, values).styles))
        assert why.pop("bullets") == why.pop("emphasis") == {COLLINEAR}
        assert set.union(*why.values()) == {None}


def test_the_others_are_what_they_would_be_with_one_of_two_equal_features() -> None:
    project = drawn_project(1, chains=150, annotators=5, seats=(3, 4))
    values = project.styles.values.copy()
    values[:, 1] = values[:, 0]
    twice, styles = with_values(project, values), project.styles
    once = StyleMatrix(
        values=np.delete(values, 1, axis=1),
        keys=tuple(np.delete(styles.keys, 1).tolist()),
        kinds=(*styles.kinds[:1], *styles.kinds[2:]),
        is_markup=(*styles.is_markup[:1], *styles.is_markup[2:]),
    )
    for estimator in ESTIMATORS:
        doubled = [
            e for e in estimator(twice.votes, twice.styles) if e.feature not in {"bullets", "emphasis"}
        ]
        single = [e for e in estimator(project.votes, once) if e.feature != "bullets"]
        assert [e.effect for e in doubled] == pytest.approx([e.effect for e in single], abs=1e-6)
        assert [e.se for e in doubled] == pytest.approx([e.se for e in single], abs=1e-6)


def test_votes_that_are_all_alike_leave_no_spread() -> None:
    project = drawn_project(1, chains=150, annotators=5, seats=(3, 4))
    alike = replace(project.votes, sound=np.ones_like(project.votes.sound))
    for estimator in ESTIMATORS:
        assert {e.reason for e in estimator(alike, project.styles)} == {NO_SPREAD}
    study = drawn_twins(0, pairs=40)
    assert estimate_twins(replace(study, sound=np.zeros_like(study.sound)), feature="x").reason == NO_SPREAD


def test_a_constant_number_is_in_no_estimate() -> None:
    project = drawn_project(1, chains=150, annotators=5, seats=(3, 4))
    values = project.styles.values.copy()
    values[:, 5] = 12.0
    changed = with_values(project, values)
    for estimate in (
        *estimate_peers(changed.votes, changed.styles),
        *estimate_association(changed.votes, changed.styles),
    ):
        assert (estimate.reason == CONSTANT) == (estimate.feature == "words")


def test_as_many_effects_as_votes_leave_nothing_to_estimate_from() -> None:
    # Ten pairs in a ring: each annotator grades one arm of two of them, so that every vote has an effect of its own.
    pairs = np.repeat(np.arange(10), 2)
    study = drawn_twins(0, pairs=10, votes_per_pair=2)
    ring = TwinVotes(
        pairs=pairs,
        annotators=(pairs + np.tile([0, 1], 10)) % 11,
        is_high=np.tile([True, False], 10),
        sound=np.tile([1.0, 0.0, 0.0, 1.0], 5),
        values=np.tile([1.0, 0.0, 0.0, 1.0], 5),
        labels=study.labels[:20],
    )
    assert estimate_twins(ring, feature="bullets").reason in {NO_FREEDOM, COLLINEAR}


def test_one_annotator_tells_nothing_of_renderings_or_of_peers() -> None:
    project = drawn_project(1, chains=150, annotators=1, seats=(1, 1))
    estimates = (
        *estimate_plain(project.votes, project.styles),
        *estimate_peers(project.votes, project.styles),
    )
    assert not any(estimate.is_estimated for estimate in estimates)
    assert {need.what for need in estimates[0].needs} == {"plain_votes", "chains"}


@pytest.mark.parametrize("column", ["annotators", "chains", "indexes", "sound", "values", "is_plain"])
def test_columns_of_unequal_length_are_refused(column: str) -> None:
    votes = drawn_project(0, chains=3).votes
    with pytest.raises(ValueError, match="every column must have one entry per vote"):
        replace(votes, **{column: getattr(votes, column)[1:]})


def test_what_is_not_numbered_from_0_is_refused() -> None:
    votes = drawn_project(0, chains=3).votes
    with pytest.raises(ValueError, match="numbered from 0"):
        replace(votes, annotators=votes.annotators - 1)
    twin_votes = drawn_twins(0)
    with pytest.raises(ValueError, match="numbered from 0"):
        replace(twin_votes, pairs=twin_votes.pairs - 1)
    with pytest.raises(ValueError, match="one entry per vote"):
        replace(twin_votes, labels=twin_votes.labels[1:])


def test_features_that_do_not_fit_each_other_are_refused() -> None:
    styles = drawn_project(0, chains=3).styles
    with pytest.raises(ValueError, match="one column per feature"):
        replace(styles, values=styles.values[:, 1:])
    with pytest.raises(ValueError, match="one entry per feature"):
        replace(styles, kinds=styles.kinds[1:])
    for wrong in (np.nan, np.inf, -1.0):
        with pytest.raises(ValueError, match="finite and at least 0"):
            replace(styles, values=np.full_like(styles.values, wrong))
