"""Steps shown one after the other, and steps that came along from another chain, at the keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotator.assignments.models import Assignment
from annotator.grading.models import Grade
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk, Gate, make_person
from tests.makers import WHOLE_CHAIN, grade, make_campaign, make_chain, make_version, small_yaml

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ["Let $x = 2$.", "Then $$x^2 = 4$$", "**So** 4.", "Done."]


def stepwise(**policy: Any) -> None:
    make_person("ada")
    make_chain("q/a", steps=STEPS, final_answer="the end")
    make_campaign(annotators=["ada"], **{"reveal": "stepwise", "after_first_error": "continue", **policy})


def start(desk: Desk) -> Page:
    desk.sign_in("ada")
    desk.start_grading()
    return desk.page


def shown(page: Page) -> int:
    return page.locator("li.step").count()


def test_each_grade_brings_the_next_step_and_the_keys_go_on_to_it(desk: Desk) -> None:
    stepwise()
    page = start(desk)
    to_come = page.locator("#to-come")
    assert shown(page) == 1
    expect(to_come).to_have_text("Steps still hidden: 3. The next one is shown when step 1 is graded.")
    expect(page.locator("#progress-words")).to_have_text("0 of 4 graded")
    for number in (2, 3, 4):
        desk.press("1")
        expect(page.locator("li.step")).to_have_count(number)
        expect(page.locator("li.step").nth(number - 1)).to_have_class(re.compile("is-current"))
        assert desk.current() == number
    expect(page.locator("li.step").nth(1).locator(".katex")).not_to_have_count(0)
    expect(to_come).to_be_hidden()
    expect(page.locator(".final-answer")).to_contain_text("the end")
    desk.press("2")
    expect(page.locator("#progress-words")).to_have_text("4 of 4 graded")
    desk.wait_until_all_is_saved()
    desk.press("z")
    desk.wait_for_states("Good, saved", "Good, saved", "Good, saved", "")
    desk.press("2")
    desk.wait_until_all_is_saved()
    desk.press("Enter")
    page.wait_for_url(f"{desk.address}/")
    assert Assignment.objects.get().finish_reason == "solution"


def test_nothing_moves_when_a_step_comes(desk: Desk) -> None:
    stepwise(version=make_version(small_yaml()))
    page = start(desk)
    desk.press("1")
    expect(page.locator("li.step")).to_have_count(2)
    before = [row.bounding_box() for row in page.locator("li.step").all()]
    desk.press("1")
    expect(page.locator("li.step")).to_have_count(3)
    desk.wait_until_all_is_saved()
    assert [row.bounding_box() for row in page.locator("li.step").all()[:2]] == before


def test_a_flawed_step_is_finished_before_the_keys_go_on(desk: Desk) -> None:
    stepwise()
    page = start(desk)
    desk.press("3")
    expect(page.locator("li.step")).to_have_count(2)
    assert desk.current() == 1
    question = page.locator("li.step").first.get_by_role("radio", name="Sign")
    desk.press(str(question.get_attribute("data-key")))
    assert desk.current() == 2


def test_on_its_way_and_offline_the_page_says_that_it_waits(desk: Desk) -> None:
    stepwise()
    page = start(desk)
    gate = Gate()
    page.route("**/steps/**", gate)
    desk.press("1")
    expect(page.locator("#to-come")).to_contain_text("The next one is shown as soon as step 1 is saved.")
    assert (shown(page), desk.current()) == (1, 1)
    gate.open()
    expect(page.locator("li.step")).to_have_count(2)
    assert desk.current() == 2


def test_whoever_has_gone_back_meanwhile_is_left_there(desk: Desk) -> None:
    stepwise()
    page = start(desk)
    desk.press("1")
    expect(page.locator("li.step")).to_have_count(2)
    gate = Gate()
    page.route("**/steps/**", gate)
    desk.press("1", "k")
    gate.open()
    expect(page.locator("li.step")).to_have_count(3)
    assert desk.current() == 1


def test_after_the_first_error_the_rest_stays_hidden_and_the_chain_can_be_handed_in(desk: Desk) -> None:
    stepwise(after_first_error="stop")
    page = start(desk)
    desk.press("1")
    expect(page.locator("li.step")).to_have_count(2)
    desk.press("3")
    desk.press(
        str(page.locator("li.step").nth(1).get_by_role("radio", name="Sign").get_attribute("data-key"))
    )
    desk.wait_until_all_is_saved()
    expect(page.locator("#to-come")).to_have_text(
        "Steps still hidden: 2. This campaign stops at the first flawed step."
    )
    expect(page.locator("#progress-words")).to_have_text("2 of 2 graded")
    assert shown(page) == 2
    desk.press("Enter")
    page.wait_for_url(f"{desk.address}/")
    assert Assignment.objects.get().finish_reason == "found_error"


def test_the_whole_chain_is_asked_after_its_last_step(desk: Desk) -> None:
    stepwise(version=make_version(WHOLE_CHAIN))
    page = start(desk)
    for number in (2, 3, 4):
        desk.press("1")
        expect(page.locator("li.step")).to_have_count(number)
    desk.press("1")
    expect(page.locator(".whole-chain")).to_have_class(re.compile("is-current"))


def test_fine_up_to_here_is_about_what_is_shown(desk: Desk) -> None:
    stepwise()
    page = start(desk)
    desk.press(",")
    expect(page.locator("li.step")).to_have_count(2)
    desk.wait_until_all_is_saved()
    assert Grade.objects.count() == 1


def test_a_step_that_another_tab_brought_is_fetched(desk: Desk) -> None:
    stepwise()
    page = start(desk)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".step.is-current")
    other.keyboard.press("1")
    expect(other.locator("li.step")).to_have_count(2)
    expect(page.locator("li.step")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_steps_are_hidden(make_desk: Any, scheme: str) -> None:
    stepwise()
    desk: Desk = make_desk(color_scheme=scheme)
    start(desk)
    desk.press("1")
    expect(desk.page.locator("li.step")).to_have_count(2)
    desk.wait_until_all_is_saved()
    assert_accessible(desk.page)


def test_without_javascript_one_step_after_the_other(make_desk: Any) -> None:
    stepwise()
    desk: Desk = make_desk(java_script_enabled=False)
    page = desk.page
    page.goto(f"{desk.address}/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start grading").click()
    for number in (1, 2):
        assert shown(page) == number
        row = page.locator("li.step").nth(number - 1)
        row.get_by_role("radio", name="Good").check()
        row.get_by_role("button", name=f"Save step {number}").click()
    assert shown(page) == 3


# Shared beginnings


def alike(**policy: Any) -> None:
    make_person("ada")
    make_chain("q/a", steps=["one", "two", "three"])
    make_chain("q/b", steps=["one", "two", "other"])
    make_campaign(annotators=["ada"], **{"after_first_error": "continue", **policy})


def hand_in(desk: Desk) -> None:
    desk.wait_until_all_is_saved()
    before = desk.page.url
    desk.press("Enter")
    desk.page.wait_for_url(lambda url: url != before)


def test_the_keys_begin_behind_the_steps_that_came_along(desk: Desk) -> None:
    alike()
    page = start(desk)
    desk.press("1", "u", "1")
    hand_in(desk)
    page.wait_for_selector(".step.is-current")
    assert desk.current() == 3
    desk.wait_for_states("Good, saved", "Unsure, saved", "")
    expect(page.locator(".carried:visible")).to_have_count(2)
    desk.press("1")
    hand_in(desk)
    page.wait_for_url(f"{desk.address}/")
    assert Grade.objects.count() == 4


def test_an_error_that_came_along_makes_the_chain_complete_at_once(desk: Desk) -> None:
    alike(after_first_error="stop")
    page = start(desk)
    desk.press("1", "3")
    desk.press(
        str(page.locator("li.step").nth(1).get_by_role("radio", name="Sign").get_attribute("data-key"))
    )
    hand_in(desk)
    page.wait_for_selector(".step.is-current")
    expect(page.locator("#progress-words")).to_have_text("2 of 2 graded")
    expect(page.locator("#finish")).to_have_class(re.compile("is-complete"))
    desk.press("Enter")
    page.wait_for_url(f"{desk.address}/")
    assert [a.finish_reason for a in Assignment.objects.all()] == ["found_error"] * 2


def test_what_came_along_can_be_changed_and_taken_back_here(desk: Desk) -> None:
    alike()
    page = start(desk)
    desk.press("1", "1", "1")
    hand_in(desk)
    page.wait_for_selector(".step.is-current")
    desk.press("k", "2")
    desk.wait_for_states("Good, saved", "Okay, saved")
    expect(page.locator(".carried:visible")).to_have_count(1)
    desk.press("z")
    desk.wait_for_states("Good, saved", "Good, saved")
    assert list(Grade.objects.filter(step__text="two").values_list("verdict__key", "revision")) == [
        ("good", 3)
    ]
    desk.press("z")
    page.wait_for_selector("#finish-words:has-text('press z again to undo step 3')")


def test_what_is_taken_back_in_one_chain_is_asked_in_the_other(desk: Desk) -> None:
    alike()
    page = start(desk)
    desk.press("1", "1", "1")
    desk.wait_until_all_is_saved()
    desk.press("z", "z", "1", "1")
    hand_in(desk)
    page.wait_for_selector(".step.is-current")
    first = Grade.objects.get(step__text="one")
    second = Assignment.objects.get(status="open")
    grade(second, 0, revision=first.revision, state="cleared")
    page.reload()
    page.wait_for_selector(".step.is-current")
    assert desk.current() == 1
    expect(page.locator(".carried:visible")).to_have_count(1)


def test_where_steps_are_hidden_those_that_came_along_are_shown(desk: Desk) -> None:
    alike(reveal="stepwise")
    page = start(desk)
    for number in (2, 3):
        desk.press("1")
        expect(page.locator("li.step")).to_have_count(number)
    desk.press("1")
    hand_in(desk)
    page.wait_for_selector(".step.is-current")
    assert (shown(page), desk.current()) == (3, 3)
