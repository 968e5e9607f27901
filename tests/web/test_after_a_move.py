"""What annotators see after their campaign moved to a newer version of its taxonomy."""

import uuid
from typing import Any

import pytest

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade
from annotator.grading.submitting import submit
from tests.makers import NOW, browser_of, grade, grade_bad, make_assignment, make_campaign, make_chain
from tests.moving import SPLIT, move, next_version, successor_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    make_chain("q/a")
    make_chain("r/b")
    return make_campaign(annotators=["ada"], overlap=1, after_first_error="continue")


@pytest.fixture
def former(campaign: Campaign) -> Assignment:
    """Ada's submitted chain, whose second step has a sign error."""
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0)
    grade_bad(assignment, 1, comment="twice")
    grade(assignment, 2)
    return submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)


def page_of(assignment: Assignment) -> str:
    return browser_of("ada").get(f"/assignments/{assignment.public_id}/").content.decode()


def words_in(page: str) -> str:
    return " ".join(page.split())


def post(assignment: Assignment, index: int, fields: dict[str, str], *, is_htmx: bool = True) -> Any:
    headers = {"HX-Request": "true"} if is_htmx else {}
    usual = {"operation_id": str(uuid.uuid4()), "revision": "1", "verdict": "bad"}
    address = f"/assignments/{assignment.public_id}/steps/{index}/"
    return browser_of("ada").post(address, {**usual, **fields}, headers=headers)


def test_the_first_page_says_that_chains_are_to_be_looked_at_again(
    campaign: Campaign, former: Assignment
) -> None:
    assert "look at again" not in browser_of("ada").get("/").content.decode()
    move(campaign, next_version(campaign.taxonomy_version))
    page = words_in(browser_of("ada").get("/").content.decode())
    assert "The taxonomy changed: 1 chain to look at again." in page
    answer = browser_of("ada").post("/campaigns/pilot/claim/")
    assert answer["Location"] == f"/assignments/{successor_of(former).public_id}/"


def test_the_page_says_what_needs_a_decision_until_it_is_saved(
    campaign: Campaign, former: Assignment
) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    reopened = make_assignment(campaign=campaign)
    page = words_in(page_of(reopened))
    assert "The taxonomy changed to version 2." in page
    assert "1 step needs your decision." in page
    assert page.count("“Sign” was split: choose again.") == 1
    assert "You said: Bad, Sign, “twice”" in page
    assert "2 of 3 graded" in page
    row = post(reopened, 1, {"label.error": "lost"})
    assert (row.status_code, b"was split" in row.content) == (200, False)
    assert "was split" not in page_of(reopened)


def test_a_refused_write_keeps_the_note_in_its_row(campaign: Campaign, former: Assignment) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    row = post(make_assignment(campaign=campaign), 1, {"label.error": "sign"})
    assert row.status_code == 422
    assert b"was split" in row.content


def test_without_javascript_a_step_is_decided_too(campaign: Campaign, former: Assignment) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    reopened = make_assignment(campaign=campaign)
    answer = post(reopened, 1, {"label.error": "flip"}, is_htmx=False)
    assert answer.status_code == 302
    done = browser_of("ada").post(f"/assignments/{reopened.public_id}/submit/")
    assert done.status_code == 302
    reopened.refresh_from_db()
    assert reopened.status == "submitted"


def test_a_chain_that_came_back_says_so_before_it_is_taken_up(campaign: Campaign, former: Assignment) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    page = words_in(page_of(successor_of(former)))
    assert "1 step needs your decision." in page
    assert "Take it up again" in page
    assert "data-open" not in page


def test_an_old_page_leads_to_the_newest_successor_and_takes_no_more_grades(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0)
    second = next_version(campaign.taxonomy_version)
    move(campaign, second)
    third = next_version(second, SPLIT.replace("Anything else?", "Anything more?"))
    move(campaign, third)
    newest = successor_of(successor_of(assignment))
    page = words_in(page_of(assignment))
    assert f'href="/assignments/{newest.public_id}/">This chain goes on under version 3</a>' in page
    refused = post(assignment, 1, {"revision": "0", "verdict": "good"})
    assert refused.status_code == 422
    assert b"went on to a newer version" in refused.content
    handed_in = browser_of("ada").post(f"/assignments/{assignment.public_id}/submit/", {})
    assert (handed_in.status_code, b"submit it there" in handed_in.content) == (422, True)
    assert Grade.objects.filter(assignment=assignment).count() == 1


def test_a_submitted_chain_still_shows_what_was_given_and_where_it_goes_on(
    campaign: Campaign, former: Assignment
) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    page = words_in(page_of(former))
    assert "under version 1 of the taxonomy, and kept as it is" in page
    assert "This chain goes on under version 2" in page
    assert "was split" not in page


def test_nobody_else_finds_the_successor(campaign: Campaign, former: Assignment) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    assert browser_of("eve").get(f"/assignments/{successor_of(former).public_id}/").status_code == 404
