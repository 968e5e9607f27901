"""The page on how far annotators agree, asking for its figures, and its tables as files. From the stored report alone."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh
from kombu.exceptions import OperationalError

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.analysis.tasks import refresh_agreement
from annotator.assignments.models import Campaign, Role
from annotator.web.campaigns.agreement.sections import sections_of, tables_of
from annotator.web.campaigns.agreement.state import agreement_context
from annotator.web.campaigns.cells import Links, as_csv
from annotator.web.campaigns.figure_words import reason_in_words
from annotator.web.campaigns.overview import OVERSEERS, campaign_for, version_asked_for
from annotator.web.campaigns.planner import planner_of
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members
from taxonomies.models import TaxonomyVersion


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def agreement(request: SignedIn, key: str) -> HttpResponse:
    """POST asks for the figures of now; GET is the page, or for htmx the part of it that watches them come."""
    if request.method == "POST":
        campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
        version = version_asked_for(request, campaign)
        report = refreshing.ask_for_agreement(
            campaign=campaign, version=version, requested_by=request.user, now=timezone.now()
        )
        wake_worker(report)
        if not request.htmx:
            return redirect(f"{reverse('agreement', args=[key])}?version={version.number}")
    else:
        campaign = campaign_for(request, key, roles=OVERSEERS)
        version = version_asked_for(request, campaign)
    if request.htmx:
        return part(request, campaign, version=version)
    return page(request, campaign, version=version)


def wake_worker(report: AgreementReport) -> None:
    try:
        refresh_agreement.delay_on_commit(report_id=report.pk)  # type: ignore[attr-defined]  # of Celery's DjangoTask
    except OperationalError:
        # The queue is away; the row stays, and beat wakes a worker for it when the queue is back.
        return


def part(request: SignedIn, campaign: Campaign, *, version: TaxonomyVersion) -> HttpResponse:
    """What watches. On the page itself all the rest is of the report before, so that it is asked for anew at the end."""
    context = agreement_context(request.user, campaign, version=version)
    is_page = request.GET.get("watched_from") == "page"
    if is_page and context["job"] is None:
        return HttpResponseClientRefresh()
    return render(request, "web/campaigns/_agreement.html", {**context, "is_page": is_page})


def page(request: SignedIn, campaign: Campaign, *, version: TaxonomyVersion) -> HttpResponse:
    context = agreement_context(request.user, campaign, version=version)
    report = context["report"]
    figures = report.figures if isinstance(report, AgreementReport) else None
    context |= {
        "is_page": True,
        "figures": figures,
        "sections": sections_of(figures, links=links_of(campaign, version)) if figures else [],
        "estimate_reason": estimate_reason(figures or {}),
        "lucky": sum((figures or {}).get("chains", {}).get("lucky", {}).values()),
        "planner": planner_of(figures, query=request.GET),
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Agreement"),
    }
    return render(request, "web/campaigns/agreement.html", context)


def estimate_reason(figures: dict[str, Any]) -> str:
    """Why Dawid and Skene's estimate was asked for and could not be made."""
    estimate = figures.get("consensus", {}).get("dawid_skene") or {}
    return reason_in_words(estimate.get("reason"))


@require_safe
@for_members
def agreement_table(request: SignedIn, key: str, name: str) -> HttpResponse:
    """One table of the page as CSV. Before the first report there is none, which the page says in words."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    version = version_asked_for(request, campaign)
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    if report is None or not report.figures:
        return redirect("agreement", key=key)
    table = tables_of(report.figures, links=links_of(campaign, version)).get(name)
    if table is None:
        raise Http404("no such table in this report")
    return HttpResponse(
        as_csv(table),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{key}-{name}.csv"'},
    )


def links_of(campaign: Campaign, version: TaxonomyVersion) -> Links:
    return Links(campaign=campaign.key, version=version.number)
