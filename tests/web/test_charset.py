import json
from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory

from annotator.wsgi import application

# The application looks after the connection that an earlier test of this process may have opened.
pytestmark = pytest.mark.django_db


def answer(content_type: str, *, path: str = "/healthz?a=%ff") -> tuple[int, bytes]:
    """What granian would get: Django's test client does not come by way of the WSGI application."""
    statuses: list[int] = []

    def start_response(status: str, headers: object) -> None:
        statuses.append(int(status.split(maxsplit=1)[0]))

    request: dict[str, Any] = {
        **RequestFactory().get(path).environ,
        "CONTENT_TYPE": content_type,
        "wsgi.input": BytesIO(b""),
    }
    body = b"".join(application(request, start_response))
    return statuses[0], body


@pytest.mark.parametrize("content_type", ["", "application/x-ndjson", 'a/b; charset="UTF-8"', ";;;"])
def test_utf_8_is_read(content_type: str) -> None:
    assert answer(content_type)[0] == 200


@pytest.mark.parametrize(
    "charset", ["charset=rot13", "charset=utf-16", "charset=latin-1", 'charset="', "charset*=nope''x%20"]
)
def test_another_charset_is_refused_in_words(charset: str) -> None:
    assert answer(f"application/x-www-form-urlencoded; {charset}") == (415, b"Send UTF-8.\n")


def test_the_api_refuses_it_as_a_problem() -> None:
    status, body = answer("text/plain; charset=rot13", path="/api/v1/campaigns/")
    assert status == json.loads(body)["status"] == 415
