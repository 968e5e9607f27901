"""Twins that people wrote, beside the steps of a campaign: all of a file, or none of it."""

from collections import defaultdict
from collections.abc import Collection
from typing import BinaryIO

import numpy as np

from annotator.analysis.twin_candidates import standings_in
from annotator.analysis.written_twins import Judged, StoredStep, WrittenTwin, judge, read_written
from annotator.assignments.models import Campaign, Origin, PairState, TwinPair
from annotator.assignments.studies import Arm
from annotator.chains.models import ChainStep
from annotator.chains.strict_json import LineError

# A file that is wrong throughout is not listed to its end.
MOST_ERRORS = 100
# Why a step can get no twin.
HAS_TWIN = "the step has a twin already"
IS_GOLD = "the step is of a gold chain, which is shown as it is"
IS_TAKEN = (
    "the step has fewer than two free seats, and a pair needs two annotators who have not been given it"
)


class ArmsRefused(Exception):
    """What is wrong with a file; `errors` holds the first of it by line, `more` how much else there is."""

    def __init__(self, errors: list[LineError]) -> None:
        super().__init__(str(errors[0]) if errors else "the file is empty")
        self.errors = errors[:MOST_ERRORS]
        self.more = max(0, len(errors) - MOST_ERRORS)


def read_arms(*, campaign: Campaign, feature: str, stream: BinaryIO) -> list[Arm]:
    """The arms of a file of written twins, in its order. Raises ArmsRefused unless every line is right."""
    lines = list(read_written(stream))
    twins = [line for line in lines if isinstance(line, WrittenTwin)]
    chains = chains_of(campaign, external_ids={twin.chain_id for twin in twins})
    judged = judge(twins, chains=chains, feature=feature)
    wrong = [found for found in [*lines, *judged] if isinstance(found, LineError)]
    if wrong or not twins:
        raise ArmsRefused(sorted(wrong, key=lambda error: error.line))
    return [
        Arm(
            step_id=twin.step_id,
            text=twin.text,
            stored_has_feature=twin.stored_has_feature,
            origin=Origin.WRITTEN,
        )
        for twin in judged
        if isinstance(twin, Judged)
    ]


def chains_of(campaign: Campaign, *, external_ids: Collection[str]) -> dict[str, list[StoredStep]]:
    walked = (
        ChainStep.objects.filter(chain__dataset=campaign.dataset_id, chain__external_id__in=external_ids)
        .order_by("chain", "index")
        .values_list("chain__external_id", "step", "step__text")
    )
    rows = list(walked)
    obstacles = obstacles_to(campaign, step_ids={step for _, step, _ in rows})
    chains: dict[str, list[StoredStep]] = defaultdict(list)
    for external_id, step_id, text in rows:
        chains[external_id].append(
            StoredStep(step_id=step_id, text=text, obstacle=obstacles.get(step_id, ""))
        )
    return dict(chains)


def obstacles_to(campaign: Campaign, *, step_ids: Collection[int]) -> dict[int, str]:
    """Why those of the steps that can get no twin cannot. One in another campaign is none: its pairs are its own."""
    found = standings_in(campaign)
    is_asked = np.isin(found.step_ids, list(step_ids))
    twinned = TwinPair.objects.filter(campaign=campaign, step__in=step_ids).exclude(state=PairState.REJECTED)
    return (
        dict.fromkeys(found.step_ids[found.is_taken & is_asked].tolist(), IS_TAKEN)
        | dict.fromkeys(found.step_ids[found.is_gold & is_asked].tolist(), IS_GOLD)
        | dict.fromkeys(twinned.values_list("step", flat=True), HAS_TWIN)
    )
