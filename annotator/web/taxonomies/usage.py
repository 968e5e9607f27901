"""How often the labels of a version are chosen, and where people disagree: what to look at before its next version."""

from collections.abc import Sequence
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.accounts.models import User
from annotator.analysis.using import VersionUsage, usage_of
from annotator.assignments.models import Campaign, Role
from annotator.grading.models import Grade, GradeState
from annotator.web.campaigns.overview import campaigns_for
from annotator.web.crumbs import crumbs_to
from annotator.web.pages import SignedIn, for_members
from annotator.web.taxonomies.finding import version_for
from annotator.web.taxonomies.usage_words import Advice, CriterionPart, advice_in, examples_in, parts_of
from taxonomies.models import TaxonomyVersion, VersionStatus


class Report(TypedDict, total=False):
    """Empty where nothing was graded."""

    usage: VersionUsage
    parts: list[CriterionPart]
    advice: list[Advice]


@require_safe
@for_members
def taxonomy_usage(request: SignedIn, key: str, number: int) -> HttpResponse:
    version = version_for(request, key, number)
    campaigns = campaigns_graded_with(version, user=request.user)
    chosen = chosen_campaign(campaigns, key=request.GET.get("campaign", ""))
    context = {
        "version": version,
        "campaigns": campaigns,
        "chosen": chosen,
        **report_on(version, campaigns=campaigns if chosen is None else [chosen]),
        "crumbs": crumbs_to(version, user=request.user),
        "here": _("Usage"),
    }
    return render(request, "web/taxonomies/usage.html", context)


def campaigns_graded_with(version: TaxonomyVersion, *, user: User) -> list[Campaign]:
    """Those in which this person is a researcher (all for a superuser): on the version now, or with grades under it."""
    if version.status == VersionStatus.DRAFT:
        return []
    grades = Grade.objects.filter(campaign=OuterRef("pk"), taxonomy_version=version)
    used_in = campaigns_for(user, roles=[Role.RESEARCHER]).filter(
        Q(taxonomy_version=version) | Exists(grades)
    )
    return list(used_in.order_by("title", "pk"))


def chosen_campaign(campaigns: Sequence[Campaign], *, key: str) -> Campaign | None:
    """The one that the filter names, None for all of them; else 404."""
    if not key:
        return None
    found = next((campaign for campaign in campaigns if campaign.key == key), None)
    if found is None:
        raise Http404("no such campaign")
    return found


def report_on(version: TaxonomyVersion, *, campaigns: Sequence[Campaign]) -> Report:
    grades = Grade.objects.filter(campaign__in=campaigns, taxonomy_version=version)
    if not grades.exclude(state=GradeState.CLEARED).exists():
        return {}
    usage = usage_of(version_id=version.pk, campaign_ids=[campaign.pk for campaign in campaigns])
    examples = examples_in(usage, number=version.number)
    return {
        "usage": usage,
        "parts": parts_of(usage, examples=examples),
        "advice": [advice for criterion in usage.criteria for advice in advice_in(criterion)],
    }
