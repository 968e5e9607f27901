"""Columns and cells that the tables of a style report have in common."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotator.web.campaigns.cells import Cell, Column, Figures, number, value
from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.reasons import style_reason_in_words, why_unknown
from annotator.web.campaigns.style.words import (
    FINDINGS,
    Found,
    evidence_in_words,
    finding_of,
    points,
    probability,
    severity_in_words,
    signed_interval,
    signed_points,
    title_of,
)


def feature_cell(found: Found, *, links: StyleLinks) -> Cell:
    return Cell(
        words=title_of(found["feature"]),
        raw=(found["feature"],),
        url=links.behind(found) if found["is_estimated"] else "",
    )


def deviation_names(found: Found, *, who: str, links: StyleLinks, of_one: bool) -> tuple[Cell, ...]:
    url = links.behind(found, annotator=who) if found["is_estimated"] else ""
    feature = Cell(words=title_of(found["feature"]), raw=(found["feature"],), url=url)
    return (feature,) if of_one else (Cell(words=who, raw=(who,), url=links.person(who)), feature)


def evidence_cell(found: Found) -> Cell:
    return Cell(words=evidence_in_words(found["estimator"]), raw=(found["estimator"],))


def columns_of_effect() -> tuple[Column, ...]:
    return (
        Column("effect", _("Points"), "figure"),
        Column("q", "q", "value"),
        Column("smallest_findable", _("Smallest findable"), "value"),
    )


def cells_of_effect(found: Found) -> tuple[Cell, ...]:
    reason = why_unknown(found)
    return (
        Cell(
            words=signed_points(found["effect"]) if found["is_estimated"] else "",
            raw=(found["effect"], found["low"], found["high"], found["reason"] or ""),
            kind="figure",
            reason=reason,
            interval=signed_interval(found["low"], found["high"]) if found["is_estimated"] else "",
        ),
        value(found["q"], shown=probability, reason=reason or _("Not tested.")),
        value(
            found["smallest_findable"],
            shown=lambda size: points(size, decimals=1),
            reason=reason or _("Not known."),
        ),
    )


def columns_of_finding(*counts: str) -> tuple[Column, ...]:
    return (
        Column("finding", _("Says"), "words"),
        Column("severity", pgettext("of a flag", "Severity"), "words"),
        *columns_of_counts(*counts),
    )


def columns_of_counts(*names: str) -> tuple[Column, ...]:
    titles = {
        "votes": _("Votes"),
        "plain_votes": _("Plain votes"),
        "steps": _("Steps"),
        "chains": _("Chains"),
        "annotators": _("Annotators"),
        "pairs": _("Pairs"),
    }
    return tuple(Column(name, titles[name]) for name in names)


def cells_of_finding(found: Found, *counts: str) -> tuple[Cell, ...]:
    finding = finding_of(found)
    severity = found["severity"] if finding == "found" else None
    return (
        Cell(words=str(FINDINGS[finding]), raw=(finding,)),
        Cell(words=severity_in_words(severity) or "–", raw=(severity or "",)),
        *(count_cell(found, name) for name in counts),
    )


def count_cell(found: Found, name: str) -> Cell:
    """What an estimator does not look at has no count."""
    count = found["counts"][name]
    return Cell(words="–", raw=("",), kind="number") if count is None else number(count)


def columns_of_other_units() -> tuple[Column, ...]:
    return (
        Column("odds_ratio", _("Odds ratio"), "figure"),
        Column("mean_grade", _("Mean grade"), "figure"),
    )


def cells_of_other_units(found: Found) -> tuple[Cell, ...]:
    return (figure_cell(found["odds_ratio"], decimals=2), figure_cell(found["mean_grade"], decimals=3))


def raw_cell(found: Found) -> Cell:
    raw = found["raw"] or {"value": None, "low": None, "high": None, "reason": found["reason"]}
    return Cell(
        words="" if raw["value"] is None else signed_points(raw["value"]),
        raw=(raw["value"], raw["low"], raw["high"], raw["reason"] or ""),
        kind="figure",
        reason=style_reason_in_words(raw["reason"]),
        interval="" if raw["low"] is None else signed_interval(raw["low"], raw["high"]),
        interval_reason=style_reason_in_words(raw["reason"]),
    )


def figure_cell(found: Figures, *, decimals: int) -> Cell:
    def shown(size: float) -> str:
        return f"{'−' if size < 0 else ''}{points(size, decimals=decimals)}"

    return Cell(
        words="" if found["value"] is None else shown(found["value"]),
        raw=(found["value"], found["low"], found["high"], found["reason"] or ""),
        kind="figure",
        reason=style_reason_in_words(found["reason"]),
        interval="" if found["low"] is None else f"{shown(found['low'])} – {shown(found['high'])}",
        interval_reason=style_reason_in_words(found["reason"]),
    )
