"""E1: the same content in two styles, each annotator seeing the arm that was drawn for them. Pure.

An experiment: the arm is drawn by the server, so what differs between the arms of a pair is the style and chance.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from annotator.analysis.arrays import Flags, Floats
from annotator.analysis.bias.concluding import (
    Subject,
    fault_of,
    fitted_of,
    known,
    quantity_of,
    share_of,
    unknown,
)
from annotator.analysis.bias.evidence import Estimate, EvidenceCounts, Quantity, What
from annotator.analysis.bias.power import PAIRS_OF_STUDY
from annotator.analysis.bias.votes import TwinVotes, distinct
from annotator.analysis.bias.within import Effects, Fit, fit
from annotator.analysis.bias.wording import LABEL_HAS_NO_GRADE, unmet

THRESHOLDS: Mapping[What, int] = MappingProxyType(
    {"pairs": PAIRS_OF_STUDY, "annotators_with": 3, "annotators_without": 3}
)
# As for the agreement on a label; beside that of so few votes the interval would be made up.
LABEL_VOTES = 10


def estimate_twins(votes: TwinVotes, *, feature: str) -> Estimate:
    """Percentage points by which `sound` is given more often to the arm with the feature, or with more of it.

    Least squares of sound on the arm with an effect for each pair and each annotator, errors by pair with the correction
    of `within.fit` (K = 1 and the annotators beside the pairs), t with one degree less than there are pairs, and no more
    than there are votes beyond all effects. Pairs of which only one arm has been graded are left out. Unknown below 10
    pairs, and where an arm has under 3 annotators. The base rate is the share of sound on arms without the feature.
    status: bias. Positive: the feature is liked.
    """
    compared = votes.only(is_compared(votes))
    subject = subject_of(compared, feature=feature, label=None)
    if needs := unmet(THRESHOLDS, **have(compared)):
        return unknown(subject, needs=needs)
    fitted = fit_arms(compared, outcomes=np.stack([compared.sound, compared.values]))
    degrees = degrees_of(compared, fitted)
    mean_grade = quantity_of(fitted, regressor=0, outcome=1, degrees=degrees)
    base = share_of(compared.sound[~compared.is_high])
    return concluded(subject, fitted, outcome=0, mean_grade=mean_grade, degrees=degrees, base=base)


def estimate_twin_labels(
    votes: TwinVotes, *, feature: str, labels: Sequence[int] | None = None
) -> tuple[Estimate, ...]:
    """`estimate_twins` of whether a label was given, for each of these places in the labels of the votes; all if None.

    Beside its thresholds a label needs 10 votes. A family of its own.
    """
    places = range(votes.labels.shape[1]) if labels is None else labels
    compared = votes.only(is_compared(votes))
    is_enough = not unmet(THRESHOLDS, **have(compared))
    fitted = fit_arms(compared, outcomes=compared.labels[:, list(places)].T) if is_enough and places else None
    mean_grade = Quantity(value=None, reason=LABEL_HAS_NO_GRADE)
    answers = []
    for outcome, place in enumerate(places):
        given = compared.labels[:, place]
        subject = subject_of(compared, feature=feature, label=place)
        thresholds = {**THRESHOLDS, "label_votes": LABEL_VOTES}
        needs = unmet(thresholds, label_votes=int(given.sum()), **have(compared))
        if needs or fitted is None:
            answers.append(unknown(subject, needs=needs))
            continue
        base, degrees = share_of(given[~compared.is_high]), degrees_of(compared, fitted)
        answers.append(
            concluded(subject, fitted, outcome=outcome, mean_grade=mean_grade, degrees=degrees, base=base)
        )
    return tuple(answers)


def concluded(
    subject: Subject, fitted: Fit, *, outcome: int, mean_grade: Quantity, degrees: int, base: float | None
) -> Estimate:
    if fault := fault_of(fitted, regressor=0, outcome=outcome):
        return unknown(subject, reason=fault)
    effect = fitted_of(fitted, regressor=0, outcome=outcome)
    return known(subject, effect, mean_grade=mean_grade, degrees=degrees, base=base)


def fit_arms(votes: TwinVotes, *, outcomes: Floats) -> Fit:
    arm = votes.is_high.astype(np.float64)[None]
    effects = Effects(large=votes.pairs, small=(votes.annotators,))
    return fit(arm, outcomes, effects=effects, clusters=votes.pairs)


def degrees_of(votes: TwinVotes, fitted: Fit) -> int:
    return min(distinct(votes.pairs) - 1, fitted.free)


def is_compared(votes: TwinVotes) -> Flags:
    """(votes,), whether both arms of the pair have been graded."""
    pairs = int(votes.pairs.max(initial=-1)) + 1
    high = np.bincount(votes.pairs[votes.is_high], minlength=pairs)
    low = np.bincount(votes.pairs[~votes.is_high], minlength=pairs)
    both: Flags = ((high > 0) & (low > 0))[votes.pairs]
    return both


def have(votes: TwinVotes) -> dict[str, int]:
    return {
        "pairs": distinct(votes.pairs),
        "annotators_with": distinct(votes.annotators[votes.is_high]),
        "annotators_without": distinct(votes.annotators[~votes.is_high]),
    }


def subject_of(votes: TwinVotes, *, feature: str, label: int | None) -> Subject:
    pairs = distinct(votes.pairs)
    return Subject(
        feature=feature,
        estimator="twins",
        status="bias",
        unit="present",
        label=label,
        counts=EvidenceCounts(
            votes=len(votes.pairs),
            plain_votes=None,
            steps=pairs,
            chains=None,
            annotators=distinct(votes.annotators),
            pairs=pairs,
        ),
    )
