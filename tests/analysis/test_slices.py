import numpy as np
import pytest

from annotator.analysis import agreement, counting, slices
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.figures import FEW_CLUSTERS, Figure
from tests.analysis.voting import drawn_votes, kept, votes_from


def mean_figure(entries: list[float], *, clusters: list[int], reason: str = "Nothing.") -> Figure:
    (figure,) = slices.mean_figures(
        np.array(entries, dtype=np.float64),
        groups=np.zeros(len(entries), dtype=np.int64),
        clusters=np.array(clusters, dtype=np.int64),
        group_count=1,
        reason=reason,
    )
    return figure


@pytest.mark.parametrize("seed", range(3))
def test_a_slice_has_the_figures_of_its_units_alone(seed: int) -> None:
    votes = drawn_votes(seed)
    groups = np.random.default_rng(seed).integers(0, 4, votes.unit_count)
    found = slices.measure_slices(votes, groups)
    assert [part.group for part in found] == [0, 1, 2, 3]
    for part in found:
        own = agreement.measure_agreement(
            counting.count_votes(kept(votes, groups[votes.units] == part.group))
        )
        assert part.units == own.counts.units_graded_twice
        assert part.percent_agreement.low is not None
        for mine, theirs in (
            (part.percent_agreement, own.percent_agreement),
            (part.alpha_ordinal, own.alpha_ordinal),
        ):
            assert (mine.value, mine.low, mine.high) == pytest.approx((theirs.value, theirs.low, theirs.high))


def test_groups_without_a_grade_do_not_occur_and_units_below_nought_are_in_none() -> None:
    votes = votes_from(((1, 2, 1, 1), (1, 1, 2, None)), values=(1, 2))
    found = slices.measure_slices(votes, [-1, 7, 3, 3])
    assert [(part.group, part.units) for part in found] == [(3, 1), (7, 1)]


def test_a_slice_in_which_nothing_was_graded_twice_says_so() -> None:
    votes = votes_from(((1, 1), (None, 1)), values=(1, 2))
    alone, alike = slices.measure_slices(votes, [0, 1])
    assert alone.units == 0
    assert alone.percent_agreement == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    assert alone.alpha_ordinal == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    assert alike.percent_agreement == Figure(1.0, interval_reason=FEW_CLUSTERS)
    assert alike.alpha_ordinal == Figure(None, reason=agreement.ALL_ALIKE)


def test_without_votes_there_are_no_slices() -> None:
    assert slices.measure_slices(votes_from((), values=(1, 2)), []) == ()


def test_groups_that_are_not_one_for_each_unit_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry per unit"):
        slices.measure_slices(votes_from(((1, 2), (1, 1)), values=(1, 2)), [0])


def drawn_entries(seed: int) -> tuple[Floats, Integers, Integers]:
    random = np.random.default_rng(seed)
    return random.random(200), random.integers(0, 3, 200), random.integers(0, 20, 200)


@pytest.mark.parametrize("seed", range(3))
def test_means_of_groups_leave_out_one_problem_after_the_other(seed: int) -> None:
    entries, groups, clusters = drawn_entries(seed)
    found = slices.mean_figures(entries, groups=groups, clusters=clusters, group_count=4, reason="Nobody.")
    assert found[3] == Figure(None, reason="Nobody.")
    for group, figure in enumerate(found[:3]):
        own, problems = entries[groups == group], clusters[groups == group]
        left_out = np.array([own[problems != problem].mean() for problem in np.unique(problems)])
        count = len(left_out)
        error = np.sqrt((count - 1) / count * ((left_out - left_out.mean()) ** 2).sum())
        assert figure.value == pytest.approx(own.mean())
        assert figure.low is not None
        assert figure.high is not None
        assert (figure.high - figure.low) / 2 / error == pytest.approx(2.1, abs=0.05)


def test_a_mean_needs_five_problems_for_an_interval() -> None:
    assert mean_figure([0, 1, 0, 1], clusters=[0, 1, 2, 3]).interval_reason == FEW_CLUSTERS
    figure = mean_figure([0, 1, 0, 1, 0], clusters=[0, 1, 2, 3, 4])
    assert figure.low is not None
    assert figure.low == 0


def test_the_mean_of_nothing_is_null_with_the_reason_given() -> None:
    assert mean_figure([], clusters=[], reason="Nobody said a thing.") == Figure(
        None, reason="Nobody said a thing."
    )
