"""The one label that annotators' votes come down to. Pure: counts in, small values out.

Each rule comes as a scalar function over a tuple of counts, for loops over single steps, and as an array function over
(steps, labels). Nobody's vote is ever invented: a step without votes has no label, no shares and no entropy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log2

import numpy as np
from numpy.typing import NDArray

from annotator.analysis.arrays import Floats, Integers

# Jeffreys' prior: half a vote for each declared label keeps a soft label off 0 and 1.
PSEUDO_VOTES = 0.5

# In arrays: no label, because of a tie or because nobody voted.
NO_LABEL = -1

# Where a verdict comes from, as places in PROVENANCES: the words that are stored and exported. A tie has none.
NO_VERDICT, SINGLE, UNANIMOUS, MAJORITY, ADJUDICATED = range(5)
PROVENANCES = ("", "single", "unanimous", "majority", "adjudicated")

# Steps share few patterns of votes, so that a cached answer is several times faster than a computed one.
_PATTERNS = 65_536


@dataclass(frozen=True, slots=True)
class Majority:
    """label: place in the declared order; None on a tie and when nobody voted, which *is_tie* tells apart."""

    label: int | None
    is_tie: bool


@dataclass(frozen=True, slots=True)
class Majorities:
    """labels: (steps,), NO_LABEL where there is none; is_tie: (steps,)."""

    labels: Integers
    is_tie: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FinalVerdict:
    """label: place in the declared order, None where undecided; provenance: place in PROVENANCES."""

    label: int | None
    provenance: int


@dataclass(frozen=True, slots=True)
class FinalVerdicts:
    """`FinalVerdict` of many steps. labels: (steps,), NO_LABEL where undecided; provenances: (steps,)."""

    labels: Integers
    provenances: Integers


@dataclass(frozen=True, slots=True)
class FirstError:
    """index: of the first flawed step, None if none. Not defined means it cannot be known, and index is None too."""

    index: int | None
    is_defined: bool


@dataclass(frozen=True, slots=True)
class FirstErrors:
    """`FirstError` of many chains. indexes: (chains,), NO_INDEX without an error or where undefined; is_defined: (chains,)."""

    indexes: Integers
    is_defined: NDArray[np.bool_]


NO_INDEX = -1
NO_ERROR = FirstError(index=None, is_defined=True)
UNDEFINED = FirstError(index=None, is_defined=False)


@lru_cache(maxsize=_PATTERNS)
def majority(counts: tuple[int, ...]) -> Majority:
    """The label with most votes; counts holds the votes for each declared label."""
    most = max(counts, default=0)
    if most == 0:
        return Majority(label=None, is_tie=False)
    if counts.count(most) > 1:
        return Majority(label=None, is_tie=True)
    return Majority(label=counts.index(most), is_tie=False)


def majorities(counts: Integers) -> Majorities:
    """`majority` of many steps: counts has shape (steps, labels)."""
    most = counts.max(axis=1, initial=0)
    leaders = (counts == most[:, None]).sum(axis=1)
    is_voted = most > 0
    has_winner = is_voted & (leaders == 1)
    labels = np.full(len(counts), NO_LABEL, dtype=np.int64)
    labels[has_winner] = counts[has_winner].argmax(axis=1)
    return Majorities(labels=labels, is_tie=is_voted & (leaders > 1))


@lru_cache(maxsize=_PATTERNS)
def provenance(counts: tuple[int, ...]) -> int:
    """Where the majority of a step comes from, a place in PROVENANCES: a single vote, all votes alike, or most of them."""
    if majority(counts).label is None:
        return NO_VERDICT
    if sum(counts) == 1:
        return SINGLE
    return UNANIMOUS if max(counts) == sum(counts) else MAJORITY


def provenances(counts: Integers) -> Integers:
    """`provenance` of many steps: (steps, labels) to (steps,)."""
    votes, most = counts.sum(axis=1), counts.max(axis=1, initial=0)
    has_winner = (most > 0) & ((counts == most[:, None]).sum(axis=1) == 1)
    kinds = np.where(votes == 1, SINGLE, np.where(most == votes, UNANIMOUS, MAJORITY))
    return np.where(has_winner, kinds, NO_VERDICT)


@lru_cache(maxsize=_PATTERNS)
def has_votes(counts: tuple[int, ...], labels: tuple[int, ...]) -> bool:
    """Whether anybody chose one of the labels at these places."""
    return any(counts[label] for label in labels)


@lru_cache(maxsize=_PATTERNS)
def final_verdict(counts: tuple[int, ...], decision: int | None) -> FinalVerdict:
    """The majority of a step, overridden where a reviewer decided on the label at this place."""
    if decision is not None:
        return FinalVerdict(label=decision, provenance=ADJUDICATED)
    return FinalVerdict(label=majority(counts).label, provenance=provenance(counts))


def final_verdicts(counts: Integers, *, decisions: Integers) -> FinalVerdicts:
    """`final_verdict` of many steps: counts (steps, labels), decisions (steps,), NO_LABEL where there is none."""
    is_decided = decisions != NO_LABEL
    return FinalVerdicts(
        labels=np.where(is_decided, decisions, majorities(counts).labels),
        provenances=np.where(is_decided, ADJUDICATED, provenances(counts)),
    )


def is_contested(counts: Integers, *, below: float) -> NDArray[np.bool_]:
    """Whether the votes on a step call for a decision: a tie, or the leader's share is smaller than *below* (0 to 1).

    (steps, labels) to (steps,). 0.0 leaves the ties, 1.0 takes any disagreement. One vote is never contested, and
    neither is a step without votes.
    """
    votes, most = counts.sum(axis=1), counts.max(axis=1, initial=0)
    is_tie = (counts == most[:, None]).sum(axis=1) > 1
    # Not `most < below * votes`: 0.55 * 20 is more than 11, but 11 / 20 is 0.55.
    is_split: NDArray[np.bool_] = (votes >= 2) & (is_tie | (most / np.maximum(votes, 1) < below))
    return is_split


@lru_cache(maxsize=_PATTERNS)
def soft(counts: tuple[int, ...]) -> tuple[float, ...] | None:
    """Smoothed vote shares, one for each declared label, summing to 1; None when nobody voted.

    The posterior mean under Jeffreys' prior: (votes + 1/2) / (all votes + labels / 2).
    """
    votes = sum(counts)
    if votes == 0:
        return None
    weight = votes + PSEUDO_VOTES * len(counts)
    return tuple((count + PSEUDO_VOTES) / weight for count in counts)


def softs(counts: Integers) -> Floats:
    """`soft` of many steps: counts and answer have shape (steps, labels); rows without votes are NaN."""
    votes = counts.sum(axis=1, keepdims=True)
    shares = (counts + PSEUDO_VOTES) / (votes + PSEUDO_VOTES * counts.shape[1])
    return np.where(votes > 0, shares, np.nan)


@lru_cache(maxsize=_PATTERNS)
def entropy(counts: tuple[int, ...]) -> float | None:
    """Shannon entropy of the plain vote shares in bits: 0 (all alike) to log2(labels); None when nobody voted."""
    votes = sum(counts)
    if votes == 0:
        return None
    return sum(count / votes * log2(votes / count) for count in counts if count)


def entropies(counts: Integers) -> Floats:
    """`entropy` of many steps: (steps, labels) to (steps,); NaN without votes."""
    votes = counts.sum(axis=1)
    shares = counts / np.maximum(votes, 1)[:, None]
    bits = np.log2(shares, out=np.zeros_like(shares), where=counts > 0)
    # The + 0.0 turns -0.0 into 0.0.
    return np.where(votes > 0, -(shares * bits).sum(axis=1) + 0.0, np.nan)


def first_error(values: Iterable[float | None]) -> FirstError:
    """First error of one chain from its verdict values in step order: one annotator's, or the consensus.

    A value below 0 is flawed; None is ungraded, unsure or tied. Undefined when such a step comes before the first
    flawed one (it could be the first itself), and when no step is flawed but one is None. Later steps do not matter.
    """
    for index, value in enumerate(values):
        if value is None:
            return UNDEFINED
        if value < 0:
            return FirstError(index=index, is_defined=True)
    return NO_ERROR


def first_errors_of_chains(
    *, chains: Integers, indexes: Integers, values: Floats, chain_count: int
) -> FirstErrors:
    """`first_error` of many chains at once, from three equally long arrays with one entry for every step of every chain.

    chains: places from 0 to chain_count - 1; indexes: of the steps; values: their verdict values, NaN where undecided.
    In any order. A chain without an entry has no step, and so no error.
    """
    no_step = np.iinfo(np.int64).max
    first_flawed = np.full(chain_count, no_step, dtype=np.int64)
    first_unknown = first_flawed.copy()
    is_flawed, is_unknown = values < 0, np.isnan(values)
    np.minimum.at(first_flawed, chains[is_flawed], indexes[is_flawed])
    np.minimum.at(first_unknown, chains[is_unknown], indexes[is_unknown])
    is_defined = first_flawed <= first_unknown
    is_found = is_defined & (first_flawed < no_step)
    return FirstErrors(indexes=np.where(is_found, first_flawed, NO_INDEX), is_defined=is_defined)
