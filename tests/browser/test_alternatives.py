"""Other steps beside the chain's own, and a step as it should be, by the keyboard in real Chromium."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from annotator.assignments.models import Assignment
from annotator.grading.models import Grade
from tests.alternatives import FORKED, node, prm800k_line
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk, make_person
from tests.makers import grade, grade_bad, import_lines, make_assignment, make_campaign, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)


def begin(*lines: bytes, **policy: Any) -> Assignment:
    make_person("ada")
    dataset = make_dataset()
    assert import_lines(dataset, *(lines or [FORKED]), format_name="prm800k").state == "done"
    campaign = make_campaign(dataset=dataset, **{"alternatives": "graded", **policy})
    return make_assignment(campaign=campaign)


def open_chain(desk: Desk) -> None:
    desk.sign_in("ada")
    desk.start_grading()


def row(desk: Desk, number: str) -> Locator:
    """A step by the number that the page shows: 2, or 2.1 for the first one beside it."""
    index, _, alternative = number.partition(".")
    return desk.page.locator(f".step:has(> form#step-{int(index) - 1}{'-' * bool(alternative)}{alternative})")


def state(desk: Desk, number: str) -> Locator:
    return row(desk, number).locator(".row-state")


def is_at(desk: Desk, number: str) -> None:
    expect(row(desk, number)).to_have_class(re.compile("is-current"))
    expect(row(desk, number).locator("input:focus")).to_have_count(1)


def verdicts() -> dict[str, tuple[str | None, str | None]]:
    """Of each graded text, its verdict and the text beside which it stands."""
    rows = Grade.objects.values_list("step__text", "verdict__key", "beside__text")
    return {text: (verdict, beside) for text, verdict, beside in rows}


def test_the_steps_beside_one_are_graded_by_the_same_keys_after_it(desk: Desk) -> None:
    begin()
    open_chain(desk)
    is_at(desk, "1")
    expect(desk.page.get_by_role("heading", name="Other ways to take this step (2)")).to_be_visible()
    expect(row(desk, "3.1")).to_be_hidden()
    desk.press("1")
    is_at(desk, "1.1")
    desk.press("3")
    expect(row(desk, "1.1").get_by_role("group", name="What is wrong?")).to_be_visible()
    desk.press("4")
    is_at(desk, "1.2")
    desk.press("2", "1", "1")
    is_at(desk, "3.1")
    expect(row(desk, "3.1")).to_be_visible()
    expect(desk.page.locator("#progress-words")).to_have_text("3 of 3 graded")
    for number, words in {"1": "Good, saved", "1.1": "Bad, saved", "1.2": "Okay, saved"}.items():
        expect(state(desk, number)).to_have_text(words)
    desk.wait_until_all_is_saved()
    assert verdicts() == {
        "one": ("good", None),
        "uno": ("bad", "one"),
        "eins": ("okay", "one"),
        "two": ("good", None),
        "three": ("good", None),
    }
    # The last one beside the chain is left out, and keeps nobody from submitting.
    desk.press("Enter")
    desk.page.wait_for_url(f"{desk.address}/")
    assert Assignment.objects.get().finish_reason == "solution"


def test_j_and_k_walk_through_them_and_the_full_stop_passes_them_by(desk: Desk) -> None:
    begin()
    open_chain(desk)
    for number in ("1.1", "1.2", "2", "3", "3.1", "3.1"):
        desk.press("j")
        is_at(desk, number)
    for number in ("3", "2", "1.2"):
        desk.press("k")
        is_at(desk, number)
    desk.press(".")
    is_at(desk, "2")
    expect(desk.page.locator(".rail .dot")).to_have_count(3)
    desk.press("k")
    expect(desk.page.locator(".rail .dot").nth(0)).to_have_class(re.compile("is-current"))


def test_a_click_on_its_title_opens_a_list_that_stays_open(desk: Desk) -> None:
    begin()
    open_chain(desk)
    desk.page.get_by_role("heading", name="Another way to take this step").click()
    is_at(desk, "3")
    expect(row(desk, "3.1")).to_be_visible()
    row(desk, "1.1").locator(".rendered").click()
    is_at(desk, "1.1")
    expect(row(desk, "3.1")).to_be_visible()


def test_undo_takes_back_a_grade_of_one_of_them(desk: Desk) -> None:
    begin()
    open_chain(desk)
    desk.press("1", "1")
    expect(state(desk, "1.1")).to_have_text("Good, saved")
    desk.press("z")
    is_at(desk, "1.1")
    expect(state(desk, "1.1")).to_have_text("")
    desk.press("2")
    expect(state(desk, "1.1")).to_have_text("Okay, saved")
    desk.wait_until_all_is_saved()
    assert verdicts() == {"one": ("good", None), "uno": ("okay", "one")}


def test_a_comment_and_a_reload_keep_what_was_said_of_one(desk: Desk) -> None:
    begin()
    open_chain(desk)
    desk.press("1", "1", "k", "n")
    desk.page.keyboard.type("j is a letter here")
    desk.press("Escape")
    expect(state(desk, "1.1")).to_have_text("Good, saved")
    desk.wait_until_all_is_saved()
    desk.page.reload()
    desk.press("j")
    expect(row(desk, "1.1").get_by_label("Comment")).to_have_value("j is a letter here")
    expect(state(desk, "1.1")).to_have_text("Good, saved")


def test_behind_the_first_error_none_is_asked(desk: Desk) -> None:
    begin()
    open_chain(desk)
    desk.press("1", "j", "j")
    is_at(desk, "2")
    desk.press("3", "4")
    expect(state(desk, "2")).to_have_text("Bad, saved")
    is_at(desk, "2")
    desk.press("j")
    is_at(desk, "2")
    expect(desk.page.locator("#beside-2")).to_be_hidden()
    # Those before it are still there.
    desk.press("k", "1")
    expect(state(desk, "1.2")).to_have_text("Good, saved")


def test_the_stored_text_of_one_is_shown_like_that_of_any_step(desk: Desk) -> None:
    begin(prm800k_line(node("**one**", "**uno** $x$")))
    open_chain(desk)
    expect(row(desk, "1.1").locator("strong")).to_have_text("uno")
    expect(row(desk, "1.1").locator(".katex")).to_be_visible()
    desk.press("t")
    expect(row(desk, "1.1").locator(".raw")).to_have_text("**uno** $x$")


def test_a_conflict_over_one_shows_both_sides(make_desk: Any) -> None:
    assignment = begin()
    one: Desk = make_desk()
    open_chain(one)
    grade(assignment, 0, alternative=1, verdict="okay")
    one.press("j", "1")
    expect(row(one, "1.1").locator(".conflict")).to_contain_text("Saved meanwhile")
    one.page.get_by_role("link", name="Keep this").click()
    expect(state(one, "1.1")).to_have_text("Okay, saved")
    assert verdicts() == {"uno": ("okay", "one")}
    # The browser tells of every answer that is no success.
    one.complaints = [words for words in one.complaints if "409" not in words]


def test_one_step_after_the_other_each_comes_with_what_stands_beside_it(desk: Desk) -> None:
    begin(reveal="stepwise")
    open_chain(desk)
    expect(desk.page.locator(".alternative")).to_have_count(2)
    desk.press("1")
    is_at(desk, "1.1")
    expect(row(desk, "2")).to_be_visible()
    desk.press("1", "1")
    is_at(desk, "2")
    assert "drei" not in desk.page.content()
    desk.press("1")
    expect(row(desk, "3.1")).to_have_count(1)
    desk.press("1")
    is_at(desk, "3.1")
    desk.press("1")
    expect(state(desk, "3.1")).to_have_text("Good, saved")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(make_desk: Any, scheme: str) -> None:
    begin(alternatives="written")
    desk: Desk = make_desk(color_scheme=scheme)
    open_chain(desk)
    desk.press("3", "4", "j")
    expect(state(desk, "1")).to_have_text("Bad, saved")
    desk.press("k")
    assert_accessible(desk.page)


# --- A step as it should be


def field(desk: Desk, number: str = "1") -> Locator:
    return row(desk, number).get_by_label("Write the step as it should be")


def test_a_flawed_step_is_written_as_it_should_be_and_shown_rendered(desk: Desk) -> None:
    begin(alternatives="written")
    open_chain(desk)
    expect(field(desk)).to_be_hidden()
    desk.press("3", "4", "k")
    is_at(desk, "1")
    desk.press("w")
    expect(field(desk)).to_be_focused()
    desk.page.keyboard.type("Let $x = 1$, **rightly**.")
    desk.press("Escape")
    written = row(desk, "1").locator(".human-step-text")
    expect(written.locator("strong")).to_have_text("rightly")
    expect(written.locator(".katex")).to_be_visible()
    desk.wait_until_all_is_saved()
    assert Grade.objects.get().human_step == "Let $x = 1$, **rightly**."


def test_what_was_written_goes_with_the_flaw_and_comes_back_with_it(desk: Desk) -> None:
    begin(alternatives="written")
    open_chain(desk)
    desk.press("3", "4", "k", "w")
    desk.page.keyboard.type("better")
    desk.press("Escape")
    expect(row(desk, "1").locator(".human-step-text")).to_have_text("better")
    desk.press("1", "k")
    expect(state(desk, "1")).to_have_text("Good, saved")
    expect(field(desk)).to_be_hidden()
    assert Grade.objects.get().human_step == ""
    desk.press("z")
    expect(state(desk, "1")).to_have_text("Bad, saved")
    expect(field(desk)).to_have_value("better")
    desk.wait_until_all_is_saved()
    assert Grade.objects.get().human_step == "better"


def test_none_need_be_written_where_a_step_beside_it_is_sound(desk: Desk) -> None:
    begin(alternatives="written")
    open_chain(desk)
    desk.press("3", "4")
    is_at(desk, "1.1")
    desk.press("1", "k", "k")
    is_at(desk, "1")
    expect(state(desk, "1.1")).to_have_text("Good, saved")
    expect(field(desk)).to_be_hidden()
    desk.page.reload()
    expect(row(desk, "1.1").locator(".row-state")).to_have_text("Good, saved")
    desk.press("k", "k")
    expect(field(desk)).to_be_hidden()


# --- Without scripts, and when it is over


def test_without_scripts_each_is_a_form_of_its_own(make_desk: Any) -> None:
    begin(alternatives="written")
    desk: Desk = make_desk(java_script_enabled=False)
    desk.sign_in("ada")
    desk.page.get_by_role("link", name="Go on where you were").click()
    row(desk, "3.1").get_by_role("radio", name="Okay").check()
    row(desk, "3.1").get_by_role("button", name="Save step 3.1").click()
    expect(state(desk, "3.1")).to_have_text("Okay, saved")
    row(desk, "1").get_by_role("radio", name="Bad").check()
    row(desk, "1").get_by_role("button", name="Save step 1").click()
    field(desk).fill("better")
    row(desk, "1").get_by_role("radio", name="Sign").check()
    row(desk, "1").get_by_role("button", name="Save step 1").click()
    expect(row(desk, "1").locator(".human-step-text")).to_have_text("better")
    row(desk, "1").get_by_role("radio", name="Good").check()
    row(desk, "1").get_by_role("button", name="Save step 1").click()
    expect(state(desk, "1")).to_have_text("Good, saved")
    assert verdicts() == {"one": ("good", None), "drei": ("okay", "three")}
    assert Grade.objects.get(step__text="one").human_step == ""


def test_a_chain_that_was_handed_in_shows_them_and_takes_no_key(desk: Desk) -> None:
    assignment = begin(alternatives="written", after_first_error="continue")
    grade_bad(assignment, 0, human_step="better")
    grade(assignment, 0, alternative=1, verdict="okay")
    Assignment.objects.update(status="skipped")
    desk.sign_in("ada")
    desk.page.goto(f"{desk.address}/assignments/{assignment.public_id}/")
    expect(row(desk, "1").locator(".human-step-text")).to_have_text("better")
    expect(field(desk)).to_be_hidden()
    expect(state(desk, "1.1")).to_have_text("Okay, saved")
    desk.press("j", "1")
    expect(state(desk, "1.1")).to_have_text("Okay, saved")
