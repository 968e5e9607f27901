"""Reports follow the grades: asked for by a person or because they have grown stale, computed from one view, stored whole.

A report is of one campaign under one version of its taxonomy: the current one unless another is named.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from annotator.accounts.models import User
from annotator.analysis.composing import compose
from annotator.analysis.gathering import Freshness, Settings, freshness, gather, settings_of
from annotator.analysis.models import AgreementReport
from annotator.analysis.storing import store_report
from annotator.assignments.models import Campaign
from annotator.grading.versions import versions_of
from annotator.jobs import running
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of

# Raised whenever the figures of unchanged grades would change: stored reports are then computed again.
CODE_VERSION = "2"
WAITING = [JobState.QUEUED, JobState.RUNNING]


class Stage(StrEnum):
    GATHER = "gather"
    COMPUTE = "compute"
    STORE = "store"


# Where each stage ends, in percent of the time that a million grades take.
ENDS = {Stage.GATHER: 25, Stage.COMPUTE: 60, Stage.STORE: 100}


@dataclass(frozen=True, slots=True)
class Graded:
    """What a report is about."""

    campaign: Campaign
    version: TaxonomyVersion


@transaction.atomic
def ask_for_agreement(
    *,
    campaign: Campaign,
    requested_by: User | None,
    now: datetime,
    version: TaxonomyVersion | None = None,
) -> AgreementReport:
    """The waiting report, else a new one. Queue it with tasks.refresh_agreement."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    wanted = {"campaign": campaign, "taxonomy_version_id": version_id_of(campaign, version)}
    waiting = AgreementReport.objects.filter(**wanted, state__in=WAITING).first()
    return waiting or AgreementReport.objects.create(**wanted, requested_by=requested_by, requested_at=now)


def newest_agreement(
    *, campaign: Campaign, state: JobState | None = JobState.DONE, version: TaxonomyVersion | None = None
) -> AgreementReport | None:
    """The newest report in this state, or in any for None."""
    found = AgreementReport.objects.filter(
        campaign=campaign, taxonomy_version=version_id_of(campaign, version)
    )
    if state is not None:
        found = found.filter(state=state)
    return found.order_by("-requested_at", "-pk").first()


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


def version_id_of(campaign: Campaign, version: TaxonomyVersion | None) -> int:
    return campaign.taxonomy_version_id if version is None else version.pk


def stage_of(report: AgreementReport) -> Stage | None:
    """What the worker that holds the report is at; None when nobody holds it."""
    if report.state != JobState.RUNNING:
        return None
    percent = 100 * report.progress_done / (report.progress_total or 100)
    return next(stage for stage, end in ENDS.items() if percent < end or stage == Stage.STORE)


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
    ends = list(ENDS.values())
    end = ENDS[stage]
    start = max((other for other in ends if other < end), default=0)
    return lambda share: show(round(start + share * (end - start)), ends[-1])


def note_beginning(report: AgreementReport) -> None:
    """Over which grades and settings, so that a report that fails says it too."""
    note_basis(
        report,
        seen=freshness(campaign_id=report.campaign_id, version_id=report.taxonomy_version_id),
    )
    report.figures = {"settings": asdict(settings_of(Campaign.objects.get(pk=report.campaign_id)))}
    report.save(update_fields=["newest_grade_at", "revision_count", "code_version", "figures"])


def note_basis(report: AgreementReport, *, seen: Freshness) -> None:
    report.newest_grade_at = seen.newest_grade_at
    report.revision_count = seen.revision_count
    report.code_version = CODE_VERSION
