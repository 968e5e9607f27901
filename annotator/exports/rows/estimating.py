"""Dawid and Skene's estimate of each step's label, of exactly the grades that an export reads.

It is computed anew and not taken from a report: a report may be older than the newest grade, and a campaign needs not ask
for one. From the same grades it is the report's own estimate to the last digit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.analysis import consensus, dawid_skene
from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.copying import copied_columns
from annotator.analysis.counting import Votes, votes_of
from annotator.analysis.gathering import places_of
from taxonomies.vocabulary import Question

VOTES = """
SELECT g.step_id, g.annotator_id, g.verdict_id
FROM grading_grade g
WHERE g.campaign_id = {campaign:d} AND g.taxonomy_version_id = {version:d} AND g.state = 'graded' AND g.step_id IS NOT NULL
    AND g.rendering <> 'twin'
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """steps: (steps,), ids in order; labels: (steps,), the most probable one's place, consensus.NO_LABEL where two are
    equally so. `note`: what to say of it; `reason` in it where there is none.
    """

    steps: Integers
    labels: Integers
    note: dict[str, object] | None

    def labels_of(self, steps: Integers) -> Integers:
        """(steps,), consensus.NO_LABEL for one without a vote."""
        places = np.searchsorted(self.steps, steps)
        is_known = np.append(self.steps, -1)[places] == steps
        return np.where(is_known, np.append(self.labels, consensus.NO_LABEL)[places], consensus.NO_LABEL)


NO_STEPS = np.zeros(0, dtype=np.int64)
NOT_ASKED = Estimate(NO_STEPS, NO_STEPS, None)


@dataclass(frozen=True, slots=True)
class VotesOnSteps:
    steps: Integers
    votes: Votes


def votes_on_steps(cursor: Any, *, campaign_id: int, version_id: int, verdict: Question) -> VotesOnSteps:
    steps, annotators, labels = copied_columns(
        VOTES.format(campaign=campaign_id, version=version_id), kinds=["bigint"] * 3, cursor=cursor
    )
    votes = votes_of(
        units=steps,
        annotators=annotators,
        labels=places_of(labels, question=verdict),
        clusters=steps,
        label_count=len(verdict.choices),
    )
    return VotesOnSteps(steps=np.unique(steps), votes=votes)


def why_not_estimated(cursor: Any, *, campaign_id: int, version_id: int, verdict: Question) -> str | None:
    """Why there is no estimate of these grades; None when there is one."""
    found = votes_on_steps(cursor, campaign_id=campaign_id, version_id=version_id, verdict=verdict)
    return dawid_skene.why_not(found.votes)


def estimate_in_view(cursor: Any, *, campaign_id: int, version_id: int, verdict: Question) -> Estimate:
    """Of the view that is open on the cursor's connection."""
    found = votes_on_steps(cursor, campaign_id=campaign_id, version_id=version_id, verdict=verdict)
    estimated = dawid_skene.estimate(found.votes)
    if isinstance(estimated, dawid_skene.NotEstimated):
        return Estimate(NO_STEPS, NO_STEPS, {"reason": estimated.reason})
    return Estimate(
        steps=found.steps,
        labels=most_probable(estimated.posteriors),
        note={
            "reason": None,
            "steps": len(found.steps),
            "annotators": found.votes.annotator_count,
            "iterations": estimated.iterations,
            "has_converged": estimated.has_converged,
        },
    )


def most_probable(posteriors: Floats) -> Integers:
    """(steps, labels) to (steps,): the place of the greatest, consensus.NO_LABEL where two are as great."""
    is_greatest: Flags = posteriors == posteriors.max(axis=1, keepdims=True)
    return np.where(is_greatest.sum(axis=1) == 1, posteriors.argmax(axis=1), consensus.NO_LABEL)
