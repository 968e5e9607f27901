"""Why something is not known, in words, and the parts that every estimate has. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from scipy.special import stdtrit

from annotator.analysis.bias.evidence import Need, Quantity, What

CONFIDENCE = 0.95
# What exact arithmetic would leave at 0.
ROUNDING = 1e-9

CONSTANT = "Every step has the same value."
COLLINEAR = "It cannot be told apart from the other features, or from who graded what."
NO_SPREAD = "The votes leave no spread to estimate an interval from."
NO_FREEDOM = "There are no more votes than effects to fit to them."
HANGS_ON_ONE_CHAIN = "Without one of the chains it cannot be estimated."
LABEL_HAS_NO_GRADE = "This is about how often a label is given, not about the verdict's value."
SHARE_AT_THE_END = (
    "With the feature or without it, sound would be given always or never, where odds are undefined."
)
INTERVAL_AT_THE_END = (
    "The interval reaches to where sound would be given always or never, where odds are undefined."
)

WORDS: Mapping[What, str] = MappingProxyType(
    {
        "pairs": "pairs with votes on both arms",
        "annotators_with": "annotators on the arm with the feature",
        "annotators_without": "annotators on the arm without the feature",
        "label_votes": "votes with the label",
        "steps_with": "steps with the feature",
        "steps_without": "steps without the feature",
        "plain_votes": "votes on plain renderings of steps with the feature",
        "chains": "chains to compare within",
        "annotators": "annotators with enough votes",
        "votes": "votes of the annotator on steps that others graded too",
        "votes_with": "of these where they saw the feature",
        "votes_without": "of these where they did not see the feature",
    }
)


def why_too_few(needs: Sequence[Need]) -> str:
    """As "Not enough yet: 6 of 10 pairs with votes on both arms." """
    return f"Not enough yet: {', '.join(f'{need.have} of {need.need} {WORDS[need.what]}' for need in needs)}."


def unmet(thresholds: Mapping[What, int], **have: int) -> tuple[Need, ...]:
    """Those thresholds that are not reached, in their order; every threshold needs its count."""
    needs = [Need(what=what, have=have[what], need=need) for what, need in thresholds.items()]
    return tuple(need for need in needs if need.have < need.need)


def with_interval(value: float, *, error: float, degrees: float) -> Quantity:
    """A value with its 95 % interval by Student's t."""
    half_width = float(stdtrit(degrees, (1 + CONFIDENCE) / 2)) * error
    return Quantity(value=value, low=value - half_width, high=value + half_width)


def odds_ratio_of(*, base: float | None, effect: float, low: float, high: float) -> Quantity:
    """The odds of `sound` at base + effect over its odds at base; all are shares, not points. 0 to infinity.

    The odds ratio that the effect comes to at the base rate, and its interval from the ends of the effect's interval, as
    the ratio rises with the effect; that the base rate is estimated too is not counted. A logistic regression with an
    effect for each step would be inconsistent with few votes a step (Neyman and Scott, 1948), and its ratio would not
    be that of the pool. None where either share is not strictly between 0 and 1, its interval where an end is not.
    """
    if base is None or not (ROUNDING < base < 1 - ROUNDING and ROUNDING < base + effect < 1 - ROUNDING):
        return Quantity(value=None, reason=SHARE_AT_THE_END)
    value = odds(base + effect) / odds(base)
    if not (base + low > ROUNDING and base + high < 1 - ROUNDING):
        return Quantity(value=value, reason=INTERVAL_AT_THE_END)
    return Quantity(value=value, low=odds(base + low) / odds(base), high=odds(base + high) / odds(base))


def odds(share: float) -> float:
    return share / (1 - share)
