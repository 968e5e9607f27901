import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings

from annotator.analysis import agreement, counting
from annotator.analysis.agreement import Agreement
from annotator.analysis.counting import GradeCounts, Votes
from annotator.analysis.figures import FEW_CLUSTERS, HANGS_ON_ONE_CLUSTER, NO_SPREAD, Figure
from tests.analysis.voting import (
    Matrix,
    counted,
    drawn_votes,
    graded,
    literal_interval,
    paired_votes,
    votes_from,
)

# The four observers of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C.
KRIPPENDORFF = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
# Fleiss' kappa as worked out on Wikipedia: 14 raters, 10 subjects, counts for 5 categories.
FLEISS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)
WEIGHTS: tuple[agreement.Weights, ...] = ("identity", "linear", "quadratic")


def grades_of(
    matrix: Matrix, *, values: Sequence[float], clusters: Sequence[int] | None = None, ordered: bool = True
) -> GradeCounts:
    return counting.count_votes(votes_from(matrix, values=values, clusters=clusters, ordered=ordered))


def figures_of(grades: GradeCounts) -> dict[str, Figure]:
    """Every figure under the name that the reference tables use."""
    measured = agreement.measure_agreement(grades)
    named = {
        name: getattr(measured, name)
        for name in (
            "percent_agreement",
            "alpha_nominal",
            "alpha_interval",
            "alpha_ordinal",
            "gwet_ac1",
            "fleiss_kappa",
            "brennan_prediger",
        )
    }
    named["gwet_ac2_quadratic"] = measured.gwet_ac2
    for weights in WEIGHTS[1:]:
        corrected = agreement.chance_corrected(grades, weights=weights)
        named[f"gwet_ac2_{weights}"] = corrected.gwet
        named[f"fleiss_kappa_{weights}"] = corrected.fleiss
        named[f"brennan_prediger_{weights}"] = corrected.brennan_prediger
    return named


# Published tables


def test_krippendorffs_own_example_gives_the_figures_he_prints() -> None:
    measured = agreement.measure_agreement(grades_of(KRIPPENDORFF, values=(1, 2, 3, 4, 5)))
    assert measured.alpha_nominal.value == pytest.approx(0.743, abs=5e-4)
    assert measured.alpha_ordinal.value == pytest.approx(0.815, abs=5e-4)
    assert measured.alpha_interval.value == pytest.approx(0.849, abs=5e-4)
    # The same coefficients as irrCAC gives for this table.
    assert measured.gwet_ac1.value == pytest.approx(0.7754440681, abs=1e-8)
    assert measured.gwet_ac2.value == pytest.approx(0.9140007236, abs=1e-8)
    assert measured.brennan_prediger.value == pytest.approx(0.7727272727, abs=1e-8)
    assert measured.counts == counting.Counts(
        units=12, units_graded_twice=11, grades=41, annotators=4, clusters=11
    )


def test_the_worked_example_of_fleiss_kappa_comes_out() -> None:
    measured = agreement.measure_agreement(counted(FLEISS, values=(1, 2, 3, 4, 5)))
    assert measured.fleiss_kappa.value == pytest.approx(0.2099307044, abs=1e-8)
    assert measured.percent_agreement.value == pytest.approx(0.378021978, abs=1e-8)


# Edge cases and guards


def test_perfect_agreement_on_a_single_label_is_not_called_perfect() -> None:
    measured = agreement.measure_agreement(grades_of(((1, 1, 1, 1), (1, 1, 1, 1)), values=(1, 0, -1)))
    for figure in (
        measured.alpha_nominal,
        measured.alpha_ordinal,
        measured.alpha_interval,
        measured.fleiss_kappa,
    ):
        assert figure == Figure(None, reason=agreement.ALL_ALIKE)
    assert measured.percent_agreement.value == 1
    assert measured.gwet_ac1.value == 1


