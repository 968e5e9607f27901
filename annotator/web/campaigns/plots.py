"""Specifications of plots in Vega-Lite 6: rows in, a dict out; static/plots.js draws it.

A colour is named by a custom property of the style sheet, such as `var(--ink)`: the script puts in what it is in the
reader's colour scheme. A row's `words` show on hover, its `url` is where a click leads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import get_format

Spec = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

ROW_HEIGHT = 24
TREND_HEIGHT = 220
NAMES_WIDTH = 150
HEIGHT_OF_AXIS = 56
# Above this share of the deepest colour light text is read better than dark text.
DEEP = 0.62


@dataclass(frozen=True, slots=True)
class Plot:
    """`alternative` says in words what the drawing shows."""

    name: str
    title: str
    alternative: str
    spec: Spec

    @property
    def place(self) -> str:
        """The id of the element that holds the specification."""
        return f"plot-{self.name}"

    @property
    def height(self) -> int:
        """Of the drawing with its axis, in pixels: kept free, so that nothing moves when it is drawn."""
        return int(self.spec["height"]) + HEIGHT_OF_AXIS


def heatmap(
    rows: Rows,
    *,
    across: str,
    down: str,
    names: Sequence[str],
    cell_height: int = 36,
    shows_text: bool = True,
) -> Spec:
    """rows: `across` and `down` (two of *names*), `share` from 0 to 1, `text`; without `is_known` there is no colour."""
    angle = 0 if len(names) < 5 else -40 if len(names) < 13 else -90
    place = {"type": "ordinal", "scale": {"domain": list(names), "paddingInner": 0.04}}
    encoding = {
        "x": {"field": "across", **place, "axis": axis(across, labelAngle=angle, labelOverlap=True)},
        "y": {"field": "down", **place, "axis": axis(down)},
    }
    cells = {
        "mark": {"type": "rect", "cornerRadius": 2, "stroke": "var(--rule)", "strokeWidth": 0.5},
        "encoding": {
            "color": {
                "condition": {
                    "test": "datum.is_known",
                    "field": "share",
                    "type": "quantitative",
                    "scale": {
                        "domain": [0, 1],
                        "range": ["var(--surface)", "var(--accent)"],
                        "clamp": True,
                        "interpolate": "lab",
                    },
                    "legend": None if shows_text else {**legend(), "gradientLength": 160},
                },
                "value": "var(--sunken)",
            },
            **leading_on(),
        },
    }
    text = {
        "mark": {"type": "text", "fontSize": 12, "tooltip": None},
        "encoding": {
            "text": {"field": "text"},
            "color": {
                "condition": {"test": f"datum.share > {DEEP}", "value": "var(--accent-ink)"},
                "value": "var(--ink)",
            },
            **leading_on(),
        },
    }
    return framed(
        {
            "data": {"values": list(rows)},
            "height": cell_height * len(names),
            "encoding": encoding,
            "layer": [cells, text] if shows_text else [cells],
        }
    )


def forest(rows: Rows, *, title: str, reference: float | None = None, is_share: bool = False) -> Spec:
    """One line for each row, from top to bottom: `name`, `value`, `low` and `high` (or None), `is_quiet`."""
    layers = points_with_intervals()
    return framed(
        {
            "data": {"values": list(rows)},
            "height": ROW_HEIGHT * max(len(rows), 1),
            "encoding": {
                "x": {
                    "type": "quantitative",
                    "scale": {"zero": False, "nice": True},
                    "axis": axis(title, format=".0%" if is_share else "~g", tickCount=6),
                },
                "y": {
                    "field": "name",
                    "type": "nominal",
                    "scale": {"domain": [row["name"] for row in rows]},
                    "axis": axis(None, labelLimit=NAMES_WIDTH, ticks=False, domain=False),
                },
            },
            "layer": layers if reference is None else [line_down(reference), *layers],
        }
    )


def points_with_intervals() -> list[Spec]:
    tone = {"condition": {"test": "datum.is_quiet", "value": "var(--edge)"}, "value": "var(--accent)"}
    shape = {"condition": {"test": "datum.is_quiet", "value": "diamond"}, "value": "circle"}
    return [
        {
            "transform": [{"filter": "datum.low !== null"}],
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "color": tone, **leading_on()},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": {"x": {"field": "value"}, "color": tone, "shape": shape, **leading_on()},
        },
    ]


def line_down(at: float) -> Spec:
    """What the points are compared with."""
    return {
        "data": {"values": [{"at": at}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": "var(--edge)"},
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "y": {"value": 0},
            "y2": {"value": "height"},
        },
    }


def trend(rows: Rows, *, across: str, places: Sequence[str], series: Sequence[str]) -> Spec:
    """From left to right: `place` (one of *places*), `series`, `value`, `low` and `high` (or None)."""
    tone = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(series), "range": ["var(--accent)", "var(--unsure)"][: len(series)]},
        "legend": legend(),
    }
    return framed(
        {
            "data": {"values": list(rows)},
            "height": TREND_HEIGHT,
            "encoding": {
                "x": {
                    "field": "place",
                    "type": "ordinal",
                    "scale": {"domain": list(places)},
                    "axis": axis(across, labelOverlap=True, labelAngle=0 if len(places[-1]) < 8 else -40),
                },
                "color": tone,
                # Side by side around the middle of the place, so that intervals do not hide each other.
                "xOffset": {
                    "field": "series",
                    "scale": {"type": "point", "domain": list(series), "padding": 3},
                },
            },
            "layer": [
                {
                    "transform": [{"filter": "datum.low !== null"}],
                    "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.6},
                    "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
                },
                {
                    "mark": {"type": "line", "strokeWidth": 1.5},
                    "encoding": {"y": {"field": "value", "type": "quantitative"}},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                    "encoding": {
                        "y": {
                            "field": "value",
                            "type": "quantitative",
                            "scale": {"zero": False, "nice": True},
                            "axis": axis(None, format="~g", tickCount=5),
                        },
                        "shape": {
                            "field": "series",
                            "type": "nominal",
                            "scale": {"domain": list(series), "range": ["circle", "square"][: len(series)]},
                        },
                        **leading_on(),
                    },
                },
            ],
        }
    )


def legend() -> Spec:
    return {
        "title": None,
        "orient": "top",
        "labelColor": "var(--ink)",
        "labelFontSize": 12,
        "labelLimit": 220,
        "symbolOpacity": 1,
    }


def leading_on() -> Spec:
    """What every mark that stands for steps has."""
    return {"href": {"field": "url"}, "tooltip": {"field": "words", "type": "nominal"}}


def axis(title: str | None, **settings: Any) -> Spec:
    return {"title": title, **settings}


def framed(spec: Spec) -> Spec:
    """As wide as its place, in our colours and fonts, with numbers as the reader writes them."""
    muted = {"labelColor": "var(--muted)", "titleColor": "var(--muted)"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": "var(--surface)",
        "padding": 4,
        **spec,
        "config": {
            "aria": False,
            "font": "var(--sans)",
            "view": {"stroke": None},
            "axis": {
                **muted,
                "gridColor": "var(--rule)",
                "domainColor": "var(--edge)",
                "tickColor": "var(--edge)",
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "titlePadding": 8,
            },
            "axisBand": {"grid": False},
            "text": {"color": "var(--ink)"},
            "locale": {
                "number": {
                    "decimal": get_format("DECIMAL_SEPARATOR"),
                    "thousands": "\u202f",
                    "grouping": [3],
                    "currency": ["", ""],
                }
            },
        },
    }
