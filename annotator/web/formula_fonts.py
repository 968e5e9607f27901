"""Which of KaTeX's fonts a page will need, so that it asks for them before its script has found out.

A formula that is laid out before its font has come is laid out again, and all text below it jumps. A guess is enough:
another font comes a moment later, and one that was not needed costs its weight.
"""

import re
from collections.abc import Iterable
from html import unescape

_FONTS = "vendor/katex/fonts/KaTeX_"
UPRIGHT = f"{_FONTS}Main-Regular.common.woff2"
ITALIC = f"{_FONTS}Math-Italic.common.woff2"

_TEX = re.compile(r'data-tex="([^"]*)"')
_ITALIC_GREEK = re.compile(r"\\(?:alpha|beta|theta|lambda|pi|varphi|omega)\b")
# Words that are no variables: names of environments, and what is set upright.
_WORDS = re.compile(r"\\(?:begin|end|text\w*|math(?:rm|bf|sf|tt|bb|cal)|operatorname|mbox)\*?\s*\{[^{}]*\}")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_LETTER = re.compile(r"[A-Za-z]")
_SIGN = re.compile(r"[^A-Za-z\s{}_^]")


def fonts_for(rendered: Iterable[str]) -> list[str]:
    """The static files, for texts as rendering.py renders them."""
    formulas = {unescape(tex) for text in rendered for tex in _TEX.findall(text)}
    return [
        *([UPRIGHT] if any(map(needs_upright, formulas)) else []),
        *([ITALIC] if any(map(needs_italic, formulas)) else []),
    ]


def needs_upright(tex: str) -> bool:
    """Digits, operators, brackets, and nearly every command."""
    return _SIGN.search(_ITALIC_GREEK.sub("", tex)) is not None


def needs_italic(tex: str) -> bool:
    variables = _COMMAND.sub(" ", _WORDS.sub(" ", tex))
    return _LETTER.search(variables) is not None or _ITALIC_GREEK.search(tex) is not None
