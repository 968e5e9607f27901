"""What became of a gate, as the API and the command tell it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from annotator.exports.gate.conditions import Gate
from annotator.exports.gate.judging import Finding, GateFigures

HEADINGS = ("", "condition", "threshold", "figure", "interval")


def gate_json(gate: Gate, *, figures: GateFigures, findings: Sequence[Finding]) -> dict[str, Any]:
    """computed_from: of each report that a condition looks at, null where there is none."""
    bases = {report.value: figures.bases[report] for report in gate.reports}
    return {
        "passed": all(finding.passed for finding in findings),
        "failed": [finding.condition for finding in findings if not finding.passed],
        "conditions": [asdict(finding) for finding in findings],
        "computed_from": {name: None if basis is None else asdict(basis) for name, basis in bases.items()},
        "is_stale": any(basis is not None and basis.is_stale for basis in bases.values()),
    }


def in_short(findings: Sequence[Finding]) -> str:
    """One sentence on those that failed."""
    failed = [finding.condition for finding in findings if not finding.passed]
    if not failed:
        return f"All conditions hold: {', '.join(finding.condition for finding in findings)}."
    return f"{len(failed)} of {len(findings)} conditions failed: {', '.join(failed)}."


def table_of(findings: Sequence[Finding]) -> Iterator[str]:
    """A table for people, and below it why conditions failed."""
    rows = [HEADINGS, *(row_of(finding) for finding in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for finding in findings:
        if finding.reason is not None:
            yield f"{finding.condition}: {finding.reason}"
        if finding.note:
            yield f"{finding.condition}: {finding.note}"


def row_of(finding: Finding) -> tuple[str, ...]:
    interval = "-" if finding.low is None else f"{shown(finding.low)} to {shown(finding.high)}"
    return (
        "ok" if finding.passed else "FAILED",
        finding.condition,
        shown(finding.threshold),
        shown(finding.figure),
        interval,
    )


def shown(value: float | int | str | None) -> str:
    if value is None:
        return "not known"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
