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

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

# Jeffreys' prior: half a vote for each declared label keeps a soft label off 0 and 1.
PSEUDO_VOTES = 0.5

# In arrays: no label, because of a tie or because nobody voted.
NO_LABEL = -1

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
class FirstError:
    """index: of the first flawed step, None if none. Not defined means it cannot be known, and index is None too."""

    index: int | None
    is_defined: bool


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
