"""Texts of steps: drawn at random, and written by real generators."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

_REPOSITORY = Path(__file__).resolve().parent.parent
SHARED_DATA = _REPOSITORY.parent / "shared" / "data"
SHIPPED = [
    *sorted((_REPOSITORY / "tests" / "samples").glob("*.jsonl")),
    *sorted((_REPOSITORY / "annotator" / "web" / "demo").glob("*.jsonl")),
]
# Under which the formats keep the texts of steps.
_KEYS = {"steps", "label", "completions", "process", "modified_process", "original_process", "text", "step"}

WORDS = [
    "apple",
    "So",
    "we",
    "x",
    "Twelve",
    "it's",
    "2",
    "3.5",
    "naïve",
    "A",
    "therefore",
    "(see",
    "below)",
    "init",
]
FORMULAS = [r"$x^2$", r"\(a_1*b*c\)", "$$y$$", r"\boxed{18}", r"$\frac{1}{2}$"]
CODE = ["`a *b* c`", "`__init__`", "``x`y``", "`- 1`"]


def nasty_texts() -> st.SearchStrategy[str]:
    """Heaps of what Markdown and TeX give a meaning."""
    return st.lists(
        st.sampled_from(
            [
                *"ab1. -*_#`$\\|>\n()[]+=~:\t",
                "\n",
                "\n- ",
                "\n1. ",
                "\n\n",
                "**",
                "```\n",
                "    ",
                "$$",
                "\\[",
                "\\]",
            ]
        ),
        max_size=40,
    ).map("".join)


def _pieces() -> st.SearchStrategy[str]:
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
    return st.one_of(
        words,
        words.map("**{}**".format),
        words.map("*{}*".format),
        words.map("_{}_".format),
        words.map("***{}***".format),
        words.map('"{}"'.format),
        st.sampled_from([*FORMULAS, *CODE, r"\*", "2*3*4", "a_b", "5!", "$5"]),
    )


def sentences() -> st.SearchStrategy[str]:
    pieces = st.lists(_pieces(), min_size=1, max_size=4).map(" ".join)
    return st.builds(str.__add__, pieces, st.sampled_from([".", "!", "?", ":", ""]))


def _paragraphs() -> st.SearchStrategy[str]:
    return st.lists(
        st.builds(str.__add__, sentences(), st.sampled_from([" ", "\n"])), min_size=1, max_size=3
    ).map(lambda parts: "".join(parts).rstrip())


def _tables() -> st.SearchStrategy[str]:
    cell = _pieces().map(lambda piece: piece.replace("|", "/"))
    row = st.tuples(cell, cell).map(lambda cells: f"| {cells[0]} | {cells[1]} |")
    return st.lists(row, min_size=2, max_size=4).map(
        lambda rows: "\n".join([rows[0], "|---|:-:|", *rows[1:]])
    )


def _indented(text: str, *, by: str) -> str:
    return text.replace("\n", f"\n{' ' * len(by)}")


def _lists(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    marker = st.sampled_from(["- ", "* ", "1. ", "2) ", "10. "])
    item = st.builds(lambda mark, block: mark + _indented(block, by=mark), marker, blocks | st.just(""))
    return st.lists(item, min_size=1, max_size=4).map("\n".join)


def _around(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quoted = blocks.map(lambda block: "> " + block.replace("\n", "\n> "))
    return _lists(blocks) | quoted | st.lists(blocks, min_size=2, max_size=3).map("\n\n".join)


def markdown_texts() -> st.SearchStrategy[str]:
    """Documents of every kind of block that is known, within each other."""
    leaf = st.one_of(
        _paragraphs(),
        st.builds("{} {}".format, st.sampled_from(["#", "##", "###"]), sentences()),
        _tables(),
        st.sampled_from(
            ["```python\nx = 1  # *no*\n```", "~~~\n- a\n~~~", "    y = 2", "\\[\nx\n- 3\n\\]", "---"]
        ),
    )
    return st.recursive(leaf, _around, max_leaves=8)


@cache
def _texts_in(path: Path) -> tuple[str, ...]:
    return tuple(
        text
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
        for text in _texts_of_steps(json.loads(line), is_step=False)
    )


def _texts_of_steps(part: Any, *, is_step: bool) -> Iterator[str]:
    if isinstance(part, str):
        if is_step and part.strip():
            yield part
    elif isinstance(part, list):
        for each in part:
            yield from _texts_of_steps(each, is_step=is_step)
    elif isinstance(part, dict):
        for key, each in part.items():
            yield from _texts_of_steps(each, is_step=key in _KEYS)


def real_files() -> list[Path]:
    """Those that ship with Stepmark, and public datasets where they have been laid beside it."""
    return [*SHIPPED, *sorted(SHARED_DATA.glob("*/*.jsonl"))]


def real_texts(*, at_most: int) -> list[str]:
    """Evenly from every file, the shipped ones whole."""
    found: dict[str, None] = {}
    files = real_files()
    for path in files:
        texts = _texts_in(path)
        every = 1 if path in SHIPPED else max(1, len(texts) * len(files) // at_most)
        found |= dict.fromkeys(islice(texts, 0, None, every))
    return list(found)


# What costs a careless pattern, or a grammar that looks back, more than linear work, by what it is made of.
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
