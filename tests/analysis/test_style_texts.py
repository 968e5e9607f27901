"""Features of whole texts: what the page shows of real steps, and what hostile ones cost."""

import re
import sys
from types import FrameType

import pytest

from annotator.analysis.style import KEYS, measure
from annotator.chains.markup import RICH_CHARACTERS_LIMIT
from annotator.web.rendering import _render
from tests.texts import HOSTILE, SHARED_DATA, real_texts

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


def calls_of(text: str) -> int:
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        measure(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("length", [RICH_CHARACTERS_LIMIT, 200_000])
def test_a_hostile_text_costs_linear_work(unit: str, length: int) -> None:
    """Four times the text: linear work takes four times as many calls, quadratic sixteen times. `make bench` times it."""
    text = (unit * length)[:length]
    assert calls_of(text) <= 6 * calls_of(text[: length // 4])
