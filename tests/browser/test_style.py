"""The style page in a real browser: plots under the strict policy, what a click leads to, flags answered by keyboard."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from annotator.analysis.measuring import measure_steps
from annotator.analysis.models import FlagState, StyleFlag
from annotator.assignments.models import Campaign, Membership, TwinPair
from annotator.chains.models import Step
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk
from tests.graded import grade_step, hand_in
from tests.makers import grade_bad
from tests.style_figures import stored_flag, stored_style, whole_style
from tests.twins import claim_arm, pair_of, running, study_campaign

pytestmark = pytest.mark.django_db(transaction=True)

PLOTS = ["style", "style-association", "style-people"]


@pytest.fixture
def campaign() -> Campaign:
    made = study_campaign(after_first_error="continue")
    pair = pair_of(running(made))
    for name, pseudonym in (("ada", "amber-fox"), ("ben", "blue-owl")):
        Membership.objects.filter(campaign=made, user__username=name).update(pseudonym=pseudonym)
    for name, is_twin in (("ada", False), ("ben", True)):
        assignment = claim_arm(made, name, pair, is_twin=is_twin)
        if is_twin:
            grade_bad(assignment, 0)
        else:
            grade_step(assignment, 0, "good")
        grade_step(assignment, 1, "good")
        hand_in(assignment)
    measure_steps(step_ids=list(Step.objects.values_list("pk", flat=True)))
    report = stored_style(made, figures=whole_style(), now=timezone.now())
    entry = {"step": pair.step_id, "chain": "q/a", "index": 0, "pair": TwinPair.objects.get().pk}
    stored_flag(report, examples=[entry])
    member = made.memberships.get(pseudonym="amber-fox")
    stored_flag(report, whole_style()["peers"][0], member=member)
    return made


def open_page(desk: Desk, path: str = "", *, name: str = "rosa") -> None:
    desk.sign_in(name)
    desk.page.goto(f"{desk.address}/campaigns/pilot/style/{path}")


def drawn(desk: Desk, name: str) -> Locator:
    """The plot of this name, scrolled to and drawn."""
    plot = desk.page.locator(f'[data-plot="plot-{name}"]')
    plot.scroll_into_view_if_needed()
    expect(plot.locator("svg")).to_be_visible()
    expect(plot.get_by_role("button", name="Save as SVG")).to_be_visible()
    return plot


def test_every_plot_is_drawn_and_the_policy_has_nothing_to_say(campaign: Campaign, desk: Desk) -> None:
    open_page(desk)
    for name in PLOTS:
        drawn(desk, name)
    assert desk.page.locator("[data-plot]").count() == len(PLOTS)
    open_page(desk, "annotators/amber-fox/")
    drawn(desk, "style-annotator")
    assert desk.complaints == []


def test_a_row_of_the_forest_names_its_evidence(campaign: Campaign, desk: Desk) -> None:
    open_page(desk)
    label = drawn(desk, "style").locator("svg text", has_text="Bias, by twins").first
    expect(label).to_contain_text("Bullets and numbers")
    # A circle, a square and a diamond: no two kinds have the same outline.
    marks = desk.page.locator('[data-plot="plot-style"] svg .mark-symbol path')
    outlines = marks.evaluate_all("all => [0, 2, 3].map(place => all[place].getAttribute('d'))")
    assert len(set(outlines)) == 3


def test_a_click_on_a_mark_leads_to_the_pairs_behind_it(campaign: Campaign, desk: Desk) -> None:
    open_page(desk)
    drawn(desk, "style").locator("svg .mark-symbol path").first.click()
    desk.page.wait_for_url("**/style/steps/?version=1&feature=bullets&evidence=twins")
    expect(desk.page.get_by_text("1 pair, as the grades are now.")).to_be_visible()
    expect(desk.page.get_by_text("The same words as prose")).to_be_visible()


def test_a_click_on_a_person_leads_to_all_of_theirs(campaign: Campaign, desk: Desk) -> None:
    open_page(desk)
    drawn(desk, "style-people").locator("svg text", has_text="+12").click()
    desk.page.wait_for_url("**/style/annotators/amber-fox/?version=1")
    expect(desk.page.get_by_role("heading", name="amber-fox", exact=True)).to_be_visible()


def test_a_flag_is_answered_without_a_mouse(campaign: Campaign, desk: Desk) -> None:
    open_page(desk)
    summary = desk.page.locator(".flag-card summary").first
    summary.focus()
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_label("Note").first).to_be_focused()
    desk.page.keyboard.type("From the next batch on all of it is shown plain.")
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_role("button", name="Acknowledge").first).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("status").first).to_contain_text("Acknowledged.")
    expect(desk.page.locator(".flag-card", has_text="From the next batch on")).to_have_count(1)
    assert StyleFlag.objects.get(scope="pool").state == FlagState.ACKNOWLEDGED


def test_resolving_without_a_note_is_refused_and_the_words_stay(campaign: Campaign, desk: Desk) -> None:
    open_page(desk, f"flags/{StyleFlag.objects.get(scope='pool').pk}/")
    desk.page.get_by_role("button", name="Resolve").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("Say in a note why it is resolved")
    desk.page.get_by_label("Note").fill("The template made the bullets.")
    # The browser itself says that the first answer was 422.
    desk.complaints.clear()
    desk.page.get_by_role("button", name="Resolve").click()
    expect(desk.page.locator(".flag-history li").first).to_contain_text("The template made the bullets.")


def test_computing_is_watched_until_the_figures_are_there(campaign: Campaign, desk: Desk) -> None:
    open_page(desk)
    desk.page.get_by_role("button", name="Compute now").click()
    expect(desk.page.get_by_role("button", name="Computing …")).to_be_disabled()
    expect(desk.page.locator("#style-job").get_by_role("status")).to_contain_text("Queued")


def test_without_scripts_the_tables_say_everything(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(java_script_enabled=False)
    open_page(desk)
    expect(desk.page.locator(".plots").first).to_be_hidden()
    expect(desk.page.get_by_role("table", name="What the experiments show")).to_be_visible()
    expect(desk.page.get_by_role("table", name="Annotators and their deviations")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    open_page(desk)
    for name in PLOTS:
        drawn(desk, name)
    for summary in desk.page.locator("main summary").all():
        summary.click()
    assert_accessible(desk.page)
    for path in (
        f"flags/{StyleFlag.objects.get(scope='pool').pk}/",
        "annotators/amber-fox/",
        "steps/?feature=bullets&evidence=twins",
    ):
        desk.page.goto(f"{desk.address}/campaigns/pilot/style/{path}")
        assert_accessible(desk.page)


def test_a_narrow_page_does_not_scroll_sideways(campaign: Campaign, desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 800})
    open_page(desk)
    for name in PLOTS:
        drawn(desk, name)
    wider = "document.documentElement.scrollWidth - innerWidth"
    assert desk.page.evaluate(wider) <= 0
    for path in (f"flags/{StyleFlag.objects.get(scope='pool').pk}/", "annotators/amber-fox/", "steps/"):
        desk.page.goto(f"{desk.address}/campaigns/pilot/style/{path}")
        assert desk.page.evaluate(wider) <= 0
