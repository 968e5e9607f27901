"""Decisions of reviewers that stand in the test as words."""

import uuid

from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.chains.models import Step
from annotator.grading.adjudicating import Decision, DecisionWrite, decide
from tests.makers import make_user


def decide_step(
    campaign: Campaign, *, step: Step, verdict: str | None, revision: int = 0, reviewer: str = "rita"
) -> Decision:
    """A verdict of None takes the decision back."""
    write = DecisionWrite(
        operation_id=uuid.uuid4(),
        revision=revision,
        version=campaign.taxonomy_version.number,
        verdict=verdict,
        reason="" if verdict is None else "Looked at again.",
    )
    return decide(campaign=campaign, step=step, reviewer=make_user(reviewer), write=write, now=timezone.now())
