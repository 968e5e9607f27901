"""Undo at any depth, also over chains that were handed in; and steps that are shown one after the other."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade, GradeRevision
from tests.browser.conftest import Desk, Gate, make_person
from tests.makers import make_campaign, make_chain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    make_person("ada")
    make_chain("q/a", steps=["one", "two", "three"])
    make_chain("r/b", steps=["four", "five"])
    make_chain("s/c", steps=["six"])
    return make_campaign(annotators=["ada"], after_first_error="continue")


def start(desk: Desk) -> Page:
    desk.sign_in("ada")
    desk.start_grading()
    return desk.page


def submit(desk: Desk) -> None:
    """Hands the chain in by its key, and waits for the next one to have the keys."""
    desk.wait_until_all_is_saved()
    before = desk.page.url
    desk.press("Enter")
    desk.page.wait_for_url(lambda url: url != before and "/assignments/" in url)
    desk.page.wait_for_selector(".step.is-current")


def verdicts() -> list[str | None]:
    grades = Grade.objects.select_related("verdict").order_by("chain", "step__index")
    return [grade.verdict.key if grade.verdict else grade.state for grade in grades]


def test_undo_survives_a_reload(campaign: Campaign, desk: Desk) -> None:
    page = start(desk)
    desk.press("1", "2", "3")
    desk.wait_for_states("Good, saved", "Okay, saved", "Bad, saved")
    page.reload()
    page.wait_for_selector(".step.is-current")
    desk.press("z", "z", "z")
    desk.wait_until_all_is_saved()
    desk.wait_for_states("", "", "")
    assert desk.current() == 1
    assert verdicts() == ["cleared"] * 3
    desk.press("z")
    expect(page.locator("#finish-words")).to_have_text("Nothing to undo.")


def test_undo_goes_back_over_the_chains_that_were_handed_in(campaign: Campaign, desk: Desk) -> None:
    page = start(desk)
    first = page.url
    desk.press("1", "1", "1")
    submit(desk)
    second = page.url
    desk.press("1", "2")
    submit(desk)
    third = page.url
    desk.press("z")
    page.wait_for_url(second)
    expect(page.locator("#finish-words")).to_have_text("Taken up again; press z again to undo step 2.")
    assert desk.current() == 2
    assert verdicts() == ["good", "good", "good", "good", "okay"]
    desk.press("z")
    desk.wait_for_states("Good, saved", "")
    desk.press("z")
    desk.wait_for_states("", "")
    desk.press("z")
    page.wait_for_url(first)
    expect(page.locator("#finish-words")).to_contain_text("press z again to undo step 3")
    desk.press("z", "2")
    desk.wait_for_states("Good, saved", "Good, saved", "Okay, saved")
    # Forward again: the one that was begun, and then the one that was only given out.
    submit(desk)
    assert page.url == second
    desk.press("3")
    page.locator(".step").first.get_by_role("radio", name="Sign").check()
    desk.press("j", "1")
    submit(desk)
    assert page.url != third
    assert verdicts() == ["good", "good", "okay", "bad", "good"]
    assert Assignment.objects.filter(status="submitted").count() == 2


def test_going_back_waits_until_everything_is_saved(campaign: Campaign, desk: Desk) -> None:
    page = start(desk)
    first = page.url
    desk.press("1", "1", "1")
    submit(desk)
    gate = Gate()
    page.route("**/steps/**", gate)
    desk.press("1", "z", "z")
    expect(page.locator("#finish-words")).to_contain_text("Waiting until everything here is saved")
    assert "submitted" in Assignment.objects.values_list("status", flat=True)
    gate.open()
    page.wait_for_url(first)
    assert GradeRevision.objects.filter(assignment__chain__external_id="r/b").count() == 2


def test_a_chain_that_stays_as_it_is_says_why(campaign: Campaign, desk: Desk) -> None:
    page = start(desk)
    desk.press("1", "1", "1")
    submit(desk)
    Campaign.objects.update(status="paused")
    desk.press("z")
    expect(page.locator("#finish-words")).to_contain_text("The campaign is not active now")
    desk.press("z")
    expect(page.locator("#finish-words")).to_have_text("Nothing to undo.")
    # The browser's own note of the answer 422.
    desk.complaints.clear()


def test_nobody_undoes_what_another_person_did_in_the_same_tab(campaign: Campaign, desk: Desk) -> None:
    page = start(desk)
    desk.press("1", "1", "1")
    desk.wait_until_all_is_saved()
    make_person("ben")
    dataset = campaign.dataset
    make_campaign(key="other", dataset=dataset, version=campaign.taxonomy_version, annotators=["ben"])
    page.get_by_role("button", name="Sign out").click()
    page.context.clear_cookies()
    desk.sign_in("ben")
    desk.start_grading()
    desk.press("z")
    expect(page.locator("#finish-words")).to_have_text("Nothing to undo.")


def test_the_closed_page_has_a_button_for_it_without_javascript(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(java_script_enabled=False)
    page = desk.page
    page.goto(f"{desk.address}/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start grading").click()
    first = page.url
    for number in (1, 2, 3):
        row = page.locator(".step").nth(number - 1)
        row.get_by_role("radio", name="Good").check()
        row.get_by_role("button", name=f"Save step {number}").click()
    page.get_by_role("button", name="Submit, next chain").click()
    page.goto(first)
    page.get_by_role("button", name="Take it up again").click()
    assert page.url == first
    expect(page.get_by_role("button", name="Submit, next chain")).to_be_visible()
