"""Where events are told: the hosts that may be called, the endpoints of campaigns, and what was sent to each."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotator.assignments.models import Campaign


class Event(models.TextChoices):
    CAMPAIGN_FINISHED = "campaign.finished", "campaign.finished: every chain has all its seats submitted"
    SNAPSHOT_SEALED = "snapshot.sealed", "snapshot.sealed: a snapshot can be downloaded"
    FLAG_OPENED = "flag.opened", "flag.opened: grades follow a surface property, or do so again"


# Sent by hand, to an endpoint that listens to anything at all.
PING = "ping"


class AllowedHost(models.Model):
    """A host that endpoints may be on: exactly this name or address, and exactly this port."""

    name = models.CharField(
        "host",
        max_length=253,
        help_text="The exact name, such as ci.example.org, or an address. No wildcards; subdomains are hosts of their own.",
    )
    port = models.PositiveIntegerField(default=443)
    allows_http = models.BooleanField(
        "allow plain http",
        default=False,
        help_text="Anybody on the way can then read what is sent. It is signed all the same.",
    )
    allows_private = models.BooleanField(
        "allow private addresses",
        default=False,
        help_text="That the name may lead to this machine or into its network (127.0.0.0/8, 10.0.0.0/8, fc00::/7 and the"
        " like). Metadata services and link-local addresses are refused in any case.",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_host_is_allowed_once_per_port", fields=["name", "port"]),
            models.CheckConstraint(
                name="an_allowed_host_is_an_exact_lower_case_name",
                condition=Q(name__regex=r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$"),
            ),
            models.CheckConstraint(
                name="an_allowed_port_is_1_to_65535", condition=Q(port__gte=1, port__lte=65535)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}:{self.port}"


class Endpoint(models.Model):
    """An address that is told of a campaign's events. Its signing secret is derived (`webhooks.signing`), not kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField("URL", max_length=2000)
    events = ArrayField(models.CharField(max_length=40, choices=Event))
    is_active = models.BooleanField("active", default=True)
    # Which of its secrets is in use, and since when: for a while the one before it signs too.
    secret_number = models.PositiveIntegerField(default=1, editable=False)
    rotated_at = models.DateTimeField(null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The first failure after the last success."
    )
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_because = models.TextField(blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_url_is_told_once_per_campaign", fields=["campaign", "url"]),
            models.CheckConstraint(name="an_endpoint_listens_to_something", condition=Q(events__len__gt=0)),
            models.CheckConstraint(
                name="an_endpoint_listens_to_known_events",
                condition=Q(events__contained_by=["campaign.finished", "snapshot.sealed", "flag.opened"]),
            ),
            models.CheckConstraint(
                name="an_endpoint_is_reached_by_http", condition=Q(url__regex=r"^https?://[!-~]+$")
            ),
            models.CheckConstraint(
                name="an_endpoint_counts_its_secrets_from_one", condition=Q(secret_number__gte=1)
            ),
            models.CheckConstraint(
                name="a_paused_endpoint_is_off_and_says_why",
                condition=Q(paused_at__isnull=True, paused_because="")
                | Q(paused_at__isnull=False, is_active=False) & ~Q(paused_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.public_id}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up", "given up"


class Delivery(models.Model):
    """One event for one endpoint: what is sent, byte for byte, and how far it is. Its `public_id` is the webhook-id."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=40)
    key = models.CharField(max_length=200, help_text="Of the event: each is told once.")
    body = models.BinaryField()
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.WAITING)
    attempt_count = models.PositiveIntegerField("attempts", default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    # In our words: what an endpoint answers is never kept.
    last_error = models.TextField(blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                name="an_event_is_told_once_per_endpoint", fields=["endpoint", "event", "key"]
            ),
            models.CheckConstraint(
                name="a_delivery_is_due_exactly_while_it_waits",
                condition=Q(state="waiting", next_attempt_at__isnull=False, ended_at__isnull=True)
                | Q(
                    state__in=["delivered", "given_up"], next_attempt_at__isnull=True, ended_at__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="a_delivered_event_was_accepted",
                condition=~Q(state="delivered")
                | Q(attempt_count__gte=1, last_status__gte=200, last_status__lte=299, last_error=""),
            ),
            models.CheckConstraint(
                name="what_is_given_up_says_why", condition=~Q(state="given_up") | ~Q(last_error="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="deliveries_by_when_due",
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.public_id}"
