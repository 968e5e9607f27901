"""What the votes and decisions on some chains' steps come to, whoever's verdict counts. Pure: arrays in, dataclasses out."""

from dataclasses import dataclass

import numpy as np

from annotator.analysis import consensus, luck
from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.exports.options import Labels

# Where a verdict comes from, as places in SOURCES: the words of the consensus, and what only an export knows.
DAWID_SKENE = len(consensus.PROVENANCES)
ANNOTATOR = DAWID_SKENE + 1
SOURCES = (*consensus.PROVENANCES, "dawid_skene", "annotator")

# What was said of a step, as places in STATES.
GRADED, UNSURE, NOT_GRADED, NOT_GRADED_AFTER_ERROR = range(4)
STATES = ("graded", "unsure", "not_graded", "not_graded_after_error")


@dataclass(frozen=True, slots=True)
class Paths:
    """Chains and their steps. ids, outcomes (1 correct, 0 wrong, -1 unknown), starts, lengths: (chains,), by id.

    steps: (cells,), the id of each step of each chain, by chain and then index; those of chain c are the `lengths[c]`
    cells from `starts[c]` on. scores: (cells,), what a model gave each, NaN where none did.
    """

    ids: Integers
    outcomes: Integers
    starts: Integers
    lengths: Integers
    steps: Integers
    scores: Floats

    @property
    def chains(self) -> Integers:
        """(cells,), the place of each one's chain."""
        return np.repeat(np.arange(len(self.ids)), self.lengths)

    @property
    def indexes(self) -> Integers:
        """(cells,), from 0."""
        return np.arange(len(self.steps)) - np.repeat(self.starts, self.lengths)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of each of some steps. steps: (steps,), ids in order, each once; the others belong to these.

    counts: (steps, labels), votes; is_graded: (steps,), whether anybody has said anything, if only that they are unsure;
    decisions: (steps,), the place of the label that a reviewer decided on; estimates: the same by Dawid and Skene's model;
    consensus.NO_LABEL where there is none.
    """

    steps: Integers
    counts: Integers
    is_graded: Flags
    decisions: Integers
    estimates: Integers


@dataclass(frozen=True, slots=True)
class Judged:
    """What some chains come to. Of the cells of their paths: places (in the steps of what was said), labels, provenances
    (places in SOURCES), states (places in STATES). Of the chains: first_errors, lucks, is_graded, and votes and
    agreement, the least of any step up to the first flawed one: how many votes, and what share of them is alike (0 where
    there is none).
    """

    places: Integers
    labels: Integers
    provenances: Integers
    states: Integers
    first_errors: consensus.FirstErrors
    lucks: luck.Lucks
    is_graded: Flags
    votes: Integers
    agreement: Floats


def verdicts_of(said: Said, *, source: Labels) -> consensus.FinalVerdicts:
    """By step: of the majority, the model, the reviewers or the one person whose votes alone were counted."""
    is_decided = said.decisions != consensus.NO_LABEL
    if source == Labels.MAJORITY:
        return consensus.final_verdicts(said.counts, decisions=said.decisions)
    if source == Labels.ANNOTATOR:
        labels = consensus.majorities(said.counts).labels
        return consensus.FinalVerdicts(
            labels, np.where(labels == consensus.NO_LABEL, consensus.NO_VERDICT, ANNOTATOR)
        )
    if source == Labels.ADJUDICATED_ONLY:
        labels = said.decisions
    else:
        labels = np.where(is_decided, said.decisions, said.estimates)
    provenances = np.where(is_decided, consensus.ADJUDICATED, DAWID_SKENE)
    return consensus.FinalVerdicts(
        labels, np.where(labels == consensus.NO_LABEL, consensus.NO_VERDICT, provenances)
    )


def judge(paths: Paths, said: Said, *, values: Floats, source: Labels) -> Judged:
    """values: (labels,), what each verdict is worth, NaN where the taxonomy does not say."""
    places = np.searchsorted(said.steps, paths.steps)
    chains, indexes, chain_count = paths.chains, paths.indexes, len(paths.ids)
    verdicts = verdicts_of(said, source=source)
    labels, provenances, counts = verdicts.labels[places], verdicts.provenances[places], said.counts[places]
    worth = np.append(values, np.nan)[labels]
    first_errors = consensus.first_errors_of_chains(
        chains=chains, indexes=indexes, values=worth, chain_count=chain_count
    )
    has_votes = counts.any(axis=1)
    end = np.where(first_errors.indexes == consensus.NO_INDEX, paths.lengths, first_errors.indexes)
    unsaid = np.where(indexes > end[chains], NOT_GRADED_AFTER_ERROR, NOT_GRADED)
    is_graded = said.is_graded[places]
    counted = indexes <= first_flawed(chains, indexes, is_flawed=worth < 0, chain_count=chain_count)[chains]
    votes = counts.sum(axis=1)
    shares = counts.max(axis=1, initial=0) / np.maximum(votes, 1)
    return Judged(
        places=places,
        labels=labels,
        provenances=provenances,
        states=np.where(has_votes, GRADED, np.where(is_graded, UNSURE, unsaid)),
        first_errors=first_errors,
        lucks=luck.find_luck(
            final_answer_correct=np.where(paths.outcomes < 0, np.nan, paths.outcomes),
            chains=chains,
            indexes=indexes,
            values=worth,
            is_adjudicated=(said.decisions != consensus.NO_LABEL)[places],
            has_flawed_vote=(counts @ (values < 0)) > 0,
        ),
        is_graded=np.logical_or.reduceat(is_graded, paths.starts),
        votes=np.minimum.reduceat(np.where(counted, votes, votes.max(initial=0)), paths.starts),
        agreement=np.minimum.reduceat(np.where(counted, shares, 1.0), paths.starts),
    )


def first_flawed(chains: Integers, indexes: Integers, *, is_flawed: Flags, chain_count: int) -> Integers:
    """(chains,), the index of the first flawed step, whatever is unknown before it; past all steps without one."""
    found = np.full(chain_count, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(found, chains[is_flawed], indexes[is_flawed])
    return found
