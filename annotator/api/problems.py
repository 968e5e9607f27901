"""Errors as application/problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Unprocessable(APIException):
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "unprocessable"


class LengthRequired(APIException):
    status_code = HTTPStatus.LENGTH_REQUIRED
    default_code = "length_required"


class NotThisBody(APIException):
    status_code = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    default_code = "unsupported_media_type"


class Busy(APIException):
    """`wait` is told to the caller as Retry-After, in seconds."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "busy"
    wait = 5


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler, its answer reshaped; None (Django's own 500) for what is not an API error."""
    if isinstance(error, Http404):
        error = Http404("There is no such thing, or the token does not reach it.")
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else response.data
    response.data = problem(status=response.status_code, detail=str(detail))
    response.content_type = "application/problem+json"
    return response


def problem(*, status: int, detail: str) -> dict[str, object]:
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


# Without the exemption a POST to a misspelt address would get the web door's page about CSRF.
@csrf_exempt
def no_such_address(request: HttpRequest, rest: str) -> JsonResponse:
    return JsonResponse(
        problem(status=404, detail="There is no such address in this API."),
        status=404,
        content_type="application/problem+json",
    )
