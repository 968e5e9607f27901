"""An opened flag is told by key and pseudonym, in the transaction that opens it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from annotator.analysis.models import StyleFlag
from annotator.analysis.style_reports.answering import resolve
from annotator.assignments.models import Campaign
from annotator.webhooks.models import Delivery
from tests.analysis.test_style_report_flags import FADING, FOUND, GONE, report_on
from tests.makers import NOW, make_campaign, make_user
from tests.webhooks.makers import listening


@pytest.fixture
def campaign(db: None) -> Campaign:
    campaign = make_campaign(annotators=["ada", "ben"], researchers=["rolf"])
    listening(campaign, events=["flag.opened"])
    return campaign


def told() -> list[dict[str, Any]]:
    bodies = Delivery.objects.filter(event="flag.opened").order_by("pk").values_list("body", flat=True)
    return [json.loads(bytes(body))["data"] for body in bodies]


def test_a_flag_that_opens_is_told_with_its_interval(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=1)
    assert told() == [
        {
            "campaign": "pilot",
            "taxonomy": {"key": "every_kind", "version": 1},
            "flag": StyleFlag.objects.get().pk,
            "kind": "opened",
            "feature": "bullets",
            "estimator": "twins",
            "status": "bias",
            "scope": "pool",
            "annotator": None,
            "label": None,
            "severity": "medium",
            "effect": 8.0,
            "low": 5.0,
            "high": 11.0,
        }
    ]


def test_one_that_lasts_changes_or_closes_is_not_told_and_one_that_reopens_is(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=1)
    report_on(campaign, FADING, day=2)
    report_on(campaign, GONE, day=3)
    assert [data["kind"] for data in told()] == ["opened"]
    report_on(campaign, FOUND, day=4)
    assert [data["kind"] for data in told()] == ["opened", "reopened"]


def test_a_resolved_one_that_grows_worse_is_told(campaign: Campaign) -> None:
    report_on(campaign, FOUND, day=1)
    resolve(flag=StyleFlag.objects.get(), person=make_user("rolf"), note="Talked about it.", now=NOW)
    report_on(campaign, replace(FOUND, effect=20.0, low=15.0, high=25.0, severity="high"), day=2)
    assert [(data["kind"], data["severity"]) for data in told()] == [
        ("opened", "medium"),
        ("reopened", "high"),
    ]


def test_nobody_is_told_of_the_flags_of_another_campaign(campaign: Campaign) -> None:
    report_on(make_campaign(key="other", version=campaign.taxonomy_version), FOUND, day=1)
    assert told() == []
