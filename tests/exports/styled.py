"""Reports and flags on style whose figures stand in the test."""

from typing import Any

from annotator.analysis.models import FlagState, StyleFlag, StyleReport
from annotator.assignments.models import Campaign
from annotator.jobs.models import JobState
from tests.makers import NOW


def twin_estimate(feature: str, effect: float | None, **more: Any) -> dict[str, Any]:
    """Of a pool; without an effect it could not be estimated."""
    return {
        "feature": feature,
        "is_estimated": effect is not None,
        "effect": effect,
        "low": None if effect is None else effect - 4,
        "high": None if effect is None else effect + 4,
        "severity": None,
        "counts": {"votes": 160, "pairs": 40},
        **more,
    }


def stored_style(campaign: Campaign, *twins: dict[str, Any], **more: Any) -> StyleReport:
    """A report that is done."""
    usual: dict[str, Any] = {
        "state": JobState.DONE,
        "taxonomy_version": campaign.taxonomy_version,
        "requested_at": NOW,
        "finished_at": NOW,
        "figures": {"twins": list(twins)},
    }
    return StyleReport.objects.create(campaign=campaign, **{**usual, **more})


def flag(report: StyleReport, feature: str = "bullets", effect: float = 11.0, **more: Any) -> StyleFlag:
    """An open one of the pool, from twins, unless more is said."""
    usual: dict[str, Any] = {
        "taxonomy_version": report.taxonomy_version,
        "estimator": "twins",
        "status": "bias",
        "scope": "pool",
        "effect": effect,
        "low": effect - 4,
        "high": effect + 4,
        "severity": "high",
        "first_seen_at": NOW,
        "last_seen_at": NOW,
        "closed_at": NOW if more.get("state") == FlagState.CLOSED else None,
        "note": "As agreed." if more.get("state") == FlagState.RESOLVED else "",
    }
    return StyleFlag.objects.create(
        campaign=report.campaign, report=report, feature=feature, **{**usual, **more}
    )
