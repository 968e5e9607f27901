"""What an annotator was shown beyond the chain itself. It may sway a grade, so it is kept with the assignment."""

import uuid
from datetime import datetime

from django.db import transaction

from annotator.accounts.models import User
from annotator.assignments.models import Assignment, AssignmentStatus, Reference

REFERENCE_OPENED = "reference_opened_at"


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
    is_collapsed = assignment.campaign.reference == Reference.COLLAPSED
    is_open = assignment.status == AssignmentStatus.OPEN
    if is_collapsed and is_open and REFERENCE_OPENED not in assignment.exposure:
        assignment.exposure = {**assignment.exposure, REFERENCE_OPENED: now.isoformat()}
        assignment.save(update_fields=["exposure"])
    return assignment


def sees_reference(assignment: Assignment) -> bool:
    """Whether the reference answer stands on the annotator's page."""
    policy = assignment.campaign.reference
    return policy == Reference.SHOWN or (
        policy == Reference.COLLAPSED and REFERENCE_OPENED in assignment.exposure
    )
