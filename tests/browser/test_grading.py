"""A person at the keyboard: from sign-in to the next chain without a mouse."""

import re
import threading
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Route, expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Answer, Grade, GradeRevision
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk, make_person
from tests.makers import grade, make_campaign, make_chain

pytestmark = pytest.mark.django_db(transaction=True)
TEN = [
    *["Let $x$ be the price.", "Then $$\\frac{x}{2} = 10$$ so", "- **$x = 20$**", "`x = 20`", "Fifth."],
    *["Sixth.", "Seventh.", "Eighth.", "Ninth.", "So the price is $20$."],
]
# The five widest rules of WCAG 2.2 AA that axe can check, and its best practices.


@pytest.fixture
def campaign() -> Campaign:
    make_person("ada")
    make_chain("first", steps=TEN, final_answer="20", reference_answer="20")
    make_chain("second", steps=["Alone."])
    return make_campaign(annotators=["ada"], after_first_error="continue")


def verdicts() -> list[str | None]:
    grades = Grade.objects.select_related("verdict").order_by("step__index")
    return [grade.verdict.key if grade.verdict else grade.state for grade in grades]


def answer_slowly(desk: Desk, *, milliseconds: int) -> None:
    def slowly(route: Route) -> None:
        desk.page.wait_for_timeout(milliseconds)
        route.continue_()

    desk.page.route("**/steps/**", slowly)


