"""Effects and standard errors against statsmodels, which fits every dummy, on equal random input."""

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import t as student_t

from annotator.analysis.bias import within
from annotator.analysis.bias.estimates import (
    Estimate,
    Quantity,
    estimate_association,
    estimate_plain,
    estimate_twin_labels,
    estimate_twins,
)
from annotator.analysis.bias.twins import is_compared
from annotator.analysis.bias.votes import StyleVotes
from tests.analysis.bias.made_votes import Project, drawn_project, drawn_twins, dummies

EXACT = 1e-6

Array = NDArray[np.float64]


def fitted_by_statsmodels(
    outcome: Array, regressors: Array, *, effects: list[NDArray[np.int64]], clusters: NDArray[np.int64]
) -> Any:
    """Least squares on the regressors, a constant and every dummy, with errors by cluster and no correction."""
    design = np.column_stack([regressors, np.ones(len(outcome)), *[dummies(levels) for levels in effects]])
    return sm.OLS(outcome, design).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )


def corrected(error: float, *, clusters: int, votes: int, fitted: int) -> float:
    """votes: without one for each level that lies within a cluster; fitted: besides those levels."""
    return error * math.sqrt(clusters / (clusters - 1) * votes / (votes - fitted))


def assert_is(estimate: Estimate, *, effect: float, error: float, degrees: int) -> None:
    half_width = student_t.ppf(0.975, degrees) * error
    assert estimate.is_estimated
    assert estimate.effect == pytest.approx(100 * effect, abs=EXACT)
    assert estimate.se == pytest.approx(100 * error, abs=EXACT)
    assert estimate.low == pytest.approx(100 * (effect - half_width), abs=EXACT)
    assert estimate.high == pytest.approx(100 * (effect + half_width), abs=EXACT)
    if estimate.status != "association":
        assert estimate.p == pytest.approx(2 * student_t.sf(abs(effect / error), degrees), abs=EXACT)


def assert_grade_is(quantity: Quantity, *, effect: float, error: float, degrees: int) -> None:
    half_width = student_t.ppf(0.975, degrees) * error
    assert quantity.value == pytest.approx(effect, abs=EXACT)
    assert quantity.low == pytest.approx(effect - half_width, abs=EXACT)
    assert quantity.high == pytest.approx(effect + half_width, abs=EXACT)


@pytest.mark.parametrize("seed", range(4))
def test_twins_are_what_statsmodels_fits_with_a_dummy_for_each_pair_and_annotator(seed: int) -> None:
    twins = drawn_twins(seed, pairs=50)
    twins = twins.only(is_compared(twins))
    arm = twins.is_high.astype(np.float64)[:, None]
    pairs, people = len(np.unique(twins.pairs)), len(np.unique(twins.annotators))
    estimate = estimate_twins(twins, feature="bullets")
    labels = estimate_twin_labels(twins, feature="bullets", labels=[0, 1])
    answers: list[tuple[Array, Estimate | Quantity]] = [
        (twins.sound, estimate),
        (twins.values, estimate.mean_grade),
        (twins.labels[:, 0], labels[0]),
        (twins.labels[:, 1], labels[1]),
    ]
    for outcome, answer in answers:
        theirs = fitted_by_statsmodels(
            outcome, arm, effects=[twins.pairs, twins.annotators], clusters=twins.pairs
        )
        # The arm and the annotators: a pair is within its cluster.
        error = corrected(theirs.bse[0], clusters=pairs, votes=len(outcome) - pairs, fitted=1 + people - 1)
        if isinstance(answer, Quantity):
            assert_grade_is(answer, effect=theirs.params[0], error=error, degrees=pairs - 1)
        else:
            assert_is(answer, effect=theirs.params[0], error=error, degrees=pairs - 1)


def compared_by_rendering(project: Project) -> StyleVotes:
    votes = project.votes
    return votes.only(np.bincount(votes.steps)[votes.steps] > 1)


