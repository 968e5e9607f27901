"""Steps that show an effect, and some that show the opposite: what a flag is looked at with."""

from dataclasses import dataclass

import numpy as np

from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.bias.evidence import Estimate
from annotator.analysis.style_reports.numbering import Ordinary, Twinned, shown
from annotator.chains.models import Chain

MOST_EXAMPLES = 5
MOST_COUNTER_EXAMPLES = 2
# Where two arms, two renderings or two sides are no further apart than rounding, they are no example.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides of each thing that was graded on both: (things,) its step, chain, pair (or 0) and votes, all ids.

    differences: share of sound (or of the label) on the side with the feature minus that on the other one; for peers that
    of this person minus that of the others.
    """

    steps: Integers
    chains: Integers
    pairs: Integers
    votes: Integers
    differences: Floats


@dataclass(frozen=True, slots=True)
class Examples:
    """Places in Compared, the clearest first."""

    examples: Integers
    counter_examples: Integers


def examples_of(
    estimate: Estimate, *, ordinary: Ordinary, twinned: Twinned, indexes: dict[int, int]
) -> dict[str, list[dict[str, object]]]:
    """`examples` and `counter_examples` as a flag keeps them. indexes: by step, its place in its chains."""
    compared = compare(estimate, ordinary=ordinary, twinned=twinned)
    clearest = pick(compared, effect=estimate.effect or 0.0)
    rows = {"examples": clearest.examples, "counter_examples": clearest.counter_examples}
    chain_ids = {int(compared.chains[place]) for places in rows.values() for place in places}
    names = dict(Chain.objects.filter(pk__in=chain_ids).values_list("pk", "external_id"))
    return {
        name: [
            {
                "step": int(compared.steps[place]),
                "chain": names[int(compared.chains[place])],
                "index": indexes[int(compared.steps[place])],
                "pair": int(compared.pairs[place]) or None,
            }
            for place in places
        ]
        for name, places in rows.items()
    }


def pick(compared: Compared, *, effect: float) -> Examples:
    """Those that differ most, of these the ones with most votes."""
    towards = compared.differences * np.sign(effect)
    order = np.lexsort([compared.steps, -compared.votes, -towards])
    against = np.lexsort([compared.steps, -compared.votes, towards])
    return Examples(
        examples=order[towards[order] > ROUNDING][:MOST_EXAMPLES],
        counter_examples=against[towards[against] < -ROUNDING][:MOST_COUNTER_EXAMPLES],
    )


def compare(estimate: Estimate, *, ordinary: Ordinary, twinned: Twinned) -> Compared:
    if estimate.estimator == "twins":
        return arms(twinned, feature=estimate.feature, label=estimate.label)
    if estimate.estimator == "plain":
        return renderings(ordinary, feature=estimate.feature)
    if estimate.estimator == "peers" and estimate.annotator is not None:
        return one_and_others(ordinary, feature=estimate.feature, annotator=estimate.annotator)
    raise ValueError(f"{estimate.estimator} has no examples")


def arms(twinned: Twinned, *, feature: str, label: int | None) -> Compared:
    """Of each pair, both of whose arms were graded."""
    rows = np.flatnonzero(twinned.features == feature)
    votes = twinned.votes.only(twinned.features == feature)
    found = sides(
        votes.pairs,
        outcomes=votes.sound if label is None else votes.labels[:, label],
        is_first=votes.is_high,
        things=len(twinned.pair_ids),
    )
    _, first = np.unique(votes.pairs, return_index=True)
    row_of = np.zeros(len(twinned.pair_ids), dtype=np.int64)
    row_of[votes.pairs[first]] = rows[first]
    both = found.things
    return Compared(
        steps=twinned.step_ids[row_of[both]],
        chains=twinned.chain_ids[row_of[both]],
        pairs=twinned.pair_ids[both],
        votes=found.votes,
        differences=found.differences,
    )


def renderings(ordinary: Ordinary, *, feature: str) -> Compared:
    """Of each step with the feature that was graded styled and plain."""
    votes = ordinary.votes.only(shown(ordinary, feature=feature)[ordinary.votes.steps])
    found = sides(votes.steps, outcomes=votes.sound, is_first=~votes.is_plain, things=len(ordinary.step_ids))
    return of_steps(ordinary, found)


def one_and_others(ordinary: Ordinary, *, feature: str, annotator: int) -> Compared:
    """Of each step with the feature (or more of it than most) that this person graded and others too, as it is stored."""
    is_counted = shown(ordinary, feature=feature)[ordinary.votes.steps] & ~ordinary.votes.is_plain
    votes = ordinary.votes.only(is_counted)
    found = sides(
        votes.steps,
        outcomes=votes.sound,
        is_first=votes.annotators == annotator,
        things=len(ordinary.step_ids),
    )
    return of_steps(ordinary, found)


@dataclass(frozen=True, slots=True)
class Sides:
    """(things,) those with votes on both sides, by number; the votes on them, and how far the sides' means are apart."""

    things: Integers
    votes: Integers
    differences: Floats


def sides(numbers: Integers, *, outcomes: Floats, is_first: Flags, things: int) -> Sides:
    counts = np.stack([np.bincount(numbers[side], minlength=things) for side in (is_first, ~is_first)])
    sums = np.stack(
        [
            np.bincount(numbers[side], weights=outcomes[side], minlength=things)
            for side in (is_first, ~is_first)
        ]
    )
    both = np.flatnonzero((counts > 0).all(axis=0))
    means = sums[:, both] / counts[:, both]
    return Sides(things=both, votes=counts[:, both].sum(axis=0), differences=means[0] - means[1])


def of_steps(ordinary: Ordinary, found: Sides) -> Compared:
    # Votes are in the order of their steps.
    first = np.searchsorted(ordinary.votes.steps, found.things)
    return Compared(
        steps=ordinary.step_ids[found.things],
        chains=ordinary.chain_ids[ordinary.votes.chains[first]],
        pairs=np.zeros(len(found.things), dtype=np.int64),
        votes=found.votes,
        differences=found.differences,
    )
