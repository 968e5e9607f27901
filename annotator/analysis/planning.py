"""How many labels are enough: the interval of alpha that a larger campaign would have, from this one's votes. Pure.

The interval is t(C - 1) * s / sqrt(C) over C problems, s being the spread of the problems' jackknife pseudo-values. How s
falls with the overlap is measured by looking at the same votes with fewer annotators a chain, so it is known only where
chains have three: problems differ whoever grades them, and annotators differ on one problem. Efron and Tibshirani (1993),
chapter 11, for the pseudo-values; Hoeffding (1948), "A Class of Statistics with Asymptotically Normal Distribution",
section 5, for the parts of their variance.

It is an estimate: with three annotators a chain in simulated campaigns the half-widths were off by 6 to 14 % (root mean
square) from 60 problems and by 8 to 23 % from 30, more for overlaps that nobody has seen yet than for smaller ones.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from annotator.analysis.agreement import alpha_ordinal, alphas_ordinal
from annotator.analysis.arrays import Integers
from annotator.analysis.counting import (
    CLUSTERS_FOR_PROVISIONAL,
    GradeCounts,
    Status,
    Votes,
    count_votes,
    counts_of,
    number_of,
    prepare,
    renumbered,
    status_of,
)
from annotator.analysis.figures import CLUSTERS_FOR_INTERVAL, CONFIDENCE, FEW_CLUSTERS

TIMES_PRESENT = (1, 2, 5)
ROUND_CHAINS = (50, 100, 200, 500, 1_000, 2_000)
OVERLAPS = (2, 3, 4, 5)
# Below three, nothing can be left out that leaves a pair.
ANNOTATORS_TO_COMPARE = 3
# More ways to leave annotators out of a chain would say little more, and cost as much again.
MOST_ROTATIONS = 5

NO_SECONDS = "No time was measured, so the hours are unknown."
OTHER_OVERLAP = (
    "Another overlap needs at least {needed} problems graded by three annotators or more; there are {found}."
)
UNDEFINED_WITH_FEWER = (
    "With fewer annotators a chain the figure is undefined, so another overlap cannot be planned."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """half_width: of alpha's 95 % interval; hours: of all annotators together. Whatever is None has its reason."""

    chains: int
    overlap: int
    half_width: float | None
    hours: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Planning:
    """chains and overlap: as they are, chains graded twice and the annotators most of them have. steps_per_chain: that
    one annotator grades. reason: why no half-width can be planned at all.
    """

    status: Status
    reason: str | None
    seconds_per_step: float | None
    steps_per_chain: float | None
    alpha: float | None
    chains: int
    overlap: int | None
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Graders:
    """Of each vote's chain, (votes,): how many annotators it has, and the place among them of the one who voted."""

    counts: Integers
    places: Integers


@dataclass(frozen=True, slots=True)
class Spread:
    """Variances of the pseudo-values by overlap; reason: why other overlaps than those have none."""

    variances: dict[int, float]
    reason: str | None


def plan(votes: Votes, *, seconds_per_step: float | None) -> Planning:
    """Half-widths and hours for a grid of chains and overlaps, the present ones among them.

    Ordinal alpha over votes on the verdict, which need values; chains per problem stay as they are. Null where the
    interval would be: under 5 problems, or where one problem carries the figure. The status is that of the votes it rests on.
    """
    grades = count_votes(votes)
    prepared = prepare(grades)
    counts = counts_of(grades, prepared)
    alpha = alpha_ordinal(grades, prepared=prepared)
    graders = graders_of(votes)
    chains = number_of(renumbered(votes.chains[graders.counts >= 2])[0])
    reason = alpha.reason or alpha.interval_reason
    spread = Spread({}, reason) if reason else spread_of(votes, graders)
    sittings = number_of(renumbered(votes.chains * votes.annotator_count + votes.annotators)[0])
    steps_per_chain = len(votes.units) / sittings if sittings else None
    return Planning(
        status=status_of(counts),
        reason=reason,
        seconds_per_step=seconds_per_step,
        steps_per_chain=steps_per_chain,
        alpha=alpha.value,
        chains=chains,
        overlap=overlap_of(graders, votes=votes),
        plans=tuple(
            planned(
                chains=wanted,
                overlap=overlap,
                problems=round(wanted * counts.clusters / chains),
                spread=spread,
                seconds_per_chain=steps_per_chain and seconds_per_step and steps_per_chain * seconds_per_step,
            )
            for wanted in (chains_to_plan(chains) if chains else ())
            for overlap in OVERLAPS
        ),
    )


def chains_to_plan(present: int) -> list[int]:
    return sorted({*(times * present for times in TIMES_PRESENT), *ROUND_CHAINS})


def planned(
    *, chains: int, overlap: int, problems: int, spread: Spread, seconds_per_chain: float | None
) -> Plan:
    variance = spread.variances.get(overlap)
    half_width = half_width_of(variance, problems=problems) if variance is not None else None
    hours = chains * overlap * seconds_per_chain / 3600 if seconds_per_chain else None
    reasons = [
        *([] if half_width is not None else [FEW_CLUSTERS if variance is not None else spread.reason]),
        *([] if hours is not None else [NO_SECONDS]),
    ]
    return Plan(chains, overlap, half_width, hours, " ".join(filter(None, reasons)) or None)


def half_width_of(variance: float, *, problems: int) -> float | None:
    if problems < CLUSTERS_FOR_INTERVAL:
        return None
    return float(stdtrit(problems - 1, (1 + CONFIDENCE) / 2) * np.sqrt(variance / problems))


