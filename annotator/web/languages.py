"""In which language a page is written: as the person chose, else as the browser asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

ENGLISH = "en"
# For machines, and for researchers who make what all languages share; half a translation would be worse than none.
ENGLISH_DOORS = ("/admin/", "/api/")


def readers_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Django's LocaleMiddleware, but for the doors that stay English, and without leaving its choice to the thread."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(ENGLISH_DOORS):
            with translation.override(ENGLISH):
                return get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            response = get_response(request)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return answer
