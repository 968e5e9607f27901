"""The WSGI application that granian serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
django = get_wsgi_application()

PROBLEM = b'{"type":"about:blank","title":"Unsupported Media Type","status":415,"detail":"Send the request in UTF-8."}'


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, for requests in UTF-8. It would read even the address in the charset of the body, and fail at rot13."""
    if charset_of(environ.get("CONTENT_TYPE", "")) in {"utf-8", "utf8"}:
        return django(environ, start_response)
    is_api = environ.get("PATH_INFO", "").startswith("/api/")
    words = PROBLEM if is_api else b"Send UTF-8.\n"
    media_type = "application/problem+json" if is_api else "text/plain; charset=utf-8"
    headers = [("Content-Type", media_type), ("Content-Length", str(len(words)))]
    start_response("415 Unsupported Media Type", headers)
    return [words]


def charset_of(content_type: str) -> str | None:
    """UTF-8 when none is named, None for a header that Django could not read."""
    try:
        return parse_header_parameters(content_type)[1].get("charset", "utf-8").lower()
    except (LookupError, ValueError):
        return None
