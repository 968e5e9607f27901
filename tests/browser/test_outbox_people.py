"""Whose grades wait in a browser: the session ends in the middle, and other people use the same machine."""

from typing import Any

import pytest
from playwright.sync_api import expect

from annotator.assignments.models import Campaign
from annotator.grading.models import Grade, GradeRevision
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk, make_person
from tests.browser.unsent import BAR, begin, said_saved, second_tab, unsent, verdicts
from tests.makers import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_session_gone_in_the_middle_and_signed_in_again_in_place_by_keyboard(desk: Desk) -> None:
    begin(desk)
    desk.press("1")
    desk.wait_for_states("Good, saved")
    desk.page.context.clear_cookies(name="stepmark_session")
    desk.press("2", "1")
    desk.wait_for_states("Good, saved", "not saved, please sign in", "not saved, please sign in")
    expect(desk.page.locator(BAR)).to_have_text("You are signed out. Grades that wait in this browser: 2.")
    assert said_saved(desk.page) == 1
    desk.press("Enter")
    expect(desk.page.locator("#sign-in-password")).to_be_focused()
    desk.page.keyboard.type("not my password")
    desk.press("Enter")
    expect(desk.page.locator("#sign-in-problem")).to_contain_text("not correct", timeout=20_000)
    expect(desk.page.locator("#sign-in-password")).to_be_focused()
    assert verdicts() == ["good"]
    desk.page.keyboard.type("correct horse battery")
    desk.press("Enter")
    expect(desk.page.locator("#sign-in")).to_be_hidden(timeout=20_000)
    desk.wait_for_states("Good, saved", "Okay, saved", "Good, saved")
    # What was asked for with Enter is done now, and the keys are the page's again.
    expect(desk.page.get_by_role("alert").filter(visible=True)).to_contain_text("Step 4 is not graded.")
    desk.press("1")
    expect(desk.page.locator(".row-state.is-saved")).to_have_count(4)
    assert GradeRevision.objects.count() == 4
    desk.complaints.clear()


def test_another_person_signs_in_on_the_same_browser_and_neither_sends_the_others(desk: Desk) -> None:
    begin(desk)
    adas = desk
    make_person("ben")
    pilot = Campaign.objects.get()
    make_campaign(key="bens", dataset=pilot.dataset, annotators=["ben"], after_first_error="continue")
    adas.page.context.set_offline(True)
    adas.press("1", "2")
    expect(adas.page.locator(BAR)).to_contain_text("wait in this browser: 2")
    adas.page.context.clear_cookies()
    adas.page.context.set_offline(False)
    adas.wait_for_states("not saved, please sign in", "not saved, please sign in")
    bens = second_tab(adas)
    bens.sign_in_by_keyboard("ben")
    expect(bens.page.locator("#unsent")).to_be_hidden()
    bens.start_grading()
    bens.press("2")
    bens.wait_for_states("Okay, saved")
    expect(adas.page.locator(BAR)).to_contain_text("Somebody else is signed in in this browser now.")
    adas.press("1")
    adas.page.evaluate("dispatchEvent(new Event('focus'))")
    adas.wait_for_states(*["not saved, please sign in"] * 3)
    assert list(Grade.objects.values_list("annotator__username", flat=True)) == ["ben"]
    assert (unsent(adas.page), said_saved(adas.page)) == (3, 0)
    bens.press("2")
    bens.wait_for_states("Okay, saved", "Okay, saved")
    adas.page.get_by_role("button", name="please sign in").first.click()
    expect(adas.page.locator("#sign-in-instead")).to_be_visible()
    adas.page.keyboard.type("correct horse battery")
    adas.press("Enter")
    expect(adas.page.locator("#sign-in")).to_be_hidden(timeout=20_000)
    adas.wait_for_states("Good, saved", "Okay, saved", "Good, saved")
    expect(bens.page.locator(BAR)).to_contain_text("Somebody else is signed in in this browser now.")
    by = Grade.objects.order_by("annotator__username", "step__index").values_list(
        "annotator__username", "verdict__key"
    )
    assert list(by) == [("ada", "good"), ("ada", "okay"), ("ada", "good"), ("ben", "okay"), ("ben", "okay")]
    assert GradeRevision.objects.count() == 5
    # Ben's page says whose turn it is, and keeps what he does now for him.
    bens.press("1")
    bens.wait_for_states("Okay, saved", "Okay, saved", "not saved, please sign in")
    adas.press(".", "2")
    adas.wait_for_states("Good, saved", "Okay, saved", "Good, saved", "Okay, saved")
    assert GradeRevision.objects.filter(grade__annotator__username="ben").count() == 2
    adas.complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_somebody_has_to_sign_in(make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    begin(desk)
    desk.page.context.clear_cookies()
    desk.press("1")
    desk.wait_for_states("not saved, please sign in")
    assert_accessible(desk.page)
    desk.press("Enter")
    expect(desk.page.locator("#sign-in-password")).to_be_focused()
    desk.press("Enter", "x", "Enter")
    # A password is slow to check, more so on a machine that runs all tests at once.
    expect(desk.page.locator("#sign-in-problem")).to_be_visible(timeout=20_000)
    assert_accessible(desk.page)
    desk.complaints.clear()
