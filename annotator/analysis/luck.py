"""Chains whose outcome and steps say different things. Pure: arrays in, dataclasses out.

A **lucky** chain reached the reference answer in spite of a flawed step. A **suspect** one missed it although no step is
flawed and every step is decided: its labels are suspect, or the reference answer is. A neutral step (value 0) is no flaw, so a
chain with neutral steps can be suspect and is not lucky by them. Whoever does not know the outcome has found nothing.

Each rule comes as a scalar function over the steps of one chain, and as an array function over many chains.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.analysis.arrays import Flags, Floats, Integers

# What was found of a chain, as places in FINDINGS: the words that are stored and exported.
NOTHING, LUCKY, SUSPECT = range(3)
FINDINGS = ("", "lucky", "suspect")

# Who says so, as places in BASES; the first one that holds is told.
NOBODY, ADJUDICATED, CONSENSUS, ANNOTATOR = range(4)
BASES = ("", "adjudicated", "consensus", "annotator")

NO_INDEX = -1
_NO_STEP = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Luck:
    """finding and basis are words of FINDINGS and BASES; step_index: of the first flawed step of a lucky chain."""

    finding: str
    basis: str
    step_index: int | None


@dataclass(frozen=True, slots=True)
class Lucks:
    """`Luck` of many chains, (chains,) each: places in FINDINGS and BASES, and indexes, NO_INDEX where there is none."""

    findings: Integers
    bases: Integers
    step_indexes: Integers


def luck_of(
    values: Sequence[float | None],
    *,
    final_answer_correct: bool | None,
    adjudicated: Collection[int],
    flawed_by_someone: Sequence[int],
) -> Luck | None:
    """What one chain comes down to; None when its outcome is as expected or unknown.

    values: of the final verdicts in step order, None where undecided; adjudicated: indexes of the steps that a reviewer
    decided; flawed_by_someone: ascending indexes of those that any annotator called flawed.

    Lucky by adjudication where a reviewer called a step flawed, else by consensus, else by any annotator whom no decision
    overruled; the index is of the first step that is flawed on that basis. Suspect by adjudication when at least one
    step was decided by a reviewer, else by consensus.
    """
    if final_answer_correct is None or not values:
        return None
    flawed = [index for index, value in enumerate(values) if value is not None and value < 0]
    if not final_answer_correct:
        if flawed or any(value is None for value in values):
            return None
        return Luck(FINDINGS[SUSPECT], BASES[ADJUDICATED if adjudicated else CONSENSUS], None)
    decided = [index for index in flawed if index in adjudicated]
    claimed = [index for index in flawed_by_someone if index not in adjudicated]
    for basis, found in ((ADJUDICATED, decided), (CONSENSUS, flawed), (ANNOTATOR, claimed)):
        if found:
            return Luck(FINDINGS[LUCKY], BASES[basis], found[0])
    return None


def find_luck(
    *,
    final_answer_correct: Floats,
    chains: Integers,
    indexes: Integers,
    values: Floats,
    is_adjudicated: Flags,
    has_flawed_vote: Flags,
) -> Lucks:
    """`luck_of` of many chains at once.

    final_answer_correct: (chains,), 1 or 0, NaN where unknown. The others have one entry for every step of every chain, in
    any order: the place of its chain, its index in it, the value of its final verdict (NaN where undecided), whether a reviewer
    decided it, and whether any annotator called it flawed.
    """
    chain_count = len(final_answer_correct)
    is_flawed = values < 0

    def first(is_meant: Flags) -> Integers:
        found = np.full(chain_count, _NO_STEP, dtype=np.int64)
        np.minimum.at(found, chains[is_meant], indexes[is_meant])
        return found

    def has(is_meant: Flags) -> Flags:
        return np.bincount(chains[is_meant], minlength=chain_count) > 0

    firsts = np.stack(
        [first(is_flawed & is_adjudicated), first(is_flawed), first(has_flawed_vote & ~is_adjudicated)]
    )
    is_found = firsts < _NO_STEP
    is_lucky = (final_answer_correct == 1) & is_found.any(axis=0)
    basis = is_found.argmax(axis=0)
    has_steps = has(np.ones(len(chains), dtype=np.bool_))
    is_suspect = (final_answer_correct == 0) & has_steps & ~has(is_flawed | np.isnan(values))
    suspect_basis = np.where(has(is_adjudicated), ADJUDICATED, CONSENSUS)
    return Lucks(
        findings=np.where(is_lucky, LUCKY, np.where(is_suspect, SUSPECT, NOTHING)),
        bases=np.where(is_lucky, basis + ADJUDICATED, np.where(is_suspect, suspect_basis, NOBODY)),
        step_indexes=np.where(is_lucky, firsts[basis, np.arange(chain_count)], NO_INDEX),
    )
