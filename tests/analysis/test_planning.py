"""The planner: exact where it only scales, and near what larger campaigns show where it has to estimate."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from annotator.analysis import planning
from annotator.analysis.agreement import ALL_ALIKE, NOT_GRADED_TWICE, alpha_ordinal
from annotator.analysis.counting import Votes, count_votes, votes_of
from annotator.analysis.figures import FEW_CLUSTERS
from annotator.analysis.planning import NO_SECONDS, Plan, Planning, plan

ANNOTATORS = 12
STEPS = 8


def simulated(*, problems: int, overlap: int, seed: int, stops: bool = False, per_problem: int = 1) -> Votes:
    """Annotators of different severity grade what they see through noise that differs from problem to problem."""
    random = np.random.default_rng(seed)
    severity = np.random.default_rng(0).normal(0, 0.4, ANNOTATORS)
    chains = problems * per_problem
    problem_of = np.repeat(np.arange(problems), per_problem)
    noise = np.exp(random.normal(-0.3, 0.5, problems))[problem_of]
    quality = random.normal(0.8, 0.6, problems)[problem_of, None] + random.normal(0, 1, (chains, STEPS))
    raters = random.random((chains, ANNOTATORS)).argsort(axis=1)[:, :overlap]
    seen = (
        quality[:, None, :]
        + noise[:, None, None] * random.normal(0, 1, (chains, overlap, STEPS))
        + (severity[raters] + random.normal(0, 0.3, (chains, overlap)))[:, :, None]
    )
    labels = np.where(seen < -0.3, 0, np.where(seen < 0.3, 1, 2))
    errors_before = (labels == 0).cumsum(axis=2) - (labels == 0)
    chain, rater, step = np.nonzero((errors_before == 0) | (not stops))
    return votes_of(
        units=chain * STEPS + step,
        annotators=raters[chain, rater],
        labels=labels[chain, rater, step],
        clusters=problem_of[chain],
        chains=chain,
        label_count=3,
        values=[-1.0, 0.0, 1.0],
    )


def planned(found: Planning, *, chains: int, overlap: int) -> Plan:
    [wanted] = [
        candidate for candidate in found.plans if (candidate.chains, candidate.overlap) == (chains, overlap)
    ]
    return wanted


def half_width(found: Planning, *, chains: int, overlap: int) -> float:
    width = planned(found, chains=chains, overlap=overlap).half_width
    assert width is not None
    return width


def measured(votes: Votes) -> float:
    figure = alpha_ordinal(count_votes(votes))
    assert figure.low is not None
    assert figure.high is not None
    return (figure.high - figure.low) / 2


@pytest.mark.parametrize("policy", [{}, {"stops": True}, {"per_problem": 2}])
def test_the_half_widths_are_near_those_of_larger_campaigns(policy: dict[str, Any]) -> None:
    chains_per_problem = policy.get("per_problem", 1)
    pilots = [
        plan(simulated(problems=100, overlap=3, seed=seed, **policy), seconds_per_step=None)
        for seed in range(12)
    ]
    for overlap in (2, 3, 4, 5):
        larger = [
            measured(
                simulated(problems=200 // chains_per_problem, overlap=overlap, seed=1_000 + seed, **policy)
            )
            for seed in range(12)
        ]
        foreseen = [half_width(pilot, chains=200, overlap=overlap) for pilot in pilots]
        assert np.mean(foreseen) == pytest.approx(np.mean(larger), rel=0.1)
        # One pilot alone is only an estimate.
        errors = np.divide(foreseen, np.mean(larger)) - 1
        assert np.sqrt(np.mean(errors**2)) < 0.15


def test_the_present_campaign_has_the_half_width_of_its_own_interval() -> None:
    for overlap in (2, 3):
        votes = simulated(problems=40, overlap=overlap, seed=5)
        found = plan(votes, seconds_per_step=None)
        assert (found.chains, found.overlap) == (40, overlap)
        assert half_width(found, chains=40, overlap=overlap) == pytest.approx(measured(votes))


def test_more_problems_narrow_the_interval_by_their_root_and_t() -> None:
    found = plan(simulated(problems=40, overlap=2, seed=5), seconds_per_step=None)
    of_40 = half_width(found, chains=40, overlap=2) / t.ppf(0.975, 39)
    of_200 = half_width(found, chains=200, overlap=2) / t.ppf(0.975, 199)
    assert of_200 == pytest.approx(of_40 * np.sqrt(40 / 200))


def test_more_chains_a_problem_are_planned_as_more_problems_of_the_same_kind() -> None:
    votes = simulated(problems=20, overlap=2, seed=5, per_problem=2)
    found = plan(votes, seconds_per_step=None)
    assert half_width(found, chains=40, overlap=2) == pytest.approx(measured(votes))


def test_the_grid_holds_the_present_campaign_its_multiples_and_round_numbers() -> None:
    found = plan(simulated(problems=40, overlap=2, seed=5), seconds_per_step=None)
    assert sorted({candidate.chains for candidate in found.plans}) == [
        *(40, 50, 80, 100, 200, 500, 1_000, 2_000)
    ]
    assert {candidate.overlap for candidate in found.plans} == {2, 3, 4, 5}


def test_the_hours_are_those_of_every_annotator_on_every_step() -> None:
    found = plan(simulated(problems=40, overlap=3, seed=5), seconds_per_step=45.0)
    assert (found.seconds_per_step, found.steps_per_chain) == (45.0, 8.0)
    assert planned(found, chains=200, overlap=3).hours == pytest.approx(200 * 8 * 3 * 45 / 3600)
    assert planned(found, chains=200, overlap=3).reason is None


def test_steps_after_a_first_error_that_nobody_grades_cost_nothing() -> None:
    votes = simulated(problems=40, overlap=3, seed=5, stops=True)
    found = plan(votes, seconds_per_step=60.0)
    assert found.steps_per_chain == pytest.approx(len(votes.units) / (40 * 3))
    assert len(votes.units) < 40 * 3 * STEPS


def test_without_measured_time_the_hours_are_unknown() -> None:
    found = plan(simulated(problems=40, overlap=3, seed=5), seconds_per_step=None)
    assert planned(found, chains=200, overlap=3).hours is None
    assert planned(found, chains=200, overlap=3).reason == NO_SECONDS
    assert planned(found, chains=200, overlap=3).half_width is not None


def test_two_annotators_a_chain_tell_nothing_of_more() -> None:
    found = plan(simulated(problems=40, overlap=2, seed=5), seconds_per_step=45.0)
    three = planned(found, chains=200, overlap=3)
    assert three.half_width is None
    assert three.hours == pytest.approx(60)
    assert three.reason == (
        "Another overlap needs at least 10 problems graded by three annotators or more; there are 0."
    )
    assert planned(found, chains=200, overlap=2).reason is None


def test_few_problems_with_three_annotators_tell_only_of_the_present_overlap() -> None:
    votes = simulated(problems=9, overlap=3, seed=5)
    found = plan(votes, seconds_per_step=45.0)
    assert found.status == "insufficient"
    assert half_width(found, chains=9, overlap=3) == pytest.approx(measured(votes))
    assert "there are 9" in (planned(found, chains=9, overlap=2).reason or "")


def test_chains_that_more_have_graded_teach_the_overlap_for_all() -> None:
    votes = simulated(problems=60, overlap=4, seed=5)
    # Two thirds of the chains keep two of their annotators.
    places = planning.graders_of(votes).places
    kept = (votes.chains % 3 == 0) | (places < 2)
    mixed = votes_of(
        units=votes.units[kept],
        annotators=votes.annotators[kept],
        labels=votes.labels[kept],
        clusters=votes.clusters[kept],
        chains=votes.chains[kept],
        label_count=3,
        values=[-1.0, 0.0, 1.0],
    )
    found, whole = plan(mixed, seconds_per_step=None), plan(votes, seconds_per_step=None)
    assert (found.overlap, whole.overlap) == (2, 4)
    for overlap in (2, 3, 4, 5):
        expected = half_width(whole, chains=200, overlap=overlap)
        assert half_width(found, chains=200, overlap=overlap) == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize("ratio", [0.2, 1 / 3, 0.5, 2 / 3, 0.8, 1.0, 1.2])
def test_more_annotators_never_widen_the_interval(ratio: float) -> None:
    shares = [planning.share_left(overlap, ratio=ratio, top=3) for overlap in (2, 3, 4, 5)]
    assert shares[0] == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    # What two annotators bring in only together falls with their pairs; nothing falls faster.
    assert shares[1] == pytest.approx(min(max(ratio, 1 / 3), 1))


def test_few_problems_have_no_interval_to_plan_from() -> None:
    found = plan(simulated(problems=4, overlap=3, seed=5), seconds_per_step=45.0)
    assert (found.reason, found.status) == (FEW_CLUSTERS, "insufficient")
    assert found.alpha is not None
    assert {candidate.half_width for candidate in found.plans} == {None}
    assert planned(found, chains=100, overlap=2).reason == FEW_CLUSTERS
    assert planned(found, chains=100, overlap=2).hours == pytest.approx(100 * 8 * 2 * 45 / 3600)


def test_a_plan_for_few_problems_has_none_either() -> None:
    found = plan(simulated(problems=10, overlap=2, seed=5, per_problem=15), seconds_per_step=None)
    assert planned(found, chains=50, overlap=2).half_width is None
    assert planned(found, chains=50, overlap=2).reason == f"{FEW_CLUSTERS} {NO_SECONDS}"


def test_where_everything_is_alike_there_is_nothing_to_plan_from() -> None:
    votes = simulated(problems=20, overlap=2, seed=5)
    alike = votes_of(
        units=votes.units,
        annotators=votes.annotators,
        labels=np.zeros_like(votes.labels),
        clusters=votes.clusters,
        chains=votes.chains,
        label_count=3,
        values=[-1.0, 0.0, 1.0],
    )
    found = plan(alike, seconds_per_step=None)
    assert (found.alpha, found.reason) == (None, ALL_ALIKE)


@pytest.mark.parametrize("votes_a_step", [0, 1])
def test_what_nobody_graded_twice_has_no_plan(votes_a_step: int) -> None:
    rows = np.arange(20 * votes_a_step)
    votes = votes_of(
        units=rows,
        annotators=rows % 3,
        labels=rows % 3,
        clusters=rows,
        label_count=3,
        values=[-1.0, 0.0, 1.0],
    )
    found = plan(votes, seconds_per_step=45.0)
    assert asdict(found) == {
        "status": "insufficient",
        "reason": NOT_GRADED_TWICE,
        "seconds_per_step": 45.0,
        "steps_per_chain": 1.0 if votes_a_step else None,
        "alpha": None,
        "chains": 0,
        "overlap": None,
        "plans": (),
    }
