"""Reports whose figures, and whose lucky and suspect chains, stand in the test."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from annotator.analysis.gathering import freshness, settings_of
from annotator.analysis.models import AgreementReport, ChainConsensus
from annotator.analysis.refreshing import CODE_VERSION
from annotator.assignments.models import Campaign
from annotator.chains.models import Chain
from annotator.jobs.models import JobState
from taxonomies.models import TaxonomyVersion


def make_report(
    campaign: Campaign, *, version: TaxonomyVersion | None = None, **figures: Any
) -> AgreementReport:
    """One that has seen every grade there is now."""
    version = version or campaign.taxonomy_version
    seen = freshness(campaign_id=campaign.pk, version_id=version.pk)
    now = timezone.now()
    return AgreementReport.objects.create(
        campaign=campaign,
        taxonomy_version=version,
        state=JobState.DONE,
        requested_at=now,
        finished_at=now,
        newest_grade_at=seen.newest_grade_at,
        revision_count=seen.revision_count,
        code_version=CODE_VERSION,
        figures={"settings": asdict(settings_of(campaign)), **figures},
    )


def find_lucky(
    report: AgreementReport, chain_id: str, *, index: int = 1, basis: str = "consensus"
) -> ChainConsensus:
    """Notes that the chain is lucky, and flawed at this step."""
    is_sure = basis != "annotator"
    return found(
        report,
        chain_id,
        finding="lucky",
        basis=basis,
        flawed_index=index,
        first_error_index=index if is_sure else None,
    )


def find_suspect(report: AgreementReport, chain_id: str, *, basis: str = "consensus") -> ChainConsensus:
    return found(report, chain_id, finding="suspect", basis=basis)


def found(report: AgreementReport, chain_id: str, **more: Any) -> ChainConsensus:
    return ChainConsensus.objects.create(
        campaign=report.campaign,
        taxonomy_version=report.taxonomy_version,
        report=report,
        chain=Chain.objects.get(dataset=report.campaign.dataset_id, external_id=chain_id),
        first_error_defined=True,
        **more,
    )
