"""Least squares with one large and several small sets of fixed effects, and errors by cluster. Pure, linear in the votes.

The large set (steps, pairs, chains) is taken out by subtracting its means. What the small sets (annotators, positions)
still explain is solved exactly: their Gram matrix has one row a level, however many votes there are. Frisch and Waugh
(1933), Lovell (1963); Abowd, Creecy and Kramarz (2002) for two sets at once.

Arrays named *rows* are (variables, votes), so that every variable lies in one piece of memory.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import qr

from annotator.analysis.arrays import Flags, Floats, Integers

# Of a sum of squares, how little may be left of it before it is rounding.
NOTHING_LEFT = 1e-9
# Of a correlation matrix: an eigenvalue that is 0, and an entry of its vector that is not.
NO_SPREAD = 1e-8
TAKES_PART = 1e-4
# Of a Gram matrix of effects, relative to its largest eigenvalue.
NO_RANK = 1e-10


@dataclass(frozen=True, slots=True)
class Effects:
    """Sets of fixed effects, each (votes,) of levels from 0. Small ones together have some thousand levels at most."""

    large: Integers
    small: tuple[Integers, ...] = ()


@dataclass(frozen=True, slots=True)
class Remainder:
    """rows: what the effects leave of each variable; rank: of the small sets beside the large one."""

    rows: Floats
    rank: int


@dataclass(frozen=True, slots=True)
class Fit:
    """coefficients and standard errors: (regressors, outcomes), 0 where not identified.

    is_identified: (regressors,), whether it differs from every sum of the effects and the other regressors; free: votes
    beyond what was fitted to them.
    """

    coefficients: Floats
    errors: Floats
    is_identified: Flags
    free: int


def fit(regressors: Floats, outcomes: Floats, *, effects: Effects, clusters: Integers) -> Fit:
    """Ordinary least squares of each outcome on the regressors and the effects; both are rows.

    Errors are those of Liang and Zeger (1986) by cluster. Their variance is multiplied by G / (G - 1) for G clusters, and by
    N' / (N' - K): N' votes without one for each level of the large set that lies within one cluster, as whose mean is taken
    from the cluster's own scores, and K regressors, levels of the small sets, and levels of the large set that are found in
    several clusters. Where no level lies within a cluster that is the usual (N - 1) / (N - K), the constant being in K;
    where all do, N in place of N' is usual, which is too little where a level has few votes. Cameron and Miller (2015), "A
    Practitioner's Guide to Cluster-Robust Inference", section III.B.
    A level of the large set with a single vote says nothing, and changes nothing.
    """
    remainder = remainder_of(np.concatenate([regressors, outcomes]), effects)
    x, y = remainder.rows[: len(regressors)], remainder.rows[len(regressors) :]
    gram = x @ x.T
    chosen = choose(gram, spread=spread_of(regressors))
    shape = (len(regressors), len(outcomes))
    coefficients, errors = np.zeros(shape), np.zeros(shape)
    nested, across = levels_of(effects.large, clusters=clusters)
    fitted = len(chosen.kept) + remainder.rank
    free = regressors.shape[1] - nested - across - fitted
    factor = correction(clusters, nested=nested, fitted=fitted + across)
    if len(chosen.kept):
        inverse = np.asarray(np.linalg.inv(gram[np.ix_(chosen.kept, chosen.kept)]), dtype=np.float64)
        kept = x if len(chosen.kept) == len(x) else x[chosen.kept]
        coefficients[chosen.kept] = inverse @ (kept @ y.T)
        for place, outcome in enumerate(y):
            residuals = outcome - coefficients[chosen.kept, place] @ kept
            variances = sandwich(kept, residuals, inverse=inverse, clusters=clusters)
            errors[chosen.kept, place] = np.sqrt(variances * factor)
    return Fit(coefficients=coefficients, errors=errors, is_identified=chosen.is_identified, free=free)


def sandwich(rows: Floats, residuals: Floats, *, inverse: Floats, clusters: Integers) -> Floats:
    """(regressors,), the variances by cluster without a correction."""
    count = int(clusters.max(initial=-1)) + 1
    scores = np.stack([np.bincount(clusters, weights=row * residuals, minlength=count) for row in rows])
    influences = inverse @ scores
    variances: Floats = (influences**2).sum(axis=1)
    return variances


def correction(clusters: Integers, *, nested: int, fitted: int) -> float:
    count = int((np.bincount(clusters) > 0).sum())
    votes = len(clusters) - max(nested, 1)
    return count / max(count - 1, 1) * votes / max(len(clusters) - nested - fitted, 1)


def levels_of(large: Integers, *, clusters: Integers) -> tuple[int, int]:
    """How many levels lie within one cluster, and how many are found in several."""
    counts = np.bincount(large)
    any_cluster = np.zeros(len(counts), dtype=np.int64)
    any_cluster[large] = clusters
    elsewhere = np.bincount(large, weights=clusters != any_cluster[large])
    return int(((counts > 0) & (elsewhere == 0)).sum()), int((elsewhere > 0).sum())


# --- What the effects leave


def remainder_of(rows: Floats, effects: Effects) -> Remainder:
    """The residuals of each variable on all effects, exact up to rounding."""
    counts = np.maximum(np.bincount(effects.large), 1).astype(np.float64)
    rest = np.array(rows, dtype=np.float64)
    for row in rest:
        centre(row, levels=effects.large, counts=counts)
    if not effects.small or not rest.size:
        return Remainder(rows=rest, rank=0)
    small = numbered_through(effects.small)
    solver = Solver.of(gram_of(small, large=effects.large, counts=counts))
    for row in rest:
        explained = solver.explained(row, small=small)
        centre(explained, levels=effects.large, counts=counts)
        row -= explained
    return Remainder(rows=rest, rank=solver.rank)


@dataclass(frozen=True, slots=True)
class Solver:
    """inverse: of the Gram matrix of the small sets, (levels, levels); of its range, where it has not full rank."""

    inverse: Floats
    rank: int

    @classmethod
    def of(cls, gram: Floats) -> "Solver":
        values, vectors = np.linalg.eigh(gram)
        is_kept = values > NO_RANK * max(float(values[-1]), 1.0)
        kept = vectors[:, is_kept]
        return cls(inverse=(kept / values[is_kept]) @ kept.T, rank=int(is_kept.sum()))

    def explained(self, row: Floats, *, small: tuple[Integers, ...]) -> Floats:
        """(votes,), the sum of the small sets' effects on a variable that is centred."""
        count = len(self.inverse)
        sums = np.sum([np.bincount(levels, weights=row, minlength=count) for levels in small], axis=0)
        solved = self.inverse @ sums
        total: Floats = np.sum([solved[levels] for levels in small], axis=0)
        return total


