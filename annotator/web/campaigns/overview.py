"""The campaign page of researchers and reviewers: progress, and in short how far annotators agree."""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotator.accounts.models import User
from annotator.analysis.contested import count_contested
from annotator.assignments.models import Campaign, MembershipState, Role
from annotator.assignments.progress import progress_of
from annotator.grading.versions import NotItsVersion, version_numbered
from annotator.web.campaigns.agreement.state import agreement_context
from annotator.web.campaigns.versions import campaign_versions
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members
from taxonomies.models import TaxonomyVersion

OVERSEERS = [Role.RESEARCHER, Role.REVIEWER]


@require_safe
@for_members
def campaign(request: SignedIn, key: str) -> HttpResponse:
    found = campaign_for(request, key, roles=OVERSEERS)
    context = {
        "progress": progress_of(campaign=found),
        "taxonomy": campaign_versions(found, user=request.user),
        "contested": count_contested(campaign=found),
        "crumbs": crumbs_to_campaign(found)[:1],
        "here": found.title,
        **agreement_context(request.user, found, version=version_asked_for(request, found)),
    }
    return render(request, "web/campaigns/campaign.html", context)


def campaign_for(request: SignedIn, key: str, *, roles: list[Role]) -> Campaign:
    """A campaign in which this person has one of the roles, or any for a superuser; else 404."""
    campaigns = campaigns_for(request.user, roles=roles)
    return get_object_or_404(campaigns.select_related("dataset", "taxonomy_version__taxonomy"), key=key)


def campaigns_for(user: User, *, roles: list[Role]) -> QuerySet[Campaign]:
    if user.is_superuser:
        return Campaign.objects.all()
    return Campaign.objects.filter(
        Q(memberships__user=user)
        & Q(memberships__role__in=roles)
        & Q(memberships__state=MembershipState.ACTIVE)
    )


def version_asked_for(request: SignedIn, found: Campaign) -> TaxonomyVersion:
    """The version that `?version=` names by its number, the campaign's current one without it; else 404."""
    try:
        return version_numbered(campaign=found, text=request.GET.get("version"))
    except NotItsVersion as refused:
        raise Http404(str(refused)) from refused
