"""Who agrees with whom: every two annotators, every two labels, and kappa for all at once. Pure."""

from dataclasses import dataclass
from math import isnan

import numpy as np

from annotator.analysis.agreement import (
    ALL_ALIKE,
    NO_VALUES,
    ONE_VALUE,
    Weights,
    agreement_rows,
    weights_between,
    why_null,
)
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import (
    GradeCounts,
    Units,
    Votes,
    count_votes,
    distinct,
    pairs_within_units,
    prepare,
)
from annotator.analysis.figures import Figure, divide, figure_of, row_sums

UNITS_FOR_PAIR = 20
CHAINS_FOR_PAIR = 3

FEW_COMMON_UNITS = f"The two graded fewer than {UNITS_FOR_PAIR} of the same steps."
FEW_COMMON_CHAINS = f"The steps both of them graded lie in fewer than {CHAINS_FOR_PAIR} chains."
PAIR_ALIKE = "Both gave one and the same label throughout, so no disagreement could be expected by chance."


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two annotators (places in the order of the votes, first < second) on the units and chains both graded.

    agreement: share of the units with the same label, 0 to 1. kappa: Cohen's, weights linear in the labels' values.
    """

    first: int
    second: int
    units: int
    chains: int
    agreement: float | None
    kappa: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class PairTables:
    """tables: (annotators, annotators, labels, labels), units by what the one and the other gave; chains: (annotators,
    annotators), those with a unit that both graded. Filled where the first annotator comes before the second.
    """

    tables: Integers
    chains: Integers


def measure_pairs(votes: Votes, *, weights: Weights = "linear") -> tuple[PairAgreement, ...]:
    """Every two annotators, in order; agreement and kappa are None under 20 common units or 3 chains.

    Cohen (1968), "Weighted kappa". Takes 8 (annotators x labels)^2 bytes: 3 MB for 200 annotators and 3 labels.
    """
    counted = count_pairs(votes)
    firsts, seconds = np.triu_indices(votes.annotator_count, 1)
    tables = counted.tables[firsts, seconds]
    units = tables.sum(axis=(1, 2))
    agreements = divide(np.trace(tables, axis1=1, axis2=2).astype(np.float64), units.astype(np.float64))
    between = weights_between(weights, label_count=votes.label_count, values=votes.values)
    kappas = np.full(len(tables), np.nan) if between is None else cohen_kappas(tables, weights=between)
    otherwise = PAIR_ALIKE if between is not None else NO_VALUES if votes.values is None else ONE_VALUE
    columns = (firsts, seconds, units, counted.chains[firsts, seconds], agreements, kappas)
    return tuple(
        pair_agreement(*numbers, otherwise=otherwise)
        for numbers in zip(*(column.tolist() for column in columns), strict=True)
    )


def pair_agreement(
    first: int, second: int, units: int, chains: int, agreement: float, kappa: float, *, otherwise: str
) -> PairAgreement:
    is_enough = units >= UNITS_FOR_PAIR and chains >= CHAINS_FOR_PAIR
    if is_enough:
        reason = otherwise if isnan(kappa) else None
    else:
        reason = FEW_COMMON_UNITS if units < UNITS_FOR_PAIR else FEW_COMMON_CHAINS
    return PairAgreement(
        first=first,
        second=second,
        units=units,
        chains=chains,
        agreement=agreement if is_enough else None,
        kappa=None if reason else kappa,
        reason=reason,
    )


def count_pairs(votes: Votes) -> PairTables:
    annotators, labels = votes.annotator_count, votes.label_count
    # By unit and within it by annotator, as gathered from the database already.
    keys = votes.units * annotators + votes.annotators
    order = np.arange(len(keys)) if (keys[1:] >= keys[:-1]).all() else np.argsort(keys, kind="stable")
    units, places = votes.units[order], votes.annotators[order]
    chosen, chains = votes.labels[order], votes.chains[order]
    tables = np.zeros(annotators * annotators * labels * labels, dtype=np.int64)
    met = []
    for pairs in pairs_within_units(units):
        pair_of = places[pairs.first] * annotators + places[pairs.second]
        np.add.at(tables, (pair_of * labels + chosen[pairs.first]) * labels + chosen[pairs.second], 1)
        met.append(distinct(chains[pairs.first] * annotators**2 + pair_of))
    meetings = distinct(np.concatenate(met)) if met else np.zeros(0, dtype=np.int64)
    chains_met = np.bincount(meetings % max(annotators**2, 1), minlength=annotators**2)
    return PairTables(
        tables=tables.reshape(annotators, annotators, labels, labels),
        chains=chains_met.reshape(annotators, annotators),
    )


def cohen_kappas(tables: Integers, *, weights: Floats) -> Floats:
    """Weighted kappa of each table, -1 to 1; NaN when a table is empty or its margins expect no disagreement.

    tables: (pairs, labels, labels), units by the labels of the one and the other; weights: (labels, labels). Cohen
    (1968). The margins are those of the common units.
    """
    apart = 1 - weights
    units = tables.sum(axis=(1, 2)).astype(np.float64)
    observed = np.einsum("pkl,kl->p", tables, apart) * units
    expected = np.einsum("pk,kl,pl->p", tables.sum(axis=2), apart, tables.sum(axis=1))
    kappas: Floats = 1 - divide(observed, expected)
    return kappas


def confusion(grades: GradeCounts) -> Integers:
    """(labels, labels), symmetric: in how many pairs of annotators on a unit the one gave k and the other l.

    A pair of different labels stands in both of its cells, one of equal labels once on the diagonal.
    """
    counts = grades.counts.astype(np.float64)
    # Whole numbers, exact as floats up to 2^53, and several times faster to multiply.
    together = counts.T @ counts
    np.fill_diagonal(together, (counts * (counts - 1) / 2).sum(axis=0))
    return together.astype(np.int64)


def conger_kappa(votes: Votes, *, weights: Weights) -> Figure:
    """Kappa of all annotators at once, -1 to 1: by chance, every two agree as their own shares of labels make them.

    Conger (1980), "Integration and generalization of kappas for multiple raters"; with missing grades Gwet (2014),
    "Handbook of Inter-Rater Reliability", 4th ed., chapter 2. Cohen's kappa for two who graded the same units. None
    when nothing was graded twice or no disagreement could be expected.
    """
    between = weights_between(weights, label_count=votes.label_count, values=votes.values)
    if between is None:
        return Figure(None, reason=NO_VALUES if votes.values is None else ONE_VALUE)
    prepared = prepare(count_votes(votes))
    observed = agreement_rows(prepared.paired, weights=between)
    shares = np.zeros((len(observed), votes.label_count))
    with_oneself, present = np.zeros(len(observed)), np.zeros(len(observed))
    for annotator in range(votes.annotator_count):
        own = np.flatnonzero(votes.annotators == annotator)
        grades = Units(
            counts=np.eye(votes.label_count)[votes.labels[own]],
            totals=np.ones(len(own)),
            clusters=prepared.rated.clusters[votes.units[own]],
            deletions=prepared.rated.deletions,
        )
        given = grades.rows(grades.counts)
        own_shares = np.nan_to_num(divide(given, given.sum(axis=1)[:, None]))
        shares += own_shares
        with_oneself += row_sums(own_shares, own_shares @ between)
        present += given.any(axis=1)
    by_chance = divide(row_sums(shares, shares @ between) - with_oneself, present * (present - 1))
    return figure_of(
        divide(observed - by_chance, 1 - by_chance),
        reason=why_null(prepared.paired, otherwise=ALL_ALIKE),
    )
