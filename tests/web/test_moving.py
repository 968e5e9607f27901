"""Moving a campaign: what the page foresees, asks, and shows while and after it happens."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotator.assignments.models import Assignment, Campaign, Membership
from annotator.grading.models import Move
from annotator.grading.moving import ask_to_move
from annotator.jobs import running
from taxonomies.models import LabelMapping, TaxonomyVersion
from taxonomies.publishing import retire
from tests.graded import graded_campaign
from tests.makers import NOW, browser_of, grade, line, make_user
from tests.moving import move, next_version

MOVE = "/campaigns/pilot/move/"
WORKLIST = "/campaigns/pilot/worklist/"
pytestmark = pytest.mark.django_db
# A move shows its progress on a connection of its own.
really_moved = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign(db: None) -> Campaign:
    """Two chains by ada and one by ben, with one sign error each, which the next version splits."""
    make_user("rosa", researcher=True)
    return graded_campaign(
        [line("p/a", "one", "two <b>bold</b>"), line("q/a", "one")],
        {"ada": {"p/a": ["good", "bad:sign"], "q/a": ["good"]}, "ben": {"p/a": ["bad:sign", "good"]}},
        researchers=["rosa"],
        reviewers=["rita"],
    )


@pytest.fixture
def later(campaign: Campaign) -> TaxonomyVersion:
    return next_version(campaign.taxonomy_version)


def words(browser: Client, address: str, status: int = 200, **more: str) -> str:
    answer = browser.get(address, headers=more)
    assert answer.status_code == status
    return plain(answer.content.decode())


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def pseudonym(name: str) -> str:
    return Membership.objects.get(user__username=name).pseudonym


# --- Before


@pytest.mark.parametrize("address", [MOVE, WORKLIST])
@pytest.mark.parametrize("name", ["ada", "rita", "zoe"])
def test_only_a_campaigns_researchers_find_these_pages(
    campaign: Campaign, later: TaxonomyVersion, address: str, name: str
) -> None:
    assert browser_of(name).get(address).status_code == 404
    assert browser_of(name).post(address, {"to": "2", "confirmed": "yes"}).status_code == 404
    assert not Move.objects.exists()


def test_without_a_later_version_the_page_says_how_to_get_one(campaign: Campaign) -> None:
    rosa = browser_of("rosa")
    assert "There is no later version" in words(rosa, MOVE)
    assert "is published" not in words(rosa, "/campaigns/pilot/")
    assert rosa.post(MOVE, {"confirmed": "yes"}).status_code == 422


def test_a_later_version_is_offered_on_the_campaigns_page(campaign: Campaign, later: TaxonomyVersion) -> None:
    page = browser_of("rosa").get("/campaigns/pilot/").content.decode()
    assert "Version 2 is published." in page
    assert f"{MOVE}?to=2" in page
    assert "/taxonomies/every_kind/1/compare/2/" in page
    reviewers = browser_of("rita").get("/campaigns/pilot/").content.decode()
    assert "Version 2 is published." in reviewers
    assert MOVE not in reviewers
    assert "/taxonomies/" not in reviewers


def test_the_forecast_is_told_in_words(campaign: Campaign, later: TaxonomyVersion) -> None:
    page = words(browser_of("rosa"), MOVE)
    assert "5 grades by 2 people on 3 chains stay as they were given" in page
    assert "Unchanged 3" in page
    assert "Asked again 2" in page
    assert "2 people are asked again about 2 steps: 2 because the label was split" in page
    assert "2 submitted chains go back to their annotators" in page


def test_an_incomplete_mapping_comes_first(campaign: Campaign, later: TaxonomyVersion) -> None:
    LabelMapping.objects.filter(source__key="sign").delete()
    rosa = browser_of("rosa")
    page = rosa.get(MOVE).content.decode()
    assert "1 label of version 1 is not decided yet" in page
    assert "/taxonomies/every_kind/1/mapping/2/" in page
    assert "Move the campaign" not in page
    answer = rosa.post(MOVE, {"to": "2", "confirmed": "yes"})
    assert answer.status_code == 422
    assert "what becomes of error.sign" in answer.content.decode()
    assert not Move.objects.exists()


@pytest.mark.parametrize("to", ["1", "3", "x", "", "2\x00", "9" * 40])
def test_only_a_later_published_version_can_be_chosen(
    campaign: Campaign, later: TaxonomyVersion, to: str
) -> None:
    rosa = browser_of("rosa")
    assert rosa.get(MOVE, {"to": to}).status_code == 404
    assert rosa.post(MOVE, {"to": to, "confirmed": "yes"}).status_code == 404


def test_a_retired_version_is_not_offered(campaign: Campaign, later: TaxonomyVersion) -> None:
    retire(version=later)
    assert "There is no later version" in words(browser_of("rosa"), MOVE)


# --- While it waits


def test_a_move_wants_to_be_confirmed(campaign: Campaign, later: TaxonomyVersion) -> None:
    answer = browser_of("rosa").post(MOVE, {"to": "2"})
    assert answer.status_code == 422
    assert "Please tick" in answer.content.decode()
    assert not Move.objects.exists()


def test_asking_once_is_enough_and_the_page_watches(campaign: Campaign, later: TaxonomyVersion) -> None:
    rosa = browser_of("rosa")
    assert rosa.post(MOVE, {"to": "2", "confirmed": "yes"})["Location"] == MOVE
    again = rosa.post(MOVE, {"to": "2", "confirmed": "yes"})
    assert again.status_code == 422
    assert "already moving" in again.content.decode()
    assert Move.objects.get().requested_by == make_user("rosa")
    part = rosa.get(MOVE, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert 'hx-trigger="every 2s"' in part
    assert "Move the campaign" not in rosa.get(MOVE).content.decode()
    assert "The campaign is moving" in words(rosa, "/campaigns/pilot/")


def test_a_move_that_no_worker_takes_shows_a_banner(campaign: Campaign, later: TaxonomyVersion) -> None:
    before = timezone.now() - timedelta(seconds=61)
    ask_to_move(campaign=campaign, to_version=later, requested_by=None, now=before)
    assert "no worker has taken it" in words(browser_of("rosa"), MOVE)


def test_a_move_that_failed_shows_its_words_and_can_be_tried_again(
    campaign: Campaign, later: TaxonomyVersion
) -> None:
    asked = ask_to_move(campaign=campaign, to_version=later, requested_by=None, now=NOW)
    running.fail(asked, error="The mapping was <changed>.", now=NOW)
    page = browser_of("rosa").get(MOVE).content.decode()
    assert "The mapping was &lt;changed&gt;." in page
    assert "every 2s" not in page
    assert "Move the campaign" in page


# --- After it


@really_moved
def test_a_campaign_that_moved_says_what_became_of_it(campaign: Campaign, later: TaxonomyVersion) -> None:
    move(campaign, later)
    rosa = browser_of("rosa")
    page = words(rosa, MOVE)
    assert "Moved to version 2" in page
    assert "5 grades by 2 people; 2 people are asked again." in page
    assert "every 2s" not in rosa.get(MOVE, headers={"HX-Request": "true"}).content.decode()
    overview = words(rosa, "/campaigns/pilot/")
    assert "Graded with One criterion of each kind version 2" in overview
    assert "Version 1 was used before" in overview
    assert "Who is asked again since the move" in overview


def test_before_any_move_the_worklist_is_empty(campaign: Campaign) -> None:
    assert "Nobody is asked again" in words(browser_of("rosa"), WORKLIST)


@really_moved
def test_the_worklist_says_who_is_asked_what_by_pseudonym(campaign: Campaign, later: TaxonomyVersion) -> None:
    move(campaign, later)
    page = browser_of("rosa").get(WORKLIST).content.decode()
    assert "two &lt;b&gt;bold&lt;/b&gt;" in page
    assert f"{pseudonym('ada')} p/a 2 two" in plain(page)
    assert "“Sign” was split: choose again. Flipped sign, Lost sign waiting" in plain(page)
    assert f"{pseudonym('ben')} 0 1 1" in plain(page)
    assert "Answered 0 of 2" in plain(page)
    assert ">ada<" not in page


@really_moved
def test_the_worklist_can_be_narrowed(campaign: Campaign, later: TaxonomyVersion) -> None:
    move(campaign, later)
    ada = make_user("ada")
    browser_of("ada").post("/campaigns/pilot/claim/")
    assignment = Assignment.objects.get(annotator=ada, status="open")
    grade(assignment, 1, verdict="bad", labels={"error": ["flip"]}, revision=1)
    rosa = browser_of("rosa")
    done, waiting = (words(rosa, f"{WORKLIST}?show={word}") for word in ("done", "waiting"))
    assert f"{pseudonym('ada')} p/a" in done
    assert f"{pseudonym('ben')} p/a" not in done
    assert f"{pseudonym('ada')} p/a" not in waiting
    assert f"{pseudonym('ben')} p/a" in waiting
    assert "Nothing was released." in words(rosa, f"{WORKLIST}?show=released")
    assert "Answered 1 of 2" in words(rosa, f"{WORKLIST}?show=odd&page=x")


@really_moved
def test_nobody_waits_for_a_person_who_is_not_coming_back(campaign: Campaign, later: TaxonomyVersion) -> None:
    move(campaign, later)
    rosa = browser_of("rosa")
    ben = pseudonym("ben")
    held = Assignment.objects.filter(annotator__username="ben", status="returned")
    assert rosa.post(WORKLIST, {"pseudonym": ben}).status_code == 422
    for nobody in ("ben", "", "x\x00"):
        assert rosa.post(WORKLIST, {"pseudonym": nobody, "confirmed": "yes"}).status_code == 422
    assert held.count() == 1
    assert rosa.post(WORKLIST, {"pseudonym": ben, "confirmed": "yes"})["Location"] == WORKLIST
    assert held.count() == 0
    page = words(rosa, WORKLIST)
    assert f"1 chain of {ben} can be given to others now." in page
    assert "Released 1" in page
    assert f"{ben} p/a" not in words(rosa, f"{WORKLIST}?show=waiting")
