import json
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest

from annotator.analysis import agreement, annotators, counting
from annotator.analysis.annotators import AnnotatorAgreement
from annotator.analysis.counting import Votes
from annotator.analysis.figures import FEW_CLUSTERS, Figure
from tests.analysis.voting import by_unit, drawn_votes, kept, literal_interval, votes_from

# Four annotators on six steps; the fourth graded nothing that another graded.
MATRIX = (
    (1, 1, -1, 0, None, None),
    (1, -1, -1, 1, None, None),
    (1, 1, 0, None, 1, None),
    (None, None, None, None, None, -1),
)
VALUES = (-1, 0, 1)


def approximately(figure: Figure) -> object:
    return pytest.approx((figure.value, figure.low, figure.high), abs=1e-12)


def numbers(figure: Figure) -> tuple[float | None, ...]:
    return figure.value, figure.low, figure.high


def test_a_case_counted_by_hand() -> None:
    votes = votes_from(MATRIX, values=VALUES, chains=[0, 0, 1, 1, 2, 3])
    first, second, third, alone = annotators.measure_annotators(votes)
    assert [who.grades for who in (first, second, third, alone)] == [4, 4, 4, 1]
    assert [who.units for who in (first, second, third, alone)] == [4, 4, 3, 0]
    assert [who.chains for who in (first, second, third, alone)] == [2, 2, 2, 0]
    # Of the two others: both, one, one; then the only other, not.
    assert first.agreement_with_rest.value == pytest.approx((1 + 1 / 2 + 1 / 2 + 0) / 4)
    assert third.agreement_with_rest.value == pytest.approx((1 + 1 / 2 + 0) / 3)
    # The others' means: 1, 0, -1/2, 1.
    assert first.severity.value == pytest.approx((0 + 1 - 1 / 2 - 1) / 4)
    assert second.severity.value == pytest.approx((0 - 2 - 1 / 2 + 1) / 4)
    assert third.severity.value == pytest.approx((0 + 1 + 1) / 3)
    assert first.severity.interval_reason == FEW_CLUSTERS


def test_one_who_shares_nothing_has_no_figures_and_the_reason() -> None:
    alone = annotators.measure_annotators(votes_from(MATRIX, values=VALUES))[3]
    nothing = Figure(None, reason=annotators.NOTHING_SHARED)
    assert alone == AnnotatorAgreement(
        grades=1,
        units=0,
        chains=0,
        agreement_with_rest=nothing,
        alpha_change=nothing,
        severity=nothing,
        is_ranked=False,
    )


def test_the_rest_agree_better_without_the_one_who_guesses() -> None:
    random = np.random.default_rng(3)
    own = random.choice([-1, 1], 60)
    matrix = (own, own, np.where(random.random(60) < 0.1, -own, own), random.choice([-1, 1], 60))
    good, _, _, guesser = annotators.measure_annotators(
        votes_from([row.tolist() for row in matrix], values=(-1, 1))
    )
    assert guesser.alpha_change.low is not None
    assert guesser.alpha_change.low > 0.2
    assert good.alpha_change.high is not None
    assert good.alpha_change.high < 0


def test_the_strict_one_is_below_nought() -> None:
    strict, mild = annotators.measure_annotators(votes_from(((-1,) * 5, (1,) * 5), values=(-1, 1)))
    assert (strict.severity.value, mild.severity.value) == (-2, 2)


def test_severity_goes_as_far_as_the_values_of_the_labels() -> None:
    matrix = ((-10, -10, -10, -10, -10, 10), (10, 10, 10, 10, 10, 10))
    strict = annotators.measure_annotators(votes_from(matrix, values=(-10, 10)))[0]
    assert strict.severity.value == pytest.approx(-100 / 6)
    assert strict.severity.low == -20
    assert strict.severity.high is not None
    assert strict.severity.high > -10


@pytest.mark.parametrize(("units", "is_ranked"), [(29, False), (30, True)])
def test_annotators_are_ranked_from_thirty_shared_units_up(units: int, is_ranked: bool) -> None:
    matrix = ([1] * 40, [1] * units + [None] * (40 - units))
    assert [who.is_ranked for who in annotators.measure_annotators(votes_from(matrix, values=(1, 2)))] == [
        is_ranked,
        is_ranked,
    ]


def test_alpha_that_is_undefined_with_or_without_them_leaves_no_change_and_says_which() -> None:
    def reasons(*matrix: tuple[int | None, ...]) -> list[str | None]:
        return [
            who.alpha_change.reason
            for who in annotators.measure_annotators(votes_from(matrix, values=(1, 2)))
        ]

    assert reasons((1, 1), (1, 1)) == [agreement.ALL_ALIKE] * 2
    assert reasons((1, 2), (1, 1)) == [annotators.NOT_TWICE_WITHOUT] * 2
    assert reasons((1, 2), (1, 1), (1, 1))[0] == annotators.ALL_ALIKE_WITHOUT


def test_labels_without_values_have_neither_severity_nor_ordinal_alpha() -> None:
    first = annotators.measure_annotators(votes_from(MATRIX, values=VALUES, ordered=False))[0]
    assert first.severity == Figure(None, reason=agreement.NO_VALUES)
    assert first.alpha_change == Figure(None, reason=agreement.NO_VALUES)
    assert first.agreement_with_rest.value is not None


