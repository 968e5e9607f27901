"""A report's figures made by hand, with every kind of null, for tests of the pages and the API that show them."""

from datetime import datetime
from typing import Any

from annotator.analysis import agreement, figures, first_errors, refreshing
from annotator.analysis.gathering import freshness
from annotator.analysis.models import AgreementReport
from annotator.assignments.models import Campaign
from annotator.jobs.models import JobState

FEW = "Under 20 units, or 3 chains, were graded by both."


def known(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    """With an interval, or with the reason why there is none."""
    reason = figures.FEW_CLUSTERS if low is None else None
    return {"value": value, "low": low, "high": high, "reason": None, "interval_reason": reason}


def unknown(reason: str) -> dict[str, Any]:
    return {"value": None, "low": None, "high": None, "reason": reason, "interval_reason": None}


def counts(units: int = 40) -> dict[str, int]:
    return {
        "units": units + 2,
        "units_graded_twice": units,
        "grades": 3 * units,
        "annotators": 3,
        "clusters": 12,
    }


def former_figures() -> dict[str, Any]:
    """What a report held before it knew of people, slices and provenance."""
    return {
        "labels": [
            {"key": "good", "title": "Good"},
            {"key": "okay", "title": "Okay"},
            {"key": "bad", "title": "Bad"},
        ],
        "verdict": {
            "status": "provisional",
            "counts": counts(),
            "percent_agreement": known(0.8125, 0.75, 0.875),
            "alpha_nominal": known(0.55, 0.4, 0.7),
            "alpha_interval": known(0.61),
            "alpha_ordinal": known(0.7321, 0.6112, 0.8443),
            "gwet_ac1": known(0.7, 0.6, 0.8),
            "gwet_ac2": known(0.74, 0.66, 0.82),
            "fleiss_kappa": unknown(agreement.ALL_ALIKE),
            "brennan_prediger": known(0.71, 0.6, 0.81),
            "labels": [
                {"label": 0, "grades": 90, "specific_agreement": known(0.9, 0.85, 0.95)},
                {"label": 1, "grades": 4, "specific_agreement": unknown(agreement.RARE_LABEL)},
                {"label": 2, "grades": 26, "specific_agreement": known(0.66, 0.5, 0.8)},
            ],
        },
        "first_error": {
            "status": "provisional",
            "counts": counts(12),
            "exact": known(0.6, 0.4, 0.8),
            "within_one": known(0.7, 0.5, 0.9),
            "exact_given_both_found": unknown(first_errors.NO_TWO_ERRORS),
            "alpha_index": known(0.5),
            "alpha_has_error": known(-0.02, -0.3, 0.26),
            "share_undefined": known(0.0),
        },
        "consensus": {"steps": 42, "decided": 38, "ties": 4},
    }


def whole_figures() -> dict[str, Any]:
    former = former_figures()
    return former | {
        "settings": {"overlap": 2, "contested_below": 0.0, "dawid_skene": False},
        "labels": [{**label, "value": value} for label, value in zip(former["labels"], (1, 0, -1), strict=True)],
        "confusion": [[70, 9, 5], [9, 0, 2], [5, 2, 14]],
        "annotators": [
            person("amber-fox", units=38, agrees=known(0.85, 0.8, 0.9), severity=known(0.1, -0.05, 0.25)),
            person("blue-owl", units=36, agrees=known(0.7, 0.6, 0.8), severity=known(-0.3, -0.5, -0.1)),
            person("calm-yak", units=6, agrees=known(0.5), severity=unknown(agreement.NOT_GRADED_TWICE)),
        ],
        "pairs": [
            {"first": 0, "second": 1, "units": 34, "chains": 8, "agreement": 0.71, "kappa": 0.523, "reason": None},
            {"first": 0, "second": 2, "units": 4, "chains": 1, "agreement": None, "kappa": None, "reason": FEW},
            {"first": 1, "second": 2, "units": 2, "chains": 1, "agreement": None, "kappa": None, "reason": FEW},
        ],
        "criteria": [one_criterion(), many_criterion()],
        "by_step_index": [
            {"from": 0, "to": 0, "units": 14, "percent_agreement": known(0.9), "alpha_ordinal": known(0.8)},
            {"from": 20, "to": 29, "units": 9, **sliced(0.7, 0.5)},
            {"from": 50, "to": None, "units": 1, **unsliced()},
        ],
        "over_time": [
            {"from": "2026-11-18", "to": "2026-11-18", "units": 20, **sliced(0.7, 0.6)},
            {"from": "2026-11-18", "to": "2026-11-18", "units": 20, **sliced(0.75, 0.65)},
            {"from": "2026-11-19", "to": "2026-11-20", "units": 20, **sliced(0.8, 0.7)},
        ],
        "by_generator": [
            {"generator": "=model-1", "units": 30, **sliced(0.8, 0.7)},
            {"generator": "", "units": 10, **unsliced()},
        ],
        "by_domain": [{"domain": "algebra", "units": 40, **sliced(0.81, 0.73)}],
        "consensus": {
            "steps": 42,
            "decided": 38,
            "single": 2,
            "unanimous": 29,
            "majority": 5,
            "adjudicated": 2,
            "ties": 4,
            "contested": 6,
            "mean_entropy": 0.31,
            "dawid_skene": None,
        },
        "chains": {
            "graded": 12,
            "first_error_defined": 10,
            "with_error": 4,
            "lucky": {"adjudicated": 0, "consensus": 1, "annotator": 2},
            "suspect": {"adjudicated": 0, "consensus": 1},
        },
    }  # fmt: skip


def person(pseudonym: str, *, units: int, agrees: dict[str, Any], severity: dict[str, Any]) -> dict[str, Any]:
    return {
        "pseudonym": pseudonym,
        "grades": units + 1,
        "units": units,
        "chains": 9,
        "agreement_with_rest": agrees,
        "alpha_change": known(-0.01, -0.04, 0.02),
        "severity": severity,
        "is_ranked": units >= 30,
        "seconds_per_step": 12.5 if units >= 30 else None,
        "gold": {
            "units": 0,
            "accuracy": unknown("This annotator has graded no step whose verdict is known."),
        },
        "trend": [],
    }


def sliced(percent: float, alpha: float) -> dict[str, Any]:
    return {
        "percent_agreement": known(percent, percent - 0.1, percent + 0.1),
        "alpha_ordinal": known(alpha, alpha - 0.1, alpha + 0.1),
    }


def unsliced() -> dict[str, Any]:
    nothing = unknown(agreement.NOT_GRADED_TWICE)
    return {"percent_agreement": nothing, "alpha_ordinal": nothing}


def one_criterion() -> dict[str, Any]:
    def part(label_count: int) -> dict[str, Any]:
        labels = [
            {"label": place, "grades": 20, "specific_agreement": known(0.6, 0.4, 0.8)}
            for place in range(label_count)
        ]
        return {
            "counts": counts(14),
            "percent_agreement": known(0.62, 0.5, 0.74),
            "alpha_nominal": unknown(agreement.NOT_GRADED_TWICE),
            "gwet_ac1": known(0.4),
            "labels": labels,
        }

    return {
        "key": "error",
        "question": "What is wrong?",
        "kind": "one",
        "scope": "step",
        "labels": [{"key": "sign", "title": "Sign"}, {"key": "logic", "title": "Logic"}],
        "counts": counts(),
        "status": "provisional",
        "given_both": part(2),
        "with_none": part(3),
    }


def many_criterion() -> dict[str, Any]:
    titles = {"terse": "Terse", "clear": "Clear"}
    return {
        "key": "traits",
        "question": "What is it like?",
        "kind": "many",
        "scope": "chain",
        "labels": [
            {
                "key": key,
                "title": title,
                "label": place,
                "grades": 12 - 9 * place,
                "alpha": known(0.3, 0.1, 0.5) if not place else unknown(agreement.RARE_LABEL),
                "positive_agreement": known(0.5) if not place else unknown(agreement.RARE_LABEL),
            }
            for place, (key, title) in enumerate(titles.items())
        ],
        "counts": counts(9),
        "status": "insufficient",
        "alpha_jaccard": known(0.33, 0.1, 0.56),
    }


def stored_report(
    campaign: Campaign, *, figures: dict[str, Any], now: datetime, code_version: str = refreshing.CODE_VERSION
) -> AgreementReport:
    """A report that is done, and has seen every grade there is."""
    version_id = campaign.taxonomy_version_id
    seen = freshness(campaign_id=campaign.pk, version_id=version_id)
    return AgreementReport.objects.create(
        campaign=campaign,
        taxonomy_version_id=version_id,
        state=JobState.DONE,
        requested_at=now,
        finished_at=now,
        newest_grade_at=seen.newest_grade_at,
        revision_count=seen.revision_count,
        code_version=code_version,
        figures=figures,
    )
