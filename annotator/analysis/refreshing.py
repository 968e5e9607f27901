"""Reports follow the grades: asked for by a person or because they have grown stale, computed from one view, stored whole."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from annotator.accounts.models import User
from annotator.analysis import report_rows
from annotator.analysis.composing import compose
from annotator.analysis.gathered import Freshness, Settings
from annotator.analysis.gathering import freshness, gather, settings_of
from annotator.analysis.models import AgreementReport
from annotator.analysis.report_rows import Graded, version_id_of
from annotator.analysis.storing import store_report
from annotator.assignments.models import Campaign
from annotator.grading.versions import versions_of
from annotator.jobs import running
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of

# Raised whenever the figures of unchanged grades would change: stored reports are then computed again.
CODE_VERSION = "3"


class Stage(StrEnum):
    GATHER = "gather"
    COMPUTE = "compute"
    STORE = "store"


# Where each stage ends, in percent of the time that a million grades take.
ENDS = {Stage.GATHER: 25, Stage.COMPUTE: 60, Stage.STORE: 100}


def ask_for_agreement(
    *,
    campaign: Campaign,
    requested_by: User | None,
    now: datetime,
    version: TaxonomyVersion | None = None,
) -> AgreementReport:
    """The waiting report, else a new one. Queue it with tasks.refresh_agreement."""
    return report_rows.ask_for(
        AgreementReport, campaign=campaign, version=version, requested_by=requested_by, now=now
    )


def newest_agreement(
    *, campaign: Campaign, state: JobState | None = JobState.DONE, version: TaxonomyVersion | None = None
) -> AgreementReport | None:
    """The newest report in this state, or in any for None."""
    return report_rows.newest(AgreementReport, campaign=campaign, version=version, state=state)


def is_stale(
    report: AgreementReport | None, *, campaign: Campaign, version: TaxonomyVersion | None = None
) -> bool:
    """Whether there are grades or decisions that the report has not seen, or it was made by other code or settings."""
    seen = freshness(campaign_id=campaign.pk, version_id=version_id_of(campaign, version))
    return differs(report, seen=seen, settings=settings_of(campaign))


def differs(report: AgreementReport | None, *, seen: Freshness, settings: Settings) -> bool:
    if report is None:
        return seen.revision_count > 0
    return (
        report.revision_count != seen.revision_count
        or report.code_version != CODE_VERSION
        or (report.figures or {}).get("settings") != asdict(settings)
    )


def what_is_stale() -> list[Graded]:
    """What to ask a report for. What failed over the same grades would only fail again; a person may still ask.

    Of a campaign that moved former versions too: their grades stay as they are, so once more is enough.
    """
    return [
        Graded(campaign=campaign, version=version)
        for campaign in Campaign.objects.order_by("pk")
        for version in versions_of(campaign)
        if is_worth_a_report(campaign, version=version)
    ]


def is_worth_a_report(campaign: Campaign, *, version: TaxonomyVersion) -> bool:
    seen = freshness(campaign_id=campaign.pk, version_id=version.pk)
    return all(
        differs(
            newest_agreement(campaign=campaign, version=version, state=state),
            seen=seen,
            settings=settings_of(campaign),
        )
        for state in (JobState.DONE, JobState.FAILED)
    )


def stage_of(report: AgreementReport) -> Stage | None:
    """What the worker that holds the report is at; None when nobody holds it."""
    return report_rows.stage_of(report, ends=ENDS)


def refresh_agreement(*, report: AgreementReport, now: datetime) -> bool:
    """Compute and store a report that this worker has taken; False where another worker has it by now.

    Must not be inside a transaction.
    """
    clock = running.clock_from(now)
    vocabulary = vocabulary_of(report.taxonomy_version_id)
    note_beginning(report)
    with running.progress_seen_outside(report) as show:
        gathered = gather(
            campaign_id=report.campaign_id,
            version_id=report.taxonomy_version_id,
            show=part_of(show, stage=Stage.GATHER),
        )
        composed = compose(gathered, vocabulary=vocabulary, show=part_of(show, stage=Stage.COMPUTE))
        note_basis(report, seen=gathered.freshness)
        try:
            store_report(
                report=report,
                composed=composed,
                vocabulary=vocabulary,
                clock=clock,
                show=part_of(show, stage=Stage.STORE),
            )
        except running.LostJob:
            return False
    return True


def part_of(show: Callable[[int, int], None], *, stage: Stage) -> Callable[[float], None]:
    """Told what share of its stage is done, shows that of the whole."""
    return report_rows.part_of(show, stage=stage, ends=ENDS)


def note_beginning(report: AgreementReport) -> None:
    """Over which grades and settings, so that a report that fails says it too."""
    note_basis(
        report,
        seen=freshness(campaign_id=report.campaign_id, version_id=report.taxonomy_version_id),
    )
    report.figures = {"settings": asdict(settings_of(Campaign.objects.get(pk=report.campaign_id)))}
    report.save(update_fields=[*report_rows.BASIS, "figures"])


def note_basis(report: AgreementReport, *, seen: Freshness) -> None:
    report.newest_grade_at = seen.newest_grade_at
    report.revision_count = seen.revision_count
    report.code_version = CODE_VERSION
