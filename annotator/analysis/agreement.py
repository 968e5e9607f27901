"""How far annotators agree, with an interval that respects problems. Pure: arrays in, dataclasses out.

Every figure is a function of T, the sum over clusters (problems) of a small vector, so leaving a cluster out is a
subtraction. All arrays named *rows* below have T in row 0 and "T without cluster c" in row c + 1: one formula yields
the figure and every leave-one-out figure at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Status = Literal["insufficient", "provisional", "sufficient"]

CONFIDENCE = 0.95
CLUSTERS_FOR_INTERVAL = 5
CLUSTERS_FOR_PROVISIONAL = 10
UNITS_FOR_PROVISIONAL = 30
CLUSTERS_FOR_SUFFICIENT = 30
GRADES_FOR_LABEL = 10

# First errors as integers, so that they fit an array beside the step indexes 0, 1, 2, ...
NO_ERROR = -1
UNDEFINED = -2

NOTHING_GRADED = "Nothing has been graded yet."
NOT_GRADED_TWICE = "Nothing has been graded by two annotators yet."
ALL_ALIKE = "Every grade is alike, so no disagreement could be expected by chance."
ONE_LABEL_DECLARED = "The taxonomy declares a single label, so annotators could not disagree."
NO_VALUES = "The labels have no values, so there is no distance between them."
ONE_VALUE = "All labels have the same value, so there is no distance between them."
RARE_LABEL = f"The label has under {GRADES_FOR_LABEL} grades on units that were graded twice."
NO_TWO_ERRORS = "No chain has two annotators who both found an error."
FEW_CLUSTERS = f"An interval needs at least {CLUSTERS_FOR_INTERVAL} problems."
HANGS_ON_ONE_CLUSTER = "Without one of the problems the figure is undefined."
NO_SPREAD = "Every problem gives the same figure, so there is no spread to estimate an interval from."

# Sums of thirds and the like leave rounding where exact arithmetic leaves 0.
_ROUNDING = 1e-12
# A code table this many times longer than the ids is still cheaper than sorting them.
_DENSE = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; whatever is None has its reason beside it, in words for the page."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    interval_reason: str | None = None


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
class LabelAgreement:
    """Specific agreement of the label at this place of the declared order, and its grades on units graded twice."""

    label: int
    grades: int
    specific_agreement: Figure


@dataclass(frozen=True, slots=True)
class Agreement:
    """Several coefficients on purpose: with a skewed label alpha can be 0 where annotators agree on 75 %."""

    status: Status
    counts: Counts
    percent_agreement: Figure
    alpha_nominal: Figure
    alpha_interval: Figure
    alpha_ordinal: Figure
    gwet_ac1: Figure
    gwet_ac2: Figure
    fleiss_kappa: Figure
    brennan_prediger: Figure
    labels: tuple[LabelAgreement, ...]


@dataclass(frozen=True, slots=True)
class ChanceCorrected:
    """Agreement under one weighting, plain and corrected for chance in three ways."""

    percent_agreement: Figure
    gwet: Figure
    fleiss: Figure
    brennan_prediger: Figure


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


@dataclass(frozen=True, slots=True)
class _Units:
    """Units ready for leave-one-cluster-out sums.

    counts: (units, labels); totals: (units,); clusters: (units,), from 0 to deletions - 1, or *deletions* itself for a
    unit whose cluster is never left out, because nothing in it was graded twice.
    """

    counts: Floats
    totals: Floats
    clusters: Integers
    deletions: int

    def rows(self, per_unit: Floats) -> Floats:
        """(units,) to (deletions + 1,), (units, n) to (deletions + 1, n); see the module's first lines."""
        if per_unit.ndim == 2:
            return np.stack([self.rows(per_unit[:, column]) for column in range(per_unit.shape[1])], axis=1)
        sums = np.bincount(self.clusters, weights=per_unit, minlength=self.deletions + 1)
        total = sums.sum()
        return np.concatenate(([total], total - sums[: self.deletions]))


@dataclass(frozen=True, slots=True)
class _Prepared:
    rated: _Units
    paired: _Units


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
    codes, unit_count = _codes(unit_ids)
    counts = np.bincount(codes * label_count + label_places, minlength=unit_count * label_count)
    unit_clusters = np.zeros(unit_count, dtype=np.int64)
    unit_clusters[codes] = cluster_ids
    return GradeCounts(
        counts=counts.reshape(unit_count, label_count),
        clusters=unit_clusters,
        annotators=_codes(annotator_ids)[1],
        values=None if values is None else np.asarray(values, dtype=np.float64),
    )


