from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request

from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.parameters import query_of
from annotator.api.problems import Unprocessable
from annotator.assignments.models import Campaign
from annotator.exports.formats import WRITERS
from annotator.exports.streaming import stream

SWITCH = {"": False, "0": False, "1": True}


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.EXPORT_READ)])
def export(request: Request, key: str) -> StreamingHttpResponse:
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    query = query_of(request, known=("format", "trailer"))
    format_name = query.get("format", "native")
    if format_name not in WRITERS:
        raise Unprocessable(f"Unknown format. Choose one of: {', '.join(WRITERS)}.")
    trailer = query.get("trailer", "")
    if trailer not in SWITCH:
        raise Unprocessable("trailer is 0 or 1.")
    is_wanted = request.method == "GET"
    return StreamingHttpResponse(
        stream(campaign=campaign, format_name=format_name, with_trailer=SWITCH[trailer]) if is_wanted else (),
        content_type="application/x-ndjson",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
