"""Lucky and suspect chains of the newest report, page by page."""

from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.analysis import refreshing
from annotator.analysis.findings import FoundChain, findings_of, read_findings
from annotator.analysis.models import Basis, Finding
from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.parameters import query_of, version_in
from annotator.api.problems import Unprocessable
from annotator.api.reports import about_report
from annotator.assignments.models import Campaign

CHAINS_AT_ONCE = 200
# The largest primary key there can be.
LAST_CHAIN = 2**63 - 1
NARROWING = {"finding": Finding.values, "basis": Basis.values}


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.REPORT_READ)])
def luck(request: Request, key: str) -> Response:
    """`chains` is null until the first report; `next` is the cursor of what follows, null at the end."""
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    query = query_of(request, known=("finding", "basis", "cursor", "version"))
    version = version_in(query, campaign=campaign)
    wanted, after = narrowing_in(query), cursor_in(query)
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    is_stale = refreshing.is_stale(report, campaign=campaign, version=version)
    about = about_report(report, campaign=campaign, version=version, is_stale=is_stale)
    if report is None:
        return Response({**about, "chains": None, "next": None})
    found = findings_of(campaign, version=version).filter(**wanted, chain__gt=after).order_by("chain")
    rows = list(found.select_related("chain__problem")[: CHAINS_AT_ONCE + 1])
    shown = rows[:CHAINS_AT_ONCE]
    return Response(
        {
            **about,
            "chains": [
                chain_json(chain) for chain in read_findings(shown, campaign=campaign, version=version)
            ],
            "next": str(shown[-1].chain_id) if len(rows) > CHAINS_AT_ONCE else None,
        }
    )


def narrowing_in(query: dict[str, str]) -> dict[str, str]:
    for name, words in NARROWING.items():
        if query.get(name, words[0]) not in words:
            raise Unprocessable(f"Unknown {name}. Choose one of: {', '.join(words)}.")
    return {name: query[name] for name in NARROWING if name in query}


def cursor_in(query: dict[str, str]) -> int:
    """The chain after which the page begins, so that pages neither repeat nor leave out one when a new report comes."""
    text = query.get("cursor", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LAST_CHAIN):
        raise Unprocessable("cursor is what an earlier answer gave as next.")
    return int(text)


def chain_json(found: FoundChain) -> dict[str, object]:
    consensus = found.consensus
    return {
        "chain_id": consensus.chain.external_id,
        "problem_id": consensus.chain.problem.external_id,
        "generator": consensus.chain.generator,
        "finding": consensus.finding,
        "basis": consensus.basis,
        "step_index": consensus.flawed_index,
        "repaired_by": [repair.index for repair in found.repairs],
        "first_error_index": consensus.first_error_index,
        "first_error_defined": consensus.first_error_defined,
    }
