"""Campaigns over REST: those of the token, page by page, and how far each is, in numbers."""

from typing import Any

import pytest
from django.test import Client

from annotator.assignments.models import Campaign
from tests.graded import bearer, graded_campaign, token_for
from tests.makers import line, make_assignment, make_campaign, make_dataset
from tests.reported import make_report

pytestmark = pytest.mark.django_db
CAMPAIGNS = "/api/v1/campaigns/"


def ask(address: str, *campaigns: Campaign, **more: Any) -> Any:
    return Client().get(address, headers=bearer(token_for(*campaigns, **more)))


@pytest.fixture
def campaign() -> Campaign:
    return graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1", "2")],
        {"canary-ada": {"p/a": ["good", "bad"]}, "canary-ben": {"p/a": ["good", "unsure"]}},
        overlap=2,
    )


def test_the_campaigns_of_a_token_come_page_by_page() -> None:
    keys = ["a-1", "b-2", "c-3", "d-4"]
    made = [make_campaign(key=key, dataset=make_dataset(key)) for key in keys]
    make_campaign(key="b-elsewhere", dataset=make_dataset("elsewhere"))
    headers = bearer(token_for(*made))
    first = Client().get(f"{CAMPAIGNS}?limit=3", headers=headers).json()
    assert [row["key"] for row in first["campaigns"]] == keys[:3]
    assert first["campaigns"][0]["url"] == "/api/v1/campaigns/a-1/"
    last = Client().get(first["next"], headers=headers).json()
    assert ([row["key"] for row in last["campaigns"]], last["next"]) == (keys[3:], None)


def test_progress_is_told_in_numbers_and_without_names(campaign: Campaign) -> None:
    make_assignment(campaign=campaign, annotator="canary-ada")
    answer = ask(f"{CAMPAIGNS}pilot/", campaign, scopes=["export:read"])
    told = answer.json()
    assert told["progress"] == {
        "chains": 2,
        "seats": 4,
        "submitted": 2,
        "open": 1,
        "returned": 0,
        "annotators": 2,
    }
    assert (told["grades"]["count"], told["grades"]["steps"]) == (4, 2)
    assert told["grades"]["newest_at"] is not None
    assert told["versions"] == [{"number": 1, "digest": campaign.taxonomy_version.digest, "is_current": True}]
    assert told["reports"] == {"agreement": None, "style": None}
    text = answer.content.decode()
    assert "canary" not in text
    assert not any(name in text for name in campaign.memberships.values_list("pseudonym", flat=True))


def test_reports_say_whether_they_have_seen_everything(campaign: Campaign) -> None:
    report = make_report(campaign)
    told = ask(f"{CAMPAIGNS}pilot/", campaign).json()["reports"]["agreement"]
    assert told["revision_count"] == report.revision_count
    assert isinstance(told["is_stale"], bool)


def test_a_campaign_of_another_token_looks_like_a_missing_one(campaign: Campaign) -> None:
    other = make_campaign(key="other", dataset=make_dataset("other"))
    hidden, missing = (ask(f"{CAMPAIGNS}{key}/", other) for key in ("pilot", "nowhere"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert ask(f"{CAMPAIGNS}pilot/", campaign, scopes=["import:write"]).status_code == 403


def test_taxonomies_come_page_by_page_too(campaign: Campaign) -> None:
    told = ask("/api/v1/taxonomies/?limit=1", campaign).json()
    assert ([row["key"] for row in told["taxonomies"]], told["next"]) == (["every_kind"], None)
