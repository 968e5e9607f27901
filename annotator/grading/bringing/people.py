"""The people in whose names grades come in."""

import re
from collections.abc import Iterable

from annotator.accounts.models import User
from annotator.accounts.people import PersonRefused, create_absent_person
from annotator.assignments.models import Campaign, Membership, Role

NOT_IN_A_USER_NAME = re.compile(r"[^\w.@+-]")
PSEUDONYM_LENGTH = 40
# Of a reviewer who was no member where they decided: they are none here either.
NO_PSEUDONYM = ""


def user_name(*, campaign: Campaign, pseudonym: str) -> str:
    return f"brought-{campaign.key}-{NOT_IN_A_USER_NAME.sub('_', pseudonym)}"


def is_absent(person: User) -> bool:
    """Whether nobody can sign in as this person, so that nobody's own word is at stake."""
    return not person.is_active and not person.has_usable_password()


def refusal_of_person(pseudonym: str, *, members: dict[str, User]) -> str | None:
    """Why nothing new can be brought in under this pseudonym."""
    if len(pseudonym) > PSEUDONYM_LENGTH or not pseudonym.isprintable():
        return f"a pseudonym has at most {PSEUDONYM_LENGTH} characters, all of them printable"
    if pseudonym in members and not is_absent(members[pseudonym]):
        return f"{pseudonym} is a member of this campaign who can sign in: nothing is said in their name"
    return None


def make_absent_members(
    *, campaign: Campaign, annotators: Iterable[str], reviewers: Iterable[str], members: dict[str, User]
) -> int:
    """Makes those who are missing, and adds them to `members`; how many. Raises PersonRefused."""
    reviewers = set(reviewers)
    if NO_PSEUDONYM in reviewers:
        members[NO_PSEUDONYM] = absent_outsider(campaign)
    roles = {**dict.fromkeys(reviewers, Role.REVIEWER), **dict.fromkeys(annotators, Role.ANNOTATOR)}
    missing = sorted(set(roles) - set(members))
    for pseudonym in missing:
        try:
            person = create_absent_person(username=user_name(campaign=campaign, pseudonym=pseudonym))
        except PersonRefused as refused:
            raise PersonRefused(f"{pseudonym} cannot be made a member. {refused}") from refused
        Membership.objects.create(campaign=campaign, user=person, role=roles[pseudonym], pseudonym=pseudonym)
        members[pseudonym] = person
    return len(missing)


def absent_outsider(campaign: Campaign) -> User:
    username = user_name(campaign=campaign, pseudonym=NO_PSEUDONYM)
    found = User.objects.filter(username=username).first()
    return found if found is not None and is_absent(found) else create_absent_person(username=username)
