"""Agreement within parts of a campaign: by step index, over time, by generator, by domain, as the JSON of a report."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import numpy as np

from annotator.analysis.arrays import Floats, Integers
from annotator.analysis.counting import Votes
from annotator.analysis.deriving import different
from annotator.analysis.gathered import Gathered
from annotator.analysis.slices import measure_slices

# The first step of each part; from 20 on a part holds several indexes, and the last one all the rest.
FIRST_INDEXES = [*range(21), 30, 50]
MOST_TIMES = 12
MOST_NAMES = 12
# Fewer say nothing of their own.
FEWEST_IN_BIN = 30


def slices_of(gathered: Gathered, *, votes: Votes) -> dict[str, list[dict[str, Any]]]:
    """votes: the styled ones of what was gathered."""
    chains = gathered.chains
    place = np.searchsorted(chains.ids, chains_of_units(gathered, votes=votes))
    return {
        "by_step_index": by_step_index(gathered, votes=votes),
        "over_time": over_time(gathered, votes=votes),
        "by_generator": by_name(
            votes, names=chains.generator_names, codes=chains.generators[place], called="generator"
        ),
        "by_domain": by_name(votes, names=chains.domain_names, codes=chains.domains[place], called="domain"),
    }


def chains_of_units(gathered: Gathered, *, votes: Votes) -> Integers:
    """(units,), ids."""
    return different(gathered.grades.chains[gathered.grades.is_styled])[votes.unit_chains]


def by_step_index(gathered: Gathered, *, votes: Votes) -> list[dict[str, Any]]:
    """`to` is None for the part that has no end."""
    paths = gathered.paths
    steps, first = np.unique(paths.steps, return_index=True)
    own_steps = np.zeros(votes.unit_count, dtype=np.int64)
    own_steps[votes.units] = gathered.grades.own_steps[gathered.grades.is_styled]
    # A step stands at the same index in every chain that it is part of.
    indexes = paths.indexes[first][np.searchsorted(steps, own_steps)]
    parts = np.searchsorted(FIRST_INDEXES, indexes, side="right") - 1
    ends = [*(index - 1 for index in FIRST_INDEXES[1:]), None]
    return [
        {"from": FIRST_INDEXES[measured.group], "to": ends[measured.group], **without_group(asdict(measured))}
        for measured in measure_slices(votes, parts)
    ]


def over_time(gathered: Gathered, *, votes: Votes) -> list[dict[str, Any]]:
    """Steps by their last save, in stretches of equally many."""
    saved_at = np.zeros(votes.unit_count)
    np.maximum.at(saved_at, votes.units, gathered.grades.saved_at[gathered.grades.is_styled])
    bins = equal_bins(saved_at, most=MOST_TIMES)
    return [
        {
            "from": day_of(saved_at[bins == measured.group].min()),
            "to": day_of(saved_at[bins == measured.group].max()),
            **without_group(asdict(measured)),
        }
        for measured in measure_slices(votes, bins)
    ]


def by_name(votes: Votes, *, names: Sequence[str], codes: Integers, called: str) -> list[dict[str, Any]]:
    """Of the names with most steps, the most frequent first. codes: (units,), places in the names."""
    frequent = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")[:MOST_NAMES]
    rank = np.full(len(names), -1, dtype=np.int64)
    rank[frequent] = np.arange(len(frequent))
    return [
        {called: names[frequent[measured.group]], **without_group(asdict(measured))}
        for measured in measure_slices(votes, rank[codes])
    ]


def equal_bins(times: Floats, *, most: int) -> Integers:
    """Of each time the number of its bin, from 0; bins hold equally many, FEWEST_IN_BIN or more, in order of time."""
    count = min(max(len(times) // FEWEST_IN_BIN, 1), most)
    bins = np.empty(len(times), dtype=np.int64)
    bins[np.argsort(times, kind="stable")] = np.arange(len(times)) * count // max(len(times), 1)
    return bins


def day_of(seconds: float) -> str:
    """The day of a time in seconds since 1970, in UTC."""
    return datetime.fromtimestamp(float(seconds), tz=UTC).date().isoformat()


def without_group(measured: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in measured.items() if name != "group"}
