"""What one annotator has done, for their own eyes. Nothing in it depends on anybody else's work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from annotator.accounts.models import User
from annotator.assignments.models import Assignment, AssignmentStatus
from annotator.grading.models import Grade, GradeState

DAYS_SHOWN = 14


class Median(Aggregate):
    """Null when there is no row."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`seconds` are of work, on steps and on whole chains; `median_seconds` is of the steps whose time is known, which
    those graded in bulk or without JavaScript are not, and None when there is none.
    """

    chains: int = 0
    steps: int = 0
    seconds: float = 0.0
    median_seconds: float | None = None
    unsure: int = 0
    flagged: int = 0

    @property
    def unsure_share(self) -> float | None:
        """Of the steps, from 0 to 1; None when there is no step."""
        return self.unsure / self.steps if self.steps else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfWork:
    day: date
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """`campaigns` holds those in which there is anything, by id; `days` are the last DAYS_SHOWN and end with today."""

    today: Figures
    in_all: Figures
    campaigns: Mapping[int, Figures]
    days: tuple[DayOfWork, ...]


def own_work(*, annotator: User, midnight: datetime) -> OwnWork:
    """`midnight` is the beginning of today, in the time zone in which the days are counted.

    A grade belongs to the day of its last save. What a move translated and nobody has saved since is no work; a step
    that was saved anew after a move was worked on twice. Chains count as submitted under their campaign's current
    version, where each has a successor.
    """
    grades = done_by(annotator)
    asked = {**measures("all", Q()), **measures("today", Q(saved_at__gte=midnight))}
    overall = grades.aggregate(**asked)
    by_campaign = {row["campaign"]: row for row in grades.values("campaign").annotate(**asked)}
    chains = submitted_by(annotator, midnight=midnight)
    return OwnWork(
        today=figures("today", overall, chains=sum(count["today"] for count in chains.values())),
        in_all=figures("all", overall, chains=sum(count["all"] for count in chains.values())),
        campaigns={
            campaign: figures(
                "all", by_campaign.get(campaign, {}), chains=chains.get(campaign, {}).get("all", 0)
            )
            for campaign in {*by_campaign, *chains}
        },
        days=last_days(midnight, grades=grades),
    )


def done_by(annotator: User) -> QuerySet[Grade]:
    """What they have saved themselves, under whatever version, and not taken back."""
    return Grade.objects.filter(
        Q(translated_from=None) | Q(revision__gt=1),
        annotator=annotator,
        state__in=[GradeState.GRADED, GradeState.UNSURE, GradeState.ANSWERED],
    )


def measures(name: str, when: Q) -> dict[str, Aggregate]:
    step = when & Q(step__isnull=False)
    return {
        f"{name}_steps": Count("pk", filter=step),
        f"{name}_seconds": Sum("seconds", filter=when, default=0.0),
        f"{name}_median": Median("seconds", filter=step & Q(seconds__gt=0, in_bulk=False)),
        f"{name}_unsure": Count("pk", filter=step & Q(state=GradeState.UNSURE)),
        f"{name}_flagged": Count("pk", filter=step & ~Q(flag_reason="")),
    }


def figures(name: str, row: Mapping[str, Any], *, chains: int) -> Figures:
    return Figures(
        chains=chains,
        steps=row.get(f"{name}_steps", 0),
        seconds=row.get(f"{name}_seconds", 0.0),
        median_seconds=row.get(f"{name}_median"),
        unsure=row.get(f"{name}_unsure", 0),
        flagged=row.get(f"{name}_flagged", 0),
    )


def submitted_by(annotator: User, *, midnight: datetime) -> dict[int, dict[str, int]]:
    """How many chains by campaign: `all`, and of these those of `today`."""
    submitted = Assignment.objects.filter(
        annotator=annotator,
        status=AssignmentStatus.SUBMITTED,
        taxonomy_version=F("campaign__taxonomy_version"),
    )
    today = Count("pk", filter=Q(submitted_at__gte=midnight))
    counted = submitted.values_list("campaign").annotate(all=Count("pk"), today=today)
    return {campaign: {"all": count, "today": of_today} for campaign, count, of_today in counted}


def last_days(midnight: datetime, *, grades: QuerySet[Grade]) -> tuple[DayOfWork, ...]:
    """DAYS_SHOWN of them, also those without work."""
    days = [midnight.date() - timedelta(days=back) for back in reversed(range(DAYS_SHOWN))]
    # A day too many: where the clocks were changed meanwhile, a day has 23 or 25 hours.
    recent = grades.filter(step__isnull=False, saved_at__gte=midnight - timedelta(days=DAYS_SHOWN))
    on_day = TruncDate("saved_at", tzinfo=midnight.tzinfo)
    counts = dict(recent.values_list(on_day).annotate(count=Count("pk")))
    return tuple(DayOfWork(day=day, steps=counts.get(day, 0)) for day in days)
