"""What a measurement prints: the figure, the goal, and the reference it is to be read against."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    figure: str
    goal: str
    reference: str
    reached: bool


def print_row(row: Row) -> None:
    mark = "reached" if row.reached else "MISSED"
    print(f"{row.name:<44} {row.figure:<44} goal {row.goal:<34} {mark:<8} {row.reference}", flush=True)


def percentile(seconds: list[float], share: float) -> float:
    """The value below which this share of the sorted values lies, in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))] * 1000
