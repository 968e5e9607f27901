"""Made-up annotators with known preferences, grading steps whose quality and style go together. Seeded, numpy alone.

Good generators write better steps and more bullets, emphasis, headings and LaTeX, and so does each of them where it writes
a better step: what an annotator rewards is hidden behind what is good. An annotator is strict or mild, careful or not, has
a mood on each chain, and may like a feature, as may all of them together. How often that makes them say `sound` more is
known exactly, as the chance of it is known for every annotator and step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from annotator.analysis.bias.votes import Kind, StyleMatrix, StyleVotes, TwinVotes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BULLETS, EMPHASIS, HEADING, FIRST_PERSON, HEDGE, LATEX = range(6)
KEYS = ("bullets", "emphasis", "heading", "first_person", "hedge", "latex", "words", "latex_share")
KINDS: tuple[Kind, ...] = ("binary",) * 6 + ("continuous",) * 2
IS_MARKUP = (True, True, True, False, False, False, False, False)
BINARY = 6
# How frequent a feature is (log odds), and how much more with better quality.
FREQUENCY = np.array([-0.8, -0.4, -1.4, -0.6, -0.9, 0.0])
GOES_WITH_QUALITY = np.array([0.9, 0.5, 0.6, -0.3, -0.7, 0.5])

GENERATORS = 6
STEPS = (4, 12)
# Of the latent judgement: sound above 0, flawed below this.
FLAWED_BELOW = -0.9
MOOD, NOISE = 0.25, 0.55
# Of a liking, in that unit.
NEAR_ENOUGH = 1e-3
LABELS = 3


@dataclass(frozen=True, slots=True)
class Design:
    """What is simulated.

    liking: how many percentage points more often all say `sound` where a feature is shown, over all steps of the project;
    individual: the same of annotator 0 alone.
    """

    chains: int = 300
    annotators: int = 12
    overlap: int = 3
    plain_share: float = 0.25
    pairs: int = 60
    votes_per_pair: int = 4
    twins_of: tuple[int, ...] = (BULLETS, EMPHASIS, HEDGE)
    liking: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    individual: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Steps:
    """quality: (steps,); chains, indexes: (steps,); features: (steps, features)."""

    quality: Floats
    chains: Integers
    indexes: Integers
    features: Floats


@dataclass(frozen=True, slots=True)
class Pool:
    """severity, care: (annotators,); liking: (annotators, binary features)."""

    severity: Floats
    care: Floats
    liking: Floats

    def leaning(self, annotators: Integers, *, quality: Floats, shown: Floats) -> Floats:
        """What a judgement is before mood and noise; quality: (n,), shown: (n, binary features)."""
        liked: Floats = (self.liking[annotators] * shown).sum(axis=1)
        return self.care[annotators] * quality + self.severity[annotators] + liked


@dataclass(frozen=True, slots=True)
class Simulated:
    """A project, and the truth in percentage points.

    twins, twin_effects: by feature; plain_effects: by markup feature; deviations: (annotators, binary features).
    """

    votes: StyleVotes
    styles: StyleMatrix
    twins: Mapping[int, TwinVotes]
    twin_effects: Mapping[int, float]
    plain_effects: Mapping[int, float]
    deviations: Floats


def simulate(random: np.random.Generator, design: Design) -> Simulated:
    steps = draw_steps(random, chains=design.chains)
    pool = draw_pool(random, design, steps=steps)
    votes = grade(random, steps=steps, pool=pool, design=design)
    twins = {
        feature: grade_twins(random, steps=steps, pool=pool, design=design, feature=feature)
        for feature in design.twins_of
    }
    return Simulated(
        votes=votes,
        styles=StyleMatrix(values=steps.features, keys=KEYS, kinds=KINDS, is_markup=IS_MARKUP),
        twins={feature: study.votes for feature, study in twins.items()},
        twin_effects={feature: study.effect for feature, study in twins.items()},
        plain_effects={
            feature: effect_of(pool, steps, feature=feature, is_among=steps.features[:, feature] > 0).mean()
            for feature in (BULLETS, EMPHASIS, HEADING)
        },
        deviations=deviations_of(pool, steps),
    )


def draw_steps(random: np.random.Generator, *, chains: int) -> Steps:
    generator = random.normal(size=GENERATORS)[random.integers(0, GENERATORS, chains)]
    problem = random.normal(size=chains)
    lengths = random.integers(*STEPS, chains, endpoint=True)
    chain_of_step = np.repeat(np.arange(chains), lengths)
    indexes = np.arange(len(chain_of_step)) - np.repeat(lengths.cumsum() - lengths, lengths)
    own = random.normal(size=len(chain_of_step))
    quality = 0.5 + 0.6 * generator[chain_of_step] + 0.5 * problem[chain_of_step] + 0.8 * own
    habit = generator[chain_of_step] + 0.5 * own
    shares = expit(FREQUENCY + GOES_WITH_QUALITY * habit[:, None])
    binary = (random.random(shares.shape) < shares).astype(np.float64)
    words = np.floor(np.exp(3.2 + 0.25 * habit + 0.5 * random.normal(size=len(own))))
    latex_share = np.where(binary[:, LATEX] > 0, random.beta(2, 5, len(own)), 0.0)
    features = np.column_stack([binary, words, latex_share])
    return Steps(quality=quality, chains=chain_of_step, indexes=indexes, features=features)


def draw_pool(random: np.random.Generator, design: Design, *, steps: Steps) -> Pool:
    pool = Pool(
        severity=random.normal(0, 0.3, design.annotators),
        care=random.uniform(0.8, 1.2, design.annotators),
        liking=np.zeros((design.annotators, BINARY)),
    )
    everybody = np.arange(design.annotators)
    for feature, points in design.liking.items():
        like(pool, steps, feature=feature, points=points, annotators=everybody)
    for feature, points in design.individual.items():
        like(pool, steps, feature=feature, points=points, annotators=everybody[:1])
    return pool


def grade(random: np.random.Generator, *, steps: Steps, pool: Pool, design: Design) -> StyleVotes:
    """A few annotators on each chain, some of whom see it in the plain rendering."""
    chains = design.chains
    seats = np.argsort(random.random((chains, design.annotators)), axis=1)[:, : design.overlap]
    is_plain = random.random((chains, design.overlap)) < design.plain_share
    moods = random.normal(0, MOOD, (chains, design.overlap))
    step = np.repeat(np.arange(len(steps.quality)), design.overlap)
    annotator = seats[steps.chains].ravel()
    plain = is_plain[steps.chains].ravel()
    shown = steps.features[step, :BINARY] * ~(plain[:, None] & np.array(IS_MARKUP[:BINARY]))
    leaning = pool.leaning(annotator, quality=steps.quality[step], shown=shown)
    judged = leaning + moods[steps.chains].ravel() + random.normal(0, NOISE, len(step))
    return StyleVotes(
        steps=step,
        annotators=annotator,
        chains=steps.chains[step],
        indexes=steps.indexes[step],
        sound=(judged > 0).astype(np.float64),
        values=values_of(judged),
        is_plain=plain,
    )


@dataclass(frozen=True, slots=True)
class Study:
    """Votes on the twins of one feature, and what it does to them in percentage points."""

    votes: TwinVotes
    effect: float


def grade_twins(
    random: np.random.Generator, *, steps: Steps, pool: Pool, design: Design, feature: int
) -> Study:
    """Of some steps two arms that differ in the feature alone; the arms of a pair as often as each other."""
    chosen = random.choice(len(steps.quality), design.pairs, replace=False)
    pair = np.repeat(np.arange(design.pairs), design.votes_per_pair)
    by_chance = np.argsort(random.random((design.pairs, design.annotators)), axis=1)
    annotator = by_chance[:, : design.votes_per_pair].ravel()
    is_high = (np.arange(len(pair)) + pair) % 2 > 0
    shown = steps.features[chosen[pair], :BINARY].copy()
    shown[:, feature] = is_high
    leaning = pool.leaning(annotator, quality=steps.quality[chosen[pair]], shown=shown)
    judged = leaning + random.normal(0, np.hypot(MOOD, NOISE), len(pair))
    votes = TwinVotes(
        pairs=pair,
        annotators=annotator,
        is_high=is_high,
        sound=(judged > 0).astype(np.float64),
        values=values_of(judged),
        labels=labels_of(random, judged),
    )
    is_among = np.zeros(len(steps.quality), dtype=np.bool_)
    is_among[chosen] = True
    effect = effect_of(pool, steps, feature=feature, is_among=is_among).mean()
    return Study(votes=votes, effect=float(effect))


def values_of(judged: Floats) -> Floats:
    return (judged > 0).astype(np.float64) - (judged < FLAWED_BELOW)


def labels_of(random: np.random.Generator, judged: Floats) -> Floats:
    """(votes, labels), an error type for each flawed vote."""
    chosen = random.integers(0, LABELS, len(judged))
    given: Floats = (chosen[:, None] == np.arange(LABELS)) & (judged < FLAWED_BELOW)[:, None]
    return given.astype(np.float64)


# --- The truth


def effect_of(pool: Pool, steps: Steps, *, feature: int, is_among: NDArray[np.bool_]) -> Floats:
    """(annotators,), percentage points of `sound` by which showing the feature on these steps changes it."""
    annotators = len(pool.severity)
    step = np.tile(np.flatnonzero(is_among), annotators)
    annotator = np.repeat(np.arange(annotators), is_among.sum())
    chances = []
    for value in (1.0, 0.0):
        shown = steps.features[step, :BINARY].copy()
        shown[:, feature] = value
        leaning = pool.leaning(annotator, quality=steps.quality[step], shown=shown)
        chances.append(ndtr(leaning / np.hypot(MOOD, NOISE)))
    effects: Floats = 100 * (chances[0] - chances[1]).reshape(annotators, -1).mean(axis=1)
    return effects


def deviations_of(pool: Pool, steps: Steps) -> Floats:
    """(annotators, binary features), from the median of the others' effects on steps with the feature."""
    deviations = np.zeros(pool.liking.shape)
    for feature in range(BINARY):
        effects = effect_of(pool, steps, feature=feature, is_among=steps.features[:, feature] > 0)
        for annotator in range(len(effects)):
            deviations[annotator, feature] = effects[annotator] - np.median(np.delete(effects, annotator))
    return deviations


def like(pool: Pool, steps: Steps, *, feature: int, points: float, annotators: Integers) -> None:
    """Let these annotators like a feature so much that on average it makes so many percentage points for them."""
    low, high = 0.0, 8.0
    everywhere = np.ones(len(steps.quality), dtype=np.bool_)
    while high - low > NEAR_ENOUGH:
        middle = (low + high) / 2
        pool.liking[annotators, feature] = middle
        reached = effect_of(pool, steps, feature=feature, is_among=everywhere)[annotators].mean()
        low, high = (middle, high) if reached < points else (low, middle)