def centre(row: Floats, *, levels: Integers, counts: Floats) -> None:
    """Take the mean of each level from the row, in place."""
    row -= (np.bincount(levels, weights=row) / counts)[levels]


def numbered_through(sets: tuple[Integers, ...]) -> tuple[Integers, ...]:
    """The levels of all sets in one numbering, those in use alone."""
    answer, first = [], 0
    for levels in sets:
        in_use, places = np.unique(levels, return_inverse=True)
        answer.append(np.asarray(places + first, dtype=np.int64))
        first += len(in_use)
    return tuple(answer)


def gram_of(small: tuple[Integers, ...], *, large: Integers, counts: Floats) -> Floats:
    """(levels, levels), the Gram matrix of the small sets' indicators after the large set is taken out."""
    votes = len(large)
    columns = np.concatenate(small)
    shape = (votes, int(columns.max()) + 1)
    ones = np.ones(len(columns))
    indicators = sparse.csr_array((ones, (np.tile(np.arange(votes), len(small)), columns)), shape=shape)
    within = sparse.csr_array((ones, (np.tile(large, len(small)), columns)), shape=(len(counts), shape[1]))
    gram: Floats = (indicators.T @ indicators).toarray()
    gram -= (within.T @ sparse.diags_array(1 / counts) @ within).toarray()
    return gram


# --- Which regressors can be told apart


@dataclass(frozen=True, slots=True)
class Choice:
    """kept: places of regressors that are independent of each other and span all; is_identified: (regressors,)."""

    kept: Integers
    is_identified: Flags


def spread_of(rows: Floats) -> Floats:
    """(variables,), the sum of squares about the mean, before anything else is taken out."""
    spreads: Floats = np.array([((row - row.mean()) ** 2).sum() if len(row) else 0.0 for row in rows])
    return spreads


def choose(gram: Floats, *, spread: Floats) -> Choice:
    """gram: (regressors, regressors) of what is left of them, spread: of what they were.

    A regressor is identified unless it takes part in a sum of regressors that vanishes.
    """
    left = np.diag(gram)
    present = np.flatnonzero(left > NOTHING_LEFT * np.maximum(spread, NOTHING_LEFT))
    is_identified = np.zeros(len(gram), dtype=np.bool_)
    if not len(present):
        return Choice(kept=present, is_identified=is_identified)
    scale = np.sqrt(left[present])
    correlations = gram[np.ix_(present, present)] / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlations)
    vanishing = vectors[:, values < NO_SPREAD]
    is_identified[present] = np.abs(vanishing).max(axis=1, initial=0.0) < TAKES_PART
    rank = len(present) - vanishing.shape[1]
    order = qr(correlations, mode="r", pivoting=True)[1]
    return Choice(kept=present[np.sort(order[:rank])], is_identified=is_identified)
