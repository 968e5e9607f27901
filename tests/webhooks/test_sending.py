"""Sending what is due: signed, retried, at least once, by any number of workers."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from annotator.assignments.models import Campaign
from annotator.webhooks.endpoints import make_endpoint, rotate_secret, secret_of, switch_off, switch_on
from annotator.webhooks.models import AllowedHost, Delivery, DeliveryState, Endpoint
from annotator.webhooks.retrying import MOST_ATTEMPTS, WAITS
from annotator.webhooks.sending import NotSendable, Outcome, conclude, send_again, send_due, take_due
from tests.makers import NOW, make_campaign
from tests.racing import all_at_once
from tests.webhooks.makers import WIRE, allow, delivery_of, listening, resolved, sealed, send
from tests.webhooks.receiving import Received, receiving, saying, status


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign()


def is_signed(received: Received, *, secret: str) -> bool:
    """As a receiver checks it who knows the specification and nothing of our code."""
    signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(secret.split("_", 1)[1])
    expected = base64.b64encode(hmac.digest(key, signed + received.body, hashlib.sha256)).decode()
    return any(
        hmac.compare_digest(f"v1,{expected}", one) for one in received.headers["webhook-signature"].split(" ")
    )


def test_an_event_arrives_signed_and_is_not_sent_again(campaign: Campaign) -> None:
    with receiving() as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        assert send() == 1
        assert send(now=NOW + timedelta(days=1)) == 0
    delivery = delivery_of(endpoint)
    assert (delivery.state, delivery.last_status, delivery.last_error) == ("delivered", 204, "")
    assert (delivery.attempt_count, delivery.ended_at, delivery.next_attempt_at) == (1, NOW, None)
    (received,) = receiver.received
    assert received.body == bytes(delivery.body)
    assert received.headers["webhook-id"] == str(delivery.public_id)
    assert received.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert is_signed(received, secret=secret_of(endpoint))
    assert not is_signed(received, secret="whsec_" + base64.b64encode(b"another").decode())


def test_a_failure_is_tried_again_with_the_same_id_until_it_arrives(campaign: Campaign) -> None:
    with receiving(status(500), status(302, "Location: http://169.254.169.254/"), status(200)) as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        send()
        failed = delivery_of(endpoint)
        assert (failed.state, failed.last_status, failed.last_error) == ("waiting", 500, "It answered 500.")
        assert failed.next_attempt_at == NOW + WAITS[0]
        assert send(now=NOW + WAITS[0] - timedelta(seconds=1)) == 0
        second = NOW + WAITS[0]
        assert send(now=second) == 1
        failed.refresh_from_db()
        assert failed.last_error == "It answered 302: redirects are not followed."
        assert send(now=second + WAITS[1]) == 1
    assert delivery_of(endpoint).state == DeliveryState.DELIVERED
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1
    assert len({received.headers["webhook-timestamp"] for received in receiver.received}) == 3
    assert all(is_signed(received, secret=secret_of(endpoint)) for received in receiver.received)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def fail_until_the_end(now: datetime) -> datetime:
    """Every attempt at the moment it is due; when the last one was made."""
    while True:
        due = Delivery.objects.filter(state="waiting").order_by("next_attempt_at").first()
        if due is None:
            return now
        assert due.next_attempt_at is not None
        now = due.next_attempt_at
        send(now=now)


def test_it_is_given_up_after_about_a_day_with_words(campaign: Campaign) -> None:
    with receiving(status(503)) as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        ended = fail_until_the_end(NOW)
    assert len(receiver.received) == MOST_ATTEMPTS
    assert timedelta(hours=20) < ended - NOW < timedelta(hours=30)
    delivery = delivery_of(endpoint)
    assert (delivery.state, delivery.ended_at) == ("given_up", ended)
    assert delivery.last_error == f"Given up after {MOST_ATTEMPTS} attempts. It answered 503."
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_an_endpoint_that_fails_for_days_is_paused_and_says_why(campaign: Campaign) -> None:
    with receiving(status(503)) as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        fail_until_the_end(NOW)
        later = NOW + timedelta(days=3)
        sealed(campaign, "two", now=later)
        sealed(campaign, "three", now=later + timedelta(hours=20))
        fail_until_the_end(later)
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert endpoint.paused_because.startswith("Nothing was accepted since 2026-11-20 09:00 UTC")
    assert endpoint.paused_because.endswith("Last: It answered 503.")
    assert delivery_of(endpoint, key="three").last_error == "Not sent: the endpoint was paused."


def test_one_that_is_gone_is_paused_at_once(campaign: Campaign) -> None:
    with receiving(status(410)) as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        sealed(campaign, "two")
        assert send() == 1
    endpoint.refresh_from_db()
    assert endpoint.paused_because == "It answered 410: nobody listens there any more."
    assert [one.state for one in endpoint.deliveries.all()] == ["given_up", "given_up"]


def test_a_paused_one_goes_on_when_it_is_switched_on_and_what_it_missed_is_sent_by_hand(
    campaign: Campaign,
) -> None:
    with receiving(status(410), status(200)) as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        send()
        missed = delivery_of(endpoint)
        with pytest.raises(NotSendable, match="switch that on first"):
            send_again(delivery=missed, now=NOW)
        switch_on(endpoint=endpoint)
        assert send(now=NOW + timedelta(days=2)) == 0
        send_again(delivery=missed, now=NOW + timedelta(days=2))
        assert send(now=NOW + timedelta(days=2)) == 1
    assert delivery_of(endpoint).state == DeliveryState.DELIVERED
    assert len({received.headers["webhook-id"] for received in receiver.received}) == 1


def test_what_arrived_can_be_sent_again_under_its_id(campaign: Campaign) -> None:
    with receiving() as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        send()
        send_again(delivery=delivery_of(endpoint), now=NOW)
        assert send() == 1
    first, second = receiver.received
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


def test_switching_off_ends_what_waits(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    sealed(campaign)
    switch_off(endpoint=endpoint, now=NOW)
    assert delivery_of(endpoint).last_error == "Not sent: the endpoint was switched off."
    assert send() == 0


def test_a_failing_endpoint_does_not_keep_the_others_waiting(campaign: Campaign) -> None:
    with receiving(status(500)) as failing, receiving() as sound:
        listening(campaign, failing.url())
        listening(campaign, sound.url())
        for number in range(4):
            sealed(campaign, str(number))
        assert send() == 5
    assert (len(failing.received), len(sound.received)) == (1, 4)


def test_a_round_ends_after_a_minute(campaign: Campaign) -> None:
    moments = iter([NOW + timedelta(seconds=10 * number) for number in range(1000)])
    with receiving() as receiver:
        listening(campaign, receiver.url())
        for number in range(20):
            sealed(campaign, str(number))
        attempts = send_due(clock=lambda: next(moments), jitter=lambda: 0.0, wire=WIRE)
    assert 1 <= attempts == len(receiver.received) < 5


# --- Where it may be sent


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda host: host.delete(), "is not an allowed host"),
        (lambda host: AllowedHost.objects.update(allows_http=False), "is allowed with https only"),
        (lambda host: AllowedHost.objects.update(allows_private=False), "a loopback or private address"),
        (lambda host: AllowedHost.objects.update(port=9), "is not an allowed host"),
    ],
)
def test_what_is_no_longer_allowed_is_not_sent(
    campaign: Campaign, change: Callable[[AllowedHost], object], words: str
) -> None:
    with receiving() as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        change(AllowedHost.objects.get())
        send()
    assert receiver.received == []
    delivery = delivery_of(endpoint)
    assert delivery.last_error.startswith("Not sent: ")
    assert words in delivery.last_error
    assert delivery.state == DeliveryState.WAITING


# --- Secrets


def test_for_a_day_after_a_new_secret_the_former_one_signs_too(campaign: Campaign) -> None:
    with receiving() as receiver:
        endpoint = listening(campaign, receiver.url())
        former = secret_of(endpoint)
        present = rotate_secret(endpoint=endpoint, now=NOW)
        sealed(campaign)
        send(now=NOW + timedelta(hours=23))
        sealed(campaign, "later")
        send(now=NOW + timedelta(hours=24))
    during, after = receiver.received
    assert former != present
    assert is_signed(during, secret=present)
    assert is_signed(during, secret=former)
    assert is_signed(after, secret=present)
    assert not is_signed(after, secret=former)


@pytest.mark.django_db(transaction=True)
def test_no_secret_stands_in_the_database_or_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving(status(500), status(200)) as receiver:
        url = receiver.url("/hook?token=hidden-in-the-address")
        allow(url)
        made = make_endpoint(
            campaign=make_campaign(),
            url=url,
            events=["snapshot.sealed"],
            made_by=None,
            resolve=resolved,
            now=NOW,
        )
        rotated = rotate_secret(endpoint=made.endpoint, now=NOW)
        delivery = Delivery.objects.create(
            endpoint=made.endpoint, event="ping", key="1", body=b"{}", next_attempt_at=NOW, made_at=NOW
        )
        send()
        delivery.refresh_from_db()
        assert "hidden" not in delivery.last_error
        send(now=NOW + timedelta(hours=1))
    parts = [made.secret, rotated, settings.SECRET_KEY]
    needles = [part.removeprefix("whsec_").rstrip("=")[:20] for part in parts]
    dump = dump_of("webhooks_allowedhost", "webhooks_endpoint", "webhooks_delivery", "django_session")
    for needle in needles:
        assert needle not in dump
        assert needle not in caplog.text
    for secret in (made.secret, rotated):
        raw = base64.b64decode(secret.removeprefix("whsec_"))
        assert raw.hex() not in dump
    assert "hidden-in-the-address" not in caplog.text
    assert all(is_signed(received, secret=rotated) for received in receiver.received)


def dump_of(*tables: str) -> str:
    with connection.cursor() as cursor:
        texts: list[str] = []
        for table in tables:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


# --- Several workers


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_what_is_due_and_send_nothing_twice() -> None:
    both = Barrier(2)

    def wait_for_the_other(link: object, received: Received) -> None:
        # Neither can do it all alone: the first two answers come only when both talk at once.
        if len(receiver.received) <= 2:
            both.wait(timeout=60)
        saying(b"HTTP/1.1 204 So\r\n\r\n")(link, received)  # type: ignore[arg-type]  # a socket

    with receiving(wait_for_the_other) as receiver:
        campaign = make_campaign()
        endpoint = listening(campaign, receiver.url())
        for number in range(20):
            Delivery.objects.create(
                endpoint=endpoint, event="ping", key=str(number), body=b"{}", next_attempt_at=NOW, made_at=NOW
            )
        attempts = all_at_once([send, send])
    assert sum(number for number in attempts if isinstance(number, int)) == 20
    assert (
        len({received.headers["webhook-id"] for received in receiver.received})
        == len(receiver.received)
        == 20
    )
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_what_a_dead_worker_held_is_due_again(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    sealed(campaign)
    held = take_due(now=NOW)
    assert held is not None
    assert take_due(now=NOW + timedelta(seconds=60)) is None
    again = take_due(now=NOW + timedelta(seconds=121))
    assert again == held == delivery_of(endpoint)
    assert again is not None
    assert (again.public_id, again.attempt_count) == (held.public_id, 2)


def test_the_late_failure_of_one_that_was_taken_over_changes_nothing(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    sealed(campaign)
    late = take_due(now=NOW)
    other = take_due(now=NOW + timedelta(minutes=3))
    assert late is not None
    assert other is not None
    conclude_with(late, status=500)
    held = delivery_of(endpoint)
    assert (held.last_status, held.next_attempt_at) == (None, other.next_attempt_at)
    # Its success counts, whoever holds the row.
    conclude_with(late, status=200)
    assert delivery_of(endpoint).state == DeliveryState.DELIVERED
    conclude_with(other, status=500)
    assert delivery_of(endpoint).state == DeliveryState.DELIVERED


def conclude_with(delivery: Delivery, *, status: int) -> None:
    words = "" if status == 200 else "No."
    conclude(delivery=delivery, outcome=Outcome(status=status, words=words), now=NOW, jitter=0.0)


def test_an_endpoint_of_which_nothing_is_due_is_left_alone(campaign: Campaign) -> None:
    assert take_due(now=NOW) is None
    assert not Endpoint.objects.exists()
