"""The figures of a report as JSON, from what was gathered and the pure functions that measure it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from annotator.analysis import consensus, dawid_skene, first_errors, luck
from annotator.analysis.agreement import measure_agreement
from annotator.analysis.arrays import Integers
from annotator.analysis.asking import criteria_agreement
from annotator.analysis.counting import count_votes
from annotator.analysis.deriving import (
    ChainVerdicts,
    StepVerdicts,
    different,
    values_of,
    verdict_votes,
    verdicts_of_chains,
    verdicts_of_steps,
)
from annotator.analysis.figures import Figure
from annotator.analysis.gathered import Chains, Gathered
from annotator.analysis.gathering import places_of
from annotator.analysis.pairs import confusion, measure_pairs
from annotator.analysis.people import annotators_of, gold_votes, median_seconds, pooled_gold
from annotator.analysis.planning import plan
from annotator.analysis.slices import mean_figures
from annotator.analysis.slicing import slices_of
from taxonomies.vocabulary import Vocabulary

NO_OUTCOMES = "No chain has a correct final answer of which it is decided whether a step is flawed."


@dataclass(frozen=True, slots=True)
class Composed:
    """What a report stores: its figures, and the rows that they are derived from."""

    figures: dict[str, Any]
    steps: StepVerdicts
    chains: ChainVerdicts


def compose(
    gathered: Gathered, *, vocabulary: Vocabulary, show: Callable[[float], None] = lambda share: None
) -> Composed:
    """`show` is told what share of it is done."""
    # Plain rendering is an experiment on style: its votes count for the verdict of a step, and stay out of the rest.
    is_styled = gathered.grades.is_styled
    votes = verdict_votes(gathered, vocabulary=vocabulary, is_counted=is_styled)
    steps = verdicts_of_steps(gathered, vocabulary=vocabulary)
    show(0.2)
    chains = verdicts_of_chains(gathered, verdicts=steps, vocabulary=vocabulary)
    show(0.3)
    grades = count_votes(votes)
    figures: dict[str, Any] = {
        "settings": asdict(gathered.settings),
        "labels": [
            {"key": choice.key, "title": choice.title, "value": choice.value}
            for choice in vocabulary.verdict.choices
        ],
        "verdict": asdict(measure_agreement(grades)),
        "confusion": confusion(grades).tolist(),
        "first_error": asdict(first_error_agreement(gathered, vocabulary=vocabulary)),
    }
    show(0.5)
    gold = gold_votes(gathered, votes=votes, vocabulary=vocabulary)
    figures["annotators"] = annotators_of(gathered, votes=votes, gold=gold)
    figures["gold"] = pooled_gold(gold, votes=votes)
    figures["pairs"] = [asdict(pair) for pair in measure_pairs(votes)]
    show(0.7)
    figures["criteria"] = criteria_agreement(gathered, votes=votes, vocabulary=vocabulary)
    show(0.8)
    figures |= slices_of(gathered, votes=votes)
    figures["consensus"] = consensus_figures(gathered, steps=steps, vocabulary=vocabulary)
    figures["chains"] = chain_figures(chains)
    figures["luck"] = luck_figures(chains, known=gathered.chains)
    show(0.9)
    figures["planning"] = asdict(plan(votes, seconds_per_step=median_seconds(gathered.grades.seconds)))
    return Composed(figures=figures, steps=steps, chains=chains)


@dataclass(frozen=True, slots=True)
class SittingVotes:
    """The votes that an annotator's submitted chain was handed in with: (votes,) place of the sitting, index, label."""

    sittings: Integers
    indexes: Integers
    labels: Integers


def sitting_votes(gathered: Gathered) -> SittingVotes:
    """A vote on a step that several chains share is one in each of them."""
    grades, paths, sittings = gathered.grades, gathered.paths, gathered.sittings
    people = np.array(sorted(gathered.pseudonyms), dtype=np.int64)
    starts = np.searchsorted(paths.chains, sittings.left)
    lengths = np.searchsorted(paths.chains, sittings.left, side="right") - starts
    places = np.repeat(np.arange(len(lengths)), lengths)
    rows = np.arange(len(places)) + np.repeat(starts - (lengths.cumsum() - lengths), lengths)

    # Grades are in the order of these keys.
    def keys(steps: Integers, annotators: Integers) -> Integers:
        return steps * len(people) + np.searchsorted(people, annotators)

    given = keys(grades.steps, grades.annotators)
    wanted = keys(paths.steps[rows], sittings.right[places])
    found = np.minimum(np.searchsorted(given, wanted), max(len(given) - 1, 0))
    is_given = given[found] == wanted if len(given) else np.zeros(len(wanted), dtype=np.bool_)
    return SittingVotes(
        sittings=places[is_given],
        indexes=paths.indexes[rows[is_given]],
        labels=grades.verdicts[found[is_given]],
    )


