r"""Maths in Markdown: `$..$`, `$$..$$`, `\(..\)`, `\[..\]`, bare `\begin{align}..` and bare `\boxed{..}`.

Our own rules instead of mdit-py-plugins' dollarmath, for three reasons met in ProcessBench and PRMBench: half of their
maths stands in `\(..\)` and `\[..\]`, which it does not know; display maths stands in the middle of a line; and amounts
("$5 per hour and 3 $") must stay text. Every search here remembers its failure, so that hostile text costs linear time.
"""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# Those that KaTeX knows; the others stay visible as their source.
_DISPLAY_ENVIRONMENTS = [
    "align",
    "align*",
    "alignat",
    "alignat*",
    "equation",
    "equation*",
    "gather",
    "gather*",
]
_INLINE_ENVIRONMENTS = [
    *["aligned", "array", "cases", "gathered", "split"],
    *["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix"],
]
_BEGIN = re.compile(
    r"\\begin\{(" + "|".join(map(re.escape, _DISPLAY_ENVIRONMENTS + _INLINE_ENVIRONMENTS)) + r")\}"
)
_DISPLAY_ONLY = re.compile(r"\\(?:begin\{(?:align|alignat|equation|gather)\*?\}|tag\b)")
# "$5 per hour and 3 $": an amount, not a formula.
_AMOUNT = re.compile(r"\d[\d.,]*(?:/|\s+)[A-Za-z]{2,}")
_LOOKS_LIKE_TEX = re.compile(r"[\^_={}]")
_BOXED_LIMIT = 500


@dataclass(frozen=True)
class Maths:
    tex: str
    end: int
    """Position in the source just behind the closing delimiter."""
    display: bool

    @property
    def needs_display(self) -> bool:
        """Some write `$\\begin{align*}..$`, which TeX and KaTeX know as display maths only."""
        return self.display or _DISPLAY_ONLY.search(self.tex) is not None


def maths_plugin(md: MarkdownIt) -> None:
    md.inline.ruler.before("escape", "maths", _inline_maths)
    md.inline.add_terminator_char("$")
    # Before "code": display maths is maths however far it is indented.
    md.block.ruler.before("code", "maths", _block_maths, {"alt": ["paragraph", "blockquote", "list"]})


