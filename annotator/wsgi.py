"""The WSGI application that granian serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, for requests in UTF-8. It would read even the address in the charset of the body, and fail at rot13."""
    if charset_of(environ.get("CONTENT_TYPE", "")) in {"utf-8", "utf8"}:
        return django(environ, start_response)
    words = b"Send UTF-8.\n"
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))]
    start_response("415 Unsupported Media Type", headers)
    return [words]


def charset_of(content_type: str) -> str | None:
    """UTF-8 when none is named, None for a header that Django could not read."""
    try:
        return parse_header_parameters(content_type)[1].get("charset", "utf-8").lower()
    except (LookupError, ValueError):
        return None
