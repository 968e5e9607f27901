"""Grades that the server does not take: they wait with the reason until their person decides, and the others go on."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk
from tests.browser.unsent import assert_each_stored_once, begin, second_tab, unsent, verdicts
from tests.makers import grade

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_grade_that_came_too_late_is_kept_with_the_reason_until_it_is_let_go(desk: Desk) -> None:
    begin(desk)
    Assignment.objects.update(status="expired")
    # Or it would be taken back.
    Campaign.objects.update(status="paused")
    desk.press("1", "k", "2")
    row = desk.page.locator("#step-0")
    expect(row.locator(".row-problem")).to_contain_text("This chain is expired")
    expect(row.locator(".row-state")).to_have_text("not saved")
    desk.page.goto(desk.address)
    entry = desk.page.locator("#unsent-list li")
    expect(entry).to_contain_text(re.compile("Step 1 Okay.*This chain is expired", re.DOTALL))
    entry.get_by_role("button", name="Let it go").click()
    desk.page.get_by_role("button", name="Keep it").click()
    expect(entry).to_have_count(1)
    entry.get_by_role("button", name="Let it go").click()
    desk.page.locator("#letting-go").get_by_role("button", name="Let it go").click()
    expect(entry).to_have_count(0)
    assert unsent(desk.page) == 0
    assert not Grade.objects.exists()
    desk.complaints.clear()


def test_a_refused_grade_can_be_tried_again_from_its_row(desk: Desk) -> None:
    begin(desk)
    desk.page.route("**/steps/**", lambda route: route.fulfill(status=413, body="too large"), times=1)
    desk.press("1")
    row = desk.page.locator("#step-0")
    expect(row.locator(".row-problem")).to_have_text("The server does not take it (error 413).")
    desk.press("1")
    desk.wait_for_states("not saved", "Good, saved")
    row.get_by_role("button", name="Try again").click()
    desk.wait_for_states("Good, saved", "Good, saved")
    expect(row.locator(".refused")).to_have_count(0)
    assert_each_stored_once("good", "good")
    desk.complaints.clear()


def test_a_conflict_outlives_a_reload_and_is_settled_in_all_tabs(desk: Desk) -> None:
    begin(desk)
    other = second_tab(desk, goes_there=True)
    grade(Assignment.objects.get(), 0, verdict="okay")
    desk.press("1")
    for each in (desk, other):
        expect(each.page.locator("#step-0 .conflict")).to_contain_text("Okay")
    desk.page.reload()
    conflict = desk.page.locator("#step-0 .conflict")
    expect(conflict).to_contain_text(re.compile("Saved meanwhile.*Okay.*Yours, not saved.*Good", re.DOTALL))
    conflict.get_by_role("link", name="Keep this").click()
    for each in (desk, other):
        expect(each.page.locator("#step-0 .conflict")).to_have_count(0)
        each.wait_for_states("Okay, saved")
    assert verdicts() == ["okay"]
    assert unsent(desk.page) == 0
    desk.complaints.clear()


def test_a_tab_shows_a_conflict_that_its_storage_does_not_know_of_yet(desk: Desk) -> None:
    begin(desk)
    other = second_tab(desk, goes_there=True)
    other.page.evaluate("""() => {
      const item = Storage.prototype.getItem;
      Storage.prototype.getItem = function (key) {
        return item.call(this, key)?.replace(/"stuck":\\{.*?\\}/, '"stuck":null') ?? null;
      };
    }""")
    grade(Assignment.objects.get(), 0, verdict="okay")
    desk.press("1")
    for each in (desk, other):
        expect(each.page.locator("#step-0 .conflict")).to_contain_text("Okay")
    desk.complaints.clear()


def test_the_form_of_a_network_that_wants_a_sign_in_of_its_own_is_no_answer(desk: Desk) -> None:
    begin(desk)
    portal = "<form action='/'><p class='row-state is-saved'>Good, saved</p></form>"
    desk.page.route("**/steps/**", lambda route: route.fulfill(status=200, body=portal), times=1)
    desk.press("1")
    desk.wait_for_states("Good, saved")
    assert_each_stored_once("good")
    assert unsent(desk.page) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_grades_are_refused(make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    begin(desk)
    grade(Assignment.objects.get(), 1, verdict="okay")
    desk.page.route("**/steps/0/", lambda route: route.fulfill(status=413, body="too large"))
    desk.press("1", "1")
    expect(desk.page.locator("#step-1 .conflict")).to_be_visible()
    assert_accessible(desk.page)
    desk.page.goto(desk.address)
    expect(desk.page.locator("#unsent-list li")).to_have_count(2)
    assert_accessible(desk.page)
    desk.page.locator("#unsent-list .let-go").first.click()
    expect(desk.page.locator("#letting-go")).to_be_visible()
    assert_accessible(desk.page)
    desk.complaints.clear()
