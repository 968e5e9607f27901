"""What is known of surface style in a campaign's grades: the newest report, and the flags that reports have raised."""

from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.analysis.style_reports import refreshing
from annotator.analysis.style_reports.telling import flags_of
from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.parameters import query_of, version_in
from annotator.api.reports import about_report
from annotator.assignments.models import Campaign


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.REPORT_READ)])
def style(request: Request, key: str) -> Response:
    """`figures` is null until the first report, and the flags are none."""
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    version = version_in(query_of(request, known=("version",)), campaign=campaign)
    report = refreshing.newest_style(campaign=campaign, version=version)
    is_stale = refreshing.is_stale(report, campaign=campaign, version=version)
    return Response(
        {
            **about_report(report, campaign=campaign, version=version, is_stale=is_stale),
            "figures": None if report is None else report.figures,
            "flags": flags_of(campaign, version=version),
        }
    )
