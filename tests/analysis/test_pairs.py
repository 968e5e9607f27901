import json
from dataclasses import asdict, replace
from itertools import combinations, permutations

import numpy as np
import pytest

from annotator.analysis import agreement, counting, pairs
from annotator.analysis.counting import Votes
from annotator.analysis.figures import Figure
from annotator.analysis.pairs import PairAgreement
from tests.analysis.voting import Matrix, by_unit, counted, drawn_votes, literal_interval, votes_from


def only_pair(
    matrix: Matrix, *, values: tuple[int, ...] = (-1, 0, 1), chains: int = 10, ordered: bool = True
) -> PairAgreement:
    (pair,) = pairs.measure_pairs(
        votes_from(
            matrix, values=values, chains=[unit % chains for unit in range(len(matrix[0]))], ordered=ordered
        )
    )
    return pair


def test_a_pair_counted_by_hand() -> None:
    # Ten times the same label, five times one apart, five times two apart.
    pair = only_pair(([-1] * 10 + [0] * 5 + [1] * 5, [-1] * 10 + [1] * 5 + [-1] * 5))
    assert (pair.first, pair.second, pair.units, pair.chains) == (0, 1, 20, 10)
    assert pair.agreement == 0.5
    # Observed distance 15 of 20; expected: the first gives 10, 5, 5, the second 15, 0, 5.
    expected = (10 * (2 * 5) + 5 * (15 + 5) + 5 * (2 * 15)) / 20
    assert pair.kappa == pytest.approx(1 - 15 / expected)
    assert pair.reason is None


def test_all_pairs_stand_in_order() -> None:
    votes = drawn_votes(1, annotators=5)
    assert [(pair.first, pair.second) for pair in pairs.measure_pairs(votes)] == list(
        combinations(range(5), 2)
    )


@pytest.mark.parametrize(
    ("units", "chains", "reason"),
    [
        (0, 3, pairs.FEW_COMMON_UNITS),
        (19, 3, pairs.FEW_COMMON_UNITS),
        (20, 2, pairs.FEW_COMMON_CHAINS),
        (20, 3, None),
    ],
)
def test_a_pair_needs_twenty_units_in_three_chains(units: int, chains: int, reason: str | None) -> None:
    pair = only_pair(
        ([1, -1] * 10 + [None] * 10, [1] * units + [None] * (20 - units) + [0] * 10), chains=chains
    )
    assert pair.units == units
    assert pair.reason == reason
    assert (pair.kappa is None) == (pair.agreement is None) == (reason is not None)


def test_two_who_gave_one_label_throughout_agree_but_have_no_kappa() -> None:
    pair = only_pair(([1] * 20, [1] * 20))
    assert pair.agreement == 1
    assert pair.kappa is None
    assert pair.reason == pairs.PAIR_ALIKE


@pytest.mark.parametrize(
    ("values", "ordered", "reason"),
    [((1, 2), False, agreement.NO_VALUES), ((1, 1), True, agreement.ONE_VALUE)],
)
def test_labels_without_a_distance_between_them_have_agreement_but_no_kappa(
    values: tuple[int, ...], ordered: bool, reason: str
) -> None:
    votes = votes_from(([1, 2] * 10, [1, 1] * 10), values=(1, 2))
    (pair,) = pairs.measure_pairs(replace(votes, values=np.array(values, dtype=float) if ordered else None))
    assert (pair.agreement, pair.kappa, pair.reason) == (0.5, None, reason)


@pytest.mark.parametrize("seed", range(3))
def test_pairs_are_counted_like_one_unit_after_the_other(seed: int) -> None:
    votes = drawn_votes(seed, annotators=7)
    found = pairs.count_pairs(votes)
    tables = np.zeros((7, 7, 3, 3), dtype=np.int64)
    chains: dict[tuple[int, int], set[int]] = {pair: set() for pair in permutations(range(7), 2)}
    for unit, given in enumerate(by_unit(votes)):
        for (one, own), (other, others) in combinations(sorted(given), 2):
            tables[one, other, own, others] += 1
            chains[one, other].add(int(votes.unit_chains[unit]))
    assert (found.tables == tables).all()
    for (one, other), common in chains.items():
        assert found.chains[one, other] == len(common)


def test_twenty_annotators_on_one_unit_are_190_pairs() -> None:
    votes = votes_from([[1, 2]] * 20, values=(1, 2))
    measured = pairs.measure_pairs(votes)
    assert len(measured) == 190
    assert {pair.units for pair in measured} == {2}


