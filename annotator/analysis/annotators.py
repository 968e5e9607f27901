"""How each annotator agrees with the others on the same units. Pure: votes in, dataclasses out."""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import isqrt

import numpy as np
from numpy.typing import ArrayLike

from annotator.analysis.agreement import ALL_ALIKE, NO_VALUES, alpha_ordinal_rows
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import (
    Votes,
    count_votes,
    distinct,
    left_out_rows,
    number_of,
    prepare,
    renumbered,
)
from annotator.analysis.figures import Figure, figure_of
from annotator.analysis.slices import mean_figures

UNITS_FOR_RANK = 30

NOTHING_SHARED = "Nothing this annotator graded has been graded by another."
ALL_ALIKE_WITHOUT = (
    "Without this annotator every grade is alike, so no disagreement could be expected by chance."
)
NOT_TWICE_WITHOUT = "Without this annotator nothing has been graded by two annotators."


@dataclass(frozen=True, slots=True)
class RestAgreement:
    """How often the others on the same units gave the label that was given here, and on how many units that stands."""

    units: int
    agreement_with_rest: Figure


@dataclass(frozen=True, slots=True)
class AnnotatorAgreement:
    """One annotator against the others; *units* are the ones that another graded too, *chains* the ones these lie in.

    agreement_with_rest: mean over units of the share of the others who gave the same label, 0 to 1.
    alpha_change: ordinal alpha without them minus alpha with them; above 0 the rest agree better among themselves.
    severity: mean of their label's value minus the mean of the others'; below 0 they are stricter than the others.
    """

    grades: int
    units: int
    chains: int
    agreement_with_rest: Figure
    alpha_change: Figure
    severity: Figure
    is_ranked: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """The votes on units that were graded twice, each with the others on its unit.

    places: (shared,), in the arrays of *votes*; totals: (shared,), grades of the unit, 2 or more.
    """

    votes: Votes
    places: Integers
    totals: Floats
    annotators: Integers
    labels: Integers
    clusters: Integers


@dataclass(frozen=True, slots=True)
class Patterns:
    """Units share few combinations of counts. places: (units,), in counts: (patterns, ranks), all of them different."""

    places: Integers
    counts: Floats


def measure_annotators(votes: Votes) -> tuple[AnnotatorAgreement, ...]:
    """Every annotator in the order of *votes*, with intervals over problems; ranked from 30 shared units up."""
    annotators = votes.annotator_count
    shared = shared_votes(votes)
    grades = np.bincount(votes.annotators, minlength=annotators)
    units = np.bincount(shared.annotators, minlength=annotators)
    rest = measure_rest(votes, groups=votes.annotators)
    return tuple(
        AnnotatorAgreement(
            grades=int(grades[annotator]),
            units=int(units[annotator]),
            chains=chains,
            agreement_with_rest=rest[annotator].agreement_with_rest,
            alpha_change=alpha_change,
            severity=severity,
            is_ranked=bool(units[annotator] >= UNITS_FOR_RANK),
        )
        for annotator, (chains, alpha_change, severity) in enumerate(
            zip(chains_shared(shared), alpha_changes(votes), severities(shared), strict=True)
        )
    )


def measure_rest(votes: Votes, *, groups: ArrayLike) -> tuple[RestAgreement, ...]:
    """Agreement of the votes of each group with the other annotators on the same units, for groups from 0 to the last.

    groups: (grades,), the group of each vote in the order of *votes*: an annotator, or a stretch of their time. Votes
    below 0 are in no group, but still stand against the others. Raises ValueError when there is not one for each vote.
    """
    group_of = np.asarray(groups, dtype=np.int64)
    if group_of.shape != votes.units.shape:
        raise ValueError("groups must have one entry per grade")
    shared = shared_votes(votes)
    alike = count_votes(votes).counts[votes.units[shared.places], shared.labels]
    agreeing = (alike - 1) / (shared.totals - 1)
    own = group_of[shared.places]
    is_in = own >= 0
    group_count = int(group_of.max(initial=-1)) + 1
    figures = mean_figures(
        agreeing[is_in],
        groups=own[is_in],
        clusters=shared.clusters[is_in],
        group_count=group_count,
        reason=NOTHING_SHARED,
    )
    units = np.bincount(own[is_in], minlength=group_count)
    return tuple(
        RestAgreement(units=int(units[group]), agreement_with_rest=figure)
        for group, figure in enumerate(figures)
    )


def shared_votes(votes: Votes) -> Shared:
    totals = np.bincount(votes.units, minlength=votes.unit_count)[votes.units]
    places = np.flatnonzero(totals >= 2)
    return Shared(
        votes=votes,
        places=places,
        totals=totals[places].astype(np.float64),
        annotators=votes.annotators[places],
        labels=votes.labels[places],
        clusters=votes.clusters[places],
    )