def test_one_rare_disagreement_shows_why_several_coefficients_are_given() -> None:
    measured = agreement.measure_agreement(grades_of(((1, 1, 1, 1), (1, 1, 1, 2)), values=(1, 2)))
    assert measured.percent_agreement.value == 0.75
    assert measured.alpha_nominal.value == pytest.approx(0)
    assert measured.fleiss_kappa.value == pytest.approx(-1 / 7)
    assert measured.gwet_ac1.value == pytest.approx(0.68)


@pytest.mark.parametrize("matrix", [(), ((1, 2, None, None), (None, None, 1, 2))])
def test_without_a_unit_graded_twice_every_figure_is_null_and_says_so(matrix: Matrix) -> None:
    measured = agreement.measure_agreement(grades_of(matrix, values=(1, 2)))
    for figure in (
        *figures_of(grades_of(matrix, values=(1, 2))).values(),
        measured.labels[0].specific_agreement,
    ):
        assert figure == Figure(None, reason=agreement.NOT_GRADED_TWICE)
    assert measured.status == "insufficient"


def test_labels_without_values_have_no_ordered_figures() -> None:
    measured = agreement.measure_agreement(grades_of(((1, 2), (1, 1)), values=(1, 2), ordered=False))
    for figure in (measured.alpha_interval, measured.alpha_ordinal, measured.gwet_ac2):
        assert figure == Figure(None, reason=agreement.NO_VALUES)
    assert measured.alpha_nominal.value is not None


def test_labels_that_all_have_one_value_have_no_weighted_figures() -> None:
    measured = agreement.measure_agreement(counted([[1, 1], [2, 0]], values=(1, 1)))
    assert measured.gwet_ac2 == Figure(None, reason=agreement.ONE_VALUE)
    assert measured.alpha_ordinal == Figure(None, reason=agreement.ALL_ALIKE)


def test_a_single_declared_label_leaves_nothing_to_correct_for() -> None:
    measured = agreement.measure_agreement(counted([[2], [3]], values=(1,)))
    for figure in (measured.gwet_ac1, measured.gwet_ac2, measured.fleiss_kappa, measured.brennan_prediger):
        assert figure == Figure(None, reason=agreement.ONE_LABEL_DECLARED)
    assert measured.percent_agreement.value == 1


def test_labels_that_nobody_used_still_count_as_possible_answers() -> None:
    two = agreement.measure_agreement(counted([[1, 1], [2, 0], [0, 2]]))
    three = agreement.measure_agreement(counted([[1, 1, 0], [2, 0, 0], [0, 2, 0]]))
    assert two.alpha_nominal == three.alpha_nominal
    assert two.brennan_prediger.value == pytest.approx(1 / 3)
    assert three.brennan_prediger.value == pytest.approx(1 / 2)


def test_labels_rank_by_value_in_whatever_order_they_were_declared() -> None:
    rows = np.asarray(FLEISS)
    order = [3, 0, 4, 2, 1]
    declared = agreement.measure_agreement(counted(rows, values=(1, 2, 3, 4, 5)))
    shuffled = agreement.measure_agreement(counted(rows[:, order], values=[1 + place for place in order]))
    assert shuffled.alpha_ordinal.value == pytest.approx(declared.alpha_ordinal.value)
    assert shuffled.gwet_ac2.value == pytest.approx(declared.gwet_ac2.value)


def test_labels_of_equal_value_are_one_rank() -> None:
    merged = np.asarray(FLEISS)[:, :4].copy()
    merged[:, 3] += np.asarray(FLEISS)[:, 4]
    two_names = agreement.alpha_ordinal(counted(FLEISS, values=(1, 2, 3, 4, 4)))
    assert two_names.value == pytest.approx(
        agreement.alpha_ordinal(counted(merged, values=(1, 2, 3, 4))).value
    )


