"""From the campaign to a lucky chain's flawed step, by keyboard, on any screen and in any colours."""

from typing import Any

import pytest
from playwright.sync_api import expect

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk
from tests.graded import graded_campaign
from tests.makers import line, make_user
from tests.reported import find_lucky, find_suspect, make_report

pytestmark = pytest.mark.django_db(transaction=True)
LUCK = "/campaigns/pilot/luck/"
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def campaign() -> Campaign:
    rosa = make_user("rosa", researcher=True)
    rosa.set_password(PASSWORD)
    rosa.save()
    long_id = "x" * 120
    campaign = graded_campaign(
        [
            line(
                f"{long_id}/a",
                "Let $x = 1$.",
                "So $$x^2 = 2 + 3 + 4$$",
                "Oh.",
                final_answer_correct=True,
                generator="m",
            ),
            line("q/a", "one", "two", final_answer_correct=True),
            line("r/a", "one", final_answer_correct=False, final_answer="5", reference_answer="7"),
        ],
        {
            "ada": {
                f"{long_id}/a": ["good", "bad:sign", "good>1"],
                "q/a": ["good", "bad:logic"],
                "r/a": ["good"],
            },
            "ben": {f"{long_id}/a": ["good", "bad:sign", "good"], "q/a": ["good", "good"], "r/a": ["okay"]},
        },
        after_first_error="repair",
    )
    add_member(campaign=campaign, user=rosa, role=Role.RESEARCHER)
    report = make_report(campaign)
    find_lucky(report, f"{long_id}/a")
    find_lucky(report, "q/a", basis="annotator")
    find_suspect(report, "r/a")
    return campaign


def test_by_keyboard_from_the_campaign_to_the_flawed_step(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/campaigns/pilot/luck/")
    places = desk.page.get_by_role("navigation", name="Pages of the campaign")
    expect(places.get_by_role("link", name="Lucky chains")).to_have_attribute("aria-current", "page")
    desk.page.get_by_label("A later step undoes it").select_option("yes")
    desk.page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(desk.page.locator(".found-chain")).to_have_count(1)
    expect(desk.page.locator(".found-chain .katex").first).to_be_visible()
    desk.page.get_by_role("link", name="Undone in step 3").press("Enter")
    expect(desk.page.get_by_role("heading", name="What was said of step 3")).to_be_visible()
    desk.page.go_back()
    desk.page.get_by_role("link", name="Step 2 of").press("Enter")
    expect(desk.page.get_by_role("heading", name="What was said of step 2")).to_be_visible()


def test_what_has_the_focus_is_never_hidden(campaign: Campaign, desk: Desk) -> None:
    """A text that is cut off holds nothing that a key could reach."""
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}{LUCK}")
    assert desk.page.locator(".found-chain .prose :is(a, button, [tabindex])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("rosa")
    for query in ("", "?finding=suspect", "?basis=adjudicated"):
        desk.page.goto(f"{desk.address}{LUCK}{query}")
        assert_accessible(desk.page)


def test_a_narrow_page_does_not_scroll_sideways(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    desk.sign_in("rosa")
    for address in (LUCK, f"{LUCK}?finding=suspect", "/campaigns/pilot/worklist/"):
        desk.page.goto(f"{desk.address}{address}")
        expect(desk.page.get_by_role("navigation", name="Pages of the campaign")).to_be_visible()
        assert desk.page.evaluate(WIDER) <= 0
