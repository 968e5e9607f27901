"""Least squares of one annotator's votes, with every chain left out in turn. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.bias.within import NOTHING_LEFT, choose, spread_of

# Votes, and chains, whose products are held at once.
VOTES_AT_ONCE = 8192
CHAINS_AT_ONCE = 2048
# Far above rounding, far below what is measured: what one chain alone tells becomes 0 without that chain, and nothing else.
RIDGE = 1e-11
# How many times less certain than one of unrelated regressors a coefficient may become without one of the chains.
MOST_INFLATION = 1e7


@dataclass(frozen=True, slots=True)
class JackknifeFit:
    """coefficients, variances: (regressors, outcomes), 0 where not identified.

    is_identified: (regressors,), whether it differs from every sum of the others; is_stable: whether it does so without
    any one of the chains too; chains: how many there are.
    """

    coefficients: Floats
    variances: Floats
    is_identified: Flags
    is_stable: Flags
    chains: int


@dataclass(frozen=True, slots=True)
class Solved:
    """coefficients: (fits, regressors, outcomes); inflation: (fits, regressors)."""

    coefficients: Floats
    inflation: Floats


def fit_by_jackknife(regressors: Floats, outcomes: Floats, *, chains: Integers) -> JackknifeFit:
    """Ordinary least squares of each outcome on the regressors and a constant; both are (variables, votes).

    The variance is (C - 1) / C times the sum of squared distances of the C coefficients, each without one chain, to their
    mean. Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 11, over chains.
    """
    votes = regressors.shape[1]
    spreads, sizes = spread_of(regressors), (regressors**2).sum(axis=1)
    varies = spreads > NOTHING_LEFT * np.maximum(sizes, NOTHING_LEFT)
    scales = np.sqrt(np.where(varies, spreads / votes, 1.0))
    scaled = (regressors - regressors.mean(axis=1, keepdims=True)) / scales[:, None] * varies[:, None]
    chosen = choose(scaled @ scaled.T, spread=np.full(len(scaled), float(votes)))
    in_order = np.argsort(chains, kind="stable")
    design = np.concatenate([scaled[chosen.kept], np.ones((1, votes)), outcomes])[:, in_order]
    products = products_of(design.T, chains=chains[in_order])
    total = products.sum(axis=0)
    regressor_count = len(chosen.kept) + 1
    whole = solve(total[None] / votes, regressor_count=regressor_count)
    left_out = solve_all(total, products, votes=votes, regressor_count=regressor_count)
    unit, count = scales[chosen.kept, None], len(products)
    distances = (left_out.coefficients - left_out.coefficients.mean(axis=0))[:, :-1]
    coefficients = np.zeros((len(regressors), len(outcomes)))
    variances, is_stable = np.zeros_like(coefficients), np.zeros(len(regressors), dtype=np.bool_)
    coefficients[chosen.kept] = whole.coefficients[0, :-1] / unit
    variances[chosen.kept] = (count - 1) / count * (distances**2).sum(axis=0) / unit**2
    is_stable[chosen.kept] = left_out.inflation.max(axis=0)[:-1] < MOST_INFLATION
    return JackknifeFit(
        coefficients=coefficients,
        variances=variances,
        is_identified=chosen.is_identified,
        is_stable=is_stable & chosen.is_identified,
        chains=count,
    )


def products_of(design: Floats, *, chains: Integers) -> Floats:
    """(chains, columns, columns), the Gram matrix of each chain; design: (votes, columns), sorted by chain."""
    starts = np.flatnonzero(np.diff(chains, prepend=-1))
    columns = design.shape[1]
    products = np.empty((len(starts), columns, columns))
    for first, last in pieces(starts, votes=len(design)):
        end = starts[last] if last < len(starts) else len(design)
        rows = design[starts[first] : end]
        outer = rows[:, :, None] * rows[:, None, :]
        products[first:last] = np.add.reduceat(outer, starts[first:last] - starts[first], axis=0)
    return products


def pieces(starts: Integers, *, votes: int) -> Iterator[tuple[int, int]]:
    """Ranges of chains with not many more votes than are held at once."""
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(starts, starts[first] + VOTES_AT_ONCE))
        yield first, max(last, first + 1)
        first = max(last, first + 1)


def solve_all(total: Floats, products: Floats, *, votes: int, regressor_count: int) -> Solved:
    """Without each of the chains in turn."""
    parts = [
        solve((total - products[first : first + CHAINS_AT_ONCE]) / votes, regressor_count=regressor_count)
        for first in range(0, len(products), CHAINS_AT_ONCE)
    ]
    return Solved(
        coefficients=np.concatenate([part.coefficients for part in parts]),
        inflation=np.concatenate([part.inflation for part in parts]),
    )


def solve(grams: Floats, *, regressor_count: int) -> Solved:
    """grams: (fits, columns, columns) of scaled regressors, then outcomes."""
    left = grams[:, :regressor_count, :regressor_count] + RIDGE * np.eye(regressor_count)
    inverses = np.linalg.inv(left)
    return Solved(
        coefficients=inverses @ grams[:, :regressor_count, regressor_count:],
        inflation=np.einsum("fii->fi", inverses),
    )
