"""The pictures of the documentation, taken of the demo: `python -m tests.browser.pictures` writes them into docs/."""

import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium
from tests.embedded.running import REPOSITORY, Run, dev, new_var_dir

DOCS = REPOSITORY / "docs"
CAMPAIGN = "Demo: what goes wrong in algebra?"
WIDE = (1280, 860)
PHONE = (390, 844)


def main() -> None:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with new_var_dir(mode=0o711) as var_dir, dev(var_dir) as run, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=[*chromium.ARGUMENTS]
        )
        take_pictures(signed_in(browser, run=run, name="ben"), into=DOCS)
        picture_of_deciding(signed_in(browser, run=run, name="rita"), into=DOCS)
        browser.close()


def signed_in(browser: Browser, *, run: Run, name: str) -> Page:
    [password] = [found[1] for line in run.lines if (found := re.match(rf" +{name} +(\S+)", line))]
    page = browser.new_context(base_url=f"http://localhost:{run.port}", locale="en-GB").new_page()
    page.goto("/")
    for key in (name, password):
        page.keyboard.type(key)
        page.keyboard.press("Tab" if key == name else "Enter")
    expect(page.get_by_role("heading", name="My campaigns")).to_be_visible()
    return page


def take_pictures(page: Page, *, into: Path) -> None:
    page.get_by_role("article", name=CAMPAIGN).get_by_role("link", name="Go on where you were").click()
    page.wait_for_selector(".step.is-current")
    grade(page, "1", "1")
    picture(page, into / "grading.png", size=WIDE)
    grade(page, "3")
    picture(page, into / "grading-flawed.png", size=WIDE)
    page.emulate_media(color_scheme="dark")
    picture(page, into / "grading-dark.png", size=WIDE)
    page.emulate_media(color_scheme="light")
    picture(page, into / "grading-phone.png", size=PHONE)


def picture_of_deciding(page: Page, *, into: Path) -> None:
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.goto("/campaigns/demo-algebra/adjudicate/")
    expect(page.locator("#decision :focus")).to_have_count(1)
    page.keyboard.press("2")
    page.keyboard.type("It goes on with the right equation, but leaves the line above as it was.")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=into / "adjudication.png")


def grade(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(".row-state:is(.is-waiting, .is-unsaved)")).to_have_count(0)


def picture(page: Page, path: Path, *, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("document.fonts.ready")
    page.locator(".step.is-current").scroll_into_view_if_needed()
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
