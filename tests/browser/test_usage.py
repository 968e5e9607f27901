"""A researcher reads how the labels are used and follows a disagreement to its step."""

from typing import Any

import pytest
from playwright.sync_api import expect

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk
from tests.graded import graded_campaign
from tests.makers import line, make_user
from tests.moving import move, next_version

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    rosa = make_user("rosa", researcher=True)
    rosa.set_password(PASSWORD)
    rosa.save()
    campaign = graded_campaign(
        [
            line("p/a", "Let $x$ be the price.", "Then $x = 20$.", "So **20**.", reference_answer="20"),
            line("q/a", "one"),
        ],
        {
            "ada": {"p/a": ["good", "bad:sign", "good"], "q/a": ["unsure"]},
            "ben": {"p/a": ["good", "bad:logic", "okay"], "q/a": ["good"]},
        },
    )
    add_member(campaign=campaign, user=rosa, role=Role.RESEARCHER)
    return campaign


def test_from_a_disagreement_to_the_step_behind_it(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/campaigns/pilot/")
    desk.page.get_by_role("link", name="How often each label is chosen").click()
    expect(desk.page.get_by_role("heading", name="What to revise")).to_be_visible()
    table = desk.page.get_by_role("table", name="Disagreements about error")
    table.get_by_role("link", name="p, step 2").click()
    expect(desk.page.get_by_role("heading", name="What was said of step 2")).to_be_visible()
    expect(desk.page.locator(".said > li")).to_have_count(2)
    expect(desk.page.locator(".said")).to_contain_text("Logic")
    expect(desk.page.locator(".walk .is-marked .katex")).to_be_visible()
    desk.page.get_by_role("link", name="Step 1").click()
    expect(desk.page.get_by_role("heading", name="What was said of step 1")).to_be_visible()


def test_the_agreement_of_a_former_version_is_chosen_in_place(campaign: Campaign, desk: Desk) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/campaigns/pilot/")
    part = desk.page.locator("#agreement")
    expect(part.get_by_role("link", name="Version 2 (now)")).to_have_attribute("aria-current", "true")
    part.get_by_role("link", name="Version 1").click()
    expect(part).to_contain_text("as they were given under version 1")
    expect(part.get_by_role("link", name="Version 1")).to_have_attribute("aria-current", "true")
    part.get_by_role("button", name="Compute now").click()
    expect(part).to_contain_text("Queued, asked for at")
    expect(part).to_contain_text("as they were given under version 1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    move(campaign, next_version(campaign.taxonomy_version))
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("rosa")
    for address in (
        "/campaigns/pilot/",
        "/taxonomies/every_kind/1/usage/",
        "/taxonomies/every_kind/2/usage/",
    ):
        desk.page.goto(f"{desk.address}{address}")
        assert_accessible(desk.page)
    desk.page.locator(".examples a").first.click()
    expect(desk.page.locator(".walk")).to_be_visible()
    assert_accessible(desk.page)


def test_a_narrow_page_does_not_scroll_sideways(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/taxonomies/every_kind/1/usage/")
    wider = "document.documentElement.scrollWidth - innerWidth"
    assert desk.page.evaluate(wider) <= 0
    desk.page.locator(".examples a").first.click()
    expect(desk.page.locator(".walk")).to_be_visible()
    assert desk.page.evaluate(wider) <= 0
