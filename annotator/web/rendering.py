"""Imported text as safe HTML: the markup of chains.markup drawn, maths left to the browser, nh3 as the last gate."""

import hashlib
import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final

import nh3
from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]
from redis.exceptions import RedisError

from annotator.chains.markup import OPTIONS, parsed, visible

RENDERER_VERSION: Final = 3
"""Part of every cache key: raise it with each change of what comes out."""

HIGHLIGHTED_CHARACTERS_LIMIT: Final = 5_000
# A day only: the cache shares its memory with the broker, and a chain is read by few people close together.
_CACHE_SECONDS: Final = 24 * 60 * 60

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
    shown = visible(text)
    tokens = parsed(shown)
    if tokens is None:
        return _verbatim(shown)
    if plain:
        tokens = _without_style(tokens)
    return _GATE.clean(_RENDERER.render(tokens, OPTIONS, {}))


def _verbatim(text: str) -> str:
    return _GATE.clean(f'<div class="verbatim">{escape(text)}</div>')


_STYLE_BLOCKS: Final = {
    *["hr", "bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close"],
    *["list_item_open", "list_item_close", "blockquote_open", "blockquote_close"],
}
_STYLE_INLINE: Final = {"strong_open", "strong_close", "em_open", "em_close"}
# An item that begins with one of these, or ends without anything, has no line to put its number in.
_TAKES_NO_NUMBER: Final = {"list_item_close", "fence", "code_block", "maths_block", "table_open"}


def _without_style(tokens: list[Token]) -> list[Token]:
    """The same words as paragraphs. Numbers of list items are words: another step may refer to them.

    Formulas, tables and all code stay, code within a line too: what stands in it is no prose and could be taken for it,
    and whether a step has code is no markup that a plain one is without.
    """
    kept: list[Token] = []
    number = ""
    for token in tokens:
        if number and token.type in _TAKES_NO_NUMBER:
            kept += _paragraph(number.rstrip())
            number = ""
        if token.type == "list_item_open" and token.info:
            number += f"{token.info}{token.markup} "
        if token.type == "inline":
            rest = [child for child in token.children or [] if child.type not in _STYLE_INLINE]
            token.children = [Token("text", "", 0, content=number), *rest]
            number = ""
        if token.type not in _STYLE_BLOCKS:
            kept.append(_plain_block(token))
    return kept


def _paragraph(text: str) -> list[Token]:
    line = Token("inline", "", 0, children=[Token("text", "", 0, content=text)])
    return [Token("paragraph_open", "p", 1, block=True), line, Token("paragraph_close", "p", -1, block=True)]


def _plain_block(token: Token) -> Token:
    if token.type in {"heading_open", "heading_close"}:
        token.type = token.type.replace("heading", "paragraph")
        token.tag = "p"
    if token.type in {"th_open", "th_close"}:
        token.tag = "td"
    token.hidden = False
    return token


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


_RENDERER: Final = _Renderer()
