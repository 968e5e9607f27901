from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompressionMiddleware(GZipMiddleware):
    """Whole pages, and nothing else. Their length is blurred, so that it tells nothing about the CSRF token in them.

    A stream would hold back its first bytes and cost processor time that an export has no use for; the answer to htmx is
    one row, for which somebody waits with the next key.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.streaming or not is_page or "HX-Request" in request.headers:
            return response
        return super().process_response(request, response)
