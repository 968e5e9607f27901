"""A person at a long chain whose writes may not get through, and what the browser, the page and the database know of them."""

from playwright.sync_api import Page, Route, expect

from annotator.grading.models import Grade, GradeRevision
from tests.browser.conftest import Desk, make_person
from tests.makers import make_campaign, make_chain

STEPS = 30
BAR = "#outbox-words"
# What the rows say is noted in the page itself as they say it, so that no moment is missed; kept through a reload.
NOTE_WORDS = """
addEventListener("DOMContentLoaded", () => {
  const rows = document.getElementById("steps");
  if (!rows) return;
  new MutationObserver(() => {
    const said = JSON.parse(sessionStorage.getItem("said") ?? "{}");
    for (const state of rows.querySelectorAll(".row-state.is-saved")) {
      said[state.closest("form").getAttribute("action")] = state.textContent;
    }
    sessionStorage.setItem("said", JSON.stringify(said));
  }).observe(rows, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["class"] });
});
"""


def begin(desk: Desk) -> None:
    """Ada, with the first of two chains before her."""
    make_person("ada")
    make_chain("first", steps=[f"Step {number}." for number in range(1, STEPS + 1)])
    make_chain("second", steps=["Alone."])
    make_campaign(annotators=["ada"], after_first_error="continue")
    desk.page.context.add_init_script(NOTE_WORDS)
    desk.sign_in("ada")
    desk.start_grading()


def said_saved(page: Page) -> int:
    """How many rows have said, at any time, that they are saved."""
    return int(page.evaluate("Object.keys(JSON.parse(sessionStorage.getItem('said') ?? '{}')).length"))


def unsent(page: Page) -> int:
    """How many writes this browser keeps, of anybody."""
    count = "Object.keys(localStorage).filter((key) => key.startsWith('stepmark-outbox/')).length"
    return int(page.evaluate(count))


def verdicts() -> list[str | None]:
    grades = Grade.objects.select_related("verdict").order_by("step__index")
    return [grade.verdict.key if grade.verdict else grade.state for grade in grades]


def assert_each_stored_once(*wanted: str) -> None:
    assert verdicts() == list(wanted)
    assert GradeRevision.objects.count() == len(wanted)


def never_answer(page: Page) -> list[Route]:
    """From now on no write reaches the server; returns those that were held."""
    held: list[Route] = []
    page.context.route("**/steps/**", lambda route: held.append(route))
    return held


def answer_again(page: Page) -> None:
    page.context.unroute("**/steps/**")


def second_tab(desk: Desk, *, goes_there: bool = False) -> Desk:
    """Another tab of the same browser; on the same chain if it goes there."""
    other = Desk(page=desk.page.context.new_page(), address=desk.address)
    if goes_there:
        other.page.goto(desk.page.url)
        expect(other.page.locator(".step.is-current")).to_have_count(1)
    return other
