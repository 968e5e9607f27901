import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotator.accounts.models import User
from annotator.accounts.people import (
    RESEARCHER_MAY,
    PersonRefused,
    create_person,
    draw_password,
    people_named,
    researchers_group,
)

pytestmark = pytest.mark.django_db


def test_a_person_signs_in_with_the_password_and_nothing_else() -> None:
    create_person(username="ann", password="drawn for ann", researcher=False)
    ann = User.objects.get(username="ann")
    assert ann.check_password("drawn for ann")
    assert not ann.check_password("")
    assert (ann.is_staff, ann.is_superuser, ann.groups.count()) == (False, False, 0)


def test_a_researcher_gets_the_admin_and_exactly_the_listed_permissions() -> None:
    rosa = create_person(username="rosa", password=draw_password(), researcher=True)
    assert (rosa.is_staff, rosa.is_superuser) == (True, False)
    wanted = {
        f"{app}.{verb}_{model}"
        for app, models in RESEARCHER_MAY.items()
        for model, verbs in models.items()
        for verb in verbs
    }
    assert rosa.get_all_permissions() == wanted


def test_the_group_forgets_permissions_that_the_code_no_longer_names() -> None:
    group = researchers_group()
    named = set(group.permissions.all())
    group.permissions.clear()
    assert set(researchers_group().permissions.all()) == named
    assert researchers_group() == group


def test_an_upgrade_lets_researchers_do_what_the_new_version_names() -> None:
    group = researchers_group()
    named = set(group.permissions.all())
    group.permissions.clear()
    call_command("migrate", "accounts", verbosity=0)
    assert not group.permissions.exists()
    call_command("migrate", verbosity=0)
    assert set(group.permissions.all()) == named


@pytest.mark.parametrize("username", ["", "two words", "a/b", "x" * 151, "ann"])
def test_a_taken_or_odd_name_is_refused_with_words(username: str) -> None:
    create_person(username="ann", password=draw_password(), researcher=False)
    with pytest.raises(PersonRefused, match=r"cannot be a user name: [A-Z]"):
        create_person(username=username, password=draw_password(), researcher=False)
    assert User.objects.count() == 1


def test_drawn_passwords_are_long_and_differ() -> None:
    drawn = {draw_password() for _ in range(100)}
    assert len(drawn) == 100
    assert {len(password) for password in drawn} == {16}


def test_people_come_in_the_order_of_their_names_and_missing_ones_are_named() -> None:
    ann = create_person(username="ann", password="x", researcher=False)
    bob = create_person(username="bob", password="x", researcher=False)
    assert people_named(usernames=["bob", "ann"]) == [bob, ann]
    with pytest.raises(PersonRefused, match="nobody named zoe, yan"):
        people_named(usernames=["ann", "zoe", "yan"])


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_user", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_password_once() -> None:
    name, password = run("ann").split()
    assert name == "ann"
    assert User.objects.get(username="ann").check_password(password)


def test_the_command_makes_researchers_and_speaks_json() -> None:
    made = json.loads(run("rosa", "--researcher", "--json"))
    rosa = User.objects.get(username="rosa")
    assert rosa.is_staff
    assert made == {"username": "rosa", "password": made["password"], "researcher": True}
    assert rosa.check_password(made["password"])


def test_the_command_refuses_a_taken_name() -> None:
    run("ann")
    before = User.objects.get(username="ann").password
    with pytest.raises(CommandError, match="already exists"):
        run("ann")
    assert User.objects.get(username="ann").password == before
