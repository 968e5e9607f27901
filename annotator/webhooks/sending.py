"""Sending what is due. Any number of workers may do so at once; each event arrives at least once.

A worker takes a delivery by putting off its next attempt, and holds no lock while it talks: one that dies leaves a row
that is due again a little later, with the same webhook-id.
"""

import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from annotator.webhooks.allowing import NotAllowed, allowed
from annotator.webhooks.endpoints import pause, secrets_in_use
from annotator.webhooks.models import Delivery, DeliveryState, Endpoint
from annotator.webhooks.posting import Limits, NotPosted, Resolve, post
from annotator.webhooks.retrying import MOST_ATTEMPTS, wait_after
from annotator.webhooks.signing import signed_headers

# Longer than any attempt takes.
HELD = timedelta(minutes=2)
# One round of a worker; what is left is due again with the next.
ROUND = timedelta(seconds=60)
PAUSED_AFTER = timedelta(days=3)
GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How the world is reached."""

    resolve: Resolve
    tls: ssl.SSLContext
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The status of an answer, where there was one, and what is wrong in words; none when the event was accepted."""

    status: int | None
    words: str


class NotSendable(Exception):
    """Words for why a delivery is not sent again."""


def send_due(*, clock: Callable[[], datetime], jitter: Callable[[], float], wire: Wire) -> int:
    """Send what is due, oldest first, for about a minute; returns how many attempts were made.

    An endpoint that fails is left alone for the rest of the round, so that it does not keep the others waiting.
    """
    began, attempts, failed = clock(), 0, set[int]()
    while clock() - began < ROUND:
        delivery = take_due(now=clock(), without=failed)
        if delivery is None:
            break
        outcome = attempt(delivery, wire=wire, now=clock())
        attempts += 1
        if outcome.words:
            failed.add(delivery.endpoint_id)
        conclude(delivery=delivery, outcome=outcome, now=clock(), jitter=jitter())
    return attempts


@transaction.atomic
def take_due(*, now: datetime, without: Collection[int] = ()) -> Delivery | None:
    """The delivery that has waited longest, held by this worker for a while; None when none is due."""
    due = Delivery.objects.filter(
        state=DeliveryState.WAITING, next_attempt_at__lte=now, endpoint__is_active=True
    ).exclude(endpoint__in=without)
    locked = due.select_for_update(skip_locked=True, of=("self",), no_key=True)
    delivery = locked.select_related("endpoint").order_by("next_attempt_at", "pk").first()
    if delivery is None:
        return None
    delivery.attempt_count += 1
    delivery.last_attempt_at = now
    delivery.next_attempt_at = now + HELD
    delivery.save(update_fields=["attempt_count", "last_attempt_at", "next_attempt_at"])
    return delivery


def attempt(delivery: Delivery, *, wire: Wire, now: datetime) -> Outcome:
    body = bytes(delivery.body)
    headers = signed_headers(
        secrets=secrets_in_use(delivery.endpoint, now=now),
        webhook_id=str(delivery.public_id),
        timestamp=int(now.timestamp()),
        body=body,
    )
    try:
        found = allowed(url=delivery.endpoint.url)
        status = post(
            target=found.target,
            headers=headers,
            body=body,
            allows_private=found.allows_private,
            resolve=wire.resolve,
            tls=wire.tls,
            limits=wire.limits,
        )
    except NotAllowed as error:
        return Outcome(status=None, words=f"Not sent: {error}")
    except NotPosted as error:
        return Outcome(status=None, words=str(error))
    return Outcome(status=status, words=words_for(status))


def words_for(status: int) -> str:
    """What is wrong with a status; empty for success."""
    if 200 <= status <= 299:
        return ""
    if 300 <= status <= 399:
        return f"It answered {status}: redirects are not followed."
    return f"It answered {status}."


@transaction.atomic
def conclude(*, delivery: Delivery, outcome: Outcome, now: datetime, jitter: float) -> None:
    """Keep what became of an attempt, and when the next one is. A failure of a delivery that another worker has taken
    over since, or that was ended, changes nothing.
    """
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
    held = Delivery.objects.select_for_update(no_key=True).filter(pk=delivery.pk, state=DeliveryState.WAITING)
    if not outcome.words:
        held.update(
            state=DeliveryState.DELIVERED,
            next_attempt_at=None,
            ended_at=now,
            last_status=outcome.status,
            last_error="",
        )
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        return
    if not held.filter(attempt_count=delivery.attempt_count).exists():
        return
    if endpoint.failing_since is None:
        endpoint.failing_since = now
        endpoint.save(update_fields=["failing_since"])
    note_failure(delivery, outcome, now=now, jitter=jitter)
    pause_if_lost(endpoint, delivery, outcome, now=now)


def note_failure(delivery: Delivery, outcome: Outcome, *, now: datetime, jitter: float) -> None:
    wait = None if outcome.status == GONE else wait_after(attempts=delivery.attempt_count, jitter=jitter)
    delivery.last_status, delivery.last_error = outcome.status, outcome.words
    if wait is None:
        delivery.state, delivery.next_attempt_at, delivery.ended_at = DeliveryState.GIVEN_UP, None, now
        if outcome.status != GONE:
            delivery.last_error = f"Given up after {delivery.attempt_count} attempts. {outcome.words}"
    else:
        delivery.next_attempt_at = now + wait
    delivery.save(update_fields=["state", "last_status", "last_error", "next_attempt_at", "ended_at"])


def pause_if_lost(endpoint: Endpoint, delivery: Delivery, outcome: Outcome, *, now: datetime) -> None:
    if outcome.status == GONE:
        pause(endpoint=endpoint, because="It answered 410: nobody listens there any more.", now=now)
        return
    assert endpoint.failing_since is not None
    given_up = delivery.state == DeliveryState.GIVEN_UP
    if given_up and endpoint.failing_since <= now - PAUSED_AFTER:
        since = f"{endpoint.failing_since:%Y-%m-%d %H:%M} UTC"
        words = f"Nothing was accepted since {since}, in spite of {MOST_ATTEMPTS} attempts for each event."
        pause(endpoint=endpoint, because=f"{words} Last: {outcome.words}", now=now)


@transaction.atomic
def send_again(*, delivery: Delivery, now: datetime) -> None:
    """Due at once, with the same webhook-id and all attempts before it. Raises NotSendable."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
    if not endpoint.is_active:
        raise NotSendable("Its endpoint is off: switch that on first.")
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.WAITING, attempt_count=0, next_attempt_at=now, ended_at=None
    )
