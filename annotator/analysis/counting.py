"""Who gave which label to what, counted, and ready for leaving out one problem after the other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from annotator.analysis.figures import Floats, Integers

Status = Literal["insufficient", "provisional", "sufficient"]

CLUSTERS_FOR_PROVISIONAL = 10
UNITS_FOR_PROVISIONAL = 30
CLUSTERS_FOR_SUFFICIENT = 30

# A code table this many times longer than the ids is still cheaper than sorting them.
DENSE = 8


@dataclass(frozen=True, slots=True)
class GradeCounts:
    """How many annotators gave each label to each unit (a step, or a chain).

    counts: (units, labels), labels in the order the taxonomy declares, those never used included.
    clusters: (units,), the problem of each unit, any integers.
    values: (labels,), the training value of each label; None when labels have no order (error types).
    """

    counts: Integers
    clusters: Integers
    annotators: int
    values: Floats | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What the figures stand on; *clusters* are the problems with at least one unit graded twice."""

    units: int
    units_graded_twice: int
    grades: int
    annotators: int
    clusters: int


@dataclass(frozen=True, slots=True)
class Units:
    """Units ready for leave-one-cluster-out sums.

    counts: (units, labels); totals: (units,); clusters: (units,), from 0 to deletions - 1, or *deletions* itself for a
    unit whose cluster is never left out, because nothing in it was graded twice.
    """

    counts: Floats
    totals: Floats
    clusters: Integers
    deletions: int

    def rows(self, per_unit: Floats) -> Floats:
        """(units,) to (deletions + 1,), (units, n) to (deletions + 1, n); see the first lines of `figures`."""
        if per_unit.ndim == 2:
            return np.stack([self.rows(per_unit[:, column]) for column in range(per_unit.shape[1])], axis=1)
        sums = np.bincount(self.clusters, weights=per_unit, minlength=self.deletions + 1)
        total = sums.sum()
        return np.concatenate(([total], total - sums[: self.deletions]))


@dataclass(frozen=True, slots=True)
class Prepared:
    rated: Units
    paired: Units


def count_grades(
    *,
    units: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    clusters: ArrayLike,
    label_count: int,
    values: Sequence[float] | None = None,
) -> GradeCounts:
    """Counts from four equally long arrays, one entry per grade; a unit nobody graded simply does not occur.

    units, annotators and clusters are any integers (primary keys will do), labels are places in the declared order.
    An annotator grades a unit at most once, a unit lies in one cluster: the database sees to both.
    Raises ValueError when lengths differ or a label is not one of the declared ones.
    """
    unit_ids, annotator_ids, label_places, cluster_ids = (
        np.asarray(column, dtype=np.int64) for column in (units, annotators, labels, clusters)
    )
    if not unit_ids.shape == annotator_ids.shape == label_places.shape == cluster_ids.shape:
        raise ValueError("units, annotators, labels and clusters must have one entry per grade")
    if label_places.size and not 0 <= label_places.min() <= label_places.max() < label_count:
        raise ValueError(f"labels must lie between 0 and {label_count - 1}")
    if values is not None and len(values) != label_count:
        raise ValueError("values must have one entry per declared label")
    codes, unit_count = renumbered(unit_ids)
    counts = np.bincount(codes * label_count + label_places, minlength=unit_count * label_count)
    unit_clusters = np.zeros(unit_count, dtype=np.int64)
    unit_clusters[codes] = cluster_ids
    return GradeCounts(
        counts=counts.reshape(unit_count, label_count),
        clusters=unit_clusters,
        annotators=renumbered(annotator_ids)[1],
        values=None if values is None else np.asarray(values, dtype=np.float64),
    )


def prepare(grades: GradeCounts) -> Prepared:
    totals = grades.counts.sum(axis=1)
    is_rated, is_paired = totals >= 1, totals >= 2
    codes, cluster_count = renumbered(grades.clusters)
    is_deleted = np.zeros(cluster_count, dtype=np.bool_)
    is_deleted[codes[is_paired]] = True
    deletions = int(is_deleted.sum())
    clusters = np.where(is_deleted, is_deleted.cumsum() - 1, deletions)[codes]

    def units(chosen: NDArray[np.bool_]) -> Units:
        return Units(
            counts=grades.counts[chosen].astype(np.float64),
            totals=totals[chosen].astype(np.float64),
            clusters=clusters[chosen],
            deletions=deletions,
        )

    return Prepared(rated=units(is_rated), paired=units(is_paired))


def renumbered(ids: Integers) -> tuple[Integers, int]:
    """The ids renumbered from 0 without gaps, in their order, and how many different ones there are."""
    if not ids.size:
        return ids, 0
    lowest, span = int(ids.min()), int(ids.max()) - int(ids.min()) + 1
    if span > DENSE * ids.size:
        different, codes = np.unique(ids, return_inverse=True)
        return codes.astype(np.int64), len(different)
    shifted = ids - lowest
    occurs = np.zeros(span, dtype=np.bool_)
    occurs[shifted] = True
    code_of = occurs.cumsum(dtype=np.int64) - 1
    return code_of[shifted], int(code_of[-1]) + 1


def counts_of(grades: GradeCounts, prepared: Prepared) -> Counts:
    return Counts(
        units=len(prepared.rated.totals),
        units_graded_twice=len(prepared.paired.totals),
        grades=int(grades.counts.sum()),
        annotators=grades.annotators,
        clusters=prepared.paired.deletions,
    )


def status_of(counts: Counts) -> Status:
    if counts.clusters < CLUSTERS_FOR_PROVISIONAL or counts.units_graded_twice < UNITS_FOR_PROVISIONAL:
        return "insufficient"
    return "provisional" if counts.clusters < CLUSTERS_FOR_SUFFICIENT else "sufficient"
