"""What every page behind the sign-in has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.middleware import HtmxDetails

from annotator.accounts.models import User

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


class SignedIn(HttpRequest):
    """A request behind `for_members`: it has a person, and knows whether htmx sent it."""

    user: User
    htmx: HtmxDetails


def for_members(
    view: Callable[Concatenate[SignedIn, P], Answer],
) -> Callable[Concatenate[HttpRequest, P], Answer | HttpResponse]:
    """For signed-in people, never cached. htmx gets 401, so that a grade never meets the sign-in page as its answer.

    What waited in a browser names whose it is: with another person signed in there meanwhile, it is refused too.
    """

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Answer | HttpResponse:
        if request.user.is_authenticated:
            if request.headers.get("Stepmark-Person", str(request.user.pk)) != str(request.user.pk):
                return refusal(_("Somebody else is signed in in this browser now."))
            return view(cast("SignedIn", request), *args, **kwargs)
        if request.headers.get("HX-Request") == "true":
            return refusal(_("Please sign in."))
        return redirect_to_login(request.get_full_path())

    return never_cache(page)


def refusal(words: str) -> HttpResponse:
    return HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")


def page_number(query: QueryDict) -> int:
    """Of the page that the address names; 1 when it names none."""
    return whole_number_in(query.get("page", "")) or 1


def whole_number_in(text: str) -> int | None:
    """0 or more, of at most five digits; None for anything else that somebody may have typed."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
