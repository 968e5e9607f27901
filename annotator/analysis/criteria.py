"""Agreement on the questions beside the verdict: one of several types, or a set of labels. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from annotator.analysis.agreement import (
    ALL_ALIKE,
    GRADES_FOR_LABEL,
    NOT_GRADED_TWICE,
    RARE_LABEL,
    LabelAgreement,
    alpha,
    alpha_nominal,
    alpha_rows,
    corrected_for_chance,
    label_agreements,
    why_null,
)
from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import (
    Counts,
    Status,
    Units,
    Votes,
    count_votes,
    counts_of,
    number_of,
    pairs_within_units,
    prepare,
    renumbered,
    status_of,
    votes_of,
)
from annotator.analysis.figures import Figure, figure_of, row_sums
from annotator.analysis.usage import NOBODY_ANSWERED

# All the sets that ten labels make. The interval takes time by the square of this for each problem.
MOST_SETS = 1_024
# Numbers of problems x sets that are in memory at once.
CELLS_AT_ONCE = 2_000_000
# Labels that fit one code while sets are told apart.
LABELS_AT_ONCE = 32

TOO_MANY_SETS = (
    f"Annotators gave more than {MOST_SETS} different sets of labels, too many to compare each with each."
)


@dataclass(frozen=True, slots=True)
class TypeAgreement:
    """Agreement on one type out of several, and what it stands on; labels hold the specific agreement of each type."""

    counts: Counts
    percent_agreement: Figure
    alpha_nominal: Figure
    gwet_ac1: Figure
    labels: tuple[LabelAgreement, ...]


@dataclass(frozen=True, slots=True)
class OneAgreement:
    """Of a question with one answer; counts and status are those of all grades, with a type or without.

    given_both: only grades that gave a type, on units with two of them. with_none: no type is one more category.
    """

    status: Status
    counts: Counts
    given_both: TypeAgreement
    with_none: TypeAgreement


@dataclass(frozen=True, slots=True)
class SetLabelAgreement:
    """One label out of a set: given or not. grades: those with the label, on units that were graded twice.

    positive_agreement: of the pairs in which one gave the label, counted from both sides, the share in which the other
    did too: 2a / (2a + b + c).
    """

    label: int
    grades: int
    alpha: Figure
    positive_agreement: Figure


@dataclass(frozen=True, slots=True)
class ManyAgreement:
    """Of a question with a set of answers; the empty set is an answer."""

    status: Status
    counts: Counts
    alpha_jaccard: Figure
    labels: tuple[SetLabelAgreement, ...]


@dataclass(frozen=True, slots=True)
class DistinctSets:
    """places: (grades,), which of the sets each grade gave; memberships: (sets, labels), the labels in each."""

    places: Integers
    memberships: NDArray[np.bool_]


def measure_one(votes: Votes) -> OneAgreement:
    """Agreement on a question with one answer; the last label of *votes* is "none": asked, but no type was given."""
    types = votes.label_count - 1
    is_given = votes.labels < types
    given = votes_of(
        units=votes.units[is_given],
        annotators=votes.annotators[is_given],
        labels=votes.labels[is_given],
        clusters=votes.clusters[is_given],
        chains=votes.chains[is_given],
        label_count=types,
    )
    with_none = type_agreement(votes)
    return OneAgreement(
        status=status_of(with_none.counts),
        counts=with_none.counts,
        given_both=type_agreement(given),
        with_none=with_none if is_given.any() else unanswered(with_none),
    )


def unanswered(measured: TypeAgreement) -> TypeAgreement:
    """That nobody answers a question is no agreement on it."""
    unknown = Figure(None, reason=NOBODY_ANSWERED)
    return TypeAgreement(
        counts=measured.counts,
        percent_agreement=unknown,
        alpha_nominal=unknown,
        gwet_ac1=unknown,
        labels=tuple(replace(label, specific_agreement=unknown) for label in measured.labels),
    )


def type_agreement(votes: Votes) -> TypeAgreement:
    grades = count_votes(votes)
    prepared = prepare(grades)
    nominal = corrected_for_chance(prepared, weights=np.eye(votes.label_count))
    return TypeAgreement(
        counts=counts_of(grades, prepared),
        percent_agreement=nominal.percent_agreement,
        alpha_nominal=alpha_nominal(grades, prepared=prepared),
        gwet_ac1=nominal.gwet,
        labels=label_agreements(prepared.paired),
    )


def measure_many(
    *, units: ArrayLike, annotators: ArrayLike, clusters: ArrayLike, chosen: ArrayLike
) -> ManyAgreement:
    """Agreement on sets of labels from one entry per grade; a grade with none of the labels is the empty set.

    units, annotators, clusters: (grades,), any integers. chosen: (grades, labels), whether the grade gave the label, in
    the order the taxonomy declares. Raises ValueError when lengths differ.
    """
    memberships = np.asarray(chosen, dtype=np.bool_)
    sets = distinct_sets(memberships)
    votes = votes_of(
        units=units,
        annotators=annotators,
        labels=sets.places,
        clusters=clusters,
        label_count=len(sets.memberships),
    )
    # One column is enough to know what was graded twice, and how often.
    grades = count_votes(replace(votes, labels=np.zeros_like(votes.labels), label_count=1))
    prepared = prepare(grades)
    counts = counts_of(grades, prepared)
    is_paired = grades.counts[:, 0] >= 2
    return ManyAgreement(
        status=status_of(counts),
        counts=counts,
        alpha_jaccard=alpha_jaccard(votes, memberships=sets.memberships, paired=prepared.paired),
        labels=tuple(
            set_label_agreement(label=label, given=given[is_paired], paired=prepared.paired)
            for label, given in enumerate(givers_of_labels(memberships, votes=votes))
        ),
    )


def givers_of_labels(chosen: NDArray[np.bool_], *, votes: Votes) -> Iterator[Floats]:
    """Of each label in turn, how many on each unit gave it: (units,)."""
    for label in range(chosen.shape[1]):
        givers = np.bincount(votes.units[chosen[:, label]], minlength=votes.unit_count)
        yield givers.astype(np.float64)


def set_label_agreement(*, label: int, given: Floats, paired: Units) -> SetLabelAgreement:
    """given: (units,), how many gave the label."""
    binary = replace(paired, counts=np.stack([paired.totals - given, given], axis=1))
    positive = label_agreements(binary)[1]
    is_rare = positive.grades < GRADES_FOR_LABEL
    return SetLabelAgreement(
        label=label,
        grades=positive.grades,
        alpha=Figure(None, reason=why_null(paired, otherwise=RARE_LABEL))
        if is_rare
        else alpha(binary, distance=1 - np.eye(2)),
        positive_agreement=positive.specific_agreement,
    )


def distinct_sets(chosen: NDArray[np.bool_]) -> DistinctSets:
    """The different sets among many; chosen: (grades, labels)."""
    grades, labels = chosen.shape
    places = np.zeros(grades, dtype=np.int64)
    for start in range(0, labels, LABELS_AT_ONCE):
        masks = np.zeros(grades, dtype=np.int64)
        for bit, label in enumerate(range(start, min(start + LABELS_AT_ONCE, labels))):
            masks |= chosen[:, label].astype(np.int64) << bit
        codes, code_count = renumbered(masks)
        places, _ = renumbered(places * code_count + codes)
    memberships = np.zeros((number_of(places), labels), dtype=np.bool_)
    memberships[places] = chosen
    return DistinctSets(places=places, memberships=memberships)


def jaccard_distances(memberships: NDArray[np.bool_]) -> Floats:
    """(sets, sets), 0 to 1: the share of the labels in either that are not in both; two empty sets are at 0.

    Jaccard (1912), "The distribution of the flora in the alpine zone".
    """
    labels = memberships.astype(np.float64)
    shared = labels @ labels.T
    either = np.add.outer(labels.sum(axis=1), labels.sum(axis=1)) - shared
    distances: Floats = np.divide(either - shared, either, out=np.zeros_like(either), where=either > 0)
    return distances


def alpha_jaccard(votes: Votes, *, memberships: NDArray[np.bool_], paired: Units) -> Figure:
    """Krippendorff's alpha with Jaccard distances between sets, -1 to 1; the labels of *votes* are places of sets.

    Passonneau (2006), "Measuring agreement on set-valued items (MASI)", with Jaccard's distance in MASI's place.
    """
    if not len(paired.totals):
        return Figure(None, reason=NOT_GRADED_TWICE)
    if len(memberships) > MOST_SETS:
        return Figure(None, reason=TOO_MANY_SETS)
    distances = jaccard_distances(memberships)
    totals = np.bincount(votes.units)
    is_paired = totals >= 2
    place_of_unit = is_paired.cumsum() - 1
    order = np.argsort(votes.units, kind="stable")
    order = order[is_paired[votes.units[order]]]
    units, sets = place_of_unit[votes.units[order]], votes.labels[order]
    observed = np.zeros(len(paired.totals))
    for pairs in pairs_within_units(units):
        apart = distances[sets[pairs.first], sets[pairs.second]]
        observed += np.bincount(units[pairs.first], weights=2 * apart, minlength=len(observed))
    grades = paired.rows(paired.totals)
    expected = expected_rows(
        sets, clusters=paired.clusters[units], cluster_count=paired.deletions, distances=distances
    )
    alphas = alpha_rows(paired.rows(observed / (paired.totals - 1)), expected, grades[:, None])
    return figure_of(alphas, reason=ALL_ALIKE)


def expected_rows(
    sets: Integers,
    *,
    clusters: Integers,
    cluster_count: int,
    distances: Floats,
    cells_at_once: int = CELLS_AT_ONCE,
) -> Floats:
    """(clusters + 1,), rows as in `figures`: the distances between any two grades, summed. sets, clusters: (grades,)."""
    set_count = len(distances)
    order = np.argsort(clusters, kind="stable")
    sets_in_order, clusters_in_order = sets[order], clusters[order]
    everything = np.bincount(sets, minlength=set_count).astype(np.float64)
    expected = [np.array([everything @ distances @ everything])]
    at_once = max(cells_at_once // set_count, 1)
    for start in range(0, cluster_count, at_once):
        stop = min(start + at_once, cluster_count)
        own = slice(*np.searchsorted(clusters_in_order, (start, stop)))
        cells = (clusters_in_order[own] - start) * set_count + sets_in_order[own]
        counts = np.bincount(cells, minlength=(stop - start) * set_count)
        rest = everything - counts.reshape(stop - start, set_count)
        expected.append(row_sums(rest, rest @ distances))
    return np.concatenate(expected)
