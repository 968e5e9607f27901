"""Under which conditions labels may be used: what can be asked. Pure.

The same declarations are the parameters of the API and the options of the commands.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Kind(StrEnum):
    """How a figure is held against its threshold."""

    LEAST = "least"
    # The lower end of its 95 % interval.
    LEAST_LOW = "least_low"
    MOST = "most"
    COUNT = "count"
    SEVERITY = "severity"
    SWITCH = "switch"


class Source(StrEnum):
    """Where a figure comes from. Seats are counted as they are now, whatever reports say."""

    AGREEMENT = "agreement"
    STYLE = "style"
    SEATS = "seats"


REPORTS = (Source.AGREEMENT, Source.STYLE)


@dataclass(frozen=True, slots=True)
class Condition:
    """`figure`: by which name of GateFigures. `least` and `most`: of the threshold."""

    name: str
    help: str
    kind: Kind
    figure: str
    source: Source
    least: float = 0.0
    most: float = 1.0


NONE = "none"
SEVERITIES = (NONE, "low", "medium", "high")
SWITCH = ("0", "1")
MOST_CHAINS = 1_000_000_000
LONGEST_NUMBER = 20
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def coefficient(name: str, *, words: str, least: float = -1.0) -> tuple[Condition, Condition]:
    """A coefficient of agreement on verdicts, as it is and by the lower end of its interval."""
    return (
        Condition(
            f"{name}_low",
            f"The lower end of the 95 % interval of {words} is at least this.",
            Kind.LEAST_LOW,
            name,
            Source.AGREEMENT,
            least,
        ),
        Condition(
            name,
            f"{words[0].upper()}{words[1:]} is at least this.",
            Kind.LEAST,
            name,
            Source.AGREEMENT,
            least,
        ),
    )


CONDITIONS = (
    *coefficient("alpha_ordinal", words="Krippendorff's ordinal alpha of the verdicts"),
    *coefficient("alpha_nominal", words="Krippendorff's nominal alpha of the verdicts"),
    *coefficient("gwet_ac1", words="Gwet's AC1 of the verdicts"),
    *coefficient(
        "percent_agreement",
        words="the share of pairs of annotators that give a step the same verdict",
        least=0.0,
    ),
    Condition(
        "coverage",
        "The share of the dataset's chains of which as many seats are submitted as the overlap asks for is at least"
        " this. Counted now.",
        Kind.LEAST,
        "coverage",
        Source.SEATS,
    ),
    Condition(
        "min_chains",
        "At least so many chains have as many seats submitted as the overlap asks for. Counted now.",
        Kind.COUNT,
        "whole_chains",
        Source.SEATS,
        most=MOST_CHAINS,
    ),
    Condition(
        "max_bias_severity",
        "No standing flag of bias, which only experiments raise, is worse than this. Unknown, and so failed, without"
        " an experiment that has enough votes.",
        Kind.SEVERITY,
        "bias",
        Source.STYLE,
    ),
    Condition(
        "max_deviation_severity",
        "No standing flag on one annotator's deviation from the others is worse than this. Unknown, and so failed,"
        " until annotators can be compared.",
        Kind.SEVERITY,
        "deviation",
        Source.STYLE,
    ),
    Condition(
        "gold_accuracy",
        "Of all grades that annotators gave to steps with a known verdict, the share that gave that verdict is at"
        " least this.",
        Kind.LEAST,
        "gold_accuracy",
        Source.AGREEMENT,
    ),
    Condition(
        "max_lucky_share",
        "Of the chains with a correct final answer of which it is decided whether a step is flawed, the share that"
        " has a flawed step is at most this.",
        Kind.MOST,
        "lucky_share",
        Source.AGREEMENT,
    ),
    Condition(
        "max_undecided_share",
        "Of the steps with a vote or a decision, the share that is tied and so without a verdict is at most this.",
        Kind.MOST,
        "undecided_share",
        Source.AGREEMENT,
    ),
    Condition(
        "fresh",
        "The reports that the other conditions look at have seen every grade there is.",
        Kind.SWITCH,
        "fresh",
        Source.AGREEMENT,
    ),
)
BY_NAME: Mapping[str, Condition] = {condition.name: condition for condition in CONDITIONS}
NAMES = tuple(BY_NAME)


class BadGate(Exception):
    """Words for whoever asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    condition: Condition
    threshold: float | int | str


@dataclass(frozen=True, slots=True)
class Gate:
    """What was asked, in the order of CONDITIONS; empty for a gate that everything passes."""

    asked: tuple[Asked, ...] = ()

    @property
    def reports(self) -> tuple[Source, ...]:
        """Those that its conditions look at; the one on agreement where all that is asked is whether it is fresh."""
        sources = {each.condition.source for each in self.asked if each.condition.kind != Kind.SWITCH}
        reports = tuple(source for source in REPORTS if source in sources)
        is_switched = any(each.condition.kind == Kind.SWITCH for each in self.asked)
        return reports or (Source.AGREEMENT,) * is_switched


def read_gate(texts: Mapping[str, str]) -> Gate:
    """Conditions by name, as texts. Raises BadGate for an unknown one, or a threshold that it cannot have."""
    unknown = sorted(set(texts) - set(NAMES))
    if unknown:
        raise BadGate(f"Unknown condition: {', '.join(unknown)}. Known: {', '.join(NAMES)}.")
    asked = [
        Asked(each, threshold_in(texts[each.name], condition=each))
        for each in CONDITIONS
        if each.name in texts
    ]
    return Gate(tuple(each for each in asked if each.threshold != SWITCH[0]))


def threshold_in(text: str, *, condition: Condition) -> float | int | str:
    choices = choices_of(condition)
    if choices:
        if text not in choices:
            raise BadGate(f"{condition.name} is one of: {', '.join(choices)}.")
        return text
    is_count = condition.kind == Kind.COUNT
    is_number = len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text) and not (is_count and "." in text)
    if not is_number or not condition.least <= float(text) <= condition.most:
        what = "a whole number" if is_count else "a number"
        raise BadGate(f"{condition.name} is {what} from {condition.least:.0f} to {condition.most:.0f}.")
    return int(text) if is_count else float(text)


def choices_of(condition: Condition) -> tuple[str, ...]:
    """All thresholds that it can have; empty for a number."""
    return {Kind.SEVERITY: SEVERITIES, Kind.SWITCH: SWITCH}.get(condition.kind, ())


def as_texts(gate: Gate) -> dict[str, str]:
    """The canonical form, which records keep, in the order of CONDITIONS."""
    return {each.condition.name: text_of(each.threshold) for each in gate.asked}


def text_of(threshold: float | int | str) -> str:
    """Never in scientific notation, which read_gate does not take."""
    return np.format_float_positional(threshold, trim="-") if isinstance(threshold, float) else str(threshold)
