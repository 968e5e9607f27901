"""An event is written beside what it tells of, for whoever listens, once."""

import json
from datetime import timedelta

import pytest
from django.db import transaction

from annotator.assignments.models import Campaign
from annotator.webhooks.announcing import NotInTransaction, announce, announce_ping
from annotator.webhooks.endpoints import pause, switch_off
from annotator.webhooks.models import Delivery, DeliveryState
from tests.makers import NOW, make_campaign, make_dataset
from tests.racing import all_at_once
from tests.webhooks.makers import delivery_of, listening, sealed


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign()


def test_those_who_listen_to_the_event_of_the_campaign_are_told(campaign: Campaign) -> None:
    told = listening(campaign, events=["snapshot.sealed", "flag.opened"])
    listening(campaign, url="http://127.0.0.1:7/flags", events=["flag.opened"])
    elsewhere = make_campaign(key="other", dataset=make_dataset("other"), version=campaign.taxonomy_version)
    listening(elsewhere)
    sealed(campaign)
    delivery = Delivery.objects.get()
    assert (delivery.endpoint, delivery.state, delivery.next_attempt_at) == (told, "waiting", NOW)
    assert bytes(delivery.body) == (
        b'{"type":"snapshot.sealed","timestamp":"2026-11-20T09:00:00.000Z","data":{"campaign":"pilot","rows":7}}'
    )


def test_the_same_happening_is_told_once_and_the_first_telling_counts(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    sealed(campaign)
    first = bytes(delivery_of(endpoint).body)
    sealed(campaign, now=NOW + timedelta(hours=1))
    assert bytes(delivery_of(endpoint).body) == first
    sealed(campaign, key="another")
    assert endpoint.deliveries.count() == 2


def test_an_endpoint_that_came_later_is_told_without_telling_the_others_twice(campaign: Campaign) -> None:
    first = listening(campaign)
    sealed(campaign)
    second = listening(campaign, url="http://127.0.0.1:7/second")
    sealed(campaign)
    assert (first.deliveries.count(), second.deliveries.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_told_to_nobody() -> None:
    campaign = make_campaign()
    listening(campaign)
    with transaction.atomic():
        sealed(campaign, key="rolled back")
        transaction.set_rollback(True)
    with transaction.atomic():
        sealed(campaign, key="committed")
    assert Delivery.objects.values_list("key", flat=True).get() == "committed"


@pytest.mark.django_db(transaction=True)
def test_an_event_without_a_transaction_is_a_mistake() -> None:
    campaign = make_campaign()
    listening(campaign)
    with pytest.raises(NotInTransaction):
        announce(campaign=campaign, event="flag.opened", key="1", about={}, now=NOW)
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_happening_told_by_many_at_once_is_one_delivery() -> None:
    campaign = make_campaign()
    listening(campaign)

    def tell() -> None:
        with transaction.atomic():
            sealed(campaign)

    assert all_at_once([tell] * 6) == [None] * 6
    assert Delivery.objects.count() == 1


def test_one_that_was_switched_off_is_not_told(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    switch_off(endpoint=endpoint, now=NOW)
    sealed(campaign)
    assert not Delivery.objects.exists()


def test_one_that_paused_keeps_what_it_missed(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    pause(endpoint=endpoint, because="Nothing was accepted for days.", now=NOW)
    sealed(campaign)
    missed = delivery_of(endpoint)
    assert (missed.state, missed.attempt_count) == (DeliveryState.GIVEN_UP, 0)
    assert missed.last_error == "Not sent: the endpoint was paused. Send it again by hand."


def test_a_ping_is_sent_to_the_one_endpoint_each_time(campaign: Campaign) -> None:
    endpoint = listening(campaign, events=["flag.opened"])
    listening(campaign, url="http://127.0.0.1:7/other")
    announce_ping(endpoint=endpoint, now=NOW)
    announce_ping(endpoint=endpoint, now=NOW)
    assert Delivery.objects.count() == endpoint.deliveries.count() == 2
    body = json.loads(bytes(Delivery.objects.latest("pk").body))
    assert (body["type"], body["data"]) == ("ping", {"campaign": "pilot"})
