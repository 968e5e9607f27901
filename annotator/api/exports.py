import threading
from collections.abc import Generator, Mapping
from contextlib import ExitStack

from django.conf import settings
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request

from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.parameters import query_of, version_in
from annotator.api.problems import Busy, Unprocessable
from annotator.assignments.models import Campaign
from annotator.exports.streaming import FORMATS, refusal_of, stream
from annotator.exports.styling import StyleAsks

SWITCH = {"": False, "0": False, "1": True}
SEATS = threading.BoundedSemaphore(settings.EXPORTS_AT_ONCE)


class Seated:
    """A stream on one of this process's seats; closing it, as Django does in the end, gives the seat back once.

    Not a generator's `finally`: a generator that nobody began to read is closed without running it.
    """

    def __init__(self, chunks: Generator[bytes]) -> None:
        """Raises Busy when no seat is free."""
        if not SEATS.acquire(blocking=False):
            raise Busy("As many exports are running as this server does at once; try again in a moment.")
        self.chunks = chunks
        self.closing = ExitStack()
        self.closing.callback(SEATS.release)
        self.closing.callback(chunks.close)

    def __iter__(self) -> Generator[bytes]:
        return self.chunks

    def close(self) -> None:
        self.closing.close()


def is_on(query: Mapping[str, str], name: str) -> bool:
    text = query.get(name, "")
    if text not in SWITCH:
        raise Unprocessable(f"{name} is 0 or 1.")
    return SWITCH[text]


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.EXPORT_READ)])
def export(request: Request, key: str) -> StreamingHttpResponse:
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    query = query_of(request, known=("format", "trailer", "version", "luck", "style", "debias"))
    format_name = query.get("format", "native")
    if format_name not in FORMATS:
        raise Unprocessable(f"Unknown format. Choose one of: {', '.join(FORMATS)}.")
    luck = query.get("luck")
    style = StyleAsks(features=is_on(query, "style"), debias=query.get("debias"))
    refusal = refusal_of(format_name=format_name, luck=luck, style=style)
    if refusal is not None:
        raise Unprocessable(refusal)
    chunks = stream(
        campaign=campaign,
        format_name=format_name,
        with_trailer=is_on(query, "trailer"),
        version=version_in(query, campaign=campaign),
        luck=luck,
        style=style,
    )
    return StreamingHttpResponse(
        Seated(chunks) if request.method == "GET" else (),
        content_type="application/x-ndjson",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
