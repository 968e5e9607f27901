"""The campaign page of researchers and reviewers: progress, and how far annotators agree."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from annotator.accounts.models import User
from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.analysis.tasks import refresh_agreement
from annotator.assignments.models import Campaign, MembershipState, Role
from annotator.assignments.progress import progress_of
from annotator.grading.versions import NotItsVersion, version_numbered, versions_of
from annotator.jobs.models import JobState
from annotator.web.campaigns.figure_words import reason_in_words, status_in_words
from annotator.web.campaigns.versions import campaign_versions, may_see
from annotator.web.pages import SignedIn, for_members
from taxonomies.models import TaxonomyVersion

# A worker takes a job within a second; after a minute somebody should look whether one runs.
NOT_TAKEN_AFTER = timedelta(seconds=60)
OVERSEERS = [Role.RESEARCHER, Role.REVIEWER]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure in words; `value` or `interval` is None where it cannot be known, with the reason."""

    title: str
    meaning: str
    value: str | None
    interval: str | None
    reason: str
    interval_reason: str


@require_safe
@for_members
def campaign(request: SignedIn, key: str) -> HttpResponse:
    found = campaign_for(request, key, roles=OVERSEERS)
    context = {
        "progress": progress_of(campaign=found),
        "taxonomy": campaign_versions(found, user=request.user),
        "address": request.build_absolute_uri("/").rstrip("/"),
        **agreement_context(request, found, version=version_asked_for(request, found)),
    }
    return render(request, "web/campaigns/campaign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def agreement(request: SignedIn, key: str) -> HttpResponse:
    """POST asks for the figures of now; GET is the part of the page that watches them come."""
    if request.method == "POST":
        found = campaign_for(request, key, roles=[Role.RESEARCHER])
        version = version_asked_for(request, found)
        report = refreshing.ask_for_agreement(
            campaign=found, version=version, requested_by=request.user, now=timezone.now()
        )
        wake_worker(report)
    else:
        found = campaign_for(request, key, roles=OVERSEERS)
        version = version_asked_for(request, found)
    if not request.htmx:
        address = reverse("campaign", args=[key])
        is_current = version.pk == found.taxonomy_version_id
        return redirect(address if is_current else f"{address}?version={version.number}#agreement")
    return render(
        request, "web/campaigns/_agreement.html", agreement_context(request, found, version=version)
    )


def wake_worker(report: AgreementReport) -> None:
    try:
        refresh_agreement.delay_on_commit(report_id=report.pk)  # type: ignore[attr-defined]  # of Celery's DjangoTask
    except OperationalError:
        # The queue is away; the row stays, and beat wakes a worker for it when the queue is back.
        return


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


def agreement_context(request: SignedIn, found: Campaign, *, version: TaxonomyVersion) -> dict[str, object]:
    now = timezone.now()
    report = refreshing.newest_agreement(campaign=found, version=version)
    latest = refreshing.newest_agreement(campaign=found, version=version, state=None)
    job = latest if latest is not None and latest.state in refreshing.WAITING else None
    return {
        "campaign": found,
        "version": version,
        "versions": versions_of(found),
        "report": report,
        "status": status_in_words(report.figures["verdict"]["status"]) if report and report.figures else "",
        "is_stale": refreshing.is_stale(report, campaign=found, version=version),
        "lines": lines_of(report.figures) if report and report.figures else [],
        "labels": label_lines(report.figures) if report and report.figures else [],
        "job": job,
        "is_not_taken": job is not None
        and job.state == JobState.QUEUED
        and job.requested_at < now - NOT_TAKEN_AFTER,
        "failed": latest if latest is not None and latest.state == JobState.FAILED else None,
        "may_see_usage": may_see(version, user=request.user),
        "may_compute": request.user.is_superuser
        or found.memberships.filter(
            user=request.user, role=Role.RESEARCHER, state=MembershipState.ACTIVE
        ).exists(),
    }


def lines_of(figures: dict[str, Any]) -> list[Line]:
    verdict, first_error = figures["verdict"], figures["first_error"]
    return [
        line(
            verdict["percent_agreement"],
            title=_("Same verdict"),
            meaning=_("share of the pairs of grades of a step that are alike"),
            shown=percent,
        ),
        line(
            verdict["alpha_nominal"],
            title=_("Krippendorff’s alpha, nominal"),
            meaning=_("beyond chance: 1 is perfect, 0 is chance"),
            shown=coefficient,
        ),
        line(
            verdict["alpha_ordinal"],
            title=_("Krippendorff’s alpha, ordinal"),
            meaning=_("a verdict further away counts as a greater disagreement"),
            shown=coefficient,
        ),
        line(
            first_error["exact"],
            title=_("Same first error"),
            meaning=_(
                "share of the pairs of graders of a chain that name the same first flawed step, or none"
            ),
            shown=percent,
        ),
    ]


def label_lines(figures: dict[str, Any]) -> list[Line]:
    titles = [label["title"] for label in figures["labels"]]
    return [
        line(
            entry["specific_agreement"],
            title=titles[entry["label"]],
            meaning=ngettext("{count} grade", "{count} grades", entry["grades"]).format(
                count=entry["grades"]
            ),
            shown=percent,
        )
        for entry in figures["verdict"]["labels"]
    ]


def line(figure: dict[str, Any], *, title: str, meaning: str, shown: Callable[[float], str]) -> Line:
    """A figure of the report's JSON (see agreement.Figure)."""
    value, low, high = figure["value"], figure["low"], figure["high"]
    return Line(
        title=title,
        meaning=meaning,
        value=None if value is None else shown(value),
        interval=None
        if low is None or high is None
        else _("{low} to {high}").format(low=shown(low), high=shown(high)),
        reason=reason_in_words(figure["reason"]),
        interval_reason=reason_in_words(figure["interval_reason"]),
    )


def percent(share: float) -> str:
    return f"{number_format(f'{100 * share:.1f}')} %"


def coefficient(value: float) -> str:
    return number_format(f"{value:.3f}").replace("-", "−")