def test_without_votes_there_are_no_annotators() -> None:
    none = votes_from((), values=VALUES)
    assert annotators.measure_annotators(none) == ()
    assert annotators.measure_rest(none, groups=[]) == ()


def test_figures_of_annotators_are_plain_json() -> None:
    for who in annotators.measure_annotators(drawn_votes(1)):
        json.dumps(asdict(who), allow_nan=False)


@pytest.mark.parametrize("seed", range(4))
def test_figures_are_the_means_over_the_others_one_unit_after_the_other(seed: int) -> None:
    votes = drawn_votes(seed, values=(0, 4, -1))
    assert votes.values is not None
    for annotator, measured in enumerate(annotators.measure_annotators(votes)):
        agreeing, differences, chains = [], [], set()
        for unit, given in enumerate(by_unit(votes)):
            mine = [label for who, label in given if who == annotator]
            others = [label for who, label in given if who != annotator]
            if not mine or not others:
                continue
            agreeing.append(np.mean([label == mine[0] for label in others]))
            differences.append(votes.values[mine[0]] - np.mean(votes.values[others]))
            chains.add(votes.unit_chains[unit])
        assert (measured.units, measured.chains) == (len(agreeing), len(chains))
        assert measured.agreement_with_rest.value == pytest.approx(np.mean(agreeing))
        assert measured.severity.value == pytest.approx(np.mean(differences))


def measure(name: str, *, annotator: int) -> Callable[[Votes], Figure]:
    return lambda votes: getattr(annotators.measure_annotators(votes)[annotator], name)


@pytest.mark.parametrize("seed", range(2))
def test_intervals_are_those_of_leaving_out_one_problem_after_the_other(seed: int) -> None:
    votes = drawn_votes(seed, units=80, problems=7)
    is_shared = np.bincount(votes.units)[votes.units] >= 2
    for annotator in range(votes.annotator_count):
        own = np.unique(votes.clusters[is_shared & (votes.annotators == annotator)]).tolist()
        for name, bound in (("agreement_with_rest", 0), ("alpha_change", -2), ("severity", -2)):
            figure = measure(name, annotator=annotator)(votes)
            literal = literal_interval(
                measure(name, annotator=annotator),
                votes,
                # All problems bear on everybody's alpha, only their own on an annotator's means.
                problems=range(7) if name == "alpha_change" else own,
                lowest=bound,
                highest=1 if bound == 0 else 2,
            )
            assert (figure.low, figure.high) == pytest.approx(literal, abs=1e-9), name


def test_neither_the_order_of_votes_nor_that_of_people_matters() -> None:
    votes = drawn_votes(5)
    order = np.random.default_rng(5).permutation(len(votes.units))
    renamed = np.random.default_rng(6).permutation(votes.annotator_count)
    shuffled = counting.votes_of(
        units=1000 - votes.units[order],
        annotators=renamed[votes.annotators[order]],
        labels=votes.labels[order],
        clusters=-votes.clusters[order],
        chains=votes.chains[order],
        label_count=3,
        values=(-1, 0, 1),
    )
    before, after = annotators.measure_annotators(votes), annotators.measure_annotators(shuffled)
    for annotator, measured in enumerate(before):
        same = after[renamed[annotator]]
        for name in ("agreement_with_rest", "alpha_change", "severity"):
            assert numbers(getattr(same, name)) == approximately(getattr(measured, name))
        assert (same.grades, same.units, same.chains) == (measured.grades, measured.units, measured.chains)


def test_the_order_in_which_labels_were_declared_does_not_matter() -> None:
    votes = drawn_votes(8)
    turned = replace(votes, labels=2 - votes.labels, values=np.array([1.0, 0.0, -1.0]))
    for one, other in zip(
        annotators.measure_annotators(votes), annotators.measure_annotators(turned), strict=True
    ):
        for name in ("agreement_with_rest", "alpha_change", "severity"):
            assert numbers(getattr(one, name)) == approximately(getattr(other, name))


# Agreement with the rest of any group of votes


def test_a_stretch_of_time_is_compared_with_all_votes_of_the_others() -> None:
    votes = drawn_votes(9)
    mine = votes.annotators == 2
    is_early = np.arange(len(mine)) < len(mine) // 2
    early, late = annotators.measure_rest(votes, groups=np.where(mine, np.where(is_early, 0, 1), -1))
    for found, chosen in ((early, mine & is_early), (late, mine & ~is_early)):
        alone = annotators.measure_annotators(kept(votes, chosen | ~mine))[2]
        assert found.units == alone.units
        assert numbers(found.agreement_with_rest) == approximately(alone.agreement_with_rest)


def test_a_group_without_shared_votes_says_so() -> None:
    votes = votes_from(MATRIX, values=VALUES)
    groups = np.where(votes.annotators == 3, 1, -1)
    empty, alone = annotators.measure_rest(votes, groups=groups)
    assert (
        empty
        == alone
        == annotators.RestAgreement(
            units=0, agreement_with_rest=Figure(None, reason=annotators.NOTHING_SHARED)
        )
    )


def test_groups_that_are_not_one_for_each_vote_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry per grade"):
        annotators.measure_rest(votes_from(MATRIX, values=VALUES), groups=[0])
