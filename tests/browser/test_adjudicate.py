"""Deciding contested steps in a browser, by keys alone: nothing is called saved before it is, and nothing written is lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from annotator.grading.models import Adjudication, AdjudicationRevision
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk, hashed_password
from tests.contested import address, contested_campaign
from tests.makers import line, make_user

pytestmark = pytest.mark.django_db(transaction=True)
STATE = "#decision-state"
SAID = "#said"


def begin(desk: Desk) -> None:
    """Rita, at the first of three contested steps."""
    contested_campaign()
    desk.sign_in("rita")
    go_to(desk, "two")


def go_to(desk: Desk, text: str) -> None:
    desk.page.goto(f"{desk.address}{address(text)}")
    wait_for_step(desk.page, text)


def wait_for_step(page: Page, text: str) -> None:
    """Until its page has begun: something has the focus there."""
    page.wait_for_url(f"**{address(text)}")
    expect(page.locator(".contested-step .rendered")).to_have_text(text)
    expect(page.locator("#decision :focus")).to_have_count(1)


def decided() -> list[tuple[str, str | None, str]]:
    kept = Adjudication.objects.select_related("step", "verdict").order_by("step")
    return [(each.step.text, each.verdict.key if each.verdict else None, each.reason) for each in kept]


def test_three_steps_are_decided_without_a_mouse(desk: Desk) -> None:
    contested_campaign()
    desk.sign_in("rita")
    desk.page.get_by_role("link", name="Progress and agreement").focus()
    desk.press("Enter")
    link = desk.page.get_by_role("link", name="Decide them")
    link.focus()
    desk.press("Enter")
    wait_for_step(desk.page, "two")
    desk.press("3")
    expect(desk.page.get_by_label("Reason")).to_be_focused()
    # Keys are letters here.
    desk.page.keyboard.type("no 1, j, z or ?")
    desk.press("Shift+Enter")
    desk.page.keyboard.type("but a sign")
    desk.press("Enter")
    wait_for_step(desk.page, "three")
    expect(desk.page.locator(SAID)).to_have_text("q, step 2: Bad, saved. z takes it back.")
    expect(desk.page.locator("#progress-words")).to_have_text("1 of 3 decided")
    desk.press("2", "Escape", "1")
    desk.page.keyboard.type("sound")
    desk.press("Enter")
    wait_for_step(desk.page, "five")
    desk.press("n")
    desk.page.keyboard.type("the verdict after the reason")
    desk.press("Escape", "2", "Enter")
    desk.page.wait_for_url("**/adjudicate/")
    expect(desk.page.get_by_text("All contested steps are decided.")).to_be_visible()
    assert decided() == [
        ("two", "bad", "no 1, j, z or ?\nbut a sign"),
        ("three", "good", "sound"),
        ("five", "okay", "the verdict after the reason"),
    ]


def test_keys_that_are_pressed_too_often_do_nothing(desk: Desk) -> None:
    begin(desk)
    desk.press("3")
    desk.page.keyboard.type("once")
    desk.press("Enter", "Enter", "Enter", "z")
    wait_for_step(desk.page, "three")
    assert AdjudicationRevision.objects.count() == 1
    go_to(desk, "two")
    expect(desk.page.locator(STATE)).to_contain_text("Decided: Bad, saved on")


def test_keys_lead_over_the_steps_and_to_the_next_undecided(desk: Desk) -> None:
    begin(desk)
    desk.press("k")
    expect(desk.page.locator(SAID)).to_have_text("There is no further contested step in this direction.")
    desk.press("j")
    wait_for_step(desk.page, "three")
    desk.press("1")
    desk.page.keyboard.type("why")
    desk.press("Enter")
    wait_for_step(desk.page, "five")
    desk.press("k")
    wait_for_step(desk.page, "three")
    expect(desk.page.locator(STATE)).to_contain_text("Decided: Good, saved on")
    desk.press(".")
    wait_for_step(desk.page, "five")
    desk.press(".")
    wait_for_step(desk.page, "two")


def test_z_takes_the_last_decision_back_and_keeps_what_was_written(desk: Desk) -> None:
    begin(desk)
    desk.press("3")
    desk.page.keyboard.type("too hasty")
    desk.press("Enter")
    wait_for_step(desk.page, "three")
    desk.press("z")
    wait_for_step(desk.page, "two")
    expect(desk.page.locator(SAID)).to_have_text("q, step 2: the decision is taken back.")
    expect(desk.page.locator(STATE)).to_contain_text("Not saved")
    assert decided() == [("two", None, "")]
    expect(desk.page.get_by_role("radio", name="Bad")).to_be_checked()
    expect(desk.page.get_by_label("Reason")).to_have_value("too hasty")
    desk.press("n", "Enter")
    wait_for_step(desk.page, "three")
    assert decided() == [("two", "bad", "too hasty")]
    desk.press("k")
    wait_for_step(desk.page, "two")
    desk.press("z")
    expect(desk.page.get_by_role("button", name="Take it back")).to_have_count(0)
    wait_for_step(desk.page, "two")
    assert decided() == [("two", None, "")]
    # Nothing of this tab is left.
    desk.press("z")
    expect(desk.page.locator(SAID)).to_have_text("Nothing to undo.")


def test_definitions_raw_text_and_all_keys_open_by_keys(desk: Desk) -> None:
    begin(desk)
    desk.press("ArrowRight", "ArrowRight", "h")
    expect(desk.page.locator("#about")).to_contain_text("Wrong.")
    expect(desk.page.get_by_role("radio", name="Bad")).not_to_be_checked()
    desk.press("Escape")
    expect(desk.page.locator("#about")).to_be_hidden()
    desk.press("t")
    expect(desk.page.locator(".contested-step .raw")).to_be_visible()
    desk.press("t")
    expect(desk.page.locator(".contested-step .raw")).to_be_hidden()
    desk.press("?")
    expect(desk.page.get_by_role("dialog")).to_contain_text("Save, next undecided step")
    desk.press("3", "Escape")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    expect(desk.page.get_by_role("radio", name="Bad")).not_to_be_checked()


def test_what_is_missing_is_asked_for_and_nothing_is_sent(desk: Desk) -> None:
    begin(desk)
    desk.press("n", "Enter")
    expect(desk.page.locator(STATE)).to_have_text("Not saved: choose a verdict first.")
    desk.press("1", "Enter")
    expect(desk.page.locator(STATE)).to_have_text("Not saved: give a reason first.")
    expect(desk.page.get_by_label("Reason")).to_be_focused()
    assert not Adjudication.objects.exists()


def test_offline_keeps_the_text_and_sends_it_once_the_server_is_back(desk: Desk) -> None:
    begin(desk)
    desk.page.context.set_offline(True)
    desk.press("3")
    desk.page.keyboard.type("kept")
    desk.press("Enter")
    expect(desk.page.locator(STATE)).to_have_text(
        "Not saved: the server does not answer. It is sent again by itself."
    )
    expect(desk.page.locator("#outbox-words")).to_contain_text("Your decision waits in the form.")
    expect(desk.page.get_by_label("Reason")).to_have_value("kept")
    assert "saved." not in desk.page.locator("main").inner_text().replace("Not saved", "")
    assert not Adjudication.objects.exists()
    desk.page.context.set_offline(False)
    wait_for_step(desk.page, "three")
    assert decided() == [("two", "bad", "kept")]
    assert AdjudicationRevision.objects.count() == 1
    desk.complaints.clear()


def test_an_answer_that_was_lost_does_not_store_the_decision_twice(desk: Desk) -> None:
    begin(desk)
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    desk.page.route("**/adjudicate/**", lose_the_answer)
    desk.press("3")
    desk.page.keyboard.type("once")
    desk.press("Enter")
    wait_for_step(desk.page, "three")
    assert lost == [200]
    assert AdjudicationRevision.objects.count() == 1
    expect(desk.page.locator(SAID)).to_contain_text("Bad, saved.")
    desk.complaints.clear()


def test_what_was_written_survives_leaving_the_page(desk: Desk) -> None:
    begin(desk)
    desk.press("2")
    desk.page.keyboard.type("half a tho")
    desk.press("Escape", "j")
    wait_for_step(desk.page, "three")
    expect(desk.page.get_by_label("Reason")).to_have_value("")
    desk.press("k")
    wait_for_step(desk.page, "two")
    expect(desk.page.get_by_label("Reason")).to_have_value("half a tho")
    expect(desk.page.get_by_role("radio", name="Okay")).to_be_checked()
    expect(desk.page.locator(STATE)).to_contain_text("Not saved")


def test_two_tabs_see_both_sides_of_a_conflict(desk: Desk) -> None:
    begin(desk)
    other = desk.page.context.new_page()
    other.goto(desk.page.url)
    wait_for_step(other, "two")
    desk.press("3")
    desk.page.keyboard.type("first")
    desk.press("Enter")
    wait_for_step(desk.page, "three")
    other.keyboard.press("1")
    other.keyboard.type("second")
    other.keyboard.press("Enter")
    conflict = other.locator(".conflict")
    expect(conflict).to_contain_text("Saved meanwhile")
    expect(conflict).to_contain_text("first")
    expect(conflict).to_contain_text("second")
    expect(other.locator(STATE)).to_have_text("not saved")
    expect(other.get_by_label("Reason")).to_have_value("second")
    assert decided() == [("two", "bad", "first")]
    other.keyboard.press("Enter")
    wait_for_step(other, "three")
    assert decided() == [("two", "good", "second")]
    desk.complaints.clear()


def test_the_other_side_of_a_conflict_is_kept_by_a_link(desk: Desk) -> None:
    begin(desk)
    other = desk.page.context.new_page()
    other.goto(desk.page.url)
    wait_for_step(other, "two")
    desk.press("3")
    desk.page.keyboard.type("first")
    desk.press("Enter")
    wait_for_step(desk.page, "three")
    other.keyboard.press("1")
    other.keyboard.type("second")
    other.keyboard.press("Enter")
    keep = other.get_by_role("link", name="Keep this")
    keep.focus()
    other.keyboard.press("Enter")
    expect(other.locator(STATE)).to_contain_text("Decided: Bad, saved on")
    expect(other.get_by_label("Reason")).to_have_value("first")
    assert decided() == [("two", "bad", "first")]
    desk.complaints.clear()


def test_a_session_that_ended_is_renewed_in_place_and_the_decision_sent(desk: Desk) -> None:
    begin(desk)
    rita = make_user("rita")
    rita.password = hashed_password()
    rita.save()
    desk.page.context.clear_cookies()
    desk.press("3")
    desk.page.keyboard.type("still here")
    desk.press("Enter")
    expect(desk.page.locator(STATE)).to_have_text("Not saved: please sign in.")
    expect(desk.page.get_by_role("dialog")).to_contain_text("Your decision stays in the form")
    desk.page.keyboard.type(PASSWORD)
    desk.press("Enter")
    wait_for_step(desk.page, "three")
    assert decided() == [("two", "bad", "still here")]
    desk.complaints.clear()


def test_a_long_chain_opens_at_its_contested_step_with_maths_typeset(desk: Desk) -> None:
    steps = [f"Then $x_{{{number}}} = {number}$, and so on for a while." for number in range(40)]
    words = ["good"] * 40
    contested_campaign(
        {"ada": {"q/a": words}, "ben": {"q/a": [*words[:30], "okay", *words[31:]]}},
        lines=[line("q/a", *steps)],
    )
    desk.sign_in("rita")
    desk.page.goto(f"{desk.address}/campaigns/pilot/adjudicate/")
    step = desk.page.locator(".contested-step")
    expect(step).to_be_in_viewport()
    expect(step.locator(".katex")).to_have_count(1)
    expect(desk.page.locator(".contested-later ol")).to_be_hidden()
    desk.press("2")
    expect(desk.page.get_by_label("Reason")).to_be_in_viewport()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_can_be_used_by_everybody(make_desk: object, colours: str) -> None:
    desk: Desk = make_desk(color_scheme=colours)  # type: ignore[operator]
    begin(desk)
    assert_accessible(desk.page)
    desk.press("3", "Enter")
    expect(desk.page.locator(STATE)).to_have_text("Not saved: give a reason first.")
    assert_accessible(desk.page)
    desk.page.keyboard.type("why")
    desk.press("Enter")
    wait_for_step(desk.page, "three")
    desk.page.goto(f"{desk.address}/campaigns/pilot/adjudicate/?page=1")
    assert_accessible(desk.page)


def test_a_phone_shows_all_of_it_without_scrolling_sideways(make_desk: object) -> None:
    desk: Desk = make_desk()  # type: ignore[operator]
    desk.page.set_viewport_size({"width": 390, "height": 844})
    begin(desk)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.page.locator(".decision .choice", has_text="Bad").click()
    desk.page.keyboard.type("by thumb")
    desk.page.get_by_role("button", name="Decide, next step").click()
    wait_for_step(desk.page, "three")
    assert_accessible(desk.page)
    assert decided() == [("two", "bad", "by thumb")]


def test_it_works_without_javascript(make_desk: object) -> None:
    contested_campaign()
    desk: Desk = make_desk(java_script_enabled=False)  # type: ignore[operator]
    desk.sign_in("rita")
    desk.page.goto(f"{desk.address}{address('two')}")
    desk.page.get_by_role("radio", name="Bad").check(force=True)
    desk.page.get_by_label("Reason").fill("by form")
    desk.page.get_by_role("button", name="Decide, next step").click()
    desk.page.wait_for_url(f"**{address('three')}")
    expect(desk.page.get_by_text("q, step 2: Bad, saved.")).to_be_visible()
    desk.page.goto(f"{desk.address}{address('two')}")
    desk.page.get_by_role("button", name="Take it back").click()
    expect(desk.page.get_by_text("q, step 2: the decision is taken back.")).to_be_visible()
    assert decided() == [("two", None, "")]
    assert re.search("Decided", desk.page.content()) is None
