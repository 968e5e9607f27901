"""A person's own figures: shown to nobody else, and nobody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.grading.own_work import DayOfWork, Figures, OwnWork, own_work
from annotator.web.my_campaigns import active_memberships
from annotator.web.pages import SignedIn, for_members

MINUTE = 60
HOUR = 60 * MINUTE
# The chart's own units: it is stretched to the width of its place.
CHART_HEIGHT = 100
COLUMN_PITCH = 10
COLUMN_WIDTH = 7
# A day of one step among days of a thousand can still be seen.
LEAST_HEIGHT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A day of the chart."""

    day: date
    steps: int
    x: float
    y: float
    height: float
    is_today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigures:
    """Figures in words; None where there is nothing to tell, and the page says why."""

    title: str
    chains: int
    steps: int
    flagged: int
    time: str | None
    median: str | None
    unsure: str | None


@require_safe
@for_members
def own_work_page(request: SignedIn) -> HttpResponse:
    """The figures alone for the first page, which fetches them once it is there: they take longer than all the rest."""
    template = "web/_own_work.html" if request.htmx else "web/own_work.html"
    return render(request, template, context_of(request))


def context_of(request: SignedIn) -> dict[str, object]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    work = own_work(annotator=request.user, midnight=midnight)
    return {
        "today": shown(_("Today"), work.today),
        "in_all": shown(_("In all"), work.in_all),
        "by_campaign": rows_of(request, work),
        "columns": columns_of(work.days),
        "chart_width": len(work.days) * COLUMN_PITCH,
        "chart_height": CHART_HEIGHT,
        "column_width": COLUMN_WIDTH,
        "first_day": work.days[0].day,
        "last_day": work.days[-1].day,
        "recent_steps": sum(day.steps for day in work.days),
        "most_on_a_day": max(day.steps for day in work.days),
        "time_zone": timezone.get_current_timezone_name(),
    }


def rows_of(request: SignedIn, work: OwnWork) -> list[ShownFigures]:
    """Of the campaigns in which they are still a member."""
    members = active_memberships(request.user).order_by("campaign__title", "campaign")
    return [
        shown(membership.campaign.title, work.campaigns[membership.campaign_id])
        for membership in members
        if membership.campaign_id in work.campaigns
    ]


def shown(title: str, figures: Figures) -> ShownFigures:
    share = figures.unsure_share
    median = figures.median_seconds
    return ShownFigures(
        title=title,
        chains=figures.chains,
        steps=figures.steps,
        flagged=figures.flagged,
        time=words_of_time(figures.seconds) if figures.seconds else None,
        median=None if median is None else _("{seconds} s").format(seconds=number_format(median, 1)),
        unsure=None if share is None else _("{share} %").format(share=number_format(100 * share, 1)),
    )


def words_of_time(seconds: float) -> str:
    if seconds < MINUTE:
        return _("{seconds} s").format(seconds=round(seconds))
    hours, minutes = divmod(round(seconds / MINUTE), MINUTE)
    if not hours:
        return _("{minutes} min").format(minutes=minutes)
    return _("{hours} h {minutes} min").format(hours=number_format(hours), minutes=minutes)


def columns_of(days: Sequence[DayOfWork]) -> list[Column]:
    """Pure: the highest column is as high as the chart, the last one is today's; a day without work has none."""
    most = max((day.steps for day in days), default=0)
    heights = [max(LEAST_HEIGHT, CHART_HEIGHT * day.steps / most) if day.steps else 0.0 for day in days]
    return [
        Column(
            day=day.day,
            steps=day.steps,
            x=place * COLUMN_PITCH + (COLUMN_PITCH - COLUMN_WIDTH) / 2,
            y=round(CHART_HEIGHT - height, 2),
            height=round(height, 2),
            is_today=place == len(days) - 1,
        )
        for place, (day, height) in enumerate(zip(days, heights, strict=True))
    ]
