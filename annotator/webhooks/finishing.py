"""Seeing that a campaign is finished, and telling of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotator.assignments.models import Assignment, AssignmentStatus, Campaign, Purpose
from annotator.chains.models import Chain
from annotator.webhooks.announcing import announce, in_utc
from annotator.webhooks.models import Delivery, Endpoint, Event

# In one statement, so that what is counted is of one moment.
COUNTED = """
WITH submitted AS (
    SELECT chain_id, count(*) AS seats, max(submitted_at) AS last
    FROM assignments_assignment
    WHERE campaign_id = %(campaign)s AND taxonomy_version_id = %(version)s
      AND status = 'submitted' AND purpose = 'work'
    GROUP BY chain_id
)
SELECT (SELECT count(*) FROM chains_chain WHERE dataset_id = %(dataset)s),
    count(*) FILTER (WHERE seats >= %(overlap)s), coalesce(sum(seats), 0)::bigint, max(last)
FROM submitted
"""


@dataclass(frozen=True, slots=True)
class Finish:
    chains: int
    submitted: int
    finished_at: datetime


def announce_finished(*, now: datetime) -> None:
    """Tell of every campaign that is finished and of which some endpoint that listens does not know it yet."""
    for campaign in Campaign.objects.filter(webhook_endpoints__in=listening()).distinct().order_by("pk"):
        finish = finish_of(campaign=campaign)
        if finish is not None:
            announce_finish(campaign=campaign, finish=finish, now=now)


def finish_of(*, campaign: Campaign) -> Finish | None:
    """When the campaign was finished: the last submission, if every chain of its dataset has all seats of the overlap
    submitted under its taxonomy version. None while one is missing, or when there are no chains.
    """
    if is_plainly_unfinished(campaign):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            COUNTED,
            {
                "campaign": campaign.pk,
                "version": campaign.taxonomy_version_id,
                "dataset": campaign.dataset_id,
                "overlap": campaign.overlap,
            },
        )
        chains, finished, submitted, last = cursor.fetchone()
    if not chains or finished < chains:
        return None
    return Finish(chains=chains, submitted=submitted, finished_at=last)


def is_plainly_unfinished(campaign: Campaign) -> bool:
    """Whether a chain lacks a seat, from the last chain backwards: chains are given out in order, so that while work is
    going on a few rows are looked at, and not all.
    """
    submitted = Assignment.objects.filter(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version_id,
        chain=OuterRef("pk"),
        status=AssignmentStatus.SUBMITTED,
        purpose=Purpose.WORK,
    )
    seats = submitted.order_by().values("chain").annotate(number=Count("pk")).values("number")
    chains = Chain.objects.filter(dataset=campaign.dataset_id).annotate(seats=Coalesce(Subquery(seats), 0))
    return chains.filter(seats__lt=campaign.overlap).order_by("-pk").values("pk").first() is not None


@transaction.atomic
def announce_finish(*, campaign: Campaign, finish: Finish, now: datetime) -> None:
    """Once for each finish: the last submission tells one that was reopened or extended, and finished anew, from before."""
    version = campaign.taxonomy_version
    key = f"{version.number}/{finish.submitted}/{finish.finished_at.isoformat()}"
    known = Delivery.objects.filter(endpoint=OuterRef("pk"), event=Event.CAMPAIGN_FINISHED, key=key)
    if not listening().filter(~Exists(known), campaign=campaign).exists():
        return
    announce(
        campaign=campaign,
        event=Event.CAMPAIGN_FINISHED,
        key=key,
        about={
            "taxonomy": {"key": version.taxonomy.key, "version": version.number},
            "chains": finish.chains,
            "overlap": campaign.overlap,
            "submitted": finish.submitted,
            "finished_at": in_utc(finish.finished_at),
        },
        now=now,
    )


def listening() -> QuerySet[Endpoint]:
    told = Q(is_active=True) | Q(paused_at__isnull=False)
    return Endpoint.objects.filter(told, events__contains=[Event.CAMPAIGN_FINISHED])
