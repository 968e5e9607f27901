"""E2: the same step with its markup and without, as the rendering of an assignment was drawn. Pure.

An experiment: whether an annotator saw the plain rendering is chance, so what differs is the markup.
"""

from collections.abc import Mapping
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
from annotator.analysis.bias.evidence import Estimate, EvidenceCounts, Need, What
from annotator.analysis.bias.features import FeaturesInUse, use_features
from annotator.analysis.bias.votes import StyleMatrix, StyleVotes, distinct
from annotator.analysis.bias.within import Effects, Fit, fit
from annotator.analysis.bias.wording import CONSTANT, unmet

THRESHOLDS: Mapping[What, int] = MappingProxyType({"plain_votes": 100, "chains": 30})


def estimate_plain(votes: StyleVotes, styles: StyleMatrix) -> tuple[Estimate, ...]:
    """Percentage points by which `sound` is given more often because a markup feature is shown, one for each of them.

    Least squares of sound on x_f * styled for all markup features together, on styled, with an effect for each step and
    each annotator; x_f is of the stored text, which plain rendering takes away. Within a step x_f is the same, so its
    coefficient compares styled with plain votes on steps that have the feature, beyond what the rendering does to steps
    without it: positive where showing the feature makes `sound` more frequent. Errors by chain, within which renderings
    are drawn, with the correction of `within.fit` (K = the regressors, the annotators, and steps of several chains), t
    with one degree less than there are chains with a step that has the feature and was seen in both renderings.
    Unknown below 100 plain votes on such steps, and below 30 of those chains. The base rate is the share of sound in the
    plain votes on steps with the feature. Steps with a single vote say nothing and are left out. status: bias.
    """
    use = use_features(votes, styles)
    seen = votes.only(np.bincount(votes.steps)[votes.steps] > 1) if len(votes.steps) else votes
    markup = [place for place in range(len(use.uses)) if use.uses[place].is_markup]
    fitted_places = [place for place in markup if use.uses[place].left_out is None]
    is_compared = was_seen_both_ways(seen)
    subjects = {place: subject_of(seen, use, place, is_compared=is_compared) for place in markup}
    is_enough = any(not needs_of(subjects[place]) for place in fitted_places)
    fitted = fit_shown(seen, use.values[fitted_places]) if is_enough else None
    answers = []
    for place in markup:
        subject, feature = subjects[place], use.uses[place]
        needs = (*feature.needs, *needs_of(subject))
        if feature.left_out == "constant":
            answers.append(unknown(subject, reason=CONSTANT))
        elif needs or fitted is None:
            answers.append(unknown(subject, needs=needs))
        else:
            base = seen.sound[seen.is_plain & use.differs[place, seen.steps]]
            regressor = fitted_places.index(place)
            answers.append(concluded(subject, fitted, regressor=regressor, base=share_of(base)))
    return tuple(answers)


def concluded(subject: Subject, fitted: Fit, *, regressor: int, base: float | None) -> Estimate:
    if fault := fault_of(fitted, regressor=regressor, outcome=0):
        return unknown(subject, reason=fault)
    assert subject.counts.chains is not None
    degrees = subject.counts.chains - 1
    mean_grade = quantity_of(fitted, regressor=regressor, outcome=1, degrees=degrees)
    effect = fitted_of(fitted, regressor=regressor, outcome=0)
    return known(subject, effect, mean_grade=mean_grade, degrees=degrees, base=base)


def fit_shown(votes: StyleVotes, values: Floats) -> Fit:
    """values: (features, steps). The last regressor is `styled` itself."""
    styled = (~votes.is_plain).astype(np.float64)
    regressors = np.concatenate([values[:, votes.steps] * styled, styled[None]])
    effects = Effects(large=votes.steps, small=(votes.annotators,))
    outcomes = np.stack([votes.sound, votes.values])
    return fit(regressors, outcomes, effects=effects, clusters=votes.chains)


def was_seen_both_ways(votes: StyleVotes) -> Flags:
    """(votes,), whether the step has a styled and a plain vote."""
    steps = int(votes.steps.max(initial=-1)) + 1
    plain = np.bincount(votes.steps[votes.is_plain], minlength=steps)
    styled = np.bincount(votes.steps[~votes.is_plain], minlength=steps)
    both: Flags = ((plain > 0) & (styled > 0))[votes.steps]
    return both


def needs_of(subject: Subject) -> tuple[Need, ...]:
    counts = subject.counts
    return unmet(THRESHOLDS, plain_votes=counts.plain_votes or 0, chains=counts.chains or 0)


def subject_of(votes: StyleVotes, use: FeaturesInUse, place: int, *, is_compared: Flags) -> Subject:
    has_feature = use.differs[place, votes.steps]
    compared = has_feature & is_compared
    return Subject(
        feature=use.uses[place].key,
        estimator="plain",
        status="bias",
        unit=use.uses[place].unit,
        prevalence=use.uses[place].prevalence,
        counts=EvidenceCounts(
            votes=len(votes.steps),
            plain_votes=int((compared & votes.is_plain).sum()),
            steps=distinct(votes.steps[compared]),
            chains=distinct(votes.chains[compared]),
            annotators=distinct(votes.annotators),
            pairs=None,
        ),
    )
