"""How far a campaign's newest style report is, and whether it is still true."""

from dataclasses import asdict

from annotator.accounts.models import User
from annotator.analysis.models import StyleReport
from annotator.analysis.style_reports import refreshing
from annotator.analysis.style_reports.gathering import settings_of
from annotator.assignments.models import Campaign
from annotator.grading.versions import versions_of
from annotator.web.campaigns.computing import job_context, may_compute
from taxonomies.models import TaxonomyVersion


def style_context(user: User, campaign: Campaign, *, version: TaxonomyVersion) -> dict[str, object]:
    """For `_report.html`: which report is shown, and the job that waits, runs or failed."""
    report = refreshing.newest_style(campaign=campaign, version=version)
    latest = refreshing.newest_style(campaign=campaign, version=version, state=None)
    return {
        "campaign": campaign,
        "version": version,
        "versions": versions_of(campaign),
        "report": report,
        **job_context(latest),
        "stale": why_stale(report, campaign=campaign, version=version),
        "is_researcher": may_compute(user, campaign),
    }


def why_stale(report: StyleReport | None, *, campaign: Campaign, version: TaxonomyVersion) -> str:
    """`code`, `settings` or `grades`, whichever is newer than the report; empty for one that is up to date."""
    if report is None or not refreshing.is_stale(report, campaign=campaign, version=version):
        return ""
    if report.code_version != refreshing.CODE_VERSION:
        return "code"
    is_changed = (report.figures or {}).get("settings") != asdict(settings_of(version))
    return "settings" if is_changed else "grades"