def _inline_maths(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    found = _find(state)
    if found is None:
        return False
    if not silent:
        token = state.push("maths_inline", "span", 0)
        token.content = found.tex
        token.meta = {"display": found.needs_display}
    state.pos = found.end
    return True


def _find(state: StateInline) -> Maths | None:
    source, start = state.src, state.pos
    if source.startswith("$$", start):
        return _delimited(state, opener="$$", closer="$$", display=True)
    if source[start] == "$":
        return _single_dollars(state)
    if source[start] != "\\":
        return None
    if source.startswith("\\(", start):
        return _delimited(state, opener="\\(", closer="\\)", display=False)
    if source.startswith("\\[", start):
        return _delimited(state, opener="\\[", closer="\\]", display=True)
    if source.startswith("\\begin{", start):
        return _environment(state)
    if source.startswith("\\boxed{", start):
        return _boxed(source, start)
    return None


def _delimited(state: StateInline, *, opener: str, closer: str, display: bool) -> Maths | None:
    begin = state.pos + len(opener)
    end = _find_unescaped(state, closer, begin)
    if end is None or not state.src[begin:end].strip():
        return None
    return Maths(tex=state.src[begin:end].strip(), end=end + len(closer), display=display)


def _single_dollars(state: StateInline) -> Maths | None:
    source, begin = state.src, state.pos + 1
    end = _find_unescaped(state, "$", begin)
    if end is None or _is_digit(source, end + 1):
        return None
    body = source[begin:end]
    tex = body.strip()
    if not tex or _AMOUNT.match(tex):
        return None
    if "\\" not in tex and not _closely_delimited(body, digit_before=_is_digit(source, state.pos - 1)):
        return None
    return Maths(tex=tex, end=end + 1, display=False)


def _closely_delimited(body: str, *, digit_before: bool) -> bool:
    """Without a command inside, "$" is a delimiter only where it cannot be a currency sign."""
    spaces = body[0].isspace(), body[-1].isspace()
    return not digit_before and (not any(spaces) or (all(spaces) and bool(_LOOKS_LIKE_TEX.search(body))))


def _environment(state: StateInline) -> Maths | None:
    opening = _BEGIN.match(state.src, state.pos)
    if opening is None:
        return None
    closer = rf"\end{{{opening[1]}}}"
    end = _find_unescaped(state, closer, opening.end())
    if end is None:
        return None
    behind = end + len(closer)
    return Maths(tex=state.src[state.pos : behind], end=behind, display=opening[1] in _DISPLAY_ENVIRONMENTS)


def _boxed(source: str, start: int) -> Maths | None:
    r"""Bare `\boxed{18}`, which many generators write outside of any delimiters."""
    depth = 0
    for position in range(start + len("\\boxed"), min(len(source), start + _BOXED_LIMIT)):
        depth += {"{": 1, "}": -1}.get(source[position], 0)
        if depth == 0:
            tex = source[start : position + 1]
            # With an amount inside, KaTeX would refuse it: "\\boxed{$72}".
            return None if "$" in tex else Maths(tex=tex, end=position + 1, display=False)
    return None


def _find_unescaped(state: StateInline, closer: str, begin: int) -> int | None:
    failed_from: dict[tuple[str, str], int] = state.env.setdefault("maths failed from", {})
    if begin >= failed_from.get((state.src, closer), len(state.src) + 1):
        return None
    end = state.src.find(closer, begin)
    while end > begin and _is_escaped(state.src, end, begin):
        end = state.src.find(closer, end + 1)
    if end == -1:
        failed_from[state.src, closer] = begin
        return None
    return end


def _is_escaped(source: str, position: int, begin: int) -> bool:
    r"""In `\\]` the bracket follows a line break: an even number of backslashes leaves the closer whole."""
    before = position
    while before > begin and source[before - 1] == "\\":
        before -= 1
    return (position - before) % 2 == 1


def _is_digit(source: str, position: int) -> bool:
    return 0 <= position < len(source) and source[position].isdigit()


def _block_maths(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:  # noqa: FBT001
    r"""`\[..\]` or `$$..$$` on lines of their own, so that "+ 3x" or "---" inside cannot start a list or a rule."""
    opener = _line(state, start_line)[:2]
    closer = {"\\[": "\\]", "$$": "$$"}.get(opener)
    if closer is None:
        return False
    last_line = _closing_line(state, closer, start_line, end_line)
    if last_line is None:
        return False
    body = state.getLines(start_line, last_line + 1, state.blkIndent, keepLastLF=False).strip()[2:]
    position = body.rfind(closer)
    behind = body[position + 2 :].strip()
    tex = body[:position].strip()
    # Words behind the closer, or a second formula: a paragraph, in which the inline rule finds the maths.
    if behind not in {"", ".", ",", ";", ":"} or closer in tex or not tex:
        return False
    if not silent:
        token = state.push("maths_block", "div", 0)
        token.block = True
        token.content = tex + behind
        token.map = [start_line, last_line + 1]
    state.line = last_line + 1
    return True


def _closing_line(state: StateBlock, closer: str, start_line: int, end_line: int) -> int | None:
    """The line with the closer; a blank or outdented line ends the search, as it ends the block."""
    failed: dict[tuple[str, int], range] = state.env.setdefault("maths block failed", {})
    if start_line in failed.get((closer, end_line), ()):
        return None
    for line in range(start_line, end_line):
        text = _line(state, line)
        if not text or (line > start_line and state.sCount[line] < state.blkIndent):
            break
        if closer in (text[2:] if line == start_line else text):
            return line
    # Lines in between have the same fate: they would stop at the same place.
    failed[closer, end_line] = range(start_line, line + 1)
    return None


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
