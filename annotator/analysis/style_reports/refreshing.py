"""Reports on style follow the grades as those on agreement do, but seldom: each is one more look at the same question."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from django.db import transaction
from django.db.models import Q

from annotator.accounts.models import User
from annotator.analysis import report_rows
from annotator.analysis.gathered import Freshness
from annotator.analysis.measuring import measure_steps, styles_of
from annotator.analysis.models import StyleFlagEvent, StyleReport
from annotator.analysis.style_reports.composing import Composed, compose
from annotator.analysis.style_reports.flagging import follow_flags
from annotator.analysis.style_reports.gathering import Settings, freshness, gather, settings_of
from annotator.assignments.models import Campaign
from annotator.grading.versions import versions_of
from annotator.jobs import running
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of

# Raised whenever the figures of unchanged grades would change: stored reports are then computed again.
CODE_VERSION = "1"
# At four a day those of 25 days; and all that the history of a flag names.
KEPT_REPORTS = 100
# In a campaign with fewer writes than this a report is cheap, and one whose grades have doubled is worth another look.
SMALL = 50_000


class Stage(StrEnum):
    GATHER = "gather"
    MEASURE = "measure"
    COMPUTE = "compute"
    STORE = "store"


# Where each stage ends, in percent of the time that a million grades take when their steps are measured for the first time.
ENDS = {Stage.GATHER: 8, Stage.MEASURE: 70, Stage.COMPUTE: 98, Stage.STORE: 100}


def ask_for_style(
    *,
    campaign: Campaign,
    requested_by: User | None,
    now: datetime,
    version: TaxonomyVersion | None = None,
) -> StyleReport:
    """The waiting report, else a new one. Queue it with tasks.refresh_style."""
    return report_rows.ask_for(
        StyleReport, campaign=campaign, version=version, requested_by=requested_by, now=now
    )


def newest_style(
    *, campaign: Campaign, state: JobState | None = JobState.DONE, version: TaxonomyVersion | None = None
) -> StyleReport | None:
    """The newest report in this state, or in any for None."""
    return report_rows.newest(StyleReport, campaign=campaign, version=version, state=state)


def is_stale(
    report: StyleReport | None, *, campaign: Campaign, version: TaxonomyVersion | None = None
) -> bool:
    """Whether there are grades or draws that the report has not seen, or other code or another extractor made it."""
    version = version or campaign.taxonomy_version
    return differs(
        report,
        seen=freshness(campaign_id=campaign.pk, version_id=version.pk),
        settings=settings_of(version),
    )


def differs(report: StyleReport | None, *, seen: Freshness, settings: Settings) -> bool:
    if report is None:
        return seen.newest_grade_at is not None
    return (
        report.revision_count != seen.revision_count
        or report.code_version != CODE_VERSION
        or (report.figures or {}).get("settings") != asdict(settings)
    )


def what_is_stale(*, now: datetime, every: timedelta) -> list[report_rows.Graded]:
    """What to ask a report for: what has grades and no report, and what is stale and had the last one so long ago.

    What failed over the same grades would only fail again; a person may still ask. Of a campaign that moved former
    versions too: their grades stay as they are, so once more is enough.
    """
    return [
        report_rows.Graded(campaign=campaign, version=version)
        for campaign in Campaign.objects.order_by("pk")
        for version in versions_of(campaign)
        if is_worth_a_report(campaign, version=version, now=now, every=every)
    ]


def is_worth_a_report(
    campaign: Campaign, *, version: TaxonomyVersion, now: datetime, every: timedelta
) -> bool:
    latest = newest_style(campaign=campaign, version=version, state=None)
    is_recent = latest is not None and latest.requested_at > now - every
    # Before grades are counted, which takes a third of a second for a million of them.
    if latest is not None and (not latest.ended or (is_recent and latest.revision_count >= SMALL)):
        return False
    seen = freshness(campaign_id=campaign.pk, version_id=version.pk)
    if is_recent and latest is not None and seen.revision_count < 2 * latest.revision_count:
        return False
    return all(
        differs(
            newest_style(campaign=campaign, version=version, state=state),
            seen=seen,
            settings=settings_of(version),
        )
        for state in (JobState.DONE, JobState.FAILED)
    )


def stage_of(report: StyleReport) -> Stage | None:
    """What the worker that holds the report is at; None when nobody holds it."""
    return report_rows.stage_of(report, ends=ENDS)


def part_of(show: Callable[[int, int], None], *, stage: Stage) -> Callable[[float], None]:
    """Told what share of its stage is done, shows that of the whole."""
    return report_rows.part_of(show, stage=stage, ends=ENDS)


def refresh_style(*, report: StyleReport, now: datetime) -> bool:
    """Compute and store a report that this worker has taken; False where another worker has it by now.

    Must not be inside a transaction.
    """
    clock = running.clock_from(now)
    note_beginning(report)
    with running.progress_seen_outside(report) as show:
        gathered = gather(
            campaign_id=report.campaign_id,
            version_id=report.taxonomy_version_id,
            show=part_of(show, stage=Stage.GATHER),
        )
        step_ids = np.unique(gathered.votes.steps)
        # Outside of the view, which takes no writes: the text of a step never changes, and so neither does its style.
        measured = part_of(show, stage=Stage.MEASURE)
        measure_steps(step_ids=step_ids.tolist(), show=lambda seen: measured(seen / len(step_ids)))
        # One estimator may take a minute of a million grades, and shows nothing meanwhile.
        with running.alive_meanwhile(report):
            composed = compose(
                gathered,
                step_ids=step_ids,
                measured=styles_of(step_ids),
                vocabulary=vocabulary_of(report.taxonomy_version_id),
                show=part_of(show, stage=Stage.COMPUTE),
            )
        note_basis(report, seen=gathered.freshness)
        try:
            store_report(report=report, composed=composed, clock=clock)
        except running.LostJob:
            return False
    return True


def note_beginning(report: StyleReport) -> None:
    """Over which grades and settings, so that a report that fails says it too."""
    note_basis(report, seen=freshness(campaign_id=report.campaign_id, version_id=report.taxonomy_version_id))
    report.figures = {"settings": asdict(settings_of(report.taxonomy_version))}
    report.save(update_fields=[*report_rows.BASIS, "figures"])


def note_basis(report: StyleReport, *, seen: Freshness) -> None:
    report.newest_grade_at = seen.newest_grade_at
    report.revision_count = seen.revision_count
    report.code_version = CODE_VERSION


@transaction.atomic
def store_report(*, report: StyleReport, composed: Composed, clock: Callable[[], datetime]) -> None:
    """The report is done exactly when flags have followed it. Raises running.LostJob where another worker has it by now."""
    report_rows.put_in_a_row(report)
    if not running.still_holds(report):
        raise running.LostJob
    now = clock()
    follow_flags(
        report=report,
        found=composed.found,
        content_features=composed.figures["settings"]["content_features"],
        examples_of=composed.examples_of,
        now=now,
    )
    report_rows.store_figures(report, figures=composed.figures, now=now)
    report_rows.drop_old(report, kept=KEPT_REPORTS, needed=named_by_flags(report))


def named_by_flags(report: StyleReport) -> set[int]:
    """The reports that flags of this campaign and their history point to."""
    flags = Q(flag__campaign=report.campaign_id, flag__taxonomy_version=report.taxonomy_version_id)
    events = StyleFlagEvent.objects.filter(flags, report__isnull=False)
    return {*events.values_list("report", flat=True), *events.values_list("flag__report", flat=True)} - {None}
