"""The plots of the style page on annotators: everybody against the others, and one of them feature by feature."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.web.campaigns.plots import Plot, Spec, axis, framed, leading_on, line_down
from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.plots import NAMES_WIDTH, effect_axis, interval, name_axis, zone
from annotator.web.campaigns.style.words import (
    Found,
    finding_of,
    points,
    signed_interval,
    signed_points,
    title_of,
)

CELL_HEIGHT = 30
# Behind it a colour grows no deeper.
DEEPEST = 15.0


def person_plot(deviations: Sequence[Found], *, pseudonym: str, links: StyleLinks) -> Plot | None:
    """One annotator, feature by feature."""
    if not deviations:
        return None
    rows = [
        {
            "name": title_of(found["feature"]),
            "value": found["effect"],
            "low": found["low"],
            "high": found["high"],
            "is_found": finding_of(found) == "found",
            "words": f"{title_of(found['feature'])}: {signed_points(found['effect'])}"
            f" ({signed_interval(found['low'], found['high'])})",
            "url": links.behind(found, annotator=pseudonym),
        }
        for found in deviations
    ]
    return Plot(
        name="style-annotator",
        title=_("{who} against the others: left is less often “sound”, right more often").format(
            who=pseudonym
        ),
        alternative=_(
            "A square with its interval for each of {count} features; those that were found are filled."
        ).format(count=len(rows)),
        spec=person_forest(rows),
    )


def person_forest(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """rows: `name`, `value`, `low`, `high`, and `is_found` for those that are filled."""
    tone = {"condition": {"test": "datum.is_found", "value": "var(--unsure)"}, "value": "var(--edge)"}
    fill = {"condition": {"test": "datum.is_found", "value": "var(--unsure)"}, "value": "var(--surface)"}
    point = {"type": "point", "shape": "square", "size": 90, "opacity": 1, "strokeWidth": 1.5}
    return framed(
        {
            "data": {"values": list(rows)},
            "height": 26 * len(rows),
            "encoding": {"x": effect_axis(), "y": name_axis([row["name"] for row in rows])},
            "layer": [
                zone(),
                line_down(0),
                interval(tone=tone),
                {
                    "mark": point,
                    "encoding": {"x": {"field": "value"}, "color": tone, "fill": fill, **leading_on()},
                },
            ],
        }
    )


def people_plot(figures: Mapping[str, Any], *, links: StyleLinks) -> Plot | None:
    """Everybody against the others, in colours: who deviates where."""
    people = [person["pseudonym"] for person in figures["annotators"]]
    known = [found for found in figures["peers"] if found["is_estimated"]]
    if not known:
        return None
    features = list(dict.fromkeys(title_of(found["feature"]) for found in known))
    rows = []
    for found in known:
        who, is_found = people[found["annotator"]], finding_of(found) == "found"
        said = f"{who}, {title_of(found['feature'])}: {signed_points(found['effect'])} ({signed_interval(found['low'], found['high'])})"
        size = points(found["effect"])
        sign = "" if size == "0" else "−" if found["effect"] < 0 else "+"
        rows.append(
            {
                "who": who,
                "feature": title_of(found["feature"]),
                "effect": found["effect"],
                "is_found": is_found,
                "is_deep": abs(found["effect"]) > 0.6 * DEEPEST,
                "text": f"{sign}{size}",
                "words": _("{figure}: a deviation").format(figure=said) if is_found else said,
                "url": links.person(who),
            }
        )
    shown = [who for who in people if any(row["who"] == who for row in rows)]
    found_count = sum(bool(row["is_found"]) for row in rows)
    return Plot(
        name="style-people",
        title=_("Everybody against the others, in points"),
        alternative=ngettext(
            "A table in colours, features by annotators: {count} deviation was found, and has a frame.",
            "A table in colours, features by annotators: {count} deviations were found, and have a frame.",
            found_count,
        ).format(count=found_count),
        spec=people_heatmap(rows, people=shown, features=features),
    )


def people_heatmap(
    rows: Sequence[Mapping[str, Any]], *, people: Sequence[str], features: Sequence[str]
) -> Spec:
    place = {"type": "ordinal"}
    text_tone = {
        "condition": {"test": "datum.is_deep", "value": "var(--surface)"},
        "value": "var(--ink)",
    }
    frame = {"condition": {"test": "datum.is_found", "value": "var(--ink)"}, "value": "var(--rule)"}
    thick = {"condition": {"test": "datum.is_found", "value": 2}, "value": 0.5}
    return framed(
        {
            "data": {"values": list(rows)},
            "height": CELL_HEIGHT * max(len(features), 1),
            "encoding": {
                "x": {
                    "field": "who",
                    **place,
                    "scale": {"domain": list(people), "paddingInner": 0.06},
                    "axis": axis(
                        None, orient="top", labelAngle=0 if len(people) < 4 else -40, labelOverlap=True
                    ),
                },
                "y": {
                    "field": "feature",
                    **place,
                    "scale": {"domain": list(features), "paddingInner": 0.1},
                    "axis": axis(None, labelLimit=NAMES_WIDTH, ticks=False, domain=False),
                },
            },
            "layer": [
                {
                    "mark": {"type": "rect", "cornerRadius": 2},
                    "encoding": {
                        "color": {
                            "field": "effect",
                            "type": "quantitative",
                            "scale": {
                                "domain": [-DEEPEST, 0, DEEPEST],
                                "range": ["var(--unsure)", "var(--surface)", "var(--accent)"],
                                "clamp": True,
                                "interpolate": "lab",
                            },
                            "legend": None,
                        },
                        "stroke": frame,
                        "strokeWidth": thick,
                        **leading_on(),
                    },
                },
                {
                    "mark": {"type": "text", "fontSize": 12, "tooltip": None},
                    "encoding": {"text": {"field": "text"}, "color": text_tone, **leading_on()},
                },
            ],
        }
    )
