"""The studies of a campaign, for its overseers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.analysis.twin_progress import counts_by_pair
from annotator.assignments.models import Campaign, PairState, Role, StudyState, TwinStudy
from annotator.assignments.studies import obstacles
from annotator.web.campaigns.overview import OVERSEERS, campaign_for, campaigns_for
from annotator.web.campaigns.twins.words import STATE_TONES, STATES, title_of
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members
from taxonomies.models import StyleFeature


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A study in the list. `waiting` counts the pairs that this person could confirm, `compared` those with both arms graded."""

    url: str
    title: str
    state: str
    tone: str
    pairs: int
    confirmed: int
    waiting: int
    compared: int
    made_at: datetime


@require_safe
@for_members
def twin_studies(request: SignedIn, key: str) -> HttpResponse:
    """`?feature=` is what a page that leads here would have planned next."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    feature = request.GET.get("feature", "")
    context = {
        "campaign": campaign,
        "studies": listed(campaign, request=request),
        "obstacles": obstacles(campaign),
        "is_researcher": is_researcher(request, campaign),
        "feature": feature if feature in StyleFeature.values else "",
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Twins"),
        "style_url": style_url(campaign),
    }
    return render(request, "web/campaigns/twins/studies.html", context)


def listed(campaign: Campaign, *, request: SignedIn) -> list[Listed]:
    studies = campaign.twin_studies.annotate(
        pair_count=Count("pairs"),
        confirmed_count=Count("pairs", filter=Q(pairs__state=PairState.CONFIRMED)),
        waiting_count=Count(
            "pairs", filter=Q(pairs__state=PairState.WAITING) & ~Q(pairs__made_by=request.user)
        ),
    )
    order = [StudyState.RUNNING, StudyState.DRAFT, StudyState.STOPPED]
    found = sorted(
        studies.order_by("-made_at", "-pk"), key=lambda study: order.index(StudyState(study.state))
    )
    return [
        Listed(
            url=reverse("twin_study", args=[campaign.key, study.pk]),
            title=title_of(study.feature),
            state=str(STATES[StudyState(study.state)]),
            tone=STATE_TONES[StudyState(study.state)],
            pairs=study.pair_count,
            confirmed=study.confirmed_count,
            waiting=0 if study.state == StudyState.STOPPED else study.waiting_count,
            compared=compared_in(study),
            made_at=study.made_at,
        )
        for study in found
    ]


def compared_in(study: TwinStudy) -> int:
    return sum(counts.is_compared for counts in counts_by_pair(study).values())


def is_researcher(request: SignedIn, campaign: Campaign) -> bool:
    return campaigns_for(request.user, roles=[Role.RESEARCHER]).filter(pk=campaign.pk).exists()


def style_url(campaign: Campaign) -> str:
    """Of the page with the effects; empty where there is none."""
    try:
        return reverse("style", args=[campaign.key])
    except NoReverseMatch:
        return ""


def crumbs_to_studies(campaign: Campaign) -> list[Crumb]:
    return [*crumbs_to_campaign(campaign), Crumb(_("Twins"), reverse("twin_studies", args=[campaign.key]))]
