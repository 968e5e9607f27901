"""Taking up a chain again that was handed in, so that somebody can undo what they saw too late."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.assignments.exposing import REOPENED
from annotator.assignments.models import (
    Assignment,
    AssignmentStatus,
    Campaign,
    CampaignStatus,
    MembershipState,
    Role,
)
from annotator.grading.models import Grade

# A sitting, with its breaks. After that people do not correct a slip, they think anew, and a report may have been read.
SITTING = timedelta(hours=12)


class NotReopenable(Exception):
    """Words for why a chain stays as it was handed in. Nothing was changed."""


@transaction.atomic
def reopen(*, public_id: uuid.UUID, annotator: User, now: datetime) -> Assignment:
    """Open a submitted chain again, with everything it says; one that is open already is given back as it is.

    Another chain of the campaign that the annotator has open steps aside. Raises Assignment.DoesNotExist for one that is
    not theirs, and NotReopenable.
    """
    found = Assignment.objects.only("campaign").get(public_id=public_id, annotator=annotator)
    # As in claiming and moving: the campaign first, then its assignments.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=found.campaign_id)
    assignment = Assignment.objects.select_for_update(no_key=True).get(pk=found.pk)
    assignment.campaign = campaign
    if assignment.status == AssignmentStatus.OPEN:
        return assignment
    words = why_not(assignment, now=now)
    if words:
        raise NotReopenable(words)
    step_aside(campaign=campaign, annotator=annotator)
    assignment.status = AssignmentStatus.OPEN
    assignment.submitted_at = None
    assignment.finish_reason = ""
    assignment.expires_at = now + timedelta(minutes=campaign.lease_minutes)
    reopened = [*assignment.exposure.get(REOPENED, []), now.isoformat()]
    assignment.exposure = {**assignment.exposure, REOPENED: reopened}
    assignment.save(update_fields=["status", "submitted_at", "finish_reason", "expires_at", "exposure"])
    return assignment


def why_not(assignment: Assignment, *, now: datetime) -> str:
    """Why the chain cannot be taken up again, in words; empty when it can."""
    campaign = assignment.campaign
    if assignment.taxonomy_version_id != campaign.taxonomy_version_id:
        return _("The campaign went on to a newer version of its taxonomy: this chain is kept as it is.")
    if campaign.status != CampaignStatus.ACTIVE:
        return _("The campaign is not active now: what was handed in stays as it is.")
    if assignment.status != AssignmentStatus.SUBMITTED or assignment.submitted_at is None:
        return _("This chain was not handed in.")
    if assignment.submitted_at < now - SITTING:
        return _("It was handed in more than {hours} hours ago, and stays as it is.").format(
            hours=SITTING // timedelta(hours=1)
        )
    grades_here = campaign.memberships.filter(
        user=assignment.annotator_id, role=Role.ANNOTATOR, state=MembershipState.ACTIVE
    )
    return "" if grades_here.exists() else _("You are not an active annotator of this campaign.")


def step_aside(*, campaign: Campaign, annotator: User) -> None:
    """Close the annotator's open chain of the campaign, if there is one, so that another can be opened.

    Begun, it keeps its seat and comes back with the next claim. Untouched, as when it was given out by handing in the
    one before, it goes back like one whose lease ran out: they may get it again, and so may others.
    """
    is_open = Assignment.objects.filter(campaign=campaign, annotator=annotator, status=AssignmentStatus.OPEN)
    # Whoever is saving or submitting comes first: what they leave behind is looked at after the lock.
    held = is_open.select_for_update(no_key=True).first()
    if held is None:
        return
    was_begun = held.moved_from_id is not None or REOPENED in held.exposure
    is_begun = was_begun or Grade.objects.filter(assignment=held).exists()
    held.status = AssignmentStatus.RETURNED if is_begun else AssignmentStatus.EXPIRED
    held.save(update_fields=["status"])
