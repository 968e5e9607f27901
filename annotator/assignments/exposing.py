"""What an annotator was shown beyond the chain itself. It may sway a grade, so it is kept with the assignment.

Keys of `Assignment.exposure`, written when a chain is claimed unless said otherwise:

- `reference`: what the campaign said of the reference answer: `hidden`, `collapsed` or `shown`.
- `reveal`: how the steps were shown: `all` at once, or `stepwise`.
- `reference_opened_at`: when the annotator first opened a collapsed reference answer (ISO 8601).
- `brought_at`: when their grades came in with an export of another campaign. What they were shown there is not known.
- `prm800k`: the `line` of PRM800K that they came in with: which completions were offered, in which order, and what a
  campaign has no place for. The ratings that count are the grades; `otherwise` names, by index and text, those that are
  none because the same person had rated the same step otherwise in another line.
- `reopened_at`: when they took up the chain again that they had handed in, each time: they had seen all of it by then.

A chain keeps the policy under which it was claimed, also when the campaign changes its own, so that this stays true.
Chains claimed before the first two keys were written follow their campaign.
"""

import uuid
from datetime import datetime

from django.db import transaction

from annotator.accounts.models import User
from annotator.assignments.models import Assignment, AssignmentStatus, Campaign, Reference, Reveal

REFERENCE = "reference"
REVEAL = "reveal"
REFERENCE_OPENED = "reference_opened_at"
REOPENED = "reopened_at"
BROUGHT = "brought_at"
PRM800K = "prm800k"
LINE = "line"
OTHERWISE = "otherwise"


def exposure_at_claim(campaign: Campaign) -> dict[str, str]:
    return {REFERENCE: campaign.reference, REVEAL: campaign.reveal}


@transaction.atomic
def open_reference(*, public_id: uuid.UUID, annotator: User, now: datetime) -> Assignment:
    """Record that the annotator opened the collapsed reference answer; the first time counts.

    Raises Assignment.DoesNotExist for an assignment that is not theirs.
    """
    assignment = (
        Assignment.objects.select_related("campaign")
        .select_for_update(of=("self",), no_key=True)
        .get(public_id=public_id, annotator=annotator)
    )
    is_collapsed = reference_policy(assignment) == Reference.COLLAPSED
    is_open = assignment.status == AssignmentStatus.OPEN
    if is_collapsed and is_open and REFERENCE_OPENED not in assignment.exposure:
        assignment.exposure = {**assignment.exposure, REFERENCE_OPENED: now.isoformat()}
        assignment.save(update_fields=["exposure"])
    return assignment


def reference_policy(assignment: Assignment) -> str:
    return str(assignment.exposure.get(REFERENCE, assignment.campaign.reference))


def sees_reference(assignment: Assignment) -> bool:
    """Whether the reference answer stands on the annotator's page."""
    policy = reference_policy(assignment)
    return policy == Reference.SHOWN or (
        policy == Reference.COLLAPSED and REFERENCE_OPENED in assignment.exposure
    )


def is_stepwise(assignment: Assignment) -> bool:
    """Whether a step stays hidden until the one before it is graded."""
    return bool(assignment.exposure.get(REVEAL, assignment.campaign.reveal) == Reveal.STEPWISE)