def measure_agreement(grades: GradeCounts) -> Agreement:
    """Every coefficient of one criterion with its interval, what they stand on, and whether that is enough."""
    prepared = _prepare(grades)
    counts = _counts(grades, prepared)
    nominal = _chance_corrected(prepared, weights=np.eye(grades.counts.shape[1]))
    return Agreement(
        status=_status(counts),
        counts=counts,
        percent_agreement=nominal.percent_agreement,
        alpha_nominal=alpha_nominal(grades, prepared=prepared),
        alpha_interval=alpha_interval(grades, prepared=prepared),
        alpha_ordinal=alpha_ordinal(grades, prepared=prepared),
        gwet_ac1=nominal.gwet,
        gwet_ac2=chance_corrected(grades, weights="quadratic", prepared=prepared).gwet,
        fleiss_kappa=nominal.fleiss,
        brennan_prediger=nominal.brennan_prediger,
        labels=_label_agreements(prepared.paired),
    )


def alpha_nominal(grades: GradeCounts, *, prepared: _Prepared | None = None) -> Figure:
    """Krippendorff's alpha, every two labels equally far apart; None when nothing differs or was graded twice.

    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C.
    """
    label_count = grades.counts.shape[1]
    return _alpha((prepared or _prepare(grades)).paired, distance=1 - np.eye(label_count))


def alpha_interval(grades: GradeCounts, *, prepared: _Prepared | None = None) -> Figure:
    """Krippendorff's alpha with squared differences of the labels' values. Krippendorff (2011), section E."""
    if grades.values is None:
        return Figure(None, reason=NO_VALUES)
    distance = np.subtract.outer(grades.values, grades.values) ** 2
    return _alpha((prepared or _prepare(grades)).paired, distance=distance)


def alpha_ordinal(grades: GradeCounts, *, prepared: _Prepared | None = None) -> Figure:
    """Krippendorff's alpha with distances by rank: how many grades lie between two labels. (2011), section E.

    Labels rank by value, whatever order they were declared in; labels of equal value share a rank.
    """
    if grades.values is None:
        return Figure(None, reason=NO_VALUES)
    paired = (prepared or _prepare(grades)).paired
    ranked, rank = np.unique(grades.values, return_inverse=True)
    counts = paired.counts @ np.eye(len(ranked))[rank]
    pairable = paired.rows(counts)
    middles = pairable.cumsum(axis=1) - pairable / 2
    observed = np.zeros(len(pairable))
    expected = np.zeros(len(pairable))
    for first, second in zip(*np.triu_indices(len(ranked), 1), strict=True):
        distance = (middles[:, first] - middles[:, second]) ** 2
        observed += paired.rows(counts[:, first] * counts[:, second] / (paired.totals - 1)) * distance
        expected += pairable[:, first] * pairable[:, second] * distance
    return _figure(_alpha_rows(observed, expected, pairable), reason=_why_null(paired, otherwise=ALL_ALIKE))


def chance_corrected(
    grades: GradeCounts,
    *,
    weights: Literal["identity", "linear", "quadratic"],
    prepared: _Prepared | None = None,
) -> ChanceCorrected:
    """Weighted agreement and its chance-corrected forms: Gwet's AC1 (identity) or AC2, Fleiss, Brennan-Prediger.

    A weight is 1 - (|v_k - v_l| / span) to the power 1 or 2 over the labels' values. Units graded once count towards
    the label shares but not towards agreement. Gwet (2014), "Handbook of Inter-Rater Reliability", 4th ed.
    """
    prepared = prepared or _prepare(grades)
    label_count = grades.counts.shape[1]
    if weights == "identity":
        return _chance_corrected(prepared, weights=np.eye(label_count))
    if grades.values is None:
        return _no_chance_corrected(NO_VALUES)
    gaps = np.abs(np.subtract.outer(grades.values, grades.values))
    if gaps.max() == 0:
        return _no_chance_corrected(ONE_LABEL_DECLARED if label_count == 1 else ONE_VALUE)
    return _chance_corrected(prepared, weights=1 - (gaps / gaps.max()) ** (1 if weights == "linear" else 2))