def test_ten_steps_by_keys_alone_and_straight_to_the_next_chain(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in_by_keyboard("ada")
    desk.start_grading()
    first = desk.page.url
    assert desk.current() == 1
    desk.press("1", "2", "1", "1", "u", "1", "2", "1", "1", "1")
    given = ["Good", "Okay", "Good", "Good", "Unsure", "Good", "Okay", "Good", "Good", "Good"]
    desk.wait_for_states(*[f"{title}, saved" for title in given])
    expect(desk.page.locator("#progress-words")).to_have_text("10 of 10 graded")
    desk.press("Enter")
    desk.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    expect(desk.page.locator(".step")).to_have_count(1)
    assert verdicts() == ["good", "okay", "good", "good", "unsure", "good", "okay", "good", "good", "good"]
    assert Assignment.objects.filter(status="submitted").count() == 1


def test_keys_pressed_faster_than_the_server_answers_are_all_saved(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    answer_slowly(desk, milliseconds=60)
    desk.press("1", "k", "2", "k", "3", "k", "1")
    desk.wait_for_states("Good, saved")
    assert list(GradeRevision.objects.order_by("revision").values_list("verdict__key", flat=True)) == [
        *["good", "okay", "bad", "good"]
    ]


def test_a_flawed_step_opens_its_questions_in_place(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("3")
    question = desk.page.locator(".step").first.get_by_role("group", name="What is wrong?")
    expect(question).to_be_visible()
    assert desk.current() == 1
    key = question.get_by_role("radio", name="Sign").get_attribute("aria-keyshortcuts")
    assert key is not None
    desk.press(key)
    expect(desk.page.locator(".step").nth(1)).to_have_class(re.compile("is-current"))
    desk.wait_for_states("Bad, saved")
    assert desk.current() == 2
    expect(desk.page.locator(".step").first.locator(".choice:visible")).to_have_text([re.compile("Sign")])
    desk.wait_until_all_is_saved()
    assert list(Answer.objects.values_list("label__key", flat=True)) == ["sign"]


def test_an_answer_may_ask_the_next_question(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("3")
    row = desk.page.locator(".step").first
    desk.press(str(row.get_by_role("radio", name="Logic").get_attribute("data-key")))
    why = row.get_by_role("textbox", name="Why?")
    expect(why).to_be_visible()
    desk.press(str(why.get_attribute("data-key")))
    expect(why).to_be_focused()
    desk.page.keyboard.type("1 it does not follow")
    desk.press("Escape")
    desk.wait_for_states("Bad, saved")
    desk.page.reload()
    expect(row.get_by_role("textbox", name="Why?")).to_have_value("1 it does not follow")


def test_any_number_of_labels_until_one_goes_on(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "k")
    traits = desk.page.locator(".step").first.get_by_role("checkbox")
    for index in range(2):
        desk.press(str(traits.nth(index).get_attribute("data-key")))
        assert desk.current() == 1
    desk.press("j")
    assert desk.current() == 2
    desk.wait_until_all_is_saved()
    revision = Grade.objects.get().revision
    assert sorted(Answer.objects.filter(revision=revision).values_list("label__key", flat=True)) == [
        *["clear", "terse"]
    ]


def test_a_comment_is_saved_on_leaving_its_field(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "k", "n")
    desk.page.keyboard.type("3 jumps ahead, u see?")
    desk.press("Escape")
    desk.wait_for_states("Good, saved")
    assert desk.current() == 1
    assert Grade.objects.get().comment == "3 jumps ahead, u see?"


def test_a_comment_before_the_verdict_waits_for_it(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("n")
    desk.page.keyboard.type("hm")
    desk.press("Escape")
    assert "choose a verdict" in desk.states()[0]
    assert not Grade.objects.exists()
    desk.press("2")
    desk.wait_for_states("Okay, saved")
    assert Grade.objects.get().comment == "hm"


def test_undo_goes_back_as_far_as_one_likes(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "3", "k", "2")
    desk.wait_for_states("Okay, saved", "Bad, saved")
    desk.press("z", "Backspace")
    desk.wait_for_states("Good, saved")
    expect(desk.page.locator(".row-state").nth(1)).to_have_text("")
    assert desk.current() == 2
    desk.press("z", "z")
    expect(desk.page.locator("#progress-words")).to_have_text("0 of 10 graded")
    expect(desk.page.locator(".row-state").first).to_have_text("")
    assert verdicts() == ["cleared", "cleared"]
    assert GradeRevision.objects.count() == 6


def test_undo_brings_back_the_answers_too(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    row = desk.page.locator(".step").first
    desk.press("3")
    desk.press(str(row.get_by_role("radio", name="Logic").get_attribute("data-key")))
    desk.press("1")
    desk.wait_for_states("Good, saved")
    desk.press("z")
    desk.wait_for_states("Bad, saved")
    expect(row.get_by_role("radio", name="Logic")).to_be_checked()


def test_moving_about_saves_nothing(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("j", "ArrowDown", "ArrowUp", "k", "ArrowRight", "ArrowRight", "ArrowLeft", "h", "h", "t", "t")
    assert desk.current() == 1
    desk.press("1", "j", "2", "k", "k", "k", ".")
    assert desk.current() == 2
    desk.wait_for_states("Good, saved", "", "Okay, saved")
    assert Grade.objects.count() == 2


def test_closing_the_tab_and_coming_back(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "2")
    desk.wait_for_states("Good, saved", "Okay, saved")
    where = desk.page.url
    desk.page.close()
    desk.page = desk.page.context.new_page()
    desk.page.goto(desk.address)
    desk.start_grading()
    assert desk.page.url == where
    assert desk.current() == 3
    assert desk.states()[:3] == ["Good, saved", "Okay, saved", ""]


def test_what_is_missing_is_said_and_gets_the_focus(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "j", "1", "Enter")
    expect(desk.page.get_by_role("alert")).to_contain_text("Step 2 is not graded.")
    assert desk.current() == 2
    # The browser itself notes the 422 in its console.
    desk.complaints.clear()


def test_a_bad_problem_is_handed_in_with_a_reason(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    first = desk.page.url
    desk.press("b")
    desk.page.keyboard.type("there is no question")
    desk.press("Enter")
    desk.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    done = Assignment.objects.get(status="submitted")
    assert (done.finish_reason, done.finish_note) == ("bad_problem", "there is no question")


def test_a_campaign_that_stops_takes_the_later_steps_away(campaign: Campaign, desk: Desk) -> None:
    Campaign.objects.update(after_first_error="stop")
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "3")
    expect(desk.page.locator(".step.is-after-error")).to_have_count(8)
    desk.press("j", "j")
    assert desk.current() == 2
    desk.press("1")
    expect(desk.page.locator(".step.is-after-error")).to_have_count(0)
    assert desk.current() == 3


def test_a_write_that_fails_stays_visible_and_is_sent_again(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    sent: list[str] = []
    reachable = threading.Event()

    def fail_at_first(route: Route) -> None:
        sent.append(str(route.request.post_data))
        if reachable.is_set():
            route.continue_()
        else:
            route.abort()

    desk.page.route("**/steps/**", fail_at_first)
    desk.press("1")
    desk.wait_for_states("waiting, will be sent")
    expect(desk.page.locator("#outbox-words")).to_contain_text("The server does not answer.")
    assert not Grade.objects.exists()
    reachable.set()
    desk.wait_for_states("Good, saved")
    assert len(sent) > 1
    assert len(set(sent)) == 1
    assert GradeRevision.objects.count() == 1
    desk.complaints.clear()


def test_signed_out_meanwhile_keeps_the_grade_and_sends_it_after_signing_in(
    campaign: Campaign, desk: Desk
) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.page.context.clear_cookies()
    desk.press("1", "2")
    desk.wait_for_states("not saved, please sign in", "not saved, please sign in")
    other = Desk(page=desk.page.context.new_page(), address=desk.address)
    other.sign_in("ada")
    other.page.close()
    desk.page.evaluate("dispatchEvent(new Event('focus'))")
    desk.wait_for_states("Good, saved", "Okay, saved")
    assert verdicts() == ["good", "okay"]
    desk.complaints.clear()


def test_an_older_answer_does_not_sign_out_who_signed_in_meanwhile(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.page.context.clear_cookies()
    desk.press("1", "2")
    desk.wait_for_states("not saved, please sign in", "not saved, please sign in")
    late: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    desk.page.route(f"{desk.address}/", hold_the_first)
    desk.page.evaluate(
        """() => {
          dispatchEvent(new Event("focus"));
          const name = `stepmark-outbox-${document.getElementById("sign-in").dataset.person}`;
          navigator.locks.request(name, () => new Promise((release) => { window.release = release; }));
        }"""
    )
    expect(desk.page.locator("#outbox-words")).to_contain_text("signed out")
    other = Desk(page=desk.page.context.new_page(), address=desk.address)
    other.sign_in("ada")
    other.page.close()
    desk.page.evaluate("dispatchEvent(new Event('focus'))")
    desk.wait_for_states("waiting, will be sent")
    route, answer = late[0]
    with desk.page.expect_response(f"{desk.address}/**"):
        route.fulfill(response=answer)
    desk.page.evaluate("release()")
    desk.wait_for_states("Good, saved", "Okay, saved")
    desk.complaints.clear()


def test_a_conflict_is_settled_by_the_person(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    grade(Assignment.objects.get(), 0, verdict="okay")
    grade(Assignment.objects.get(), 1, verdict="okay")
    desk.press("1", "1")
    rows = desk.page.locator(".step")
    expect(rows.first.locator(".conflict")).to_contain_text("Okay")
    rows.first.get_by_role("button", name="Save yours").click()
    desk.wait_for_states("Good, saved")
    rows.nth(1).get_by_role("link", name="Keep this").click()
    desk.wait_for_states("Good, saved", "Okay, saved")
    assert verdicts() == ["good", "okay"]
    desk.complaints.clear()


def test_a_conflict_shows_what_was_pressed_last_and_saves_just_that(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    grade(Assignment.objects.get(), 0, verdict="okay")
    answer_slowly(desk, milliseconds=300)
    desk.press("1", "k", "u")
    row = desk.page.locator(".step").first
    expect(row.locator(".conflict")).to_contain_text("Yours, not saved Unsure")
    row.get_by_role("button", name="Save yours").click()
    desk.wait_for_states("Unsure, saved")
    assert verdicts() == ["unsure"]
    desk.complaints.clear()


def test_nothing_is_submitted_past_a_step_that_is_not_saved(campaign: Campaign, desk: Desk) -> None:
    Campaign.objects.update(after_first_error="stop")
    desk.sign_in("ada")
    desk.start_grading()
    grade(Assignment.objects.get(), 0, verdict="good")
    desk.press("3")
    desk.wait_for_states("not saved")
    desk.press("Enter")
    expect(desk.page.locator("#finish-words")).to_have_text("Step 1 is not saved yet.")
    desk.page.get_by_role("button", name="Submit, next chain").click()
    assert desk.current() == 1
    desk.page.get_by_role("button", name="Save yours").click()
    desk.wait_for_states("Bad, saved")
    expect(desk.page.locator("#finish-words")).to_have_text("")
    assert Assignment.objects.get().status == "open"
    desk.complaints.clear()


def test_submitting_with_the_mouse_waits_for_what_is_on_its_way(campaign: Campaign, desk: Desk) -> None:
    Campaign.objects.update(after_first_error="stop")
    desk.sign_in("ada")
    desk.start_grading()
    first = desk.page.url
    desk.press("3")
    desk.press(str(desk.page.get_by_role("radio", name="Sign").get_attribute("data-key")))
    desk.wait_until_all_is_saved()
    answer_slowly(desk, milliseconds=500)
    desk.press("n")
    desk.page.keyboard.type("look at this")
    desk.page.get_by_role("button", name="Submit, next chain").click()
    expect(desk.page.locator("#finish-words")).to_contain_text("as soon as everything is saved")
    desk.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    assert Grade.objects.get().comment == "look at this"


def test_a_refused_write_does_not_take_the_later_ones_with_it(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "k", "n")
    desk.page.evaluate("document.activeElement.removeAttribute('maxlength')")
    desk.page.keyboard.insert_text("x" * 10_001)
    desk.press("Escape")
    desk.wait_for_states("not saved")
    answer_slowly(desk, milliseconds=60)
    desk.press("2", "k", "z", "z")
    desk.wait_for_states("Good, saved")
    expect(desk.page.get_by_role("alert")).to_have_count(0)
    assert Grade.objects.get().comment == ""
    desk.complaints.clear()


def test_the_collapsed_reference_opens_in_place(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    desk.page.get_by_role("button", name="Show it").click()
    expect(desk.page.locator("#reference")).to_contain_text("A right answer does not mean")
    assert "reference_opened_at" in Assignment.objects.get().exposure


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("ada")
    assert_accessible(desk.page)
    desk.start_grading()
    desk.press("1", "3")
    desk.wait_for_states("Good, saved", "Bad, saved")
    desk.press("h")
    assert_accessible(desk.page)
    desk.press("?")
    assert_accessible(desk.page)


def test_without_javascript(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(java_script_enabled=False)
    desk.sign_in_by_keyboard("ada")
    page = desk.page
    page.get_by_role("button", name="Start grading").click()
    page.locator("#step-0").get_by_role("radio", name="Bad").check()
    page.get_by_role("button", name="Save step 1", exact=True).click()
    page.locator("#step-0").get_by_role("radio", name="Sign").check()
    page.get_by_role("button", name="Save step 1", exact=True).click()
    expect(page.locator("#step-0 .row-state")).to_have_text("Bad, saved")
    page.get_by_role("button", name="Submit").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Step 2 is not graded.")
    page.locator("#step-0").get_by_role("radio", name="Not graded").check()
    page.get_by_role("button", name="Save step 1", exact=True).click()
    expect(page.locator("#step-0 .row-state")).to_have_text("")
    assert verdicts() == ["cleared"]
    # The browser itself notes the 422 in its console.
    desk.complaints.clear()
