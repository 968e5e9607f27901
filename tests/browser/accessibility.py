"""What axe finds on a page: by all its rules in light colours, and in dark by those that colours can break."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]


def violations(page: Page, *, tags: list[str] = TAGS) -> list[dict[str, Any]]:
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    rules = {"type": "rule", "values": OF_COLOURS} if is_dark else {"type": "tag", "values": tags}
    found: list[dict[str, Any]] = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return found


def assert_accessible(page: Page) -> None:
    assert violations(page) == []
