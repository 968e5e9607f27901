"""Sessions last a working day from the last work in them, not from the sign-in."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# Each renewal is a write to the database: once an hour is enough, once a key press would not be.
RENEWED_AFTER_SECONDS = 60 * 60
RENEWED_AT = "renewed_at"


def sliding_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def renew(request: HttpRequest) -> HttpResponse:
        now = timezone.now().timestamp()
        if (
            SESSION_KEY in request.session
            and now - request.session.get(RENEWED_AT, 0) > RENEWED_AFTER_SECONDS
        ):
            request.session[RENEWED_AT] = now
        return get_response(request)

    return renew
