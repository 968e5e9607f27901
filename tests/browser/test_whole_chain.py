"""The whole chain, and questions with many labels, by the keyboard in real Chromium."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Answer, Grade, GradeRevision
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk, make_person
from tests.browser.test_grading import answer_slowly
from tests.makers import WHOLE_CHAIN, answer, make_campaign, make_chain, make_version
from tests.many_labels import many_labels

pytestmark = pytest.mark.django_db(transaction=True)


def begin(text: str = WHOLE_CHAIN, **policy: Any) -> Campaign:
    make_person("ada")
    make_chain("first", steps=["One.", "Two."], final_answer="2")
    make_chain("second", steps=["Alone."])
    return make_campaign(version=make_version(text), **{"after_first_error": "continue", **policy})


def whole(desk: Desk) -> Locator:
    return desk.page.locator(".whole-chain")


def state(desk: Desk) -> Locator:
    return whole(desk).locator(".row-state")


def given(grade: Grade) -> list[str]:
    found = Answer.objects.filter(grade=grade, revision=grade.revision)
    return sorted(found.values_list("label__key", flat=True))


def test_from_the_steps_on_to_the_whole_chain_and_straight_to_the_next(desk: Desk) -> None:
    begin()
    desk.sign_in("ada")
    desk.start_grading()
    first = desk.page.url
    progress = desk.page.locator("#progress-words")
    expect(progress).to_have_text("0 of 2 graded, whole chain open")
    desk.press("1", "1")
    expect(whole(desk)).to_have_class(re.compile("is-current"))
    expect(progress).to_have_text("2 of 2 graded, whole chain open")
    desk.press("4", "6")
    expect(state(desk)).to_have_text("saved")
    expect(desk.page.locator("#live")).to_have_text("The whole chain: saved")
    expect(progress).to_have_text("2 of 2 graded")
    desk.wait_until_all_is_saved()
    assert given(Grade.objects.get(step=None)) == ["sound"]
    desk.press("Enter")
    desk.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    assert Assignment.objects.filter(status="submitted").count() == 1


def test_its_keys_work_only_while_it_has_the_focus(desk: Desk) -> None:
    begin()
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("4", "j", "j", "5")
    expect(whole(desk).get_by_role("radio", name="Unsound approach")).to_be_checked()
    expect(whole(desk).get_by_role("group", name="Why not?")).to_be_visible()
    # Of the steps nothing was said; 1 and 3 are theirs, and here they do nothing.
    desk.press("1", "3")
    expect(state(desk)).to_have_text("saved")
    assert list(Grade.objects.values_list("step", flat=True)) == [None]
    desk.press("k", "3", "4")
    desk.wait_for_states("", "Bad, saved")
    assert Answer.objects.filter(scope="step").get().label.key == "sign"  # type: ignore[union-attr]


def test_the_full_stop_and_a_refused_submit_lead_to_it(desk: Desk) -> None:
    begin()
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "1", "k", "k", ".")
    expect(whole(desk)).to_have_class(re.compile("is-current"))
    desk.press("k", "Enter")
    expect(desk.page.get_by_role("alert")).to_contain_text("The whole chain needs: Is the approach sound?")
    expect(whole(desk)).to_have_class(re.compile("is-current"))
    desk.complaints.clear()


def test_undo_goes_over_it_too(desk: Desk) -> None:
    begin()
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "1", "5", "6", "4")
    expect(whole(desk).locator(".question", has_text="Why not?")).to_have_count(0)
    desk.press("z")
    expect(whole(desk).get_by_role("radio", name="Circular")).to_be_checked()
    desk.press("z", "z")
    expect(whole(desk).locator(":checked")).to_have_count(0)
    desk.wait_until_all_is_saved()
    expect(state(desk)).to_have_text("")
    assert Grade.objects.get(step=None).state == "cleared"
    assert GradeRevision.objects.filter(grade__step=None).count() == 6
    desk.press("z")
    assert desk.current() == 2


def test_a_comment_and_a_text_are_typed_there_and_the_rest_stays(desk: Desk) -> None:
    begin()
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("j", "j", "n")
    desk.page.keyboard.type("4 all in all")
    desk.press("Escape", "4", "0")
    expect(whole(desk).get_by_role("textbox", name="What would you tell the author?")).to_be_focused()
    desk.page.keyboard.type("go on")
    desk.press("Escape")
    desk.wait_until_all_is_saved()
    desk.page.reload()
    expect(whole(desk).get_by_role("textbox", name="Comment")).to_have_value("4 all in all")
    expect(whole(desk).get_by_role("radio", name="Sound approach", exact=True)).to_be_checked()
    assert Grade.objects.get().comment == "4 all in all"


def test_it_is_asked_also_where_the_campaign_stops_at_the_first_error(desk: Desk) -> None:
    begin(after_first_error="stop")
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("3", "j")
    expect(whole(desk)).to_have_class(re.compile("is-current"))
    desk.press("4", "k")
    assert desk.current() == 1
    expect(desk.page.locator("#progress-words")).to_have_text("1 of 1 graded")


def test_a_conflict_over_it_is_settled_by_the_person(desk: Desk) -> None:
    begin()
    desk.sign_in("ada")
    desk.start_grading()
    answer(Assignment.objects.get())
    desk.press("j", "j", "5")
    expect(whole(desk).locator(".conflict")).to_contain_text("Sound approach")
    desk.press("Enter")
    expect(desk.page.locator("#finish-words")).to_have_text("The whole chain is not saved yet.")
    whole(desk).get_by_role("button", name="Save yours").click()
    expect(state(desk)).to_have_text("saved")
    assert given(Grade.objects.get()) == ["unsound"]
    desk.complaints.clear()


def test_without_javascript(make_desk: Any) -> None:
    begin()
    desk: Desk = make_desk(java_script_enabled=False)
    desk.sign_in("ada")
    page = desk.page
    page.get_by_role("button", name="Start grading").click()
    whole(desk).get_by_role("radio", name="Unsound approach").check()
    page.get_by_role("button", name="Save what you say of the whole chain").click()
    whole(desk).get_by_role("radio", name="Misread").check()
    page.get_by_role("button", name="Save what you say of the whole chain").click()
    expect(state(desk)).to_have_text("saved")
    assert given(Grade.objects.get()) == ["misread", "unsound"]
    page.get_by_role("button", name="Take it back").click()
    expect(state(desk)).to_have_text("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(make_desk: Any, scheme: str) -> None:
    begin(many_labels(60, kind="many"))
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("3", "/")
    desk.page.keyboard.type("17")
    assert_accessible(desk.page)
    desk.press("Enter", "Escape")
    desk.wait_for_states("Bad, saved")
    assert_accessible(desk.page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_about_the_whole_chain(make_desk: Any, scheme: str) -> None:
    begin()
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("1", "1", "5")
    expect(state(desk)).to_have_text("saved")
    assert_accessible(desk.page)
    desk.press("?")
    assert_accessible(desk.page)


# Many labels


def test_a_label_among_many_is_found_by_typing(desk: Desk) -> None:
    begin(many_labels(300))
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("3", "/")
    desk.page.keyboard.type("117")
    expect(desk.page.locator(".finder-words:visible")).to_have_text("1 of 300 labels")
    desk.press("Enter")
    assert desk.current() == 2
    desk.wait_for_states("Bad, saved")
    desk.wait_until_all_is_saved()
    assert given(Grade.objects.get()) == ["label_117"]
    expect(desk.page.locator(".step").first.locator(".choice:visible")).to_have_text("Label 117")
    desk.press("k", "/")
    desk.page.keyboard.type("2")
    desk.press("Escape")
    assert desk.current() == 1
    desk.press("z")
    desk.wait_until_all_is_saved()
    assert given(Grade.objects.get()) == []


def test_any_number_of_labels_is_found_one_after_the_other(desk: Desk) -> None:
    begin(many_labels(300, kind="many"))
    desk.sign_in("ada")
    desk.start_grading()
    answer_slowly(desk, milliseconds=60)
    desk.press("3", "4", "/")
    desk.page.keyboard.type("label 29")
    desk.press("ArrowDown", "Enter")
    desk.page.keyboard.type("299")
    desk.press("Enter")
    expect(desk.page.locator(".step").first.locator(".choice:visible")).to_have_text(
        ["Label 0", "Label 129", "Label 299"]
    )
    desk.wait_for_states("Bad, saved")
    desk.wait_until_all_is_saved()
    assert given(Grade.objects.get()) == ["label_0", "label_129", "label_299"]
    desk.press("Escape", "4")
    desk.wait_until_all_is_saved()
    assert given(Grade.objects.get()) == ["label_129", "label_299"]
    desk.page.reload()
    expect(desk.page.locator(".step").first.locator(".choice input")).to_have_count(2)


def test_what_a_label_among_many_means_comes_when_looked_at(desk: Desk) -> None:
    begin(many_labels(300))
    desk.sign_in("ada")
    desk.start_grading()
    desk.press("3")
    expect(desk.page.locator("#about")).to_be_hidden()
    desk.page.get_by_role("option", name="Label 117").hover()
    expect(desk.page.locator("#about")).to_contain_text("What label 117 means.")
