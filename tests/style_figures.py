"""A style report's figures made by hand, with every kind of evidence and of null, for tests of what shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from annotator.analysis.bias import wording
from annotator.analysis.bias.evidence import Need
from annotator.analysis.bias.testing import severity_of
from annotator.analysis.models import (
    FlagEventKind,
    FlagScope,
    FlagState,
    StyleFlag,
    StyleFlagEvent,
    StyleReport,
)
from annotator.analysis.style import FEATURES
from annotator.analysis.style_reports import refreshing
from annotator.analysis.style_reports.gathering import freshness, settings_of
from annotator.assignments.models import Campaign, Membership
from annotator.jobs.models import JobState
from taxonomies.models import Label

STATUSES = {"twins": "bias", "plain": "bias", "peers": "deviation", "association": "association"}
PEOPLE = ["amber-fox", "blue-owl", "calm-yak", "dark-elk", "early-bee", "frosty-lynx"]
COMPARED = 5
USUAL_COUNTS = {
    "twins": {"votes": 160, "plain_votes": None, "steps": 40, "chains": 38, "annotators": 8, "pairs": 40},
    "plain": {
        "votes": 2_140,
        "plain_votes": 512,
        "steps": 610,
        "chains": 120,
        "annotators": 8,
        "pairs": None,
    },
    "peers": {
        "votes": 1_480,
        "plain_votes": None,
        "steps": 320,
        "chains": 64,
        "annotators": 6,
        "pairs": None,
    },
    "association": {
        "votes": 6_200,
        "plain_votes": None,
        "steps": 2_050,
        "chains": 210,
        "annotators": 8,
        "pairs": None,
    },
}
NO_COUNTS = {"votes": 0, "plain_votes": None, "steps": None, "chains": None, "annotators": 0, "pairs": None}


def known(
    feature: str, estimator: str, effect: float, low: float, high: float, **more: Any
) -> dict[str, Any]:
    """An estimate; `more` replaces what it usually says."""
    q = None if estimator == "association" else (0.004 if low > 3 or high < -3 else 0.4)
    q = more.pop("q", q)
    is_flagged = q is not None and q < 0.05
    kinds = {entry.key: entry.kind for entry in FEATURES}
    is_binary = kinds[feature] == "binary"
    return {
        "feature": feature,
        "estimator": estimator,
        "status": STATUSES[estimator],
        "unit": "present" if is_binary or estimator == "twins" else "per_sd",
        "annotator": None,
        "label": None,
        "is_estimated": True,
        "reason": None,
        "needs": [],
        "effect": effect,
        "low": low,
        "high": high,
        "se": (high - low) / 4,
        "p": None if estimator == "association" else (q or 0) / 3,
        "q": q,
        "smallest_findable": (high - low) / 4 * 2.9,
        "severity": severity_of(effect) if is_flagged else None,
        "mean_grade": quantity(effect / 60, low / 60, high / 60),
        "odds_ratio": quantity(1 + effect / 20, 1 + low / 20, 1 + high / 20)
        if low > -20
        else quantity(None, reason=wording.SHARE_AT_THE_END),
        "raw": quantity(effect * 2, low * 2, high * 2) if estimator == "association" else None,
        "prevalence": 0.21 if is_binary else None,
        "base_rate": 0.71,
        "counts": USUAL_COUNTS[estimator],
        **more,
    }


def unknown(
    feature: str, estimator: str, *needs: Need, reason: str | None = None, **more: Any
) -> dict[str, Any]:
    why = reason or wording.why_too_few(needs)
    nothing = ("effect", "low", "high", "se", "p", "q", "smallest_findable", "severity", "prevalence")
    return {
        **known(feature, estimator, 0.0, -1.0, 1.0),
        **dict.fromkeys(nothing),
        "base_rate": None,
        "raw": None,
        "is_estimated": False,
        "reason": why,
        "needs": [asdict(need) for need in needs],
        "mean_grade": quantity(None, reason=why),
        "odds_ratio": quantity(None, reason=why),
        "counts": NO_COUNTS,
        **more,
    }


def quantity(
    value: float | None, low: float | None = None, high: float | None = None, *, reason: str | None = None
) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "reason": reason}


def whole_style() -> dict[str, Any]:
    """Bias by twins and by plain rendering, an effect of too little, null results, deviations, and what is not known."""
    return {
        "settings": {"content_features": ["code"], "extractor_version": 1},
        "counts": {
            "votes": 6_200,
            "plain_votes": 1_540,
            "twin_votes": 320,
            "steps": 2_050,
            "chains": 210,
            "annotators": 6,
        },
        "base_rate": 0.71,
        "features": [feature_figures(entry.key) for entry in FEATURES],
        "annotators": [
            {"pseudonym": name, "votes": 1_480 - 200 * place, "chains": 64 - 8 * place, "is_eligible": place < 5}
            for place, name in enumerate(PEOPLE)
        ],
        "labels": [
            {"criterion": "error", "key": "sign", "title": "Sign"},
            {"criterion": "error", "key": "logic", "title": "Logic"},
        ],
        "twins": twins(),
        "twin_labels": [
            known("bullets", "twins", -6.2, -9.3, -3.1, label=0, q=0.01),
            unknown("bullets", "twins", Need("label_votes", 7, 30), label=1),
        ],
        "plain": [
            known("bullets", "plain", 9.4, 5.2, 13.6, q=0.001),
            known("emphasis", "plain", 0.7, -1.5, 2.9),
            unknown("heading", "plain", Need("plain_votes", 62, 100), counts=NO_COUNTS | {"plain_votes": 62}),
        ],
        "peers": peers(),
        "association": associations(),
        "families": [
            {"key": "experiments", "tests": 5},
            {"key": "twin_labels", "tests": 1},
            {"key": "peers", "tests": 30},
        ],
        "vote_sd": 0.36,
        "seconds_per_step": 21.5,
    }  # fmt: skip


def feature_figures(key: str) -> dict[str, Any]:
    feature = next(entry for entry in FEATURES if entry.key == key)
    is_binary = feature.kind == "binary"
    left_out = {"code": "content", "emoji": "few_present", "table": "few_present"}.get(key)
    present = 3 if left_out == "few_present" else 430 if is_binary else 2_050
    return {
        "key": key,
        "kind": feature.kind,
        "is_markup": feature.is_markup,
        "steps_present": present,
        "steps": 2_050,
        "prevalence": present / 2_050 if is_binary else None,
        "mean": None if is_binary else 24.3,
        "sd": None if is_binary else 11.8,
        "left_out": left_out,
    }


def twins() -> list[dict[str, Any]]:
    measured = {
        "bullets": known("bullets", "twins", 11.2, 7.1, 15.3, q=0.001, smallest_findable=5.7),
        "hedge": known("hedge", "twins", -1.8, -5.9, 2.3, smallest_findable=6.1),
        "words": known("words", "twins", 1.9, 0.5, 3.3, q=0.03, smallest_findable=2.1),
        "heading": unknown(
            "heading",
            "twins",
            Need("pairs", 6, 10),
            Need("annotators_with", 2, 3),
            counts=USUAL_COUNTS["twins"] | {"votes": 19, "pairs": 6, "annotators": 4},
        ),
    }
    return [
        measured.get(key) or unknown(key, "twins", Need("pairs", 0, 10)) for key in keys() if key != "code"
    ]


def keys() -> list[str]:
    return [entry.key for entry in FEATURES]


def peers() -> list[dict[str, Any]]:
    sizes = {"bullets": 4.0, "hedge": -2.5, "latex": 1.5, "first_person": -1.0, "words": 2.0, "question": 0.5}
    found = []
    for place in range(len(PEOPLE)):
        for number, (feature, size) in enumerate(sizes.items()):
            if place >= COMPARED:
                needs = (Need("votes", 62, 150), Need("chains", 8, 20))
                found.append(unknown(feature, "peers", *needs, annotator=place))
                continue
            effect = size * (((place * 3 + number * 2) % 5) - 2)
            if (PEOPLE[place], feature) == ("amber-fox", "bullets"):
                effect = 12.4
            is_found = (PEOPLE[place], feature) in {("amber-fox", "bullets"), ("calm-yak", "hedge")}
            if is_found and feature == "hedge":
                effect = -8.3
            found.append(
                known(
                    feature,
                    "peers",
                    effect,
                    effect - 4.5,
                    effect + 4.5,
                    annotator=place,
                    q=0.01 if is_found else 0.5,
                )
            )
    return found


def associations() -> list[dict[str, Any]]:
    effects = {
        "bullets": 6.1,
        "first_person": -3.9,
        "hedge": -9.4,
        "booster": 2.2,
        "latex": 4.6,
        "emphasis": 3.0,
        "heading": 1.1,
        "question": -6.8,
        "exclamation": 0.3,
        "words": 5.2,
        "sentences": 1.4,
        "words_per_sentence": -2.0,
        "latex_share": 3.1,
        "digit_share": 1.2,
        "type_token_ratio": -0.4,
    }
    found = [known(key, "association", size, size - 2.1, size + 2.1) for key, size in effects.items()]
    return [
        *found,
        unknown("table", "association", Need("steps_with", 3, 30)),
        unknown("emoji", "association", Need("steps_with", 3, 30)),
        unknown("politeness", "association", reason=wording.CONSTANT),
    ]


def nothing_known() -> dict[str, Any]:
    """Of a campaign that has begun to grade, without plain rendering and without twins."""
    return whole_style() | {
        "counts": {
            "votes": 41,
            "plain_votes": 0,
            "twin_votes": 0,
            "steps": 30,
            "chains": 6,
            "annotators": 2,
        },
        "annotators": [
            {"pseudonym": name, "votes": 20, "chains": 6, "is_eligible": False} for name in PEOPLE[:2]
        ],
        "twins": [unknown(key, "twins", Need("pairs", 0, 10)) for key in keys()],
        "twin_labels": [],
        "plain": [
            unknown(entry.key, "plain", Need("plain_votes", 0, 100)) for entry in FEATURES if entry.is_markup
        ],
        "peers": [unknown("bullets", "peers", Need("votes", 20, 150), annotator=place) for place in range(2)],
        "association": [unknown(key, "association", Need("chains", 6, 30)) for key in keys()],
        "vote_sd": None,
        "seconds_per_step": None,
    }


def stored_style(
    campaign: Campaign,
    *,
    figures: Mapping[str, Any] | None,
    now: datetime,
    code_version: str = refreshing.CODE_VERSION,
) -> StyleReport:
    """A report that is done and has seen every grade there is; without figures, one that failed."""
    version = campaign.taxonomy_version
    seen = freshness(campaign_id=campaign.pk, version_id=version.pk)
    settings = asdict(settings_of(version))
    return StyleReport.objects.create(
        campaign=campaign,
        taxonomy_version=version,
        state=JobState.FAILED if figures is None else JobState.DONE,
        error="out of memory" if figures is None else "",
        requested_at=now,
        finished_at=now,
        newest_grade_at=seen.newest_grade_at,
        revision_count=seen.revision_count,
        code_version=code_version,
        figures=None if figures is None else {**figures, "settings": settings},
    )


def stored_flag(
    report: StyleReport,
    estimate: Mapping[str, Any] | None = None,
    *,
    member: Membership | None = None,
    label: Label | None = None,
    state: str = FlagState.OPEN,
    examples: Sequence[Mapping[str, Any]] = (),
    counter_examples: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> StyleFlag:
    """A flag as a report leaves it, with its first event; for bullets by twins unless an estimate is given."""
    found = estimate or twins()[0]
    now = report.requested_at
    scope = FlagScope.ANNOTATOR if member else FlagScope.LABEL if label else FlagScope.POOL
    flag = StyleFlag.objects.create(
        campaign=report.campaign,
        taxonomy_version=report.taxonomy_version,
        estimator=found["estimator"],
        status=found["status"],
        feature=found["feature"],
        scope=scope,
        member=member,
        label=label,
        report=report,
        effect=found["effect"],
        low=found["low"],
        high=found["high"],
        severity=severity_of(found["effect"]) or "low",
        evidence={
            "estimate": dict(found),
            "unit": found["unit"],
            "run": report.pk,
            "caveat": "of_the_twinned_steps",
            "examples": list(examples),
            "counter_examples": list(counter_examples),
        },
        state=state,
        first_seen_at=now - timedelta(days=9),
        last_seen_at=now,
        **more,
    )
    StyleFlagEvent.objects.create(
        flag=flag,
        kind=FlagEventKind.OPENED,
        happened_at=now - timedelta(days=9),
        report=report,
        effect=flag.effect,
        low=flag.low,
        high=flag.high,
        severity=flag.severity,
    )
    return flag
