import hashlib
import os
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from annotator.api.authentication import token_with
from annotator.api.models import Scope
from annotator.api.problems import TooLarge, Unprocessable
from annotator.chains import importing
from annotator.chains.formats import FORMATS
from annotator.chains.models import Dataset, ImportRun
from annotator.chains.tasks import run_import

CHUNK_BYTES = 256 * 1024
IDEMPOTENCY_KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Upload:
    path: Path
    sha256: str


@api_view(["POST"])
@permission_classes([token_with(Scope.IMPORT_WRITE)])
def create_import(request: Request, key: str) -> Response:
    # A token reaches the datasets of its campaigns.
    dataset = get_object_or_404(Dataset.objects.filter(campaigns__tokens=request.auth).distinct(), key=key)
    format_name = request.query_params.get("format", "native")
    if format_name not in FORMATS:
        raise Unprocessable(f"Unknown format. Choose one of: {', '.join(FORMATS)}.")
    idempotency_key = request.headers.get("Idempotency-Key")
    if idempotency_key is not None and not 0 < len(idempotency_key) <= IDEMPOTENCY_KEY_LENGTH:
        raise Unprocessable(f"Idempotency-Key has 1 to {IDEMPOTENCY_KEY_LENGTH} characters.")
    upload = receive(request._request)
    try:
        with transaction.atomic():
            run = importing.request_import(
                dataset=dataset,
                path=upload.path,
                file_name="upload",
                format_name=format_name,
                sha256=upload.sha256,
                requested_by=request.auth.owner,
                idempotency_key=idempotency_key,
                now=timezone.now(),
            )
            run_import.delay_on_commit(import_run_id=run.pk)
    except IntegrityError:
        upload.path.unlink()
        run = repeated(dataset=dataset, key=idempotency_key, sha256=upload.sha256, format_name=format_name)
    return Response(
        import_json(run),
        status=HTTPStatus.ACCEPTED,
        headers={"Location": reverse("api:import", kwargs={"pk": run.pk})},
    )


@api_view(["GET"])
@permission_classes([token_with(Scope.IMPORT_WRITE)])
def show_import(request: Request, pk: int) -> Response:
    runs = (
        ImportRun.objects.select_related("dataset").filter(dataset__campaigns__tokens=request.auth).distinct()
    )
    return Response(import_json(get_object_or_404(runs, pk=pk)))


def repeated(*, dataset: Dataset, key: str | None, sha256: str, format_name: str) -> ImportRun:
    """The run that this Idempotency-Key began; the same key with another body or format is an error."""
    run = ImportRun.objects.get(dataset=dataset, idempotency_key=key)
    if run.file_sha256 != sha256 or run.format != format_name:
        raise Unprocessable("This Idempotency-Key was used for another body.")
    return run


def receive(request: HttpRequest) -> Upload:
    """The body on disk, never whole in memory; a body that stops short or is too large leaves nothing behind."""
    settings.IMPORT_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.IMPORT_DIR / f"{uuid.uuid4()}.ndjson"
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("xb") as file:
            while chunk := request.read(CHUNK_BYTES):
                size += len(chunk)
                if size > settings.IMPORT_BYTES_LIMIT:
                    raise TooLarge(f"An import has at most {settings.IMPORT_BYTES_LIMIT} bytes.")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size < int(request.META.get("CONTENT_LENGTH") or 0):
            raise Unprocessable("The body ended before its Content-Length.")
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