def test_without_votes_there_are_no_pairs_and_no_confusion() -> None:
    none = votes_from((), values=(1, 2))
    assert pairs.measure_pairs(none) == ()
    assert pairs.confusion(counting.count_votes(none)).tolist() == [[0, 0], [0, 0]]
    assert pairs.conger_kappa(none, weights="linear") == Figure(None, reason=agreement.NOT_GRADED_TWICE)


def test_pairs_are_plain_json() -> None:
    json.dumps([asdict(pair) for pair in pairs.measure_pairs(drawn_votes(2))], allow_nan=False)


def test_neither_the_order_of_votes_nor_that_of_people_matters() -> None:
    votes = drawn_votes(5, units=400)
    order = np.random.default_rng(5).permutation(len(votes.units))
    turned = counting.votes_of(
        units=-votes.units[order],
        annotators=-votes.annotators[order],
        labels=votes.labels[order],
        clusters=votes.clusters[order],
        chains=votes.chains[order],
        label_count=3,
        values=(-1, 0, 1),
    )
    last = votes.annotator_count - 1
    before = {(pair.first, pair.second): pair for pair in pairs.measure_pairs(votes)}
    assert any(pair.kappa for pair in before.values())
    for pair in pairs.measure_pairs(turned):
        same = before[last - pair.second, last - pair.first]
        assert pair == replace(same, first=pair.first, second=pair.second, kappa=pair.kappa)
        assert pair.kappa == pytest.approx(same.kappa)


# Confusion


def test_confusion_counts_every_pair_of_annotators_once() -> None:
    assert pairs.confusion(counted([[2, 1, 0], [0, 3, 0], [1, 1, 1]])).tolist() == [
        [1, 3, 1],
        [3, 3, 1],
        [1, 1, 0],
    ]


@pytest.mark.parametrize("seed", range(3))
def test_confusion_is_that_of_one_unit_after_the_other(seed: int) -> None:
    votes = drawn_votes(seed)
    table = np.zeros((3, 3), dtype=np.int64)
    for given in by_unit(votes):
        for (_, one), (_, other) in combinations(given, 2):
            table[one, other] += 1
            if one != other:
                table[other, one] += 1
    found = pairs.confusion(counting.count_votes(votes))
    assert found.tolist() == table.tolist()
    # The upper half is every pair there is.
    totals = np.bincount(votes.units)
    assert np.triu(found).sum() == (totals * (totals - 1) // 2).sum()


# Kappa of all at once


def conger_by_definition(votes: Votes, *, weights: np.typing.NDArray[np.float64]) -> float:
    """With Conger's variance of the annotators' shares, not pair by pair as computed."""
    units = by_unit(votes)
    observed = np.mean(
        [
            np.mean([weights[one, other] for (_, one), (_, other) in combinations(given, 2)])
            for given in units
            if len(given) >= 2
        ]
    )
    shares = np.array(
        [
            np.bincount(votes.labels[votes.annotators == who], minlength=votes.label_count)
            / (votes.annotators == who).sum()
            for who in range(votes.annotator_count)
        ]
    )
    mean = shares.mean(axis=0)
    covariance = np.cov(shares.T)
    by_chance = (weights * (np.outer(mean, mean) - covariance / len(shares))).sum()
    return float((observed - by_chance) / (1 - by_chance))


@pytest.mark.parametrize("weights", ["identity", "linear", "quadratic"])
def test_kappa_of_all_at_once_follows_its_definition(weights: agreement.Weights) -> None:
    votes = drawn_votes(3)
    between = agreement.weights_between(weights, label_count=3, values=votes.values)
    assert between is not None
    figure = pairs.conger_kappa(votes, weights=weights)
    assert figure.value == pytest.approx(conger_by_definition(votes, weights=between))
    literal = literal_interval(
        lambda rest: pairs.conger_kappa(rest, weights=weights), votes, problems=range(12)
    )
    assert (figure.low, figure.high) == pytest.approx(literal, abs=1e-9)


def test_kappa_of_all_at_once_is_cohens_for_two() -> None:
    votes = votes_from(([1, 2, 3, 1, 2] * 5, [1, 3, 3, 2, 2] * 5), values=(1, 2, 3))
    (pair,) = pairs.measure_pairs(votes)
    assert pairs.conger_kappa(votes, weights="linear").value == pytest.approx(pair.kappa)


def test_kappa_of_all_at_once_is_null_with_a_reason() -> None:
    alike = votes_from(((1, 1), (1, 1)), values=(1, 2))
    assert pairs.conger_kappa(alike, weights="identity") == Figure(None, reason=agreement.ALL_ALIKE)
    unordered = votes_from(((1, 2), (1, 1)), values=(1, 2), ordered=False)
    assert pairs.conger_kappa(unordered, weights="linear") == Figure(None, reason=agreement.NO_VALUES)
