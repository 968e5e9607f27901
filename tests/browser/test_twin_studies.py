"""A study of twins from its plan to its start, by keyboard: one person plans it, another confirms its pairs."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotator.assignments.models import PairState, StudyState, TwinPair, TwinStudy
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk
from tests.makers import line
from tests.twins import draft, pair_of, running, study_campaign

pytestmark = pytest.mark.django_db(transaction=True)
LISTED = "We need two things:\n\n- {} apples\n- ${}$ pears"
LIST = "/campaigns/pilot/style/twins/"


def study_of_lists() -> None:
    study_campaign([line(f"q{n}/a", LISTED.format(n, n)) for n in range(4)], overlap=4)


def go_to(desk: Desk, name: str, address: str) -> None:
    desk.sign_in(name)
    desk.page.goto(f"{desk.address}{address}")


def press_on(page: Page, role: Any, name: str) -> None:
    page.get_by_role(role, name=name).focus()
    page.keyboard.press("Enter")


def states() -> list[str]:
    return list(TwinPair.objects.order_by("pk").values_list("state", flat=True))


def test_a_study_is_planned_confirmed_by_somebody_else_and_started(make_desk: Any) -> None:
    study_of_lists()
    rosa, rita = make_desk(), make_desk()
    go_to(rosa, "rosa", LIST)
    press_on(rosa.page, "link", "Plan a study")
    rosa.page.wait_for_url("**/twins/plan/")
    answer = rosa.page.locator("#plan .planner-answer")
    expect(answer).to_contain_text("With 40 pairs and 4 graders each you would find an effect of 7.0 points")
    # Follows what is typed, and leaves the focus where it is.
    pairs = rosa.page.get_by_label("Pairs", exact=True)
    pairs.focus()
    rosa.press("Control+a", "8", "0")
    expect(answer).to_contain_text("With 80 pairs")
    rosa.press("Control+a", "3")
    expect(answer).to_contain_text("So little can find nothing")
    expect(pairs).to_be_focused()
    press_on(rosa.page, "button", "Make 3 pairs")
    rosa.page.wait_for_url(re.compile(r"/twins/\d+/$"))
    expect(rosa.page.get_by_text("somebody else must confirm them")).to_be_visible()
    expect(rosa.page.get_by_role("button", name="Start the study")).to_be_disabled()

    go_to(rita, "rita", LIST)
    expect(rita.page.get_by_text("3 pairs wait for you")).to_be_visible()
    press_on(rita.page, "link", "Bullets and numbers")
    press_on(rita.page, "link", "Confirm pairs")
    first, second, third = (f"**/pairs/{pair.pk}/" for pair in TwinPair.objects.order_by("pk"))
    rita.page.wait_for_url(first)
    expect(rita.page.locator(".twin-arms .rendered li")).to_have_count(2)
    expect(rita.page.locator(".twin-arms .rendered .katex")).to_have_count(2)
    rita.press("y")
    rita.page.wait_for_url(second)
    expect(rita.page.get_by_text("1 of 3 pairs reviewed")).to_be_visible()
    rita.press("n")
    rita.page.wait_for_url(third)
    rita.press("k")
    rita.page.wait_for_url(second)
    # Second thoughts.
    rita.press("y")
    rita.page.wait_for_url(third)
    rita.press("y")
    rita.page.wait_for_url(re.compile(r"/twins/\d+/$"))
    assert states() == [PairState.CONFIRMED] * 3

    rosa.page.reload()
    press_on(rosa.page, "button", "Start the study")
    expect(rosa.page.get_by_text("The study runs")).to_be_visible()
    assert TwinStudy.objects.get().state == StudyState.RUNNING


def test_another_feature_is_told_as_soon_as_it_is_chosen(desk: Desk) -> None:
    study_of_lists()
    go_to(desk, "rosa", f"{LIST}plan/")
    desk.page.get_by_label("Style feature").select_option("hedge")
    expect(desk.page.get_by_text("the twins have to be written")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Make")).to_have_count(0)
    desk.page.get_by_label("File with one JSON object a line").set_input_files(
        {"name": "arms.jsonl", "mimeType": "application/x-ndjson", "buffer": b'{"chain_id": "none"}'}
    )
    press_on(desk.page, "button", "Take the file in")
    expect(desk.page.get_by_text("line 1: step_index: missing")).to_be_visible()
    # The browser itself tells of the 422.
    desk.complaints.clear()
    # What was chosen is still chosen.
    expect(desk.page.get_by_label("Style feature")).to_have_value("hedge")


def test_a_study_is_planned_without_scripts(make_desk: Any) -> None:
    study_of_lists()
    desk = make_desk(java_script_enabled=False)
    go_to(desk, "rosa", f"{LIST}plan/")
    desk.page.get_by_label("Pairs", exact=True).fill("2")
    desk.page.get_by_role("button", name="Work it out").click()
    desk.page.get_by_role("button", name="Make 2 pairs").click()
    expect(desk.page.get_by_text("2 pairs were made.")).to_be_visible()


def test_keys_do_nothing_that_the_page_does_not_offer(desk: Desk) -> None:
    study = draft(study_campaign())
    go_to(desk, "rosa", f"{LIST}{study.pk}/pairs/{pair_of(study).pk}/")
    # She made it.
    desk.press("y", "j", "k", ".", "Control+n")
    expect(desk.page.get_by_text("You made this pair")).to_be_visible()
    desk.press("t")
    expect(desk.page.locator(".twin-arms .raw").first).to_have_text(
        "- two apples\n- and three pears", use_inner_text=True
    )
    desk.press("t")
    expect(desk.page.locator(".twin-arms .raw").first).to_be_hidden()
    desk.press("?")
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    desk.press("n", "Escape")
    expect(desk.page.get_by_role("dialog")).to_be_hidden()
    assert states() == [PairState.WAITING]


def test_a_running_study_is_stopped_after_a_tick(desk: Desk) -> None:
    study = running(study_campaign())
    go_to(desk, "rosa", f"{LIST}{study.pk}/")
    desk.page.get_by_label("Stop it for good").focus()
    desk.press("Space")
    press_on(desk.page, "button", "Stop the study")
    expect(desk.page.get_by_text("The study is stopped.")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_are_accessible(make_desk: Any, colours: str) -> None:
    study = draft(study_campaign())
    desk = make_desk(color_scheme=colours)
    for name in ("rosa", "rita"):
        for address in ("", f"{study.pk}/", f"{study.pk}/pairs/{pair_of(study).pk}/"):
            go_to(desk, name, f"{LIST}{address}")
            assert_accessible(desk.page)
    for address in ("plan/", "plan/?feature=hedge&pairs=x"):
        go_to(desk, "rosa", f"{LIST}{address}")
        for summary in desk.page.locator("summary").all():
            summary.click()
        assert_accessible(desk.page)
