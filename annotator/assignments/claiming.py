"""Giving out chains. One campaign gives out one chain at a time, so the overlap is exact."""

import random
import uuid
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.assignments.drawing import draw_arms
from annotator.assignments.exposing import REOPENED, exposure_at_claim
from annotator.assignments.models import (
    SEATED,
    Assignment,
    AssignmentStatus,
    Campaign,
    CampaignStatus,
    MembershipState,
    Rendering,
    Role,
)

# Of the seed that each claim is given.
SEED_BITS = 63
# The first chain, in import order, that has a free seat and was not given to this person before, be it for gold.
# Chains that others have begun come first: an agreement needs finished overlaps rather than many single votes.
# Only what was given out under the campaign's version counts: a move gave each of it a successor.
NEXT_SEAT = """
WITH taken AS MATERIALIZED (
    SELECT chain_id, count(*) AS seats, array_agg(seat) AS numbers, bool_or(annotator_id = %(annotator)s) AS mine
    FROM assignments_assignment
    WHERE campaign_id = %(campaign)s AND taxonomy_version_id = %(version)s
      AND status IN ('open', 'submitted', 'returned') AND purpose = 'work'
    GROUP BY chain_id
), refused AS MATERIALIZED (
    SELECT chain_id FROM assignments_assignment
    WHERE campaign_id = %(campaign)s AND taxonomy_version_id = %(version)s AND annotator_id = %(annotator)s
      AND (status = 'skipped' OR purpose <> 'work' AND status IN ('open', 'submitted', 'returned'))
), begun AS (
    SELECT chain_id, numbers FROM taken
    WHERE seats < %(overlap)s AND NOT mine AND chain_id NOT IN (SELECT chain_id FROM refused)
    ORDER BY chain_id LIMIT 1
), fresh AS (
    SELECT c.id AS chain_id, '{}'::smallint[] AS numbers FROM chains_chain c
    WHERE c.dataset_id = %(dataset)s AND NOT EXISTS (SELECT 1 FROM begun)
      AND NOT EXISTS (SELECT 1 FROM taken t WHERE t.chain_id = c.id)
      AND NOT EXISTS (SELECT 1 FROM refused r WHERE r.chain_id = c.id)
    ORDER BY c.id LIMIT 1
)
SELECT found.chain_id, (
    SELECT min(seat) FROM generate_series(0, %(overlap)s - 1) seat WHERE seat <> ALL (found.numbers)
) FROM (SELECT * FROM begun UNION ALL SELECT * FROM fresh) found
"""


class NotClaimable(Exception):
    """Words for somebody who may not claim in this campaign right now."""


@transaction.atomic
def claim_next(*, campaign: Campaign, annotator: User, now: datetime, seed: int) -> Assignment | None:
    """The annotator's open assignment, else one that is theirs but not open, else the next free seat; None when nothing
    is left for them.

    The seed decides whether this assignment is shown in plain rendering; it is kept with it.
    Raises NotClaimable when the campaign is not active or the person is no active annotator of it.
    """
    # Serialises claims of one campaign, and lets grades and readers pass.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.status != CampaignStatus.ACTIVE:
        words = _("This campaign is {status}; no chains are given out.")
        raise NotClaimable(words.format(status=CampaignStatus(campaign.status).label.lower()))
    if not campaign.memberships.filter(
        user=annotator, role=Role.ANNOTATOR, state=MembershipState.ACTIVE
    ).exists():
        raise NotClaimable(_("You are not an active annotator of this campaign."))
    held = next_held(campaign=campaign, annotator=annotator)
    if held is not None:
        # Its lease may have run out, but nobody has taken the seat: back to where they were.
        held.status = AssignmentStatus.OPEN
        held.expires_at = now + timedelta(minutes=campaign.lease_minutes)
        held.save(update_fields=["status", "expires_at"])
        return held
    expire_leases(campaign=campaign, now=now)
    return take_seat(campaign=campaign, annotator=annotator, now=now, seed=seed)


def next_held(*, campaign: Campaign, annotator: User) -> Assignment | None:
    """A chain whose seat is the annotator's already, locked: the open one, else the first that a move returned to them
    or that they set aside.
    """
    held = Assignment.objects.filter(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version_id,
        annotator=annotator,
        status__in=[AssignmentStatus.OPEN, AssignmentStatus.RETURNED],
    )
    is_returned = Case(When(status=AssignmentStatus.RETURNED, then=1), default=0)
    return held.select_for_update(no_key=True).order_by(is_returned, "chain").first()


