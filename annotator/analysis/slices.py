"""Figures within groups of units, or of grades: by step index, over time, by generator, by annotator. Pure."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from annotator.analysis.agreement import alpha_ordinal, plain_agreement
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import GradeCounts, Votes, count_votes, number_of, prepare, renumbered
from annotator.analysis.figures import Figure, divide, figure_of


@dataclass(frozen=True, slots=True)
class SliceAgreement:
    """Agreement within one group; units are those of the group that were graded twice."""

    group: int
    units: int
    percent_agreement: Figure
    alpha_ordinal: Figure


def measure_slices(votes: Votes, groups: ArrayLike) -> tuple[SliceAgreement, ...]:
    """Agreement within every group that has a grade, in the order of the groups.

    groups: (units,), the group of each unit in the order of *votes*, any integers; units below 0 are left out.
    Both figures are those of `agreement`, over the units of the group alone, with intervals over its problems.
    Raises ValueError when there is not one group for each unit.
    """
    group_of = np.asarray(groups, dtype=np.int64)
    if group_of.shape != (votes.unit_count,):
        raise ValueError("groups must have one entry per unit")
    grades = count_votes(votes)
    in_order = np.argsort(group_of, kind="stable")
    present, starts = np.unique(group_of[in_order], return_index=True)
    ends = [*starts.tolist(), len(in_order)]
    return tuple(
        slice_agreement(grades, group=group, units=in_order[start:end])
        for group, (start, end) in zip(present.tolist(), pairwise(ends), strict=True)
        if group >= 0
    )


def slice_agreement(grades: GradeCounts, *, group: int, units: Integers) -> SliceAgreement:
    part = GradeCounts(
        counts=grades.counts[units],
        clusters=grades.clusters[units],
        annotators=grades.annotators,
        values=grades.values,
    )
    prepared = prepare(part)
    return SliceAgreement(
        group=group,
        units=len(prepared.paired.totals),
        percent_agreement=plain_agreement(prepared.paired, weights=np.eye(part.counts.shape[1])),
        alpha_ordinal=alpha_ordinal(part, prepared=prepared),
    )


def mean_figures(
    entries: Floats,
    *,
    groups: Integers,
    clusters: Integers,
    group_count: int,
    reason: str,
    lowest: float = 0.0,
    highest: float = 1.0,
) -> tuple[Figure, ...]:
    """The mean of the entries of every group from 0 to group_count - 1; *reason* says why one without entries has none.

    entries, groups, clusters: (entries,). The interval leaves out one after the other the problems that the group
    has entries in.
    """
    cluster_count = number_of(clusters)
    cells, cell_count = renumbered(groups * cluster_count + clusters)
    sums = np.bincount(cells, weights=entries, minlength=cell_count).astype(np.float64)
    sizes = np.bincount(cells, minlength=cell_count).astype(np.float64)
    group_of_cell = np.zeros(cell_count, dtype=np.int64)
    group_of_cell[cells] = groups
    ends = np.searchsorted(group_of_cell, np.arange(group_count + 1))
    return tuple(
        figure_of(
            divide(without_each(sums[start:end]), without_each(sizes[start:end])),
            reason=reason,
            lowest=lowest,
            highest=highest,
        )
        for start, end in pairwise(ends)
    )


def without_each(sums: Floats) -> Floats:
    """(clusters,) to (clusters + 1,): all of them, and then all but each; see the first lines of `figures`."""
    total = sums.sum()
    rows: Floats = np.concatenate(([total], total - sums))
    return rows
