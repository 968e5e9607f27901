"""What a report says of each annotator: agreement with the others, pace, gold and the course of time, as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotator.analysis.annotators import measure_annotators, measure_rest
from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.counting import Votes
from annotator.analysis.deriving import different
from annotator.analysis.figures import Figure
from annotator.analysis.gathered import Gathered
from annotator.analysis.gathering import places_of
from annotator.analysis.slices import mean_figures
from annotator.analysis.slicing import day_of, equal_bins
from taxonomies.vocabulary import Vocabulary

MOST_BINS = 10
NO_GOLD = "This annotator has graded no step whose verdict is known."
NO_GOLD_AT_ALL = "No step whose verdict is known has been graded."


@dataclass(frozen=True, slots=True)
class GoldVotes:
    """(votes on steps with a known verdict,) each: their places in *votes*, and whether they gave that verdict."""

    places: Integers
    is_right: Flags


def annotators_of(gathered: Gathered, *, votes: Votes, gold: GoldVotes) -> list[dict[str, Any]]:
    """Everybody with a vote, in the order of *votes*, which are the styled ones. Never who they are."""
    is_styled = gathered.grades.is_styled
    ids = different(gathered.grades.annotators[is_styled]).tolist()
    golds = gold_of(gold, votes=votes)
    trends = trends_of(votes, saved_at=gathered.grades.saved_at[is_styled])
    seconds = gathered.grades.seconds[is_styled]
    order = np.argsort(votes.annotators, kind="stable")
    ends = np.bincount(votes.annotators, minlength=len(ids)).cumsum()
    return [
        {
            "pseudonym": gathered.pseudonyms[annotator],
            **asdict(measured),
            "seconds_per_step": median_seconds(seconds[own]),
            "gold": known,
            "trend": trend,
        }
        for annotator, measured, own, known, trend in zip(
            ids, measure_annotators(votes), np.split(order, ends)[: len(ids)], golds, trends, strict=True
        )
    ]


def median_seconds(seconds: Floats) -> float | None:
    """Of the steps that took any time at all; None when none did."""
    measured = seconds[seconds > 0]
    return float(np.median(measured)) if measured.size else None


def gold_votes(gathered: Gathered, *, votes: Votes, vocabulary: Vocabulary) -> GoldVotes:
    """A step of two gold chains that know different verdicts for it is known in neither."""
    steps, first, times = np.unique(gathered.gold.left, return_index=True, return_counts=True)
    known = places_of(gathered.gold.right, question=vocabulary.verdict)
    same = np.bincount(np.searchsorted(steps, gathered.gold.left), weights=known, minlength=len(steps))
    is_clear = same == known[first] * times
    steps, known = steps[is_clear], known[first][is_clear]
    graded = gathered.grades.steps[gathered.grades.is_styled]
    places = np.flatnonzero(np.isin(graded, steps))
    is_right = votes.labels[places] == known[np.searchsorted(steps, graded[places])]
    return GoldVotes(places=places, is_right=is_right)


def gold_of(found: GoldVotes, *, votes: Votes) -> list[dict[str, Any]]:
    """Of each annotator, how many steps with a known verdict they graded, and how often they gave that verdict."""
    people = votes.annotator_count
    given_by = votes.annotators[found.places]
    figures = gold_figures(found, votes=votes, groups=given_by, group_count=people, reason=NO_GOLD)
    units = np.bincount(given_by, minlength=people).tolist()
    return [
        {"units": count, "accuracy": asdict(figure)} for count, figure in zip(units, figures, strict=True)
    ]


def pooled_gold(found: GoldVotes, *, votes: Votes) -> dict[str, Any]:
    """The same of all annotators together: every grade counts once. units: grades on steps with a known verdict."""
    everybody = np.zeros(len(found.places), dtype=np.int64)
    [figure] = gold_figures(found, votes=votes, groups=everybody, group_count=1, reason=NO_GOLD_AT_ALL)
    return {
        "units": len(found.places),
        "annotators": len(different(votes.annotators[found.places])),
        "accuracy": asdict(figure),
    }


def gold_figures(
    found: GoldVotes, *, votes: Votes, groups: Integers, group_count: int, reason: str
) -> tuple[Figure, ...]:
    if not found.places.size:
        return (Figure(None, reason=reason),) * group_count
    return mean_figures(
        found.is_right.astype(np.float64),
        groups=groups,
        clusters=votes.clusters[found.places],
        group_count=group_count,
        reason=reason,
    )


def trends_of(votes: Votes, *, saved_at: Floats) -> list[list[dict[str, Any]]]:
    """Of each annotator, agreement with the rest in stretches of equally many grades, the earliest first."""
    people = votes.annotator_count
    stretches: Integers = np.zeros(len(saved_at), dtype=np.int64)
    for annotator in range(people):
        own = np.flatnonzero(votes.annotators == annotator)
        stretches[own] = equal_bins(saved_at[own], most=MOST_BINS)
    groups = votes.annotators * MOST_BINS + stretches
    starts: NDArray[np.float64] = np.full(people * MOST_BINS, np.inf)
    ends = -starts
    np.minimum.at(starts, groups, saved_at)
    np.maximum.at(ends, groups, saved_at)
    found: list[list[dict[str, Any]]] = [[] for _ in range(people)]
    for group, measured in enumerate(measure_rest(votes, groups=groups)):
        if np.isfinite(starts[group]):
            when = {"from": day_of(starts[group]), "to": day_of(ends[group])}
            found[group // MOST_BINS].append({**when, **asdict(measured)})
    return found
