"""Who gave which label to what, counted, and ready for leaving out one problem after the other. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from annotator.analysis.arrays import Floats, Integers

Status = Literal["insufficient", "provisional", "sufficient"]

CLUSTERS_FOR_PROVISIONAL = 10
UNITS_FOR_PROVISIONAL = 30
CLUSTERS_FOR_SUFFICIENT = 30

# A code table this many times longer than the ids is still cheaper than sorting them.
DENSE = 8
# And a table of flags, which takes a byte for each.
DENSE_FLAGS = 64


@dataclass(frozen=True, slots=True)
class Votes:
    """Who gave which label to which unit (a step, or a chain); make it with `votes_of`.

    units, annotators, labels, clusters, chains: (grades,). All but labels are renumbered from 0 without gaps, in the
    order of the ids they were made from; labels are places in the order the taxonomy declares; clusters are problems.
    values: (label_count,), the training value of each label; None when labels have no order (error types).
    """

    units: Integers
    annotators: Integers
    labels: Integers
    clusters: Integers
    chains: Integers
    label_count: int
    values: Floats | None = None

    @property
    def unit_count(self) -> int:
        return number_of(self.units)

    @property
    def annotator_count(self) -> int:
        return number_of(self.annotators)

    @property
    def cluster_count(self) -> int:
        return number_of(self.clusters)

    @property
    def unit_clusters(self) -> Integers:
        """(units,), the problem of each unit."""
        clusters = np.zeros(self.unit_count, dtype=np.int64)
        clusters[self.units] = self.clusters
        return clusters

    @property
    def unit_chains(self) -> Integers:
        """(units,), the chain of each unit."""
        chains = np.zeros(self.unit_count, dtype=np.int64)
        chains[self.units] = self.chains
        return chains


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
class EntryPairs:
    """Two equally long arrays of places in an array of votes: each pair is of one unit."""

    first: Integers
    second: Integers


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
        return left_out_rows(per_unit, clusters=self.clusters, deletions=self.deletions)


@dataclass(frozen=True, slots=True)
class Prepared:
    rated: Units
    paired: Units


def votes_of(
    *,
    units: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    clusters: ArrayLike,
    label_count: int,
    chains: ArrayLike | None = None,
    values: Sequence[float] | Floats | None = None,
) -> Votes:
    """Votes from equally long arrays, one entry per grade; a unit nobody graded simply does not occur.

    units, annotators, clusters and chains are any integers (primary keys will do), labels are places in the declared
    order. Without chains every unit is a chain of its own. An annotator grades a unit at most once, a unit lies in one
    cluster: the database sees to both. Raises ValueError when lengths differ or a label is not a declared one.
    """
    unit_ids, annotator_ids, label_places, cluster_ids, chain_ids = (
        np.asarray(column, dtype=np.int64)
        for column in (units, annotators, labels, clusters, units if chains is None else chains)
    )
    if not (
        unit_ids.shape == annotator_ids.shape == label_places.shape == cluster_ids.shape == chain_ids.shape
    ):
        raise ValueError("units, annotators, labels, clusters and chains must have one entry per grade")
    if label_places.size and not 0 <= label_places.min() <= label_places.max() < label_count:
        raise ValueError(f"labels must lie between 0 and {label_count - 1}")
    if values is not None and len(values) != label_count:
        raise ValueError("values must have one entry per declared label")
    unit_codes = renumbered(unit_ids)[0]
    return Votes(
        units=unit_codes,
        annotators=renumbered(annotator_ids)[0],
        labels=label_places,
        clusters=renumbered(cluster_ids)[0],
        chains=unit_codes if chains is None else renumbered(chain_ids)[0],
        label_count=label_count,
        values=None if values is None else np.asarray(values, dtype=np.float64),
    )


def count_votes(votes: Votes) -> GradeCounts:
    """How many annotators gave each label to each unit, in the order of the units."""
    cells = votes.unit_count * votes.label_count
    counts = np.bincount(votes.units * votes.label_count + votes.labels, minlength=cells)
    return GradeCounts(
        counts=counts.reshape(votes.unit_count, votes.label_count),
        clusters=votes.unit_clusters,
        annotators=votes.annotator_count,
        values=votes.values,
    )


def count_grades(
    *,
    units: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    clusters: ArrayLike,
    label_count: int,
    values: Sequence[float] | None = None,
) -> GradeCounts:
    """`votes_of` and `count_votes` in one, where nobody asks who voted what."""
    return count_votes(
        votes_of(
            units=units,
            annotators=annotators,
            labels=labels,
            clusters=clusters,
            label_count=label_count,
            values=values,
        )
    )


def pairs_within_units(units: Integers) -> Iterator[EntryPairs]:
    """Every two entries of one unit, once, the earlier one first; the entries of a unit must lie beside each other.

    As many pairs at a time as there are entries at most, so that memory does not grow with annotators per unit.
    """
    first = np.arange(len(units))
    for gap in count(1):
        first = first[first + gap < len(units)]
        first = first[units[first] == units[first + gap]]
        if not first.size:
            return
        yield EntryPairs(first=first, second=first + gap)


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


def left_out_rows(entries: Floats, *, clusters: Integers, deletions: int) -> Floats:
    """Sums of all entries, and of all but those of each cluster from 0 up; *deletions* itself is never left out.

    entries: (entries,) or (entries, n); clusters: (entries,). To (deletions + 1,) or (deletions + 1, n).
    """
    if entries.ndim == 2:
        columns = [left_out_rows(column, clusters=clusters, deletions=deletions) for column in entries.T]
        return np.stack(columns, axis=1) if columns else np.zeros((deletions + 1, 0))
    sums = np.bincount(clusters, weights=entries, minlength=deletions + 1)
    total = sums.sum()
    return np.concatenate(([total], total - sums[:deletions]))


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
    if occurs.all():
        return shifted, span
    code_of = occurs.cumsum(dtype=np.int64) - 1
    return code_of[shifted], int(code_of[-1]) + 1


def distinct(ids: Integers) -> Integers:
    """The different ids, in their order."""
    lowest, span = (int(ids.min()), int(np.ptp(ids)) + 1) if ids.size else (0, 0)
    if span > DENSE_FLAGS * ids.size:
        return np.unique(ids)
    occurs = np.zeros(span, dtype=np.bool_)
    occurs[ids - lowest] = True
    return np.flatnonzero(occurs) + lowest


def number_of(codes: Integers) -> int:
    """How many different ones there are among codes numbered from 0 without gaps."""
    return int(codes.max()) + 1 if codes.size else 0


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
