"""The rows of reports, whatever they are about: asked for once, found again, stored one after the other, and dropped.

A report is of one campaign under one version of its taxonomy: the current one unless another is named.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from annotator.accounts.models import User
from annotator.analysis.models import Report
from annotator.assignments.models import Campaign
from annotator.jobs import running
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion

ReportT = TypeVar("ReportT", bound=Report)
StageT = TypeVar("StageT", bound=str)
WAITING = [JobState.QUEUED, JobState.RUNNING]
ENDED = [JobState.DONE, JobState.FAILED]
# The fields that say what a report was computed from.
BASIS = ("newest_grade_at", "revision_count", "code_version")


@dataclass(frozen=True, slots=True)
class Graded:
    """What a report is about."""

    campaign: Campaign
    version: TaxonomyVersion


@transaction.atomic
def ask_for(
    report_class: type[ReportT],
    *,
    campaign: Campaign,
    version: TaxonomyVersion | None,
    requested_by: User | None,
    now: datetime,
) -> ReportT:
    """The waiting report, else a new one. It is not queued."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    wanted = {"campaign": campaign, "taxonomy_version_id": version_id_of(campaign, version)}
    reports = report_class._default_manager
    waiting = reports.filter(**wanted, state__in=WAITING).first()
    return waiting or reports.create(**wanted, requested_by=requested_by, requested_at=now)


def newest(
    report_class: type[ReportT],
    *,
    campaign: Campaign,
    version: TaxonomyVersion | None,
    state: JobState | None,
) -> ReportT | None:
    """The newest report in this state, or in any for None."""
    found = report_class._default_manager.filter(
        campaign=campaign, taxonomy_version=version_id_of(campaign, version)
    )
    if state is not None:
        found = found.filter(state=state)
    return found.order_by("-requested_at", "-pk").first()


def version_id_of(campaign: Campaign, version: TaxonomyVersion | None) -> int:
    return campaign.taxonomy_version_id if version is None else version.pk


def stage_of(report: Report, *, ends: Mapping[StageT, int]) -> StageT | None:
    """What the worker that holds the report is at; None when nobody holds it. ends: in percent, in order, up to 100."""
    if report.state != JobState.RUNNING:
        return None
    percent = 100 * report.progress_done / (report.progress_total or 100)
    last = list(ends)[-1]
    return next((stage for stage, end in ends.items() if percent < end), last)


def part_of(
    show: Callable[[int, int], None], *, stage: StageT, ends: Mapping[StageT, int]
) -> Callable[[float], None]:
    """Told what share of its stage is done, shows that of the whole."""
    end = ends[stage]
    start = max((other for other in ends.values() if other < end), default=0)
    return lambda share: show(round(start + share * (end - start)), 100)


def put_in_a_row(report: Report) -> None:
    """One storing at a time of a campaign under a version. No row is locked: people go on claiming and grading."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{report._meta.verbose_name} of {report.campaign_id} under {report.taxonomy_version_id}"],
        )


def store_figures(report: Report, *, figures: dict[str, Any], now: datetime) -> None:
    """The end of a report. Raises running.LostJob where another worker has it by now.

    What it was computed from has been set on it. From here on the row is locked, so that no progress may be shown.
    """
    if not running.holds_to_the_end(report):
        raise running.LostJob
    report.figures = figures
    report.progress_done = report.progress_total = report.progress_total or 1
    report.save(update_fields=[*BASIS, "figures", "progress_done", "progress_total"])
    running.finish(report, now=now)


def drop_old(report: Report, *, kept: int, needed: Collection[int] = ()) -> None:
    """Those that ended before the oldest of the kept done ones; not this one, nor those that are needed."""
    of_campaign = type(report)._default_manager.filter(
        campaign=report.campaign_id, taxonomy_version=report.taxonomy_version_id
    )
    done = of_campaign.filter(state=JobState.DONE).order_by("-requested_at", "-pk")
    dropped = done.values_list("requested_at", flat=True)[kept : kept + 1].first()
    if dropped is not None:
        ended = of_campaign.filter(state__in=ENDED, requested_at__lte=dropped)
        ended.exclude(pk__in=[report.pk, *needed]).delete()
