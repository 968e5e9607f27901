"""A researcher looks at who grades how, and follows one annotator to a step; and plans how many labels are enough."""

from typing import Any

import pytest
from playwright.sync_api import expect

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Membership, Role
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk
from tests.graded import graded_campaign
from tests.makers import line, make_user
from tests.reported import make_report

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/campaigns/pilot/annotators/"
WIDER = "document.documentElement.scrollWidth - innerWidth"


def known(value: float) -> dict[str, Any]:
    return {
        "value": value,
        "low": value - 0.05,
        "high": value + 0.05,
        "reason": None,
        "interval_reason": None,
    }


def measured(name: str, *, agreement: float, severity: float, is_ranked: bool = True) -> dict[str, Any]:
    days = [f"2026-11-0{day}" for day in range(1, 6)]
    return {
        "pseudonym": called(name),
        "grades": 40,
        "units": 40 if is_ranked else 3,
        "chains": 9,
        "agreement_with_rest": known(agreement),
        "alpha_change": known(0.02),
        "severity": known(severity),
        "is_ranked": is_ranked,
        "seconds_per_step": 12.5,
        "gold": {"units": 4, "accuracy": known(0.75)},
        "trend": [
            {"from": day, "to": day, "units": 8, "agreement_with_rest": known(agreement - 0.1 + place / 50)}
            for place, day in enumerate(days)
        ],
    }


def called(name: str) -> str:
    """The pseudonym of this person."""
    return Membership.objects.get(user__username=name).pseudonym


@pytest.fixture
def campaign() -> Campaign:
    rosa = make_user("rosa", researcher=True)
    rosa.set_password(PASSWORD)
    rosa.save()
    campaign = graded_campaign(
        [line("p/a", "Let $x = 1$.", "So $x = 2$.")],
        {
            "ada": {"p/a": ["good", "bad:sign"]},
            "ben": {"p/a": ["good", "good"]},
            "cleo": {"p/a": ["okay", "good"]},
        },
    )
    add_member(campaign=campaign, user=rosa, role=Role.RESEARCHER)
    make_report(
        campaign,
        annotators=[
            measured("ada", agreement=0.7, severity=-0.2),
            measured("ben", agreement=0.8, severity=0.1),
            measured("cleo", agreement=0.75, severity=0.0, is_ranked=False),
        ],
    )
    return campaign


def test_by_keyboard_from_the_table_to_a_step_on_which_somebody_stands_alone(
    campaign: Campaign, desk: Desk
) -> None:
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}{PAGE}")
    desk.page.get_by_role("link", name=called("ada")).press("Enter")
    expect(desk.page.locator(".plot-drawing svg")).to_be_visible()
    desk.page.get_by_role("table", name="Steps on which they stand alone").get_by_role("link").press("Enter")
    expect(desk.page.get_by_role("heading", name="What was said of step 2")).to_be_visible()


def test_names_are_shown_by_a_link_and_hidden_by_another(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}{PAGE}")
    row = desk.page.get_by_role("row").filter(has_text=called("ada"))
    expect(row).not_to_contain_text("ada ")
    desk.page.get_by_role("link", name="Show names").press("Enter")
    expect(row.locator(".person-name")).to_have_text("ada")
    desk.page.get_by_role("link", name="Hide names").press("Enter")
    expect(desk.page.locator(".person-name")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("rosa")
    for address in (PAGE, f"{PAGE}?names=1"):
        desk.page.goto(f"{desk.address}{address}")
        assert_accessible(desk.page)
    desk.page.get_by_role("link", name=called("ada")).click()
    expect(desk.page.locator(".plot-drawing svg")).to_be_visible()
    assert_accessible(desk.page)


def test_a_narrow_page_does_not_scroll_sideways(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}{PAGE}")
    assert desk.page.evaluate(WIDER) <= 0
    desk.page.get_by_role("link", name=called("ada")).click()
    expect(desk.page.locator(".plot-drawing svg")).to_be_visible()
    assert desk.page.evaluate(WIDER) <= 0
