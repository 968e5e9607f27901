"""My campaigns, and taking a chain to grade."""

import secrets
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from annotator.assignments.claiming import SEED_BITS, NotClaimable, claim_next
from annotator.assignments.models import (
    Assignment,
    AssignmentStatus,
    Campaign,
    CampaignStatus,
    Membership,
    MembershipState,
    Role,
)
from annotator.web.pages import SignedIn, for_members


@dataclass(frozen=True, slots=True, kw_only=True)
class MyCampaign:
    """A campaign with this person's own progress; nobody else's, since even a count of what is left would tell."""

    campaign: Campaign
    role: str
    submitted: int
    returned: int
    open_assignment: Assignment | None

    @property
    def grades(self) -> bool:
        return self.role == Role.ANNOTATOR

    @property
    def can_start(self) -> bool:
        return self.campaign.status == CampaignStatus.ACTIVE


@require_safe
@for_members
def home(request: SignedIn) -> HttpResponse:
    return render(request, "web/home.html", {"campaigns": my_campaigns(request)})


@require_POST
@for_members
def claim(request: SignedIn, key: str) -> HttpResponse:
    campaign = get_object_or_404(active_memberships(request), campaign__key=key).campaign
    try:
        assignment = claim_next(
            campaign=campaign,
            annotator=request.user,
            now=timezone.now(),
            seed=secrets.randbits(SEED_BITS),
        )
    except NotClaimable as refused:
        return render(
            request, "web/nothing_to_grade.html", {"campaign": campaign, "problem": str(refused)}, status=422
        )
    if assignment is None:
        return render(request, "web/nothing_to_grade.html", {"campaign": campaign})
    return redirect("assignment", public_id=assignment.public_id)


def active_memberships(request: SignedIn) -> QuerySet[Membership]:
    return Membership.objects.filter(user=request.user, state=MembershipState.ACTIVE).select_related(
        "campaign__dataset", "campaign__taxonomy_version__taxonomy"
    )


def my_campaigns(request: SignedIn) -> list[MyCampaign]:
    # Each campaign under its current version: what was graded before a move has a twin there.
    own = Assignment.objects.filter(annotator=request.user, taxonomy_version=F("campaign__taxonomy_version"))
    counts = {
        (campaign_id, status): count
        for campaign_id, status, count in own.values_list("campaign", "status").annotate(count=Count("pk"))
    }
    still_open = {
        assignment.campaign_id: assignment for assignment in own.filter(status=AssignmentStatus.OPEN)
    }
    return [
        MyCampaign(
            campaign=membership.campaign,
            role=membership.role,
            submitted=counts.get((membership.campaign_id, AssignmentStatus.SUBMITTED), 0),
            returned=counts.get((membership.campaign_id, AssignmentStatus.RETURNED), 0),
            open_assignment=still_open.get(membership.campaign_id),
        )
        for membership in active_memberships(request).order_by("campaign__status", "campaign__title", "pk")
    ]
