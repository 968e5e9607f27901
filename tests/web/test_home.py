import re
from typing import Any

import pytest
from django.test import Client

from annotator.accounts.models import User
from annotator.assignments.members import add_member
from annotator.assignments.models import Assignment, Campaign, Membership, Role
from annotator.grading.submitting import submit
from tests.makers import NOW, browser_of, grade, make_assignment, make_campaign, make_chain, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a", steps=["one", "two", "three"])
    make_chain("b", steps=["four", "five", "six"])
    return make_campaign(annotators=["ada", "ben"], overlap=2)


def without_tokens(answer: Any) -> str:
    """The body without the tokens that Django masks anew in every answer."""
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def hand_in_one(campaign: Campaign, *, annotator: str) -> Assignment:
    assignment = make_assignment(campaign=campaign, annotator=annotator)
    for index in range(3):
        grade(assignment, index)
    return submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)


def test_anonymous_is_sent_to_sign_in() -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/"


def test_somebody_without_a_campaign_is_told_what_happens_next() -> None:
    assert "No campaigns yet" in browser_of("zoe").get("/").content.decode()


def test_an_annotator_sees_their_own_progress_and_nobody_elses(campaign: Campaign) -> None:
    hand_in_one(campaign, annotator="ada")
    hand_in_one(campaign, annotator="ben")
    hand_in_one(campaign, annotator="ben")
    page = browser_of("ada").get("/").content.decode()
    assert "You have submitted 1 chain." in page
    assert "ben" not in page


def test_pages_of_people_are_not_cached(campaign: Campaign) -> None:
    assert "no-store" in browser_of("ada").get("/")["Cache-Control"]


def test_starting_claims_a_chain_and_goes_to_it(campaign: Campaign) -> None:
    answer = browser_of("ada").post("/campaigns/pilot/claim/")
    assignment = Assignment.objects.get(annotator__username="ada")
    assert answer.status_code == 302
    assert answer["Location"] == f"/assignments/{assignment.public_id}/"


def test_starting_again_resumes_the_open_chain(campaign: Campaign) -> None:
    ada = browser_of("ada")
    first = ada.post("/campaigns/pilot/claim/")["Location"]
    assert ada.post("/campaigns/pilot/claim/")["Location"] == first
    assert first in ada.get("/").content.decode()


def test_opening_a_page_claims_nothing(campaign: Campaign) -> None:
    ada = browser_of("ada")
    ada.get("/")
    assert ada.get("/campaigns/pilot/claim/").status_code == 405
    assert not Assignment.objects.exists()


def test_when_nothing_is_left_the_page_says_thank_you(campaign: Campaign) -> None:
    hand_in_one(campaign, annotator="ada")
    hand_in_one(campaign, annotator="ada")
    answer = browser_of("ada").post("/campaigns/pilot/claim/")
    assert answer.status_code == 200
    assert "Nothing is left for you" in answer.content.decode()


def test_a_paused_campaign_answers_in_words(campaign: Campaign) -> None:
    Campaign.objects.update(status="paused")
    answer = browser_of("ada").post("/campaigns/pilot/claim/")
    assert answer.status_code == 422
    assert "This campaign is paused" in answer.content.decode()


def test_a_reviewer_cannot_claim_and_is_told_so(campaign: Campaign) -> None:
    add_member(campaign=campaign, user=make_user("rita"), role=Role.REVIEWER)
    assert browser_of("rita").post("/campaigns/pilot/claim/").status_code == 422


@pytest.mark.parametrize("path", ["/campaigns/pilot/claim/", "/campaigns/missing/claim/"])
def test_a_strange_campaign_answers_like_a_missing_one(campaign: Campaign, path: str) -> None:
    zoe = browser_of("zoe")
    answer = zoe.post(path)
    assert answer.status_code == 404
    assert without_tokens(answer) == without_tokens(zoe.post("/campaigns/nowhere/claim/"))


def test_a_suspended_member_is_out(campaign: Campaign) -> None:
    Membership.objects.filter(user__username="ada").update(state="suspended")
    ada = browser_of("ada")
    assert "No campaigns yet" in ada.get("/").content.decode()
    assert ada.post("/campaigns/pilot/claim/").status_code == 404


def test_a_researcher_gets_a_link_to_the_campaign_and_no_start_button(campaign: Campaign) -> None:
    add_member(campaign=campaign, user=make_user("rosa"), role=Role.RESEARCHER)
    page = browser_of("rosa").get("/").content.decode()
    assert 'href="/campaigns/pilot/"' in page
    assert "Start grading" not in page


def test_there_is_no_sign_up_page() -> None:
    assert Client().get("/accounts/signup/").status_code == 404


def test_signing_in_leads_home() -> None:
    User.objects.create_user("ada", password="correct horse battery")
    answer = Client().post("/accounts/login/", {"login": "ada", "password": "correct horse battery"})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
