"""How far annotators agree on where a chain first goes wrong. Pure: arrays in, dataclasses out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from annotator.analysis.agreement import alpha_nominal, plain_agreement
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import (
    Counts,
    GradeCounts,
    Status,
    Units,
    count_grades,
    counts_of,
    prepare,
    renumbered,
    status_of,
)
from annotator.analysis.figures import Figure, divide, figure_of

# First errors as integers, so that they fit an array beside the step indexes 0, 1, 2, ...
NO_ERROR = -1
UNDEFINED = -2

NOTHING_GRADED = "Nothing has been graded yet."
NO_TWO_ERRORS = "No chain has two annotators who both found an error."


@dataclass(frozen=True, slots=True)
class FirstErrorAgreement:
    """Agreement of annotators on where a chain first goes wrong; units are chains, undefined first errors left out.

    The first three figures are means over chains of the share of annotator pairs that agree.
    """

    status: Status
    counts: Counts
    exact: Figure
    within_one: Figure
    exact_given_both_found: Figure
    alpha_index: Figure
    alpha_has_error: Figure
    share_undefined: Figure


def find_first_errors(
    *, sequences: ArrayLike, indexes: ArrayLike, values: ArrayLike, lengths: ArrayLike
) -> Integers:
    """First error of many sequences (one annotator on one chain) at once: a step index, NO_ERROR or UNDEFINED.

    lengths: (sequences,), the steps of each chain. The other three have one entry per grade: the sequence's place in
    *lengths*, the step's index, and the verdict's value (below 0 is flawed). A step without an entry is ungraded; no
    step may occur twice. `consensus.first_error` is the same rule for one sequence.
    """
    sequence_of, index_of = np.asarray(sequences, dtype=np.int64), np.asarray(indexes, dtype=np.int64)
    is_flawed = np.asarray(values, dtype=np.float64) < 0
    ends = np.asarray(lengths, dtype=np.int64)
    first_flawed = ends.copy()
    np.minimum.at(first_flawed, sequence_of[is_flawed], index_of[is_flawed])
    is_before = index_of < first_flawed[sequence_of]
    graded_before = np.bincount(sequence_of[is_before], minlength=len(ends))
    found = np.where(first_flawed < ends, first_flawed, NO_ERROR)
    return np.where(graded_before == first_flawed, found, UNDEFINED)


def measure_first_errors(
    *, chains: ArrayLike, annotators: ArrayLike, first_errors: ArrayLike, clusters: ArrayLike
) -> FirstErrorAgreement:
    """Agreement on first errors from four equally long arrays, one entry per annotator and chain.

    first_errors holds step indexes, NO_ERROR or UNDEFINED. Raises ValueError when lengths differ.
    """
    chain_ids, annotator_ids, found, cluster_ids = (
        np.asarray(column, dtype=np.int64) for column in (chains, annotators, first_errors, clusters)
    )
    if not chain_ids.shape == annotator_ids.shape == found.shape == cluster_ids.shape:
        raise ValueError(
            "chains, annotators, first_errors and clusters must have one entry per annotator and chain"
        )
    is_defined = found != UNDEFINED
    # NO_ERROR always gets the first column, so that it can be cut off below.
    places, labels = np.unique(np.append(found[is_defined], NO_ERROR), return_inverse=True)
    grades = count_grades(
        units=chain_ids[is_defined],
        annotators=annotator_ids[is_defined],
        labels=labels[:-1],
        clusters=cluster_ids[is_defined],
        label_count=len(places),
    )
    has_error = GradeCounts(
        counts=np.stack([grades.counts[:, 0], grades.counts[:, 1:].sum(axis=1)], axis=1),
        clusters=grades.clusters,
        annotators=grades.annotators,
    )
    prepared = prepare(grades)
    counts = counts_of(grades, prepared)
    return FirstErrorAgreement(
        status=status_of(counts),
        counts=counts,
        exact=plain_agreement(prepared.paired, weights=np.eye(len(places))),
        within_one=plain_agreement(prepared.paired, weights=within_one(places)),
        exact_given_both_found=exact_given_both_found(grades),
        alpha_index=alpha_nominal(grades, prepared=prepared),
        alpha_has_error=alpha_nominal(has_error),
        share_undefined=share_of(~is_defined, cluster_ids),
    )


def within_one(places: Integers) -> Floats:
    """Weights between first errors: 1 for neighbouring steps, but "no error" is next to nothing."""
    near = np.abs(np.subtract.outer(places, places)) <= 1
    near[0, 1:] = near[1:, 0] = False
    return near.astype(np.float64)


def exact_given_both_found(grades: GradeCounts) -> Figure:
    found = GradeCounts(counts=grades.counts[:, 1:], clusters=grades.clusters, annotators=grades.annotators)
    paired = prepare(found).paired
    figure = plain_agreement(paired, weights=np.eye(found.counts.shape[1]))
    return figure if len(paired.totals) else Figure(None, reason=NO_TWO_ERRORS)


def share_of(is_counted: NDArray[np.bool_], clusters: Integers) -> Figure:
    codes, cluster_count = renumbered(clusters)
    ones = np.ones(len(codes))
    entries = Units(counts=ones[:, None], totals=ones, clusters=codes, deletions=cluster_count)
    share = divide(entries.rows(is_counted.astype(np.float64)), entries.rows(ones))
    return figure_of(share, reason=NOTHING_GRADED, lowest=0.0)