def graders_of(votes: Votes) -> Graders:
    sittings, pairs = np.unique(
        votes.chains * max(votes.annotator_count, 1) + votes.annotators, return_inverse=True
    )
    chains = sittings // max(votes.annotator_count, 1)
    counts = np.bincount(chains)
    firsts = counts.cumsum() - counts
    return Graders(
        counts=counts[votes.chains],
        places=pairs - firsts[votes.chains],
    )


def overlap_of(graders: Graders, *, votes: Votes) -> int | None:
    """How many annotators most chains have, of those that have two or more; the smaller number on a tie."""
    by_chain = np.zeros(number_of(votes.chains), dtype=np.int64)
    by_chain[votes.chains] = graders.counts
    chains_with = np.bincount(by_chain[by_chain >= 2])
    return int(chains_with.argmax()) if chains_with.size else None


def spread_of(votes: Votes, graders: Graders) -> Spread:
    """The variance at two annotators a chain, and how it falls from there with more of them.

    How it falls is read off the chains that many have graded, once with two of their annotators and once with all.
    """
    most_graders = np.zeros(votes.cluster_count, dtype=np.int64)
    np.maximum.at(most_graders, votes.clusters, graders.counts)
    # How many problems have a chain with as many graders or more.
    problems_with = np.bincount(most_graders)[::-1].cumsum()[::-1]
    comparable = (
        int(problems_with[ANNOTATORS_TO_COMPARE]) if len(problems_with) > ANNOTATORS_TO_COMPARE else 0
    )
    if comparable < CLUSTERS_FOR_PROVISIONAL:
        reason = OTHER_OVERLAP.format(needed=CLUSTERS_FOR_PROVISIONAL, found=comparable)
        return present_spread(votes, graders, reason=reason)
    top = int(np.flatnonzero(problems_with >= max(CLUSTERS_FOR_PROVISIONAL, comparable / 2))[-1])
    with_two = mean_variance(votes, graders, overlap=2, least=top)
    with_all = mean_variance(votes, graders, overlap=top, least=top)
    has_others = bool(((graders.counts >= 2) & (graders.counts < top)).any())
    base = mean_variance(votes, graders, overlap=2, least=2) if has_others else with_two
    if not (with_two > 0 and np.isfinite([with_two, with_all, base]).all()):
        return present_spread(votes, graders, reason=UNDEFINED_WITH_FEWER)
    return Spread({m: base * share_left(m, ratio=with_all / with_two, top=top) for m in OVERLAPS}, None)


def present_spread(votes: Votes, graders: Graders, *, reason: str) -> Spread:
    present = overlap_of(graders, votes=votes)
    everything = np.ones(len(votes.units), dtype=np.bool_)
    return Spread({present: variance_of(votes, everything)} if present else {}, reason)


def share_left(overlap: int, *, ratio: float, top: int) -> float:
    """The variance at an overlap as a share of that at two, given this ratio at *top* annotators a chain.

    What problems differ by stays, what one annotator brings in falls with 1 / m, and what two bring in only together with
    1 / (m (m - 1)). One ratio cannot tell three parts: this is the middle between as much as possible and nothing of the
    second. At *top* they are the same.
    """
    one, pair = 2 / overlap, 2 / (overlap * (overlap - 1))
    top_one, top_pair = 2 / top, 2 / (top * (top - 1))
    stays = part_of(ratio, low=top_pair, high=1.0)
    without_second = stays + (1 - stays) * pair
    if ratio >= top_one:
        stays = part_of(ratio, low=top_one, high=1.0)
        return (without_second + stays + (1 - stays) * one) / 2
    second = part_of(ratio, low=top_pair, high=top_one)
    return (without_second + second * one + (1 - second) * pair) / 2


def part_of(ratio: float, *, low: float, high: float) -> float:
    """How far the ratio lies from low (0) to high (1); past them, as far as they."""
    return min(max((ratio - low) / (high - low), 0.0), 1.0)


def mean_variance(votes: Votes, graders: Graders, *, overlap: int, least: int) -> float:
    """Of the chains that *least* annotators have graded, over the ways to leave all but *overlap* of them out in turn."""
    is_meant = graders.counts >= least
    most = int(graders.counts[is_meant].max())
    rotations = min(most, MOST_ROTATIONS) if most > overlap else 1
    turned = (
        is_meant & ((graders.places - rotation) % graders.counts < overlap) for rotation in range(rotations)
    )
    return float(np.mean([variance_of(votes, kept) for kept in turned]))


def variance_of(votes: Votes, is_kept: NDArray[np.bool_]) -> float:
    """Of the problems' pseudo-values of ordinal alpha, from the votes that are kept; NaN where alpha is undefined."""
    units, labels = votes.units[is_kept], votes.labels[is_kept]
    cells = votes.unit_count * votes.label_count
    counts = np.bincount(units * votes.label_count + labels, minlength=cells)
    kept = GradeCounts(
        counts=counts.reshape(votes.unit_count, votes.label_count),
        clusters=votes.unit_clusters,
        annotators=votes.annotator_count,
    )
    assert votes.values is not None
    left_out = alphas_ordinal(prepare(kept).paired, values=votes.values)[1:]
    if len(left_out) < 2:
        return np.nan
    return float((len(left_out) - 1) ** 2 * left_out.var(ddof=1))
