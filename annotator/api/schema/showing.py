"""The description as a file for programs, and as a page for people."""

from http import HTTPStatus

import orjson
import yaml
from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request

from annotator.api.authentication import TokenAuthentication
from annotator.api.parameters import query_of
from annotator.api.problems import Unprocessable, problem_page
from annotator.api.schema.describing import document
from annotator.api.schema.readers import MayRead, SessionAuthentication, oversees

MEDIA_TYPES = {"json": "application/json", "yaml": "application/yaml"}


@api_view(["GET", "HEAD"])
@authentication_classes([TokenAuthentication, SessionAuthentication])
@permission_classes([MayRead])
def schema(request: Request) -> HttpResponse:
    format_name = query_of(request, known=("format",)).get("format", "json")
    if format_name not in MEDIA_TYPES:
        raise Unprocessable(f"Unknown format. Choose one of: {', '.join(MEDIA_TYPES)}.")
    body = orjson.dumps(document()) if format_name == "json" else as_yaml()
    return HttpResponse(
        body, content_type=MEDIA_TYPES[format_name], headers={"Cache-Control": "private, no-cache"}
    )


def as_yaml() -> bytes:
    # By way of JSON, so that what stands in several places is written out in each.
    plain = orjson.loads(orjson.dumps(document()))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True).encode()


# The style sheet of the page has its icons in itself.
@csp_update({"img-src": [SELF, "data:"]})
def docs(request: HttpRequest) -> HttpResponseBase:
    """A page of the web door that stands at this one: whoever is not signed in is sent there."""
    if request.method not in ("GET", "HEAD"):
        refused = problem_page(status=HTTPStatus.METHOD_NOT_ALLOWED, detail="This page is only read.")
        refused.headers["Allow"] = "GET, HEAD"
        return refused
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not oversees(request.user):
        raise Http404
    return render(request, "api/docs.html")
