"""Steps that were written to break the page stay in their boxes, run nothing, and are graded like any others."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Dialog, Request, expect

from annotator.chains.models import Chain
from annotator.grading.models import Grade
from tests.browser.conftest import Desk, make_person
from tests.makers import make_campaign, make_chain

pytestmark = pytest.mark.django_db(transaction=True)
# Each sets a global, asks another host for something, or leaves its box, if it is ever more than text.
HOSTILE = [
    "<script>globalThis.ran = 1</script><img src=x onerror='globalThis.ran = 1'><svg onload='globalThis.ran = 1'>",
    "[a](javascript:globalThis.ran=1) <a href='javascript:globalThis.ran=1'>b</a> [c](data:text/html,<script>ran=1</script>)",
    r"$\href{javascript:globalThis.ran=1}{x}$ $\url{https://elsewhere.example/}$ $\htmlStyle{position:fixed;inset:0}{x}$",
    r"$\includegraphics[height=99em]{https://elsewhere.example/x.png}$ ![x](https://elsewhere.example/x.png)",
    "<iframe src='https://elsewhere.example/'></iframe><link rel=stylesheet href='https://elsewhere.example/a.css'>",
    "<style>* { display: none !important }</style><base href='https://elsewhere.example/'>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example/'>",
    r"$\def\a{\a\a}\a$ and $\newcommand{\b}{\b\b\b}\b$ and $$\gdef\c{\c x\c}\c$$",
    r"$\rule{9999em}{9999em}$ $\kern-9999em x$ $\raisebox{9999em}{x}$ $\hspace{-9999em}x$ $\mathllap{\rule{999em}{1em}}$",
    "\u202e\u202e\u2066 turned around \u202d\u2067\u202b and never turned back",
    "\u200b\u200c\u200d\ufeff\u2060" * 2_000 + "nothing to see",
    "Z" + "\u0301\u0489\u20dd" * 1_500,
    "w" * 10_000,
    "|" + "a|" * 150 + "\n|" + "-|" * 150 + "\n" + ("|" + "b|" * 150 + "\n") * 15,
    "> " * 200 + "two hundred quotes deep",
    "- " * 200 + "two hundred lists deep",
    "```python\nwhile True:\n    pass  # never closed",
    "</p></div></li></ol></textarea></template></script></form></main></body></html><b>outside</b>",
    "</form><form action='https://elsewhere.example/'><button autofocus>Submit</button>",
    "<!-- --> --> ]]> <![CDATA[ x ]]> <?php echo 1 ?> &lt;b&gt; &amp;amp; &#0; &#x202e;",
    "{{ 7 * 7 }} {% csrf_token %} ${7 * 7} <%= 7 * 7 %> {{ request.user }}",
    "one\ttwo\x0b\x0c\x1b[31mthree\u2028four\u2029five\x85six\r\nseven\reight  \n\n  nine  ",
    "\ufdfd\U0001242b\U00012219" * 300,
    "# " * 50 + "\n" + "***" * 500 + "\n" + "[" * 500 + "x" + "](y)" * 500,
    "<div id='steps' data-open></div><input form='step-0' name='verdict' value='bad'><p id='live'>not yours</p>",
]
NEIGHBOUR = "A neighbour: $x = 1$."
# A neighbour stands before each of them and after the last.
TEXTS = [text for hostile in HOSTILE for text in (NEIGHBOUR, hostile)] + [NEIGHBOUR]
# Whatever leaves the box of its step sideways, or the text of a step that lies over another.
OUT_OF_THE_BOX = """() => {
  const found = [];
  const items = [...document.querySelectorAll("li.step")];
  for (const item of items) {
    const box = item.querySelector(".step-body").getBoundingClientRect();
    const isHidden = (element) => {
      for (let at = element.parentElement; at !== item; at = at.parentElement)
        if (getComputedStyle(at).overflowX !== "visible") return true;
      return false;
    };
    for (const element of item.querySelectorAll(".step-body *")) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width && height && (left < box.left - 1 || right > box.right + 1) && !isHidden(element))
        found.push(`${item.dataset.index}: <${element.localName} class="${element.className}"> ${left} to ${right}`);
    }
  }
  for (const [at, item] of items.slice(1).entries())
    if (items[at].getBoundingClientRect().bottom > item.getBoundingClientRect().top + 1) found.push(`${at} lies over the next`);
  return found.slice(0, 10);
}"""
# Where everything else stands: of each kind how far apart the extremes are, since all neighbours are alike.
LAYOUT = """() => {
  const spread = (selector, ...keys) => Math.max(...keys.map((key) => {
    const values = [...document.querySelectorAll(selector)].map((element) => element.getBoundingClientRect()[key]);
    return Math.max(...values) - Math.min(...values);
  }));
  return {
    rows: spread("li.step", "x", "width"),
    marks: spread("li.step .marks", "x", "width"),
    texts: spread("li.step .step-body", "x", "width"),
    neighbours: spread("li.step:nth-child(odd) .step-body > .rendered", "height"),
  };
}"""
FRAME = """() => ({
  page: document.documentElement.scrollWidth,
  header: document.querySelector(".site-header").getBoundingClientRect().width,
  clipped: [...new Set([...document.querySelectorAll(".prose:not(#about), .raw")].map((text) => getComputedStyle(text).overflow))],
})"""


@pytest.fixture
def chain() -> Chain:
    make_person("ada")
    hostile = make_chain(
        "hostile",
        steps=TEXTS,
        problem="".join(HOSTILE[:6]),
        reference_answer=HOSTILE[0] + "w" * 10_000,
        final_answer=HOSTILE[2] + HOSTILE[7] + "w" * 10_000,
    )
    make_campaign(after_first_error="continue", reference="shown")
    return hostile


def open_chain(make_desk: Any, *, width: int) -> tuple[Desk, list[str]]:
    """The chain on the page, and what it asked of the network or of the person beside our own host."""
    desk: Desk = make_desk()
    strange: list[str] = []
    ours = urlsplit(desk.address).netloc

    def note_request(request: Request) -> None:
        if urlsplit(request.url).netloc not in {ours, ""}:
            strange.append(request.url)

    def note_dialog(dialog: Dialog) -> None:
        strange.append(dialog.message)
        dialog.dismiss()

    # Ten thousand marks on one letter take their time.
    desk.page.context.set_default_timeout(60_000)
    desk.page.on("request", note_request)
    desk.page.on("dialog", note_dialog)
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.sign_in("ada")
    desk.start_grading()
    return desk, strange


def render_all(desk: Desk) -> None:
    """Rows that were never seen are not laid out: walk over all of them, opening those that are cut off."""
    for _ in TEXTS:
        desk.press("+", "j")


def assert_in_its_box(desk: Desk, *, width: int) -> None:
    assert desk.page.evaluate(OUT_OF_THE_BOX) == []
    for kind, spread in desk.page.evaluate(LAYOUT).items():
        assert spread <= 1, kind
    # Marks that are piled up on a letter, or a formula that moves away, are painted no further than their text.
    assert desk.page.evaluate(FRAME) == {"page": width, "header": width, "clipped": ["clip"]}


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_leaves_its_box_and_nothing_runs(chain: Chain, make_desk: Any, width: int) -> None:
    desk, strange = open_chain(make_desk, width=width)
    expect(desk.page.locator("li.step")).to_have_count(len(TEXTS))
    render_all(desk)
    assert_in_its_box(desk, width=width)
    desk.press("t")
    assert_in_its_box(desk, width=width)
    assert desk.page.evaluate("globalThis.ran") is None
    assert strange == []
    assert desk.page.evaluate("document.querySelectorAll('#steps, #live').length") == 2
    assert (
        desk.page.evaluate(
            "document.querySelectorAll('main :is(script:not([type*=json]), iframe, base, link)').length"
        )
        == 0
    )


def test_the_raw_text_is_the_stored_one_character_by_character(chain: Chain, make_desk: Any) -> None:
    desk, _ = open_chain(make_desk, width=1280)
    shown = desk.page.eval_on_selector_all("li.step .raw", "all => all.map((raw) => raw.textContent)")
    assert shown == TEXTS
    assert desk.page.locator(".problem .raw").first.evaluate("raw => raw.textContent") == chain.problem.text


def test_hostile_steps_are_graded_by_keys_like_any_others(chain: Chain, make_desk: Any) -> None:
    desk, strange = open_chain(make_desk, width=1280)
    for _ in TEXTS:
        desk.press("1")
    expect(desk.page.locator("li.step .row-state.is-saved")).to_have_count(len(TEXTS), timeout=60_000)
    expect(desk.page.locator("#progress-words")).to_have_text(f"{len(TEXTS)} of {len(TEXTS)} graded")
    # A neighbour is the same step text after another prefix, so each has its own grade.
    assert Grade.objects.filter(verdict__key="good").count() == len(TEXTS)
    desk.press("Enter")
    desk.page.wait_for_url(f"{desk.address}/")
    assert strange == []
