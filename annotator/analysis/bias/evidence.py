"""What is known of one feature's effect, by one estimator: everything a page, a flag or the API tells of it. Pure."""

from dataclasses import dataclass
from typing import Literal

Estimator = Literal["twins", "plain", "peers", "association"]
Status = Literal["bias", "deviation", "association"]
Unit = Literal["present", "per_sd"]
Severity = Literal["low", "medium", "high"]

# What an estimate may be in want of: see `Need`.
What = Literal[
    "pairs",
    "annotators_with",
    "annotators_without",
    "label_votes",
    "steps_with",
    "steps_without",
    "plain_votes",
    "chains",
    "annotators",
    "votes",
    "votes_with",
    "votes_without",
]


@dataclass(frozen=True, slots=True)
class Need:
    """A threshold that is not reached: there are `have`, and `need` are needed.

    pairs: of which both arms have been graded; annotators_with, annotators_without: who graded an arm with the
    feature (or more of it), and without; label_votes: twin votes that gave the label; steps_with, steps_without:
    graded steps that have the feature, and have not; plain_votes: on plain renderings of steps with the feature that
    others saw styled; chains: for plain those with a step that has the feature and was seen in both renderings, for
    association those within which the feature differs, for peers those of the annotator; annotators: who reach what
    peers need; votes, votes_with, votes_without: of this annotator on steps that others graded too, all, and where
    they saw the feature or did not. Of a continuous feature steps_with and votes_with are those that differ from the
    value that most steps have.
    """

    what: What
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its 95 % interval; whatever is None has its reason, in words."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceCounts:
    """What the estimate stands on; None for what its estimator does not look at."""

    votes: int
    plain_votes: int | None
    steps: int | None
    chains: int | None
    annotators: int
    pairs: int | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """How much more often `sound` (or a label) is given where a feature is shown. Never NaN, never infinite.

    effect, low, high (95 %) and se are percentage points; for `peers` they are what the annotator gives beyond the median
    of the others. unit: for the feature being there, or for one standard deviation of log(1 + value). annotator, label:
    the place of whom or what it is about. p: two-sided against 0, for peers against at most 3 points either way; q: p
    after Benjamini and Hochberg within its family; neither is ever given for an association. severity is that of a flag
    that may open now. smallest_findable: the effect that would have been found with 80 % power at p < .05.
    mean_grade: the same effect on the verdict's value. odds_ratio: see `odds_ratio_of`. raw: of an association,
    without any control. prevalence: share of the graded steps with the feature. base_rate: share of sound (or of the
    label) where the feature is not shown; of all votes where it is continuous.

    Where is_estimated is False, every figure is None, `reason` says why, and `needs` what would have to be there.
    """

    feature: str
    estimator: Estimator
    status: Status
    unit: Unit
    is_estimated: bool
    counts: EvidenceCounts
    mean_grade: Quantity
    odds_ratio: Quantity
    annotator: int | None = None
    label: int | None = None
    reason: str | None = None
    needs: tuple[Need, ...] = ()
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    p: float | None = None
    q: float | None = None
    smallest_findable: float | None = None
    severity: Severity | None = None
    raw: Quantity | None = None
    prevalence: float | None = None
    base_rate: float | None = None
