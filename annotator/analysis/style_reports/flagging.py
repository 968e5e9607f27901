"""Flags follow the reports: one opens on evidence, lasts as long as that stands, and keeps its history for good.

A flag opens and closes at different points (`bias.testing`), so that it does not come and go while grades come in. What
people said of it lasts as long as the evidence; a flag that was closed in between opens anew, and so does a resolved one
that grows worse or turns round.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from annotator.analysis.bias.estimates import Estimate
from annotator.analysis.bias.testing import opens, severity_of, stays_open
from annotator.analysis.models import (
    Estimator,
    FlagEventKind,
    FlagScope,
    FlagState,
    Severity,
    StyleFlag,
    StyleFlagEvent,
    StyleReport,
)
from annotator.analysis.style_reports.announcing import announce_flag
from annotator.analysis.style_reports.composing import Found
from annotator.assignments.models import Membership

ExamplesOf = Callable[[Estimate], dict[str, list[dict[str, object]]]]

# What a reader has to bear in mind, by the key that pages have words for.
CAVEATS = {
    Estimator.TWINS: "of_the_twinned_steps",
    Estimator.PLAIN: "of_steps_with_markup",
    Estimator.PEERS: "against_the_median_of_the_others",
}


class Subject(NamedTuple):
    """What makes a flag of a campaign and version one of its kind."""

    estimator: str
    feature: str
    scope: str
    member_id: int | None
    label_id: int | None


@transaction.atomic
def follow_flags(
    *,
    report: StyleReport,
    found: Sequence[Found],
    content_features: Collection[str],
    examples_of: ExamplesOf,
    now: datetime,
) -> None:
    """Open, keep, close and reopen the flags of the report's campaign and version. Doing so again changes nothing.

    Called inside the transaction that stores the report. What can be estimated no more, or was not looked at, leaves its
    flag as it was: missing evidence is no evidence that a preference went away. Features that are content here are no
    style, so their flags close.
    """
    members = dict(Membership.objects.filter(campaign=report.campaign_id).values_list("user_id", "pk"))
    standing = {
        subject_of(flag): flag
        for flag in StyleFlag.objects.select_for_update(no_key=True)
        .filter(campaign=report.campaign_id, taxonomy_version=report.taxonomy_version_id)
        .order_by("pk")
    }
    for one in found:
        if not one.estimate.is_estimated:
            continue
        subject = subject_in(one, members=members)
        flag = standing.get(subject)
        if flag is None:
            if opens(one.estimate):
                open_flag(report, subject, one.estimate, examples_of=examples_of, now=now)
        else:
            follow(flag, one.estimate, report=report, examples_of=examples_of, now=now)
    for flag in standing.values():
        if flag.feature in content_features and flag.state != FlagState.CLOSED:
            close(flag, report=report, now=now)


def subject_of(flag: StyleFlag) -> Subject:
    return Subject(flag.estimator, flag.feature, flag.scope, flag.member_id, flag.label_id)


def subject_in(found: Found, *, members: dict[int, int]) -> Subject:
    member_id = None if found.annotator_id is None else members[found.annotator_id]
    scope = FlagScope.POOL
    if member_id is not None:
        scope = FlagScope.ANNOTATOR
    elif found.label_id is not None:
        scope = FlagScope.LABEL
    return Subject(found.estimate.estimator, found.estimate.feature, scope, member_id, found.label_id)


def open_flag(
    report: StyleReport, subject: Subject, estimate: Estimate, *, examples_of: ExamplesOf, now: datetime
) -> None:
    flag = StyleFlag.objects.create(
        campaign_id=report.campaign_id,
        taxonomy_version_id=report.taxonomy_version_id,
        **subject._asdict(),
        status=estimate.status,
        first_seen_at=now,
        **seen_in(report, estimate, examples_of=examples_of, now=now),
    )
    note(flag, FlagEventKind.OPENED, report=report, now=now)


def follow(
    flag: StyleFlag, estimate: Estimate, *, report: StyleReport, examples_of: ExamplesOf, now: datetime
) -> None:
    if flag.state == FlagState.CLOSED:
        if opens(estimate):
            # What was said of it then was of the evidence of then; the history keeps it.
            anew = {"state": FlagState.OPEN, "closed_at": None, "note": ""}
            change(flag, anew | seen_in(report, estimate, examples_of=examples_of, now=now))
            note(flag, FlagEventKind.REOPENED, report=report, now=now)
    elif stays_open(estimate):
        follow_change(
            flag, seen_in(report, estimate, examples_of=examples_of, now=now), report=report, now=now
        )
    else:
        # How strong it was is kept; the figures are those that speak against it.
        change(flag, {"effect": estimate.effect, "low": estimate.low, "high": estimate.high})
        close(flag, report=report, now=now)


def follow_change(flag: StyleFlag, seen: dict[str, Any], *, report: StyleReport, now: datetime) -> None:
    """What was resolved opens anew where it grew worse or turned round: that is not what the note was about."""
    order = Severity.values
    turned = (flag.effect > 0) != (seen["effect"] > 0)
    is_worse = order.index(seen["severity"]) > order.index(flag.severity)
    is_other = turned or flag.severity != seen["severity"]
    if flag.state == FlagState.RESOLVED and (turned or is_worse):
        change(flag, {"state": FlagState.OPEN, "note": ""} | seen)
        note(flag, FlagEventKind.REOPENED, report=report, now=now)
        return
    change(flag, seen)
    if is_other:
        note(flag, FlagEventKind.CHANGED, report=report, now=now)


def seen_in(
    report: StyleReport, estimate: Estimate, *, examples_of: ExamplesOf, now: datetime
) -> dict[str, Any]:
    assert estimate.effect is not None
    return {
        "report": report,
        "effect": estimate.effect,
        "low": estimate.low,
        "high": estimate.high,
        # One that is kept may have come under what opens it.
        "severity": severity_of(estimate.effect) or Severity.LOW,
        "evidence": {
            "estimate": asdict(estimate),
            "unit": estimate.unit,
            "run": report.pk,
            "caveat": CAVEATS[Estimator(estimate.estimator)],
            **examples_of(estimate),
        },
        "last_seen_at": now,
    }


def close(flag: StyleFlag, *, report: StyleReport, now: datetime) -> None:
    change(flag, {"state": FlagState.CLOSED, "closed_at": now, "report": report})
    note(flag, FlagEventKind.CLOSED, report=report, now=now)


def change(flag: StyleFlag, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(fields))


def note(flag: StyleFlag, kind: FlagEventKind, *, report: StyleReport, now: datetime) -> None:
    event = StyleFlagEvent.objects.create(
        flag=flag,
        kind=kind,
        happened_at=now,
        report=report,
        effect=flag.effect,
        low=flag.low,
        high=flag.high,
        severity=flag.severity,
    )
    if kind in (FlagEventKind.OPENED, FlagEventKind.REOPENED):
        announce_flag(flag=flag, event=event, now=now)
