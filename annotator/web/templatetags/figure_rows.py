"""The rows of a report's tables as HTML. In a template the two thousand cells of a large report cost a quarter of a second."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from annotator.web.campaigns.cells import Cell, Row

register = template.Library()


@register.filter
def rows_html(rows: tuple[Row, ...]) -> SafeString:
    return mark_safe("".join(map(row_html, rows)))  # noqa: S308 (made of format_html below)


def row_html(row: Row) -> str:
    opening = '<tr class="is-quiet">' if row.is_quiet else "<tr>"
    name = format_html('<th scope="row">{}{}</th>', words_html(row.name), note_html(row.name))
    return "".join([opening, name, *map(cell_html, row.rest), "</tr>\n"])


def cell_html(cell: Cell) -> str:
    if not cell.words:
        span = ' colspan="2"' if cell.kind == "figure" else ""
        return f'<td{span}><span class="null-reason">{conditional_escape(cell.reason)}</span></td>'
    kind = "" if cell.kind == "words" else ' class="number"'
    found = f"<td{kind}>{words_html(cell)}{note_html(cell)}</td>"
    if cell.kind != "figure":
        return found
    if cell.interval:
        return f'{found}<td class="number">{conditional_escape(cell.interval)}</td>'
    return f'{found}<td><span class="null-reason">{conditional_escape(cell.interval_reason)}</span></td>'


def words_html(cell: Cell) -> SafeString:
    if not cell.url:
        return conditional_escape(cell.words)
    return format_html('<a href="{}">{}</a>', cell.url, cell.words)


def note_html(cell: Cell) -> SafeString:
    return format_html(' <span class="muted">{}</span>', cell.note) if cell.note else SafeString("")
