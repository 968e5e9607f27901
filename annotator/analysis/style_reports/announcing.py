"""Telling the endpoints of a campaign that a flag opened, inside the transaction that opens it."""

from datetime import datetime

from annotator.analysis.models import StyleFlag, StyleFlagEvent
from annotator.webhooks.announcing import announce
from annotator.webhooks.models import Event


def announce_flag(*, flag: StyleFlag, event: StyleFlagEvent, now: datetime) -> None:
    """What it is about and how strong, by key and pseudonym alone; the API's report on style has its evidence."""
    version = flag.taxonomy_version
    label = flag.label
    announce(
        campaign=flag.campaign,
        event=Event.FLAG_OPENED,
        key=f"{flag.pk}/{event.pk}",
        about={
            "taxonomy": {"key": version.taxonomy.key, "version": version.number},
            "flag": flag.pk,
            "kind": event.kind,
            "feature": flag.feature,
            "estimator": flag.estimator,
            "status": flag.status,
            "scope": flag.scope,
            "annotator": flag.member.pseudonym if flag.member else None,
            "label": {"criterion": label.criterion.key, "key": label.key} if label else None,
            "severity": flag.severity,
            # Percentage points, with its interval.
            "effect": flag.effect,
            "low": flag.low,
            "high": flag.high,
        },
        now=now,
    )
