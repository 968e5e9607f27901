"""The agreement page in a real browser: plots under the strict policy, what a click leads to, what can be saved."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Membership, Role
from tests.agreement_figures import stored_report, whole_figures
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk
from tests.graded import graded_campaign
from tests.makers import line, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    made = graded_campaign(
        [line("p/a", "one", "two", "three")],
        {"ada": {"p/a": ["good", "bad", "good"]}, "ben": {"p/a": ["good", "good", "okay"]}},
    )
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    for name, pseudonym in (("ada", "amber-fox"), ("ben", "blue-owl")):
        Membership.objects.filter(user__username=name).update(pseudonym=pseudonym)
    stored_report(made, figures=whole_figures(), now=timezone.now())
    return made


def open_report(desk: Desk) -> None:
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/campaigns/pilot/agreement/")


def drawn(desk: Desk, name: str) -> Locator:
    """The plot of this name, scrolled to and drawn."""
    plot = desk.page.locator(f'[data-plot="plot-{name}"]')
    plot.scroll_into_view_if_needed()
    expect(plot.locator("svg")).to_be_visible()
    expect(plot.get_by_role("button", name="Save as SVG")).to_be_visible()
    return plot


def draw_all(desk: Desk) -> None:
    for name in desk.page.locator("[data-plot]").evaluate_all("all => all.map(one => one.dataset.plot)"):
        drawn(desk, name.removeprefix("plot-"))


def test_every_plot_is_drawn_and_the_policy_has_nothing_to_say(campaign: Campaign, desk: Desk) -> None:
    open_report(desk)
    draw_all(desk)
    assert desk.page.locator("[data-plot] svg").count() == 10
    assert desk.complaints == []


def test_plots_are_drawn_when_somebody_comes_to_them(campaign: Campaign, desk: Desk) -> None:
    open_report(desk)
    drawn(desk, "confusion")
    assert desk.page.locator('[data-plot="plot-by-generator"] svg').count() == 0


def test_a_click_on_a_cell_leads_to_the_steps_behind_it(campaign: Campaign, desk: Desk) -> None:
    open_report(desk)
    drawn(desk, "confusion").locator("svg text", has_text="3.2 %").click()
    desk.page.wait_for_url("**/agreement/steps/?version=1&first=good&second=bad")
    expect(desk.page.get_by_text("1 step, as the grades are now.")).to_be_visible()
    desk.page.get_by_role("link", name="a, step 2").click()
    expect(desk.page.get_by_role("heading", name="What was said of step 2")).to_be_visible()


def test_the_same_steps_are_reached_from_the_table_by_keyboard(campaign: Campaign, desk: Desk) -> None:
    open_report(desk)
    table = desk.page.get_by_role("table", name="What the other of two annotators said")
    table.get_by_role("link", name="5", exact=True).first.focus()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/agreement/steps/?version=1&first=good&second=bad")


def test_a_click_on_an_annotator_leads_to_where_others_differ(campaign: Campaign, desk: Desk) -> None:
    open_report(desk)
    drawn(desk, "annotators").locator("svg .mark-symbol path").first.click()
    desk.page.wait_for_url("**/agreement/steps/?version=1&annotator=amber-fox")
    expect(desk.page.get_by_text("2 steps, as the grades are now.")).to_be_visible()


def test_a_plot_is_saved_as_a_vector_and_as_a_picture(campaign: Campaign, desk: Desk, tmp_path: Path) -> None:
    open_report(desk)
    plot = drawn(desk, "labels")
    begins = {"SVG": b"<svg ", "PNG": b"\x89PNG"}
    for kind, beginning in begins.items():
        with desk.page.expect_download() as saved:
            plot.get_by_role("button", name=f"Save as {kind}").click()
        assert saved.value.suggested_filename == f"pilot-labels.{kind.lower()}"
        saved.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(beginning)


def test_a_table_is_saved_as_a_file(campaign: Campaign, desk: Desk) -> None:
    open_report(desk)
    # Nothing moves below the finger any more.
    drawn(desk, "labels")
    with desk.page.expect_download() as saved:
        desk.page.locator('a[href*="/tables/labels.csv"]').click()
    assert saved.value.suggested_filename == "pilot-labels.csv"


def test_plots_follow_the_colours_of_the_page(campaign: Campaign, desk: Desk) -> None:
    def colour_of_words() -> str:
        labels = drawn(desk, "labels").locator("svg text", has_text="Good")
        return str(labels.first.evaluate("label => getComputedStyle(label).fill"))

    open_report(desk)
    light = colour_of_words()
    desk.page.emulate_media(color_scheme="dark")
    expect(desk.page.locator('[data-plot="plot-labels"] svg')).to_have_count(1)
    desk.page.wait_for_function(
        "light => getComputedStyle(document.querySelector('[data-plot=plot-labels] svg text')).fill !== light",
        arg=light,
    )
    muted = desk.page.evaluate("getComputedStyle(document.querySelector('.muted')).color")
    assert colour_of_words() == muted


def test_without_scripts_the_tables_say_everything(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(java_script_enabled=False)
    open_report(desk)
    expect(desk.page.locator(".plots").first).to_be_hidden()
    expect(desk.page.get_by_role("table", name="Each annotator against the others")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    open_report(desk)
    draw_all(desk)
    assert_accessible(desk.page)
    desk.page.goto(f"{desk.address}/campaigns/pilot/agreement/steps/?first=good&second=bad")
    assert_accessible(desk.page)


def test_a_narrow_page_does_not_scroll_sideways(campaign: Campaign, desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 800})
    open_report(desk)
    draw_all(desk)
    wider = "document.documentElement.scrollWidth - innerWidth"
    assert desk.page.evaluate(wider) <= 0
    desk.page.goto(f"{desk.address}/campaigns/pilot/agreement/steps/")
    assert desk.page.evaluate(wider) <= 0


def test_what_is_drawn_says_in_words_what_it_shows(campaign: Campaign, desk: Desk) -> None:
    open_report(desk)
    plot = drawn(desk, "confusion")
    expect(plot.get_by_role("img")).to_have_accessible_name(
        "A table in colours, of each label against each. Most often confused: Good and Okay, by 9 pairs of annotators."
    )
    spec = json.loads(desk.page.locator("#plot-confusion").text_content() or "")
    assert spec["$schema"].endswith("/vega-lite/v6.json")
