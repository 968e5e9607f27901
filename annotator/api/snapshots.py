"""Sealed exports over REST: asked for, watched, fetched, and compared with earlier ones."""

from functools import partial
from http import HTTPStatus

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework.decorators import api_view, permission_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api import problems
from annotator.api.authentication import token_of, token_with
from annotator.api.exports import check_scopes, export_query_in
from annotator.api.models import Scope, Token
from annotator.api.pages import PARAMETERS, Order, page_of, row_number
from annotator.api.parameters import query_of, switch_in
from annotator.api.problems import NotStoredNow, NotThisBody, Unprocessable
from annotator.api.repeating import idempotency_key, made_once, repeatable
from annotator.assignments.models import Campaign
from annotator.exports.gate import conditions
from annotator.exports.models import Snapshot
from annotator.exports.options import NAMES
from annotator.exports.queries import BadQuery
from annotator.exports.recording import Asker
from annotator.exports.snapshots.asking import PARQUET, ask_for_snapshot, asked_of
from annotator.exports.snapshots.files import MissingFile
from annotator.exports.tasks import build_snapshot
from annotator.streams.sending import snapshot_file_answer

NEWEST_FIRST = Order("pk", row_number, is_newest_first=True)
ASKED_BY_POST = (*NAMES, PARQUET, *conditions.NAMES)


@api_view(["GET", "HEAD", "POST"])
@permission_classes([token_with(Scope.EXPORT_READ)])
def snapshots(request: Request, key: str) -> Response:
    """The newest first, and where a new one is asked for."""
    campaign = get_object_or_404(Campaign, key=key, tokens=token_of(request))
    if request.method == "POST":
        return ask(request, campaign)
    query = query_of(request, known=PARAMETERS)
    rows = Snapshot.objects.filter(campaign=campaign).select_related("campaign")
    page = page_of(rows, request=request, query=query, order=NEWEST_FIRST)
    return Response({"snapshots": [snapshot_json(row) for row in page.rows], "next": page.next})


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.EXPORT_READ)])
def show_snapshot(request: Request, snapshot_id: int) -> Response:
    query_of(request, known=())
    return Response(snapshot_json(get_object_or_404(snapshots_of(request), pk=snapshot_id)))


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.EXPORT_READ)])
def snapshot_file(request: Request, snapshot_id: int, name: str) -> HttpResponseBase:
    query_of(request, known=())
    snapshot = readable_snapshot(request, snapshot_id)
    try:
        answer = snapshot_file_answer(
            request._request,
            snapshot=snapshot,
            name=name,
            clock=timezone.now,
            asker=Asker(token_prefix=token_of(request).prefix),
        )
    except MissingFile as missing:
        raise NotStoredNow(str(missing)) from missing
    except FileNotFoundError as unknown:
        raise NotFound(words_without_file(snapshot, name)) from unknown
    return as_problem(answer)


def ask(request: Request, campaign: Campaign) -> Response:
    """202 with the row; the same Idempotency-Key gives the first row again."""
    if request.META.get("CONTENT_LENGTH") not in (None, "", "0"):
        raise NotThisBody("Send the options as parameters of the address, and no body.")
    texts = query_of(request, known=ASKED_BY_POST)
    token = token_of(request)
    make = partial(make_snapshot, campaign=campaign, texts=texts, token=token)
    key = idempotency_key(request)
    if key is None:
        row = make()
    else:
        question = orjson.dumps(texts, option=orjson.OPT_SORT_KEYS).decode()
        asked = repeatable(token=token, what=f"snapshot of {campaign.pk}", key=key, question=question)
        row = made_once(asked, exists=lambda pk: campaign.snapshots.filter(pk=pk).exists(), make=make)
    snapshot = snapshots_of(request).get(pk=row)
    return Response(
        snapshot_json(snapshot),
        status=HTTPStatus.ACCEPTED,
        headers={"Location": address_of(snapshot)},
    )


@transaction.atomic
def make_snapshot(*, campaign: Campaign, texts: dict[str, str], token: Token) -> int:
    query = export_query_in(texts, campaign=campaign, token=token)
    try:
        snapshot = ask_for_snapshot(
            campaign=campaign,
            query=query,
            gate={name: text for name, text in texts.items() if name in conditions.NAMES},
            requested_by=token.owner,
            asked_with=token.prefix,
            now=timezone.now(),
            parquet=switch_in(texts, PARQUET),
        )
    except (BadQuery, conditions.BadGate) as refused:
        raise Unprocessable(str(refused)) from refused
    # Robust: the row is what was asked for, and beat finds it when Redis could not be told.
    transaction.on_commit(partial(build_snapshot.delay, snapshot_id=snapshot.pk), robust=True)
    return snapshot.pk


def snapshots_of(request: Request) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(campaign__tokens=token_of(request)).select_related("campaign")


def readable_snapshot(request: Request, snapshot_id: int) -> Snapshot:
    """One of whose content the token may know. Raises PermissionDenied."""
    snapshot = get_object_or_404(snapshots_of(request), pk=snapshot_id)
    check_scopes(asked_of(snapshot).query, token=token_of(request))
    return snapshot


def words_without_file(snapshot: Snapshot, name: str) -> str:
    if not snapshot.ended:
        return f"Snapshot {snapshot.pk} is {snapshot.state}: its files are there once it is done."
    return f"Snapshot {snapshot.pk} is {snapshot.state} and has no such file."


def as_problem(answer: HttpResponseBase) -> HttpResponseBase:
    """With words for a range or a condition that does not hold."""
    words = {
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "The file ends before this range begins.",
        HTTPStatus.PRECONDITION_FAILED: "The file is another one than If-Match says.",
    }
    detail = words.get(HTTPStatus(answer.status_code))
    if detail is not None and isinstance(answer, HttpResponse):
        answer.content = orjson.dumps(problems.problem(status=answer.status_code, detail=detail))
        answer["Content-Type"] = problems.MEDIA_TYPE
    return answer


def address_of(snapshot: Snapshot) -> str:
    return reverse("api:snapshot", kwargs={"snapshot_id": snapshot.pk})


def snapshot_json(snapshot: Snapshot) -> dict[str, object]:
    """`rows` and `digest` are null until it is done; the digest is the SHA-256 of its manifest.json."""
    return {
        "id": snapshot.pk,
        "url": address_of(snapshot),
        "campaign": snapshot.campaign.key,
        "state": snapshot.state,
        "requested_at": snapshot.requested_at,
        "started_at": snapshot.started_at,
        "finished_at": snapshot.finished_at,
        "progress": {
            "done": snapshot.progress_done,
            "total": snapshot.progress_total,
            "unit": "chains",
        },
        "query": snapshot.query,
        "gate": snapshot.gate,
        "findings": snapshot.findings,
        "error": snapshot.error,
        "digest": snapshot.digest or None,
        "rows": snapshot.row_count,
        "counts": snapshot.counts if snapshot.digest else {},
        "files": [file_json(snapshot, file) for file in snapshot.files],
    }


def file_json(snapshot: Snapshot, file: dict[str, object]) -> dict[str, object]:
    url = reverse("api:snapshot_file", kwargs={"snapshot_id": snapshot.pk, "name": file["name"]})
    return {**file, "url": url}
