"""The plots of the style page on features: what experiments show, and what ordinary votes go with."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.analysis.bias.testing import SMALLEST_EFFECT
from annotator.web.campaigns.plots import Plot, Spec, axis, framed, leading_on, line_down
from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.words import (
    STATUSES,
    Found,
    evidence_in_words,
    finding_of,
    signed_interval,
    signed_points,
    title_of,
)

ROW_HEIGHT = 34
NAMES_WIDTH = 210
# Each kind of evidence has its shape: nothing is told by colour alone.
SHAPE = {"bias": "circle", "deviation": "square", "association": "diamond"}
COLOUR = {"bias": "var(--accent)", "deviation": "var(--unsure)", "association": "var(--edge)"}


def overview_plot(figures: Mapping[str, Any], *, links: StyleLinks, with_people: bool) -> Plot | None:
    """Feature by feature what the experiments show, and what else is known of the same features."""
    shown = evidence_of(figures, with_people=with_people)
    if not any(found["status"] == "bias" for found in shown):
        return None
    people = figures["annotators"]
    rows = [row_of(found, people=people, links=links) for found in shown]
    return Plot(
        name="style",
        title=_("Feature by feature: left is less often “sound”, right more often"),
        alternative=in_a_sentence(shown),
        spec=evidence_forest(rows),
    )


def evidence_of(figures: Mapping[str, Any], *, with_people: bool) -> list[Found]:
    """Of each feature with an experiment: it, the deviations that were found, and the association, one below the other."""
    kinds = ["twins", "plain", *(["peers"] if with_people else []), "association"]
    known = {kind: [found for found in figures[kind] if found["is_estimated"]] for kind in kinds}
    if with_people:
        known["peers"] = [found for found in known["peers"] if finding_of(found) == "found"]
    experiments = [*known["twins"], *known["plain"]]
    strongest: dict[str, float] = {}
    for found in experiments:
        feature = found["feature"]
        strongest[feature] = max(strongest.get(feature, 0.0), abs(found["effect"]))
    ordered = sorted(strongest, key=lambda feature: -strongest[feature])
    return [
        found
        for feature in ordered
        for kind in kinds
        for found in sorted(known[kind], key=lambda found: -abs(found["effect"]))
        if found["feature"] == feature
    ]


def row_of(found: Found, *, people: Sequence[Mapping[str, Any]], links: StyleLinks) -> dict[str, Any]:
    who = "" if found["annotator"] is None else people[found["annotator"]]["pseudonym"]
    kind = evidence_in_words(found["estimator"])
    said = _("{kind} of {who}").format(kind=kind, who=who) if who else kind
    title = title_of(found["feature"])
    return {
        "name": f"{title}|{said}",
        "kind": str(STATUSES[found["status"]]),
        "status": found["status"],
        "value": found["effect"],
        "low": found["low"],
        "high": found["high"],
        "words": f"{title}, {said}: {signed_points(found['effect'])} ({signed_interval(found['low'], found['high'])})",
        "url": links.behind(found, annotator=who),
    }


def in_a_sentence(shown: Sequence[Found]) -> str:
    largest = max(
        (found for found in shown if found["status"] == "bias"), key=lambda found: abs(found["effect"])
    )
    words = ngettext(
        "A point and its interval for {count} figure. The largest effect in an experiment: {feature}, {effect} points.",
        "Points and their intervals for {count} figures. The largest effect in an experiment: {feature}, {effect} points.",
        len(shown),
    )
    return words.format(
        count=len(shown), feature=title_of(largest["feature"]), effect=signed_points(largest["effect"])
    )


def evidence_forest(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """rows: `name` ("feature|kind", the second on a line of its own), `kind`, `status`, `value`, `low`, `high`."""
    present = [status for status in SHAPE if any(row["status"] == status for row in rows)]
    kinds = [str(STATUSES[status]) for status in present]
    by_kind = {"field": "kind", "type": "nominal"}
    # Each row names its kind, and the page what the shapes mean: a legend would not fit on a telephone.
    colours = {"domain": kinds, "range": [COLOUR[status] for status in present]}
    tone = {**by_kind, "scale": colours, "legend": None}
    shape = {
        **by_kind,
        "scale": {"domain": kinds, "range": [SHAPE[status] for status in present]},
        "legend": None,
    }
    return framed(
        {
            "data": {"values": list(rows)},
            "height": ROW_HEIGHT * max(len(rows), 1),
            "encoding": {
                "x": effect_axis(),
                "y": {
                    "field": "name",
                    "type": "nominal",
                    "scale": {"domain": [row["name"] for row in rows]},
                    "axis": axis(
                        None,
                        labelExpr="split(datum.label, '|')",
                        labelLimit=NAMES_WIDTH,
                        labelLineHeight=14,
                        ticks=False,
                        domain=False,
                        # A multi-line label hangs from its first line.
                        labelBaseline="line-bottom",
                    ),
                },
            },
            "layer": [
                zone(),
                line_down(0),
                interval(tone=tone),
                {
                    "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                    "encoding": {"x": {"field": "value"}, "color": tone, "shape": shape, **leading_on()},
                },
            ],
        }
    )


def association_plot(ranked: Sequence[Found], *, links: StyleLinks) -> Plot | None:
    """Adjusted figures, and beside them as they were counted."""
    if not ranked:
        return None
    names = {
        "adjusted": _("adjusted for chain, place in it and annotator"),
        "raw": _("as counted"),
    }
    rows = []
    for found in ranked:
        title = title_of(found["feature"])
        raw = found["raw"] or {"value": None}
        rows.append(
            {
                "name": title,
                "series": names["adjusted"],
                "value": found["effect"],
                "low": found["low"],
                "high": found["high"],
                "words": f"{title}, {names['adjusted']}: {signed_points(found['effect'])}"
                f" ({signed_interval(found['low'], found['high'])})",
                "url": links.behind(found),
            }
        )
        if raw["value"] is not None:
            rows.append(
                {
                    "name": title,
                    "series": names["raw"],
                    "value": raw["value"],
                    "low": None,
                    "high": None,
                    "words": f"{title}, {names['raw']}: {signed_points(raw['value'])}",
                    "url": links.behind(found),
                }
            )
    first = ranked[0]
    alternative = _(
        "For each feature a diamond with its interval, and a cross for the figure as counted. Farthest from 0: {feature}, {effect} points."
    )
    return Plot(
        name="style-association",
        title=_("Association: may be real quality"),
        alternative=alternative.format(
            feature=title_of(first["feature"]), effect=signed_points(first["effect"])
        ),
        spec=association_forest(rows, series=list(names.values())),
    )


def association_forest(rows: Sequence[Mapping[str, Any]], *, series: Sequence[str]) -> Spec:
    names = list(dict.fromkeys(row["name"] for row in rows))
    tone = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(series), "range": ["var(--ink)", "var(--edge)"]},
        "legend": None,
    }
    return framed(
        {
            "data": {"values": list(rows)},
            "height": 26 * max(len(names), 1),
            "encoding": {
                "x": effect_axis(),
                "y": name_axis(names),
            },
            "layer": [
                zone(),
                line_down(0),
                interval(tone=tone),
                {
                    "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
                    "encoding": {
                        "x": {"field": "value"},
                        "color": tone,
                        "shape": {
                            "field": "series",
                            "type": "nominal",
                            "scale": {"domain": list(series), "range": ["diamond", "cross"]},
                            "legend": None,
                        },
                        **leading_on(),
                    },
                },
            ],
        }
    )


def effect_axis() -> Spec:
    return {
        "type": "quantitative",
        "scale": {"zero": True, "nice": True},
        "axis": axis(
            _("points of “sound”"),
            labelExpr="datum.value == 0 ? '0' : format(datum.value, '+~g')",
            tickCount=7,
        ),
    }


def name_axis(names: Sequence[str]) -> Spec:
    return {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": list(names)},
        "axis": axis(None, labelLimit=NAMES_WIDTH, ticks=False, domain=False),
    }


def zone() -> Spec:
    """Effects within it matter to nobody: as wide as what no flag is opened for."""
    return {
        "data": {"values": [{"from": -SMALLEST_EFFECT, "to": SMALLEST_EFFECT}]},
        "mark": {"type": "rect", "color": "var(--sunken)", "tooltip": None},
        "encoding": {
            "x": {"field": "from", "type": "quantitative"},
            "x2": {"field": "to"},
            "y": {"value": 0},
            "y2": {"value": "height"},
        },
    }


def interval(*, tone: Spec) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "color": tone, **leading_on()},
    }
