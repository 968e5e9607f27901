"""My campaigns, and taking a chain to grade."""

import secrets

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from annotator.assignments.claiming import SEED_BITS, NotClaimable, claim_next
from annotator.web.my_campaigns import active_memberships, my_campaigns
from annotator.web.pages import SignedIn, for_members
from annotator.web.words import script_words


@require_safe
@for_members
def home(request: SignedIn) -> HttpResponse:
    campaigns = my_campaigns(request.user)
    context = {
        "campaigns": campaigns,
        "has_work": any(mine.grades for mine in campaigns),
        "script_words": script_words(),
        "resumed": next((mine for mine in campaigns if mine.open_chain), None),
    }
    return render(request, "web/home.html", context)


@require_POST
@for_members
def claim(request: SignedIn, key: str) -> HttpResponse:
    campaign = get_object_or_404(active_memberships(request.user), campaign__key=key).campaign
    problem = ""
    try:
        assignment = claim_next(
            campaign=campaign,
            annotator=request.user,
            now=timezone.now(),
            seed=secrets.randbits(SEED_BITS),
        )
    except NotClaimable as refused:
        assignment, problem = None, str(refused)
    if assignment is not None:
        return redirect("assignment", public_id=assignment.public_id)
    context = {
        "campaign": campaign,
        "problem": problem,
        "others": [mine for mine in my_campaigns(request.user) if mine.campaign != campaign and mine.goes_on],
    }
    return render(request, "web/nothing_to_grade.html", context, status=422 if problem else 200)
