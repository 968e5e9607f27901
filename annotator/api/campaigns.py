from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.analysis import refreshing
from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.parameters import query_of, version_in
from annotator.api.reports import about_report
from annotator.assignments.models import Campaign


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
