"""Endpoints of a campaign: made, changed, switched, paused, and given new secrets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from annotator.accounts.models import User
from annotator.assignments.models import Campaign
from annotator.webhooks.allowing import NotAllowed, allowed
from annotator.webhooks.models import Delivery, DeliveryState, Endpoint, Event
from annotator.webhooks.posting import Limits, NotPosted, Resolve, checked_addresses
from annotator.webhooks.signing import derived_secret

# How long the secret before the present one signs too, so that a receiver can change over without losing an event.
BOTH_SECRETS = timedelta(hours=24)
SWITCHED_OFF = "Not sent: the endpoint was switched off."
PAUSED = "Not sent: the endpoint was paused."


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    endpoint: Endpoint
    secret: str


def checked_url(*, url: str, resolve: Resolve) -> str:
    """The URL as it is kept, if it could be called now. Raises NotAllowed with words."""
    found = allowed(url=url)
    try:
        checked_addresses(found.target, allows_private=found.allows_private, resolve=resolve, limits=Limits())
    except NotPosted as error:
        raise NotAllowed(str(error)) from error
    return found.target.url


@transaction.atomic
def make_endpoint(
    *,
    campaign: Campaign,
    url: str,
    events: Sequence[str],
    made_by: User | None,
    resolve: Resolve,
    now: datetime,
) -> NewEndpoint:
    """An endpoint that is told from now on; the secret to verify with is in `secret`, this once. Raises NotAllowed."""
    endpoint = Endpoint.objects.create(
        campaign=campaign,
        url=checked_url(url=url, resolve=resolve),
        events=[Event(event) for event in dict.fromkeys(events)],
        made_by=made_by,
        made_at=now,
    )
    return NewEndpoint(endpoint=endpoint, secret=secret_of(endpoint))


@transaction.atomic
def change_endpoint(*, endpoint: Endpoint, url: str, events: Sequence[str], resolve: Resolve) -> None:
    """Raises NotAllowed."""
    endpoint.url = checked_url(url=url, resolve=resolve)
    endpoint.events = [Event(event) for event in dict.fromkeys(events)]
    endpoint.save(update_fields=["url", "events"])


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, now: datetime) -> str:
    """A new secret, shown this once. For a day the former one signs beside it."""
    locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    locked.secret_number += 1
    locked.rotated_at = now
    locked.save(update_fields=["secret_number", "rotated_at"])
    endpoint.secret_number, endpoint.rotated_at = locked.secret_number, now
    return secret_of(locked)


def secret_of(endpoint: Endpoint, *, former: bool = False) -> str:
    return derived_secret(
        server_key=settings.SECRET_KEY,
        endpoint=endpoint.public_id,
        number=endpoint.secret_number - former,
    )


def secrets_in_use(endpoint: Endpoint, *, now: datetime) -> list[str]:
    """The present one first."""
    if endpoint.rotated_at is not None and now < endpoint.rotated_at + BOTH_SECRETS:
        return [secret_of(endpoint), secret_of(endpoint, former=True)]
    return [secret_of(endpoint)]


@transaction.atomic
def switch_on(*, endpoint: Endpoint) -> None:
    """Also after a pause: what was not sent meanwhile can be sent again by hand."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        is_active=True, paused_at=None, paused_because="", failing_since=None
    )
    endpoint.refresh_from_db()


@transaction.atomic
def switch_off(*, endpoint: Endpoint, now: datetime) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(is_active=False, paused_at=None, paused_because="")
    end_waiting(endpoint, because=SWITCHED_OFF, now=now)
    endpoint.refresh_from_db()


@transaction.atomic
def pause(*, endpoint: Endpoint, because: str, now: datetime) -> None:
    """By ourselves, with words for whoever looks."""
    Endpoint.objects.filter(pk=endpoint.pk, is_active=True).update(
        is_active=False, paused_at=now, paused_because=because
    )
    end_waiting(endpoint, because=PAUSED, now=now)
    endpoint.refresh_from_db()


def end_waiting(endpoint: Endpoint, *, because: str, now: datetime) -> None:
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.GIVEN_UP, next_attempt_at=None, ended_at=now, last_error=because)
