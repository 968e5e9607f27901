"""How far a campaign's newest agreement report is, what it comes down to, and whether it is still true."""

from typing import Any

from annotator.accounts.models import User
from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.models import Campaign
from annotator.grading.versions import versions_of
from annotator.web.campaigns.cells import Cell, figure
from annotator.web.campaigns.computing import job_context, may_compute
from annotator.web.campaigns.figure_words import (
    alpha_explained,
    coefficient,
    status_explained,
    status_in_words,
)
from annotator.web.campaigns.versions import may_see
from taxonomies.models import TaxonomyVersion


def agreement_context(user: User, campaign: Campaign, *, version: TaxonomyVersion) -> dict[str, object]:
    """For `_agreement.html`, on the campaign's page and on its own."""
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    latest = refreshing.newest_agreement(campaign=campaign, version=version, state=None)
    return {
        "campaign": campaign,
        "version": version,
        "versions": versions_of(campaign),
        "report": report,
        **headline(report),
        **job_context(latest),
        "stale": why_stale(report, campaign=campaign, version=version),
        "may_see_usage": may_see(version, user=user),
        "may_compute": may_compute(user, campaign),
    }


def headline(report: AgreementReport | None) -> dict[str, object]:
    if report is None or not report.figures:
        return {}
    verdict: dict[str, Any] = report.figures["verdict"]
    return {
        "status": status_in_words(verdict["status"]),
        "status_words": status_explained(verdict["status"]),
        "alpha": alpha_cell(verdict),
        "alpha_words": alpha_explained(verdict["alpha_ordinal"]),
        "percent": figure(verdict["percent_agreement"]),
        "counts": verdict["counts"],
    }


def alpha_cell(verdict: dict[str, Any]) -> Cell:
    return figure(verdict["alpha_ordinal"], shown=coefficient)


def why_stale(report: AgreementReport | None, *, campaign: Campaign, version: TaxonomyVersion) -> str:
    """`code`, `settings` or `grades`, whichever is newer than the report; empty for one that is up to date."""
    if report is None or not refreshing.is_stale(report, campaign=campaign, version=version):
        return ""
    if report.code_version != refreshing.CODE_VERSION:
        return "code"
    computed_with = (report.figures or {}).get("settings", {})
    # Of the settings of then and now, those that both know.
    is_changed = any(getattr(campaign, name, value) != value for name, value in computed_with.items())
    return "settings" if is_changed else "grades"
