"""The fields of a label as HTML. Not by templates: in a taxonomy of 300 labels each of these is there 300 times."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def label_fields(form: Any) -> SafeString:
    name, key, hotkey = (text_input(form[name]) for name in ("title", "key", "hotkey"))
    value, tone = select(form["value"], form.options("value")), select(form["tone"], form.options("tone"))
    texts = [text_area(form[name]) for name in ("definition", "good_example", "bad_example")]
    boxes = [
        box(form["title"], name, ""),
        box(form["key"], key, ""),
        box(form["value"], value, "is-small", words="Worth"),
        box(form["hotkey"], hotkey, "is-small"),
        box(form["tone"], tone, "is-small", words="Look"),
        box(form["definition"], texts[0], "is-whole"),
        box(form["good_example"], texts[1], ""),
        box(form["bad_example"], texts[2], ""),
    ]
    return format_html_join("", "{}", ((one,) for one in boxes))


def box(field: BoundField, control: SafeString, size: str, *, words: str = "") -> SafeString:
    errors = field.errors
    return format_html(
        '<div class="draft-field {}{}"><label for="{}">{}</label>{}{}</div>',
        size,
        " is-wrong" if errors else "",
        field.auto_id,
        words or str(field.label).capitalize(),
        control,
        format_html_join(
            "", '<p class="draft-wrong" id="{}-wrong">{}</p>', ((field.auto_id, e) for e in errors)
        ),
    )


def wrong(field: BoundField) -> SafeString:
    """Says to a screen reader where the words are."""
    if not field.errors:
        return SafeString("")
    return format_html(' aria-invalid="true" aria-describedby="{}-wrong"', field.auto_id)


def words_of(field: BoundField) -> Any:
    value = field.value()
    return "" if value is None else value


def text_input(field: BoundField) -> SafeString:
    return format_html(
        '<input type="text" name="{}" id="{}" value="{}" autocomplete="off"{}>',
        field.html_name,
        field.auto_id,
        words_of(field),
        wrong(field),
    )


def text_area(field: BoundField) -> SafeString:
    # A browser drops the first line break of a text area.
    return format_html(
        '<textarea name="{}" id="{}" rows="2"{}>\n{}</textarea>',
        field.html_name,
        field.auto_id,
        wrong(field),
        words_of(field),
    )


def select(field: BoundField, options: list[tuple[Any, str, bool]]) -> SafeString:
    return format_html(
        '<select name="{}" id="{}"{}>{}</select>',
        field.html_name,
        field.auto_id,
        wrong(field),
        format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((value, SafeString(" selected") if chosen else "", words) for value, words, chosen in options),
        ),
    )