def first_error_agreement(gathered: Gathered, *, vocabulary: Vocabulary) -> first_errors.FirstErrorAgreement:
    votes, sittings, chains = sitting_votes(gathered), gathered.sittings, gathered.chains
    place = np.searchsorted(chains.ids, sittings.left)
    found = first_errors.find_first_errors(
        sequences=votes.sittings,
        indexes=votes.indexes,
        values=values_of(vocabulary)[places_of(votes.labels, question=vocabulary.verdict)],
        lengths=chains.lengths[place],
    )
    return first_errors.measure_first_errors(
        chains=sittings.left,
        annotators=sittings.right,
        first_errors=found,
        clusters=chains.problems[place],
    )


def consensus_figures(
    gathered: Gathered, *, steps: StepVerdicts, vocabulary: Vocabulary
) -> dict[str, object]:
    """steps are decided or tied; single to adjudicated make up the decided. mean_entropy: where two or more voted."""
    of_provenance = np.bincount(steps.provenances, minlength=len(consensus.PROVENANCES)).tolist()
    is_shared = steps.counts.sum(axis=1) >= 2
    is_decided = steps.labels != consensus.NO_LABEL
    return {
        "steps": len(steps.steps),
        "decided": int(is_decided.sum()),
        "single": of_provenance[consensus.SINGLE],
        "unanimous": of_provenance[consensus.UNANIMOUS],
        "majority": of_provenance[consensus.MAJORITY],
        "adjudicated": of_provenance[consensus.ADJUDICATED],
        "ties": int((steps.is_tie & ~is_decided).sum()),
        "contested": int(steps.is_contested.sum()),
        "mean_entropy": float(steps.entropies[is_shared].mean()) if is_shared.any() else None,
        "dawid_skene": estimate_figures(gathered, steps=steps, vocabulary=vocabulary),
    }


def estimate_figures(
    gathered: Gathered, *, steps: StepVerdicts, vocabulary: Vocabulary
) -> dict[str, object] | None:
    found = steps.estimate
    if found is None:
        return None
    if isinstance(found, dawid_skene.NotEstimated):
        return {
            "reason": found.reason,
            "iterations": 0,
            "prevalence": [],
            "annotators": [],
            "differs_from_majority": 0,
        }
    majority = consensus.majorities(steps.counts[steps.is_voted]).labels
    differs = (majority != consensus.NO_LABEL) & (majority != found.posteriors.argmax(axis=1))
    # The estimate knows everybody, the list of annotators only those with a vote that is compared.
    listed = different(gathered.grades.annotators[gathered.grades.is_styled]).tolist()
    place_of = {annotator: place for place, annotator in enumerate(listed)}
    return {
        "reason": None,
        "iterations": found.iterations,
        "prevalence": found.prevalence.tolist(),
        "annotators": [
            {"annotator": place_of[annotator], "confusion": matrix.tolist()}
            for annotator, matrix in zip(
                different(gathered.grades.annotators).tolist(), found.confusions, strict=True
            )
            if annotator in place_of
        ],
        "differs_from_majority": int(differs.sum()),
    }


def chain_figures(chains: ChainVerdicts) -> dict[str, object]:
    found, firsts = chains.lucks, chains.first_errors

    def told_apart(finding: int, *bases: int) -> dict[str, int]:
        of_finding = found.bases[found.findings == finding]
        return {luck.BASES[basis]: int((of_finding == basis).sum()) for basis in bases}

    return {
        "graded": len(chains.ids),
        "first_error_defined": int(firsts.is_defined.sum()),
        "with_error": int((firsts.indexes != consensus.NO_INDEX).sum()),
        "lucky": told_apart(luck.LUCKY, luck.ADJUDICATED, luck.CONSENSUS, luck.ANNOTATOR),
        "suspect": told_apart(luck.SUSPECT, luck.ADJUDICATED, luck.CONSENSUS),
    }


def luck_figures(chains: ChainVerdicts, *, known: Chains) -> dict[str, object]:
    """Of chains with a correct outcome of which it is decided whether a step is flawed, the share in which one is.

    By decision or consensus: what a single annotator says makes no chain lucky here. The interval leaves out one problem
    after the other.
    """
    found = chains.lucks
    places = np.searchsorted(known.ids, chains.ids)
    is_lucky = (found.findings == luck.LUCKY) & (found.bases != luck.ANNOTATOR)
    counted = np.flatnonzero((known.outcomes[places] == 1) & (is_lucky | chains.first_errors.is_defined))
    share = Figure(None, reason=NO_OUTCOMES)
    if counted.size:
        [share] = mean_figures(
            is_lucky[counted].astype(np.float64),
            groups=np.zeros(len(counted), dtype=np.int64),
            clusters=known.problems[places[counted]],
            group_count=1,
            reason=NO_OUTCOMES,
        )
    return {"chains": len(counted), "share": asdict(share)}
