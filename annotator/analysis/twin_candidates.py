"""Steps of a campaign that can get a mechanical twin, drawn by a seed and spread over problems."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from annotator.analysis import style
from annotator.analysis.arrays import Flags, Integers
from annotator.analysis.copying import copied
from annotator.analysis.restyling import restyled
from annotator.assignments.models import Campaign
from annotator.assignments.studies import FEWEST_VOTES, Arm
from annotator.chains.models import Step

# Looking at a step costs a third of a millisecond, more where it is long: somebody waits for the page.
MOST_TRIED = 10_000
# After so many, pairs of one kind will do: most features can be taken away, few put in.
TRIED_FOR_BOTH_KINDS = 1_000
STEPS_AT_ONCE = 200
# A second person reads both texts.
MOST_CHARACTERS = 8_000

# Why a step gives no pair.
TWINNED = "twinned"
GOLD = "gold"
TAKEN = "taken"
TOO_LONG = "too_long"
NOT_MECHANICAL = "not_mechanical"
UNCHANGED = "unchanged"

# Each step of the dataset: its problem, whether it has a twin, in any campaign, whether it is gold, whether it was given to
# anybody, and how many seats of a chain through it are still free.
STEPS = """
SELECT walked.step_id, c.problem_id,
    (walked.step_id IN (SELECT step_id FROM assignments_twinpair WHERE state <> 'rejected'))::int,
    (bool_or(gold.chain_id IS NOT NULL))::int,
    (bool_or(given.chain_id IS NOT NULL))::int,
    max({overlap} - coalesce(given.seats, 0))
FROM chains_chain c
JOIN chains_chainstep walked ON walked.chain_id = c.id
LEFT JOIN (SELECT DISTINCT chain_id FROM assignments_goldchain WHERE campaign_id = {campaign}) gold
    ON gold.chain_id = c.id
LEFT JOIN (
    SELECT a.chain_id, count(*) FILTER (WHERE a.campaign_id = {campaign} AND a.taxonomy_version_id = {version}
        AND a.purpose = 'work' AND a.status IN ('open', 'submitted', 'returned')) AS seats
    FROM assignments_assignment a JOIN assignments_campaign k ON k.id = a.campaign_id
    WHERE k.dataset_id = {dataset} GROUP BY a.chain_id
) given ON given.chain_id = c.id
WHERE c.dataset_id = {dataset}
GROUP BY walked.step_id, c.problem_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """The steps of a campaign by id, (n,) each. `tiers`: 1 where somebody was given the step. Gold or taken ones can get no
    twin: `is_taken` says that too few seats are left for both arms to be drawn.
    """

    step_ids: Integers
    problems: Integers
    tiers: Integers
    is_twin: Flags
    is_gold: Flags
    is_taken: Flags


@dataclass(frozen=True, slots=True)
class Pool:
    """Steps that may get a twin, in the order in which to try them, and why others may not: counts by reason."""

    step_ids: Integers
    left_out: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """`tried` of the `pool` steps that may get a twin were looked at, until there were enough arms or too many looked at.

    `left_out`: steps of the campaign without a pair, by reason; those never looked at are not among them.
    """

    arms: tuple[Arm, ...]
    pool: int
    tried: int
    left_out: dict[str, int] = field(default_factory=dict)


def pick_arms(*, campaign: Campaign, feature: str, pairs: int, seed: int) -> Candidates:
    """At most so many arms for a feature, the same for the same seed while nothing else is given out.

    Steps that nobody was given come first, for whoever has seen a step draws no arm of it; then each problem in turn. Half
    of the stored texts have the feature and half have not, as far as restyling works both ways.
    """
    pool = pool_of(campaign, seed=seed)
    left_out = Counter(pool.left_out)
    found: dict[bool, list[Arm]] = {True: [], False: []}
    tried = 0
    for step_id, text in texts_in_order(pool.step_ids[:MOST_TRIED]):
        tried += 1
        arm = arm_of(step_id, text, feature=feature)
        if isinstance(arm, str):
            left_out[arm] += 1
        else:
            found[arm.stored_has_feature].append(arm)
        if is_enough(found, pairs=pairs, tried=tried):
            break
    return Candidates(
        arms=balanced(found, pairs=pairs),
        pool=len(pool.step_ids),
        tried=tried,
        left_out={reason: count for reason, count in left_out.items() if count},
    )


