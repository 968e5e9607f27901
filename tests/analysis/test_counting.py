from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.analysis import counting
from annotator.analysis.counting import Votes


def votes(**change: Any) -> Votes:
    fitting: dict[str, Any] = {
        "units": [9_000_000_000, 7, 7, 9_000_000_000, 8],
        "annotators": [2**40, 5, 2**40, 5, 5],
        "labels": [0, 1, 2, 0, 1],
        "clusters": [70, 60, 60, 70, 60],
        "chains": [3, 2, 2, 3, 1],
        "label_count": 3,
    }
    return counting.votes_of(**(fitting | change))


def test_ids_of_any_size_are_numbered_from_nought_in_their_order() -> None:
    made = votes(values=(-1, 0, 1))
    assert made.units.tolist() == [2, 0, 0, 2, 1]
    assert made.annotators.tolist() == [1, 0, 1, 0, 0]
    assert made.labels.tolist() == [0, 1, 2, 0, 1]
    assert made.clusters.tolist() == [1, 0, 0, 1, 0]
    assert made.chains.tolist() == [2, 1, 1, 2, 0]
    assert (made.unit_count, made.annotator_count, made.cluster_count) == (3, 2, 2)
    assert made.unit_clusters.tolist() == [0, 0, 1]
    assert made.unit_chains.tolist() == [1, 0, 2]
    assert made.values is not None
    assert made.values.tolist() == [-1, 0, 1]


def test_without_chains_every_unit_is_its_own() -> None:
    assert votes(chains=None).chains.tolist() == [2, 0, 0, 2, 1]


def test_votes_are_counted_in_the_order_of_the_units() -> None:
    grades = counting.count_votes(votes())
    assert grades.counts.tolist() == [[0, 1, 1], [0, 1, 0], [2, 0, 0]]
    assert grades.clusters.tolist() == [0, 0, 1]
    assert grades.annotators == 2
    assert grades.values is None


def test_no_votes_are_votes_too() -> None:
    none = counting.votes_of(units=[], annotators=[], labels=[], clusters=[], label_count=3)
    assert (none.unit_count, none.annotator_count, none.cluster_count) == (0, 0, 0)
    assert counting.count_votes(none).counts.shape == (0, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": [0, 1, 2, 0, 3]}, "between 0 and 2"),
        ({"labels": [0, 1, 2, 0, -1]}, "between 0 and 2"),
        ({"units": [1]}, "one entry per grade"),
        ({"annotators": [1]}, "one entry per grade"),
        ({"clusters": [1]}, "one entry per grade"),
        ({"chains": [1]}, "one entry per grade"),
        ({"values": [1.0]}, "one entry per declared label"),
    ],
)
def test_votes_that_do_not_fit_together_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        votes(**change)


@given(st.lists(st.integers(0, 6), max_size=30).map(sorted))
def test_every_two_votes_on_a_unit_are_a_pair_once(units: list[int]) -> None:
    codes, _ = counting.renumbered(np.array(units, dtype=np.int64))
    found = [
        pair
        for pairs in counting.pairs_within_units(codes)
        for pair in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    ]
    wanted = [(i, j) for i, j in combinations(range(len(units)), 2) if units[i] == units[j]]
    assert sorted(found) == wanted


@given(st.lists(st.integers(-(2**40), 2**40) | st.integers(-5, 5), max_size=30))
def test_renumbering_keeps_the_order_and_leaves_no_gap(ids: list[int]) -> None:
    codes, count = counting.renumbered(np.array(ids, dtype=np.int64))
    assert count == len(set(ids)) == counting.number_of(codes)
    assert codes.tolist() == [sorted(set(ids)).index(entry) for entry in ids]


@given(st.lists(st.integers(-(2**40), 2**40) | st.integers(-5, 5), max_size=30))
def test_distinct_ids_come_in_their_order(ids: list[int]) -> None:
    assert counting.distinct(np.array(ids, dtype=np.int64)).tolist() == sorted(set(ids))


def test_sums_without_each_problem_come_in_one_go() -> None:
    clusters = np.array([0, 1, 1, 2])
    # The last cluster is never left out.
    rows = counting.left_out_rows(np.array([1.0, 2.0, 4.0, 8.0]), clusters=clusters, deletions=2)
    assert rows.tolist() == [15, 14, 9]
    table = counting.left_out_rows(
        np.array([[1.0, 0], [2, 1], [4, 1], [8, 0]]), clusters=clusters, deletions=2
    )
    assert table.tolist() == [[15, 2], [14, 2], [9, 0]]
    assert counting.left_out_rows(np.zeros((4, 0)), clusters=clusters, deletions=2).shape == (3, 0)
