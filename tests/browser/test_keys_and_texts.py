"""Reading: terms that light up wherever they occur, texts that are too long to stand there whole, and active seconds."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.assignments.models import Campaign
from annotator.grading.models import Grade
from tests.browser.conftest import Desk, make_person
from tests.makers import make_campaign, make_chain

pytestmark = pytest.mark.django_db(transaction=True)
PRICE = "What is the price $x$ of Price & Sons? The priceless are free."
ABOUT_PRICES = [
    "Let the price be $x$, and the **price** of two be $2x + xy$.",
    "The unit price (or PRICE) is $\\text{price} = \\frac{x}{2}$, not the prices.",
    "X is not x.",
]
# Looks until just these texts are lit up, each with the place where it is; what is lit up at last. Not by Playwright's own
# waiting, which the page's policy forbids.
WAIT_FOR_LIT = """async (wanted) => {
    const placeOf = (around) =>
        around.closest(".problem") ? "problem" : `step ${1 + Number(around.closest(".step").dataset.index)}`;
    const lit = () => [...(CSS.highlights.get("term") ?? [])].map((range) => {
        const around = range.startContainer.parentElement;
        return `${placeOf(around)}${around.closest(".katex-mathml") ? " hidden" : ""}: ${range}`;
    });
    const until = performance.now() + 5000;
    while (lit().join() !== wanted.join() && performance.now() < until) await new Promise(requestAnimationFrame);
    return lit();
}"""


@pytest.fixture
def campaign() -> Campaign:
    make_person("ada")
    make_chain("prices", problem=PRICE, steps=ABOUT_PRICES)
    return make_campaign(annotators=["ada"], after_first_error="continue")


@pytest.fixture
def at_work(campaign: Campaign, desk: Desk) -> Desk:
    desk.sign_in("ada")
    desk.start_grading()
    return desk


def select(page: Page, place: str, start: int, end: int) -> None:
    """Characters of the first text node there, as a mouse would."""
    page.evaluate(
        """([place, start, end]) => {
            const text = document.createTreeWalker(document.querySelector(place), NodeFilter.SHOW_TEXT).nextNode();
            getSelection().setBaseAndExtent(text, start, text, end);
        }""",
        [place, start, end],
    )


def wait_for_lit(page: Page, *wanted: str) -> None:
    assert page.evaluate(WAIT_FOR_LIT, list(wanted)) == list(wanted)


def double_click(page: Page, place: str, word: str) -> None:
    at = page.evaluate(
        """([place, word]) => {
            const walker = document.createTreeWalker(document.querySelector(place), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const node = walker.currentNode;
                if (node.parentElement.closest(".katex-mathml") || !node.data.includes(word)) continue;
                const range = new Range();
                range.setStart(node, node.data.indexOf(word));
                range.setEnd(node, node.data.indexOf(word) + word.length);
                const { x, y, width, height } = range.getBoundingClientRect();
                return [x + width / 4, y + height / 2];
            }
        }""",
        [place, word],
    )
    page.mouse.dblclick(*at)


def test_a_double_clicked_word_lights_up_everywhere_as_a_whole_word(at_work: Desk) -> None:
    page = at_work.page
    before = page.locator("#main").evaluate("main => main.innerHTML")
    double_click(page, ".problem-text .prose", "price")
    wait_for_lit(
        page,
        *["problem: price", "problem: Price", "step 1: price", "step 1: price"],
        *["step 2: price", "step 2: PRICE", "step 2: price"],
    )
    assert page.locator("#main").evaluate("main => main.innerHTML") == before
    page.mouse.click(*middle(page.locator(".site-header")))
    wait_for_lit(page)


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_symbol_lights_up_in_formulas_but_not_in_what_they_hide(at_work: Desk) -> None:
    double_click(at_work.page, "#text-2", "x")
    lit = ["problem: x", *["step 1: x"] * 3, "step 2: x", "step 3: x"]
    wait_for_lit(at_work.page, *lit)
    at_work.press("Escape")
    wait_for_lit(at_work.page)
    assert at_work.current() == 3


def test_keys_go_on_grading_while_something_is_lit(at_work: Desk) -> None:
    double_click(at_work.page, "#text-1", "unit")
    wait_for_lit(at_work.page, "step 2: unit")
    at_work.press("2")
    at_work.wait_until_all_is_saved()
    assert Grade.objects.count() == 1


def test_shift_and_arrows_go_from_word_to_word_and_grade_nothing(at_work: Desk) -> None:
    page = at_work.page
    at_work.press("Shift+ArrowRight")
    wait_for_lit(page, "step 1: Let")
    at_work.press("Shift+ArrowRight", "Shift+ArrowRight")
    wait_for_lit(
        page,
        *["problem: price", "problem: Price", "step 1: price", "step 1: price"],
        *["step 2: price", "step 2: PRICE", "step 2: price"],
    )
    at_work.press("Shift+ArrowLeft", "Shift+ArrowLeft")
    wait_for_lit(page, "step 1: Let")
    at_work.press("Escape")
    wait_for_lit(page)
    assert at_work.current() == 1
    assert not Grade.objects.exists()


def test_what_the_mouse_selected_can_be_widened_by_shift_and_arrows(at_work: Desk) -> None:
    select(at_work.page, "#text-2 .prose p", 0, 1)
    wait_for_lit(at_work.page, "step 3: X")
    at_work.press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    wait_for_lit(at_work.page, "step 3: X is")
    assert not Grade.objects.exists()


def test_long_selections_and_those_in_fields_light_up_nothing(at_work: Desk) -> None:
    page = at_work.page
    select(page, ".problem-text .prose p", 8, 17)
    wait_for_lit(page, "problem: the price", "step 1: the price", "step 1: the price")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.step-list'))")
    wait_for_lit(page)
    at_work.press("n")
    page.keyboard.type("price")
    at_work.press("Shift+ArrowLeft", "Control+a")
    page.wait_for_timeout(200)
    wait_for_lit(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_lit_can_be_read(campaign: Campaign, make_desk: Any, scheme: str) -> None:
    desk: Desk = make_desk(color_scheme=scheme)
    desk.sign_in("ada")
    desk.start_grading()
    colours = desk.page.evaluate("""() => {
        const { color, backgroundColor } = getComputedStyle(document.body, "::highlight(term)");
        return [color, backgroundColor].map((text) => text.match(/\\d+/g).slice(0, 3).map(Number));
    }""")
    assert contrast(*colours) >= 4.5


def contrast(one: list[int], other: list[int]) -> float:
    """WCAG 2.2, "contrast ratio" of two sRGB colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: list[int]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# Long texts


