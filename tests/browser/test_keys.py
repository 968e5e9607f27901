"""The keys of the grading page beyond the verdicts: repairs, bulk, flags, the row menu, and what a key must never do."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade, GradeRevision
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk, make_person
from tests.makers import make_campaign, make_chain

pytestmark = pytest.mark.django_db(transaction=True)
FIVE = ["Let $x$ be the price.", "So $x = 3$.", "Hence $2x = 5$.", "No: $2x = 6$.", "The price is three."]


@pytest.fixture
def campaign() -> Campaign:
    make_person("ada")
    make_chain("first", steps=FIVE)
    make_chain("second", steps=["Alone.", "Not alone."])
    return make_campaign(annotators=["ada"], after_first_error="repair")


@pytest.fixture
def at_work(campaign: Campaign, desk: Desk) -> Desk:
    desk.sign_in("ada")
    desk.start_grading()
    return desk


def row(desk: Desk, number: int) -> Locator:
    return desk.page.locator(".step").nth(number - 1)


def call_flawed(desk: Desk, number: int) -> None:
    """The focus is on the step; it goes on to the next."""
    assert desk.current() == number
    desk.press("3")
    desk.press(str(row(desk, number).get_by_role("radio", name="Sign").get_attribute("data-key")))


def repairs() -> dict[int, int]:
    linked = Grade.objects.filter(repairs__isnull=False).select_related("step", "repairs")
    return {grade.step.index: grade.repairs.index for grade in linked if grade.step and grade.repairs}


# Repairs


def test_a_key_links_a_step_to_the_error_that_it_repairs(at_work: Desk) -> None:
    at_work.press("1")
    call_flawed(at_work, 2)
    call_flawed(at_work, 3)
    asked = row(at_work, 4).get_by_role("combobox", name="Repairs the error of")
    expect(asked).to_be_visible()
    at_work.press("1", "k", "r")
    expect(asked).to_have_value("2")
    expect(at_work.page.locator("#live")).to_have_text("Step 4 of 5: Good, saved, repairs step 3")
    at_work.press("r")
    expect(asked).to_have_value("1")
    assert at_work.current() == 4
    at_work.wait_until_all_is_saved()
    assert repairs() == {3: 1}
    at_work.press("r")
    expect(at_work.page.locator("#live")).to_have_text("Step 4 of 5: Good, saved")
    assert repairs() == {}
    at_work.press("z", "z")
    at_work.wait_until_all_is_saved()
    assert repairs() == {3: 2}


def test_a_link_before_the_verdict_goes_with_it_and_comes_back(at_work: Desk) -> None:
    call_flawed(at_work, 1)
    at_work.press("r", "1")
    at_work.wait_for_states("Bad, saved", "Good, saved")
    assert repairs() == {1: 0}
    at_work.page.reload()
    expect(row(at_work, 2).locator("select[name=repairs]")).to_have_value("0")
    expect(at_work.page.locator(".dot").nth(1)).to_have_text("Step 2: Good, repairs step 1")


def test_with_no_earlier_error_there_is_nothing_to_repair(at_work: Desk) -> None:
    at_work.press("1", "r")
    expect(at_work.page.locator("#live")).to_contain_text("No earlier step is flawed")
    expect(at_work.page.locator("select[name=repairs]:visible")).to_have_count(0)
    at_work.wait_until_all_is_saved()
    assert Grade.objects.count() == 1


def test_the_finish_bar_says_what_nothing_repairs_and_hands_in_all_the_same(at_work: Desk) -> None:
    first = at_work.page.url
    at_work.press("1")
    call_flawed(at_work, 2)
    bar = at_work.page.locator("#unrepaired")
    expect(bar).to_have_text("No later step repairs step 2.")
    at_work.press("1", "k", "r")
    expect(bar).to_be_hidden()
    at_work.press("r", "j", "1", "1")
    expect(bar).to_have_text("No later step repairs step 2.")
    at_work.press("Enter")
    at_work.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    assert Assignment.objects.get(status="submitted").finish_reason == "found_error"


def test_a_link_to_a_step_that_is_sound_after_all_is_named_and_goes_with_the_next_grade(
    at_work: Desk,
) -> None:
    call_flawed(at_work, 1)
    at_work.press("r", "1", "1", "1", "1", "k", "k", "k", "k", "1", "Enter")
    alert = at_work.page.get_by_role("alert")
    expect(alert).to_contain_text("Step 2 repairs step 1, which is not flawed any more.")
    assert at_work.current() == 2
    at_work.press("1")
    at_work.wait_until_all_is_saved()
    assert repairs() == {}
    at_work.complaints.clear()


def test_repairs_can_be_chosen_from_the_list_too(at_work: Desk) -> None:
    call_flawed(at_work, 1)
    at_work.press("1", "k")
    chosen = row(at_work, 2).get_by_role("combobox", name="Repairs the error of")
    chosen.focus()
    chosen.select_option(label="Step 1")
    at_work.wait_until_all_is_saved()
    assert repairs() == {1: 0}
    at_work.press("j")
    expect(chosen).to_be_focused()
    at_work.press("Escape", "j")
    assert at_work.current() == 3


# Fine up to here


def test_fine_up_to_here_takes_what_is_open_and_undo_gives_all_of_it_back(at_work: Desk) -> None:
    at_work.press("j", "2", "j", ",")
    expect(at_work.page.locator("#live")).to_contain_text("saved")
    at_work.wait_for_states(
        "Good, in bulk, saved", "Okay, saved", "Good, in bulk, saved", "Good, in bulk, saved", ""
    )
    assert at_work.current() == 5
    assert Grade.objects.filter(in_bulk=True).count() == 3
    expect(at_work.page.locator(".dot").first).to_have_text("Step 1: Good, in bulk")
    at_work.press("z")
    at_work.wait_for_states("", "Okay, saved", "", "", "")
    assert Grade.objects.filter(state="graded").count() == 1


def test_what_is_graded_by_itself_later_is_not_in_bulk_and_undo_makes_it_so_again(at_work: Desk) -> None:
    at_work.press("j", ",")
    at_work.wait_for_states("Good, in bulk, saved", "Good, in bulk, saved")
    at_work.press("k", "1")
    at_work.wait_for_states("Good, in bulk, saved", "Good, saved")
    at_work.page.reload()
    at_work.wait_for_states("Good, in bulk, saved", "Good, saved")
    at_work.press("k", "k", "n")
    at_work.page.keyboard.type("looked")
    at_work.press("Escape")
    at_work.wait_for_states("Good, saved")
    at_work.press("z")
    at_work.wait_for_states("Good, in bulk, saved")


def test_how_many_are_taken_is_said_and_nothing_when_nothing_is_open(at_work: Desk) -> None:
    at_work.page.route("**/steps/**", lambda route: route.abort())
    at_work.press("j", "j", ",")
    expect(at_work.page.locator("#live")).to_have_text("3 steps graded in bulk: Good.")
    at_work.press("k", "k", ",")
    expect(at_work.page.locator("#live")).to_have_text("No step up to here is left to grade.")
    at_work.complaints.clear()


# Flags, comments and the menu of a row


def test_a_flag_asks_what_is_wrong_with_the_text_and_stays_in_words(at_work: Desk) -> None:
    at_work.press("1", "k", "f")
    asked = row(at_work, 1).get_by_role("textbox", name="What is wrong with this text?")
    expect(asked).to_be_focused()
    at_work.page.keyboard.type("cut off in the middle, 3 words missing")
    at_work.press("Escape")
    expect(at_work.page.locator("#live")).to_have_text("Step 1 of 5: Good, saved, flagged")
    assert Grade.objects.get().flag_reason == "cut off in the middle, 3 words missing"
    at_work.press("j")
    expect(row(at_work, 1).locator(".flag-word")).to_be_visible()
    expect(at_work.page.locator(".dot").first).to_have_text("Step 1: Good, flagged")
    at_work.page.reload()
    expect(at_work.page.locator(".dot").first).to_have_class(re.compile("is-flagged"))
    expect(asked).to_have_value("cut off in the middle, 3 words missing")


def test_an_opened_field_that_stays_empty_closes_again(at_work: Desk) -> None:
    at_work.press("f", "Escape")
    expect(at_work.page.locator(".flag:visible")).to_have_count(0)
    at_work.press("n", "Escape")
    expect(at_work.page.locator(".comment:visible")).to_have_count(0)
    assert at_work.current() == 1


def test_the_menu_of_a_row_does_what_the_keys_do(at_work: Desk) -> None:
    page = at_work.page
    at_work.press("j", "j")
    page.get_by_role("button", name="More for step 3").click()
    page.locator("#row-menu").get_by_role("button", name="Fine up to here").click()
    at_work.wait_for_states(*["Good, in bulk, saved"] * 3)
    page.get_by_role("button", name="More for step 4").click()
    page.locator("#row-menu").get_by_role("button", name="Comment").click()
    expect(row(at_work, 4).get_by_role("textbox", name="Comment")).to_be_focused()
    at_work.press("Escape")
    page.get_by_role("button", name="More for step 4").click()
    at_work.press("Escape")
    expect(page.locator("#row-menu")).to_be_hidden()
    page.get_by_role("button", name="More for step 4").click()
    at_work.press("k")
    expect(page.locator("#row-menu")).to_be_hidden()
    assert at_work.current() == 3


# The rail


def test_a_dot_of_the_rail_leads_to_its_step(at_work: Desk) -> None:
    at_work.page.locator(".dot").nth(3).click()
    assert at_work.current() == 4
    at_work.press("1")
    at_work.wait_for_states("", "", "", "Good, saved")
    expect(at_work.page.locator(".dot")).to_have_text(
        [*[f"Step {number}: not graded" for number in (1, 2, 3)], "Step 4: Good", "Step 5: not graded"]
    )


def test_a_gap_that_submitting_names_is_a_link_to_its_step(at_work: Desk) -> None:
    at_work.press("1", "Enter")
    at_work.page.get_by_role("link", name="Step 5 is not graded.").click()
    assert at_work.current() == 5
    at_work.complaints.clear()


# What a key must never do


def test_a_key_that_is_held_down_grades_one_step(at_work: Desk) -> None:
    for _ in range(5):
        at_work.page.keyboard.down("1")
    at_work.page.keyboard.up("1")
    at_work.wait_for_states("Good, saved")
    assert at_work.current() == 2
    assert Grade.objects.count() == 1


def test_keys_after_submitting_grade_nothing(at_work: Desk) -> None:
    first = at_work.page.url
    at_work.press("1", "1", "1", "1", "1")
    at_work.wait_for_states(*["Good, saved"] * 5)
    at_work.page.route("**/submit/", slowly)
    at_work.press("Enter", "3", "2", "k", "3")
    at_work.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    at_work.press("3", "3")
    at_work.page.wait_for_selector(".step.is-current")
    assert at_work.current() == 1
    at_work.press("1")
    at_work.wait_for_states("Good, saved", "")
    assert GradeRevision.objects.exclude(verdict__key="good").count() == 0
    assert Grade.objects.count() == 6


def slowly(route: Route) -> None:
    """Long enough for the keys that follow to be pressed before the answer."""
    route.request.frame.page.wait_for_timeout(300)
    route.continue_()


def test_submitting_while_the_server_is_away_is_said_and_can_be_tried_again(at_work: Desk) -> None:
    first = at_work.page.url
    at_work.press(*"11111")
    at_work.wait_for_states(*["Good, saved"] * 5)
    at_work.page.route("**/submit/", lambda route: route.abort())
    at_work.press("Enter")
    expect(at_work.page.locator("#finish-words")).to_contain_text("Not submitted")
    at_work.page.unroute("**/submit/")
    at_work.press("Enter")
    at_work.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    at_work.complaints.clear()


def test_a_chord_of_the_browser_stays_the_browsers(at_work: Desk) -> None:
    for key in ("Control+1", "Alt+3", "Meta+u", "Control+z"):
        at_work.press(key)
    assert at_work.current() == 1
    assert at_work.states() == [""] * 5


def test_giving_up_is_done_by_keys_and_says_what_it_does(at_work: Desk) -> None:
    first = at_work.page.url
    at_work.press("1", "g")
    box = at_work.page.locator("#unfinished")
    expect(box).to_contain_text("The chain is handed in as it is")
    expect(box.locator("#about-give-up")).to_be_visible()
    at_work.press("Escape")
    expect(box.get_by_role("textbox")).to_be_hidden()
    assert at_work.current() == 2
    at_work.press("g", "Enter")
    assert Assignment.objects.get().status == "open"
    at_work.page.keyboard.type("beyond me")
    at_work.press("Enter")
    at_work.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    done = Assignment.objects.get(status="submitted")
    assert (done.finish_reason, done.finish_note) == ("give_up", "beyond me")


def test_all_keys_are_on_one_sheet_and_do_nothing_behind_it(at_work: Desk) -> None:
    at_work.press("?")
    sheet = at_work.page.get_by_role("dialog", name="All keys")
    for words in ["Good", "Unsure", "Fine up to here", "Undo", "Flag", "repairs", "Next step", "Give up"]:
        expect(sheet).to_contain_text(words)
    assert sheet.evaluate("sheet => sheet.scrollTop") == 0
    at_work.press("1", "j")
    at_work.press("Escape")
    expect(sheet).to_be_hidden()
    assert at_work.current() == 1
    assert at_work.states()[0] == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_all_of_this(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("ada")
    desk.start_grading()
    call_flawed(desk, 1)
    desk.press(",", "k", "r", "f")
    desk.page.keyboard.type("garbled")
    desk.press("Escape", "j", "b")
    desk.wait_until_all_is_saved()
    assert_accessible(desk.page)
    desk.press("Escape")
    desk.page.locator(".step.is-current .row-more").click()
    assert_accessible(desk.page)
