"""How long agreement takes, beside the `krippendorff` package, which gives one alpha and no interval."""

import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

import krippendorff
import numpy as np
from numpy.typing import NDArray

from annotator.analysis.agreement import alpha_nominal, alpha_ordinal, measure_agreement
from annotator.analysis.annotators import measure_annotators
from annotator.analysis.counting import GradeCounts, Votes, count_votes, votes_of
from annotator.analysis.figures import Figure
from annotator.analysis.pairs import confusion, measure_pairs
from bench.simulated import draw_pool, simulate
from bench.table import Row

SIZES = (10_000, 100_000, 1_000_000)
ANNOTATORS = 20
# At least so many come of one problem on average.
GRADES_OF_PROBLEM = 60
RUNS = 3
MEGABYTES = 400

Level = Literal["nominal", "ordinal"]

ALPHAS: Mapping[Level, Callable[[GradeCounts], Figure]] = MappingProxyType(
    {"nominal": alpha_nominal, "ordinal": alpha_ordinal}
)


@dataclass(frozen=True, slots=True)
class Cost:
    """The shortest of a few runs, and the most memory a run held beyond what it was given."""

    seconds: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.3f} s, {self.megabytes:.0f} MB"


def measure_speed() -> list[Row]:
    """One alpha, all coefficients, and all annotators and pairs, each with intervals, of 10k, 100k and 1M grades."""
    return [row for size in SIZES for row in rows_of(drawn_votes(size), size=size)]


def rows_of(votes: Votes, *, size: int) -> list[Row]:
    table = reliability_data(votes)
    rows = []
    for level, alpha in ALPHAS.items():
        theirs = cost(partial(krippendorff.alpha, reliability_data=table, level_of_measurement=level))
        own = cost(partial(measure_anew, votes, alpha))
        rows.append(
            Row(
                name=f"{level} alpha, {size:,} grades",
                figure=str(own),
                goal="faster than krippendorff",
                reference=against(theirs, own),
                reached=own.seconds < theirs.seconds,
            )
        )
    everything = cost(partial(measure_anew, votes, measure_agreement))
    people = cost(partial(measure_people, votes))
    return [
        *rows,
        row_of(everything, name=f"all coefficients, {size:,} grades", seconds=0.5, theirs=theirs),
        row_of(people, name=f"20 annotators, 190 pairs, {size:,} grades", seconds=2.0, theirs=theirs),
    ]


def row_of(own: Cost, *, name: str, seconds: float, theirs: Cost) -> Row:
    return Row(
        name=name,
        figure=str(own),
        goal=f"under {seconds} s and {MEGABYTES} MB",
        reference=against(theirs, own),
        reached=own.seconds < seconds and own.megabytes < MEGABYTES,
    )


def against(theirs: Cost, own: Cost) -> str:
    return f"krippendorff, one alpha without interval: {theirs}; ratio {own.seconds / theirs.seconds:.2f}"


def measure_anew(votes: Votes, measure: Callable[[GradeCounts], object]) -> None:
    """From the columns as they are gathered, so that numbering and counting are part of what is measured."""
    measure(count_votes(first_of(votes, len(votes.units))))


def measure_people(votes: Votes) -> None:
    measure_annotators(votes)
    measure_pairs(votes)
    confusion(count_votes(votes))


def drawn_votes(size: int) -> Votes:
    random = np.random.default_rng(size)
    pool = draw_pool(random, annotators=ANNOTATORS)
    votes = simulate(random, pool=pool, problems=size // GRADES_OF_PROBLEM + 10)
    return first_of(votes, size)


def first_of(votes: Votes, size: int) -> Votes:
    return votes_of(
        units=votes.units[:size],
        annotators=votes.annotators[:size],
        labels=votes.labels[:size],
        clusters=votes.clusters[:size],
        chains=votes.chains[:size],
        label_count=votes.label_count,
        values=votes.values,
    )


def reliability_data(votes: Votes) -> NDArray[np.float64]:
    """(annotators, units) of values, NaN without a grade: the form that the package takes."""
    assert votes.values is not None
    table = np.full((votes.annotator_count, votes.unit_count), np.nan)
    table[votes.annotators, votes.units] = votes.values[votes.labels]
    return table


def cost(run: Callable[[], object]) -> Cost:
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    # Apart from the clock, because counting allocations takes time of its own.
    tracemalloc.start()
    try:
        run()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return Cost(seconds=min(seconds), megabytes=most / 1e6)
