"""Plain rendering: the words, formulas and code of the styled one, and none of its lists, bold, italics and headings."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from hypothesis import given, settings

from annotator.analysis.style import FEATURES, KEYS, measure
from annotator.assignments.models import Assignment, Campaign
from annotator.chains.markup import RICH_CHARACTERS_LIMIT
from annotator.grading.models import Grade, GradeRevision
from annotator.web.rendering import _render
from tests.makers import browser_of, make_campaign, make_chain
from tests.texts import markdown_texts, nasty_texts, real_texts

_RUN = re.compile(r"[^\W_]+")
_WITHIN_A_LINE = {"strong", "em", "code", "span"}
_STYLE = {"strong", "em", "ul", "ol", "li", "blockquote", "hr", "th"}


@dataclass
class _Page(HTMLParser):
    """The page as a reader goes through it: where a block or line ends, words end; the number of an item is read too."""

    html: str
    tags: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    text: str = ""
    formulas: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.code_depth = 0
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.classes |= set(given.get("class", "").split())
        if tag not in _WITHIN_A_LINE:
            self.text += f" {given.get('value', '')} "
        if "data-tex" in given:
            self.formulas.append(given["data-tex"])
        if tag == "code":
            self.code_depth += 1
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self.code_depth -= tag == "code"
        if tag not in _WITHIN_A_LINE:
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.code_depth:
            self.code[-1] += data

    @property
    def words(self) -> list[str]:
        """Runs of letters and digits; a list shows 07 as 7."""
        return [str(int(run)) if run.isdecimal() else run for run in _RUN.findall(self.text)]


def same_but_for_style(text: str) -> None:
    styled, plain = _Page(_render(text, plain=False)), _Page(_render(text, plain=True))
    assert plain.words == styled.words
    assert plain.formulas == styled.formulas
    assert plain.code == styled.code
    assert not plain.tags & _STYLE
    assert not any(name.startswith("heading") for name in plain.classes)
    for kept in ["table", "pre", "code"]:
        assert (kept in plain.tags) == (kept in styled.tags)


@settings(max_examples=300, deadline=None)
@given(markdown_texts())
def test_markdown_keeps_its_words_formulas_and_code(text: str) -> None:
    same_but_for_style(text)


@settings(max_examples=300, deadline=None)
@given(nasty_texts())
def test_so_does_any_heap_of_characters_with_a_meaning(text: str) -> None:
    same_but_for_style(text)


def test_so_do_real_steps() -> None:
    for text in real_texts(at_most=3_000):
        same_but_for_style(text)


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("- a\n- b", ["a", "b"]),
        ("1. a\n3. b", ["1. a", "3. b"]),
        ("2) a", ["2) a"]),
        ("- a\n  - b\n    1. c\n- d", ["a", "b", "1. c", "d"]),
        ("1. 2. a", ["1. 2. a"]),
        ("1.\n2. b\n3.", ["1.", "2. b", "3."]),
        ("1. \\[x\\]\n2. b", ["1.", "2. b"]),
        ("1. # Title\n2. > said", ["1. Title", "2. said"]),
        ("1. a\n\n   b\n2. c", ["1. a", "b", "2. c"]),
        ("# **Title**\n*a* __init__ ***b***", ["Title", "a __init__ b"]),
        ("> # a\n> - b\n\n---\nc", ["a", "b", "c"]),
    ],
)
def test_each_item_heading_and_quotation_becomes_a_paragraph(text: str, paragraphs: list[str]) -> None:
    assert re.findall(r"<p>(.*?)</p>", _render(text, plain=True)) == paragraphs


@pytest.mark.parametrize("block", ["```\nx\n```", "|a|b|\n|-|-|\n|1|2|"])
def test_a_number_before_a_block_stands_in_front_of_it(block: str) -> None:
    indented = block.replace("\n", "\n   ")
    assert _render(f"1. {indented}", plain=True).startswith("<p>1.</p>")


def test_code_within_a_line_stays_code() -> None:
    """As text, `a *b* c` and "2 * x" would read alike, and the step would have lost a feature that is no markup."""
    assert _render("run **`a *b* c`**", plain=True) == "<p>run <code>a *b* c</code></p>\n"


def test_the_head_of_a_table_is_a_row_like_the_others() -> None:
    html = _render("|a|b|\n|-|-|\n|1|2|", plain=True)
    assert html.count("<td>") == 4
    assert "<table>" in html


def test_a_text_that_is_shown_as_it_is_is_so_in_both_renderings() -> None:
    text = "**word** " * RICH_CHARACTERS_LIMIT
    assert _render(text, plain=True) == _render(text, plain=False)
    assert measure(text)[KEYS.index("emphasis")] == 0


def test_what_plain_rendering_takes_away_is_what_the_features_call_markup() -> None:
    texts = {
        "bullets": "- a\n- b",
        "heading": "# a",
        "emphasis": "**a** b",
        "code": "`a`",
        "latex": "$x^2$",
        "table": "|a|\n|-|\n|1|",
    }
    tags = {"bullets": "<li>", "heading": "heading-1", "emphasis": "<strong>", "code": "<code>"}
    tags |= {"latex": "data-tex", "table": "<table>"}
    for feature in FEATURES:
        if feature.key in texts:
            text, tag = texts[feature.key], tags[feature.key]
            assert measure(text)[KEYS.index(feature.key)] == 1
            assert tag in _render(text, plain=False)
            assert (tag in _render(text, plain=True)) != feature.is_markup
    assert {feature.key for feature in FEATURES if feature.is_markup} <= texts.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(("share", "rendering"), [(0.0, "styled"), (1.0, "plain")])
def test_a_claim_draws_the_rendering_the_page_shows_it_and_the_grade_keeps_it(
    share: float, rendering: str
) -> None:
    make_chain("a", steps=["**Add** 3.\n- a pear\n- $x^2$"])
    make_campaign(key="pilot", plain_share=share)
    ada = browser_of("ada")
    page = ada.post("/campaigns/pilot/claim/", follow=True)
    assignment = Assignment.objects.get()
    assert (assignment.rendering, assignment.rendering_seed is None) == (rendering, False)
    shown = page.content.decode()
    assert ("<strong>Add</strong> 3." in shown, "<li>a pear</li>" in shown) == (share == 0, share == 0)
    assert ("<p>Add 3.</p>" in shown, "<p>a pear</p>" in shown) == (share == 1, share == 1)
    assert 'data-tex="x^2"' in shown
    # What the campaign says meanwhile changes nothing for who has the chain already.
    Campaign.objects.update(plain_share=1 - share)
    answer = ada.post(
        f"/assignments/{assignment.public_id}/steps/0/",
        {"operation_id": str(uuid4()), "revision": "0", "verdict": "good", "comment": "", "seconds": "1.5"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    again = ada.get(f"/assignments/{assignment.public_id}/").content.decode()
    assert ("<p>a pear</p>" in again) == (share == 1)
    assert Grade.objects.get().rendering == rendering
    assert GradeRevision.objects.get().rendering == rendering
