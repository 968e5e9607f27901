"""What can be asked of labels before they are used, and how each figure is held against it."""

from typing import Any

import pytest

from annotator.analysis.figures import FEW_CLUSTERS, Figure
from annotator.exports.gate.conditions import CONDITIONS, NAMES, BadGate, Kind, Source, as_texts, read_gate
from annotator.exports.gate.judging import Basis, Finding, GateFigures, Worst, judge

FRESH = Basis(newest_grade_at=None, revision_count=9, code_version="3", finished_at=None, is_stale=False)
STALE = Basis(newest_grade_at=None, revision_count=9, code_version="3", finished_at=None, is_stale=True)


def figures(**known: Any) -> GateFigures:
    """Everything is unknown but what is named."""
    unknown = Figure(None, reason="Nobody knows.")
    return GateFigures(
        measured={each.figure: known.get(each.figure, unknown) for each in CONDITIONS},
        worst={name: known.get(name, Worst(None, reason="Not looked at.")) for name in ("bias", "deviation")},
        bases={Source.AGREEMENT: known.get("agreement", FRESH), Source.STYLE: known.get("style", FRESH)},
    )


def finding(texts: dict[str, str], **known: Any) -> Finding:
    [found] = judge(read_gate(texts), figures(**known))
    return found


# --- Reading


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"alpha": "0.6"}, "Unknown condition: alpha. Known: alpha_ordinal_low, alpha_ordinal,"),
        ({"alpha_ordinal": "1.5"}, "alpha_ordinal is a number from -1 to 1."),
        ({"alpha_ordinal": ""}, "alpha_ordinal is a number from -1 to 1."),
        ({"coverage": "-0.1"}, "coverage is a number from 0 to 1."),
        ({"coverage": "95%"}, "coverage is a number from 0 to 1."),
        ({"min_chains": "2.0"}, "min_chains is a whole number from 0 to 1000000000."),
        ({"min_chains": "-1"}, "min_chains is a whole number from 0 to 1000000000."),
        ({"max_bias_severity": "worst"}, "max_bias_severity is one of: none, low, medium, high."),
        ({"max_bias_severity": ""}, "max_bias_severity is one of: none, low, medium, high."),
        ({"fresh": "yes"}, "fresh is one of: 0, 1."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_words(texts: dict[str, str], words: str) -> None:
    with pytest.raises(BadGate) as refused:
        read_gate(texts)
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-Infinity", "1e-3", "0_6", " 0.6", "0.6\n", "٠.٦", ".6", "6.", "0." + "0" * 30]
)
def test_a_threshold_is_a_plain_number(text: str) -> None:
    with pytest.raises(BadGate):
        read_gate({"alpha_ordinal": text})


def test_conditions_come_in_the_order_in_which_they_are_declared() -> None:
    gate = read_gate({"fresh": "1", "min_chains": "10", "alpha_ordinal_low": "0.6"})
    assert [asked.condition.name for asked in gate.asked] == ["alpha_ordinal_low", "min_chains", "fresh"]


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"alpha_nominal": "0.00001", "coverage": "1", "min_chains": "300", "max_lucky_share": "0"},
        {"gwet_ac1_low": "-0.25", "max_bias_severity": "none", "fresh": "1"},
    ],
)
def test_a_gate_is_read_again_from_its_canonical_form(texts: dict[str, str]) -> None:
    gate = read_gate(texts)
    assert as_texts(gate) == texts
    assert read_gate(as_texts(gate)) == gate


def test_a_switch_that_is_off_asks_for_nothing() -> None:
    assert read_gate({"fresh": "0"}).asked == ()


def test_every_condition_has_a_name_of_its_own_and_a_sentence() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(each.help.endswith(".") and each.help[0].isupper() for each in CONDITIONS)


# --- Judging


@pytest.mark.parametrize(("threshold", "passes"), [("0.6", True), ("0.73", True), ("0.74", False)])
def test_a_figure_reaches_its_threshold_or_fails_with_words(threshold: str, passes: bool) -> None:
    found = finding({"alpha_ordinal": threshold}, alpha_ordinal=Figure(0.73, low=0.61, high=0.84))
    assert (found.figure, found.low, found.high, found.passed) == (0.73, 0.61, 0.84, passes)
    assert found.reason == (None if passes else "It is 0.73, below 0.74.")


def test_the_lower_end_of_the_interval_is_what_a_low_condition_looks_at() -> None:
    found = finding({"alpha_ordinal_low": "0.7"}, alpha_ordinal=Figure(0.73, low=0.61, high=0.84))
    assert (found.passed, found.figure) == (False, 0.73)
    assert found.reason == "The interval begins at 0.61, below 0.7."


