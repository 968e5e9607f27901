"""How often each label of a criterion was chosen, by how many people, and where two people said different things. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse import csc_array

from annotator.analysis.arrays import Integers

MOST_CONFUSIONS = 10
MOST_EXAMPLES = 3
# One disagreement may be a slip of the finger; from here on it is worth a look at the definitions.
PAIRS_FOR_ADVICE = 3

NOBODY_ANSWERED = "Nobody has answered this."
NOBODY_WAS_ASKED = "Nobody was asked this."


@dataclass(frozen=True, slots=True)
class Given:
    """Who was asked one criterion, and what they said. A unit is a step, or a chain, within one campaign.

    asked_units, asked_people: (asked,), one entry per person and unit. units, people, labels: (given,), one entry per
    label that was given, as places in the declared order; of a text one entry with place 0. Units and people are
    integers from 0, units below unit_count.
    """

    asked_units: Integers
    asked_people: Integers
    units: Integers
    people: Integers
    labels: Integers
    unit_count: int


@dataclass(frozen=True, slots=True)
class LabelUsage:
    """share: of the answers (one label), or of those asked (many); None with its reason where there were none.

    examples: units, first those where most people gave the label.
    """

    label: int
    count: int
    people: int
    share: float | None
    reason: str
    examples: tuple[int, ...]

    @property
    def is_never_used(self) -> bool:
        return self.count == 0


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two labels that two people gave to the same unit; without a second, a label that only one of the two gave.

    pairs: how many pairs of people did so; of_pairs: of how many that gave both or either of these labels; examples:
    units, first those with most such pairs.
    """

    first: int
    second: int | None
    pairs: int
    of_pairs: int
    examples: tuple[int, ...]

    @property
    def share(self) -> float:
        return self.pairs / self.of_pairs


@dataclass(frozen=True, slots=True)
class Usage:
    """answers: how often somebody answered; compared: pairs of people who both answered (many: were both asked)."""

    asked: int
    answers: int
    people: int
    compared: int
    labels: tuple[LabelUsage, ...]
    confusions: tuple[Confusion, ...]


class Rule(StrEnum):
    """Why a criterion may want another wording."""

    NEVER_ANSWERED = "never_answered"
    NEVER_USED = "never_used"
    ONE_PERSON = "one_person"
    CONFUSED = "confused"


@dataclass(frozen=True, slots=True)
class Finding:
    """labels: what it is about, as places; confusion: the pair, for that rule only."""

    rule: Rule
    labels: tuple[int, ...]
    confusion: Confusion | None = None


def measure_texts(given: Given) -> Usage:
    """Counts of a criterion that asks for text, which nobody can confuse."""
    return Usage(
        asked=len(given.asked_units),
        answers=len(given.units),
        people=len(np.unique(given.people)),
        compared=0,
        labels=(),
        confusions=(),
    )


