"""What the votes and decisions of a campaign come down to: a verdict for each step, and what that says of each chain."""

from dataclasses import dataclass

import numpy as np

from annotator.analysis import consensus, dawid_skene, luck
from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.counting import Votes, votes_of
from annotator.analysis.gathered import Chains, Gathered, Pairs
from annotator.analysis.gathering import places_of
from taxonomies.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class StepVerdicts:
    """Every step with a vote or a decision, by id. counts: (steps, labels); the others (steps,).

    labels: the final verdict, a place or consensus.NO_LABEL; is_tie: of the votes, also where a decision overrides them;
    entropies: NaN without votes; estimate: None unless the campaign asks for it; its posteriors are of the voted steps.
    """

    steps: Integers
    counts: Integers
    labels: Integers
    provenances: Integers
    is_tie: Flags
    entropies: Floats
    is_contested: Flags
    estimate: dawid_skene.DawidSkene | dawid_skene.NotEstimated | None

    @property
    def is_voted(self) -> Flags:
        return np.asarray(self.counts.any(axis=1))


@dataclass(frozen=True, slots=True)
class ChainVerdicts:
    """Every chain with a graded step, by id. first_errors and lucks: of the chains in this order."""

    ids: Integers
    first_errors: consensus.FirstErrors
    lucks: luck.Lucks


def values_of(vocabulary: Vocabulary) -> Floats:
    return np.array([float(choice.value or 0) for choice in vocabulary.verdict.choices])


def verdict_votes(gathered: Gathered, *, vocabulary: Vocabulary, is_counted: Flags | None = None) -> Votes:
    """The votes on steps, all or some of them, by step and then annotator."""
    grades = gathered.grades
    chosen = slice(None) if is_counted is None else is_counted
    return votes_of(
        units=grades.steps[chosen],
        annotators=grades.annotators[chosen],
        labels=places_of(grades.verdicts[chosen], question=vocabulary.verdict),
        clusters=problems_of(grades.chains[chosen], chains=gathered.chains),
        chains=grades.chains[chosen],
        label_count=len(vocabulary.verdict.choices),
        values=values_of(vocabulary).tolist(),
    )


def problems_of(chain_ids: Integers, *, chains: Chains) -> Integers:
    return chains.problems[np.searchsorted(chains.ids, chain_ids)]


def verdicts_of_steps(gathered: Gathered, *, vocabulary: Vocabulary) -> StepVerdicts:
    votes = verdict_votes(gathered, vocabulary=vocabulary)
    steps = different(np.concatenate([gathered.grades.steps, gathered.decisions.left]))
    cells = np.searchsorted(steps, gathered.grades.steps) * votes.label_count + votes.labels
    counts = np.bincount(cells, minlength=len(steps) * votes.label_count).reshape(-1, votes.label_count)
    decided = consensus.final_verdicts(
        counts, decisions=decisions_on(steps, decisions=gathered.decisions, vocabulary=vocabulary)
    )
    is_decided = decided.provenances == consensus.ADJUDICATED
    return StepVerdicts(
        steps=steps,
        counts=counts,
        labels=decided.labels,
        provenances=decided.provenances,
        is_tie=consensus.majorities(counts).is_tie,
        entropies=consensus.entropies(counts),
        is_contested=consensus.is_contested(counts, below=gathered.settings.contested_below) & ~is_decided,
        estimate=dawid_skene.estimate(votes) if gathered.settings.dawid_skene else None,
    )


def different(ids: Integers) -> Integers:
    """Each id once, in order: several times as fast as numpy's unique, which hashes them."""
    in_order = np.sort(ids)
    return in_order[np.flatnonzero(np.diff(in_order, prepend=-1))]


def decisions_on(steps: Integers, *, decisions: Pairs, vocabulary: Vocabulary) -> Integers:
    """(steps,), the place of the label that a reviewer decided on."""
    found = np.full(len(steps), consensus.NO_LABEL, dtype=np.int64)
    found[np.searchsorted(steps, decisions.left)] = places_of(decisions.right, question=vocabulary.verdict)
    return found


def verdicts_of_chains(
    gathered: Gathered, *, verdicts: StepVerdicts, vocabulary: Vocabulary
) -> ChainVerdicts:
    """From the final verdicts, decisions included. A step that several chains share counts in each."""
    paths = gathered.paths
    # The last place is that of a step that nobody graded, or of a verdict that is not known.
    places = np.searchsorted(verdicts.steps, paths.steps)
    places[~np.isin(paths.steps, verdicts.steps)] = len(verdicts.steps)
    label_values = values_of(vocabulary)
    values = np.append(label_values, np.nan)[np.append(verdicts.labels, consensus.NO_LABEL)[places]]
    is_adjudicated = np.append(verdicts.provenances == consensus.ADJUDICATED, False)[places]
    has_flawed_vote = np.append(verdicts.counts[:, label_values < 0].sum(axis=1) > 0, False)[places]
    ids = different(paths.chains[np.append(verdicts.is_voted, False)[places]])
    is_meant = np.isin(paths.chains, ids)
    chains, indexes = np.searchsorted(ids, paths.chains[is_meant]), paths.indexes[is_meant]
    outcomes = gathered.chains.outcomes[np.searchsorted(gathered.chains.ids, ids)]
    return ChainVerdicts(
        ids=ids,
        first_errors=consensus.first_errors_of_chains(
            chains=chains, indexes=indexes, values=values[is_meant], chain_count=len(ids)
        ),
        lucks=luck.find_luck(
            final_answer_correct=np.where(outcomes < 0, np.nan, outcomes),
            chains=chains,
            indexes=indexes,
            values=values[is_meant],
            is_adjudicated=is_adjudicated[is_meant],
            has_flawed_vote=has_flawed_vote[is_meant],
        ),
    )
