"""Campaigns: which a token reaches, how far each is, and how far its annotators agree."""

from typing import Any

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.analysis import refreshing
from annotator.analysis.gathering import freshness
from annotator.analysis.models import AgreementReport, StyleReport
from annotator.analysis.style_reports import refreshing as style_refreshing
from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.pages import PARAMETERS, Order, page_of, row_key
from annotator.api.parameters import query_of, version_in
from annotator.api.reports import about_report
from annotator.assignments.models import Campaign
from annotator.assignments.progress import progress_of
from annotator.grading.models import Grade, GradeState
from annotator.grading.versions import versions_of

BY_KEY = Order("key", row_key)
READERS = (Scope.EXPORT_READ, Scope.REPORT_READ)


@api_view(["GET", "HEAD"])
@permission_classes([token_with(*READERS)])
def list_campaigns(request: Request) -> Response:
    query = query_of(request, known=PARAMETERS)
    campaigns = Campaign.objects.filter(tokens=token_of(request)).select_related(
        "dataset", "taxonomy_version__taxonomy"
    )
    page = page_of(campaigns, request=request, query=query, order=BY_KEY)
    return Response({"campaigns": [about_campaign(campaign) for campaign in page.rows], "next": page.next})


@api_view(["GET", "HEAD"])
@permission_classes([token_with(*READERS)])
def show_campaign(request: Request, key: str) -> Response:
    query_of(request, known=())
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    return Response(
        {
            **about_campaign(campaign),
            "versions": versions_json(campaign),
            "progress": progress_json(campaign),
            "grades": grades_json(campaign),
            "reports": reports_json(campaign),
        }
    )


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.REPORT_READ)])
def agreement(request: Request, key: str) -> Response:
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    version = version_in(query_of(request, known=("version",)), campaign=campaign)
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    is_stale = refreshing.is_stale(report, campaign=campaign, version=version)
    return Response(
        {
            **about_report(report, campaign=campaign, version=version, is_stale=is_stale),
            "figures": None if report is None else report.figures,
        }
    )


def about_campaign(campaign: Campaign) -> dict[str, object]:
    return {
        "key": campaign.key,
        "title": campaign.title,
        "status": campaign.status,
        "dataset": campaign.dataset.key,
        "domain": campaign.dataset.domain,
        "taxonomy": {
            "key": campaign.taxonomy_version.taxonomy.key,
            "number": campaign.taxonomy_version.number,
            "digest": campaign.taxonomy_version.digest,
        },
        "overlap": campaign.overlap,
        "url": reverse("api:campaign", kwargs={"key": campaign.key}),
    }


def versions_json(campaign: Campaign) -> list[dict[str, object]]:
    """Those that it was graded with, the newest first."""
    return [
        {
            "number": version.number,
            "digest": version.digest,
            "is_current": version.pk == campaign.taxonomy_version_id,
        }
        for version in versions_of(campaign)
    ]


def progress_json(campaign: Campaign) -> dict[str, object]:
    """Under the current version. What is not taken, submitted, open or returned is still to be claimed."""
    progress = progress_of(campaign=campaign)
    return {
        "chains": progress.chains,
        "seats": progress.seats,
        "submitted": progress.submitted,
        "open": progress.open,
        "returned": progress.returned,
        "annotators": len(progress.people),
    }


def grades_json(campaign: Campaign) -> dict[str, object]:
    """Under the current version, without what was cleared. `steps`: that at least one annotator has graded."""
    given = Grade.objects.filter(
        campaign=campaign, taxonomy_version=campaign.taxonomy_version_id, step__isnull=False
    ).exclude(state=GradeState.CLEARED)
    seen = freshness(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)
    return {
        **given.aggregate(count=Count("pk"), steps=Count("step", distinct=True)),
        "newest_at": seen.newest_grade_at,
        "revision_count": seen.revision_count,
    }


def reports_json(campaign: Campaign) -> dict[str, object]:
    """Null before the first one."""
    newest = refreshing.newest_agreement(campaign=campaign)
    newest_style = style_refreshing.newest_style(campaign=campaign)
    return {
        "agreement": report_json(newest, is_stale=refreshing.is_stale(newest, campaign=campaign)),
        "style": report_json(
            newest_style, is_stale=style_refreshing.is_stale(newest_style, campaign=campaign)
        ),
    }


def report_json(report: AgreementReport | StyleReport | None, *, is_stale: bool) -> dict[str, Any] | None:
    if report is None:
        return None
    return {
        "finished_at": report.finished_at,
        "revision_count": report.revision_count,
        "is_stale": is_stale,
    }
