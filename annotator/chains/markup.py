"""What counts as markup in an imported text: Markdown without HTML, links or images, and maths.

The page draws what is found here and the features of style count it, so that both speak of the same text. What a
grader reads must be what the generator wrote, so Markdown's habit of swallowing characters is curbed: no link
definitions, no entities, no `+` bullets, no bullet before a line of figures, and `2*3*4`, `__init__` keep their
asterisks and underscores.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import list_block
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis_tokenize
from markdown_it.token import Token

from annotator.chains.maths import maths_plugin

# Behind it Markdown costs more than 0.2 s; such a text is shown as it is.
RICH_CHARACTERS_LIMIT: Final = 30_000
_MAX_NESTING: Final = 20

# Bidirectional overrides reorder what is read ("1 + 1 = 21"), other controls are invisible: both are spelled out.
_BIDI_CONTROLS: Final = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_C0_CONTROLS: Final = [code for code in [*range(1, 32), *range(0x7F, 0xA0)] if chr(code) not in "\t\n\r"]
_SPELLED_OUT: Final = {code: f"⟦U+{code:04X}⟧" for code in [*_BIDI_CONTROLS, *_C0_CONTROLS]}

_WORD: Final = re.compile(r"[^\W_]+")
# "- 34" below a figure is a subtraction, and a bullet would hide its sign.
_LINE_OF_FIGURES: Final = re.compile(r"[-*][ \t]+[$€£]?\.?\d[\d\s.,%()+*/=^×÷·−-]*")
# PRMBench indents its prose by eight spaces, MR-Ben's steps are single lines of a Python function: what a text starts
# with tells them apart.
_STARTS_INDENTED: Final = re.compile(r"\n*(?: {4}|\t)")


def visible(text: str) -> str:
    """The text with every character that could deceive a reader spelled out."""
    return text.translate(_SPELLED_OUT)


def parsed(visible_text: str) -> list[Token] | None:
    """The markup of a text as Markdown's tokens; None where the text is shown as it is, for its length or its nesting."""
    if len(visible_text) > RICH_CHARACTERS_LIMIT:
        return None
    markdown = _CODE_MARKDOWN if _STARTS_INDENTED.match(visible_text) else _PROSE_MARKDOWN
    tokens = markdown.parse(visible_text, {})
    if _words(visible_text) != _words(" ".join(_shown(tokens))):
        return None
    return tokens


def _words(text: str) -> int:
    return sum(map(len, _WORD.findall(text)))


def _shown(tokens: Sequence[Token]) -> Iterator[str]:
    """Markdown drops what is nested too deep and the cells beyond a table's last column; a grader must see them."""
    for token in tokens:
        yield token.info
        yield token.content


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Emphasis, except where the run of `*` or `_` is an operator or part of a name."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    run = state.scanDelims(state.pos, canSplitWord=marker == "*").length
    before = state.src[max(state.pos - 2, 0) : state.pos] or " "
    behind = state.src[state.pos + run : state.pos + run + 2] or " "
    if not _is_operator_or_name(marker * run, before, behind):
        first, known = state.pos, len(state.tokens)
        is_taken = emphasis_tokenize(state, silent)
        # Pending text became a token of its own before those of the run.
        for place, token in enumerate(state.tokens[len(state.tokens) - run if is_taken else known :]):
            token.meta = {"at": first + place}
        return is_taken
    state.append_pending(marker * run)
    state.pos += run
    return True


def _is_operator_or_name(run: str, before: str, behind: str) -> bool:
    """`before` and `behind` are two characters each: the second tells .5 from a full stop, an opening quote from a closing."""
    last, opens = before[-1], before[-1] in "'\"" and not before[:-1].isalnum()
    first, closes = behind[0], behind[0] in '."' and not behind[1:].isalnum()
    if run[0] == "_":
        return len(run) > 1 or (first in "([{." and not closes)
    if "/" in (last, first):
        return True
    ends_an_operand = last.isascii() and (last.isalnum() or last in ")]}'\"") and not opens
    begins_an_operand = first.isascii() and (first.isalnum() or first in '([{\\$-+."') and not closes
    return ends_an_operand and begins_an_operand


def _list(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    """Lists, but none that begins with `+`, which in a column of figures is a sign, or with the line of a subtraction."""
    first = state.bMarks[start_line] + state.tShift[start_line]
    marker = state.src[first : first + 1]
    if marker == "+" or (marker in {"-", "*"} and _is_subtraction(state, start_line)):
        return False
    return list_block(state, start_line, end_line, silent)


def _is_subtraction(state: StateBlock, line: int) -> bool:
    """Figures alone; but those in a list, or announced by a colon, are one of several."""
    first = state.bMarks[line] + state.tShift[line]
    if state.listIndent >= 0 or not _LINE_OF_FIGURES.fullmatch(state.src, first, state.eMarks[line]):
        return False
    above = line - 1
    while above >= 0 and state.isEmpty(above):
        above -= 1
    return above < 0 or not state.src.endswith((":", ": ", ":  "), 0, state.eMarks[above])


def _make_markdown(*, indented_code: bool) -> MarkdownIt:
    options = {
        "html": False,
        "linkify": False,
        "typographer": False,
        "breaks": True,
        "maxNesting": _MAX_NESTING,
    }
    md = MarkdownIt("zero", options)
    # Left out on purpose: html, link, image, autolink, reference, entity, strikethrough, lheading, linkify.
    md.enable(["table", "fence", "blockquote", "hr", "list", "heading", *(["code"] if indented_code else [])])
    md.enable(["newline", "escape", "backticks", "emphasis", "balance_pairs", "fragments_join"])
    md.inline.ruler.at("emphasis", _emphasis)
    md.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    maths_plugin(md)
    return md


_PROSE_MARKDOWN: Final = _make_markdown(indented_code=False)
_CODE_MARKDOWN: Final = _make_markdown(indented_code=True)
OPTIONS: Final = _PROSE_MARKDOWN.options
