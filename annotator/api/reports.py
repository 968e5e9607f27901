"""What every answer of the API that comes from a report says of it."""

from annotator.analysis.models import Report
from annotator.assignments.models import Campaign
from taxonomies.models import TaxonomyVersion


def about_report(
    report: Report | None, *, campaign: Campaign, version: TaxonomyVersion, is_stale: bool
) -> dict[str, object]:
    return {
        **about_taxonomy(campaign, version=version),
        "computed_from": None
        if report is None
        else {
            "newest_grade_at": report.newest_grade_at,
            "revision_count": report.revision_count,
            "code_version": report.code_version,
            "finished_at": report.finished_at,
        },
        "is_stale": is_stale,
    }


def about_taxonomy(campaign: Campaign, *, version: TaxonomyVersion) -> dict[str, object]:
    return {
        "campaign": campaign.key,
        "taxonomy": {
            "key": version.taxonomy.key,
            "number": version.number,
            "digest": version.digest,
            "is_current": version.pk == campaign.taxonomy_version_id,
        },
    }
