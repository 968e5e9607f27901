"""A researcher tries a taxonomy out by keys alone, and prints its guidelines."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from annotator.accounts.people import create_person
from annotator.grading.models import Grade, GradeRevision
from annotator.web.taxonomies.trial_chains import samples, usual_choice
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Vocabulary, read_vocabulary
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk
from tests.browser.unsent import unsent
from tests.makers import make_version

pytestmark = pytest.mark.django_db(transaction=True)
PRESETS = sorted((settings.BASE_DIR / "taxonomies" / "presets").glob("*.yaml"))
# The key of the first question of the current row that has no answer yet, and whether it takes a text.
NEXT_QUESTION = """() => {
  for (const question of document.querySelectorAll(".step.is-current .question")) {
    const field = question.querySelector("textarea");
    if (field ? field.value : question.querySelector("input:checked")) continue;
    const key = question.querySelector("[data-key]")?.dataset.key;
    if (key) return { key, isText: Boolean(field) };
  }
  return null;
}"""


@pytest.fixture
def rosa() -> None:
    create_person(username="rosa", password=PASSWORD, researcher=True)


def load(path: Path, *, publish: bool = True) -> TaxonomyVersion:
    return make_version(path.read_text(), publish=publish)


def open_preview(desk: Desk, version: TaxonomyVersion, query: str = "") -> None:
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/taxonomies/{version.taxonomy.key}/{version.number}/{query}")
    desk.page.wait_for_selector(".step.is-current")


def current(desk: Desk) -> int:
    return int(desk.page.locator(".step.is-current").get_attribute("data-index") or -1)


def verdict_keys(vocabulary: Vocabulary, *, steps: int) -> list[str]:
    """The flawed one first, then all in turn."""
    choices = sorted(vocabulary.verdict.choices, key=lambda choice: choice.value or 0)
    return [choices[index % len(choices)].hotkey for index in range(steps)]


def answer_what_is_asked(desk: Desk, *, index: int) -> int:
    """By the keys on the badges, as long as the row has the keys; returns how many questions it asked."""
    answered = 0
    while current(desk) == index and (question := desk.page.evaluate(NEXT_QUESTION)):
        desk.press(question["key"])
        if question["isText"]:
            desk.page.keyboard.type("Because of this.")
            desk.press("Escape")
        answered += 1
        assert answered < 30
    return answered


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_a_preset_is_tried_out_by_keys_alone(rosa: None, desk: Desk, path: Path) -> None:
    version = load(path)
    vocabulary = read_vocabulary(version)
    steps = len(samples()[usual_choice(version.taxonomy.domain).sample].texts)
    open_preview(desk, version)
    asked = 0
    for index, key in enumerate(verdict_keys(vocabulary, steps=steps)):
        assert current(desk) == index
        desk.press(key)
        asked += answer_what_is_asked(desk, index=index)
        if current(desk) == index:
            desk.press("j")
    assert (asked > 0) == bool(vocabulary.questions)
    rows = steps
    if vocabulary.chain_questions:
        assert current(desk) == steps
        assert answer_what_is_asked(desk, index=steps) > 0
        rows += 1
    tried = desk.page.locator(".row-state", has_text="tried, not stored")
    expect(tried).to_have_count(rows)
    desk.press("Enter")
    expect(desk.page.locator("#finish-words")).to_have_text("Preview: nothing is submitted.")
    expect(desk.page.locator("#live")).to_have_text("Preview: nothing is submitted.")
    assert not Grade.objects.exists()
    assert not GradeRevision.objects.exists()


def test_nothing_of_the_end_of_a_chain_is_there(rosa: None, desk: Desk) -> None:
    open_preview(desk, load(PRESETS[0]))
    for key in ("b", "g", "Enter"):
        desk.page.locator("#finish-words").evaluate("words => words.textContent = ''")
        desk.press(key)
        expect(desk.page.locator("#finish-words")).to_have_text("Preview: nothing is submitted.")
    desk.page.context.set_offline(True)
    desk.press("1")
    desk.wait_for_states("waiting, will be sent")
    # What is tried waits in the page alone.
    assert unsent(desk.page) == 0
    desk.page.context.set_offline(False)
    expect(desk.page.locator(".row-state").first).to_contain_text("tried, not stored")
    desk.complaints.clear()
    desk.page.get_by_role("link", name="Start over").click()
    desk.page.wait_for_selector(".step.is-current")
    expect(desk.page.locator(".row-state").first).to_have_text("")


def test_undo_and_a_comment_are_tried_too(rosa: None, desk: Desk) -> None:
    open_preview(desk, load(PRESETS[0], publish=False))
    desk.press("1")
    expect(desk.page.locator(".row-state").first).to_contain_text("tried, not stored")
    desk.press("k", "n")
    desk.page.keyboard.type("Well put.")
    desk.press("Escape")
    expect(desk.page.locator("#step-0 [name=revision]")).to_have_value("2")
    desk.press("z", "z")
    expect(desk.page.locator("#step-0 [name=revision]")).to_have_value("4")
    expect(desk.page.locator("#step-0 .row-state")).to_have_text("")


def test_another_chain_and_policy_are_a_form(rosa: None, desk: Desk) -> None:
    open_preview(desk, load(PRESETS[0]))
    desk.page.get_by_text("Another chain, another policy").click()
    desk.page.get_by_label("Sample chain about").select_option("law")
    desk.page.get_by_label("After the first error").select_option("stop")
    desk.page.get_by_role("button", name="Show").click()
    desk.page.wait_for_selector(".step.is-current")
    expect(desk.page.locator(".problem")).to_contain_text("coat")
    desk.press("3")
    expect(desk.page.locator(".is-after-error")).to_have_count(4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(rosa: None, make_desk: Any, scheme: str) -> None:
    version = next(load(path) for path in PRESETS if path.stem == "legal_reasoning")
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    open_preview(desk, version)
    desk.press("3")
    expect(desk.page.locator(".question").first).to_be_visible()
    expect(desk.page.locator(".row-state").first).to_contain_text("tried, not stored")
    desk.page.get_by_text("Another chain, another policy").click()
    assert_accessible(desk.page)
    desk.page.goto(f"{desk.page.url.partition('?')[0]}guidelines/")
    expect(desk.page.get_by_role("button", name="Print")).to_be_visible()
    assert_accessible(desk.page)


def test_on_a_phone_nothing_sticks_out(rosa: None, desk: Desk) -> None:
    version = load(PRESETS[0])
    desk.page.set_viewport_size({"width": 390, "height": 800})
    open_preview(desk, version)
    desk.press("3")
    for place in ("", "guidelines/"):
        desk.page.goto(f"{desk.address}/taxonomies/{version.taxonomy.key}/1/{place}")
        assert desk.page.evaluate("document.documentElement.scrollWidth") == 390


def test_guidelines_print_black_on_white_without_navigation(rosa: None, make_desk: Any) -> None:
    version = load(PRESETS[0])
    desk: Desk = make_desk(color_scheme="dark")
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/taxonomies/{version.taxonomy.key}/1/guidelines/")
    desk.page.emulate_media(media="print")
    expect(desk.page.locator(".site-header")).to_be_hidden()
    expect(desk.page.get_by_role("button", name="Print")).to_be_hidden()
    expect(desk.page.locator(".guide-label kbd").first).to_be_visible()
    colours = desk.page.locator("body").evaluate(
        "body => [getComputedStyle(body).color, getComputedStyle(body).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    breaks = "label => getComputedStyle(label).breakInside"
    assert desk.page.locator(".guide-label").first.evaluate(breaks) == "avoid"


def test_a_draft_that_lacks_its_verdict_leads_back_to_its_form(rosa: None, desk: Desk) -> None:
    version = load(PRESETS[0], publish=False)
    version.criteria.all().delete()
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/taxonomies/{version.taxonomy.key}/1/")
    expect(desk.page.get_by_role("heading", name="Not ready to be shown yet")).to_be_visible()
    expect(desk.page.get_by_text("No criterion is the verdict yet")).to_be_visible()
    expect(desk.page.get_by_role("link", name="Go on with the draft")).to_be_visible()