@pytest.mark.parametrize("seed", range(4))
def test_plain_rendering_is_what_statsmodels_fits_with_a_dummy_for_each_step_and_annotator(seed: int) -> None:
    project = drawn_project(seed, chains=90, plain_share=0.4)
    votes = compared_by_rendering(project)
    styled = (~votes.is_plain).astype(np.float64)
    shown = project.styles.values[votes.steps][:, :3] * styled[:, None]
    chains, people = len(np.unique(votes.chains)), len(np.unique(votes.annotators))
    steps = len(np.unique(votes.steps))
    estimates = estimate_plain(project.votes, project.styles)
    assert [estimate.feature for estimate in estimates] == ["bullets", "emphasis", "heading"]
    theirs = [
        fitted_by_statsmodels(
            outcome,
            np.column_stack([shown, styled]),
            effects=[votes.steps, votes.annotators],
            clusters=votes.chains,
        )
        for outcome in (votes.sound, votes.values)
    ]
    for place, estimate in enumerate(estimates):
        errors = [
            corrected(fit.bse[place], clusters=chains, votes=len(votes.steps) - steps, fitted=4 + people - 1)
            for fit in theirs
        ]
        assert estimate.counts.chains is not None
        degrees = estimate.counts.chains - 1
        assert_is(estimate, effect=theirs[0].params[place], error=errors[0], degrees=degrees)
        assert_grade_is(estimate.mean_grade, effect=theirs[1].params[place], error=errors[1], degrees=degrees)


@pytest.mark.parametrize("seed", range(4))
def test_an_association_is_what_statsmodels_fits_with_a_dummy_for_each_chain_place_and_annotator(
    seed: int,
) -> None:
    project = drawn_project(seed, chains=90)
    styled = project.votes.only(~project.votes.is_plain)
    votes = styled.only(np.bincount(styled.chains)[styled.chains] > 1)
    graded = np.unique(styled.steps)
    logs = np.log1p(project.styles.values[:, 5:])
    regressors = np.column_stack([project.styles.values[:, :5], logs / logs[graded].std(axis=0)])[votes.steps]
    chains, people = len(np.unique(votes.chains)), len(np.unique(votes.annotators))
    places = len(np.unique(votes.indexes))
    theirs = [
        fitted_by_statsmodels(
            outcome,
            regressors,
            effects=[votes.chains, votes.annotators, votes.indexes],
            clusters=votes.chains,
        )
        for outcome in (votes.sound, votes.values)
    ]
    for place, estimate in enumerate(estimate_association(project.votes, project.styles)):
        fitted = 7 + people - 1 + places - 1
        errors = [
            corrected(fit.bse[place], clusters=chains, votes=len(votes.steps) - chains, fitted=fitted)
            for fit in theirs
        ]
        assert estimate.counts.chains is not None
        degrees = estimate.counts.chains - 1
        assert_is(estimate, effect=theirs[0].params[place], error=errors[0], degrees=degrees)
        assert_grade_is(estimate.mean_grade, effect=theirs[1].params[place], error=errors[1], degrees=degrees)


@pytest.mark.parametrize("seed", range(3))
def test_the_raw_figure_beside_an_association_is_the_feature_alone(seed: int) -> None:
    project = drawn_project(seed, chains=90)
    votes = project.votes.only(~project.votes.is_plain)
    chains = len(np.unique(votes.chains))
    for place, estimate in enumerate(estimate_association(project.votes, project.styles)[:5]):
        has_feature = project.styles.values[votes.steps, place]
        # Here nothing is left to choose: statsmodels' own correction is the same.
        theirs = sm.OLS(votes.sound, sm.add_constant(has_feature)).fit(
            cov_type="cluster", cov_kwds={"groups": votes.chains}
        )
        raw = estimate.raw
        assert raw is not None
        assert raw.value is not None
        assert raw.value == pytest.approx(100 * theirs.params[1], abs=EXACT)
        assert raw.high is not None
        half_width = 100 * student_t.ppf(0.975, chains - 1) * theirs.bse[1]
        assert raw.high - raw.value == pytest.approx(half_width, abs=EXACT)


@pytest.mark.parametrize("seed", range(3))
def test_levels_found_in_several_clusters_cost_degrees_of_freedom_as_in_statsmodels(seed: int) -> None:
    random = np.random.default_rng(seed)
    votes = 300
    levels, small = random.integers(0, 20, votes), random.integers(0, 6, votes)
    clusters = random.integers(0, 40, votes)
    regressors, outcome = random.normal(size=(2, votes)), random.normal(size=(1, votes))
    fit = within.fit(
        regressors, outcome, effects=within.Effects(large=levels, small=(small,)), clusters=clusters
    )
    design = np.column_stack([regressors.T, np.ones(votes), dummies(levels), dummies(small)])
    theirs = sm.OLS(outcome[0], design).fit(cov_type="cluster", cov_kwds={"groups": clusters})
    assert fit.coefficients[:, 0] == pytest.approx(theirs.params[:2], abs=EXACT)
    assert fit.errors[:, 0] == pytest.approx(theirs.bse[:2], abs=EXACT)
