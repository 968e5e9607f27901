"""The labels behind the votes, and how each annotator errs, estimated together. Pure: votes in, dataclasses out.

Dawid and Skene (1979), "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm", section 3. More
accurate than the majority where annotators differ in care, and over-confident on steps that are ambiguous in themselves: so
it stands beside the votes and never in place of them.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import Votes, renumbered

ANNOTATORS = 3
VOTES_OF_AN_ANNOTATOR = 30
UNITS_VOTED_TWICE = 50

# Votes that every annotator is credited with before the first one: with few votes an error matrix stays off 0 and 1.
PSEUDO_VOTES = 1.0
PSEUDO_VOTES_ON_DIAGONAL = 2.0
# Added to the vote shares that the iteration starts from, so that no label is ruled out.
START = 0.3

TOLERANCE = 1e-6
MOST_ITERATIONS = 500

ONE_LABEL_DECLARED = "The taxonomy declares a single label, so there is nothing to tell apart."
FEW_ANNOTATORS = "An estimate needs at least {needed} annotators; there are {found}."
FEW_VOTES = "An estimate needs at least {needed} votes of every annotator; {lacking} of {found} have fewer."
FEW_UNITS = "An estimate needs at least {needed} steps with two votes; there are {found}."


@dataclass(frozen=True, slots=True)
class DawidSkene:
    """prevalence: (labels,), sums to 1. confusions: (annotators, labels, labels), the probability that the annotator votes
    for the second label where the first is true; rows sum to 1. posteriors: (units, labels), the probability of each label,
    in the order of the votes' units; rows sum to 1. has_converged: whether the last iteration moved no posterior by more
    than TOLERANCE.
    """

    prevalence: Floats
    confusions: Floats
    posteriors: Floats
    iterations: int
    has_converged: bool


@dataclass(frozen=True, slots=True)
class NotEstimated:
    reason: str


@dataclass(frozen=True, slots=True)
class Patterns:
    """Units on which the same annotators gave the same votes are one pattern: there are few of them, and each is computed once.

    votes: (patterns, annotators * labels), sparse, 1 where the annotator gave the label; units: (patterns,), how many
    units of each; of_units: (units,), the pattern of each.
    """

    votes: csr_array
    units: Floats
    of_units: Integers


def estimate(votes: Votes) -> DawidSkene | NotEstimated:
    """The most probable error matrices and the probability of each unit's labels, by expectation and maximisation.

    Maximum a posteriori under pseudo-votes: each annotator is credited with 3 on and 1 off the diagonal of their matrix. Not
    estimated with under 3 annotators, with an annotator of under 30 votes, or with under 50 units that have two votes.
    """
    reason = why_not(votes)
    if reason is not None:
        return NotEstimated(reason)
    patterns = patterns_of(votes)
    shares = patterns.votes @ np.tile(np.eye(votes.label_count), (votes.annotator_count, 1))
    posteriors = normalised(normalised(shares) + START)
    iterations, has_converged = 0, False
    while not has_converged and iterations < MOST_ITERATIONS:
        prevalence = normalised(patterns.units @ posteriors)
        confusions = confusions_of(patterns, posteriors)
        former, posteriors = posteriors, posteriors_of(patterns, prevalence=prevalence, confusions=confusions)
        has_converged = bool(np.abs(posteriors - former).max() <= TOLERANCE)
        iterations += 1
    return DawidSkene(
        prevalence=prevalence,
        confusions=confusions,
        posteriors=posteriors[patterns.of_units],
        iterations=iterations,
        has_converged=has_converged,
    )


def why_not(votes: Votes) -> str | None:
    """Why there is no estimate; None when there is one."""
    if votes.label_count < 2:
        return ONE_LABEL_DECLARED
    of_annotators = np.bincount(votes.annotators)
    if len(of_annotators) < ANNOTATORS:
        return FEW_ANNOTATORS.format(needed=ANNOTATORS, found=len(of_annotators))
    lacking = int((of_annotators < VOTES_OF_AN_ANNOTATOR).sum())
    if lacking:
        return FEW_VOTES.format(needed=VOTES_OF_AN_ANNOTATOR, lacking=lacking, found=len(of_annotators))
    voted_twice = int((np.bincount(votes.units) >= 2).sum())
    if voted_twice < UNITS_VOTED_TWICE:
        return FEW_UNITS.format(needed=UNITS_VOTED_TWICE, found=voted_twice)
    return None


def patterns_of(votes: Votes) -> Patterns:
    """Numbered vote by vote: the pattern of a unit's first n votes and the next one make that of its first n + 1."""
    all_codes = votes.annotators * votes.label_count + votes.labels
    code_count = votes.annotator_count * votes.label_count
    order = np.lexsort((all_codes, votes.units))
    codes, lengths = all_codes[order], np.bincount(votes.units)
    starts = lengths.cumsum() - lengths
    of_units = lengths.copy()
    for place in range(int(lengths.max())):
        goes_on = lengths > place
        of_units[goes_on] = renumbered(of_units[goes_on] * code_count + codes[starts[goes_on] + place])[0]
    of_units = renumbered(of_units * (int(lengths.max()) + 1) + lengths)[0]
    examples = np.unique(of_units, return_index=True)[1]
    ends = np.concatenate(([0], lengths[examples].cumsum()))
    within = np.arange(ends[-1]) - np.repeat(ends[:-1], lengths[examples])
    columns = codes[np.repeat(starts[examples], lengths[examples]) + within]
    return Patterns(
        votes=csr_array((np.ones(len(columns)), columns, ends), shape=(len(examples), code_count)),
        units=np.bincount(of_units).astype(np.float64),
        of_units=of_units,
    )


def confusions_of(patterns: Patterns, posteriors: Floats) -> Floats:
    """Maximisation, equation 2.3, with pseudo-votes: (patterns, labels) to (annotators, labels, labels)."""
    labels = posteriors.shape[1]
    given = patterns.votes.T @ (posteriors * patterns.units[:, None])
    credited = given.reshape(-1, labels, labels).transpose(0, 2, 1) + PSEUDO_VOTES
    return normalised(credited + PSEUDO_VOTES_ON_DIAGONAL * np.eye(labels))


def posteriors_of(patterns: Patterns, *, prevalence: Floats, confusions: Floats) -> Floats:
    """Expectation, equation 2.5: (patterns, labels), in logarithms because many votes make small products."""
    labels = len(prevalence)
    likelihoods = patterns.votes @ np.log(confusions).transpose(0, 2, 1).reshape(-1, labels)
    logs = likelihoods + np.log(np.maximum(prevalence, np.finfo(np.float64).tiny))
    return normalised(np.exp(logs - logs.max(axis=1, keepdims=True)))


def normalised(weights: Floats) -> Floats:
    """Divided so that the last axis sums to 1."""
    shares: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return shares
