"""Votes, features and twins for tests: unbalanced on purpose, so that no count comes out even."""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from annotator.analysis.bias.votes import Kind, StyleMatrix, StyleVotes, TwinVotes

KEYS = ("bullets", "emphasis", "heading", "hedge", "latex", "words", "latex_share")
KINDS: tuple[Kind, ...] = ("binary",) * 5 + ("continuous",) * 2
IS_MARKUP = (True, True, True, False, False, False, False)

Votes = TypeVar("Votes", StyleVotes, TwinVotes)


@dataclass(frozen=True, slots=True)
class Project:
    votes: StyleVotes
    styles: StyleMatrix


def drawn_project(
    seed: int,
    *,
    chains: int = 60,
    annotators: int = 8,
    plain_share: float = 0.35,
    seats: tuple[int, int] = (1, 4),
) -> Project:
    """Chains of 2 to 9 steps, each graded by a few annotators, with features that go with quality."""
    random = np.random.default_rng(seed)
    chain_of_step = np.repeat(np.arange(chains), random.integers(2, 10, chains))
    steps = len(chain_of_step)
    first = np.searchsorted(chain_of_step, np.arange(chains))
    quality = random.normal(size=chains)[chain_of_step] + random.normal(size=steps)
    binary = (quality[:, None] * 0.5 + random.normal(size=(steps, 5)) > 0.4).astype(np.float64)
    words = np.floor(np.exp(3 + 0.3 * quality + 0.7 * random.normal(size=steps)))
    share = np.where(binary[:, 4] > 0, random.uniform(0, 0.6, steps), 0.0)
    features = np.column_stack([binary, words, share])
    rows = [
        (step, annotator, is_plain)
        for chain in range(chains)
        for annotator in random.permutation(annotators)[: random.integers(seats[0], seats[1] + 1)]
        for is_plain in [random.random() < plain_share]
        for step in np.flatnonzero(chain_of_step == chain)
        # Somebody who ends before the last step.
        if random.random() < 0.95
    ]
    table = random.permutation(np.array(rows, dtype=np.int64))
    step, annotator, is_plain = table[:, 0], table[:, 1], table[:, 2] > 0
    liking = 0.4 * features[step, 0] * ~is_plain
    latent = quality[step] + liking + 0.1 * annotator + random.normal(size=len(table))
    votes = StyleVotes(
        steps=step,
        annotators=annotator,
        chains=chain_of_step[step],
        indexes=step - first[chain_of_step[step]],
        sound=(latent > 0).astype(np.float64),
        values=(latent > 0) - (latent < -1.0).astype(np.float64),
        is_plain=is_plain,
    )
    return Project(votes, StyleMatrix(values=features, keys=KEYS, kinds=KINDS, is_markup=IS_MARKUP))


def drawn_twins(
    seed: int, *, pairs: int = 30, annotators: int = 9, votes_per_pair: int = 5, liking: float = 0.6
) -> TwinVotes:
    """Pairs with as many votes or fewer, arms balanced within each; three labels, the last of which is never given."""
    random = np.random.default_rng(seed)
    quality = random.normal(size=pairs)
    rows = [
        (pair, annotator, (seat + pair) % 2)
        for pair in range(pairs)
        for seat, annotator in enumerate(
            random.permutation(annotators)[: random.integers(2, votes_per_pair + 1)]
        )
    ]
    table = random.permutation(np.array(rows, dtype=np.int64))
    latent = quality[table[:, 0]] + liking * table[:, 2] + 0.1 * table[:, 1] + random.normal(size=len(table))
    return TwinVotes(
        pairs=table[:, 0],
        annotators=table[:, 1],
        is_high=table[:, 2] > 0,
        sound=(latent > 0).astype(np.float64),
        values=(latent > 0) - (latent < -1.0).astype(np.float64),
        labels=np.column_stack([latent < -1.0, random.random(len(table)) < 0.3, np.zeros(len(table))]).astype(
            np.float64
        ),
    )


def with_values(project: Project, values: NDArray[np.float64]) -> Project:
    return replace(project, styles=replace(project.styles, values=values))


def one_feature(project: Project, place: int) -> Project:
    """The same votes, with one feature alone."""
    styles = project.styles
    return replace(
        project,
        styles=StyleMatrix(
            values=styles.values[:, [place]],
            keys=(styles.keys[place],),
            kinds=(styles.kinds[place],),
            is_markup=(styles.is_markup[place],),
        ),
    )


def dummies(levels: NDArray[np.int64]) -> NDArray[np.float64]:
    """(votes, levels in use - 1)."""
    return np.asarray(levels[:, None] == np.unique(levels)[None, 1:], dtype=np.float64)
