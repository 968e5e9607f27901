"""Hosts, endpoints and deliveries for tests, and a way to send what is due."""

import ipaddress
import ssl
from collections.abc import Sequence
from datetime import datetime

from annotator.assignments.models import Campaign
from annotator.webhooks.addresses import Address, read_url
from annotator.webhooks.announcing import announce
from annotator.webhooks.endpoints import make_endpoint
from annotator.webhooks.models import AllowedHost, Delivery, Endpoint, Event
from annotator.webhooks.posting import Limits
from annotator.webhooks.sending import Wire, send_due
from tests.makers import NOW


def resolved(host: str, port: int) -> Sequence[Address]:
    """Every name leads to this machine."""
    return [ipaddress.ip_address("127.0.0.1")]


WIRE = Wire(
    resolve=resolved, tls=ssl.create_default_context(), limits=Limits(resolve=2.0, connect=2.0, total=2.0)
)


def allow(url: str, **more: bool) -> AllowedHost:
    """The URL's host, with plain http and private addresses unless more is said."""
    target = read_url(url)
    usual = {"allows_http": True, "allows_private": True}
    return AllowedHost.objects.create(name=target.host, port=target.port, made_at=NOW, **{**usual, **more})


def listening(
    campaign: Campaign, url: str = "http://127.0.0.1:7/hook", events: Sequence[str] = Event.values
) -> Endpoint:
    """An endpoint on a host that is allowed."""
    target = read_url(url)
    if not AllowedHost.objects.filter(name=target.host, port=target.port).exists():
        allow(url)
    return make_endpoint(
        campaign=campaign, url=url, events=events, made_by=None, resolve=resolved, now=NOW
    ).endpoint


def sealed(campaign: Campaign, key: str = "one", *, now: datetime = NOW) -> None:
    announce(campaign=campaign, event=Event.SNAPSHOT_SEALED, key=key, about={"rows": 7}, now=now)


def send(*, now: datetime = NOW, wire: Wire = WIRE) -> int:
    return send_due(clock=lambda: now, jitter=lambda: 0.0, wire=wire)


def delivery_of(endpoint: Endpoint, **which: object) -> Delivery:
    return Delivery.objects.get(endpoint=endpoint, **which)
