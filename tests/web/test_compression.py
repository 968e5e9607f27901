import gzip

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client, RequestFactory

from annotator.web.compression import PageCompressionMiddleware
from tests.makers import browser_of

LONG = "All steps are right. " * 100


def encoding_of(answer: HttpResponseBase, **headers: str) -> str | None:
    def answered(request: HttpRequest) -> HttpResponseBase:
        return answer

    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip, br", **headers})
    return PageCompressionMiddleware(answered)(request).headers.get("Content-Encoding")  # type: ignore[union-attr]


def test_a_long_page_is_compressed() -> None:
    assert encoding_of(HttpResponse(LONG)) == "gzip"


def test_the_answer_to_a_key_press_is_not() -> None:
    assert encoding_of(HttpResponse(LONG), **{"HX-Request": "true"}) is None


def test_a_stream_is_not_even_of_html() -> None:
    assert encoding_of(StreamingHttpResponse([LONG.encode()])) is None


def test_what_is_no_page_is_not() -> None:
    assert encoding_of(HttpResponse(LONG, content_type="application/x-ndjson")) is None


@pytest.mark.django_db
def test_home_comes_compressed_for_whom_it_may_and_plain_for_others() -> None:
    ada: Client = browser_of("ada")
    compressed = ada.get("/", headers={"Accept-Encoding": "gzip"})
    assert compressed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in compressed["Vary"]
    assert "<title>" in gzip.decompress(compressed.content).decode()
    assert "Content-Encoding" not in ada.get("/").headers
