"""Imported text as safe HTML: Markdown without HTML, links or images; maths left to the browser; nh3 as the last gate.

What a grader reads must be what the generator wrote, so Markdown's habit of swallowing characters is curbed: no link
definitions, no entities, no `+` bullets, and `2*3*4`, `__init__` keep their asterisks and underscores.
"""

import hashlib
import re
from collections.abc import Iterator, MutableMapping, Sequence
from html import escape
from typing import Any, Final

import nh3
from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.list import list_block
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis_tokenize
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]
from redis.exceptions import RedisError

from annotator.web.maths import maths_plugin

RENDERER_VERSION: Final = 2
"""Part of every cache key: raise it with each change of what comes out."""

# Behind it Markdown costs more than 0.2 s; such a text is shown as it is.
RICH_CHARACTERS_LIMIT: Final = 30_000
HIGHLIGHTED_CHARACTERS_LIMIT: Final = 5_000
# A day only: the cache shares its memory with the broker, and a chain is read by few people close together.
_CACHE_SECONDS: Final = 24 * 60 * 60
_MAX_NESTING: Final = 20

# An allow-list, because some of Pygments' 600 lexers backtrack without end on hostile text.
_LEXERS: Final = {
    **{
        name: name
        for name in ["bash", "c", "cpp", "css", "go", "html", "java", "javascript", "json", "python"]
    },
    **{name: name for name in ["r", "ruby", "rust", "sql", "typescript"]},
    "c++": "cpp",
    "js": "javascript",
    "py": "python",
    "python3": "python",
    "sh": "bash",
    "shell": "bash",
    "ts": "typescript",
}

# Bidirectional overrides reorder what is read ("1 + 1 = 21"), other controls are invisible: both are spelled out.
_BIDI_CONTROLS: Final = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_C0_CONTROLS: Final = [code for code in [*range(1, 32), *range(0x7F, 0xA0)] if chr(code) not in "\t\n\r"]
_SPELLED_OUT: Final = {code: f"⟦U+{code:04X}⟧" for code in [*_BIDI_CONTROLS, *_C0_CONTROLS]}

_WORD: Final = re.compile(r"[^\W_]+")

