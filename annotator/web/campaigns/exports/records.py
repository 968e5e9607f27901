"""Snapshots and exports of a campaign as rows: who asked, for what, and what became of it. By pseudonym and token alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from annotator.assignments.models import Campaign
from annotator.exports.models import ExportKind, ExportOutcome, ExportRecord, Snapshot
from annotator.exports.options import SWITCH
from annotator.jobs.models import JobState
from annotator.web.campaigns.exports import words
from annotator.web.campaigns.exports.gate import asked_in_words
from annotator.web.campaigns.exports.words import Words
from annotator.web.campaigns.twins.words import name_of, pseudonyms_of

RECORDS_SHOWN = 20
SNAPSHOTS_SHOWN = 50
# Of its sixty-four characters: enough to tell two snapshots apart.
SHORT_DIGEST = 12

STATES: Mapping[str, Words] = {
    JobState.QUEUED: lazy("Queued"),
    JobState.RUNNING: lazy("Being built"),
    JobState.DONE: lazy("Sealed"),
    JobState.FAILED: lazy("Not sealed"),
}
STATE_TONES: Mapping[str, str] = {
    JobState.QUEUED: "neutral",
    JobState.RUNNING: "unsure",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
}
KINDS: Mapping[str, Words] = {
    ExportKind.LIVE: lazy("Live export"),
    ExportKind.SNAPSHOT: lazy("Snapshot built"),
    ExportKind.FILE: lazy("File of a snapshot"),
}
OUTCOMES: Mapping[str, Words] = {
    "": lazy("no end known"),
    ExportOutcome.COMPLETE: lazy("complete"),
    ExportOutcome.CUT: lazy("cut off"),
    ExportOutcome.FAILED: lazy("failed"),
}
OUTCOME_TONES: Mapping[str, str] = {
    "": "neutral",
    ExportOutcome.COMPLETE: "good",
    ExportOutcome.CUT: "unsure",
    ExportOutcome.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    snapshot: Snapshot
    url: str
    format: str
    asked: list[str]
    conditions: list[str]
    state: str
    tone: str
    who: str
    short_digest: str
    data_size: int
    failed_conditions: int


@dataclass(frozen=True, slots=True)
class RecordRow:
    kind: str
    what: str
    url: str
    who: str
    begun_at: datetime
    row_count: int | None
    byte_count: int | None
    outcome: str
    tone: str


def newest_snapshots(campaign: Campaign) -> list[SnapshotRow]:
    pseudonyms = pseudonyms_of(campaign)
    found = campaign.snapshots.order_by("-requested_at", "-pk")[:SNAPSHOTS_SHOWN]
    return [row_of_snapshot(snapshot, key=campaign.key, pseudonyms=pseudonyms) for snapshot in found]


def row_of_snapshot(snapshot: Snapshot, *, key: str, pseudonyms: Mapping[int, str]) -> SnapshotRow:
    return SnapshotRow(
        snapshot=snapshot,
        url=reverse("export_snapshot", args=[key, snapshot.pk]),
        format=title_of_format(snapshot.query),
        asked=query_in_words(snapshot.query),
        conditions=asked_in_words(snapshot.gate),
        state=str(STATES[snapshot.state]),
        tone=STATE_TONES[snapshot.state],
        who=who_asked(snapshot.asked_with, snapshot.requested_by_id, pseudonyms=pseudonyms),
        short_digest=snapshot.digest[:SHORT_DIGEST],
        data_size=sum(file["size"] for file in snapshot.files),
        failed_conditions=sum(not found["passed"] for found in snapshot.findings),
    )


def newest_records(campaign: Campaign) -> list[RecordRow]:
    pseudonyms = pseudonyms_of(campaign)
    found = campaign.export_records.order_by("-begun_at", "-pk")[:RECORDS_SHOWN]
    return [row_of_record(record, key=campaign.key, pseudonyms=pseudonyms) for record in found]


def row_of_record(record: ExportRecord, *, key: str, pseudonyms: Mapping[int, str]) -> RecordRow:
    is_of_snapshot = record.snapshot_id is not None
    asked = ", ".join([title_of_format(record.query), *query_in_words(record.query)])
    return RecordRow(
        kind=str(KINDS[record.kind]),
        what=record.file_name or asked,
        url=reverse("export_snapshot", args=[key, record.snapshot_id]) if is_of_snapshot else "",
        who=who_asked(record.asked_with, record.asked_by_id, pseudonyms=pseudonyms),
        begun_at=record.begun_at,
        row_count=record.row_count,
        byte_count=record.byte_count,
        outcome=str(OUTCOMES[record.outcome]),
        tone=OUTCOME_TONES[record.outcome],
    )


def who_asked(token_prefix: str, person_id: int | None, *, pseudonyms: Mapping[int, str]) -> str:
    if token_prefix:
        return _("token {prefix}…").format(prefix=token_prefix)
    return name_of(person_id, pseudonyms=pseudonyms) or _("a command on the server")


def title_of_format(query: Mapping[str, Any]) -> str:
    name = str(query.get("format", "native"))
    return str(words.FORMATS[name].title) if name in words.FORMATS else name


def query_in_words(query: Mapping[str, Any]) -> list[str]:
    """What was asked besides the format; an option that is no longer known stays as it was kept."""
    return [
        option_in_words(name, str(text)) for name, text in query.items() if name not in ("format", "trailer")
    ]


def option_in_words(name: str, text: str) -> str:
    if name not in words.OPTIONS:
        return f"{name}={text}"
    title = str(words.OPTIONS[name].title)
    if text == SWITCH[1] and words.OPTIONS[name].choices is None and name != "min_votes":
        return title
    return f"{title}: {words.title_of_choice(name, text)}"
