"""The flags of a campaign as JSON: how they stand, what for, and what became of them. By pseudonym and key alone."""

from typing import Any

from annotator.analysis.models import StyleFlag, StyleFlagEvent
from annotator.assignments.models import Campaign
from taxonomies.models import TaxonomyVersion


def flags_of(campaign: Campaign, *, version: TaxonomyVersion) -> list[dict[str, Any]]:
    """Every flag that was ever raised under the version, the closed ones too, in the order in which they were first seen."""
    flags = StyleFlag.objects.filter(campaign=campaign, taxonomy_version=version)
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    histories: dict[int, list[dict[str, Any]]] = {}
    for event in StyleFlagEvent.objects.filter(flag__in=flags).order_by("pk"):
        histories.setdefault(event.flag_id, []).append(event_json(event, pseudonyms=pseudonyms))
    return [
        flag_json(flag, history=histories.get(flag.pk, []))
        for flag in flags.select_related("member", "label__criterion").order_by("first_seen_at", "pk")
    ]


def flag_json(flag: StyleFlag, *, history: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": flag.pk,
        "status": flag.status,
        "estimator": flag.estimator,
        "feature": flag.feature,
        "scope": flag.scope,
        "annotator": flag.member.pseudonym if flag.member else None,
        "label": {"criterion": flag.label.criterion.key, "key": flag.label.key} if flag.label else None,
        "state": flag.state,
        "severity": flag.severity,
        "effect": flag.effect,
        "low": flag.low,
        "high": flag.high,
        "note": flag.note,
        "first_seen_at": flag.first_seen_at,
        "last_seen_at": flag.last_seen_at,
        "closed_at": flag.closed_at,
        "evidence": flag.evidence,
        "history": history,
    }


def event_json(event: StyleFlagEvent, *, pseudonyms: dict[int, str]) -> dict[str, Any]:
    """by: of who said it, null for what a report found and for somebody who is no member."""
    return {
        "kind": event.kind,
        "happened_at": event.happened_at,
        "by": pseudonyms.get(event.person_id) if event.person_id else None,
        "run": event.report_id,
        "note": event.note,
        "severity": event.severity,
        "effect": event.effect,
        "low": event.low,
        "high": event.high,
    }
