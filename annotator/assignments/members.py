"""Taking people into a campaign, under a name that reports and exports may show."""

import secrets

from django.db import transaction
from django.db.models import QuerySet

from annotator.accounts.models import User
from annotator.assignments.models import Assignment, Campaign, Membership, MembershipState, Role


@transaction.atomic
def add_member(*, campaign: Campaign, user: User, role: Role) -> Membership:
    """A member with a drawn pseudonym, such as annotator-7f3a. IntegrityError for a person who is a member already."""
    pseudonym = draw_pseudonym(role=role, taken=pseudonyms_in(campaign.pk))
    return Membership.objects.create(campaign=campaign, user=user, role=role, pseudonym=pseudonym)


def draw_pseudonym(*, role: str, taken: set[str]) -> str:
    """A free pseudonym that says nothing about the person, nor about the order of joining."""
    while (pseudonym := f"{role}-{secrets.token_hex(2)}") in taken:
        pass
    return pseudonym


def pseudonyms_in(campaign_id: int) -> set[str]:
    return set(Membership.objects.filter(campaign_id=campaign_id).values_list("pseudonym", flat=True))


def has_worked(membership: Membership) -> bool:
    """Whether chains were given to this member: then reports and exports need the pseudonym."""
    return Assignment.objects.filter(
        campaign_id=membership.campaign_id, annotator_id=membership.user_id
    ).exists()


def researched_by(user: User) -> QuerySet[Campaign]:
    """The campaigns in which this person is a researcher now; all of them for a superuser."""
    if user.is_superuser:
        return Campaign.objects.all()
    own = Membership.objects.filter(user=user, role=Role.RESEARCHER, state=MembershipState.ACTIVE)
    return Campaign.objects.filter(pk__in=own.values("campaign"))