def take_seat(*, campaign: Campaign, annotator: User, now: datetime, seed: int) -> Assignment | None:
    with connection.cursor() as cursor:
        cursor.execute(
            NEXT_SEAT,
            {
                "campaign": campaign.pk,
                "version": campaign.taxonomy_version_id,
                "annotator": annotator.pk,
                "dataset": campaign.dataset_id,
                "overlap": campaign.overlap,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    # A chain that they had before comes back as they saw it then: with another draw they would see both renderings.
    former = had_before(campaign=campaign, annotator=annotator, chain_id=row[0])
    plain = random.Random(seed).random() < campaign.plain_share  # noqa: S311 (an experiment's draw, not a secret)
    drawn = Rendering.PLAIN if plain else Rendering.STYLED
    assignment = Assignment.objects.create(
        public_id=uuid.uuid4(),
        campaign=campaign,
        taxonomy_version_id=campaign.taxonomy_version_id,
        chain_id=row[0],
        annotator=annotator,
        seat=row[1],
        claimed_at=now,
        expires_at=now + timedelta(minutes=campaign.lease_minutes),
        rendering=former.rendering if former else drawn,
        rendering_seed=former.rendering_seed if former else seed,
        exposure={**exposure_at_claim(campaign), **(former.exposure if former else {})},
    )
    draw_arms(assignment=assignment, now=now, seed=seed)
    return assignment


@transaction.atomic
def take_back(*, public_id: uuid.UUID, annotator: User, now: datetime) -> bool:
    """Open a chain again whose lease ran out, for its annotator, who was cut off; whether it still could be theirs.

    It could not when its seats were given to others, or when the annotator has another chain open.
    """
    found = Assignment.objects.only("campaign").get(public_id=public_id, annotator=annotator)
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=found.campaign_id)
    assignment = Assignment.objects.select_for_update(no_key=True).get(pk=found.pk)
    seated = Assignment.objects.filter(
        campaign=campaign, taxonomy_version=campaign.taxonomy_version_id, status__in=SEATED
    )
    taken = set(seated.filter(chain=assignment.chain_id).values_list("seat", flat=True))
    free = [seat for seat in range(campaign.overlap) if seat not in taken]
    if (
        assignment.status != AssignmentStatus.EXPIRED
        or assignment.taxonomy_version_id != campaign.taxonomy_version_id
        or campaign.status != CampaignStatus.ACTIVE
        or not free
        or seated.filter(annotator=annotator, chain=assignment.chain_id).exists()
        or seated.filter(annotator=annotator, status=AssignmentStatus.OPEN).exists()
    ):
        return False
    assignment.status = AssignmentStatus.OPEN
    assignment.seat = free[0]
    assignment.expires_at = now + timedelta(minutes=campaign.lease_minutes)
    assignment.save(update_fields=["status", "seat", "expires_at"])
    return True


def had_before(*, campaign: Campaign, annotator: User, chain_id: int) -> Assignment | None:
    """The annotator's last assignment of a chain that went back to the others."""
    given = Assignment.objects.filter(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version_id,
        annotator=annotator,
        chain=chain_id,
    )
    return given.order_by("-pk").first()


def skip(*, assignment: Assignment) -> None:
    """Give an open chain back for good: this annotator does not get it again, its seat is free for others."""
    Assignment.objects.filter(pk=assignment.pk, status=AssignmentStatus.OPEN).update(
        status=AssignmentStatus.SKIPPED
    )


@transaction.atomic
def expire_leases(*, campaign: Campaign | None, now: datetime) -> int:
    """Give back open chains whose lease ran out, with their grades kept; returns how many.

    One that was handed in before and taken up again keeps its seat: it waits for its annotator.
    """
    expired = Assignment.objects.filter(status=AssignmentStatus.OPEN, expires_at__lt=now)
    if campaign is not None:
        expired = expired.filter(campaign=campaign)
    # Whoever holds one at this moment is saving, and so keeps it.
    free = expired.select_for_update(skip_locked=True, no_key=True).values("pk")
    waits = When(exposure__has_key=REOPENED, then=Value(AssignmentStatus.RETURNED))
    return Assignment.objects.filter(pk__in=free).update(
        status=Case(waits, default=Value(AssignmentStatus.EXPIRED))
    )
