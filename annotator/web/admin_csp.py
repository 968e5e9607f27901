from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class AdminPolicyMiddleware:
    """Gives the admin, and nothing else, the looser policy that its Alpine.js needs. Stands below CSPMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_admin(request):
            response._csp_config = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # how django-csp is told
        return response


def is_admin(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "admin"
