"""What every page behind the sign-in has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from annotator.accounts.models import User

P = ParamSpec("P")


class SignedIn(HttpRequest):
    """A request behind `for_members`: it has a person, and knows whether htmx sent it."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[SignedIn, P], HttpResponse]


def for_members(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For signed-in people, never cached. htmx gets 401, so that a grade never meets the sign-in page as its answer."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.headers.get("HX-Request") == "true" and not request.user.is_authenticated:
            return HttpResponse("Please sign in.", status=401, content_type="text/plain")
        return protected(request, *args, **kwargs)

    protected = never_cache(login_required(view))  # type: ignore[type-var]
    return page
