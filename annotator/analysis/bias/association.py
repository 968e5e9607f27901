"""E4: how grades go with features in ordinary votes, which may be real quality. Pure. Never a gate, never a flag."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.bias.concluding import (
    POINTS,
    Subject,
    fault_of,
    fitted_of,
    known,
    quantity_of,
    share_of,
    unknown,
)
from annotator.analysis.bias.evidence import Estimate, EvidenceCounts, Need, Quantity, What
from annotator.analysis.bias.features import FeaturesInUse, use_features
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes, distinct
from annotator.analysis.bias.within import NOTHING_LEFT, Effects, Fit, fit
from annotator.analysis.bias.wording import CONSTANT, unmet, with_interval

THRESHOLDS: Mapping[What, int] = MappingProxyType({"chains": 30})


def estimate_association(votes: StyleVotes, styles: StyleMatrix) -> tuple[Estimate, ...]:
    """Percentage points by which `sound` is more frequent on steps with the feature, one for each feature.

    Over the styled votes: least squares of sound on all features together, with an effect for each chain, each place in
    a chain and each annotator. Errors by chain with the correction of `within.fit` (K = the features, places and
    annotators), t with one degree less than there are chains within which the feature differs; unknown below 30 of those.
    `raw` is the same without any control: the feature alone. The base rate is the share of sound without the feature.

    Neither p nor q nor severity, on purpose: better steps may well be written differently, and no control shows whether
    they are. It ranks what to make twins of next. status: association.
    """
    styled = votes.only(~votes.is_plain)
    use = use_features(styled, styles)
    seen = styled.only(np.bincount(styled.chains)[styled.chains] > 1) if len(styled.chains) else styled
    kept = use.kept.tolist()
    subjects = [subject_of(seen, use, place) for place in range(len(use.uses))]
    is_enough = any(not needs_of(subjects[place]) for place in kept)
    fitted = fit_features(seen, use.values[kept]) if is_enough else None
    answers = []
    for place, (subject, feature) in enumerate(zip(subjects, use.uses, strict=True)):
        needs = (*feature.needs, *needs_of(subject))
        if feature.left_out == "constant":
            answers.append(unknown(subject, reason=CONSTANT))
        elif needs or fitted is None:
            answers.append(unknown(subject, needs=needs))
        else:
            base = base_of(styled, use, place)
            answer = concluded(subject, fitted, regressor=kept.index(place), base=base)
            raw = raw_of(styled, use.values[place]) if answer.is_estimated else None
            answers.append(replace(answer, raw=raw))
    return tuple(answers)


def concluded(subject: Subject, fitted: Fit, *, regressor: int, base: float | None) -> Estimate:
    if fault := fault_of(fitted, regressor=regressor, outcome=0):
        return unknown(subject, reason=fault)
    assert subject.counts.chains is not None
    degrees = subject.counts.chains - 1
    mean_grade = quantity_of(fitted, regressor=regressor, outcome=1, degrees=degrees)
    effect = fitted_of(fitted, regressor=regressor, outcome=0)
    return known(subject, effect, mean_grade=mean_grade, degrees=degrees, base=base)


def fit_features(votes: StyleVotes, values: Floats) -> Fit:
    """values: (features, steps)."""
    effects = Effects(large=votes.chains, small=(votes.annotators, votes.indexes))
    outcomes = np.stack([votes.sound, votes.values])
    return fit(values[:, votes.steps], outcomes, effects=effects, clusters=votes.chains)


def raw_of(votes: StyleVotes, values: Floats) -> Quantity:
    """In percentage points. values: (steps,) of one feature."""
    everything = Effects(large=np.zeros(len(votes.steps), dtype=np.int64))
    fitted = fit(values[votes.steps][None], votes.sound[None], effects=everything, clusters=votes.chains)
    if fault := fault_of(fitted, regressor=0, outcome=0):
        return Quantity(value=None, reason=fault)
    effect = fitted_of(fitted, regressor=0, outcome=0)
    return with_interval(
        POINTS * effect.effect, error=POINTS * effect.error, degrees=distinct(votes.chains) - 1
    )


def base_of(votes: StyleVotes, use: FeaturesInUse, place: int) -> float | None:
    if use.uses[place].kind == "continuous":
        return share_of(votes.sound)
    return share_of(votes.sound[~use.differs[place, votes.steps]])


def needs_of(subject: Subject) -> tuple[Need, ...]:
    return unmet(THRESHOLDS, chains=subject.counts.chains or 0)


def subject_of(votes: StyleVotes, use: FeaturesInUse, place: int) -> Subject:
    return Subject(
        feature=use.uses[place].key,
        estimator="association",
        status="association",
        unit=use.uses[place].unit,
        prevalence=use.uses[place].prevalence,
        counts=EvidenceCounts(
            votes=len(votes.steps),
            plain_votes=None,
            steps=distinct(votes.steps),
            chains=chains_with_differences(use.values[place, votes.steps], chains=votes.chains),
            annotators=distinct(votes.annotators),
            pairs=None,
        ),
    )


def chains_with_differences(values: Floats, *, chains: Integers) -> int:
    """In how many chains two votes are on different values; (votes,) each."""
    counts = np.maximum(np.bincount(chains), 1)
    distances = values - (np.bincount(chains, weights=values) / counts)[chains]
    return int((np.bincount(chains, weights=distances**2) > NOTHING_LEFT).sum())
