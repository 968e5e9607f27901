"""What every page behind the sign-in has in common: whose request it is."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from annotator.accounts.models import User
from annotator.assignments.models import Assignment
from annotator.grading.models import Grade
from tests.makers import browser_of, make_assignment, make_campaign, make_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment() -> Assignment:
    make_chain("a", steps=["one", "two"])
    campaign = make_campaign(annotators=["ada", "ben"])
    return make_assignment(campaign=campaign, annotator="ada", now=timezone.now())


def save(client: Client, assignment: Assignment, *, person: str | None) -> int:
    """A grade as the page's script sends it, which names whose it is."""
    headers = {"HX-Request": "true"} | ({"Stepmark-Person": person} if person is not None else {})
    form = {"operation_id": str(uuid.uuid4()), "revision": "0", "verdict": "good"}
    return client.post(f"/assignments/{assignment.public_id}/steps/0/", form, headers=headers).status_code


def test_a_grade_that_names_the_person_who_is_signed_in_is_saved(assignment: Assignment) -> None:
    ada = User.objects.get(username="ada")
    assert save(browser_of("ada"), assignment, person=str(ada.pk)) == 200
    assert Grade.objects.count() == 1


@pytest.mark.parametrize("person", ["", "0", "ada", "1e9"])
def test_a_grade_that_names_somebody_else_is_refused(assignment: Assignment, person: str) -> None:
    assert save(browser_of("ada"), assignment, person=person) == 401
    assert not Grade.objects.exists()


def test_what_one_person_left_is_not_taken_from_the_next_one(assignment: Assignment) -> None:
    ada = User.objects.get(username="ada")
    answer = browser_of("ben").post(
        f"/assignments/{assignment.public_id}/steps/0/",
        {"revision": "0", "verdict": "good"},
        headers={"HX-Request": "true", "Stepmark-Person": str(ada.pk)},
    )
    assert (answer.status_code, answer.content.decode()) == (
        401,
        "Somebody else is signed in in this browser now.",
    )


def test_a_signed_out_script_is_told_so_and_a_page_leads_to_the_sign_in(assignment: Assignment) -> None:
    path = f"/assignments/{assignment.public_id}/"
    assert Client().get(path, headers={"HX-Request": "true"}).status_code == 401
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")
