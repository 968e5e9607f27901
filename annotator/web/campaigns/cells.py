"""Tables of a report's figures: one making for the page, in words, and for the file, in numbers."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format

from annotator.web.campaigns.figure_words import percent, reason_in_words

# A report's figures, or a part of them.
Figures = Mapping[str, Any]
# A figure has an interval beside it, a value may be null with a reason, a number is always known.
Kind = Literal["words", "number", "value", "figure"]
Raw = str | int | float | None
# A spreadsheet takes a cell that begins like this for a formula. Titles and generators are other people's words.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the header in the file, in English whoever asks for it."""

    key: str
    title: str
    kind: Kind = "number"

    @property
    def is_number(self) -> bool:
        return self.kind != "words"


@dataclass(frozen=True, slots=True)
class Cell:
    """`words` are empty where the value is null, and `reason` says why; `raw` is what the file gets."""

    words: str
    raw: tuple[Raw, ...]
    kind: Kind = "words"
    reason: str = ""
    interval: str = ""
    interval_reason: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The first cell names the row. A quiet one stands on too little to be compared with the others."""

    cells: tuple[Cell, ...]
    is_quiet: bool = False

    @property
    def name(self) -> Cell:
        return self.cells[0]

    @property
    def rest(self) -> tuple[Cell, ...]:
        return self.cells[1:]


@dataclass(frozen=True, slots=True)
class Table:
    """`name` stands in the address of its file."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def is_long(self) -> bool:
        return len(self.rows) > 12


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the steps behind a figure, of one campaign and one version of its taxonomy."""

    campaign: str
    version: int

    def steps(self, asked: Mapping[str, object]) -> str:
        query = urlencode({"version": self.version, **asked})
        return f"{address_of_steps(self.campaign)}?{query}"


@lru_cache
def address_of_steps(campaign: str) -> str:
    """Asked for by every cell of a large table, so not worked out anew each time."""
    return reverse("agreement_steps", args=[campaign])


def words(text: str, *, note: str = "", url: str = "") -> Cell:
    return Cell(words=text, raw=(text,), note=note, url=url)


def number(count: int, *, url: str = "", note: str = "") -> Cell:
    return Cell(
        words=number_format(count, force_grouping=True), raw=(count,), kind="number", url=url, note=note
    )


def value(
    found: float | None, *, shown: Callable[[float], str], reason: str | None = None, url: str = ""
) -> Cell:
    return Cell(
        words="" if found is None else shown(found),
        raw=(found, reason if found is None else ""),
        kind="value",
        reason=reason_in_words(reason),
        url=url,
    )


def figure(found: Mapping[str, Any], *, shown: Callable[[float], str] = percent, url: str = "") -> Cell:
    """A figure of the report's JSON (see annotator.analysis.figures.Figure)."""
    low, high = found["low"], found["high"]
    has_interval = low is not None and high is not None
    return Cell(
        words="" if found["value"] is None else shown(found["value"]),
        raw=(found["value"], low, high, found["reason"] or found["interval_reason"] or ""),
        kind="figure",
        reason=reason_in_words(found["reason"]),
        interval=interval_in_words(low, high, shown=shown) if has_interval else "",
        interval_reason=reason_in_words(found["interval_reason"]),
        url=url,
    )


def interval_in_words(low: float, high: float, *, shown: Callable[[float], str]) -> str:
    return f"{shown(low)} – {shown(high)}"


def as_csv(table: Table) -> str:
    """Comma-separated, a header and one line per row; null is empty, with its reason in the column beside it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([name for column in table.columns for name in names_in_file(column)])
    for row in table.rows:
        writer.writerow([harmless(raw) for cell in row.cells for raw in cell.raw])
    return text.getvalue()


def names_in_file(column: Column) -> Iterator[str]:
    yield column.key
    if column.kind == "figure":
        yield f"{column.key}_low"
        yield f"{column.key}_high"
    if column.kind in ("figure", "value"):
        yield f"{column.key}_reason"


def harmless(raw: Raw) -> Raw:
    return f"'{raw}" if isinstance(raw, str) and raw.startswith(_FORMULA) else raw
