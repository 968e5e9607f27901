"""At the keyboard after the taxonomy changed: from the first page through every decision to submitting again."""

import re

import pytest
from playwright.sync_api import expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.submitting import submit
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk, make_person
from tests.makers import NOW, grade, grade_bad, make_assignment, make_campaign, make_chain
from tests.moving import SPLIT, SPLIT_TARGETS, edited, move, next_version, successor_of

pytestmark = pytest.mark.django_db(transaction=True)
# As SPLIT, but nobody has to say what is wrong.
OPTIONAL = edited(("kind: one, required: true, shown_for", "kind: one, shown_for"), text=SPLIT)


@pytest.fixture
def former(campaign: Campaign) -> Assignment:
    """Sign errors in the second and the last of four steps, submitted; the campaign has moved since."""
    assignment = make_assignment(campaign=campaign)
    for index in (0, 2):
        grade(assignment, index)
    for index in (1, 3):
        grade_bad(assignment, index)
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    move(campaign, next_version(campaign.taxonomy_version, OPTIONAL, SPLIT_TARGETS))
    return assignment


@pytest.fixture
def campaign() -> Campaign:
    make_person("ada")
    make_chain("first", steps=["One.", "Two.", "Three.", "Four."])
    return make_campaign(annotators=["ada"], overlap=1, after_first_error="continue")


def test_what_is_asked_again_is_decided_by_keys_and_submitted(former: Assignment, desk: Desk) -> None:
    desk.sign_in("ada")
    expect(desk.page.get_by_text("1 chain to look at again")).to_be_visible()
    desk.page.get_by_role("button", name="Look at them again").focus()
    desk.press("Enter")
    desk.page.wait_for_selector(".step.is-current")
    need, words = desk.page.locator("#need-decision"), desk.page.locator("#progress-words")
    expect(need).to_have_text("2 steps need your decision.")
    expect(words).to_have_text("2 of 4 graded")
    assert desk.current() == 2
    desk.press(".")
    assert desk.current() == 4
    desk.press(".")
    assert desk.current() == 2
    row = desk.page.locator(".step").nth(1)
    desk.press(str(row.get_by_role("radio", name="Lost sign").get_attribute("data-key")))
    expect(row.locator(".asked-again")).to_have_count(0)
    expect(need).to_have_text("1 step needs your decision.")
    desk.press("Enter")
    expect(desk.page.get_by_role("alert")).to_contain_text("Step 4: “Sign” was split: choose again.")
    assert desk.current() == 4
    # The refused submit, which the browser notes.
    desk.complaints.clear()
    # The verdict again: it stays as it is, without a label in the place of the old one.
    desk.press("3")
    expect(words).to_have_text("4 of 4 graded")
    expect(need).to_have_text("0 steps need your decision.")
    desk.press("Enter")
    desk.page.wait_for_url(f"{desk.address}/")
    assert successor_of(former).status == "submitted"


def test_a_step_is_left_as_it_is_with_the_mouse(former: Assignment, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.page.get_by_role("button", name="Look at them again").click()
    desk.page.wait_for_selector(".step.is-current")
    desk.page.get_by_role("paragraph").filter(has_text="Four.").click()
    desk.page.get_by_role("button", name="Leave it out").click()
    expect(desk.page.locator(".asked-again")).to_have_count(1)
    expect(desk.page.locator(".step").last.locator(".row-state")).to_have_text("Bad, saved")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_what_came_back(former: Assignment, make_desk: object, scheme: str) -> None:
    desk = make_desk(color_scheme=scheme)  # type: ignore[operator]
    desk.sign_in("ada")
    desk.page.get_by_role("button", name="Look at them again").click()
    desk.page.wait_for_selector(".step.is-current")
    assert_accessible(desk.page)
    desk.page.goto(f"{desk.address}/assignments/{former.public_id}/")
    expect(desk.page.get_by_role("link", name=re.compile("goes on under version 2"))).to_be_visible()
    expect(desk.page.locator("#progress-words")).to_have_text("4 of 4 graded")
    assert_accessible(desk.page)
