"""Errors as application/problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.response import Response
from rest_framework.views import exception_handler

from annotator.streams.seats import RETRY_AFTER, NoSeat

MEDIA_TYPE = "application/problem+json"
PATH = "/api/"


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
    wait = RETRY_AFTER


class NotStoredNow(APIException):
    """What was stored is not where it should be: whoever runs the server has to look."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "not_stored_now"


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler, its answer reshaped; None (`server_error` below) for what is not an API error."""
    if isinstance(error, Http404):
        error = Http404("There is no such thing, or the token does not reach it.")
    if isinstance(error, NoSeat):
        error = Busy(str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, PermissionDenied):
        # RFC 6750, section 3.1.
        response["WWW-Authenticate"] = 'Bearer realm="stepmark", error="insufficient_scope"'
    detail = response.data.get("detail") if isinstance(response.data, dict) else response.data
    response.data = problem(status=response.status_code, detail=str(detail))
    response.content_type = MEDIA_TYPE
    return response


def problem(*, status: int, detail: str) -> dict[str, object]:
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


# Without the exemption a POST to a misspelt address would get the web door's page about CSRF.
@csrf_exempt
def no_such_address(request: HttpRequest, rest: str) -> JsonResponse:
    return problem_page(status=404, detail="There is no such address in this API.")


def problem_page(*, status: int, detail: str) -> JsonResponse:
    return JsonResponse(problem(status=status, detail=detail), status=status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """What Django refuses before any view of this door is asked; the other door has its page."""
    if not request.path.startswith(PATH):
        return defaults.bad_request(request, exception)
    return problem_page(
        status=400, detail="The request cannot be read: a header or the address is malformed."
    )


def server_error(request: HttpRequest) -> HttpResponseBase:
    """The traceback is in the log alone."""
    if not request.path.startswith(PATH):
        return defaults.server_error(request)
    return problem_page(
        status=500, detail="The server failed at this, and has noted why. Nothing was stored."
    )
