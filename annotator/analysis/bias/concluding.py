"""An estimate from what was fitted, or from what is missing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotator.analysis.arrays import Floats
from annotator.analysis.bias.evidence import (
    Estimate,
    Estimator,
    EvidenceCounts,
    Need,
    Quantity,
    Status,
    Unit,
)
from annotator.analysis.bias.power import p_beyond, smallest_findable
from annotator.analysis.bias.within import Fit
from annotator.analysis.bias.wording import (
    COLLINEAR,
    NO_FREEDOM,
    NO_SPREAD,
    ROUNDING,
    odds_ratio_of,
    why_too_few,
    with_interval,
)

POINTS = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """What an estimate is about and stands on, whatever comes out."""

    feature: str
    estimator: Estimator
    status: Status
    unit: Unit
    counts: EvidenceCounts
    annotator: int | None = None
    label: int | None = None
    prevalence: float | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """An effect and its standard error, both as shares of votes or in the unit of a grade."""

    effect: float
    error: float


def unknown(subject: Subject, *, reason: str | None = None, needs: Sequence[Need] = ()) -> Estimate:
    """Nothing is known, for this reason, or for want of these."""
    why = reason or why_too_few(needs)
    return Estimate(
        feature=subject.feature,
        estimator=subject.estimator,
        status=subject.status,
        unit=subject.unit,
        is_estimated=False,
        counts=subject.counts,
        mean_grade=Quantity(value=None, reason=why),
        odds_ratio=Quantity(value=None, reason=why),
        annotator=subject.annotator,
        label=subject.label,
        reason=why,
        needs=tuple(needs),
        prevalence=subject.prevalence,
    )


def known(
    subject: Subject,
    fitted: Fitted,
    *,
    mean_grade: Quantity,
    degrees: float,
    base: float | None,
    margin: float = 0.0,
) -> Estimate:
    """base: the share that the effect is added to; margin: in points, the effects that it is tested against."""
    effect, se = POINTS * fitted.effect, POINTS * fitted.error
    interval = with_interval(effect, error=se, degrees=degrees)
    share = with_interval(fitted.effect, error=fitted.error, degrees=degrees)
    assert share.low is not None
    assert share.high is not None
    is_tested = subject.status != "association"
    return Estimate(
        feature=subject.feature,
        estimator=subject.estimator,
        status=subject.status,
        unit=subject.unit,
        is_estimated=True,
        counts=subject.counts,
        mean_grade=mean_grade,
        odds_ratio=odds_ratio_of(base=base, effect=fitted.effect, low=share.low, high=share.high),
        annotator=subject.annotator,
        label=subject.label,
        effect=effect,
        low=interval.low,
        high=interval.high,
        se=se,
        p=p_beyond(effect, se=se, degrees=degrees, margin=margin) if is_tested else None,
        smallest_findable=smallest_findable(se=se, degrees=degrees, margin=margin),
        prevalence=subject.prevalence,
        base_rate=base,
    )


def fault_of(fit: Fit, *, regressor: int, outcome: int) -> str | None:
    """Why this coefficient cannot be used, None where it can."""
    if not fit.is_identified[regressor]:
        return COLLINEAR
    if fit.free <= 0:
        return NO_FREEDOM
    if fit.errors[regressor, outcome] < ROUNDING:
        return NO_SPREAD
    return None


def fitted_of(fit: Fit, *, regressor: int, outcome: int) -> Fitted:
    return Fitted(
        effect=float(fit.coefficients[regressor, outcome]), error=float(fit.errors[regressor, outcome])
    )


def quantity_of(fit: Fit, *, regressor: int, outcome: int, degrees: float) -> Quantity:
    """The coefficient with its interval, None with a reason where it cannot be used."""
    if fault := fault_of(fit, regressor=regressor, outcome=outcome):
        return Quantity(value=None, reason=fault)
    fitted = fitted_of(fit, regressor=regressor, outcome=outcome)
    return with_interval(fitted.effect, error=fitted.error, degrees=degrees)


def share_of(values: Floats) -> float | None:
    """The mean, None of nothing."""
    return float(np.mean(values)) if len(values) else None
