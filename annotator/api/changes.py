"""What changed from one sealed snapshot to another of the same campaign."""

from collections.abc import Callable, Generator
from itertools import islice

import orjson
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import urlencode
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.authentication import token_with
from annotator.api.models import Scope
from annotator.api.pages import (
    PARAMETERS,
    USUAL_LIMIT,
    Order,
    cursor_in,
    cursor_of,
    limit_in,
    row_number,
)
from annotator.api.parameters import query_of
from annotator.api.problems import NotStoredNow, Unprocessable
from annotator.api.snapshots import readable_snapshot, snapshots_of
from annotator.exports.models import Snapshot
from annotator.exports.snapshots.changes import Changes, NotComparable, changes_between
from annotator.exports.snapshots.files import MissingFile
from annotator.jobs.models import JobState
from annotator.streams.seats import Seated, Sending
from annotator.streams.sending import MEDIA_TYPE, marked

FORMATS = ("json", "ndjson")
# Of sealed snapshots nothing changes any more, so a page may begin by its number.
BY_PLACE = Order("place", row_number)
CACHING = "private, max-age=31536000, immutable"


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.EXPORT_READ)])
def changes(request: Request, snapshot_id: int) -> HttpResponseBase:
    """Page by page with the counts of all, or as `format=ndjson` all at once with the counts in a trailer."""
    query = query_of(request, known=("since", "format", *PARAMETERS))
    newer = readable_snapshot(request, snapshot_id)
    older = older_in(query, request=request)
    format_name = query.get("format", FORMATS[0])
    if format_name not in FORMATS:
        raise Unprocessable(f"Unknown format. Choose one of: {', '.join(FORMATS)}.")
    limit = limit_in(query, usual=USUAL_LIMIT)
    start = int(cursor_in(query["cursor"], order=BY_PLACE)) if "cursor" in query else 0
    found = found_changes(older=older, newer=newer)
    if format_name == "ndjson":
        return as_lines(request, found)
    rows = list(islice(found, start, start + limit))
    end = start + len(rows)
    following = None
    if end < total_of(found) and rows:
        following = f"{request.path}?{urlencode({**query, 'cursor': cursor_of(end)})}"
    return Response({**about(found), "changes": rows, "next": following}, headers={"Cache-Control": CACHING})


def older_in(query: dict[str, str], *, request: Request) -> Snapshot:
    try:
        pk = row_number(query.get("since", ""))
    except ValueError as error:
        raise Unprocessable("since is the id of an earlier snapshot.") from error
    if not snapshots_of(request).filter(pk=pk).exists():
        raise Unprocessable("since names no snapshot that this token reaches.")
    return readable_snapshot(request, pk)


def found_changes(*, older: Snapshot, newer: Snapshot) -> Changes:
    for snapshot in (older, newer):
        if snapshot.state != JobState.DONE:
            raise Unprocessable(f"Snapshot {snapshot.pk} is {snapshot.state}: only sealed ones are compared.")
    if older.campaign_id != newer.campaign_id:
        raise Unprocessable("The two snapshots are of different campaigns.")
    try:
        return changes_between(older=older, newer=newer)
    except NotComparable as refused:
        raise Unprocessable(str(refused)) from refused
    except MissingFile as missing:
        raise NotStoredNow(str(missing)) from missing
    except FileNotFoundError as unknown:
        raise Unprocessable("One of the two snapshots does not say what its labels were.") from unknown


def total_of(found: Changes) -> int:
    return found.added + found.removed + found.relabelled


def about(found: Changes) -> dict[str, object]:
    return {
        "older": found.older.pk,
        "newer": found.newer.pk,
        "counts": {
            "added": found.added,
            "removed": found.removed,
            "relabelled": found.relabelled,
            "unchanged": found.unchanged,
        },
    }


def as_lines(request: Request, found: Changes) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(content_type=MEDIA_TYPE)
    return StreamingHttpResponse(Seated(sending_of(found)), content_type=MEDIA_TYPE)


def sending_of(found: Changes) -> Callable[[], Sending]:
    def begin() -> Sending:
        lines = marked(lines_of(found))
        return Sending(lines, lines.close)

    return begin


def lines_of(found: Changes) -> Generator[bytes]:
    for change in found:
        yield orjson.dumps(change, option=orjson.OPT_APPEND_NEWLINE)
    yield orjson.dumps({"trailer": about(found)}, option=orjson.OPT_APPEND_NEWLINE)
