"""Making the people who sign in. Nobody signs up by themselves."""

import secrets

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction

from annotator.accounts.models import User

RESEARCHERS = "researchers"
# What the admin lets a researcher do; which rows is decided by each admin's queryset.
RESEARCHER_MAY = {
    "accounts": {"user": ["add", "view"]},
    "taxonomies": {
        "taxonomy": ["add", "change", "view"],
        "taxonomyversion": ["change", "delete", "view"],
        "criterion": ["add", "change", "delete", "view"],
        "label": ["add", "change", "delete", "view"],
    },
    "chains": {
        "dataset": ["add", "change", "view"],
        "importrun": ["view"],
        "problem": ["view"],
        "chain": ["view"],
        "step": ["view"],
    },
    "assignments": {
        "campaign": ["add", "change", "view"],
        "membership": ["add", "change", "delete", "view"],
    },
    "webhooks": {"endpoint": ["add", "change", "view"], "delivery": ["view"]},
    "exports": {"exportrecord": ["view"]},
    # To change is to revoke.
    "api": {"token": ["add", "change", "view"]},
}
# No 0, O, 1, l or I: it is read from a screen and typed.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105 (an alphabet)


class PersonRefused(Exception):
    """Words for why a person cannot be made."""


def draw_password() -> str:
    """Sixteen letters and digits from the system's randomness, more than 90 bits."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(16))


@transaction.atomic
def create_person(*, username: str, password: str, researcher: bool) -> User:
    """A person who can sign in; a researcher also gets the admin. Raises PersonRefused with words."""
    person = User(username=username, is_staff=researcher)
    person.set_password(password)
    try:
        person.full_clean()
    except ValidationError as error:
        raise PersonRefused(f"{username!r} cannot be a user name: {' '.join(error.messages)}") from error
    person.save()
    if researcher:
        person.groups.add(researchers_group())
    return person


@transaction.atomic
def create_absent_person(*, username: str) -> User:
    """Somebody who worked elsewhere: inactive and without a password, so that nobody signs in. Raises PersonRefused."""
    person = User(username=username, is_active=False)
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as error:
        raise PersonRefused(f"{username!r} cannot be a user name: {' '.join(error.messages)}") from error
    person.save()
    return person


def researchers_group() -> Group:
    """The group of all researchers, with the permissions that this version of the code names."""
    group, _ = Group.objects.get_or_create(name=RESEARCHERS)
    wanted = {
        (app, f"{verb}_{model}")
        for app, models in RESEARCHER_MAY.items()
        for model, verbs in models.items()
        for verb in verbs
    }
    permissions = Permission.objects.filter(content_type__app_label__in=RESEARCHER_MAY)
    group.permissions.set(
        permission
        for permission in permissions.select_related("content_type")
        if (permission.content_type.app_label, permission.codename) in wanted
    )
    return group


def people_named(*, usernames: list[str]) -> list[User]:
    """The people in the order of the names. Raises PersonRefused naming those who do not exist."""
    found = {user.username: user for user in User.objects.filter(username__in=usernames)}
    missing = [name for name in usernames if name not in found]
    if missing:
        raise PersonRefused(f"There is nobody named {', '.join(missing)}; create_user makes a person.")
    return [found[name] for name in usernames]
