import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotator.accounts.models import User
from annotator.assignments.members import add_member
from annotator.assignments.models import Assignment, Campaign, Membership, Role
from annotator.grading.submitting import submit
from annotator.web.my_campaigns import totals_of
from tests.makers import (
    NOW,
    browser_of,
    grade,
    grade_bad,
    make_assignment,
    make_campaign,
    make_chain,
    make_dataset,
    make_user,
    make_version,
    small_yaml,
)

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


def words_of(name: str) -> str:
    return " ".join(unescape(browser_of(name).get("/").content.decode()).split())


def test_the_card_says_what_is_asked_and_what_is_left_at_most(campaign: Campaign) -> None:
    page = words_of("ada")
    assert "One criterion of each kind: <q>Is it right?</q>" in page
    assert "You have not submitted a chain yet." in page
    assert "At most 2 more for you." in page
    hand_in_one(campaign, annotator="ada")
    page = words_of("ada")
    assert "At most 1 more for you." in page
    assert 'max="2" value="1"' in page


def test_where_somebody_was_is_said(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign, annotator="ada")
    assert "A chain is open since 20 November 2026, 09:00: step 1 of 3 is next." in words_of("ada")
    grade(assignment, 0)
    grade(assignment, 2)
    page = words_of("ada")
    assert "step 2 of 3 is next." in page
    assert "At most 1 more for you." in page
    grade(assignment, 1)
    assert "every step that has to be is graded." in words_of("ada")


def test_behind_the_first_error_nothing_is_next_where_the_campaign_stops() -> None:
    make_chain("a")
    campaign = make_campaign(after_first_error="stop")
    grade_bad(make_assignment(campaign=campaign), 0)
    assert "every step that has to be is graded." in words_of("ada")


def test_only_the_way_back_to_an_open_chain_has_the_focus_at_first(campaign: Campaign) -> None:
    make_campaign(key="second", version=campaign.taxonomy_version)
    assert "autofocus>Start grading" not in words_of("ada")
    make_assignment(campaign=campaign, annotator="ada")
    page = words_of("ada")
    assert page.count("autofocus>Go on where you were") == 1
    # The open one comes first.
    assert page.index("Go on where you were") < page.index("Start grading")


def test_what_is_left_for_one_does_not_depend_on_what_others_did(campaign: Campaign) -> None:
    before = words_of("ada")
    hand_in_one(campaign, annotator="ben")
    add_member(campaign=campaign, user=make_user("cleo"), role=Role.ANNOTATOR)
    make_assignment(campaign=campaign, annotator="cleo")
    assert without_secrets(words_of("ada")) == without_secrets(before)


def without_secrets(page: str) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", page)


def test_gold_counts_like_any_other_chain(campaign: Campaign) -> None:
    """Else the figures of those who were given one would tell which it was."""
    chain = campaign.dataset.chains.earliest("pk")
    for name, purpose in (("ada", "gold"), ("ben", "work")):
        Assignment.objects.create(
            campaign=campaign,
            taxonomy_version=campaign.taxonomy_version,
            chain=chain,
            annotator=make_user(name),
            seat=0,
            purpose=purpose,
            status="submitted",
            submitted_at=NOW,
            finish_reason="solution",
            claimed_at=NOW,
            expires_at=NOW,
        )
    card = re.compile("<article.*</article>")
    [of_ada], [of_ben] = (card.findall(without_secrets(words_of(name))) for name in ("ada", "ben"))
    assert "At most 1 more for you." in of_ada
    assert of_ada == of_ben


@pytest.mark.parametrize(
    ("status", "said"),
    [("paused", "This campaign is paused"), ("closed", "This campaign is closed")],
)
def test_a_campaign_that_gives_out_nothing_says_so_and_still_lets_people_finish(
    campaign: Campaign, status: str, said: str
) -> None:
    Campaign.objects.update(status=status)
    page = words_of("ada")
    assert said in page
    assert "Start grading" not in page
    assert 'href="/campaigns/pilot/practice/"' in page
    Campaign.objects.update(status="active")
    make_assignment(campaign=campaign, annotator="ada")
    Campaign.objects.update(status=status)
    assert "Go on where you were" in words_of("ada")


def test_who_has_had_every_chain_is_not_sent_to_get_another(campaign: Campaign) -> None:
    hand_in_one(campaign, annotator="ada")
    hand_in_one(campaign, annotator="ada")
    page = words_of("ada")
    assert "You have had every chain." in page
    assert "Start grading" not in page


def test_a_campaign_without_chains_says_so() -> None:
    make_campaign()
    assert "There are no chains yet." in words_of("ada")


def test_a_chain_that_was_set_aside_waits(campaign: Campaign) -> None:
    Assignment.objects.filter(pk=make_assignment(campaign=campaign, annotator="ada").pk).update(
        status="returned"
    )
    page = words_of("ada")
    assert "1 chain is set aside for you" in page
    assert "Take it up again" in page
    assert "The taxonomy changed" not in page


def test_a_large_dataset_is_not_counted_to_its_end(campaign: Campaign) -> None:
    assert totals_of([campaign], most=2) == {campaign.dataset_id: 2}
    assert totals_of([campaign], most=1) == {campaign.dataset_id: None}


def test_many_campaigns_take_as_many_queries_as_one(campaign: Campaign) -> None:
    ada = browser_of("ada")
    make_assignment(campaign=campaign, annotator="ada")
    ada.get("/")
    with CaptureQueriesContext(connection) as for_one:
        ada.get("/")
    for number in range(4):
        dataset = make_dataset(f"more-{number}")
        make_chain("a", dataset=dataset)
        more = make_campaign(
            key=f"more-{number}", dataset=dataset, version=make_version(small_yaml(key=f"more_{number}"))
        )
        make_assignment(campaign=more, annotator="ada")
    with CaptureQueriesContext(connection) as for_five:
        page = ada.get("/").content.decode()
    assert page.count("Go on where you were") == 5
    assert len(for_five) == len(for_one)


def test_when_nothing_is_left_other_campaigns_and_practice_are_named(campaign: Campaign) -> None:
    hand_in_one(campaign, annotator="ada")
    hand_in_one(campaign, annotator="ada")
    dataset = make_dataset("other")
    make_chain("a", dataset=dataset)
    make_campaign(key="other", dataset=dataset, version=campaign.taxonomy_version)
    page = unescape(browser_of("ada").post("/campaigns/pilot/claim/").content.decode())
    assert 'action="/campaigns/other/claim/"' in page
    assert "Grade in “other”" in page
    assert 'href="/campaigns/pilot/practice/"' in page
