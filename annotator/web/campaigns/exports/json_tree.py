"""A line of an export as a tree that folds: what is short stands in one line, long texts and lists are cut."""

from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

INLINE_CHARACTERS = 64
TEXT_CHARACTERS = 360
MOST_ITEMS = 12
# Deeper than this nothing is unfolded, and the first of a list only above it.
OPEN_DEPTH = 2
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Place:
    """How deep a value lies, and whether it and all above it are the first of their lists."""

    depth: int
    is_first: bool


def tree_html(line: bytes) -> SafeString:
    """Of one JSON value."""
    value = orjson.loads(line)
    if not isinstance(value, dict | list) or not value:
        return inline_html(value)
    return items_html(value, place=Place(0, is_first=True))


def items_html(value: dict[str, Any] | list[Any], *, place: Place) -> SafeString:
    named: list[tuple[str, Any]]
    if isinstance(value, dict):
        named = [(key_html(key), part) for key, part in value.items()]
        rest = 0
    else:
        named = [("", part) for part in value[:MOST_ITEMS]]
        rest = len(value) - len(named)
    items = format_html_join(
        "",
        "<li>{}</li>",
        (
            (part_html(name, part, place=inside(place, index=index, is_list=isinstance(value, list))),)
            for index, (name, part) in enumerate(named)
        ),
    )
    more = ngettext("{count} more", "{count} more", rest).format(count=rest) if rest else ""
    return format_html(
        '<ul class="json-items">{}{}</ul>',
        items,
        format_html('<li class="muted">… {}</li>', more) if more else "",
    )


def inside(place: Place, *, index: int, is_list: bool) -> Place:
    return Place(place.depth + 1, place.is_first and not (is_list and index))


def part_html(name: str, value: Any, *, place: Place) -> SafeString:
    is_short = not isinstance(value, dict | list) or len(orjson.dumps(value)) <= INLINE_CHARACTERS
    if is_short or place.depth >= DEEPEST:
        return format_html("{}{}", name, inline_html(value))
    brackets = "{}" if isinstance(value, dict) else "[]"
    return format_html(
        '<details{}><summary>{}<span class="json-size">{}{}{}</span></summary>{}</details>',
        SafeString(" open") if place.is_first and place.depth <= OPEN_DEPTH else "",
        name,
        brackets[0],
        len(value),
        brackets[1],
        items_html(value, place=place),
    )


def key_html(key: str) -> SafeString:
    return format_html('<span class="json-key">"{}"</span>: ', key)


def inline_html(value: Any) -> SafeString:
    match value:
        case str():
            return text_html(value)
        case bool() | None:
            return format_html('<span class="json-word">{}</span>', orjson.dumps(value).decode())
        case int() | float():
            return format_html('<span class="json-number">{}</span>', orjson.dumps(value).decode())
    return format_html('<span class="json-plain">{}</span>', orjson.dumps(value).decode())


def text_html(text: str) -> SafeString:
    shown = orjson.dumps(text[:TEXT_CHARACTERS]).decode()
    if len(text) <= TEXT_CHARACTERS:
        return format_html('<span class="json-text">{}</span>', shown)
    rest = len(text) - TEXT_CHARACTERS
    more = ngettext("{count} more character", "{count} more characters", rest).format(count=rest)
    return format_html('<span class="json-text">{}</span> <span class="muted">… {}</span>', shown[:-1], more)
