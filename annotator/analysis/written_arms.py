"""Twins that people wrote, beside the steps of a campaign: all of a file, or none of it."""

from collections import defaultdict
from collections.abc import Collection
from typing import BinaryIO

from annotator.analysis.written_twins import Judged, StoredStep, WrittenTwin, judge, read_written
from annotator.assignments.models import Campaign, Origin, PairState, TwinPair
from annotator.assignments.studies import Arm
from annotator.chains.models import ChainStep
from annotator.chains.strict_json import LineError

# A file that is wrong throughout is not listed to its end.
MOST_ERRORS = 100


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
    twinned = set(
        TwinPair.objects.filter(campaign=campaign, step__in={step for _, step, _ in rows})
        .exclude(state=PairState.REJECTED)
        .values_list("step", flat=True)
    )
    chains: dict[str, list[StoredStep]] = defaultdict(list)
    for external_id, step_id, text in rows:
        chains[external_id].append(StoredStep(step_id=step_id, text=text, has_twin=step_id in twinned))
    return dict(chains)