def is_enough(found: dict[bool, list[Arm]], *, pairs: int, tried: int) -> bool:
    numbers = [len(arms) for arms in found.values()]
    return sum(numbers) >= pairs and (2 * min(numbers) >= pairs - 1 or tried >= TRIED_FOR_BOTH_KINDS)


def balanced(found: dict[bool, list[Arm]], *, pairs: int) -> tuple[Arm, ...]:
    """Half of each kind; more of the one where the other has too few."""
    with_feature = found[True][: max(-(-pairs // 2), pairs - len(found[False]))]
    return (*with_feature, *found[False][: pairs - len(with_feature)])


def pool_of(campaign: Campaign, *, seed: int) -> Pool:
    found = standings_in(campaign)
    is_gold = found.is_gold & ~found.is_twin
    is_taken = found.is_taken & ~found.is_gold & ~found.is_twin
    kept = ~(found.is_twin | found.is_gold | found.is_taken)
    order = spread(problems=found.problems[kept], tiers=found.tiers[kept], seed=seed)
    return Pool(
        step_ids=found.step_ids[kept][order],
        left_out=Counter(
            {TWINNED: int(found.is_twin.sum()), GOLD: int(is_gold.sum()), TAKEN: int(is_taken.sum())}
        ),
    )


def standings_in(campaign: Campaign) -> Standings:
    steps = copied(
        STEPS.format(
            overlap=campaign.overlap,
            campaign=campaign.pk,
            version=campaign.taxonomy_version_id,
            dataset=campaign.dataset_id,
        ),
        columns=6,
    )
    # By step: rows come in any order, and a seed must find the same one.
    steps = steps[steps[:, 0].argsort()]
    return Standings(
        step_ids=steps[:, 0],
        problems=steps[:, 1],
        tiers=steps[:, 4],
        is_twin=steps[:, 2] == 1,
        is_gold=steps[:, 3] == 1,
        is_taken=steps[:, 5] < FEWEST_VOTES,
    )


def spread(*, problems: Integers, tiers: Integers, seed: int) -> Integers:
    """Places (n,) in the order to try them: the lower tier first; in a tier one of each problem, then a second of each,
    all drawn by the seed.
    """
    drawn = np.random.default_rng(seed).permutation(len(problems))
    grouped = drawn[np.lexsort((problems[drawn], tiers[drawn]))]
    keys = np.stack([tiers[grouped], problems[grouped]])
    is_first = np.ones(len(grouped), dtype=np.bool_)
    is_first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    starts = np.flatnonzero(is_first)
    rounds = np.arange(len(grouped)) - starts[is_first.cumsum() - 1] if len(grouped) else grouped
    places = np.empty(len(problems), dtype=np.int64)
    places[drawn] = np.arange(len(problems))
    return grouped[np.lexsort((places[grouped], rounds, tiers[grouped]))]


def texts_in_order(step_ids: Integers) -> Iterator[tuple[int, str]]:
    for start in range(0, len(step_ids), STEPS_AT_ONCE):
        wanted = step_ids[start : start + STEPS_AT_ONCE].tolist()
        texts = dict(Step.objects.filter(pk__in=wanted).values_list("pk", "text"))
        for step_id in wanted:
            yield step_id, texts[step_id]


def arm_of(step_id: int, text: str, *, feature: str) -> Arm | str:
    """The other arm of a step, or the reason why it has none."""
    if len(text) > MOST_CHARACTERS:
        return TOO_LONG
    twin = restyled(text, feature=feature)
    if twin is None:
        return NOT_MECHANICAL
    at = style.KEYS.index(feature)
    stored, other = style.measure(text)[at], style.measure(twin)[at]
    if twin == text or stored == other:
        return UNCHANGED
    return Arm(step_id=step_id, text=twin, stored_has_feature=stored > other)
