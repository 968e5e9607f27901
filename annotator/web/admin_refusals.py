from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from annotator.web.admin_csp import is_admin


class AdminRefusalsMiddleware:
    """What the database refuses in the admin comes back as its sentence on the page, not as a server error.

    Forms check first and say it beside the field; this is for what happened between their check and the write.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: object, named_arguments: object
    ) -> None:
        """400 for a NUL in the address: the admin's filters and searches would hand it to PostgreSQL, which has none."""
        if is_admin(request) and any("\0" in value for _, values in request.GET.lists() for value in values):
            raise BadRequest("NUL in the address")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # ProtectedError and RestrictedError are IntegrityErrors too.
        if not isinstance(exception, IntegrityError) or not is_admin(request):
            return None
        messages.error(request, f"Nothing was changed: {sentence(exception)}.")
        return HttpResponseRedirect(request.path)


def sentence(error: IntegrityError) -> str:
    """A trigger speaks for itself; a constraint's name is a sentence."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None:
        return "it is used elsewhere"
    if diagnosis.sqlstate == "23001":
        return str(diagnosis.message_primary)
    return str(diagnosis.constraint_name or diagnosis.message_primary).replace("_", " ")
