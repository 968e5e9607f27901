"""Dawid and Skene's estimate against the paper's formulas written out, against the truth of simulations, and its guards."""

from collections import defaultdict
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotator.analysis import consensus, dawid_skene
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import Votes, count_votes, votes_of
from annotator.analysis.dawid_skene import DawidSkene, NotEstimated, estimate

PREVALENCE = (0.6, 0.15, 0.25)


def matrix_of(accuracy: float, *, labels: int = 3) -> Floats:
    off = (1 - accuracy) / (labels - 1)
    matrix: Floats = np.full((labels, labels), off) + (accuracy - off) * np.eye(labels)
    return matrix


def simulated(confusions: Floats, *, units: int, overlap: int, seed: int = 7) -> tuple[Votes, Integers]:
    """Votes on units that random annotators err on as the matrices say, and the true labels."""
    random = np.random.default_rng(seed)
    annotators, labels = confusions.shape[:2]
    truth = random.choice(labels, size=units, p=PREVALENCE)
    raters = random.random((units, annotators)).argsort(axis=1)[:, :overlap].ravel()
    rows = np.repeat(np.arange(units), overlap)
    thresholds = confusions[raters, truth[rows]].cumsum(axis=1)
    chosen = (random.random(len(rows))[:, None] > thresholds).sum(axis=1)
    votes = votes_of(units=rows, annotators=raters, labels=chosen, clusters=rows // 8, label_count=labels)
    return votes, truth


def estimated(votes: Votes) -> DawidSkene:
    found = estimate(votes)
    assert isinstance(found, DawidSkene)
    return found


def written_out(votes: Votes, *, iterations: int) -> tuple[list[list[float]], list[list[list[float]]]]:
    """T and pi by the formulas of the paper, sum by sum: equations 2.3 to 2.5, with the pseudo-votes added to 2.3."""
    said: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for unit, annotator, label in zip(
        votes.units.tolist(), votes.annotators.tolist(), votes.labels.tolist(), strict=True
    ):
        said[unit].append((annotator, label))
    units, labels = range(votes.unit_count), range(votes.label_count)
    truth = []
    for unit in units:
        shares = [sum(vote == label for _, vote in said[unit]) / len(said[unit]) + 0.3 for label in labels]
        truth.append([share / sum(shares) for share in shares])
    errors: list[list[list[float]]] = []
    for _ in range(iterations):
        errors = []
        for annotator in range(votes.annotator_count):
            rows = []
            for true in labels:
                row = [
                    (3.0 if true == label else 1.0)
                    + sum(truth[unit][true] * ((annotator, label) in said[unit]) for unit in units)
                    for label in labels
                ]
                rows.append([weight / sum(row) for weight in row])
            errors.append(rows)
        shares = [sum(truth[unit][true] for unit in units) / len(units) for true in labels]
        for unit in units:
            likelihoods = [
                shares[true] * prod(errors[annotator][true][label] for annotator, label in said[unit])
                for true in labels
            ]
            truth[unit] = [likelihood / sum(likelihoods) for likelihood in likelihoods]
    return truth, errors


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_estimate_is_what_the_formulas_of_the_paper_say(seed: int) -> None:
    confusions = np.stack([matrix_of(accuracy) for accuracy in (0.9, 0.75, 0.6, 0.4)])
    votes, _ = simulated(confusions, units=60, overlap=3, seed=seed)
    found = estimated(votes)
    truth, errors = written_out(votes, iterations=found.iterations)
    np.testing.assert_allclose(found.posteriors, truth, atol=1e-8)
    np.testing.assert_allclose(found.confusions, errors, atol=1e-8)


def test_it_finds_how_each_annotator_errs() -> None:
    # One takes every third flawed step for neutral, one is careless.
    partial = np.array([[0.9, 0.08, 0.02], [0.05, 0.9, 0.05], [0.02, 0.33, 0.65]])
    confusions = np.stack([matrix_of(0.95), matrix_of(0.85), partial, matrix_of(0.6), matrix_of(0.8)])
    votes, _ = simulated(confusions, units=12_000, overlap=3)
    found = estimated(votes)
    assert found.has_converged
    np.testing.assert_allclose(found.confusions, confusions, atol=0.04)
    np.testing.assert_allclose(found.prevalence, PREVALENCE, atol=0.03)
    np.testing.assert_allclose(found.posteriors.sum(axis=1), 1)
    np.testing.assert_allclose(found.confusions.sum(axis=2), 1)


@pytest.mark.parametrize("seed", range(5))
def test_one_bad_annotator_costs_it_less_than_the_majority(seed: int) -> None:
    confusions = np.stack([matrix_of(accuracy) for accuracy in (0.85, 0.8, 0.15)])
    votes, truth = simulated(confusions, units=400, overlap=3, seed=seed)
    by_majority = consensus.majorities(count_votes(votes).counts).labels
    by_estimate = estimated(votes).posteriors.argmax(axis=1)
    assert (by_estimate == truth).mean() >= (by_majority == truth).mean()


def test_the_order_of_votes_and_the_names_of_units_and_annotators_do_not_matter() -> None:
    confusions = np.stack([matrix_of(accuracy) for accuracy in (0.9, 0.7, 0.5, 0.8)])
    votes, _ = simulated(confusions, units=120, overlap=2)
    random = np.random.default_rng(3)
    order = random.permutation(len(votes.units))
    units, annotators = random.permutation(votes.unit_count), random.permutation(votes.annotator_count)
    labels = np.array([2, 0, 1])
    renamed = votes_of(
        units=units[votes.units][order],
        annotators=annotators[votes.annotators][order],
        labels=labels[votes.labels][order],
        clusters=votes.clusters[order],
        label_count=3,
    )
    before, after = estimated(votes), estimated(renamed)
    np.testing.assert_allclose(after.posteriors[units][:, labels], before.posteriors, atol=1e-12)
    np.testing.assert_allclose(
        after.confusions[annotators][:, labels][:, :, labels], before.confusions, atol=1e-12
    )


def test_a_label_that_nobody_gave_gets_no_step() -> None:
    votes = votes_of(
        units=np.repeat(np.arange(60), 3),
        annotators=np.tile(np.arange(3), 60),
        labels=np.repeat(np.arange(60) % 2, 3),
        clusters=np.repeat(np.arange(60), 3),
        label_count=4,
    )
    found = estimated(votes)
    assert np.isfinite(found.posteriors).all()
    assert found.posteriors.argmax(axis=1).tolist() == [unit % 2 for unit in range(60)]
    assert found.prevalence[2:].max() < 0.1


def complete(*, annotators: int, units: int, labels: int = 2) -> dict[str, Integers]:
    """Everybody on every unit."""
    return {
        "units": np.repeat(np.arange(units), annotators),
        "annotators": np.tile(np.arange(annotators), units),
        "labels": np.arange(units * annotators) % labels,
        "clusters": np.repeat(np.arange(units), annotators),
    }


def without(columns: dict[str, Integers], is_out: NDArray[np.bool_]) -> dict[str, Integers]:
    return {name: column[~is_out] for name, column in columns.items()}


def votes_in(columns: dict[str, Integers], *, label_count: int = 2) -> Votes:
    return votes_of(
        units=columns["units"],
        annotators=columns["annotators"],
        labels=columns["labels"],
        clusters=columns["clusters"],
        label_count=label_count,
    )


def reason_of(columns: dict[str, Integers], *, label_count: int = 2) -> str:
    found = estimate(votes_in(columns, label_count=label_count))
    assert isinstance(found, NotEstimated)
    return found.reason


def test_two_annotators_cannot_be_told_apart() -> None:
    assert reason_of(complete(annotators=2, units=60)) == (
        "An estimate needs at least 3 annotators; there are 2."
    )
    nothing = {name: column[:0] for name, column in complete(annotators=2, units=1).items()}
    assert reason_of(nothing) == "An estimate needs at least 3 annotators; there are 0."


def test_an_annotator_with_few_votes_is_counted_not_dropped() -> None:
    columns = complete(annotators=4, units=60)
    few = without(columns, (columns["annotators"] >= 2) & (columns["units"] >= 29))
    assert reason_of(few) == "An estimate needs at least 30 votes of every annotator; 2 of 4 have fewer."
    enough = without(columns, (columns["annotators"] >= 2) & (columns["units"] >= 30))
    assert isinstance(estimate(votes_in(enough)), DawidSkene)


def test_few_steps_with_two_votes_are_too_few() -> None:
    columns = complete(annotators=3, units=90)
    alone = without(columns, (columns["units"] >= 49) & (columns["annotators"] != columns["units"] % 3))
    assert reason_of(alone) == "An estimate needs at least 50 steps with two votes; there are 49."


def test_a_single_label_leaves_nothing_to_estimate() -> None:
    one = reason_of(complete(annotators=3, units=60, labels=1), label_count=1)
    assert one == "The taxonomy declares a single label, so there is nothing to tell apart."


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 12), st.integers(0, 3)), st.integers(0, 2), min_size=1, max_size=40
    )
)
def test_units_share_a_pattern_exactly_when_the_same_people_gave_them_the_same_votes(
    said: dict[tuple[int, int], int],
) -> None:
    votes = votes_of(
        units=[unit for unit, _ in said],
        annotators=[annotator for _, annotator in said],
        labels=list(said.values()),
        clusters=[0] * len(said),
        label_count=3,
    )
    patterns = dawid_skene.patterns_of(votes)
    table = np.zeros((votes.unit_count, votes.annotator_count * 3))
    table[votes.units, votes.annotators * 3 + votes.labels] = 1
    np.testing.assert_array_equal(patterns.votes.toarray()[patterns.of_units], table)
    assert len(patterns.units) == len(np.unique(table, axis=0))
    np.testing.assert_array_equal(patterns.units, np.bincount(patterns.of_units))
