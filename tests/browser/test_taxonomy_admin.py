"""The taxonomies' admin in a real browser: order by mouse and by keyboard, new rows, the check, and axe."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.accounts.people import create_person
from taxonomies.models import Criterion, Label, TaxonomyVersion
from tests.browser.accessibility import violations
from tests.browser.conftest import PASSWORD, Desk
from tests.makers import make_version, small_yaml

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft() -> TaxonomyVersion:
    create_person(username="rosa", password=PASSWORD, researcher=True)
    return make_version(small_yaml(), publish=False)


def form_of(desk: Desk, version: TaxonomyVersion, *, query: str = "") -> Page:
    if "/admin/" not in desk.page.url:
        desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/admin/taxonomies/taxonomyversion/{version.pk}/change/{query}")
    # Alpine has taken over once the drag handles work.
    expect(desk.page.locator(".draft-criteria")).to_be_visible()
    return desk.page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def rows(page: Page, prefix: str) -> Locator:
    return page.locator(f"#{prefix}-group .draft-rows > .form-group:not(.empty-form)")


def drag(page: Page, row: Locator, *, onto: Locator) -> None:
    handle = row.locator(".draft-handle").first
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), onto.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 5, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, start["y"] - 5, steps=4)
    page.mouse.move(end["x"] + 20, end["y"] + 3, steps=12)
    page.wait_for_timeout(200)
    page.mouse.up()


def keys(**where: Any) -> list[str]:
    return list(Label.objects.filter(**where).values_list("key", flat=True))


def test_labels_and_criteria_are_dragged_with_the_mouse(desk: Desk, draft: TaxonomyVersion) -> None:
    page = form_of(desk, draft)
    labels = rows(page, "criteria-0-labels")
    drag(page, labels.nth(2), onto=labels.nth(0))
    expect(labels.nth(0)).to_contain_text("Bad")
    save(page)
    assert keys(criterion__key="verdict") == ["bad", "great", "okay"]
    criteria = page.locator("#criteria-group > .formset-wrapper > .draft-rows > .draft-criterion")
    drag(page, criteria.nth(1), onto=criteria.nth(0))
    expect(criteria.nth(0)).to_contain_text("What is wrong?")
    save(page)
    assert [criterion.key for criterion in draft.criteria.all()] == ["error_type", "verdict"]
    assert keys(criterion__key="verdict") == ["bad", "great", "okay"]


def test_the_order_is_changed_by_keyboard_and_rows_are_added(desk: Desk, draft: TaxonomyVersion) -> None:
    page = form_of(desk, draft)
    button = page.get_by_role("button", name="Move Other up")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    for title in ("Units", "Copied"):
        page.locator("#criteria-1-labels-group .add-row").click()
        page.keyboard.type(title)
        page.keyboard.press("Tab")
        page.keyboard.type(title.lower())
    # Taking one back again leaves what was typed into the other.
    page.locator("#criteria-1-labels-group .delete-template").first.click()
    page.get_by_role("button", name="Move the new label up").first.click()
    save(page)
    assert keys(criterion__key="error_type") == ["other", "copied", "sign_error"]


def test_a_new_criterion_is_added_with_a_label(desk: Desk, draft: TaxonomyVersion) -> None:
    page = form_of(desk, draft)
    page.get_by_role("button", name="Add a criterion").click()
    page.keyboard.type("How bad?")
    page.locator("#id_criteria-2-key").fill("severity")
    page.locator("#id_criteria-2-scope").select_option("chain")
    page.locator("#criteria-2-labels-group .add-row").click()
    page.locator("#id_criteria-2-labels-0-title").fill("High")
    page.locator("#id_criteria-2-labels-0-key").fill("high")
    save(page)
    criterion = Criterion.objects.get(key="severity")
    assert (criterion.scope, [label.key for label in criterion.labels.all()]) == ("chain", ["high"])


def test_publishing_an_unfinished_draft_leads_to_the_field(desk: Desk, draft: TaxonomyVersion) -> None:
    Label.objects.filter(key="okay").update(hotkey="n")
    page = form_of(desk, draft)
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("link", name="verdict.okay").click()
    field = page.locator("#id_criteria-0-labels-1-hotkey")
    expect(field).to_be_in_viewport()
    expect(page.locator(".draft-field:has(#id_criteria-0-labels-1-hotkey)")).to_contain_text(
        "needs a key from 1 to 9"
    )
    field.fill("2")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Nothing is missing")).to_be_visible()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. Campaigns can use it now.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_of_ours(make_desk: Any, draft: TaxonomyVersion, scheme: str) -> None:
    published = make_version(small_yaml(key="published"))
    Label.objects.filter(version=draft, key="okay").update(definition="")
    desk = make_desk(color_scheme=scheme)
    desk.sign_in("rosa")
    version = "/admin/taxonomies/taxonomyversion/"
    for path in (
        "/admin/taxonomies/taxonomy/",
        version,
        f"{version}{draft.pk}/change/?check=1",
        f"{version}{published.pk}/change/",
        f"{version}{published.pk}/clone/",
        f"{version}{published.pk}/history/",
    ):
        desk.page.goto(desk.address + path)
        desk.page.wait_for_timeout(300)
        found = violations(desk.page, tags=["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
        ours = [
            (path, violation["id"], node["html"][:160])
            for violation in found
            for node in violation["nodes"]
            if is_ours(node["target"])
        ]
        assert ours == []


def is_ours(target: list[str]) -> bool:
    return (
        "draft" in target[-1]
        or "published" in target[-1]
        or "history" in target[-1]
        or "criteria" in target[-1]
    )
