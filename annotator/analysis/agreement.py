"""How far annotators agree on labels, in several coefficients. Pure: counts in, dataclasses out."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from annotator.analysis.arrays import Floats
from annotator.analysis.counting import (
    Counts,
    GradeCounts,
    Prepared,
    Status,
    Units,
    counts_of,
    prepare,
    status_of,
)
from annotator.analysis.figures import Figure, divide, figure_of, row_sums

Weights = Literal["identity", "linear", "quadratic"]

GRADES_FOR_LABEL = 10

NOT_GRADED_TWICE = "Nothing has been graded by two annotators yet."
ALL_ALIKE = "Every grade is alike, so no disagreement could be expected by chance."
ONE_LABEL_DECLARED = "The taxonomy declares a single label, so annotators could not disagree."
NO_VALUES = "The labels have no values, so there is no distance between them."
ONE_VALUE = "All labels have the same value, so there is no distance between them."
RARE_LABEL = f"The label has under {GRADES_FOR_LABEL} grades on units that were graded twice."


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


def measure_agreement(grades: GradeCounts) -> Agreement:
    """Every coefficient of one criterion with its interval, what they stand on, and whether that is enough."""
    prepared = prepare(grades)
    counts = counts_of(grades, prepared)
    nominal = corrected_for_chance(prepared, weights=np.eye(grades.counts.shape[1]))
    return Agreement(
        status=status_of(counts),
        counts=counts,
        percent_agreement=nominal.percent_agreement,
        alpha_nominal=alpha_nominal(grades, prepared=prepared),
        alpha_interval=alpha_interval(grades, prepared=prepared),
        alpha_ordinal=alpha_ordinal(grades, prepared=prepared),
        gwet_ac1=nominal.gwet,
        gwet_ac2=chance_corrected(grades, weights="quadratic", prepared=prepared).gwet,
        fleiss_kappa=nominal.fleiss,
        brennan_prediger=nominal.brennan_prediger,
        labels=label_agreements(prepared.paired),
    )


def alpha_nominal(grades: GradeCounts, *, prepared: Prepared | None = None) -> Figure:
    """Krippendorff's alpha, every two labels equally far apart; None when nothing differs or was graded twice.

    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C.
    """
    label_count = grades.counts.shape[1]
    return alpha((prepared or prepare(grades)).paired, distance=1 - np.eye(label_count))


def alpha_interval(grades: GradeCounts, *, prepared: Prepared | None = None) -> Figure:
    """Krippendorff's alpha with squared differences of the labels' values. Krippendorff (2011), section E."""
    if grades.values is None:
        return Figure(None, reason=NO_VALUES)
    distance = np.subtract.outer(grades.values, grades.values) ** 2
    return alpha((prepared or prepare(grades)).paired, distance=distance)


def alpha_ordinal(grades: GradeCounts, *, prepared: Prepared | None = None) -> Figure:
    """Krippendorff's alpha with distances by rank: how many grades lie between two labels. (2011), section E.

    Labels rank by value, whatever order they were declared in; labels of equal value share a rank.
    """
    if grades.values is None:
        return Figure(None, reason=NO_VALUES)
    paired = (prepared or prepare(grades)).paired
    alphas = alphas_ordinal(paired, values=grades.values)
    return figure_of(alphas, reason=why_null(paired, otherwise=ALL_ALIKE))


def alphas_ordinal(paired: Units, *, values: Floats) -> Floats:
    """(deletions + 1,): alpha, then alpha without each of the problems; NaN where undefined."""
    ranked, rank = np.unique(values, return_inverse=True)
    counts = paired.counts @ np.eye(len(ranked))[rank]
    pairable = paired.rows(counts)
    coincidences = [
        paired.rows(counts[:, first] * counts[:, second] / (paired.totals - 1))
        for first, second in zip(*np.triu_indices(len(ranked), 1), strict=True)
    ]
    return alpha_ordinal_rows(
        pairable=pairable,
        coincidences=np.stack(coincidences, axis=1) if coincidences else np.zeros((len(pairable), 0)),
    )


def alpha_ordinal_rows(*, pairable: Floats, coincidences: Floats) -> Floats:
    """pairable: (rows, ranks) grades on units graded twice; coincidences: (rows, rank pairs) as np.triu_indices has them."""
    first, second = np.triu_indices(pairable.shape[1], 1)
    middles = pairable.cumsum(axis=1) - pairable / 2
    distance = (middles[:, first] - middles[:, second]) ** 2
    observed = row_sums(coincidences, distance)
    expected = row_sums(pairable[:, first] * pairable[:, second], distance)
    return alpha_rows(observed, expected, pairable)


def chance_corrected(
    grades: GradeCounts,
    *,
    weights: Weights,
    prepared: Prepared | None = None,
) -> ChanceCorrected:
    """Weighted agreement and its chance-corrected forms: Gwet's AC1 (identity) or AC2, Fleiss, Brennan-Prediger.

    A weight is 1 - (|v_k - v_l| / span) to the power 1 or 2 over the labels' values. Units graded once count towards
    the label shares but not towards agreement. Gwet (2014), "Handbook of Inter-Rater Reliability", 4th ed.
    """
    label_count = grades.counts.shape[1]
    if weights != "identity" and grades.values is None:
        return no_chance_corrected(NO_VALUES)
    between = weights_between(weights, label_count=label_count, values=grades.values)
    if between is None:
        return no_chance_corrected(ONE_LABEL_DECLARED if label_count == 1 else ONE_VALUE)
    return corrected_for_chance(prepared or prepare(grades), weights=between)


def weights_between(weights: Weights, *, label_count: int, values: Floats | None) -> Floats | None:
    """(labels, labels), 1 for the same label; None when values are asked for and there are none, or all are one."""
    if weights == "identity":
        return np.eye(label_count)
    gaps = np.zeros((0, 0)) if values is None else np.abs(np.subtract.outer(values, values))
    if gaps.max(initial=0) == 0:
        return None
    nearness: Floats = 1 - (gaps / gaps.max()) ** (1 if weights == "linear" else 2)
    return nearness


def alpha(paired: Units, *, distance: Floats) -> Figure:
    observed = row_sums(paired.counts, paired.counts @ distance) / (paired.totals - 1)
    pairable = paired.rows(paired.counts)
    expected = row_sums(pairable, pairable @ distance)
    alphas = alpha_rows(paired.rows(observed), expected, pairable)
    return figure_of(alphas, reason=why_null(paired, otherwise=ALL_ALIKE))


def alpha_rows(observed: Floats, expected: Floats, pairable: Floats) -> Floats:
    alphas: Floats = 1 - (pairable.sum(axis=1) - 1) * divide(observed, expected)
    return alphas


def corrected_for_chance(prepared: Prepared, *, weights: Floats) -> ChanceCorrected:
    """Fleiss (1971); Brennan and Prediger (1981); Gwet (2008), AC1, and (2014), AC2. weights: (labels, labels)."""
    rated, paired = prepared.rated, prepared.paired
    label_count = len(weights)
    agreement = agreement_rows(paired, weights=weights)
    shares = divide(
        rated.rows(rated.counts / rated.totals[:, None]), rated.rows(np.ones(len(rated.totals)))[:, None]
    )
    label_pairs = max(label_count * (label_count - 1), 1)
    by_gwet = weights.sum() / label_pairs * (shares * (1 - shares)).sum(axis=1)
    by_fleiss = row_sums(shares, shares @ weights)
    by_brennan_prediger = np.full(len(agreement), weights.sum() / label_count**2)

    def corrected(by_chance: Floats, otherwise: str) -> Figure:
        reason = why_null(paired, otherwise=ONE_LABEL_DECLARED if label_count == 1 else otherwise)
        if label_count == 1:
            return Figure(None, reason=reason)
        return figure_of(divide(agreement - by_chance, 1 - by_chance), reason=reason)

    return ChanceCorrected(
        percent_agreement=plain_agreement(paired, weights=weights),
        gwet=corrected(by_gwet, NOT_GRADED_TWICE),
        fleiss=corrected(by_fleiss, ALL_ALIKE),
        brennan_prediger=corrected(by_brennan_prediger, NOT_GRADED_TWICE),
    )


def no_chance_corrected(reason: str) -> ChanceCorrected:
    missing = Figure(None, reason=reason)
    return ChanceCorrected(percent_agreement=missing, gwet=missing, fleiss=missing, brennan_prediger=missing)


def plain_agreement(paired: Units, *, weights: Floats) -> Figure:
    rows = agreement_rows(paired, weights=weights)
    return figure_of(rows, reason=why_null(paired, otherwise=NOT_GRADED_TWICE), lowest=0.0)


def agreement_rows(paired: Units, *, weights: Floats) -> Floats:
    """Mean over units of the (weighted) share of annotator pairs that agree; weights have 1 on the diagonal."""
    pairs = paired.totals * (paired.totals - 1)
    agreeing = row_sums(paired.counts, paired.counts @ weights - 1)
    return divide(paired.rows(agreeing / pairs), paired.rows(np.ones(len(pairs))))


def label_agreements(paired: Units) -> tuple[LabelAgreement, ...]:
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
            specific_agreement=figure_of(
                divide(agreeing[:, label], possible[:, label]),
                reason=None,
                lowest=0.0,
                is_informative=possible[1:, label] < possible[0, label],
            )
            if grades[label] >= GRADES_FOR_LABEL
            else Figure(None, reason=why_null(paired, otherwise=RARE_LABEL)),
        )
        for label in range(len(grades))
    )


def why_null(paired: Units, *, otherwise: str) -> str:
    return otherwise if len(paired.totals) else NOT_GRADED_TWICE
