"""What could have been found, and what it costs to find out. Pure."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from annotator.analysis.bias.votes import StyleVotes

POWER = 0.8
LEVEL = 0.05

# Where a campaign cannot tell: 40 pairs with 4 votes each then find 7 points.
USUAL_VOTE_SD = 0.155
# Of votes beyond the first of their step; fewer do not tell how far votes on a step are apart.
VOTES_FOR_SD = 30

# Fewer are never estimated.
PAIRS_OF_STUDY = 10

SECONDS_OF_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Budget:
    """What a study of so many pairs takes and finds: the smallest effect in percentage points with 80 % power, and hours.

    effect is None with fewer than two pairs or with fewer than two votes a pair; hours where the time of a step is unknown.
    """

    pairs: int
    votes: int
    effect: float | None
    hours: float | None


def smallest_findable(*, se: float, degrees: float, margin: float = 0.0) -> float:
    """The effect, in the unit of *se*, whose test finds it at p < .05 in 80 % of cases.

    The test is two-sided by Student's t with these degrees of freedom, against effects of at most *margin* either way.
    The usual approximation by the central t: Bloom (1995), "Minimum Detectable Effects". A family of many tests finds less.
    """
    if se <= 0:
        return margin
    widest = float(stdtrit(degrees, 1 - LEVEL / 2)) * se

    def excess(beyond: float) -> float:
        return p_beyond(margin + beyond, se=se, degrees=degrees, margin=margin) - LEVEL

    critical = widest if margin == 0 else float(brentq(excess, 0.0, widest))
    return margin + critical + float(stdtrit(degrees, POWER)) * se


def p_beyond(effect: float, *, se: float, degrees: float, margin: float = 0.0) -> float:
    """Two-sided p of an effect against all effects of at most *margin* either way; 1 is the most.

    Berger and Hsu (1996), "Bioequivalence Trials, Intersection-Union Tests and Equivalence Confidence Sets", section 3,
    the other way round: the least favourable effect under the null lies on the edge of the margin.
    """
    size = abs(effect)
    tails = stdtr(degrees, -(size - margin) / se) + stdtr(degrees, -(size + margin) / se)
    return min(1.0, float(tails))


def budget(
    *, pairs: int, votes_per_pair: int, vote_sd: float | None, seconds_per_step: float | None
) -> Budget:
    """What a study of *pairs* pairs takes when each is graded by *votes_per_pair* annotators, half of them an arm.

    vote_sd: of `vote_sd_of`, or None where it is unknown.
    """
    votes = pairs * votes_per_pair
    is_known = pairs >= 2 and votes_per_pair >= 2
    return Budget(
        pairs=pairs,
        votes=votes,
        effect=findable_by(pairs, votes_per_pair=votes_per_pair, vote_sd=vote_sd) if is_known else None,
        hours=None if seconds_per_step is None else votes * seconds_per_step / SECONDS_OF_HOUR,
    )


def findable_by(pairs: int, *, votes_per_pair: int, vote_sd: float | None) -> float:
    """Percentage points; needs two pairs and two votes a pair."""
    first = votes_per_pair // 2
    error_of_pair = math.sqrt(1 / first + 1 / (votes_per_pair - first))
    se = 100 * (USUAL_VOTE_SD if vote_sd is None else vote_sd) * error_of_pair / math.sqrt(pairs)
    return smallest_findable(se=se, degrees=pairs - 1)


def pairs_needed(
    *, effect: float, votes_per_pair: int, vote_sd: float | None, most: int = 10_000
) -> int | None:
    """The fewest pairs, from 10 up, that find an effect of so many percentage points; None if *most* do not."""
    fewest, enough = PAIRS_OF_STUDY, most
    if findable_by(enough, votes_per_pair=votes_per_pair, vote_sd=vote_sd) > effect:
        return None
    while fewest < enough:
        middle = (fewest + enough) // 2
        if findable_by(middle, votes_per_pair=votes_per_pair, vote_sd=vote_sd) <= effect:
            enough = middle
        else:
            fewest = middle + 1
    return enough


def vote_sd_of(votes: StyleVotes) -> float | None:
    """The standard deviation of `sound` between votes on one step, 0 to 0.7, over the steps that were seen styled.

    Pooled: the squared distances to the steps' own means over as many votes beyond the first of each step. None with
    fewer than 30 of those, and where nobody ever disagreed.
    """
    styled = ~votes.is_plain
    steps, sound = votes.steps[styled], votes.sound[styled]
    if not len(steps):
        return None
    counts = np.bincount(steps)
    beyond_first = int((counts - 1)[counts > 0].sum())
    means = np.bincount(steps, weights=sound) / np.maximum(counts, 1)
    squares = float(((sound - means[steps]) ** 2).sum())
    if beyond_first < VOTES_FOR_SD or squares == 0:
        return None
    return math.sqrt(squares / beyond_first)
