"""Whether what is said of style is true, on made-up projects of which the truth is known: false flags, power, coverage.

In every project good steps are written with more bullets, so that an association is there without any preference.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotator.analysis.bias.estimates import (
    Estimate,
    estimate_association,
    estimate_peers,
    estimate_plain,
    estimate_twin_labels,
    estimate_twins,
)
from annotator.analysis.bias.power import pairs_needed, vote_sd_of
from annotator.analysis.bias.testing import SMALLEST_EFFECT, opens, with_q
from bench.style_simulator import BINARY, BULLETS, KEYS, Design, Simulated, simulate
from bench.table import Row

RUNS = 100
MOST_FALSE_FLAGS = 0.10
LEAST_POWER = 0.90
# Where the size of the project is what it is, and nobody planned it.
FAIR_POWER = 0.70
LOWEST, HIGHEST = 0.90, 0.97

POINTS, INDIVIDUAL_POINTS = 10.0, 20.0
VOTES_PER_PAIR = 4
# What a researcher would ask the budget for, to find 10 points rather often.
PLANNED_POINTS = 7.0
# One annotator is measured by their own votes alone.
CHAINS_FOR_INDIVIDUAL = 600


@dataclass(slots=True)
class Tally:
    """Over the runs. Keys are estimators and families."""

    runs: int = 0
    flagged: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    intervals: Counter[str] = field(default_factory=Counter)
    misnamed: int = 0
    associated: int = 0
    findable: list[float] = field(default_factory=list)

    def share(self, counts: Counter[str], key: str) -> float:
        return counts[key] / self.runs

    def coverage(self, estimator: str) -> float:
        return self.held[estimator] / max(self.intervals[estimator], 1)


def measure_truth() -> list[Row]:
    """Clean projects, one where all like bullets by 10 points, and one where a single annotator likes them by 20."""
    pairs = planned_pairs()
    clean = tally_of(Design(pairs=pairs, votes_per_pair=VOTES_PER_PAIR), seed=1)
    shared = tally_of(Design(pairs=pairs, votes_per_pair=VOTES_PER_PAIR, liking={BULLETS: POINTS}), seed=2)
    alone = tally_of(
        Design(
            chains=CHAINS_FOR_INDIVIDUAL,
            pairs=pairs,
            votes_per_pair=VOTES_PER_PAIR,
            individual={BULLETS: INDIVIDUAL_POINTS},
        ),
        seed=3,
    )
    return [
        *[
            row
            for family in ("experiments", "twin labels", "peers")
            for row in [false_flag_row(clean, family=family)]
        ],
        association_row(clean),
        twins_row(shared, pairs=pairs),
        *[
            coverage_row([clean, shared, alone], estimator=estimator)
            for estimator in ("twins", "plain", "peers")
        ],
        plain_row(shared),
        peers_row(alone),
        shared_liking_row(shared),
    ]


def planned_pairs() -> int:
    """As many as the budget asks for, given how far votes on a step of such a project are apart."""
    project = simulate(np.random.default_rng(0), Design())
    pairs = pairs_needed(
        effect=PLANNED_POINTS, votes_per_pair=VOTES_PER_PAIR, vote_sd=vote_sd_of(project.votes)
    )
    assert pairs is not None
    return pairs


def tally_of(design: Design, *, seed: int) -> Tally:
    tally = Tally()
    for run in range(RUNS):
        count_run(tally, simulate(np.random.default_rng((seed, run)), design))
    return tally


def count_run(tally: Tally, project: Simulated) -> None:
    families = {
        "experiments": with_q([*twins_of(project), *estimate_plain(project.votes, project.styles)]),
        "twin labels": with_q(twin_labels_of(project)),
        "peers": with_q(estimate_peers(project.votes, project.styles)),
    }
    associations = with_q(estimate_association(project.votes, project.styles))
    tally.runs += 1
    for family, estimates in families.items():
        tally.flagged[family] += any(opens(estimate) for estimate in estimates)
        for estimate in estimates:
            count_estimate(tally, estimate, project)
    tally.flagged["others than annotator 0"] += any(
        opens(estimate) for estimate in families["peers"] if estimate.annotator != 0
    )
    tally.associated += any(stands_out(estimate) for estimate in associations)
    tally.misnamed += any(is_misnamed(estimate) for estimate in associations)


def count_estimate(tally: Tally, estimate: Estimate, project: Simulated) -> None:
    if estimate.low is None or estimate.high is None or estimate.effect is None or estimate.label is not None:
        return
    truth = truth_of(estimate, project)
    tally.held[estimate.estimator] += estimate.low <= truth <= estimate.high
    tally.intervals[estimate.estimator] += 1
    if estimate.feature == KEYS[BULLETS] and estimate.annotator in (None, 0):
        tally.found[estimate.estimator] += opens(estimate) and estimate.effect > 0
        if estimate.estimator == "peers" and estimate.smallest_findable is not None:
            tally.findable.append(estimate.smallest_findable)


def truth_of(estimate: Estimate, project: Simulated) -> float:
    """In percentage points; nobody likes longer steps or a larger share of LaTeX."""
    feature = KEYS.index(estimate.feature)
    if feature >= BINARY:
        return 0.0
    if estimate.estimator == "twins":
        return project.twin_effects[feature]
    if estimate.estimator == "plain":
        return project.plain_effects[feature]
    assert estimate.annotator is not None
    return float(project.deviations[estimate.annotator, feature])


def twins_of(project: Simulated) -> list[Estimate]:
    return [estimate_twins(votes, feature=KEYS[feature]) for feature, votes in project.twins.items()]


def twin_labels_of(project: Simulated) -> list[Estimate]:
    return [
        estimate
        for feature, votes in project.twins.items()
        for estimate in estimate_twin_labels(votes, feature=KEYS[feature])
    ]


def stands_out(estimate: Estimate) -> bool:
    """What would be called a preference by who took an association for one."""
    if estimate.effect is None or estimate.low is None or estimate.high is None:
        return False
    return abs(estimate.effect) >= SMALLEST_EFFECT and (estimate.low > 0 or estimate.high < 0)


def is_misnamed(estimate: Estimate) -> bool:
    return estimate.status != "association" or opens(estimate) or estimate.severity is not None


# --- Rows


def false_flag_row(clean: Tally, *, family: str) -> Row:
    share = clean.share(clean.flagged, family)
    return Row(
        name=f"flags in clean projects, {family}",
        figure=f"in {share:.0%} of {clean.runs} runs",
        goal=f"at most {MOST_FALSE_FLAGS:.0%}",
        reference=f"taking an association for a preference: {clean.associated / clean.runs:.0%}",
        reached=share <= MOST_FALSE_FLAGS,
    )


def association_row(clean: Tally) -> Row:
    return Row(
        name="associations called anything else",
        figure=f"in {clean.misnamed} of {clean.runs} runs",
        goal="never",
        reference=f"associations that stand out, though nobody likes anything: {clean.associated / clean.runs:.0%}",
        reached=clean.misnamed == 0,
    )


def twins_row(shared: Tally, *, pairs: int) -> Row:
    share = shared.share(shared.found, "twins")
    return Row(
        name=f"{POINTS:.0f} points liked by all, {pairs} pairs x {VOTES_PER_PAIR}",
        figure=f"found by twins, right sign, in {share:.0%} of runs",
        goal=f"at least {LEAST_POWER:.0%}",
        reference=f"pairs as the budget asks for {PLANNED_POINTS:.0f} points",
        reached=share >= LEAST_POWER,
    )


def plain_row(shared: Tally) -> Row:
    share = shared.share(shared.found, "plain")
    return Row(
        name=f"{POINTS:.0f} points liked by all, plain rendering",
        figure=f"found, right sign, in {share:.0%} of runs",
        goal=f"at least {FAIR_POWER:.0%}",
        reference=f"{Design().chains} chains x {Design().overlap}, a share of {Design().plain_share:.0%} plain",
        reached=share >= FAIR_POWER,
    )


def peers_row(alone: Tally) -> Row:
    share = alone.share(alone.found, "peers")
    others = alone.share(alone.flagged, "others than annotator 0")
    return Row(
        name=f"{INDIVIDUAL_POINTS:.0f} points liked by one of {Design().annotators}",
        figure=f"found among peers, right sign, in {share:.0%} of runs",
        goal=f"at least {FAIR_POWER:.0%}, another one {MOST_FALSE_FLAGS:.0%}",
        reference=f"another one flagged in {others:.0%}; smallest findable effect {mean(alone.findable):.0f} points",
        reached=share >= FAIR_POWER and others <= MOST_FALSE_FLAGS,
    )


def shared_liking_row(shared: Tally) -> Row:
    share = shared.share(shared.flagged, "peers")
    return Row(
        name="what all like, called a deviation of one",
        figure=f"in {share:.0%} of {shared.runs} runs",
        goal=f"at most {MOST_FALSE_FLAGS:.0%}",
        reference="all like bullets; how much that changes their votes differs a little",
        reached=share <= MOST_FALSE_FLAGS,
    )


def coverage_row(tallies: Sequence[Tally], *, estimator: str) -> Row:
    held = sum(tally.held[estimator] for tally in tallies)
    intervals = sum(tally.intervals[estimator] for tally in tallies)
    each = ", ".join(f"{tally.coverage(estimator):.1%}" for tally in tallies)
    return Row(
        name=f"95 % intervals, {estimator}",
        figure=f"hold the truth in {held / intervals:.1%} of {intervals:,}",
        goal=f"{LOWEST:.0%} to {HIGHEST:.0%}",
        reference=f"nobody, all, one likes bullets: {each}",
        reached=all(LOWEST <= tally.coverage(estimator) <= HIGHEST for tally in tallies),
    )


def mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
