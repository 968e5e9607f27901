import json
import re
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType

import pytest
from django.core.cache import cache
from django.test import override_settings

from annotator.chains.markup import RICH_CHARACTERS_LIMIT
from annotator.web.rendering import _cache_key, render_text, render_texts

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class _Reader(HTMLParser):
    """What a browser would make of the HTML: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def maths_in(html: str) -> list[str]:
    return [unescape(tex) for tex in re.findall(r'data-tex="([^"]*)"', html)]


# --- words stay what they are


def test_a_single_newline_stays_a_line_break() -> None:
    assert "one<br>" in render_text("one\ntwo")


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 = 24",
        "(a+b)*(c+d)*(e)",
        'rotate(20)*"x" and scale(2)*"y"',
        "def __init__(self, *args, **kwargs)",
        "2**3**2",
        "x_1 and x_2",
        "/* a comment */ and /* another */",
        "use &amp; and &lt; in HTML",
        "[1]: https://example.org",
        "[a](b) and ![c](d)",
        "<<40*3=120>>120",
        "<http://example.org>",
        "a\n===",
    ],
)
def test_characters_with_a_meaning_of_their_own_are_not_taken_for_markup(text: str) -> None:
    assert _Reader(render_text(text)).text.strip() == text


def test_a_plus_sign_at_the_start_of_a_line_is_not_a_bullet() -> None:
    assert "+ 34" in render_text("  12\n+ 34")


@pytest.mark.parametrize("text", ["  12\n- 34", "* 3\n= 36", "- 5 = -5"])
def test_figures_alone_keep_the_sign_in_front_of_them(text: str) -> None:
    assert _Reader(render_text(text)).text.split() == text.split()


@pytest.mark.parametrize("text", ["Divisors:\n- 1\n- 2", "- two\n- 3", "- 3 apples", "- $3$"])
def test_figures_in_a_list_are_points_of_it(text: str) -> None:
    assert render_text(text).count("<li>") == text.count("- ")


def test_a_step_that_is_an_indented_line_of_code_keeps_its_indentation() -> None:
    assert _Reader(render_text("        return x")).text.rstrip("\n") == "        return x"


def test_indented_prose_is_not_code() -> None:
    html = render_text("Step 4. So\n\n        \\( 4 \\times 6 \\)\n\n        # Answer")
    assert "<pre" not in html
    assert maths_in(html) == [r"4 \times 6"]


def test_list_items_keep_the_numbers_they_were_given() -> None:
    assert re.findall(r'<li value="(\d+)"', render_text("1. a\n3. b")) == ["1", "3"]


def test_what_stands_behind_the_last_column_of_a_table_is_shown() -> None:
    assert "hidden" in render_text("|a|b|\n|-|-|\n|1|2|hidden|")


def test_what_stands_behind_the_language_of_a_fence_is_shown() -> None:
    assert "is wrong" in _Reader(render_text("```python is wrong\nx\n```")).text


def test_what_is_nested_too_deep_for_markdown_is_shown() -> None:
    assert "at the bottom" in render_text("- " * 200 + "at the bottom")


def test_a_very_long_text_is_shown_as_it_is() -> None:
    text = "**word** " * RICH_CHARACTERS_LIMIT
    assert _Reader(render_text(text)).text == text


def test_headings_stay_out_of_the_outline_of_the_page() -> None:
    assert render_text("## Step 1").strip() == '<p class="heading heading-2">Step 1</p>'


def test_code_is_highlighted_with_classes() -> None:
    assert '<span class="k">return</span>' in render_text("```py\nreturn 1\n```")


def test_reordering_and_invisible_controls_are_spelled_out() -> None:
    assert "⟦U+202E⟧21⟦U+202C⟧ ⟦U+0007⟧" in render_text("1 + 1 = \u202e21\u202c \a")
    assert maths_in(render_text("$a\u202eb$")) == ["a⟦U+202E⟧b"]


# --- maths


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("so $x^2$ holds", ["x^2"]),
        ("so $ x = 5 $ holds", ["x = 5"]),
        (r"at most 5$\pi$", [r"\pi"]),
        (r"\(a_1 * b*c\)", ["a_1 * b*c"]),
        ("$$x$$ and $$y$$", ["x", "y"]),
        ("a\n\\[\nx\n+ 3\n- 4\n\\]\nb", ["x\n+ 3\n- 4"]),
        ("\\[x\\].", ["x."]),
        ("\\[x\\]Enter it.", ["x"]),
        (r"\[x \\[2pt] y\]", [r"x \\[2pt] y"]),
        (r"\[x \\\]", [r"x \\"]),
        ("1. a\n   \\[ b \\]\n2. c", ["b"]),
        ("> $$\n> x\n> $$", ["x"]),
        (r"\begin{align}x&=1\end{align}", [r"\begin{align}x&=1\end{align}"]),
        (r"is \boxed{\frac{1}{2}}.", [r"\boxed{\frac{1}{2}}"]),
        (r"$\text{5\$}$", [r"\text{5\$}"]),
        ("`$x$` and\n```\n$y$\n```", []),
    ],
)
def test_maths_is_found(text: str, tex: list[str]) -> None:
    assert maths_in(render_text(text)) == tex


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $7",
        "$40/hour for 3 hours and $28/hour",
        "$5 per hour and 3 per US$",
        "5$ and 7$",
        "between $5-$10",
        r"\$5 and \$6",
        r"\boxed{$72}",
        r"\(never closed and $",
        "$$",
        "$ $",
    ],
)
def test_amounts_and_loose_delimiters_stay_text(text: str) -> None:
    assert maths_in(render_text(text)) == []


def test_maths_that_is_known_only_in_display_style_gets_it() -> None:
    assert "math-display" in render_text(r"$\begin{align*}x\end{align*}$")


def test_the_source_of_the_maths_is_readable_without_scripts() -> None:
    assert render_text("$a<b$").strip() == '<p><span class="math" data-tex="a&lt;b">a&lt;b</span></p>'


# --- plain


def test_plain_rendering_keeps_the_words_and_drops_the_style() -> None:
    text = "# Head\n**bold** and `code` and $x$\n\n- one\n- *two*\n\n3. three\n\n> quoted\n\n---\n```py\nreturn\n```"
    html = render_text(text, plain=True)
    assert {tag for tag, _ in _Reader(html).elements} == {"p", "span", "pre", "code"}
    assert _Reader(html).text.split() == [
        *["Head", "bold", "and", "code", "and", "x", "one", "two", "3.", "three", "quoted", "return"],
    ]


# --- hostile text

SAFE_ELEMENTS = {
    *["p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "span", "div"],
    *["table", "thead", "tbody", "tr", "th", "td"],
}
SAFE_ATTRIBUTES = {"class", "data-tex", "start", "value"}

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in code": "```html\n</code></pre><script>alert(1)</script>\n```",
    "handler": "<img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "javascript link": "[x](javascript:alert(1)) [y]( javascript&colon;alert(1)) <javascript:alert(1)>",
    "data link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "reference link": "[x]\n\n[x]: javascript:alert(1)",
    "remote image": "![x](https://example.org/x.png)",
    "remote style": "<style>@import 'https://example.org'</style><link rel=stylesheet href=//example.org>",
    "attribute break": '$x" onmouseover="alert(1)$ and \\("><script>alert(1)</script>\\)',
    "fence break": '```"><script>alert(1)</script>\nx\n```',
    "table style": '|a|\n|:-:|\n|<b style="position:fixed">x</b>|',
    "href": r"$\href{javascript:alert(1)}{x}$ and $\url{javascript:alert(1)}$",
    "includegraphics": r"$\includegraphics{https://example.org/x.png}$",
    "html in tex": r"$\htmlStyle{position:fixed}{x}\htmlData{a=b}{x}$",
    "macro bomb": r"$\def\a{\b\b}\def\b{\c\c}\def\c{\a\a}\a$",
    "right to left": "\u202e\u2067 abc \u2069",
    "comment": "<!-- <p> --> <![CDATA[ x ]]> <?php ?>",
    "forms": '<form action="/admin/"><input name=x><button formaction="javascript:alert(1)">',
    "frames": '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data=x></object>',
    "half a surrogate pair spelled out": "&#xD83D; &#0; &#x202E;",
}


@pytest.mark.parametrize("plain", [False, True], ids=["styled", "plain"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_dangerous_comes_out(text: str, plain: bool) -> None:
    reader = _Reader(render_text(text, plain=plain))
    assert {tag for tag, _ in reader.elements} <= SAFE_ELEMENTS
    assert {name for _, attributes in reader.elements for name in attributes} <= SAFE_ATTRIBUTES


BOMBS = {
    "long word": "x",
    "quotes": ">",
    "quotes with spaces": "> ",
    "brackets": "[",
    "bullets": "- ",
    "bullets on lines": "-\n",
    "stars": "*a ",
    "mixed emphasis": "*_",
    "strong": "**a**b",
    "backticks": "`a``b```",
    "backslashes": "\\",
    "dollars": "$a ",
    "open inline maths": "\\(",
    "open display maths": "\\[\n",
    "open display maths in a list": "- \\[\n",
    "open environments": "\\begin{align}\n",
    "open boxes": "\\boxed{",
    "double dollars": "$$a\n",
    "fences": "```\n",
    "table cells": "|",
    "table rows": "|a|b|\n|-|-|\n",
    "headings": "# a\n",
    "entities": "&amp;",
    "angles": "<",
    "newlines": "\n",
    "lazy quotes": ">>>>>>>>>>>>>>>a\n",
    "macros": r"$\def\a{\a\a}$",
}


@pytest.mark.parametrize("unit", BOMBS.values(), ids=BOMBS.keys())
def test_repetition_costs_linear_work(unit: str) -> None:
    whole = (unit * RICH_CHARACTERS_LIMIT)[:RICH_CHARACTERS_LIMIT]
    quarter = _calls_to_render(whole[: RICH_CHARACTERS_LIMIT // 4])
    # Linear is 4, quadratic 16. Calls are counted, not seconds: what else the machine does changes nothing.
    assert _calls_to_render(whole) < 6 * quarter + 10_000


def _calls_to_render(text: str) -> int:
    """How many functions are called, of Python and of C."""
    cache.clear()
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        render_text(text)
    finally:
        sys.setprofile(None)
    return calls


def test_no_delimiter_is_left_over_in_processbench() -> None:
    texts = list(_processbench())
    visible = [
        re.sub(r"<(span|div) class=\"math.*?</\1>", "", html, flags=re.S) for html in render_texts(texts)
    ]
    left = [html for html in visible if re.search(r"\\[()\[\]]", html)]
    assert left == []


def _processbench() -> Iterator[str]:
    for name in ["gsm8k", "math"]:
        path = SHARED_DATA / "processbench" / f"{name}.jsonl"
        if not path.exists():
            pytest.skip("the ProcessBench chains of ../shared/data are not here")
        for line in path.read_text().splitlines():
            chain = json.loads(line)
            yield from [chain["problem"], *chain["steps"]]


# --- cache


def test_several_texts_come_back_in_order_from_the_cache_and_afresh() -> None:
    render_text("two")
    assert render_texts(["one", "two", "one"]) == [render_text("one"), render_text("two"), render_text("one")]


def test_the_second_rendering_comes_from_the_cache() -> None:
    cache.set(_cache_key("*x*", plain=False), "from the cache")
    assert render_text("*x*") == "from the cache"


def test_styled_and_plain_do_not_share_an_entry() -> None:
    assert render_text("**x**") != render_text("**x**", plain=True)


@override_settings(
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        },
    },
)
def test_without_a_cache_server_the_text_is_rendered_all_the_same() -> None:
    assert render_text("**x**") == "<p><strong>x</strong></p>\n"


@pytest.mark.parametrize("text", ["The answer is **5**.", 'He says "*no*" twice.', "Take *great*."])
def test_emphasis_may_end_a_sentence_or_a_quotation(text: str) -> None:
    assert "*" not in render_text(text)
