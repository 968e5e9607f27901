"""E3: one annotator against the others on the same steps. Pure.

No experiment: what all annotators share cancels out, whether it is a preference or the quality of steps. What is left is
how one of them deviates from the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.bias.concluding import Fitted, Subject, known, unknown
from annotator.analysis.bias.evidence import Estimate, EvidenceCounts, Need, Quantity, What
from annotator.analysis.bias.features import FeaturesInUse, use_features
from annotator.analysis.bias.jackknife import JackknifeFit, fit_by_jackknife
from annotator.analysis.bias.testing import SMALLEST_EFFECT
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes, distinct
from annotator.analysis.bias.wording import (
    COLLINEAR,
    CONSTANT,
    HANGS_ON_ONE_CHAIN,
    NO_SPREAD,
    ROUNDING,
    unmet,
    with_interval,
)

THRESHOLDS: Mapping[What, int] = MappingProxyType(
    {"votes": 150, "chains": 20, "votes_with": 30, "votes_without": 30}
)
ANNOTATORS = 4
# Of a median beside a mean, for the normal distribution: pi / 2.
MEDIAN_VARIANCE = 1.57

SOUND, VALUE = 0, 1


@dataclass(frozen=True, slots=True)
class OneAnnotator:
    """What one annotator's votes on steps that others graded too tell of every feature, (features,) each.

    votes_with, votes_without: where they saw the feature, and did not; a continuous one that differs counts for both.
    coefficients, variances: (features, 2), of sound and of the verdict's value; faults: why a feature is not told, or None.
    """

    annotator: int
    votes: int
    plain_votes: int
    steps: int
    chains: int
    votes_with: Integers
    votes_without: Integers
    sound_with: Floats
    sound: float
    coefficients: Floats
    variances: Floats
    faults: tuple[str | None, ...]

    def needs(self, feature: int) -> tuple[Need, ...]:
        counts = {"votes": self.votes, "chains": self.chains, "votes_with": int(self.votes_with[feature])}
        return unmet(THRESHOLDS, **counts, votes_without=int(self.votes_without[feature]))

    def is_eligible(self, feature: int) -> bool:
        return self.faults[feature] is None and not self.needs(feature)


def estimate_peers(votes: StyleVotes, styles: StyleMatrix) -> tuple[Estimate, ...]:
    """Percentage points by which an annotator gives `sound` more often on steps with the feature than the median of the
    others does; for every annotator and feature, in the order of annotators.

    Of each annotator, least squares of sound on all features as they saw them (markup is gone under plain rendering), on
    the mean grade that the others gave the step and its square, and on whether the rendering was plain; on steps that
    others graded too. The variance V of a coefficient is that of the delete-one-chain jackknife. The deviation is b_a less
    the median of the others' coefficients, its variance V_a + 1.57 mean(V of the others) / (A - 1): the median and not the
    mean, which would smear one annotator's preference over all others. p is against deviations of at most 3 points
    either way, Student's t with one degree less than the annotator has chains. It is known of eligible annotators (150
    such votes on 20 chains, 30 of them with and 30 without the feature), where there are four. The base rate is the share
    of sound that the annotator would give, where they see the feature, without the deviation. status: deviation.
    """
    use = use_features(votes, styles)
    compared = on_shared_steps(votes)
    count = int(votes.annotators.max(initial=-1)) + 1
    ends = np.searchsorted(compared.votes.annotators, np.arange(count + 1))
    people = [
        one_annotator(compared.part(first, last), use, annotator=annotator)
        for annotator, (first, last) in enumerate(pairwise(ends.tolist()))
    ]
    by_feature = [estimates_of(people, use, feature=feature) for feature in range(len(use.uses))]
    return tuple(estimates[annotator] for annotator in range(count) for estimates in by_feature)


# --- One annotator


@dataclass(frozen=True, slots=True)
class Compared:
    """Votes on steps that others graded too, sorted by annotator; others: (votes,), the mean grade that those gave."""

    votes: StyleVotes
    others: Floats

    def part(self, first: int, last: int) -> "Compared":
        return Compared(votes=self.votes.only(slice(first, last)), others=self.others[first:last])


def on_shared_steps(votes: StyleVotes) -> Compared:
    counts = np.bincount(votes.steps)
    sums = np.bincount(votes.steps, weights=votes.values)
    is_shared = np.flatnonzero(counts[votes.steps] > 1) if len(votes.steps) else np.zeros(0, dtype=np.int64)
    in_order = is_shared[np.argsort(votes.annotators[is_shared], kind="stable")]
    shared = votes.only(in_order)
    others = (sums[shared.steps] - shared.values) / (counts[shared.steps] - 1)
    return Compared(votes=shared, others=others)


def one_annotator(compared: Compared, use: FeaturesInUse, *, annotator: int) -> OneAnnotator:
    votes = compared.votes
    is_hidden = use.is_markup[:, None] & votes.is_plain
    is_with = use.differs[:, votes.steps] & ~is_hidden
    votes_with = is_with.sum(axis=1)
    shape = (len(use.uses), 2)
    coefficients, variances = np.zeros(shape), np.zeros(shape)
    faults: tuple[str | None, ...] = (COLLINEAR,) * len(use.uses)
    if len(votes.steps) >= THRESHOLDS["votes"] and len(use.kept):
        kept = use.kept
        seen = use.values[np.ix_(kept, votes.steps)] * ~is_hidden[kept]
        controls = np.stack([compared.others, compared.others**2, votes.is_plain.astype(np.float64)])
        fitted = fit_by_jackknife(
            np.concatenate([seen, controls]), np.stack([votes.sound, votes.values]), chains=votes.chains
        )
        coefficients[kept] = fitted.coefficients[: len(kept)]
        variances[kept] = fitted.variances[: len(kept)]
        faults = faults_of(fitted, use)
    return OneAnnotator(
        annotator=annotator,
        votes=len(votes.steps),
        plain_votes=int(votes.is_plain.sum()),
        steps=distinct(votes.steps),
        chains=distinct(votes.chains),
        votes_with=votes_with,
        votes_without=np.where(use.is_continuous, votes_with, len(votes.steps) - votes_with),
        sound_with=(is_with @ votes.sound) / np.maximum(votes_with, 1),
        sound=float(votes.sound.mean()) if len(votes.sound) else 0.0,
        coefficients=coefficients,
        variances=variances,
        faults=faults,
    )


def faults_of(fitted: JackknifeFit, use: FeaturesInUse) -> tuple[str | None, ...]:
    """(features,), why the coefficient cannot be used."""
    faults: list[str | None] = [COLLINEAR] * len(use.uses)
    for regressor, feature in enumerate(use.kept.tolist()):
        if not fitted.is_identified[regressor]:
            faults[feature] = COLLINEAR
        elif not fitted.is_stable[regressor]:
            faults[feature] = HANGS_ON_ONE_CHAIN
        elif fitted.variances[regressor, SOUND] < ROUNDING**2:
            faults[feature] = NO_SPREAD
        else:
            faults[feature] = None
    return tuple(faults)


# --- Against the others


def estimates_of(people: list[OneAnnotator], use: FeaturesInUse, *, feature: int) -> list[Estimate]:
    """Of every annotator, on one feature."""
    eligible = [person for person in people if person.is_eligible(feature)]
    return [
        estimate_of(person, [other for other in eligible if other is not person], use, feature=feature)
        for person in people
    ]


def estimate_of(
    person: OneAnnotator, others: list[OneAnnotator], use: FeaturesInUse, *, feature: int
) -> Estimate:
    subject = subject_of(person, use, feature=feature, annotators=len(others) + 1)
    needs = (*use.uses[feature].needs, *person.needs(feature))
    if use.uses[feature].left_out == "constant":
        return unknown(subject, reason=CONSTANT)
    if needs:
        return unknown(subject, needs=needs)
    if fault := person.faults[feature]:
        return unknown(subject, reason=fault)
    if needs := unmet({"annotators": ANNOTATORS}, annotators=len(others) + 1):
        return unknown(subject, needs=needs)
    deviation = deviation_of(person, others, feature=feature, outcome=SOUND)
    of_value = deviation_of(person, others, feature=feature, outcome=VALUE)
    degrees = person.chains - 1
    mean_grade = Quantity(value=None, reason=NO_SPREAD)
    if of_value.error >= ROUNDING:
        mean_grade = with_interval(of_value.effect, error=of_value.error, degrees=degrees)
    return known(
        subject,
        deviation,
        mean_grade=mean_grade,
        degrees=degrees,
        base=base_of(person, use, feature=feature, deviation=deviation.effect),
        margin=SMALLEST_EFFECT,
    )


def deviation_of(person: OneAnnotator, others: list[OneAnnotator], *, feature: int, outcome: int) -> Fitted:
    """From the median of the others' coefficients."""
    theirs = np.array([other.coefficients[feature, outcome] for other in others])
    spread = np.mean([other.variances[feature, outcome] for other in others])
    variance = person.variances[feature, outcome] + MEDIAN_VARIANCE * spread / len(others)
    effect = person.coefficients[feature, outcome] - np.median(theirs)
    return Fitted(effect=float(effect), error=float(np.sqrt(variance)))


def base_of(person: OneAnnotator, use: FeaturesInUse, *, feature: int, deviation: float) -> float | None:
    """Of a continuous feature the share of sound in all their votes; None where the rest is no share."""
    if use.uses[feature].kind == "continuous":
        return person.sound
    base = float(person.sound_with[feature]) - deviation
    return base if 0 <= base <= 1 else None


def subject_of(person: OneAnnotator, use: FeaturesInUse, *, feature: int, annotators: int) -> Subject:
    return Subject(
        feature=use.uses[feature].key,
        estimator="peers",
        status="deviation",
        unit=use.uses[feature].unit,
        annotator=person.annotator,
        prevalence=use.uses[feature].prevalence,
        counts=EvidenceCounts(
            votes=person.votes,
            plain_votes=person.plain_votes,
            steps=person.steps,
            chains=person.chains,
            annotators=annotators,
            pairs=None,
        ),
    )
