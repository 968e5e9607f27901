"""Who grades how, for a campaign's researchers: by pseudonym, with names only when one asks for them on this page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.analysis import refreshing
from annotator.assignments.models import Role
from annotator.grading.versions import versions_of
from annotator.web.campaigns.agreement.state import why_stale
from annotator.web.campaigns.annotators.rows import people_of
from annotator.web.campaigns.overview import campaign_for, version_asked_for
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members


@require_safe
@for_members
def annotators(request: SignedIn, key: str) -> HttpResponse:
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    version = version_asked_for(request, campaign)
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    has_names = shows_names(request)
    context = {
        "campaign": campaign,
        "version": version,
        "versions": versions_of(campaign),
        "report": report,
        "stale": why_stale(report, campaign=campaign, version=version),
        "has_names": has_names,
        "people": people_of(campaign, version=version, report=report, with_names=has_names),
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Annotators"),
    }
    return render(request, "web/campaigns/annotators.html", context)


def shows_names(request: SignedIn) -> bool:
    """Only as long as the address says so: nothing remembers it."""
    return request.GET.get("names") == "1"
