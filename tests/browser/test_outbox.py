"""Grades that wait in the browser: whatever happens on the way, each is stored exactly once, and none is called saved before."""

from typing import Any

import pytest
from playwright.sync_api import Dialog, Route, expect

from annotator.assignments.models import Assignment
from annotator.grading.models import Grade, GradeRevision
from tests.browser.conftest import Desk
from tests.browser.unsent import (
    BAR,
    STEPS,
    answer_again,
    assert_each_stored_once,
    begin,
    never_answer,
    said_saved,
    second_tab,
    unsent,
    verdicts,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_offline_for_thirty_grades_and_back(desk: Desk) -> None:
    begin(desk)
    desk.page.context.set_offline(True)
    desk.press(*["1", "2"] * (STEPS // 2))
    expect(desk.page.locator(".row-state.is-waiting")).to_have_count(STEPS)
    expect(desk.page.locator(BAR)).to_contain_text(f"Grades that wait in this browser: {STEPS}.")
    assert said_saved(desk.page) == 0
    assert not Grade.objects.exists()
    desk.page.context.set_offline(False)
    expect(desk.page.locator(".row-state.is-saved")).to_have_count(STEPS)
    expect(desk.page.locator(BAR)).to_have_text("")
    assert_each_stored_once(*["good", "okay"] * (STEPS // 2))
    assert unsent(desk.page) == 0
    desk.complaints.clear()


def test_submitted_offline_is_submitted_once_the_server_is_back(desk: Desk) -> None:
    begin(desk)
    first = desk.page.url
    desk.press("b")
    desk.page.keyboard.type("no question")
    desk.page.context.set_offline(True)
    desk.press("Enter")
    expect(desk.page.locator("#finish-words")).to_contain_text("Not submitted yet")
    assert Assignment.objects.get().status == "open"
    desk.page.context.set_offline(False)
    desk.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    assert Assignment.objects.filter(status="submitted").count() == 1
    desk.complaints.clear()


def test_enter_waits_for_what_is_unsent_and_then_submits(desk: Desk) -> None:
    begin(desk)
    first = desk.page.url
    desk.press(*["1"] * (STEPS - 1))
    expect(desk.page.locator(".row-state.is-saved")).to_have_count(STEPS - 1)
    desk.page.context.set_offline(True)
    desk.press("1", "Enter")
    expect(desk.page.locator("#finish-words")).to_contain_text("as soon as everything is saved")
    desk.page.context.set_offline(False)
    desk.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    assert_each_stored_once(*["good"] * STEPS)
    desk.complaints.clear()


def test_a_tab_closed_in_flight_sends_the_rest_when_it_is_opened_again(desk: Desk) -> None:
    begin(desk)
    held = never_answer(desk.page)
    desk.press("1", "2", "k", "3")
    expect(desk.page.locator(".row-state.is-waiting")).to_have_count(2)
    while not held:
        # Lets the browser tell of the request, which it sends when it pleases.
        desk.page.evaluate("null")
    assert len(held) == 1
    where = desk.page.url
    desk.page.close()
    desk.page = desk.page.context.new_page()
    desk.page.goto(where)
    states = desk.page.locator(".row-state")
    expect(states.nth(0)).to_have_text("waiting, will be sent")
    expect(desk.page.locator("#step-1").get_by_role("radio", name="Bad")).to_be_checked()
    expect(desk.page.locator("#progress-words")).to_contain_text(
        f"1 of {STEPS} graded"
    )  # The second needs its error type.
    answer_again(desk.page)
    desk.page.reload()
    desk.wait_for_states("Good, saved", "Bad, saved")
    assert verdicts() == ["good", "bad"]
    assert GradeRevision.objects.count() == 3


def test_the_first_page_sends_what_a_closed_tab_left(desk: Desk) -> None:
    begin(desk)
    never_answer(desk.page)
    desk.press("1", "2", "1")
    expect(desk.page.locator(".row-state.is-waiting")).to_have_count(3)
    page = second_tab(desk).page
    desk.page.close()
    desk.page = page
    desk.page.goto(desk.address)
    words = desk.page.locator("#unsent-words")
    expect(words).to_have_text("3 grades wait to be sent.")
    answer_again(desk.page)
    desk.page.reload()
    expect(words).to_have_text("All your grades are saved.")
    assert_each_stored_once("good", "okay", "good")


def test_an_answer_that_was_lost_does_not_store_the_grade_twice(desk: Desk) -> None:
    begin(desk)
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    desk.page.route("**/steps/**", lose_the_answer, times=2)
    desk.press("1", "2")
    expect(desk.page.locator(".row-state.is-saved")).to_have_count(2)
    assert lost == [200, 200]
    assert_each_stored_once("good", "okay")
    desk.complaints.clear()


def test_two_tabs_grade_the_same_chain_at_once(desk: Desk) -> None:
    begin(desk)
    one, other = desk, second_tab(desk, goes_there=True)
    other.press(*["j"] * 5)
    for _ in range(5):
        one.press("1")
        other.press("2")
    for each in (one, other):
        expect(each.page.locator(".row-state.is-saved")).to_have_count(10)
    assert_each_stored_once(*["good"] * 5, *["okay"] * 5)
    # What the one saved is what the other goes on from.
    one.press(*["k"] * 5, "2")
    expect(other.page.locator(".row-state").first).to_have_text("Okay, saved")
    other.press(*["k"] * 10, "3")
    expect(one.page.locator(".row-state").first).to_have_text("Bad, saved")
    assert GradeRevision.objects.count() == 12


def test_two_tabs_without_locks_and_uuids_as_over_plain_http(make_desk: Any) -> None:
    desk: Desk = make_desk()
    desk.page.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"
        "Object.defineProperty(Crypto.prototype, 'randomUUID', { value: undefined });"
    )
    begin(desk)
    other = second_tab(desk, goes_there=True)
    desk.page.context.set_offline(True)
    desk.press("1", "2", "1")
    expect(other.page.locator(".row-state.is-waiting")).to_have_count(3)
    desk.page.context.set_offline(False)
    for each in (desk, other):
        expect(each.page.locator(".row-state.is-saved")).to_have_count(3)
    assert_each_stored_once("good", "okay", "good")
    desk.complaints.clear()


def test_a_full_storage_loses_nothing_while_the_page_is_open(desk: Desk) -> None:
    begin(desk)
    desk.page.evaluate(
        "() => { for (let size = 2 ** 22; size; size >>= 1)"
        " try { for (let at = 0; ; at++) localStorage.setItem(`full-${size}-${at}`, 'x'.repeat(size)); } catch {} }"
    )
    never_answer(desk.page)
    desk.press("1", "2")
    expect(desk.page.locator(BAR)).to_contain_text(
        "This browser cannot keep unsent grades: leave this page open"
    )
    assert unsent(desk.page) == 0
    warned: list[str] = []

    def stay(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    desk.page.on("dialog", stay)
    desk.page.close(run_before_unload=True)
    expect(desk.page.locator(".row-state.is-waiting")).to_have_count(2)
    assert warned == ["beforeunload"]
    answer_again(desk.page)
    desk.page.context.set_offline(True)
    desk.page.context.set_offline(False)
    expect(desk.page.locator(".row-state.is-saved")).to_have_count(2, timeout=20_000)
    expect(desk.page.locator(BAR)).to_have_text("")
    assert_each_stored_once("good", "okay")
    desk.complaints.clear()
