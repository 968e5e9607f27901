"""A grading page in a real Chromium: opened by a signed-in person, weighed, and timed from inside."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import chromium

# From the key event, by its own time stamp, to the words of the row that had the keys then.
WATCH = """
window.waits = [];
window.shifts = [];
const named = ({ node }) => node?.id || node?.className || node?.parentElement?.className || node?.nodeName;
const shift = ({ value, sources }) => `${value.toFixed(5)} ${sources.map(named).join(", ")}`;
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(shift)))
  .observe({ type: "layout-shift", buffered: true });
window.longest = 0;
new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); })
  .observe({ type: "longtask", buffered: true });
addEventListener("DOMContentLoaded", () => {
  const steps = document.getElementById("steps");
  if (!steps) return;
  let began = null;
  addEventListener("keydown", ({ timeStamp }) => {
    began = { at: timeStamp, item: document.querySelector(".step.is-current"), hasWaited: false };
  }, { capture: true });
  new MutationObserver(() => {
    if (!began?.item) return;
    const isSaved = began.item.querySelector(".row-state.is-saved");
    if (!isSaved) began.hasWaited = true;
    else if (began.hasWaited) { window.waits.push(performance.now() - began.at); began = null; }
  }).observe(steps, { subtree: true, childList: true, attributes: true, characterData: true });
});
"""
# Milliseconds between frames while the page is scrolled from its top to its end, a step of 120 pixels a frame.
SCROLL = """
() => new Promise((done) => {
  const gaps = [];
  let last = performance.now();
  scrollTo(0, 0);
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    scrollBy(0, 120);
    const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
    if (gaps.length < 300 && !isAtEnd) requestAnimationFrame(frame);
    else done(gaps.slice(2));
  };
  requestAnimationFrame(frame);
})
"""


@dataclass
class View:
    """What came over the network: bytes by address."""

    bytes_of: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def kilobytes(self) -> float:
        return sum(self.bytes_of.values()) / 1000


@contextmanager
def started_browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django would take what follows for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=[*chromium.ARGUMENTS]
        )
        yield browser
        browser.close()


def signed_in_context(browser: Browser, *, origin: str, cookies: str) -> BrowserContext:
    """`cookies` as in a request's header."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": origin}
            for name, morsel in SimpleCookie(cookies).items()
        ]
    )
    return context


def open_page(context: BrowserContext, address: str) -> Page:
    """With a step that has the keys."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".step.is-current")
    return page


def weigh(context: BrowserContext, address: str) -> View:
    """Open the page with an empty cache, wait until the network is quiet, and say what came as it came."""
    page = context.new_page()
    view = View()
    addresses: dict[str, str] = {}
    network = context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", lambda event: note_request(view, addresses, event))
    network.on(
        "Network.loadingFinished",
        lambda event: view.bytes_of.update({addresses[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(address)
    page.wait_for_selector(".step.is-current")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    page.close()
    return view


def note_request(view: View, addresses: dict[str, str], event: dict[str, dict[str, str]]) -> None:
    address = event["request"]["url"]
    addresses[str(event["requestId"])] = address
    view.asked.append(address)


def press_and_wait(page: Page, key: str) -> None:
    """Until the row that had the keys says that it is saved."""
    before = page.evaluate("window.waits.length")
    page.keyboard.press(key)
    page.wait_for_function("count => window.waits.length > count", arg=before)