def chains_shared(shared: Shared) -> list[int]:
    """Of each annotator, the chains with a unit that another annotator graded too."""
    chains = number_of(shared.votes.chains)
    met = distinct(shared.annotators * chains + shared.votes.chains[shared.places])
    counts = np.bincount(met // max(chains, 1), minlength=shared.votes.annotator_count)
    return [int(count) for count in counts]


def severities(shared: Shared) -> tuple[Figure, ...]:
    votes = shared.votes
    if votes.values is None:
        return (Figure(None, reason=NO_VALUES),) * votes.annotator_count
    value_of = votes.values[votes.labels]
    sums = np.bincount(votes.units, weights=value_of, minlength=votes.unit_count)
    own = value_of[shared.places]
    others = (sums[votes.units[shared.places]] - own) / (shared.totals - 1)
    span = float(np.ptp(votes.values))
    return mean_figures(
        own - others,
        groups=shared.annotators,
        clusters=shared.clusters,
        group_count=votes.annotator_count,
        reason=NOTHING_SHARED,
        lowest=-span,
        highest=span,
    )


def alpha_changes(votes: Votes) -> tuple[Figure, ...]:
    """Of each annotator, ordinal alpha of everybody else's votes minus that of all, -2 to 2, over all problems.

    A unit that two graded drops out without one of them; of the others one grade goes, and with it its pairs.
    """
    if votes.values is None:
        return (Figure(None, reason=NO_VALUES),) * votes.annotator_count
    ranked, rank = np.unique(votes.values, return_inverse=True)
    by_rank = replace(votes, labels=rank[votes.labels], label_count=len(ranked), values=ranked)
    shared = shared_votes(by_rank)
    paired = prepare(count_votes(by_rank)).paired
    patterns = patterns_of(paired.counts)
    everybody = paired.rows(tallies(patterns.counts)[patterns.places])
    is_paired = np.bincount(votes.units, minlength=votes.unit_count) >= 2
    order = order_of(shared.annotators)
    units = (is_paired.cumsum() - 1)[votes.units[shared.places[order]]]
    removals = patterns.places[units] * len(ranked) + shared.labels[order]
    removed, clusters = tallies_removed(patterns.counts), paired.clusters[units]
    ends = np.searchsorted(shared.annotators[order], np.arange(votes.annotator_count + 1))
    changes = []
    for start, end in pairwise(ends.tolist()):
        own = left_out_rows(
            removed[removals[start:end]], clusters=clusters[start:end], deletions=paired.deletions
        )
        changes.append(alpha_change(everybody=everybody, others=everybody - own, is_shared=end > start))
    return tuple(changes)


def order_of(codes: Integers) -> Integers:
    """A stable order of codes from 0 up; numbers of 16 bits are sorted several times faster."""
    is_short = number_of(codes) < np.iinfo(np.int16).max
    return np.asarray(
        np.argsort(codes.astype(np.int16) if is_short else codes, kind="stable"), dtype=np.int64
    )


def patterns_of(counts: Floats) -> Patterns:
    places = np.zeros(len(counts), dtype=np.int64)
    for column in counts.astype(np.int64).T:
        places, _ = renumbered(places * (int(column.max(initial=0)) + 1) + column)
    different = np.zeros((number_of(places), counts.shape[1]))
    different[places] = counts
    return Patterns(places=places, counts=different)


def alpha_change(*, everybody: Floats, others: Floats, is_shared: bool) -> Figure:
    """Both are sums of `tallies`, with rows as in `figures`."""
    if not is_shared:
        return Figure(None, reason=NOTHING_SHARED)
    before, after = alpha_of_tallies(everybody), alpha_of_tallies(others)
    without = ALL_ALIKE_WITHOUT if others[0].any() else NOT_TWICE_WITHOUT
    reason = ALL_ALIKE if np.isnan(before[0]) else without
    return figure_of(after - before, reason=reason, lowest=-2.0, highest=2.0)


def tallies(counts: Floats) -> Floats:
    """(units, ranks + pairs of ranks): the grades and coincidences of units of such counts; 0 of a single grade."""
    totals = counts.sum(axis=1)
    first, second = np.triu_indices(counts.shape[1], 1)
    weights = np.where(totals >= 2, 1 / np.maximum(totals - 1, 1), 0.0)[:, None]
    return np.concatenate([counts * (weights > 0), counts[:, first] * counts[:, second] * weights], axis=1)


def tallies_removed(counts: Floats) -> Floats:
    """(units x ranks, ranks + pairs of ranks): what goes from units of such counts with a grade of each rank.

    The rows of ranks that a unit does not have mean nothing.
    """
    ranks = counts.shape[1]
    without = tallies((counts[:, None, :] - np.eye(ranks)).reshape(-1, ranks))
    return tallies(counts).repeat(ranks, axis=0) - without


def alpha_of_tallies(rows: Floats) -> Floats:
    # Ranks and pairs of ranks together are a triangle number of columns.
    ranks = (isqrt(8 * rows.shape[1] + 1) - 1) // 2
    return alpha_ordinal_rows(pairable=rows[:, :ranks], coincidences=rows[:, ranks:])
