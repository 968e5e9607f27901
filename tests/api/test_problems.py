"""Every refusal of this door is application/problem+json with words, whatever was asked and however."""

import pytest
from django.test import Client

from annotator.assignments.models import Campaign
from tests.graded import bearer, token_for
from tests.makers import make_campaign

pytestmark = pytest.mark.django_db
EXPORT = "/api/v1/campaigns/pilot/export/"
AGREEMENT = "/api/v1/campaigns/pilot/agreement/"
VERSION = "/api/v1/taxonomies/every_kind/versions/1/"


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/api/v1/", 404),
        ("get", "/api/v1/nowhere/", 404),
        ("post", "/api/v1/nowhere/", 404),
        ("delete", "/api/v1/campaigns/pilot/", 405),
        ("delete", "/api/v1/campaigns/pilot/snapshots/", 405),
        ("put", "/api/v1/snapshots/1/", 405),
        ("post", "/api/v1/snapshots/1/files/train.jsonl.zst", 405),
        ("get", "/api/v1/snapshots/1/", 404),
        ("get", f"/api/v1/snapshots/{10**30}/", 404),
        ("get", "/api/v1/snapshots/1/files/", 404),
        ("get", "/api/v1/snapshots/1/files/..%2F..%2Fmanifest.json", 404),
        ("get", "/api/v1/campaigns/?limit=0", 422),
        ("get", "/api/v1/campaigns/?cursor=%00", 422),
        ("get", "/api/v1/campaigns/?offset=10", 422),
        ("get", "/api/v1/campaigns/pilot/export", 404),
        ("get", "/api/v1/campaigns/p\u00efl\u00f6t/export/", 404),
        ("get", "/api/v1/campaigns/%00/export/", 404),
        ("get", "/api/v1/campaigns/nowhere/export/", 404),
        ("get", "/api/v1/imports/1/", 404),
        ("get", "/api/v1/imports/abc/", 404),
        ("get", f"/api/v1/imports/{10**30}/", 404),
        ("get", f"/api/v1/imports/{'9' * 5000}/", 404),
        ("post", "/api/v1/datasets/nowhere/imports/", 404),
        ("post", EXPORT, 405),
        ("put", EXPORT, 405),
        ("delete", AGREEMENT, 405),
        ("get", "/api/v1/datasets/pilot/imports/", 405),
        ("get", f"{EXPORT}?format=xml", 422),
        ("get", f"{EXPORT}?format=", 422),
        ("get", f"{EXPORT}?format=%00", 422),
        ("get", f"{EXPORT}?format=native&format=trl", 422),
        ("get", f"{EXPORT}?formt=trl", 422),
        ("get", f"{EXPORT}?%00=%00", 422),
        ("get", f"{EXPORT}?trailer=yes", 422),
        ("get", f"{EXPORT}?trailer=true&x=1", 422),
        ("get", f"{AGREEMENT}?campaign=other", 422),
        ("get", f"{AGREEMENT}?version=2", 422),
        ("get", "/api/v1/taxonomies", 404),
        ("get", "/api/v1/taxonomies/every_kind/", 404),
        ("get", "/api/v1/taxonomies/nowhere/versions/1/", 404),
        ("get", "/api/v1/taxonomies/every_kind/versions/0/", 404),
        ("get", "/api/v1/taxonomies/every_kind/versions/-1/", 404),
        ("get", "/api/v1/taxonomies/every_kind/versions/one/", 404),
        ("get", f"/api/v1/taxonomies/every_kind/versions/{10**30}/", 404),
        ("get", f"/api/v1/taxonomies/every_kind/versions/{'9' * 5000}/", 404),
        ("get", "/api/v1/taxonomies/?key=every_kind", 422),
        ("get", f"{VERSION}?format=xml", 422),
        ("get", f"{VERSION}?format=", 422),
        ("get", f"{VERSION}?format=yaml&format=json", 422),
        *[(method, VERSION, 405) for method in ("put", "post", "patch", "delete")],
        *[(method, "/api/v1/taxonomies/", 405) for method in ("put", "post", "patch", "delete")],
        ("get", "/api/v1/imports/1/?x=1", 422),
        ("post", "/api/v1/datasets/pilot/imports/?formt=trl", 422),
    ],
)
def test_a_refusal_is_a_problem_with_words(
    client: Client, campaign: Campaign, method: str, address: str, status: int
) -> None:
    answer = getattr(client, method)(address, headers=bearer(token_for(campaign)))
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["detail"]) > 10


def test_a_wrong_method_is_told_the_right_ones(client: Client, campaign: Campaign) -> None:
    answer = client.post(EXPORT, headers=bearer(token_for(campaign)))
    assert {"GET", "HEAD"} <= set(answer.headers["Allow"].split(", "))


def test_a_post_to_a_misspelt_address_does_not_ask_for_a_csrf_token(campaign: Campaign) -> None:
    answer = Client(enforce_csrf_checks=True).post("/api/v1/dataset/pilot/imports/", b"{}", "text/plain")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("address", [EXPORT, AGREEMENT, VERSION])
@pytest.mark.parametrize(
    "accept",
    [
        "application/x-ndjson",
        "application/jsonl, text/plain;q=0.5",
        "text/html,application/xhtml+xml",
        "application/json; indent=4",
        "*/*",
        ";;;",
        "a/b/c",
        "",
        "\u00e9",
        "x" * 5_000,
    ],
)
def test_no_accept_header_makes_an_answer_impossible(
    client: Client, campaign: Campaign, address: str, accept: str
) -> None:
    headers = {**bearer(token_for(campaign)), "Accept": accept}
    assert client.head(address, headers=headers).status_code == 200
    refused = client.get(f"{address}?unknown=1", headers=headers)
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_head_says_what_get_would_and_sends_nothing(client: Client, campaign: Campaign) -> None:
    headers = bearer(token_for(campaign))
    answer = client.head(EXPORT, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.getvalue() == b""
    assert client.head(f"{EXPORT}?format=xml", headers=headers).status_code == 422
    assert client.head(EXPORT).status_code == 401


def test_options_asks_for_a_token_too(client: Client, campaign: Campaign) -> None:
    assert client.options(EXPORT).status_code == 401
    assert client.options(EXPORT, headers=bearer(token_for(campaign))).status_code == 200


def test_what_fails_inside_is_a_problem_without_a_traceback(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**more: object) -> None:
        raise RuntimeError("a detail of the inside")

    monkeypatch.setattr("annotator.api.campaigns.progress_of", fail)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/campaigns/pilot/", headers=bearer(token_for(campaign)))
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Internal Server Error"
    assert "inside" not in answer.content.decode()
    assert "a detail of the inside" in caplog.text


def test_a_host_that_is_not_ours_is_a_problem_too(campaign: Campaign) -> None:
    answer = Client().get("/api/v1/campaigns/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    page = Client().get("/", headers={"Host": "elsewhere.example"})
    assert page.headers["Content-Type"].startswith("text/html")