def measure_usage(given: Given, *, label_count: int, many: bool) -> Usage:
    """Counts of one criterion with its most frequent disagreements, the most frequent first."""
    rows = np.ones(len(given.units), dtype=np.int64)
    table = csc_array(
        (rows, (given.units, given.labels)), shape=(given.unit_count, label_count), dtype=np.int64
    )
    base_units = given.asked_units if many else given.units
    totals = np.bincount(base_units, minlength=given.unit_count)
    confusions = one_sided(table, totals) if many else two_sided(table)
    answered = np.unique(given.units * (given.people.max(initial=0) + 1) + given.people)
    return Usage(
        asked=len(given.asked_units),
        answers=len(answered),
        people=len(np.unique(given.people)),
        compared=int((totals * (totals - 1) // 2).sum()),
        labels=tuple(label_usages(given, table=table, many=many)),
        confusions=tuple(sorted(confusions, key=most_frequent_first)[:MOST_CONFUSIONS]),
    )


def label_usages(given: Given, *, table: csc_array, many: bool) -> Iterator[LabelUsage]:
    label_count = table.shape[1]
    counts = np.bincount(given.labels, minlength=label_count)
    by_person = np.unique(given.people * label_count + given.labels) % max(label_count, 1)
    people = np.bincount(by_person, minlength=label_count)
    possible = len(given.asked_units) if many else len(given.units)
    for label in range(label_count):
        yield LabelUsage(
            label=label,
            count=int(counts[label]),
            people=int(people[label]),
            share=float(counts[label] / possible) if possible else None,
            reason="" if possible else NOBODY_WAS_ASKED if many else NOBODY_ANSWERED,
            examples=examples_of(*column(table, label)),
        )


def two_sided(table: csc_array) -> Iterator[Confusion]:
    """For a criterion of one label. table: (units, labels), how many people gave each label to each unit.

    Summed over units, n_x n_y pairs said x and y, and n_x (n_x - 1) / 2 both said x.
    """
    together = (table.T @ table).toarray()
    alike = (together.diagonal() - table.sum(axis=0)) // 2
    pairs = np.triu(together, 1)
    ranked = np.argsort(-pairs, axis=None, kind="stable")[:MOST_CONFUSIONS]
    for first, second in zip(*np.unravel_index(ranked, pairs.shape), strict=True):
        count = int(pairs[first, second])
        if count:
            both = table[:, [first]].multiply(table[:, [second]]).tocsc()
            yield Confusion(
                first=int(first),
                second=int(second),
                pairs=count,
                of_pairs=count + int(alike[first] + alike[second]),
                examples=examples_of(both.indices, both.data),
            )


def one_sided(table: csc_array, totals: Integers) -> Iterator[Confusion]:
    """For a criterion of many labels. totals: (units,), how many people were asked.

    Of a people asked g gave the label: g (a - g) pairs in which one did, and g (g - 1) / 2 in which both did.
    """
    for label in range(table.shape[1]):
        units, gave = column(table, label)
        one = gave * (totals[units] - gave)
        if one.any():
            is_split = one > 0
            yield Confusion(
                first=label,
                second=None,
                pairs=int(one.sum()),
                of_pairs=int((one + gave * (gave - 1) // 2).sum()),
                examples=examples_of(units[is_split], one[is_split]),
            )


def column(table: csc_array, label: int) -> tuple[Integers, Integers]:
    """The units with the label, and how many people gave it to each."""
    start, end = table.indptr[label], table.indptr[label + 1]
    return table.indices[start:end], table.data[start:end]


def examples_of(units: Integers, weights: Integers) -> tuple[int, ...]:
    order = np.lexsort((units, -weights))[:MOST_EXAMPLES]
    return tuple(int(unit) for unit in units[order])


def most_frequent_first(confusion: Confusion) -> tuple[int, float, int, int]:
    second = confusion.first if confusion.second is None else confusion.second
    return (-confusion.pairs, -confusion.share, confusion.first, second)


def findings_of(usage: Usage) -> Iterator[Finding]:
    """What to look at when the version is revised. A label that nobody could give is no finding of its own.

    Never answered; labels never used; labels used by one person only, where two or more answered; the pair of labels
    confused most often, from PAIRS_FOR_ADVICE pairs of people on.
    """
    if not usage.answers:
        yield Finding(Rule.NEVER_ANSWERED, labels=())
        return
    never = tuple(entry.label for entry in usage.labels if entry.is_never_used)
    if never:
        yield Finding(Rule.NEVER_USED, labels=never)
    one_person = tuple(entry.label for entry in usage.labels if entry.people == 1)
    if one_person and usage.people > 1:
        yield Finding(Rule.ONE_PERSON, labels=one_person)
    worst = usage.confusions[0] if usage.confusions else None
    if worst is not None and worst.pairs >= PAIRS_FOR_ADVICE:
        labels = (worst.first,) if worst.second is None else (worst.first, worst.second)
        yield Finding(Rule.CONFUSED, labels=labels, confusion=worst)
