"""Whether a campaign's labels may be used, for a pipeline that goes on or stops."""

from http import HTTPStatus

from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.parameters import query_of, version_in
from annotator.api.problems import Unprocessable, problem
from annotator.api.reports import about_taxonomy
from annotator.assignments.models import Campaign
from annotator.exports.gate.conditions import NAMES, BadGate, Gate, read_gate
from annotator.exports.gate.gathering import figures_of_reports
from annotator.exports.gate.judging import judge
from annotator.exports.gate.telling import gate_json, in_short


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.REPORT_READ)])
def gate(request: Request, key: str) -> Response:
    """200 where all conditions hold, 409 where one fails; with each condition's figure and interval either way."""
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    query = query_of(request, known=(*NAMES, "version"))
    asked = gate_in(query)
    version = version_in(query, campaign=campaign)
    figures = figures_of_reports(campaign=campaign, version=version)
    findings = judge(asked, figures)
    told = {
        **about_taxonomy(campaign, version=version),
        **gate_json(asked, figures=figures, findings=findings),
    }
    if told["passed"]:
        return Response(told)
    return Response(
        {**problem(status=HTTPStatus.CONFLICT, detail=in_short(findings)), **told},
        status=HTTPStatus.CONFLICT,
        content_type="application/problem+json",
    )


def gate_in(query: dict[str, str]) -> Gate:
    try:
        found = read_gate({name: text for name, text in query.items() if name in NAMES})
    except BadGate as refused:
        raise Unprocessable(str(refused)) from refused
    if not found.asked:
        raise Unprocessable(f"Name at least one condition: {', '.join(NAMES)}.")
    return found
