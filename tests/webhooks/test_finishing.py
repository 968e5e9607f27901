"""A campaign is finished when every chain has all its seats submitted, and anew after it was reopened or extended."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from annotator.assignments.models import Assignment, AssignmentStatus, Campaign
from annotator.grading.reopening import reopen
from annotator.grading.submitting import submit
from annotator.webhooks.endpoints import switch_off
from annotator.webhooks.finishing import announce_finished
from annotator.webhooks.models import Delivery
from tests.makers import NOW, grade, make_assignment, make_campaign, make_chain, make_dataset, make_user
from tests.webhooks.makers import listening

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def campaign() -> Campaign:
    """Two chains with two seats each."""
    make_chain("a", steps=["one"])
    make_chain("b", steps=["another"])
    return make_campaign(annotators=["ada", "ben"], overlap=2)


def hand_in(campaign: Campaign, person: str, *, now: datetime = NOW) -> Assignment:
    assignment = make_assignment(campaign=campaign, annotator=person, now=now)
    grade(assignment, 0, now=now)
    return submit(public_id=assignment.public_id, annotator=assignment.annotator, now=now)


def finish(campaign: Campaign, *, now: datetime = NOW) -> None:
    for person in ("ada", "ben", "ada", "ben"):
        hand_in(campaign, person, now=now)


def told() -> list[dict[str, Any]]:
    bodies = Delivery.objects.filter(event="campaign.finished").order_by("pk").values_list("body", flat=True)
    return [json.loads(bytes(body))["data"] for body in bodies]


def test_it_is_told_when_the_last_seat_is_submitted(campaign: Campaign) -> None:
    listening(campaign)
    for person in ("ada", "ben", "ada"):
        hand_in(campaign, person)
        announce_finished(now=LATER)
        assert told() == []
    hand_in(campaign, "ben", now=NOW + timedelta(minutes=5))
    announce_finished(now=LATER)
    assert told() == [
        {
            "campaign": "pilot",
            "taxonomy": {"key": "every_kind", "version": 1},
            "chains": 2,
            "overlap": 2,
            "submitted": 4,
            "finished_at": "2026-11-20T09:05:00.000Z",
        }
    ]


def test_it_is_told_once(campaign: Campaign) -> None:
    listening(campaign)
    finish(campaign)
    for minutes in range(3):
        announce_finished(now=LATER + timedelta(minutes=minutes))
    assert len(told()) == 1


def test_one_that_was_reopened_is_told_when_it_is_finished_anew(campaign: Campaign) -> None:
    listening(campaign)
    finish(campaign)
    announce_finished(now=LATER)
    again = Assignment.objects.filter(annotator=make_user("ada")).latest("pk")
    reopen(public_id=again.public_id, annotator=again.annotator, now=LATER)
    announce_finished(now=LATER)
    assert len(told()) == 1
    submit(public_id=again.public_id, annotator=again.annotator, now=LATER)
    # However late somebody looks: it need not be seen while it is open.
    announce_finished(now=LATER + timedelta(hours=1))
    assert [data["finished_at"] for data in told()] == [
        "2026-11-20T09:00:00.000Z",
        "2026-11-20T09:10:00.000Z",
    ]


def test_one_that_was_extended_is_told_when_it_is_finished_anew(campaign: Campaign) -> None:
    listening(campaign)
    finish(campaign)
    announce_finished(now=LATER)
    make_chain("c", steps=["a third"])
    announce_finished(now=LATER)
    assert len(told()) == 1
    hand_in(campaign, "ada", now=LATER)
    hand_in(campaign, "ben", now=LATER)
    announce_finished(now=LATER)
    assert [data["chains"] for data in told()] == [2, 3]


def test_a_greater_overlap_is_an_extension_and_a_smaller_one_no_new_end(campaign: Campaign) -> None:
    listening(campaign)
    finish(campaign)
    announce_finished(now=LATER)
    for overlap in (3, 1, 2):
        Campaign.objects.update(overlap=overlap)
        announce_finished(now=LATER)
        assert len(told()) == 1


def test_a_smaller_overlap_can_be_the_end(campaign: Campaign) -> None:
    listening(campaign)
    for _ in range(2):
        hand_in(campaign, "ada")
    announce_finished(now=LATER)
    assert told() == []
    Campaign.objects.update(overlap=1)
    announce_finished(now=LATER)
    assert [(data["overlap"], data["submitted"]) for data in told()] == [(1, 2)]


def test_it_is_told_though_it_was_closed_at_once(campaign: Campaign) -> None:
    listening(campaign)
    finish(campaign)
    Campaign.objects.update(status="closed")
    announce_finished(now=LATER)
    assert len(told()) == 1


def test_gold_and_what_was_given_back_fill_no_seat(campaign: Campaign) -> None:
    listening(campaign)
    finish(campaign)
    last = Assignment.objects.latest("pk")
    Assignment.objects.filter(pk=last.pk).update(
        status=AssignmentStatus.SKIPPED, submitted_at=None, finish_reason=""
    )
    announce_finished(now=LATER)
    assert told() == []


def test_a_campaign_without_chains_is_not_finished() -> None:
    listening(make_campaign())
    announce_finished(now=LATER)
    assert told() == []


def test_only_those_of_the_campaign_who_listen_are_told(campaign: Campaign) -> None:
    elsewhere = make_campaign(
        key="other", dataset=make_dataset("other"), version=campaign.taxonomy_version, annotators=["ada"]
    )
    listening(elsewhere)
    off = listening(campaign)
    listening(campaign, url="http://127.0.0.1:7/flags", events=["flag.opened"])
    switch_off(endpoint=off, now=NOW)
    finish(campaign)
    announce_finished(now=LATER)
    assert told() == []


def test_an_endpoint_made_after_the_end_is_told_of_it(campaign: Campaign) -> None:
    finish(campaign)
    announce_finished(now=LATER)
    endpoint = listening(campaign)
    announce_finished(now=LATER)
    announce_finished(now=LATER)
    assert endpoint.deliveries.count() == len(told()) == 1
