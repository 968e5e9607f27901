"""Twins made by machine: all that was said in the same order, and one surface feature the other way round."""

import re
from html import unescape

import pytest
from hypothesis import given, settings

from annotator.analysis.restyling import restyled, twins_for
from annotator.analysis.style import FEATURES, KEYS, measure
from annotator.web.rendering import _render
from tests.texts import markdown_texts, nasty_texts, real_texts, sentences

TWINS = {
    "bullets": [
        ("We have:\n- a pear\n- two plums.", "We have: a pear; two plums."),
        ("We have:\n\n- a pear\n- two plums\n\nSo three.", "We have: a pear; two plums.\n\nSo three."),
        ("1. Add 3.\n2. Take $x$", "(1) Add 3. (2) Take $x$."),
        ("7) Call it `p`", "(7) Call it `p`."),
        ("First\n\n* one,\n* two", "First\n\none, two."),
        ("- two\n  lines\n- so", "two lines; so."),
        ("- **Rate:** 5\n- **Time:** 6", "**Rate:** 5; **Time:** 6."),
        ("Add 3. Then $x=5.5$. Done!", "- Add 3.\n- Then $x=5.5$.\n- Done!"),
        ("Step 2. We add. We take.", "- Step 2. We add.\n- We take."),
    ],
    "emphasis": [
        ("So **this** is *it*.", "So this is it."),
        ("***Both*** of `**them**` and 2**3", "Both of `**them**` and 2**3"),
        ("- **a** b\n- c", "- a b\n- c"),
        ("# *Title* $a*b*c$", "# Title $a*b*c$"),
        ("|**a**|b|\n|-|-|\n|a|*a*|", "|a|b|\n|-|-|\n|a|a|"),
        ("> one\n> **two\n> three**", "> one\n> two\n> three"),
        ("Step 3. So it is", "**Step 3.** So it is"),
        ("The final answer: 5", "**The final answer:** 5"),
    ],
    "heading": [
        ("# Answer\n\n$5$", "Answer\n\n$5$"),
        ("So\n## Next ##\nthen", "So\n\nNext\n\nthen"),
        ("# **Bold** title", "**Bold** title"),
        ("Final Answer\n\n$5$", "## Final Answer\n\n$5$"),
    ],
}

WITHOUT = {
    "bullets": [
        "One sentence alone.",
        "- a\n  - nested",
        "- a\n\n  b",
        "- ```\n  x\n  ```",
        "- a\n-\n- b",
        "- \\[\n  x\n  \\]",
        "# Title\nSo. And so.",
        "|a|b|\n|-|-|\n|1|2|",
        "    x = 1. Y = 2. Z",
        "5 + 3 = 8. 8 + 1 = 9. 9",
        "Bold **from here. To there** it is.",
        "> Quoted. So.",
        "- a\\\n  b",
        "- \\",
        "So it is.\n\n```\nx\n```\nThen.",
        "A. " * 40,
        "5.\u202e So. It is",
    ],
    "emphasis": [
        "no label",
        "$x: 5$",
        "|**a**|**a**|\n|-|-|",
        "x = 5",
        "- Label: of an item",
        "```\nStep 1. x\n```",
    ],
    "heading": [
        "Text alone",
        "A sentence.\n\nAnother",
        "Such as:\n\n- a",
        "> # quoted",
        "- # item",
        "- a\n\nText",
        "# 1. a\n\nb",
    ],
}


def examples(table: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    return [(feature, *row) for feature, rows in table.items() for row in rows]


@pytest.mark.parametrize(("feature", "text", "twin"), examples(TWINS))
def test_a_text_has_a_twin(feature: str, text: str, twin: str) -> None:
    assert restyled(text, feature=feature) == twin


@pytest.mark.parametrize(("feature", "text"), [(key, text) for key in WITHOUT for text in WITHOUT[key]])
def test_a_text_has_none_where_it_is_in_doubt(feature: str, text: str) -> None:
    assert restyled(text, feature=feature) is None


@pytest.mark.parametrize("feature", sorted(set(KEYS) - twins_for.keys()))
def test_other_features_have_no_twins_by_machine(feature: str) -> None:
    assert restyled("**We** think so. It is.\n\n- a", feature=feature) is None


def formulas(html: str) -> list[str]:
    return re.findall(r'data-tex="([^"]*)"', html)


def code(html: str) -> list[str]:
    return re.findall(r"<code>(.*?)</code>", html, flags=re.S)


def read_out(html: str) -> list[str]:
    """What somebody would read out from the page, the numbers of items among it, without marks of punctuation."""
    numbered = re.sub(r'<li value="(\d+)">', r" \1 ", html)
    spaced = re.sub(r"</?(?:p|li|[uo]l|br|hr|div|pre|blockquote|t\w+)\b[^>]*>", " ", numbered)
    spoken = unescape(re.sub(r"<[^>]*>", "", spaced))
    return [word for part in spoken.split() if (word := part.strip(".;:,()!?*_"))]


def same_but_for(feature: str, text: str) -> bool:
    """Whether there was a twin to look at."""
    twin = restyled(text, feature=feature)
    if twin is None:
        return False
    before, after = _render(text, plain=False), _render(twin, plain=False)
    assert read_out(after) == read_out(before)
    assert formulas(after) == formulas(before)
    assert code(after) == code(before)
    values, others = measure(text), measure(twin)
    for place, each in enumerate(FEATURES):
        if each.kind == "binary":
            assert (values[place] != others[place]) == (each.key == feature)
    return True


@pytest.mark.parametrize("feature", twins_for)
@settings(max_examples=200, deadline=None)
@given(text=markdown_texts() | nasty_texts() | sentences())
def test_a_twin_says_the_same_and_differs_in_the_feature_alone(feature: str, text: str) -> None:
    same_but_for(feature, text)


def test_twins_of_real_steps_say_the_same_and_there_are_many() -> None:
    texts = real_texts(at_most=2_000)
    found = {feature: sum(same_but_for(feature, text) for text in texts) for feature in twins_for}
    assert found["bullets"] >= len(texts) / 20
    assert min(found.values()) >= 1
