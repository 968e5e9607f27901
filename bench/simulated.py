"""Votes of made-up annotators, always the same for the same seed.

Steps of a chain and chains of a problem have much in common: problems differ in how often a step is flawed and in how
hard that is to see. Every annotator has a confusion of their own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotator.analysis.counting import Votes, votes_of

VALUES = (-1.0, 0.0, 1.0)
LABELS = len(VALUES)
CHAINS = (1, 6)
STEPS = (3, 12)
OVERLAP = 3


@dataclass(frozen=True, slots=True)
class Pool:
    """confusions: (annotators, labels, labels), how likely each of them gives a label to a step of a label."""

    confusions: NDArray[np.float64]


def draw_pool(random: np.random.Generator, *, annotators: int) -> Pool:
    """Some careful, some careless, each with labels that they lean to."""
    accuracy = random.uniform(0.6, 0.95, annotators)[:, None, None]
    leaning = random.dirichlet((2, 1, 3), annotators)[:, None, :]
    return Pool(confusions=accuracy * np.eye(LABELS) + (1 - accuracy) * leaning)


def simulate(random: np.random.Generator, *, pool: Pool, problems: int) -> Votes:
    """Three annotators, drawn anew for each chain, on every step of a few chains of each problem."""
    problem_of_chain = np.repeat(np.arange(problems), random.integers(*CHAINS, problems, endpoint=True))
    chains = len(problem_of_chain)
    chain_of_step = np.repeat(np.arange(chains), random.integers(*STEPS, chains, endpoint=True))
    problem_of_step = problem_of_chain[chain_of_step]
    steps = len(chain_of_step)
    shares = random.dirichlet((1.0, 0.4, 3.0), problems)
    labels = drawn(random, shares[problem_of_step])
    # On what is hard to see, all three may take one and the same wrong label for the right one.
    hardness = random.beta(1, 3, problems)
    is_misleading = random.random(steps) < hardness[problem_of_step]
    apparent = np.where(is_misleading, drawn(random, np.full((steps, LABELS), 1 / LABELS)), labels)
    annotators = len(pool.confusions)
    seats = np.argsort(random.random((chains, annotators)), axis=1)[:, :OVERLAP]
    units = np.repeat(np.arange(steps), OVERLAP)
    seated = seats[chain_of_step].ravel()
    # Each of them sees through it in half of the cases.
    seen = np.where(random.random(len(units)) < 0.5, apparent[units], labels[units])
    return votes_of(
        units=units,
        annotators=seated,
        labels=drawn(random, pool.confusions[seated, seen]),
        clusters=problem_of_step[units],
        chains=chain_of_step[units],
        label_count=LABELS,
        values=VALUES,
    )


def drawn(random: np.random.Generator, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """One label for each row of shares: (rows, labels) to (rows,)."""
    is_below = random.random(len(shares))[:, None] < shares.cumsum(axis=1)
    return np.asarray(is_below.argmax(axis=1), dtype=np.int64)
