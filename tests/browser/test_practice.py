"""Practice and the first page by keyboard alone, in a real browser."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk, make_person
from tests.makers import grade, make_assignment, make_campaign, make_chain, make_version

pytestmark = pytest.mark.django_db(transaction=True)
PRESET = settings.BASE_DIR / "taxonomies" / "presets" / "algebra_tutor.yaml"


@pytest.fixture
def campaign() -> Campaign:
    make_person("ada")
    make_chain("a")
    make_chain("b")
    return make_campaign(version=make_version(PRESET.read_text()), after_first_error="continue")


def begin_practice(desk: Desk) -> None:
    """From the first page, by Tab and Enter."""
    desk.sign_in("ada")
    link = desk.page.get_by_role("link", name="Practice")
    while not link.evaluate("link => link === document.activeElement"):
        desk.press("Tab")
    desk.press("Enter")
    desk.page.wait_for_selector(".step.is-current")


def leave_uncomplained(desk: Desk) -> None:
    """What is missing is answered with 422, which the browser calls an error."""
    desk.complaints[:] = [words for words in desk.complaints if "422" not in words]


def test_a_practice_chain_by_keyboard_alone(campaign: Campaign, desk: Desk) -> None:
    begin_practice(desk)
    expect(desk.page.get_by_text("Practice: nothing is stored.")).to_be_visible()
    desk.press("2", "1", "1", "Enter")
    expect(desk.page.get_by_text("Step 4 is not graded.")).to_be_visible()
    assert desk.current() == 4
    desk.press("1", "Enter")
    expect(desk.page.get_by_role("heading", name="That is how it goes")).to_be_focused()
    ended = desk.page.locator("#finish")
    expect(ended).to_contain_text("On 3 of 4 steps you said what most would.")
    expect(ended).to_contain_text("You called it Sound; most would call it Flawed, because:")
    expect(ended.locator(".katex").first).to_be_visible()
    assert not Assignment.objects.exists()
    assert not Grade.objects.exists()
    desk.press("Enter")
    desk.page.wait_for_url("**/assignments/**")
    leave_uncomplained(desk)


def test_practice_starts_over_as_often_as_anybody_likes(campaign: Campaign, desk: Desk) -> None:
    begin_practice(desk)
    kept = desk.page.evaluate("Object.entries(localStorage).sort()")
    for _ in range(2):
        desk.press("1", "1", "1", "1", "Enter")
        desk.page.get_by_role("link", name="Again").press("Enter")
        desk.page.wait_for_selector(".step.is-current")
        expect(desk.page.locator(".row-state.is-saved")).to_have_count(0)
    assert desk.page.evaluate("Object.entries(localStorage).sort()") == kept


def test_it_can_be_handed_in_as_it_is(campaign: Campaign, desk: Desk) -> None:
    begin_practice(desk)
    desk.press("1", "b")
    desk.page.keyboard.type("the problem says nothing")
    desk.press("Enter")
    expect(desk.page.locator("#finish")).to_contain_text("With a real chain you would have handed it in")


def test_steps_come_one_after_the_other_where_the_campaign_says_so(campaign: Campaign, desk: Desk) -> None:
    Campaign.objects.update(reveal="stepwise")
    begin_practice(desk)
    expect(desk.page.locator("li.step")).to_have_count(1)
    for count in (2, 3, 4):
        desk.press("1")
        expect(desk.page.locator("li.step")).to_have_count(count)
        expect(desk.page.locator("li.step").last.locator(".is-current, .mark").first).to_be_visible()
    desk.press("j", "1", "Enter")
    expect(desk.page.get_by_role("heading", name="That is how it goes")).to_be_visible()


def test_enter_on_the_first_page_goes_on_where_somebody_was(campaign: Campaign, desk: Desk) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0, verdict="sound")
    desk.sign_in("ada")
    expect(desk.page.get_by_text("step 2 of 3 is next")).to_be_visible()
    desk.press("Enter")
    desk.page.wait_for_url(f"**/assignments/{assignment.public_id}/")
    desk.page.wait_for_selector(".step.is-current")
    assert desk.current() == 2


def test_the_own_figures_come_by_themselves_and_move_nothing_above_them(
    campaign: Campaign, desk: Desk
) -> None:
    desk.sign_in("ada")
    expect(desk.page.get_by_text("Chains submitted").first).to_be_visible()
    expect(desk.page.locator(".own-sums")).to_contain_text("no step graded yet")
    desk.page.get_by_text("As a table").press("Enter")
    expect(desk.page.locator(".own-days tbody tr")).to_have_count(14)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    grade(make_assignment(campaign=campaign), 0, verdict="sound")
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("ada")
    expect(desk.page.locator(".own-sums")).to_be_visible()
    assert_accessible(desk.page)
    desk.page.get_by_role("link", name="Practice").click()
    desk.page.wait_for_selector(".step.is-current")
    assert_accessible(desk.page)
    desk.press("1", "1", "1", "1", "Enter")
    expect(desk.page.get_by_role("heading", name="That is how it goes")).to_be_focused()
    assert_accessible(desk.page)


def test_on_a_phone_nothing_sticks_out(campaign: Campaign, desk: Desk) -> None:
    grade(make_assignment(campaign=campaign), 0, verdict="sound")
    desk.page.set_viewport_size({"width": 390, "height": 800})
    desk.sign_in("ada")
    expect(desk.page.locator(".own-sums")).to_be_visible()
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 390
    desk.page.get_by_role("link", name="Practice").click()
    desk.page.wait_for_selector(".step.is-current")
    desk.press("1", "1", "1", "1", "Enter")
    expect(desk.page.get_by_role("heading", name="That is how it goes")).to_be_visible()
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_javascript_every_way_is_there(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(java_script_enabled=False)
    desk.page.goto(f"{desk.address}/")
    desk.page.get_by_label("Username").fill("ada")
    desk.page.get_by_label("Password").fill("correct horse battery")
    desk.page.get_by_role("button", name="Sign in").click()
    desk.page.get_by_role("link", name="Chains, steps and time, for you alone").click()
    expect(desk.page.get_by_text("Chains submitted").first).to_be_visible()
    desk.page.get_by_role("link", name="To my campaigns").click()
    desk.page.get_by_role("link", name="Practice").click()
    expect(desk.page.get_by_text("Without JavaScript the page remembers")).to_be_visible()
    desk.page.get_by_role("button", name="Finish the practice").click()
    expect(desk.page.get_by_role("heading", name="That is how it goes")).to_be_visible()
