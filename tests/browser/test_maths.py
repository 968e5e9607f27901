"""maths.js and KaTeX in a real Chromium, under the policy that the application sends."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from csp.utils import build_policy
from playwright.sync_api import Browser, Page, Route

from annotator.web.rendering import render_text

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[2] / "static"
PAGE = """<!DOCTYPE html><html lang="en"><title>Maths</title>
<link rel="stylesheet" href="/app.css"><link rel="stylesheet" href="/vendor/katex/katex.min.css">
<script src="/vendor/katex/katex.min.js" defer></script><script src="/maths.js" type="module"></script>
<div class="prose">{text}</div>"""
LISTEN = """window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.sample));"""

# Each of these makes KaTeX write a style attribute: a static SVG, a tall delimiter, MathML, an error.
STYLED = r"$\vec{c}$ $\overrightarrow{AB}$ $\left(\rule{0em}{9em}\right)$ $\pmb{x}$ $\fcolorbox{red}{blue}{x}$ $\frac{1$"
HOSTILE = r"$\href{javascript:alert(1)}{x}$ $\includegraphics{https://example.org/x.png}$ $\htmlStyle{color:red}{x}$"


@pytest.fixture
def page(chromium_browser: Browser) -> Iterator[Page]:
    page = chromium_browser.new_page()
    page.add_init_script(LISTEN)
    yield page
    page.context.close()


def show(page: Page, text: str) -> None:
    html = PAGE.replace("{text}", render_text(text))
    page.route("**/*", lambda route: _answer(route, html))
    page.goto("http://stepmark.test/")
    page.wait_for_function(
        "!document.querySelector('[data-tex]') || document.querySelector('.katex, .katex-error')"
    )


def _answer(route: Route, html: str) -> None:
    path = STATIC / route.request.url.removeprefix("http://stepmark.test/")
    if path == STATIC:
        headers = {"Content-Security-Policy": build_policy()}
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
    elif path.is_file():
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        route.fulfill(body=path.read_bytes(), content_type=kind)
    else:
        route.fulfill(status=404)


def ask(page: Page, expression: str) -> Any:
    return page.evaluate(expression)


def test_maths_is_typeset_without_a_violation_of_the_policy(page: Page) -> None:
    show(page, STYLED)
    assert ask(page, "violations") == []
    assert ask(page, "document.querySelectorAll('.katex').length") == 5
    assert ask(page, "document.querySelector('.katex svg').style.width") != ""


def test_hostile_maths_makes_no_link_no_request_and_no_style(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, HOSTILE)
    assert [url for url in asked if "stepmark.test" not in url] == []
    assert ask(page, "document.querySelectorAll('.prose :is(a, img)').length") == 0
    assert ask(page, "violations") == []


def test_a_formula_cannot_hide_words_by_colour(page: Page) -> None:
    show(page, r"$a$ $\textcolor{white}{b}$ $\colorbox{black}{c}$")
    colours = "[...document.querySelectorAll('.katex-html .mord')].map((e) => getComputedStyle(e).color)"
    assert len(set(ask(page, colours))) == 1


def test_a_macro_bomb_ends_soon_and_shows_its_source(page: Page) -> None:
    show(page, r"$\def\a{\a\a}\a$ and $x$")
    assert ask(page, "document.querySelector('.katex-error').textContent") == r"\def\a{\a\a}\a"
    assert ask(page, "document.querySelectorAll('.katex').length") == 1


def test_copying_gives_the_source(page: Page) -> None:
    show(page, "so $x^2$\nholds")
    copied = ask(
        page,
        """() => {
          getSelection().selectAllChildren(document.querySelector(".prose"));
          const clipboardData = new DataTransfer();
          document.dispatchEvent(new ClipboardEvent("copy", { clipboardData, cancelable: true }));
          return clipboardData.getData("text/plain");
        }""",
    )
    assert copied.split() == ["so", "x^2", "holds"]


def test_maths_that_a_swap_brought_back_to_its_source_is_typeset_again(page: Page) -> None:
    show(page, "$x$")
    ask(page, "document.querySelector('[data-tex]').textContent = 'x'")
    ask(page, "document.dispatchEvent(new CustomEvent('htmx:after:swap'))")
    assert ask(page, "document.querySelectorAll('.katex').length") == 1
