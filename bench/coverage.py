"""How often the 95 % interval of ordinal alpha holds the true alpha, which a very large simulation knows."""

from dataclasses import replace

import numpy as np

from annotator.analysis.agreement import alpha_ordinal
from annotator.analysis.counting import Votes, count_votes
from annotator.analysis.figures import Figure
from bench.simulated import draw_pool, simulate
from bench.table import Row

ANNOTATORS = 8
POOLS = 5
RUNS_OF_POOL = 200
PROBLEMS = (10, 30, 100)
PROBLEMS_FOR_TRUTH = 30_000
LOWEST, HIGHEST = 0.92, 0.97


def measure_coverage() -> list[Row]:
    """At 10, 30 and 100 problems, beside what taking every step for independent of all others would cover."""
    return [coverage_row(problems) for problems in PROBLEMS]


def coverage_row(problems: int) -> Row:
    held, naively_held, runs = 0, 0, 0
    for pool_seed in range(POOLS):
        pool = draw_pool(np.random.default_rng(pool_seed), annotators=ANNOTATORS)
        random = np.random.default_rng((pool_seed, problems))
        truth = figure(simulate(random, pool=pool, problems=PROBLEMS_FOR_TRUTH)).value
        for _ in range(RUNS_OF_POOL):
            votes = simulate(random, pool=pool, problems=problems)
            held += holds(figure(votes), truth)
            naively_held += holds(figure(replace(votes, clusters=votes.units)), truth)
            runs += 1
    return Row(
        name=f"95 % interval of alpha, {problems} problems",
        figure=f"holds the truth in {held / runs:.1%} of {runs:,} runs",
        goal=f"{LOWEST:.0%} to {HIGHEST:.0%}",
        reference=f"with steps taken as independent: {naively_held / runs:.1%}",
        reached=LOWEST <= held / runs <= HIGHEST,
    )


def figure(votes: Votes) -> Figure:
    return alpha_ordinal(count_votes(votes))


def holds(measured: Figure, truth: float | None) -> bool:
    """An interval that is not given holds nothing."""
    if truth is None or measured.low is None or measured.high is None:
        return False
    return measured.low <= truth <= measured.high
