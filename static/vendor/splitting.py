"""Cuts the characters that most formulas are made of out of KaTeX's larger fonts, each into a font of its own.

A page with ordinary maths then loads half as much; a rarer character makes the browser load the font as published, which
stays as it is. The CSS says which of the two has a character (`unicode-range`).
"""

import re
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found]

# Counted in the formulas of ProcessBench, and what stands beside them in every textbook.
_SIGNS = "\u00a0°±·×÷′…\u200b−∗∘∞∠∣∥∼≈≠≡≤≥⊥⋅⋯△→⇒∈’\ue020"
_GREEK = "ΔΣΠΩ"
_COMMON = {chr(code) for code in range(0x20, 0x7F)} | set(_SIGNS)
# Two thirds of the italic fonts are Greek letters.
_COMMON_IN_ITALIC = _COMMON | set("αβθλπφω")
_SPLIT = {
    "KaTeX_AMS-Regular": _COMMON,
    "KaTeX_Main-Bold": _COMMON | set(_GREEK),
    "KaTeX_Main-Regular": _COMMON | set(_GREEK),
    "KaTeX_Math-BoldItalic": _COMMON_IN_ITALIC,
    "KaTeX_Math-Italic": _COMMON_IN_ITALIC,
}
_FACE = re.compile(r'@font-face\{([^}]*src:url\(fonts/)([\w-]+)(\.woff2\) format\("woff2"\))\}')


def split_fonts(katex: Path) -> None:
    """In the folder of KaTeX: make the smaller fonts and name them in its style sheet."""
    ranges = {name: _split(katex / "fonts", name, common) for name, common in _SPLIT.items()}

    def faces(found: re.Match[str]) -> str:
        begin, name, end = found.groups()
        if name not in ranges:
            return found.group()
        common, rest = ranges[name]
        return (
            f"@font-face{{{begin}{name}.common{end};unicode-range:{common}}}"
            f"@font-face{{{begin}{name}{end};unicode-range:{rest}}}"
        )

    sheet = katex / "katex.min.css"
    sheet.write_text(_FACE.sub(faces, sheet.read_text()))


def _split(fonts: Path, name: str, common: set[str]) -> tuple[str, str]:
    """Both unicode ranges: of the smaller font that was made, and of the rest."""
    # Hints are a sixth of their weight, and tell nothing to a screen of today.
    options = subset.Options(flavor="woff2", layout_features=["*"], name_IDs=["*"], hinting=False)
    font = subset.load_font(fonts / f"{name}.woff2", options)
    # U+200B has no glyph, but stands in every fraction: without being named it would call for the rest.
    known = sorted(set(font.getBestCmap()) | {0x200B})
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for code in known if chr(code) in common])
    subsetter.subset(font)
    # The licence reserves the name for the fonts as published.
    for entry in font["name"].names:
        if entry.nameID in (1, 3, 4, 6):
            entry.string = name.replace("KaTeX_", "Stepmark-")
    subset.save_font(font, fonts / f"{name}.common.woff2", options)
    return _ranges(known, wanted=common), _ranges(known, wanted={*map(chr, known)} - common)


def _ranges(known: list[int], *, wanted: set[str]) -> str:
    """As short as can be: a range may hold codes that the font does not know."""
    runs: list[list[int]] = []
    is_going_on = False
    for code in known:
        if chr(code) in wanted and is_going_on:
            runs[-1][1] = code
        elif chr(code) in wanted:
            runs.append([code, code])
        is_going_on = chr(code) in wanted
    return ",".join(f"u+{first:x}" if first == last else f"u+{first:x}-{last:x}" for first, last in runs)
