"""Association: what goes together in ordinary votes, and what of it the controls take away."""

from dataclasses import replace

import numpy as np
import pytest

from annotator.analysis.bias.estimates import Need, estimate_association, use_features
from tests.analysis.bias.made_votes import drawn_project, one_feature, with_values


def test_better_steps_with_more_bullets_are_an_association_and_never_more() -> None:
    project = one_feature(drawn_project(0, chains=150), 0)
    (estimate,) = estimate_association(project.votes, project.styles)
    assert estimate.low is not None
    assert estimate.low > 5
    assert estimate.status == "association"
    assert (estimate.p, estimate.q, estimate.severity) == (None, None, None)


def test_what_differs_between_chains_alone_is_in_the_raw_figure_alone() -> None:
    project = one_feature(drawn_project(3, chains=200), 0)
    votes = project.votes
    chains = np.zeros(len(project.styles.values), dtype=np.int64)
    chains[votes.steps] = votes.chains
    # Good chains are written with bullets throughout, but for a few of their steps at random.
    share = np.bincount(votes.chains, weights=votes.sound) / np.bincount(votes.chains)
    random = np.random.default_rng(0)
    values = (share[chains] > 0.5) ^ (random.random(len(chains)) < 0.25)
    changed = with_values(project, values.astype(np.float64)[:, None])
    (estimate,) = estimate_association(changed.votes, changed.styles)
    assert estimate.raw is not None
    assert estimate.raw.low is not None
    assert estimate.raw.low > 10
    assert estimate.low is not None
    assert estimate.low < 3


def test_votes_on_plain_renderings_are_no_ordinary_votes() -> None:
    project = one_feature(drawn_project(0, chains=150), 3)
    styled = replace(project, votes=project.votes.only(~project.votes.is_plain))
    assert estimate_association(project.votes, project.styles) == estimate_association(
        styled.votes, styled.styles
    )


def test_chains_within_which_the_feature_does_not_differ_do_not_count() -> None:
    project = one_feature(drawn_project(0, chains=100), 0)
    votes = project.votes
    chains = np.zeros(len(project.styles.values), dtype=np.int64)
    chains[votes.steps] = votes.chains
    values = np.where(chains < 20, project.styles.values[:, 0], (chains % 2).astype(np.float64))[:, None]
    changed = with_values(project, values)
    (estimate,) = estimate_association(changed.votes, changed.styles)
    (need,) = estimate.needs
    assert need.what == "chains"
    assert need.have <= 20
    assert need.need == 30


def test_the_unit_of_a_number_is_a_standard_deviation_of_its_logarithm() -> None:
    project = one_feature(drawn_project(0, chains=150), 5)
    squared = with_values(project, (1 + project.styles.values) ** 2 - 1)
    (first,) = estimate_association(project.votes, project.styles)
    (second,) = estimate_association(squared.votes, squared.styles)
    assert first.unit == "per_sd"
    # Twice the logarithm, and twice the standard deviation.
    assert second.effect == pytest.approx(first.effect)


def test_what_is_known_of_a_feature_before_anything_is_estimated() -> None:
    project = drawn_project(0, chains=150)
    bullets, *_, words, share = use_features(project.votes, project.styles).uses
    graded = np.unique(project.votes.steps)
    values = project.styles.values[graded]
    assert (bullets.steps, bullets.steps_present) == (len(graded), int(values[:, 0].sum()))
    assert bullets.prevalence == pytest.approx(values[:, 0].mean())
    assert (bullets.mean, bullets.sd, bullets.left_out) == (None, None, None)
    assert words.prevalence is None
    assert words.mean == pytest.approx(np.log1p(values[:, 5]).mean())
    assert words.sd == pytest.approx(np.log1p(values[:, 5]).std())
    assert share.steps_present == int((values[:, 6] > 0).sum())


def test_a_number_that_hardly_ever_differs_is_left_out() -> None:
    project = one_feature(drawn_project(0, chains=150), 6)
    values = np.zeros_like(project.styles.values)
    graded = np.unique(project.votes.steps)
    values[graded[:29]] = 0.3
    (use,) = use_features(project.votes, with_values(project, values).styles).uses
    assert (use.left_out, use.needs) == ("few_present", (Need(what="steps_with", have=29, need=30),))
    values[graded[29]] = 0.2
    (use,) = use_features(project.votes, with_values(project, values).styles).uses
    assert use.left_out is None
    (use,) = use_features(project.votes, with_values(project, np.full_like(values, 4.0)).styles).uses
    assert use.left_out == "constant"
