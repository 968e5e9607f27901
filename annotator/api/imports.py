import hashlib
import os
import uuid
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.accounts.models import User
from annotator.api.authentication import token_of, token_with
from annotator.api.models import Scope
from annotator.api.parameters import query_of
from annotator.api.problems import LengthRequired, NotThisBody, TooLarge, Unprocessable
from annotator.api.repeating import idempotency_key
from annotator.chains import importing
from annotator.chains.formats import FORMATS
from annotator.chains.models import Dataset, ImportRun
from annotator.chains.tasks import run_import

CHUNK_BYTES = 256 * 1024
CUT_SHORT = "The body ended before its Content-Length."


@dataclass(frozen=True, slots=True)
class Upload:
    path: Path
    sha256: str


@api_view(["POST"])
@permission_classes([token_with(Scope.IMPORT_WRITE)])
def create_import(request: Request, key: str) -> Response:
    # A token reaches the datasets of its campaigns.
    dataset = get_object_or_404(
        Dataset.objects.filter(campaigns__tokens=token_of(request)).distinct(), key=key
    )
    format_name = query_of(request, known=("format",)).get("format", "native")
    if format_name not in FORMATS:
        raise Unprocessable(f"Unknown format. Choose one of: {', '.join(FORMATS)}.")
    key_given = idempotency_key(request)
    check_body(request)
    upload = receive(request._request)
    try:
        run = queue_import(
            dataset=dataset,
            upload=upload,
            format_name=format_name,
            requested_by=token_of(request).owner,
            idempotency_key=key_given,
        )
    except BaseException as error:
        upload.path.unlink()
        if not isinstance(error, IntegrityError) or key_given is None:
            raise
        run = repeated(dataset=dataset, key=key_given, sha256=upload.sha256, format_name=format_name)
    return Response(
        import_json(run),
        status=HTTPStatus.ACCEPTED,
        headers={"Location": reverse("api:import", kwargs={"pk": run.pk})},
    )


@api_view(["GET", "HEAD"])
@permission_classes([token_with(Scope.IMPORT_WRITE)])
def show_import(request: Request, pk: int) -> Response:
    query_of(request, known=())
    runs = (
        ImportRun.objects.select_related("dataset")
        .filter(dataset__campaigns__tokens=token_of(request))
        .distinct()
    )
    return Response(import_json(get_object_or_404(runs, pk=pk)))


@transaction.atomic
def queue_import(
    *,
    dataset: Dataset,
    upload: Upload,
    format_name: str,
    requested_by: User | None,
    idempotency_key: str | None,
) -> ImportRun:
    run = importing.request_import(
        dataset=dataset,
        path=upload.path,
        file_name="upload",
        format_name=format_name,
        sha256=upload.sha256,
        requested_by=requested_by,
        idempotency_key=idempotency_key,
        now=timezone.now(),
    )
    # Robust: the row is what was asked for, and beat finds it when Redis could not be told.
    transaction.on_commit(partial(run_import.delay, import_run_id=run.pk), robust=True)
    return run


def repeated(*, dataset: Dataset, key: str, sha256: str, format_name: str) -> ImportRun:
    """The run that this Idempotency-Key began; the same key with another body or format is an error."""
    run = ImportRun.objects.get(dataset=dataset, idempotency_key=key)
    if run.file_sha256 != sha256 or run.format != format_name:
        raise Unprocessable("This Idempotency-Key was used for another body.")
    return run


def check_body(request: Request) -> None:
    """Refuses by its headers a body that cannot be an import, before anything of it is read."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise NotThisBody("Send the lines as they are: Content-Encoding is not supported.")
    if request.headers.get("Content-Type", "").startswith("multipart/"):
        raise NotThisBody("Send the file as the body (curl --data-binary @FILE), not as a form.")
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise LengthRequired("Send a Content-Length: a body in chunks cannot be told from one that was cut.")
    if int(length) == 0:
        raise Unprocessable("The body is empty.")
    if int(length) > settings.IMPORT_BYTES_LIMIT:
        raise TooLarge(f"An import has at most {settings.IMPORT_BYTES_LIMIT} bytes.")


def receive(request: HttpRequest) -> Upload:
    """The body on disk, never whole in memory; a body that stops short leaves nothing behind."""
    settings.IMPORT_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.IMPORT_DIR / f"{uuid.uuid4()}.ndjson"
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("xb") as file:
            while chunk := request.read(CHUNK_BYTES):
                size += len(chunk)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size < int(request.META["CONTENT_LENGTH"]):
            raise Unprocessable(CUT_SHORT)
    except UnreadablePostError as error:
        path.unlink(missing_ok=True)
        raise Unprocessable(CUT_SHORT) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload(path=path, sha256=digest.hexdigest())


def import_json(run: ImportRun) -> dict[str, object]:
    return {
        "id": run.pk,
        "dataset": run.dataset.key,
        "format": run.format,
        "state": run.state,
        "requested_at": run.requested_at,
        "finished_at": run.finished_at,
        "progress": {"done": run.progress_done, "total": run.progress_total, "unit": "bytes"},
        "sha256": run.file_sha256,
        "counts": {
            "lines": run.line_count,
            "lines_skipped": run.lines_skipped,
            "problems_added": run.problems_added,
            "steps_added": run.steps_added,
            "chains_added": run.chains_added,
            "chains_unchanged": run.chains_unchanged,
            "errors": run.error_count,
        },
        "errors": run.line_errors,
        "error": run.error,
    }