def first_errors(
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
    prepared = _prepare(grades)
    counts = _counts(grades, prepared)
    return FirstErrorAgreement(
        status=_status(counts),
        counts=counts,
        exact=_plain_agreement(prepared.paired, weights=np.eye(len(places))),
        within_one=_plain_agreement(prepared.paired, weights=_within_one(places)),
        exact_given_both_found=_exact_given_both_found(grades),
        alpha_index=alpha_nominal(grades, prepared=prepared),
        alpha_has_error=alpha_nominal(has_error),
        share_undefined=_share(~is_defined, cluster_ids),
    )


def _within_one(places: Integers) -> Floats:
    """Weights between first errors: 1 for neighbouring steps, but "no error" is next to nothing."""
    near = np.abs(np.subtract.outer(places, places)) <= 1
    near[0, 1:] = near[1:, 0] = False
    return near.astype(np.float64)


def _exact_given_both_found(grades: GradeCounts) -> Figure:
    found = GradeCounts(counts=grades.counts[:, 1:], clusters=grades.clusters, annotators=grades.annotators)
    paired = _prepare(found).paired
    figure = _plain_agreement(paired, weights=np.eye(found.counts.shape[1]))
    return figure if len(paired.totals) else Figure(None, reason=NO_TWO_ERRORS)


def _share(is_counted: NDArray[np.bool_], clusters: Integers) -> Figure:
    codes, cluster_count = _codes(clusters)
    ones = np.ones(len(codes))
    entries = _Units(counts=ones[:, None], totals=ones, clusters=codes, deletions=cluster_count)
    share = _divide(entries.rows(is_counted.astype(np.float64)), entries.rows(ones))
    return _figure(share, reason=NOTHING_GRADED, lowest=0.0)


def _codes(ids: Integers) -> tuple[Integers, int]:
    """The ids renumbered from 0 without gaps, in their order, and how many different ones there are."""
    if not ids.size:
        return ids, 0
    lowest, span = int(ids.min()), int(ids.max()) - int(ids.min()) + 1
    if span > _DENSE * ids.size:
        different, codes = np.unique(ids, return_inverse=True)
        return codes.astype(np.int64), len(different)
    shifted = ids - lowest
    occurs = np.zeros(span, dtype=np.bool_)
    occurs[shifted] = True
    code_of = occurs.cumsum(dtype=np.int64) - 1
    return code_of[shifted], int(code_of[-1]) + 1


def _prepare(grades: GradeCounts) -> _Prepared:
    totals = grades.counts.sum(axis=1)
    is_rated, is_paired = totals >= 1, totals >= 2
    codes, cluster_count = _codes(grades.clusters)
    is_deleted = np.zeros(cluster_count, dtype=np.bool_)
    is_deleted[codes[is_paired]] = True
    deletions = int(is_deleted.sum())
    clusters = np.where(is_deleted, is_deleted.cumsum() - 1, deletions)[codes]

    def units(chosen: NDArray[np.bool_]) -> _Units:
        return _Units(
            counts=grades.counts[chosen].astype(np.float64),
            totals=totals[chosen].astype(np.float64),
            clusters=clusters[chosen],
            deletions=deletions,
        )

    return _Prepared(rated=units(is_rated), paired=units(is_paired))


def _counts(grades: GradeCounts, prepared: _Prepared) -> Counts:
    return Counts(
        units=len(prepared.rated.totals),
        units_graded_twice=len(prepared.paired.totals),
        grades=int(grades.counts.sum()),
        annotators=grades.annotators,
        clusters=prepared.paired.deletions,
    )


def _status(counts: Counts) -> Status:
    if counts.clusters < CLUSTERS_FOR_PROVISIONAL or counts.units_graded_twice < UNITS_FOR_PROVISIONAL:
        return "insufficient"
    return "provisional" if counts.clusters < CLUSTERS_FOR_SUFFICIENT else "sufficient"


def _alpha(paired: _Units, *, distance: Floats) -> Figure:
    observed = _row_sums(paired.counts, paired.counts @ distance) / (paired.totals - 1)
    pairable = paired.rows(paired.counts)
    expected = _row_sums(pairable, pairable @ distance)
    alphas = _alpha_rows(paired.rows(observed), expected, pairable)
    return _figure(alphas, reason=_why_null(paired, otherwise=ALL_ALIKE))


def _alpha_rows(observed: Floats, expected: Floats, pairable: Floats) -> Floats:
    alphas: Floats = 1 - (pairable.sum(axis=1) - 1) * _divide(observed, expected)
    return alphas


def _chance_corrected(prepared: _Prepared, *, weights: Floats) -> ChanceCorrected:
    """Fleiss (1971); Brennan and Prediger (1981); Gwet (2008), AC1, and (2014), AC2. weights: (labels, labels)."""
    rated, paired = prepared.rated, prepared.paired
    label_count = len(weights)
    agreement = _agreement_rows(paired, weights=weights)
    shares = _divide(
        rated.rows(rated.counts / rated.totals[:, None]), rated.rows(np.ones(len(rated.totals)))[:, None]
    )
    label_pairs = max(label_count * (label_count - 1), 1)
    by_gwet = weights.sum() / label_pairs * (shares * (1 - shares)).sum(axis=1)
    by_fleiss = _row_sums(shares, shares @ weights)
    by_brennan_prediger = np.full(len(agreement), weights.sum() / label_count**2)

    def corrected(by_chance: Floats, otherwise: str) -> Figure:
        reason = _why_null(paired, otherwise=ONE_LABEL_DECLARED if label_count == 1 else otherwise)
        if label_count == 1:
            return Figure(None, reason=reason)
        return _figure(_divide(agreement - by_chance, 1 - by_chance), reason=reason)

    return ChanceCorrected(
        percent_agreement=_plain_agreement(paired, weights=weights),
        gwet=corrected(by_gwet, NOT_GRADED_TWICE),
        fleiss=corrected(by_fleiss, ALL_ALIKE),
        brennan_prediger=corrected(by_brennan_prediger, NOT_GRADED_TWICE),
    )


def _no_chance_corrected(reason: str) -> ChanceCorrected:
    missing = Figure(None, reason=reason)
    return ChanceCorrected(percent_agreement=missing, gwet=missing, fleiss=missing, brennan_prediger=missing)


def _plain_agreement(paired: _Units, *, weights: Floats) -> Figure:
    rows = _agreement_rows(paired, weights=weights)
    return _figure(rows, reason=_why_null(paired, otherwise=NOT_GRADED_TWICE), lowest=0.0)


def _agreement_rows(paired: _Units, *, weights: Floats) -> Floats:
    """Mean over units of the (weighted) share of annotator pairs that agree; weights have 1 on the diagonal."""
    pairs = paired.totals * (paired.totals - 1)
    agreeing = _row_sums(paired.counts, paired.counts @ weights - 1)
    return _divide(paired.rows(agreeing / pairs), paired.rows(np.ones(len(pairs))))


def _label_agreements(paired: _Units) -> tuple[LabelAgreement, ...]:
    """Of the pairs in which one annotator chose the label, the share in which the other did too.

    Cicchetti and Feinstein (1990); for many raters Uebersax (1982). Problems in which the label never occurs say
    nothing about it and are not counted towards its interval.
    """
    agreeing = paired.rows(paired.counts * (paired.counts - 1))
    possible = paired.rows(paired.counts * (paired.totals[:, None] - 1))
    grades = paired.counts.sum(axis=0)
    return tuple(
        LabelAgreement(
            label=label,
            grades=int(grades[label]),
            specific_agreement=_figure(
                _divide(agreeing[:, label], possible[:, label]),
                reason=None,
                lowest=0.0,
                is_informative=possible[1:, label] < possible[0, label],
            )
            if grades[label] >= GRADES_FOR_LABEL
            else Figure(None, reason=_why_null(paired, otherwise=RARE_LABEL)),
        )
        for label in range(len(grades))
    )


def _why_null(paired: _Units, *, otherwise: str) -> str:
    return otherwise if len(paired.totals) else NOT_GRADED_TWICE


def _figure(
    rows: Floats,
    *,
    reason: str | None,
    lowest: float = -1.0,
    is_informative: NDArray[np.bool_] | None = None,
) -> Figure:
    """The figure of row 0, with the delete-one-cluster jackknife's t interval from the other rows.

    Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 11, over clusters instead of units.
    """
    value = float(rows[0])
    if np.isnan(value):
        return Figure(None, reason=reason)
    left_out = rows[1:] if is_informative is None else rows[1:][is_informative]
    clusters = len(left_out)
    if clusters < CLUSTERS_FOR_INTERVAL:
        return Figure(value, interval_reason=FEW_CLUSTERS)
    if np.isnan(left_out).any():
        return Figure(value, interval_reason=HANGS_ON_ONE_CLUSTER)
    variance = (clusters - 1) / clusters * ((left_out - left_out.mean()) ** 2).sum()
    if np.sqrt(variance) < _ROUNDING:
        return Figure(value, interval_reason=NO_SPREAD)
    half_width = float(stdtrit(clusters - 1, (1 + CONFIDENCE) / 2) * np.sqrt(variance))
    return Figure(value, low=max(lowest, value - half_width), high=min(1.0, value + half_width))


def _row_sums(left: Floats, right: Floats) -> Floats:
    sums: Floats = np.einsum("ij,ij->i", left, right)
    return sums


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient, NaN where the denominator is 0."""
    is_defined = np.abs(denominator) > _ROUNDING
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    quotient: Floats = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=is_defined)
    return quotient