def test_a_figure_without_an_interval_fails_the_condition_on_it_with_the_reason() -> None:
    known = Figure(0.9, interval_reason=FEW_CLUSTERS)
    found = finding({"alpha_ordinal_low": "-1"}, alpha_ordinal=known)
    assert (found.passed, found.reason) == (False, FEW_CLUSTERS)
    assert finding({"alpha_ordinal": "0.9"}, alpha_ordinal=known).passed


@pytest.mark.parametrize("condition", [each for each in CONDITIONS if each.kind != Kind.SWITCH])
def test_an_unknown_figure_fails_whatever_the_threshold(condition: Any) -> None:
    lenient = {Kind.SEVERITY: "high", Kind.MOST: "1", Kind.COUNT: "0"}
    found = finding({condition.name: lenient.get(condition.kind, f"{condition.least:.0f}")})
    assert (found.passed, found.figure) == (False, None)
    assert found.reason in {"Nobody knows.", "Not looked at."}


@pytest.mark.parametrize(("share", "passes"), [(0.05, True), (0.050001, False)])
def test_a_share_may_be_as_large_as_its_threshold(share: float, passes: bool) -> None:
    found = finding({"max_lucky_share": "0.05"}, lucky_share=Figure(share))
    assert found.passed is passes
    assert found.reason == (None if passes else "It is 0.050001, above 0.05.")


def test_rounding_does_not_fail_a_figure_that_is_on_its_threshold() -> None:
    assert finding({"alpha_ordinal": "1"}, alpha_ordinal=Figure(1 - 1e-15)).passed


def test_chains_are_counted_in_whole_numbers() -> None:
    found = finding({"min_chains": "300"}, whole_chains=Figure(299.0))
    assert (found.figure, found.threshold, found.passed) == (299, 300, False)
    assert isinstance(found.figure, int)
    assert found.reason == "It is 299, below 300."


@pytest.mark.parametrize(
    ("severity", "threshold", "passes"),
    [
        ("none", "none", True),
        ("low", "none", False),
        ("medium", "medium", True),
        ("high", "medium", False),
        ("high", "high", True),
    ],
)
def test_the_worst_flag_may_be_as_severe_as_the_threshold(
    severity: str, threshold: str, passes: bool
) -> None:
    worst = Worst(severity, low=4.0, high=9.0, note="bullets by twins.")
    found = finding({"max_bias_severity": threshold}, bias=worst)
    assert (found.figure, found.low, found.high, found.passed) == (severity, 4.0, 9.0, passes)
    assert (found.reason is None) is passes
    assert found.note == "bullets by twins."


def test_bias_and_deviation_are_asked_for_apart() -> None:
    known = {"bias": Worst("none"), "deviation": Worst("high")}
    assert finding({"max_bias_severity": "none"}, **known).passed
    assert not finding({"max_deviation_severity": "medium"}, **known).passed


# --- Freshness


@pytest.mark.parametrize(
    ("texts", "looked_at"),
    [
        ({}, ()),
        ({"coverage": "1"}, ()),
        ({"fresh": "1"}, ("agreement",)),
        ({"fresh": "1", "coverage": "1"}, ("agreement",)),
        ({"fresh": "1", "max_bias_severity": "low"}, ("style",)),
        ({"alpha_ordinal": "0", "max_bias_severity": "low"}, ("agreement", "style")),
    ],
)
def test_only_reports_that_conditions_look_at_have_to_be_fresh(
    texts: dict[str, str], looked_at: tuple[str, ...]
) -> None:
    assert read_gate(texts).reports == looked_at


def test_a_stale_report_fails_only_where_freshness_was_asked_for() -> None:
    known = {"agreement": STALE, "alpha_ordinal": Figure(0.7)}
    assert finding({"alpha_ordinal": "0.6"}, **known).passed
    found = judge(read_gate({"alpha_ordinal": "0.6", "fresh": "1"}), figures(**known))[-1]
    assert (found.threshold, found.figure, found.passed) == ("fresh", "stale", False)
    assert found.reason == "There are grades, or settings, that the report on agreement has not seen."


def test_a_report_that_was_never_made_is_not_fresh() -> None:
    found = finding({"fresh": "1"}, agreement=None)
    assert (found.figure, found.passed, found.reason) == (
        None,
        False,
        "There is no report on agreement yet.",
    )
