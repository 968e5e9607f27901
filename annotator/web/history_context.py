"""Whose doing it is, for the history of taxonomies."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponseBase

# Where taxonomies are written. Not everywhere: the context is sent along with every statement, and saving a grade is hot.
DOORS = ("/admin/", "/taxonomies/")


class HistoryContextMiddleware:
    """Names the signed-in person to the triggers that write history. Stands below AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (
            request.method != "POST"
            or not request.path.startswith(DOORS)
            or not request.user.is_authenticated
        ):
            return self.get_response(request)
        with pghistory.context(user=request.user.pk):
            return self.get_response(request)
