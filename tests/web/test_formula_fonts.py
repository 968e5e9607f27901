from pathlib import Path

import pytest

from annotator.web.formula_fonts import ITALIC, UPRIGHT, fonts_for
from annotator.web.rendering import render_text

STATIC = Path(__file__).resolve().parents[2] / "static"


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("No maths at all: x = 2.", []),
        ("$2 + 2 = 4$", [UPRIGHT]),
        ("$x$", [ITALIC]),
        ("$\\theta$", [ITALIC]),
        ("$x < 2$", [UPRIGHT, ITALIC]),
        (r"$\frac{1}{2}$", [UPRIGHT]),
        (r"$\text{apples} + 2$", [UPRIGHT]),
        (r"$$\begin{aligned} 1 &= 1 \end{aligned}$$", [UPRIGHT]),
    ],
)
def test_a_page_asks_beforehand_for_the_fonts_that_its_formulas_need(text: str, fonts: list[str]) -> None:
    assert fonts_for([render_text(text)]) == fonts


def test_both_fonts_are_among_our_files() -> None:
    assert (STATIC / UPRIGHT).is_file()
    assert (STATIC / ITALIC).is_file()
