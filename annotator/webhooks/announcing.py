"""Telling that something happened: deliveries are written beside it, in its own transaction, and sent later.

So no event is told of what was rolled back, and none is lost when nobody is there to wake a worker.
"""

import uuid
from datetime import UTC, datetime

import orjson
from django.db import connection
from django.db.models import Q

from annotator.assignments.models import Campaign
from annotator.webhooks.models import PING, Delivery, DeliveryState, Endpoint

WHILE_PAUSED = "Not sent: the endpoint was paused. Send it again by hand."


class NotInTransaction(RuntimeError):
    """An event belongs to the transaction of what it tells of."""


def announce(*, campaign: Campaign, event: str, key: str, about: dict[str, object], now: datetime) -> None:
    """Write what the campaign's endpoints that listen to the event are to be sent, once per endpoint, event and key.

    Called inside the caller's transaction. `about` is JSON without names or texts of people; the key says which
    happening it is, and the first one to tell of it is the one that counts.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(f"{event} is announced outside a transaction")
    body = body_of(event=event, about={"campaign": campaign.key, **about}, now=now)
    listening = Endpoint.objects.filter(campaign=campaign, events__contains=[event])
    # One that was switched off by a person is not told; one that paused keeps a row, so that it can be told yet.
    told = listening.filter(Q(is_active=True) | Q(paused_at__isnull=False)).order_by("pk")
    deliveries = [new_delivery(endpoint, event=event, key=key, body=body, now=now) for endpoint in told]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)


def announce_ping(*, endpoint: Endpoint, now: datetime) -> Delivery:
    """A test event for one endpoint, whatever it listens to."""
    body = body_of(event=PING, about={"campaign": endpoint.campaign.key}, now=now)
    delivery = new_delivery(endpoint, event=PING, key=uuid.uuid4().hex, body=body, now=now)
    delivery.save()
    return delivery


def body_of(*, event: str, about: dict[str, object], now: datetime) -> bytes:
    return orjson.dumps({"type": event, "timestamp": in_utc(now), "data": about})


def in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_delivery(endpoint: Endpoint, *, event: str, key: str, body: bytes, now: datetime) -> Delivery:
    delivery = Delivery(
        public_id=uuid.uuid4(), endpoint=endpoint, event=event, key=key, body=body, made_at=now
    )
    if endpoint.paused_at is None:
        delivery.state, delivery.next_attempt_at = DeliveryState.WAITING, now
    else:
        delivery.state, delivery.ended_at = DeliveryState.GIVEN_UP, now
        delivery.last_error = WHILE_PAUSED
    return delivery
