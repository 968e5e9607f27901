"""Features of whole texts: what the page shows of real steps, and what hostile ones cost."""

import re
from time import thread_time

import pytest

from annotator.analysis.style import KEYS, measure
from annotator.chains.markup import RICH_CHARACTERS_LIMIT
from annotator.web.rendering import _render
from tests.texts import SHARED_DATA, real_texts

# What of the page's HTML is there exactly when the feature is.
ELEMENTS = {
    "bullets": r"<[uo]l[ >]",
    "emphasis": r"<(?:strong|em)>",
    "heading": r'<p class="heading ',
    "code": r"<(?:code|pre)[ >]",
    "table": r"<table>",
    "latex": r'class="math[ "]',
}
# Elements, not what a text says of them.
_FORMULA_OR_TEXT = re.compile(r'data-tex="[^"]*"|(?<=>)[^<]+')

HOSTILE = {
    "stars": "*",
    "stars and words": "a *b **c ",
    "underscores": "_a ",
    "dollars": "$",
    "dollars and words": "$a ",
    "backticks": "`",
    "growing backticks": " ``` `` ` ",
    "digits": "7",
    "unclosed maths": "\\(a \\[b $$c \\begin{align} ",
    "nested quotes": "\"'“‘«a ",
    "closing quotes": "'a\"b”c’d»",
    "apostrophes": " 'a",
    "full stops": ". ",
    "marks without an end": ".!?",
    "closing brackets": '.)))""',
    "capitals": "A. ",
    "abbreviations": "e.g. No. ",
    "first person": "I is ",
    "hyphens": "a-",
    "negations": "not so ",
    "gaps": "= ?",
    "questions": "a?",
    "exclamations": "abc!",
    "selectors": "1\ufe0f",
    "one word": "a",
    "spaces": " ",
    "line breaks": "\n",
    "blank lines and figures": "\n\n- 1\n",
    "bullets": "- ",
    "items": "- a\n",
    "numbers": "1. ",
    "headings": "# ",
    "rows": "|a|b|\n|-|-|\n",
    "quotations": "> ",
    "combining": "e\u0301",
    "controls": "\u202e",
}


def test_the_features_say_of_real_steps_what_the_page_shows_of_them() -> None:
    texts = real_texts(at_most=4_000)
    assert len(texts) > 30, "some ship with Stepmark"
    differ = [
        (key, text)
        for text in texts
        for markup in [_FORMULA_OR_TEXT.sub("", _render(text, plain=False))]
        for key, pattern in ELEMENTS.items()
        if (re.search(pattern, markup) is not None) != measure(text)[KEYS.index(key)]
    ]
    assert differ == [], f"{len(differ)} of {len(texts) * len(ELEMENTS)} differ"
    if not SHARED_DATA.is_dir():
        pytest.skip("The public datasets are not laid beside Stepmark: only its own texts were compared.")


def test_what_is_shown_as_it_is_has_no_markup() -> None:
    text = "- **a** `b` $c$\n" * RICH_CHARACTERS_LIMIT
    values = dict(zip(KEYS, measure(text), strict=True))
    assert not any(values[key] for key in ELEMENTS)


def seconds(text: str) -> float:
    begun = thread_time()
    measure(text)
    return thread_time() - begun


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("length", [RICH_CHARACTERS_LIMIT, 200_000])
def test_a_hostile_text_costs_linear_time(unit: str, length: int) -> None:
    """Four times the text: linear work takes four times as long, quadratic sixteen times."""
    text = (unit * length)[:length]
    # What a measurement may be off by, however short.
    slack = 0.005
    assert seconds(text) <= 9 * max(seconds(text[: length // 4]) for _ in range(2)) + slack
