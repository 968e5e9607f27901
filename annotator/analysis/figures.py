"""A figure, and its interval by leaving out one problem after the other. Pure.

Every figure is a function of T, the sum over clusters (problems) of a small vector, so leaving a cluster out is a
subtraction. All arrays named *rows* have T in row 0 and "T without cluster c" in row c + 1: one formula yields the
figure and every leave-one-out figure at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from annotator.analysis.arrays import Floats

CONFIDENCE = 0.95
CLUSTERS_FOR_INTERVAL = 5

FEW_CLUSTERS = f"An interval needs at least {CLUSTERS_FOR_INTERVAL} problems."
HANGS_ON_ONE_CLUSTER = "Without one of the problems the figure is undefined."
NO_SPREAD = "Every problem gives the same figure, so there is no spread to estimate an interval from."

# Sums of thirds and the like leave rounding where exact arithmetic leaves 0.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; whatever is None has its reason beside it, in words for the page."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    interval_reason: str | None = None


def figure_of(
    rows: Floats,
    *,
    reason: str | None,
    lowest: float = -1.0,
    highest: float = 1.0,
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
    if np.sqrt(variance) < ROUNDING:
        return Figure(value, interval_reason=NO_SPREAD)
    half_width = float(stdtrit(clusters - 1, (1 + CONFIDENCE) / 2) * np.sqrt(variance))
    # Fleiss' kappa can lie below -1, where most units were graded once: its interval still holds it.
    low = min(value, max(lowest, value - half_width))
    return Figure(value, low=low, high=min(highest, value + half_width))


def row_sums(left: Floats, right: Floats) -> Floats:
    sums: Floats = np.einsum("ij,ij->i", left, right)
    return sums


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """The quotient, NaN where the denominator is 0."""
    is_defined = np.abs(denominator) > ROUNDING
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    quotient: Floats = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=is_defined)
    return quotient
