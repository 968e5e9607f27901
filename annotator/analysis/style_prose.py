"""A step's text as a reader has it before them: which markup it shows, and its prose without formulas and code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from annotator.chains.markup import parsed, visible

# Stands for a formula or a piece of code in the midst of prose.
PLACEHOLDER = "\ufffc"

_MARKS = {
    "bullet_list_open": "bullets",
    "ordered_list_open": "bullets",
    "heading_open": "heading",
    "fence": "code",
    "code_block": "code",
    "code_inline": "code",
    "table_open": "table",
    "strong_open": "emphasis",
    "em_open": "emphasis",
    "maths_inline": "latex",
    "maths_block": "latex",
}
_TEXT = {"text", "text_special"}
_BREAKS = {"softbreak", "hardbreak"}
_FORMULAS = {"maths_inline", "maths_block"}
_CODE = {"fence", "code_block", "code_inline"}
_ENDS_A_BLOCK = {"paragraph_close", "heading_close", "tr_close", "maths_block", "fence", "code_block"}
_ENDS_A_CELL = {"th_close", "td_close"}


@dataclass(frozen=True, slots=True)
class Shown:
    marks: frozenset[str]
    """Keys of the features that are kinds of markup, those that are there."""
    prose: str
    """Paragraphs, headings, list items and rows of tables, an empty line between any two."""
    formulas: tuple[str, ...]
    code: tuple[str, ...]


def shown(text: str) -> Shown:
    """What render_text of the page shows, styled."""
    seen = visible(text)
    tokens = parsed(seen)
    if tokens is None:
        return Shown(marks=frozenset(), prose=seen, formulas=(), code=())
    marks: set[str] = set()
    prose: list[str] = []
    formulas: list[str] = []
    code: list[str] = []
    for token in _flat(tokens):
        kind = token.type
        if kind in _MARKS:
            marks.add(_MARKS[kind])
        if kind in _TEXT:
            prose.append(token.content)
        elif kind in _BREAKS:
            prose.append("\n")
        elif kind in _FORMULAS:
            formulas.append(token.content)
            prose.append(PLACEHOLDER)
        elif kind in _CODE:
            code.append(token.content)
            prose.append(PLACEHOLDER)
        if kind in _ENDS_A_BLOCK:
            prose.append("\n\n")
        elif kind in _ENDS_A_CELL:
            prose.append("\t")
    return Shown(marks=frozenset(marks), prose="".join(prose), formulas=tuple(formulas), code=tuple(code))


def _flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "inline":
            yield from token.children or ()
        else:
            yield token
