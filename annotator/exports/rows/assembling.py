"""Rows from what was read of some chains. No Django, no database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat

import numpy as np

from annotator.analysis import luck
from annotator.analysis.arrays import Integers
from annotator.analysis.consensus import NO_INDEX, FirstError
from annotator.exports.rows.chain_rows import (
    ChainRow,
    ChainVoteRow,
    DecisionRow,
    FlagRow,
    LuckRow,
    SiblingRow,
    StepRow,
    Style,
    VoteRow,
)
from annotator.exports.rows.debiasing import DebiasRow
from annotator.exports.rows.judging import SOURCES, STATES, Judged, Paths

PROVENANCES = (None, *SOURCES[1:])
NO_LABELS: dict[str, dict[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Grades:
    """Who graded which step. (grades,) each, by step and then the annotator's place among the sorted pseudonyms.

    repairs: the id of the step that the graded one undoes, 0 where it undoes none.
    """

    steps: Integers
    annotators: Integers
    repairs: Integers


@dataclass(frozen=True, slots=True)
class ChainVotes:
    """What was said of a whole chain: by whom, places among the pseudonyms; and votes by criterion and label key."""

    annotators: frozenset[int]
    labels: dict[str, dict[str, int]]


NO_CHAIN_VOTES = ChainVotes(frozenset(), {})


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """What was imported of a chain; fields as in ChainRow."""

    chain_id: str
    problem_id: str
    problem: str
    reference_answer: str | None
    generator: str
    final_answer: str | None
    final_answer_correct: bool | None
    metadata: str
    domain: str
    reference_solution: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What only some exports ask for, None where this one does not. Of steps by id; of cells by their chain's and their own id."""

    styles: Mapping[int, Style] | None = None
    debias: Mapping[int, DebiasRow] | None = None
    votes: Mapping[tuple[int, int], tuple[VoteRow, ...]] | None = None
    decisions: Mapping[int, DecisionRow] | None = None
    chain_votes: Mapping[int, tuple[ChainVoteRow, ...]] | None = None
    gold: Mapping[int, str] | None = None
    siblings: Mapping[tuple[int, int], tuple[SiblingRow, ...]] | None = None
    flags: tuple[FlagRow, ...] | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some chains with what was said of them, and places among them of those that get a row, in order.

    facts and wholes: by chain; texts and labels: by step; pseudonyms: sorted; values: what each verdict label is worth.
    """

    paths: Paths
    judged: Judged
    kept: Integers
    counts: Integers
    grades: Grades
    facts: Mapping[int, ChainFacts]
    texts: Mapping[int, str]
    labels: Mapping[int, dict[str, dict[str, int]]]
    wholes: Mapping[int, ChainVotes]
    pseudonyms: Sequence[str]
    values: tuple[int, ...]
    asked: Asked


def rows_of(batch: Batch) -> Iterator[ChainRow]:
    paths, judged, asked = batch.paths, batch.judged, batch.asked
    steps = step_rows(batch)
    annotators = annotators_by_chain(batch)
    repairs = repairs_by_step(batch.grades)
    first_errors = zip(
        judged.first_errors.indexes.tolist(), judged.first_errors.is_defined.tolist(), strict=True
    )
    first_error_rows = [
        FirstError(index=None if index == NO_INDEX else index, is_defined=is_defined)
        for index, is_defined in first_errors
    ]
    scores = scores_by_chain(paths)
    ids, lengths, findings = paths.ids.tolist(), paths.lengths.tolist(), judged.lucks.findings.tolist()
    end = 0
    for chain in batch.kept.tolist():
        start, end = end, end + lengths[chain]
        chain_id = ids[chain]
        facts = batch.facts[chain_id]
        yield ChainRow(
            facts.chain_id,
            facts.problem_id,
            facts.problem,
            facts.reference_answer,
            facts.generator,
            facts.final_answer,
            facts.final_answer_correct,
            facts.metadata,
            tuple(steps[start:end]),
            batch.wholes.get(chain_id, NO_CHAIN_VOTES).labels,
            first_error_rows[chain],
            luck_row(batch, chain, repairs=repairs) if findings[chain] else None,
            annotators[chain],
            asked.flags,
            None if asked.chain_votes is None else asked.chain_votes.get(chain_id, ()),
            facts.domain,
            facts.reference_solution,
            scores.get(chain),
        )


def step_rows(batch: Batch) -> list[StepRow]:
    """Of all cells of the chains that get a row."""
    judged, paths, asked = batch.judged, batch.paths, batch.asked
    is_kept = np.zeros(len(paths.ids), dtype=np.bool_)
    is_kept[batch.kept] = True
    cells = np.flatnonzero(is_kept[paths.chains])
    steps = paths.steps[cells].tolist()
    # NO_LABEL is the last place.
    values = (*batch.values, None)
    counts = list(map(tuple, batch.counts.tolist()))
    keys = list(zip(paths.ids[paths.chains[cells]].tolist(), steps, strict=True))
    return list(
        map(
            StepRow,
            map(batch.texts.__getitem__, steps),
            map(values.__getitem__, judged.labels[cells].tolist()),
            map(PROVENANCES.__getitem__, judged.provenances[cells].tolist()),
            map(STATES.__getitem__, judged.states[cells].tolist()),
            map(counts.__getitem__, judged.places[cells].tolist()),
            map(batch.labels.get, steps, repeat(NO_LABELS)),
            found(asked.styles, steps),
            found(asked.debias, steps),
            repeat(None) if asked.votes is None else map(asked.votes.get, keys, repeat(())),
            found(asked.gold, steps),
            repeat(()) if asked.siblings is None else map(asked.siblings.get, keys, repeat(())),
            found(asked.decisions, steps),
        )
    )


def found(asked: Mapping[int, object] | None, steps: Sequence[int]) -> Iterator[object]:
    return repeat(None) if asked is None else map(asked.get, steps)


def scores_by_chain(paths: Paths) -> dict[int, tuple[float | None, ...]]:
    """By place, of the chains of which any step was scored."""
    found: dict[int, tuple[float | None, ...]] = {}
    is_scored = ~np.isnan(paths.scores)
    for chain in np.unique(paths.chains[is_scored]).tolist():
        cells = slice(int(paths.starts[chain]), int(paths.starts[chain] + paths.lengths[chain]))
        found[chain] = tuple(
            score if is_known else None
            for score, is_known in zip(paths.scores[cells].tolist(), is_scored[cells].tolist(), strict=True)
        )
    return found


def annotators_by_chain(batch: Batch) -> list[tuple[str, ...]]:
    """(chains,), the pseudonyms of everybody who said anything of a step or of the whole, sorted."""
    paths, grades = batch.paths, batch.grades
    starts = np.searchsorted(grades.steps, paths.steps, side="left")
    lengths = np.searchsorted(grades.steps, paths.steps, side="right") - starts
    people = grades.annotators[spread(starts, lengths)]
    wholes = [
        (place, annotator)
        for place, chain in enumerate(paths.ids.tolist())
        if chain in batch.wholes
        for annotator in batch.wholes[chain].annotators
    ]
    all_chains = np.append(np.repeat(paths.chains, lengths), [place for place, _ in wholes]).astype(np.int64)
    all_people = np.append(people, [annotator for _, annotator in wholes]).astype(np.int64)
    many = max(len(batch.pseudonyms), 1)
    each_once = np.unique(all_chains * many + all_people)
    names = list(map(batch.pseudonyms.__getitem__, (each_once % many).tolist()))
    bounds = np.searchsorted(each_once // many, np.arange(len(paths.ids) + 1)).tolist()
    return [tuple(names[start:end]) for start, end in pairwise(bounds)]


def spread(starts: Integers, lengths: Integers) -> Integers:
    """Every place of the ranges that begin at the starts, one range after the other."""
    ends = lengths.cumsum()
    return np.arange(lengths.sum()) + np.repeat(starts - (ends - lengths), lengths)


def repairs_by_step(grades: Grades) -> dict[int, set[int]]:
    """The steps that each one undoes according to anybody."""
    found: dict[int, set[int]] = {}
    said = grades.repairs > 0
    for step, repaired in zip(grades.steps[said].tolist(), grades.repairs[said].tolist(), strict=True):
        found.setdefault(step, set()).add(repaired)
    return found


def luck_row(batch: Batch, chain: int, *, repairs: Mapping[int, set[int]]) -> LuckRow:
    paths, lucks = batch.paths, batch.judged.lucks
    index = int(lucks.step_indexes[chain])
    repaired_by: tuple[int, ...] = ()
    if repairs and index != luck.NO_INDEX:
        start = int(paths.starts[chain])
        steps = paths.steps[start : start + int(paths.lengths[chain])].tolist()
        repaired_by = tuple(
            place for place, step in enumerate(steps) if steps[index] in repairs.get(step, ())
        )
    return LuckRow(
        finding=luck.FINDINGS[lucks.findings[chain]],
        basis=luck.BASES[lucks.bases[chain]],
        step_index=None if index == luck.NO_INDEX else index,
        repaired_by=repaired_by,
    )
