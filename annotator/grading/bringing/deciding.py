"""Bringing in what reviewers decided."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from annotator.accounts.models import User
from annotator.assignments.models import Campaign
from annotator.chains.formats.exported import ExportedDecision
from annotator.chains.models import Step
from annotator.chains.strict_json import LineError
from annotator.grading.adjudicating import DecisionWrite, decide
from annotator.grading.bringing.placing import PlacedChain
from annotator.grading.checking import Refused
from annotator.grading.given import key_of
from annotator.grading.models import Adjudication
from taxonomies.vocabulary import Vocabulary

# Where the export tells no comments. A decision has a reason always.
NO_REASON = "Brought in from an export that does not tell its reasons."


@dataclass(frozen=True, slots=True)
class BroughtDecision:
    line: int
    index: int
    step: int
    said: ExportedDecision


def fresh_decisions(
    chains: Iterable[PlacedChain], *, campaign: Campaign, vocabulary: Vocabulary
) -> Iterator[BroughtDecision | LineError]:
    """Those that do not stand here yet, each step's once; an error for one that contradicts what stands or stood."""
    standing = {
        decision.step_id: decision
        for decision in Adjudication.objects.filter(campaign=campaign, taxonomy_version=vocabulary.version_id)
    }
    brought: dict[int, ExportedDecision] = {}
    for chain in chains:
        for index, said in chain.decisions.items():
            step = chain.steps[index]
            if step in standing:
                if not stands(said, at=standing[step], vocabulary=vocabulary):
                    yield LineError(
                        chain.line, f"steps[{index}].decision: the campaign has decided otherwise"
                    )
            elif step not in brought:
                brought[step] = said
                yield BroughtDecision(chain.line, index, step, said)
            elif brought[step] != said:
                yield LineError(
                    chain.line, f"steps[{index}].decision: an earlier line of this file says otherwise"
                )


def stands(said: ExportedDecision, *, at: Adjudication, vocabulary: Vocabulary) -> bool:
    verdict = key_of(vocabulary.verdict, at.verdict_id) if at.verdict_id else None
    return said.verdict == verdict and said.reason in (None, at.reason)


def write_decision(
    decision: BroughtDecision,
    *,
    campaign: Campaign,
    vocabulary: Vocabulary,
    reviewer: User,
    now: datetime,
) -> LineError | None:
    write = DecisionWrite(
        operation_id=uuid.uuid4(),
        revision=0,
        version=vocabulary.number,
        verdict=decision.said.verdict,
        reason=decision.said.reason or NO_REASON,
    )
    try:
        decide(
            campaign=campaign,
            step=Step.objects.get(pk=decision.step),
            reviewer=reviewer,
            write=write,
            now=now,
        )
    except Refused as refused:
        return LineError(decision.line, f"steps[{decision.index}].decision: {refused}")
    return None
