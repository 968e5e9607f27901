"""A researcher compares two versions, says what labels become, and moves a campaign."""

from typing import Any

import pytest
from playwright.sync_api import expect

from annotator.accounts.people import create_person
from annotator.assignments.models import Campaign
from annotator.grading.models import Move
from annotator.grading.moving import run_move
from annotator.jobs import running
from taxonomies.mapping import read_mapping
from taxonomies.models import TaxonomyVersion
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk
from tests.graded import graded_campaign
from tests.makers import NOW, line, make_version
from tests.moving import SPLIT, move, next_version

pytestmark = pytest.mark.django_db(transaction=True)
MAPPING = "/taxonomies/every_kind/1/mapping/2/"
COMPARE = "/taxonomies/every_kind/1/compare/2/"


@pytest.fixture
def campaign() -> Campaign:
    """One chain by ada, whose sign error the next version splits."""
    create_person(username="rosa", password=PASSWORD, researcher=True)
    return graded_campaign(
        [line("p/a", "one", "two")], {"ada": {"p/a": ["good", "bad:sign"]}}, researchers=["rosa"]
    )


def open_mapping(desk: Desk) -> None:
    make_version(SPLIT)
    desk.sign_in("rosa")
    desk.page.goto(desk.address + MAPPING)


def test_labels_are_mapped_by_keys_alone_and_the_page_says_what_it_amounts_to(
    campaign: Campaign, desk: Desk
) -> None:
    open_mapping(desk)
    sign = desk.page.locator("[id='row-error.sign']")
    expect(sign.locator(".mapping-outcome")).to_have_text("not decided")
    sign.get_by_role("combobox").focus()
    desk.page.keyboard.type("split")
    expect(sign.locator(".mapping-outcome")).to_have_text("split: tick at least two, not saved")
    for _ in range(2):
        desk.press("Tab", "Space")
    expect(sign.locator(".mapping-outcome")).to_have_text("split among 2, not saved")
    terse = desk.page.locator("[id='row-traits.terse']")
    terse.get_by_role("combobox").focus()
    desk.page.keyboard.type("Short")
    expect(terse.locator(".mapping-outcome")).to_have_text("renamed, not saved")
    clear = desk.page.locator("[id='row-traits.clear']")
    clear.get_by_role("combobox").focus()
    desk.page.keyboard.type("Short")
    expect(terse.locator(".mapping-outcome")).to_have_text("merged with Clear, not saved")
    desk.page.get_by_role("button", name="Save").focus()
    desk.press("Enter")
    expect(desk.page.get_by_text("The mapping is complete.")).to_be_visible()
    expect(terse.locator(".mapping-outcome")).to_have_text("merged with Clear")
    old, new = TaxonomyVersion.objects.order_by("number")
    saved = read_mapping(source=old, target=new)
    assert saved["error.sign"] == ("error.flip", "error.lost")
    assert saved["traits.clear"] == saved["traits.terse"] == ("traits.short",)


def test_what_is_chosen_back_needs_no_saving(campaign: Campaign, desk: Desk) -> None:
    open_mapping(desk)
    bad = desk.page.locator("[id='row-verdict.bad']")
    bad.get_by_role("combobox").select_option("-")
    expect(bad.locator(".mapping-outcome")).to_have_text("dropped, not saved")
    bad.get_by_role("combobox").select_option("verdict.bad")
    expect(bad.locator(".mapping-outcome")).to_have_text("suggested, not saved")


def test_a_split_can_be_made_without_javascript(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(java_script_enabled=False)
    open_mapping(desk)
    sign = desk.page.locator("[id='row-error.sign']")
    sign.get_by_role("combobox").select_option("*")
    desk.page.get_by_role("button", name="Save").click()
    expect(sign.locator(".field-error")).to_have_text(
        "Tick at least two labels among which people choose again."
    )
    sign.get_by_role("checkbox", name="Flipped sign").check()
    sign.get_by_role("checkbox", name="Lost sign").check()
    desk.page.get_by_role("button", name="Save").click()
    expect(sign.locator(".mapping-outcome")).to_have_text("split among 2")
    # The answer that was refused is told to the console.
    desk.complaints[:] = [words for words in desk.complaints if "422" not in words]


def test_a_campaign_is_moved_and_the_page_watches_it_happen(campaign: Campaign, desk: Desk) -> None:
    next_version(campaign.taxonomy_version)
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/campaigns/pilot/")
    desk.page.get_by_role("link", name="move the campaign to it").click()
    expect(desk.page.get_by_text("1 person is asked again about 1 step")).to_be_visible()
    desk.page.get_by_label("I have read what happens").focus()
    desk.press("Space", "Tab", "Enter")
    expect(desk.page.get_by_role("heading", name="Moving to version 2")).to_be_visible()
    taken = running.take(Move, pk=Move.objects.get().pk, now=NOW)
    assert taken is not None
    run_move(move=taken, now=NOW)
    expect(desk.page.get_by_role("heading", name="Moved to version 2")).to_be_visible()
    desk.page.get_by_role("link", name="Who is asked again about what").click()
    expect(desk.page.get_by_text("“Sign” was split: choose again.")).to_be_visible()
    expect(desk.page.get_by_role("progressbar", name="Answered")).to_have_attribute("max", "1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    later = next_version(campaign.taxonomy_version)
    desk.sign_in("rosa")
    for address in ("/campaigns/pilot/", "/campaigns/pilot/move/", COMPARE, MAPPING):
        desk.page.goto(desk.address + address)
        assert_accessible(desk.page)
    desk.page.locator("[id='row-error.logic']").get_by_role("combobox").select_option("*")
    assert_accessible(desk.page)
    move(campaign, later)
    for address in ("/campaigns/pilot/", "/campaigns/pilot/move/", "/campaigns/pilot/worklist/"):
        desk.page.goto(desk.address + address)
        assert_accessible(desk.page)
    desk.page.locator("details.release summary").click()
    assert_accessible(desk.page)


@pytest.mark.parametrize("address", [COMPARE, MAPPING, "/campaigns/pilot/worklist/", "/campaigns/pilot/"])
def test_nothing_is_wider_than_a_phone(campaign: Campaign, make_desk: Any, address: str) -> None:
    desk: Desk = make_desk()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    move(campaign, next_version(campaign.taxonomy_version))
    desk.sign_in("rosa")
    desk.page.goto(desk.address + address)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
