"""The page on whether style leaks into the grades, asking for its figures, and its tables as files."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh
from kombu.exceptions import OperationalError

from annotator.analysis.models import FlagState, StyleReport
from annotator.analysis.style_reports import refreshing
from annotator.analysis.tasks import refresh_style
from annotator.assignments.models import Campaign, Role, StudyState
from annotator.web.campaigns.cells import as_csv
from annotator.web.campaigns.computing import may_compute
from annotator.web.campaigns.overview import OVERSEERS, campaign_for, version_asked_for
from annotator.web.campaigns.style.flags import STANDING, FlagCard, cards_of, flags_for
from annotator.web.campaigns.style.headline import headline_of, null_results
from annotator.web.campaigns.style.lacking import gaps_of, study_plans, votes_for_pair
from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.people import rows_of_people
from annotator.web.campaigns.style.people_plots import people_plot
from annotator.web.campaigns.style.plots import association_plot, overview_plot
from annotator.web.campaigns.style.ranking import suggestions_of, surest_first
from annotator.web.campaigns.style.state import style_context
from annotator.web.campaigns.style.tables import (
    association_table,
    experiments_table,
    features_table,
    known,
    labels_table,
    tables_of,
)
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members
from taxonomies.models import TaxonomyVersion


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def style(request: SignedIn, key: str) -> HttpResponse:
    """POST asks for the figures of now; GET is the page, or for htmx the part of it that watches them come."""
    if request.method == "POST":
        campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
        version = version_asked_for(request, campaign)
        report = refreshing.ask_for_style(
            campaign=campaign, version=version, requested_by=request.user, now=timezone.now()
        )
        wake_worker(report)
        if not request.htmx:
            return redirect(f"{reverse('style', args=[key])}?version={version.number}")
    else:
        campaign = campaign_for(request, key, roles=OVERSEERS)
        version = version_asked_for(request, campaign)
    context = style_context(request.user, campaign, version=version)
    if request.htmx:
        # All the rest of the page is of the report before, so that it is asked for anew at the end.
        if context["job"] is None:
            return HttpResponseClientRefresh()
        return render(request, "web/campaigns/style/_job.html", context)
    return page(request, campaign, version=version, context=context)


def wake_worker(report: StyleReport) -> None:
    try:
        refresh_style.delay_on_commit(report_id=report.pk)  # type: ignore[attr-defined]  # of Celery's DjangoTask
    except OperationalError:
        # The queue is away; the row stays, and beat wakes a worker for it when the queue is back.
        return


def page(
    request: SignedIn, campaign: Campaign, *, version: TaxonomyVersion, context: Mapping[str, Any]
) -> HttpResponse:
    links = StyleLinks(campaign.key, version.number)
    flags = list(flags_for(request.user, campaign).filter(taxonomy_version=version))
    cards = cards_of(flags, campaign=campaign)
    report, is_researcher = context["report"], context["is_researcher"]
    whole = {
        **context,
        "standing": [card for card in cards if card.flag.state in STANDING],
        "former": [card for card in cards if card.flag.state not in STANDING],
        "open_count": sum(card.flag.state == FlagState.OPEN for card in cards),
        "studies_url": links.studies(),
        "running_studies": campaign.twin_studies.filter(state=StudyState.RUNNING).count(),
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Style"),
    }
    if report is not None and report.figures:
        whole |= parts_of(
            report.figures, campaign=campaign, cards=cards, links=links, is_researcher=is_researcher
        )
    return render(request, "web/campaigns/style/style.html", whole)


def parts_of(
    figures: Mapping[str, Any],
    *,
    campaign: Campaign,
    cards: Sequence[FlagCard],
    links: StyleLinks,
    is_researcher: bool,
) -> dict[str, object]:
    """What the page shows of a report, from its first section to its last."""
    experiments = known(experiments_table(figures, links=links))
    errors = known(labels_table(figures, links=links))
    associations = known(association_table(figures, links=links))
    return {
        "figures": figures,
        "headline": headline_of(figures, cards=cards),
        "overview": overview_plot(figures, links=links, with_people=is_researcher),
        "experiments": experiments if experiments.rows else None,
        "errors": errors if errors.rows else None,
        "nulls": null_results(figures),
        "association": association_plot(surest_first(figures["association"]), links=links),
        "associations": associations if associations.rows else None,
        "suggestions": suggestions_of(figures, links=links),
        "people": rows_of_people(figures, links=links) if is_researcher else [],
        "people_plot": people_plot(figures, links=links) if is_researcher else None,
        "gaps": gaps_of(figures, campaign=campaign),
        "plans": study_plans(figures, campaign=campaign),
        "votes_for_pair": votes_for_pair(campaign),
        "features": features_table(figures, links=links),
    }


@require_safe
@for_members
def style_table(request: SignedIn, key: str, name: str) -> HttpResponse:
    """One table as CSV. Before the first report there is none, which the page says in words."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    version = version_asked_for(request, campaign)
    report = refreshing.newest_style(campaign=campaign, version=version)
    if report is None or not report.figures:
        return redirect("style", key=key)
    tables = tables_of(
        report.figures,
        links=StyleLinks(key, version.number),
        with_people=may_compute(request.user, campaign),
    )
    table = tables.get(name)
    if table is None:
        raise Http404("no such table in this report")
    return HttpResponse(
        as_csv(table),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{key}-style-{name}.csv"'},
    )
