"""Votes for tests, and the jackknife done literally: everything measured again without each problem in turn."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import t as student_t

from annotator.analysis.counting import GradeCounts, Votes, votes_of
from annotator.analysis.figures import Figure

# Annotators x units, each entry a label's value, or None where the annotator did not grade the unit.
Matrix = Sequence[Sequence[int | None]]


def votes_from(
    matrix: Matrix,
    *,
    values: Sequence[float],
    clusters: Sequence[int] | None = None,
    chains: Sequence[int] | None = None,
    ordered: bool = True,
) -> Votes:
    """Every unit is its own problem and its own chain unless told."""
    entries = [(u, a, v) for u, unit in enumerate(units_of(matrix)) for a, v in unit]
    return votes_of(
        units=[u for u, _, _ in entries],
        annotators=[a for _, a, _ in entries],
        labels=[list(values).index(v) for _, _, v in entries],
        clusters=[u if clusters is None else clusters[u] for u, _, _ in entries],
        chains=[u if chains is None else chains[u] for u, _, _ in entries],
        label_count=len(values),
        values=values if ordered else None,
    )


def units_of(matrix: Matrix) -> list[list[tuple[int, int]]]:
    """Of each unit, the annotators who graded it with their values."""
    return [
        [(annotator, value) for annotator, value in enumerate(unit) if value is not None]
        for unit in zip(*matrix, strict=True)
    ]


def drawn_votes(
    seed: int,
    *,
    units: int = 150,
    annotators: int = 6,
    problems: int = 12,
    values: Sequence[float] | None = (-1, 0, 1),
    label_count: int = 3,
) -> Votes:
    """Of each unit one to four votes that lean on the unit's own label, entries in no order."""
    random = np.random.default_rng(seed)
    own = random.integers(0, label_count, units)
    entries = [
        (u, a, own[u] if random.random() < 0.5 else random.integers(0, label_count))
        for u in range(units)
        for a in random.permutation(annotators)[: random.integers(1, 5)]
    ]
    table = random.permutation(np.array(entries, dtype=np.int64))
    return votes_of(
        units=table[:, 0],
        annotators=table[:, 1],
        labels=table[:, 2],
        clusters=table[:, 0] % problems,
        chains=table[:, 0] % (2 * problems),
        label_count=label_count,
        values=values,
    )


def kept(votes: Votes, is_kept: NDArray[np.bool_]) -> Votes:
    """Only those votes; the annotators have their numbers still, so that they can be told."""
    rest = votes_of(
        units=votes.units[is_kept],
        annotators=votes.annotators[is_kept],
        labels=votes.labels[is_kept],
        clusters=votes.clusters[is_kept],
        chains=votes.chains[is_kept],
        label_count=votes.label_count,
    )
    return replace(rest, annotators=votes.annotators[is_kept], values=votes.values)


def by_unit(votes: Votes) -> list[list[tuple[int, int]]]:
    """Of each unit, its annotators with the places of their labels."""
    units: list[list[tuple[int, int]]] = [[] for _ in range(votes.unit_count)]
    for unit, annotator, label in zip(
        votes.units.tolist(), votes.annotators.tolist(), votes.labels.tolist(), strict=True
    ):
        units[unit].append((annotator, label))
    return units


def counted(
    counts: object, *, values: Sequence[float] | None = None, clusters: Sequence[int] | None = None
) -> GradeCounts:
    table = np.asarray(counts, dtype=np.int64)
    return GradeCounts(
        counts=table,
        clusters=np.arange(len(table)) if clusters is None else np.asarray(clusters),
        annotators=int(table.sum(axis=1).max(initial=0)),
        values=None if values is None else np.asarray(values, dtype=np.float64),
    )


def literal_interval(
    measure: Callable[[Votes], Figure],
    votes: Votes,
    *,
    problems: Sequence[int],
    lowest: float = -1.0,
    highest: float = 1.0,
) -> tuple[float, float]:
    """The interval of a figure by measuring again without each of these problems."""
    whole = measure(votes).value
    left_out = [measure(kept(votes, votes.clusters != problem)).value for problem in problems]
    assert whole is not None
    figures = np.array(left_out, dtype=np.float64)
    error = math.sqrt((len(figures) - 1) / len(figures) * ((figures - figures.mean()) ** 2).sum())
    half_width = float(student_t.ppf(0.975, len(figures) - 1)) * error
    return max(lowest, whole - half_width), min(highest, whole + half_width)


@st.composite
def graded(draw: st.DrawFn) -> tuple[Matrix, list[int], list[int]]:
    """Annotators x units with gaps, the declared values in any order, and the problem of each unit."""
    values = draw(st.lists(st.integers(-4, 6), min_size=2, max_size=5, unique=True))
    units = draw(st.integers(1, 14))
    row = st.lists(st.none() | st.sampled_from(values), min_size=units, max_size=units)
    matrix = draw(st.lists(row, min_size=2, max_size=5))
    return matrix, values, draw(st.lists(st.integers(0, 8), min_size=units, max_size=units))


def paired_votes(matrix: Matrix) -> list[list[int]]:
    """Of each unit with two votes, the values given to it."""
    votes = [[v for v in unit if v is not None] for unit in zip(*matrix, strict=True)]
    return [unit for unit in votes if len(unit) >= 2]
