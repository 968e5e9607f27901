"""What a campaign's figures say to the conditions of a gate. Pure.

A figure that is not known fails its condition: whoever asks for an agreement of 0.6 has not been shown one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from annotator.analysis.figures import ROUNDING, Figure
from annotator.exports.gate.conditions import SEVERITIES, Asked, Gate, Kind, Source

FRESH, STALE = "fresh", "stale"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report was computed from. `finished_at` is None of figures that were computed for the gate itself."""

    newest_grade_at: datetime | None
    revision_count: int
    code_version: str
    finished_at: datetime | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Worst:
    """The severity of the worst flag that stands, a word of SEVERITIES; None with its reason where nothing could be found.

    low, high: the interval of that flag's effect, in percentage points. note: what there is to know of it, in words.
    """

    severity: str | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class GateFigures:
    """What a gate is judged by. measured, worst: by `Condition.figure`; bases: by source, None where there is no report.

    agreement: all figures of the report on agreement, None where there is none.
    """

    measured: Mapping[str, Figure]
    worst: Mapping[str, Worst]
    bases: Mapping[Source, Basis | None]
    agreement: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one condition. figure: as measured, of severity a word, of freshness too; low, high: its interval.

    reason: why it failed, None where it passed. note: what else there is to know, maybe empty.
    """

    condition: str
    threshold: float | int | str
    figure: float | int | str | None
    low: float | None
    high: float | None
    passed: bool
    reason: str | None
    note: str = ""


def judge(gate: Gate, figures: GateFigures) -> tuple[Finding, ...]:
    """Every condition that was asked, in the order of CONDITIONS."""
    return tuple(finding_of(asked, gate=gate, figures=figures) for asked in gate.asked)


def finding_of(asked: Asked, *, gate: Gate, figures: GateFigures) -> Finding:
    name = asked.condition.figure
    if asked.condition.kind == Kind.SWITCH:
        return freshness_of(asked, gate=gate, figures=figures)
    if asked.condition.kind == Kind.SEVERITY:
        return severity_of(asked, worst=figures.worst[name])
    return measure_of(asked, figure=figures.measured[name])


def measure_of(asked: Asked, *, figure: Figure) -> Finding:
    kind, threshold = asked.condition.kind, float(asked.threshold)
    held = figure.low if kind == Kind.LEAST_LOW else figure.value
    gap = None if held is None else held - threshold
    if gap is not None and kind == Kind.MOST:
        gap = -gap
    # A share that is right on its threshold passes, in spite of how it was summed up.
    passed = gap is not None and gap >= -ROUNDING
    return Finding(
        condition=asked.condition.name,
        threshold=asked.threshold,
        figure=whole(figure.value) if kind == Kind.COUNT else figure.value,
        low=figure.low,
        high=figure.high,
        passed=passed,
        reason=None if passed else why_failed(asked, figure=figure, held=held),
    )


def whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def why_failed(asked: Asked, *, figure: Figure, held: float | None) -> str:
    if figure.value is None:
        return figure.reason or "The figure is not known."
    if held is None:
        return figure.interval_reason or "Its interval is not known."
    is_above = asked.condition.kind == Kind.MOST
    what = "The interval begins at" if asked.condition.kind == Kind.LEAST_LOW else "It is"
    return f"{what} {held:.6g}, {'above' if is_above else 'below'} {asked.threshold:.6g}."


def severity_of(asked: Asked, *, worst: Worst) -> Finding:
    threshold = str(asked.threshold)
    passed = worst.severity is not None and SEVERITIES.index(worst.severity) <= SEVERITIES.index(threshold)
    reason = None
    if worst.severity is None:
        reason = worst.reason or "The severity is not known."
    elif not passed:
        reason = (
            f"The worst flag that stands is {worst.severity}, and {threshold} is the most that may stand."
        )
    return Finding(
        condition=asked.condition.name,
        threshold=threshold,
        figure=worst.severity,
        low=worst.low,
        high=worst.high,
        passed=passed,
        reason=reason,
        note=worst.note,
    )


def freshness_of(asked: Asked, *, gate: Gate, figures: GateFigures) -> Finding:
    missing = [source for source in gate.reports if figures.bases[source] is None]
    stale = [source for source in gate.reports if (basis := figures.bases[source]) and basis.is_stale]
    reason = None
    if missing:
        reason = f"There is no report on {' and '.join(missing)} yet."
    elif stale:
        reason = f"There are grades, or settings, that the report on {' and '.join(stale)} has not seen."
    return Finding(
        condition=asked.condition.name,
        threshold=FRESH,
        figure=None if missing else STALE if stale else FRESH,
        low=None,
        high=None,
        passed=reason is None,
        reason=reason,
    )