_HEADING_CLASSES: Final = {f"heading-{level}" for level in range(1, 7)}
_ALIGNMENT_CLASSES: Final = {"align-left", "align-center", "align-right"}
_GATE: Final = nh3.Cleaner(
    tags={
        *["p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "span", "div"],
        *["table", "thead", "tbody", "tr", "th", "td"],
    },
    clean_content_tags={"script", "style"},
    attributes={"span": {"data-tex"}, "div": {"data-tex"}, "ol": {"start"}, "li": {"value"}},
    allowed_classes={
        "p": {"caption", "heading", *_HEADING_CLASSES},
        "span": {"math", "math-display", *filter(None, STANDARD_TYPES.values())},
        "div": {"math", "math-display", "verbatim"},
        "pre": {"code"},
        "th": _ALIGNMENT_CLASSES,
        "td": _ALIGNMENT_CLASSES,
    },
    url_schemes=set(),
    link_rel=None,
)


def render_text(text: str, *, plain: bool = False) -> SafeString:
    """One imported text as HTML, by way of the cache; `plain` keeps the words and drops the surface style."""
    return render_texts([text], plain=plain)[0]


def render_texts(texts: Sequence[str], *, plain: bool = False) -> list[SafeString]:
    """Several texts with one look into the cache; without a cache server every text is rendered afresh."""
    keys = [_cache_key(text, plain=plain) for text in texts]
    rendered = _read_cache(keys)
    fresh = {
        key: _render(text, plain=plain) for key, text in zip(keys, texts, strict=True) if key not in rendered
    }
    _write_cache(fresh)
    rendered.update(fresh)
    return [mark_safe(rendered[key]) for key in keys]  # noqa: S308 - it came through the gate


def _cache_key(text: str, *, plain: bool) -> str:
    style = "plain" if plain else "styled"
    return f"text:{RENDERER_VERSION}:{style}:{hashlib.sha256(text.encode()).hexdigest()}"


def _read_cache(keys: list[str]) -> dict[str, str]:
    try:
        return cache.get_many(keys)
    except (RedisError, OSError):
        return {}


def _write_cache(fresh: dict[str, str]) -> None:
    if not fresh:
        return
    try:
        cache.set_many(fresh, timeout=_CACHE_SECONDS)
    except (RedisError, OSError):
        return


def _render(text: str, *, plain: bool) -> str:
    visible = text.translate(_SPELLED_OUT)
    if len(visible) > RICH_CHARACTERS_LIMIT:
        return _verbatim(visible)
    env: MutableMapping[str, Any] = {}
    markdown = _CODE_MARKDOWN if _STARTS_INDENTED.match(visible) else _PROSE_MARKDOWN
    tokens = markdown.parse(visible, env)
    if _words(visible) != _words(" ".join(_shown(tokens))):
        return _verbatim(visible)
    if plain:
        tokens = _without_style(tokens)
    return _GATE.clean(markdown.renderer.render(tokens, markdown.options, env))


def _verbatim(text: str) -> str:
    return _GATE.clean(f'<div class="verbatim">{escape(text)}</div>')


def _words(text: str) -> int:
    return sum(map(len, _WORD.findall(text)))


def _shown(tokens: list[Token]) -> Iterator[str]:
    """Markdown drops what is nested too deep and the cells beyond a table's last column; a grader must see them."""
    for token in tokens:
        yield token.info
        yield token.content


_STYLE_BLOCKS: Final = {
    *["hr", "bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"],
    *["list_item_open", "list_item_close", "blockquote_open", "blockquote_close"],
}
_STYLE_INLINE: Final = {"strong_open", "strong_close", "em_open", "em_close"}


def _without_style(tokens: list[Token]) -> list[Token]:
    """The same words as paragraphs. Numbers of list items are words: another step may refer to them."""
    kept: list[Token] = []
    number = ""
    for token in tokens:
        if token.type == "list_item_open" and token.info:
            number = f"{token.info}{token.markup} "
        if token.type == "inline":
            token.children = [Token("text", "", 0, content=number), *_plain_inline(token.children or [])]
            number = ""
        if token.type not in _STYLE_BLOCKS:
            kept.append(_plain_block(token))
    return kept


def _plain_block(token: Token) -> Token:
    if token.type in {"heading_open", "heading_close"}:
        token.type = token.type.replace("heading", "paragraph")
        token.tag = "p"
    if token.type in {"th_open", "th_close"}:
        token.tag = "td"
    token.hidden = False
    return token


def _plain_inline(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        if token.type == "code_inline":
            token.type = "text"
    return [token for token in tokens if token.type not in _STYLE_INLINE]


class _Renderer(RendererHTML):
    """Each method renders the tokens of its name; markdown-it finds them by reflection."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        # Not <h1>: the outline of the page belongs to the page.
        return f'<p class="heading heading-{tokens[idx].tag[1:]}">'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        return "</p>\n"

    def maths_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        display = " math-display" if tokens[idx].meta["display"] else ""
        tex = escape(tokens[idx].content)
        return f'<span class="math{display}" data-tex="{tex}">{tex}</span>'

    def maths_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        tex = escape(tokens[idx].content)
        return f'<div class="math math-display" data-tex="{tex}">{tex}</div>\n'

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        number = tokens[idx].info
        return f'<li value="{int(number)}">' if number else "<li>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        # Markdown takes four spaces away; in a step that is one line of Python they are the meaning.
        indented = re.sub(r"(?m)^(?=.)", "    ", tokens[idx].content)
        return f'<pre class="code"><code>{escape(indented)}</code></pre>\n'

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        info = tokens[idx].info.strip()
        caption = f'<p class="caption">{escape(info)}</p>\n' if info and info.lower() not in _LEXERS else ""
        return f'{caption}<pre class="code"><code>{_highlighted(tokens[idx].content, info)}</code></pre>\n'

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:
        # The strict CSP forbids markdown-it's style="text-align:..".
        alignment = str(tokens[idx].attrGet("style") or "").removeprefix("text-align:")
        return f'<{tokens[idx].tag} class="align-{alignment}">' if alignment else f"<{tokens[idx].tag}>"

    td_open = th_open


def _highlighted(code: str, info: str) -> str:
    language = _LEXERS.get(info.split(" ", maxsplit=1)[0].lower())
    if language is None or len(code) > HIGHLIGHTED_CHARACTERS_LIMIT:
        return escape(code)
    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Emphasis, except where the run of `*` or `_` is an operator or part of a name."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    run = state.scanDelims(state.pos, canSplitWord=marker == "*").length
    before = state.src[max(state.pos - 2, 0) : state.pos] or " "
    behind = state.src[state.pos + run : state.pos + run + 2] or " "
    if not _is_operator_or_name(marker * run, before, behind):
        return emphasis_tokenize(state, silent)
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
    """Lists, but none with `+`: in a column of figures it is a sign."""
    first = state.bMarks[start_line] + state.tShift[start_line]
    return state.src[first : first + 1] != "+" and list_block(state, start_line, end_line, silent)


def _make_markdown(*, indented_code: bool) -> MarkdownIt:
    options = {
        "html": False,
        "linkify": False,
        "typographer": False,
        "breaks": True,
        "maxNesting": _MAX_NESTING,
    }
    md = MarkdownIt("zero", options, renderer_cls=_Renderer)
    # Left out on purpose: html, link, image, autolink, reference, entity, strikethrough, lheading, linkify.
    md.enable(["table", "fence", "blockquote", "hr", "list", "heading", *(["code"] if indented_code else [])])
    md.enable(["newline", "escape", "backticks", "emphasis", "balance_pairs", "fragments_join"])
    md.inline.ruler.at("emphasis", _emphasis)
    md.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    maths_plugin(md)
    return md


# PRMBench indents its prose by eight spaces, MR-Ben's steps are single lines of a Python function: what a text starts
# with tells them apart.
_STARTS_INDENTED: Final = re.compile(r"\n*(?: {4}|\t)")
_PROSE_MARKDOWN: Final = _make_markdown(indented_code=False)
_CODE_MARKDOWN: Final = _make_markdown(indented_code=True)
