"""What both doors answer when somebody takes data out, with the record of who took it."""

from collections.abc import Callable, Generator
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from annotator.assignments.models import Campaign
from annotator.exports.models import ExportKind, ExportOutcome, Snapshot
from annotator.exports.queries import ExportQuery
from annotator.exports.recording import NOBODY_NAMED, Asker, LiveExport, begin_record, end_record
from annotator.exports.snapshots.files import sealed_file
from annotator.streams.encodings import chosen_encoding, encoded
from annotator.streams.ranges import file_answer
from annotator.streams.seats import Seated, Sending

MEDIA_TYPE = "application/x-ndjson"
# No JSON, and without the end of its line: a reader of lines stumbles here also where the server ends a broken answer as
# if it were whole, as granian does.
BROKEN_OFF = b'{"broken_off": "The export failed before its end. Ask for it again.'


def live_export_answer(
    request: HttpRequest,
    *,
    campaign: Campaign,
    query: ExportQuery,
    with_trailer: bool,
    clock: Callable[[], datetime],
    asker: Asker = NOBODY_NAMED,
) -> HttpResponseBase:
    """Answers GET and HEAD for a query that `check_query` has looked at. Raises NoSeat."""
    accept_encoding = request.headers.get("Accept-Encoding", "")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept-Encoding"}
    encoding = chosen_encoding(accept_encoding)
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    if request.method == "HEAD":
        return HttpResponse(content_type=MEDIA_TYPE, headers=headers)

    def begin() -> Sending:
        export = LiveExport(
            campaign=campaign, query=query, with_trailer=with_trailer, clock=clock, asker=asker
        )
        return Sending(encoded(marked(export.chunks()), accept_encoding=accept_encoding).chunks, export.close)

    return StreamingHttpResponse(Seated(begin), content_type=MEDIA_TYPE, headers=headers)


def marked(chunks: Generator[bytes]) -> Generator[bytes]:
    """A failure shows in what was sent: it ends with BROKEN_OFF, and after that the server is told."""
    try:
        yield from chunks
    except Exception:
        yield BROKEN_OFF
        raise


def snapshot_file_answer(
    request: HttpRequest,
    *,
    snapshot: Snapshot,
    name: str,
    clock: Callable[[], datetime],
    asker: Asker = NOBODY_NAMED,
) -> HttpResponseBase:
    """Answers GET and HEAD for a file of a sealed snapshot, whole or in part; each answer that sends some of it is recorded.

    Raises NoSeat, FileNotFoundError where the snapshot has no such file, and its subclass MissingFile where it is gone.
    """
    sealed = sealed_file(snapshot, name)

    def begun(size: int) -> Callable[[int], None]:
        record = begin_record(
            campaign=snapshot.campaign,
            kind=ExportKind.FILE,
            query=snapshot.query,
            now=clock(),
            snapshot=snapshot,
            file_name=name,
            asked_with=asker.token_prefix,
            asked_by=asker.person,
        )

        def ended(taken: int) -> None:
            is_complete = taken == size
            end_record(
                record_id=record.pk,
                outcome=ExportOutcome.COMPLETE if is_complete else ExportOutcome.CUT,
                now=clock(),
                byte_count=taken,
                sha256=sealed.sha256 if is_complete else "",
            )

        return ended

    return file_answer(request, sealed, begun=begun)
