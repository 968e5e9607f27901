"""Reports follow the grades: asked for by a person or because they have grown stale, computed from one view, stored whole.

A report is of one campaign under one version of its taxonomy: the current one unless another is named.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from annotator.accounts.models import User
from annotator.analysis import agreement, consensus, counting, first_errors
from annotator.analysis.gathering import Freshness, Gathered, freshness, gather, places_of
from annotator.analysis.models import AgreementReport, Provenance, StepConsensus
from annotator.assignments.models import Campaign
from annotator.grading.versions import versions_of
from annotator.jobs import running
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Vocabulary, vocabulary_of

# Raised whenever the figures of unchanged grades would change: stored reports are then computed again.
CODE_VERSION = "2"
WAITING = [JobState.QUEUED, JobState.RUNNING]


@dataclass(frozen=True, slots=True)
class StepCounts:
    """steps: (steps,) ids; counts: (steps, labels) votes."""

    steps: NDArray[np.int64]
    counts: NDArray[np.int64]


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
    """Whether there are grades that the report has not seen, or it was made by other code."""
    seen = freshness(campaign_id=campaign.pk, version_id=version_id_of(campaign, version))
    if report is None:
        return seen.revision_count > 0
    return report.revision_count != seen.revision_count or report.code_version != CODE_VERSION


def what_is_stale() -> list[Graded]:
    """What to ask a report for. What failed over the same grades would only fail again; a person may still ask.

    Of a campaign that moved former versions too: their grades stay as they are, so once more is enough.
    """
    return [
        Graded(campaign=campaign, version=version)
        for campaign in Campaign.objects.order_by("pk")
        for version in versions_of(campaign)
        if all(
            is_stale(
                newest_agreement(campaign=campaign, version=version, state=state),
                campaign=campaign,
                version=version,
            )
            for state in (JobState.DONE, JobState.FAILED)
        )
    ]


def version_id_of(campaign: Campaign, version: TaxonomyVersion | None) -> int:
    return campaign.taxonomy_version_id if version is None else version.pk


def refresh_agreement(*, report: AgreementReport, now: datetime) -> None:
    """Compute and store a report that this worker has taken, with the consensus it rests on."""
    clock = running.clock_from(now)
    vocabulary = vocabulary_of(report.taxonomy_version_id)
    # Noted beforehand too, so that a report that fails says over which grades.
    note_basis(report, seen=freshness(campaign_id=report.campaign_id, version_id=report.taxonomy_version_id))
    gathered = gather(campaign_id=report.campaign_id, version_id=report.taxonomy_version_id)
    counts = consensus_counts(gathered, vocabulary=vocabulary)
    with transaction.atomic():
        store_consensus(report=report, counts=counts, vocabulary=vocabulary)
        note_basis(report, seen=gathered.freshness)
        report.figures = figures(gathered, counts=counts, vocabulary=vocabulary)
        report.save(update_fields=["figures"])
        running.finish(report, now=clock())


def note_basis(report: AgreementReport, *, seen: Freshness) -> None:
    report.newest_grade_at = seen.newest_grade_at
    report.revision_count = seen.revision_count
    report.code_version = CODE_VERSION
    report.save(update_fields=["newest_grade_at", "revision_count", "code_version"])


def figures(gathered: Gathered, *, counts: StepCounts, vocabulary: Vocabulary) -> dict[str, object]:
    """The report as JSON: agreement on the verdict and on the first error, and how many steps have a consensus."""
    majorities = consensus.majorities(counts.counts)
    return {
        "labels": [{"key": choice.key, "title": choice.title} for choice in vocabulary.verdict.choices],
        "verdict": asdict(verdict_agreement(gathered, vocabulary=vocabulary)),
        "first_error": asdict(first_error_agreement(gathered, vocabulary=vocabulary)),
        "consensus": {
            "steps": len(counts.steps),
            "decided": int((majorities.labels != consensus.NO_LABEL).sum()),
            "ties": int(majorities.is_tie.sum()),
        },
    }


def verdict_agreement(gathered: Gathered, *, vocabulary: Vocabulary) -> agreement.Agreement:
    # Plain rendering is an experiment on style; its votes stay out of the headline.
    styled = gathered.grades[gathered.grades[:, 4] == 1]
    return agreement.measure_agreement(
        counting.count_grades(
            units=styled[:, 0],
            annotators=styled[:, 1],
            labels=places(styled[:, 2], vocabulary=vocabulary),
            clusters=styled[:, 3],
            label_count=len(vocabulary.verdict.choices),
            values=values_of(vocabulary),
        )
    )


def first_error_agreement(gathered: Gathered, *, vocabulary: Vocabulary) -> first_errors.FirstErrorAgreement:
    sittings, grades = gathered.sittings, gathered.sitting_grades
    values = np.asarray(values_of(vocabulary), dtype=np.float64)
    found = first_errors.find_first_errors(
        sequences=np.searchsorted(sittings[:, 0], grades[:, 0]),
        indexes=grades[:, 1],
        values=values[places(grades[:, 2], vocabulary=vocabulary)],
        lengths=sittings[:, 4],
    )
    return first_errors.measure_first_errors(
        chains=sittings[:, 1], annotators=sittings[:, 2], first_errors=found, clusters=sittings[:, 3]
    )


def consensus_counts(gathered: Gathered, *, vocabulary: Vocabulary) -> StepCounts:
    steps, rows = np.unique(gathered.grades[:, 0], return_inverse=True)
    labels = len(vocabulary.verdict.choices)
    flat = np.bincount(
        rows * labels + places(gathered.grades[:, 2], vocabulary=vocabulary), minlength=len(steps) * labels
    )
    return StepCounts(steps=steps, counts=flat.reshape(len(steps), labels))


def store_consensus(*, report: AgreementReport, counts: StepCounts, vocabulary: Vocabulary) -> None:
    """The consensus of all steps anew: the former one goes with its report."""
    former = StepConsensus.objects.filter(
        campaign=report.campaign_id, taxonomy_version=report.taxonomy_version_id
    )
    former.delete()
    label_ids = [choice.id for choice in vocabulary.verdict.choices]
    StepConsensus.objects.bulk_create(
        (
            step_consensus(report=report, step_id=step, votes=tuple(votes), label_ids=label_ids)
            for step, votes in zip(counts.steps.tolist(), counts.counts.tolist(), strict=True)
        ),
        batch_size=5_000,
    )


def step_consensus(
    *, report: AgreementReport, step_id: int, votes: tuple[int, ...], label_ids: list[int]
) -> StepConsensus:
    chosen = consensus.majority(votes)
    return StepConsensus(
        campaign_id=report.campaign_id,
        taxonomy_version_id=report.taxonomy_version_id,
        report=report,
        step_id=step_id,
        counts=votes,
        verdict_id=None if chosen.label is None else label_ids[chosen.label],
        tie=chosen.is_tie,
        entropy=consensus.entropy(votes),
        provenance="" if chosen.label is None else provenance_of(votes),
        is_contested=chosen.is_tie,
    )


def provenance_of(votes: tuple[int, ...]) -> Provenance:
    if sum(votes) == 1:
        return Provenance.SINGLE
    return Provenance.UNANIMOUS if max(votes) == sum(votes) else Provenance.MAJORITY


def places(label_ids: NDArray[np.int64], *, vocabulary: Vocabulary) -> NDArray[np.int64]:
    return places_of(label_ids, question=vocabulary.verdict)


def values_of(vocabulary: Vocabulary) -> list[float]:
    return [float(choice.value or 0) for choice in vocabulary.verdict.choices]
