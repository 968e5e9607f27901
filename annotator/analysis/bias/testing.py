"""Which estimates are evidence: false discoveries within a family, and when a flag opens and closes. Pure."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from annotator.analysis.arrays import Floats
from annotator.analysis.bias.evidence import Estimate, Severity

# Percentage points. Less than that is no reason to speak of a preference.
SMALLEST_EFFECT = 3.0
MEDIUM, HIGH = 5.0, 10.0

OPENS_BELOW = 0.05
# Higher than where it opens: looking every night is looking often, and a flag shall not come and go.
CLOSES_ABOVE = 0.10


def with_q(estimates: Sequence[Estimate]) -> tuple[Estimate, ...]:
    """The estimates of one family with the q of each that is estimated, and the severity of each that may open a flag.

    Families are {twins and plain of the whole pool}, {twins by label} and {peers}. An association keeps q None.
    """
    tested = [place for place, estimate in enumerate(estimates) if estimate.p is not None]
    answers = list(estimates)
    for place, q in zip(tested, adjusted([estimates[place].p or 0.0 for place in tested]), strict=True):
        answers[place] = with_severity(replace(estimates[place], q=float(q)))
    return tuple(answers)


def adjusted(p_values: Sequence[float]) -> Floats:
    """(tests,) q values: the false discovery rate at which each test is just about found.

    Benjamini and Hochberg (1995), "Controlling the False Discovery Rate", section 3.
    """
    p = np.asarray(p_values, dtype=np.float64)
    falling = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    q = np.empty_like(p)
    q[falling] = np.minimum(1, np.minimum.accumulate(p[falling] * len(p) / ranks))
    return q


def with_severity(estimate: Estimate) -> Estimate:
    if not opens(estimate) or estimate.effect is None:
        return estimate
    return replace(estimate, severity=severity_of(estimate.effect))


def opens(estimate: Estimate) -> bool:
    """Whether a flag opens: q under 5 %, and an effect of at least 3 points. Never for an association."""
    if estimate.status == "association" or estimate.q is None or estimate.effect is None:
        return False
    return estimate.q < OPENS_BELOW and abs(estimate.effect) >= SMALLEST_EFFECT


def stays_open(estimate: Estimate) -> bool:
    """Whether an open flag stays: not when q is over 10 % or the whole interval is within 3 points of 0.

    Where nothing can be estimated any more nothing speaks against it, so it stays.
    """
    if estimate.status == "association":
        return False
    if estimate.q is None or estimate.low is None or estimate.high is None:
        return True
    is_small = estimate.low >= -SMALLEST_EFFECT and estimate.high <= SMALLEST_EFFECT
    return estimate.q <= CLOSES_ABOVE and not is_small


def severity_of(effect: float) -> Severity | None:
    """By the percentage points either way: low from 3, medium from 5, high over 10; None for less."""
    size = abs(effect)
    if size < SMALLEST_EFFECT:
        return None
    if size < MEDIUM:
        return "low"
    return "medium" if size <= HIGH else "high"
