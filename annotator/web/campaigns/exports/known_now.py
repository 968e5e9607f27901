"""What the conditions of a gate would be held against now, in words beside their fields."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from annotator.assignments.models import Campaign
from annotator.exports.checking import version_of
from annotator.exports.gate.conditions import CONDITIONS, Condition, Kind
from annotator.exports.gate.gathering import figures_of_reports
from annotator.exports.gate.judging import GateFigures, whole
from annotator.exports.queries import ExportQuery
from annotator.web.campaigns.exports.gate import interval_in_words, value_in_words, why_unknown


def known_now(*, campaign: Campaign, query: ExportQuery) -> Mapping[str, str]:
    """By condition, of the newest reports on the version that the query asks for; seats as they are now."""
    version = version_of(campaign=campaign, query=query)
    figures = figures_of_reports(campaign=campaign, version=version)
    return {
        condition.name: known_of(condition, figures)
        for condition in CONDITIONS
        if condition.kind != Kind.SWITCH
    }


def known_of(condition: Condition, figures: GateFigures) -> str:
    if condition.kind == Kind.SEVERITY:
        worst = figures.worst[condition.figure]
        return said(worst.severity, reason=worst.reason)
    figure = figures.measured[condition.figure]
    value = whole(figure.value) if condition.kind == Kind.COUNT else figure.value
    interval = interval_in_words({"low": figure.low, "high": figure.high})
    if condition.kind == Kind.LEAST_LOW and value is not None and not interval:
        return said(None, reason=figure.interval_reason)
    return said(value, reason=figure.reason, interval=interval)


def said(value: float | str | None, *, reason: str | None, interval: str = "") -> str:
    if value is None:
        return _("Not known now: {reason}").format(reason=why_unknown(reason))
    shown = f"{value_in_words(value)} ({interval})" if interval else value_in_words(value)
    return _("Now: {figure}").format(figure=shown)
