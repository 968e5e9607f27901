"""False discoveries within a family, and when a flag opens, stays and closes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from annotator.analysis.bias.evidence import Estimate, EvidenceCounts, Quantity, Severity
from annotator.analysis.bias.testing import adjusted, opens, severity_of, stays_open, with_q

FOUND = Estimate(
    feature="bullets",
    estimator="twins",
    status="bias",
    unit="present",
    is_estimated=True,
    counts=EvidenceCounts(votes=160, plain_votes=None, steps=40, chains=None, annotators=8, pairs=40),
    mean_grade=Quantity(value=0.2, low=0.1, high=0.3),
    odds_ratio=Quantity(value=1.5, low=1.1, high=1.9),
    effect=11.0,
    low=7.0,
    high=15.0,
    se=2.0,
    p=0.001,
    q=0.004,
)
UNKNOWN = replace(
    FOUND, is_estimated=False, effect=None, low=None, high=None, se=None, p=None, q=None, reason="None."
)
ASSOCIATION = replace(FOUND, estimator="association", status="association", p=None, q=None)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_q_values_are_those_of_scipy(p_values: list[float]) -> None:
    assert adjusted(p_values) == pytest.approx(false_discovery_control(p_values))


def test_no_test_has_no_q_values() -> None:
    assert adjusted([]).tolist() == []
    assert with_q([]) == ()


def test_only_what_is_estimated_counts_towards_its_family() -> None:
    family = [replace(FOUND, p=0.01, q=None), UNKNOWN, replace(FOUND, p=0.04, q=None, effect=4.0), UNKNOWN]
    answers = with_q(family)
    assert [answer.q for answer in answers] == [pytest.approx(0.02), None, pytest.approx(0.04), None]
    assert [answer.severity for answer in answers] == ["high", None, "low", None]
    assert [replace(answer, q=None, severity=None) for answer in answers] == family


@pytest.mark.parametrize("rank", [0, 1])
def test_an_association_gets_neither_q_nor_severity_nor_a_flag(rank: int) -> None:
    (answer,) = with_q([ASSOCIATION])
    assert answer == ASSOCIATION
    # Whatever somebody writes into it.
    forged = replace(ASSOCIATION, p=0.0, q=0.0, effect=[40.0, -40.0][rank])
    assert not opens(forged)
    assert not stays_open(forged)


@pytest.mark.parametrize(
    ("effect", "q", "is_open"),
    [
        (11.0, 0.049, True),
        (-11.0, 0.049, True),
        (11.0, 0.05, False),
        (3.0, 0.001, True),
        (-3.0, 0.001, True),
        (2.99, 0.001, False),
        (0.0, 0.0, False),
    ],
)
def test_a_flag_opens_under_five_percent_from_three_points(effect: float, q: float, is_open: bool) -> None:
    assert opens(replace(FOUND, effect=effect, q=q)) is is_open


@pytest.mark.parametrize(
    ("low", "high", "q", "stays"),
    [
        (7.0, 15.0, 0.001, True),
        (7.0, 15.0, 0.05, True),
        (7.0, 15.0, 0.10, True),
        (7.0, 15.0, 0.101, False),
        (1.0, 3.0, 0.001, False),
        (-3.0, -1.0, 0.001, False),
        (1.0, 3.1, 0.001, True),
        (-3.1, -1.0, 0.001, True),
    ],
)
def test_a_flag_stays_until_ten_percent_or_an_interval_within_three_points(
    low: float, high: float, q: float, stays: bool
) -> None:
    assert stays_open(replace(FOUND, effect=(low + high) / 2, low=low, high=high, q=q)) is stays


def test_what_is_not_known_opens_no_flag_and_closes_none() -> None:
    assert not opens(UNKNOWN)
    assert stays_open(UNKNOWN)


@pytest.mark.parametrize(
    ("effect", "severity"),
    [
        (0.0, None),
        (2.99, None),
        (3.0, "low"),
        (4.99, "low"),
        (5.0, "medium"),
        (10.0, "medium"),
        (10.01, "high"),
        (60.0, "high"),
    ],
)
def test_severity_goes_by_the_points_either_way(effect: float, severity: Severity | None) -> None:
    assert severity_of(effect) == severity
    assert severity_of(-effect) == severity