@pytest.fixture
def at_long_texts(desk: Desk) -> Desk:
    make_person("ada")
    words = " ".join(f"word{number} $x_{{{number}}}$" for number in range(1_200))
    make_chain("long", problem="Why?\n\n" + "Because. " * 600, steps=["Short.", words[:20_000], "Last."])
    make_campaign(annotators=["ada"], after_first_error="continue")
    desk.sign_in("ada")
    desk.start_grading()
    return desk


def height(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["height"]


def test_a_long_text_shows_its_beginning_and_more_of_it_by_a_key(at_long_texts: Desk) -> None:
    desk = at_long_texts
    text = desk.page.locator("#text-1 .prose")
    more = desk.page.locator("#text-1 .more")
    assert height(text) < 500
    expect(more).to_have_accessible_name(re.compile("More"))
    desk.press("j", "+")
    expect(more).to_have_attribute("aria-expanded", "true")
    assert height(text) > 1_000
    expect(more).to_have_accessible_name(re.compile("Less"))
    desk.press("=")
    expect(more).to_have_attribute("aria-expanded", "false")
    assert height(text) < 500
    expect(desk.page.locator("#number-1")).to_be_in_viewport()
    assert desk.current() == 2


def test_less_brings_the_step_back_into_view(at_long_texts: Desk) -> None:
    page = at_long_texts.page
    more = page.locator("#text-1 .more")
    more.click()
    more.evaluate("more => more.scrollIntoView()")
    expect(page.locator("#number-1")).not_to_be_in_viewport()
    more.click()
    expect(page.locator("#number-1")).to_be_in_viewport()


def test_what_a_long_text_does_not_show_is_laid_out_once_it_is_shown(desk: Desk) -> None:
    make_person("ada")
    make_chain("long", steps=["Short.", "\n\n".join(f"word{number}" for number in range(1_000)), "Last."])
    make_campaign(annotators=["ada"], after_first_error="continue")
    desk.sign_in("ada")
    desk.start_grading()
    first, last = (desk.page.locator("#text-1 .rendered p").nth(at) for at in (0, -1))
    # Until then it has the height that is put for it.
    assert height(last) > height(first)
    desk.press("j", "+")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    assert height(last) == height(first)
    assert last.inner_text() == "word999"


def test_a_long_problem_has_its_button_too(at_long_texts: Desk) -> None:
    problem = at_long_texts.page.locator(".problem-text")
    assert height(problem.locator(".prose")) < 500
    problem.get_by_role("button", name="More").click()
    assert height(problem.locator(".prose")) > 500


def test_a_long_text_moves_nothing_at_load(at_long_texts: Desk) -> None:
    page = at_long_texts.page
    page.add_init_script("""
        globalThis.shifts = 0;
        new PerformanceObserver((entries) => {
            for (const entry of entries.getEntries()) if (!entry.hadRecentInput) shifts += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
    """)
    page.reload()
    page.wait_for_selector(".step.is-current")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("shifts") < 0.1
    at_long_texts.press("j")
    at_long_texts.press("1")
    assert at_long_texts.current() == 3


# Active seconds


@pytest.fixture
def on_the_clock(campaign: Campaign, desk: Desk) -> Desk:
    desk.sign_in("ada")
    desk.page.clock.install()
    desk.start_grading()
    desk.page.clock.pause_at("2099-01-01T00:00:00Z")
    # What passed until now is the first step's; a key ends it.
    desk.press("j", "k", "2")
    desk.wait_until_all_is_saved()
    desk.press("k")
    return desk


def seconds_of(index: int) -> float:
    return Grade.objects.get(step__index=index).seconds


def pass_time(desk: Desk, seconds: int) -> None:
    desk.page.clock.run_for(seconds * 1000)


def test_seconds_count_for_the_row_that_has_the_keys_and_add_up(on_the_clock: Desk) -> None:
    desk = on_the_clock
    start = seconds_of(0)
    pass_time(desk, 20)
    desk.press("j")
    pass_time(desk, 7)
    desk.press("k")
    pass_time(desk, 15)
    desk.press("1", "1")
    pass_time(desk, 1)
    desk.wait_until_all_is_saved()
    assert seconds_of(0) - start == pytest.approx(35, abs=0.5)
    assert seconds_of(1) == pytest.approx(7, abs=0.5)


def test_the_clock_stops_a_minute_after_the_last_sign_of_life(on_the_clock: Desk) -> None:
    desk = on_the_clock
    start = seconds_of(0)
    pass_time(desk, 50)
    desk.page.mouse.move(300, 300)
    pass_time(desk, 600)
    desk.page.evaluate(
        "addEventListener('wheel', () => (document.body.dataset.wheel = 'seen'), {passive: true, capture: true})"
    )
    desk.page.mouse.wheel(0, 10)
    expect(desk.page.locator("body")).to_have_attribute("data-wheel", "seen")
    pass_time(desk, 10)
    desk.press("1")
    pass_time(desk, 1)
    desk.wait_until_all_is_saved()
    assert seconds_of(0) - start == pytest.approx(50 + 60 + 10, abs=0.5)


def test_time_in_another_tab_does_not_count(on_the_clock: Desk) -> None:
    desk = on_the_clock
    start = seconds_of(0)
    pass_time(desk, 5)
    turn(desk.page, hidden=True)
    pass_time(desk, 30)
    turn(desk.page, hidden=False)
    pass_time(desk, 5)
    desk.press("1")
    pass_time(desk, 1)
    desk.wait_until_all_is_saved()
    assert seconds_of(0) - start == pytest.approx(10, abs=0.5)


def turn(page: Page, *, hidden: bool) -> None:
    """As if the tab were left or come back to, which a headless browser never does."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_seconds_go_on_from_what_was_stored(on_the_clock: Desk) -> None:
    desk = on_the_clock
    pass_time(desk, 40)
    desk.press("1")
    pass_time(desk, 1)
    desk.wait_until_all_is_saved()
    before = seconds_of(0)
    assert before >= 40
    desk.page.reload()
    desk.page.wait_for_selector(".step.is-current")
    desk.press("k")
    pass_time(desk, 10)
    desk.press("2")
    pass_time(desk, 1)
    desk.wait_until_all_is_saved()
    assert seconds_of(0) - before == pytest.approx(10, abs=1)