@pytest.mark.parametrize(("problems", "has_interval"), [(4, False), (5, True)])
def test_an_interval_needs_five_problems(problems: int, has_interval: bool) -> None:
    counts = [[2, 0], [0, 2], [1, 1], [2, 0]] * problems + [[1, 1]]
    clusters = [*(place // 4 for place in range(4 * problems)), 0]
    figure = agreement.measure_agreement(counted(counts, values=(0, 1), clusters=clusters)).alpha_ordinal
    assert (figure.low is not None) == (figure.high is not None) == has_interval
    assert figure.interval_reason == (None if has_interval else FEW_CLUSTERS)


def test_a_problem_graded_once_does_not_count_towards_the_interval() -> None:
    counts = [[2, 0], [0, 2], [1, 1], [2, 0], [1, 0], [0, 1]]
    measured = agreement.measure_agreement(counted(counts))
    assert measured.counts.clusters == 4
    assert measured.alpha_nominal.interval_reason == FEW_CLUSTERS


def test_there_is_no_interval_when_the_figure_hangs_on_one_problem() -> None:
    figure = agreement.alpha_nominal(counted([[2, 0]] * 6 + [[1, 1]]))
    assert figure.value == pytest.approx(0)
    assert figure.interval_reason == HANGS_ON_ONE_CLUSTER


def test_perfect_agreement_has_no_made_up_interval_of_width_zero() -> None:
    figure = agreement.alpha_nominal(counted([[2, 0], [0, 2]] * 5))
    assert figure == Figure(1.0, interval_reason=NO_SPREAD)


@pytest.mark.parametrize(
    ("units", "problems", "status"),
    [
        (30, 9, "insufficient"),
        (29, 10, "insufficient"),
        (30, 10, "provisional"),
        (300, 29, "provisional"),
        (30, 30, "sufficient"),
    ],
)
def test_the_status_says_whether_there_is_enough(units: int, problems: int, status: str) -> None:
    clusters = [place % problems for place in range(units)]
    assert agreement.measure_agreement(counted([[1, 1]] * units, clusters=clusters)).status == status


def test_units_and_problems_without_a_second_grade_do_not_raise_the_status() -> None:
    assert agreement.measure_agreement(counted([[1, 1]] * 9 + [[1, 0]] * 100)).status == "insufficient"


def test_a_label_with_under_ten_grades_has_no_figure_of_its_own() -> None:
    common, rare = agreement.measure_agreement(counted([[2, 0]] * 8 + [[1, 1]] * 9)).labels
    assert (common.label, common.grades) == (0, 25)
    assert common.specific_agreement.value == pytest.approx(16 / 25)
    assert (rare.label, rare.grades) == (1, 9)
    assert rare.specific_agreement == Figure(None, reason=agreement.RARE_LABEL)


def test_a_labels_interval_counts_only_problems_in_which_it_occurs() -> None:
    counts = [[2, 0]] * 40 + [[1, 1], [0, 2]] * 4
    clusters = [*range(40), 100, 100, 101, 101, 102, 102, 103, 103]
    rare = agreement.measure_agreement(counted(counts, clusters=clusters)).labels[1]
    assert rare.specific_agreement.value == pytest.approx(8 / 12)
    assert rare.specific_agreement.interval_reason == FEW_CLUSTERS


def test_shares_have_no_interval_below_zero() -> None:
    figure = agreement.measure_agreement(counted([[1, 1]] * 9 + [[2, 0]])).percent_agreement
    assert figure.low == 0


def test_figures_are_plain_json() -> None:
    measured = agreement.measure_agreement(counted(FLEISS, values=(1, 2, 3, 4, 5)))
    stored = json.loads(json.dumps(asdict(measured), allow_nan=False))
    assert stored["alpha_ordinal"]["value"] == measured.alpha_ordinal.value
    assert stored["labels"][0]["specific_agreement"]["reason"] is None


# Against the definitions


def by_definition(matrix: Matrix, *, values: Sequence[int], power: int) -> dict[str, float]:
    """Weighted agreement pair by pair of annotators, and the chance agreements of Gwet, Fleiss, Brennan-Prediger."""
    span = max(values) - min(values)

    def weight(one: int, other: int) -> float:
        return float(one == other) if power == 0 else 1 - (abs(one - other) / span) ** power

    rated = [[v for v in unit if v is not None] for unit in zip(*matrix, strict=True)]
    rated = [unit for unit in rated if unit]
    paired = [unit for unit in rated if len(unit) >= 2]
    agreements = [[weight(*pair) for pair in combinations(unit, 2)] for unit in paired]
    observed = math.fsum(sum(unit) / len(unit) for unit in agreements) / len(paired)
    share = {v: math.fsum(unit.count(v) / len(unit) for unit in rated) / len(rated) for v in values}
    weights = sum(weight(one, other) for one in values for other in values)
    chance = {
        "gwet": weights / (len(values) * (len(values) - 1)) * sum(p * (1 - p) for p in share.values()),
        "fleiss": sum(share[one] * share[other] * weight(one, other) for one in values for other in values),
        "brennan_prediger": weights / len(values) ** 2,
    }
    corrected = {
        name: math.nan if math.isclose(by_chance, 1) else (observed - by_chance) / (1 - by_chance)
        for name, by_chance in chance.items()
    }
    return {"percent_agreement": observed, **corrected}


@settings(deadline=None)
@given(graded())
def test_chance_corrected_figures_follow_their_definitions(case: tuple[Matrix, list[int], list[int]]) -> None:
    matrix, values, _ = case
    if not paired_votes(matrix):
        return
    grades = grades_of(matrix, values=values)
    for power, weights in enumerate(WEIGHTS):
        corrected = agreement.chance_corrected(grades, weights=weights)
        for name, expected in by_definition(matrix, values=values, power=power).items():
            figure: Figure = getattr(corrected, name)
            if math.isnan(expected):
                assert figure == Figure(None, reason=agreement.ALL_ALIKE)
            else:
                assert figure.value == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(graded())
def test_specific_agreement_follows_its_definition(case: tuple[Matrix, list[int], list[int]]) -> None:
    matrix, values, _ = case
    pairs = [pair for unit in paired_votes(matrix) for pair in permutations(unit, 2)]
    measured = agreement.measure_agreement(grades_of(matrix, values=values))
    for place, value in enumerate(values):
        label = measured.labels[place]
        assert label.label == place
        assert label.grades == sum(unit.count(value) for unit in paired_votes(matrix))
        if label.grades >= agreement.GRADES_FOR_LABEL:
            first_chose = [other == value for one, other in pairs if one == value]
            assert label.specific_agreement.value == pytest.approx(sum(first_chose) / len(first_chose))


def all_figures(measured: Agreement) -> dict[str, Figure]:
    """Every figure by name, those of labels as label_0 and so on."""
    named = {
        name: value for name in measured.__slots__ if isinstance(value := getattr(measured, name), Figure)
    }
    return named | {f"label_{label.label}": label.specific_agreement for label in measured.labels}


def problems_of(votes: Votes, *, name: str) -> list[int]:
    """The problems that the figure of that name is measured without, one after the other."""
    is_paired = np.bincount(votes.units)[votes.units] >= 2
    if name.startswith("label_"):
        is_paired &= votes.labels == int(name.removeprefix("label_"))
    return [int(problem) for problem in np.unique(votes.clusters[is_paired])]


def measure(name: str) -> Callable[[Votes], Figure]:
    return lambda votes: all_figures(agreement.measure_agreement(counting.count_votes(votes)))[name]


@pytest.mark.parametrize("seed", range(3))
def test_intervals_are_those_of_leaving_out_one_problem_after_the_other(seed: int) -> None:
    drawn = drawn_votes(seed, units=110, values=None)
    # Ten more units, each graded once and alone in its problem, are never left out.
    alone = np.arange(1000, 1010)
    votes = counting.votes_of(
        units=np.append(drawn.units, alone),
        annotators=np.append(drawn.annotators, alone % 3),
        labels=np.append(drawn.labels, alone % 2),
        clusters=np.append(drawn.clusters, alone),
        label_count=3,
        values=(1, 0, -1),
    )
    named = all_figures(agreement.measure_agreement(counting.count_votes(votes)))
    assert len(named) == 11
    for name, figure in named.items():
        literal = literal_interval(
            measure(name),
            votes,
            problems=problems_of(votes, name=name),
            lowest=0 if name.startswith(("percent", "label_")) else -1,
        )
        assert (figure.low, figure.high) == pytest.approx(literal, abs=1e-9), name
