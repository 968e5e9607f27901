"""What changed between two snapshots of the same question: how much, and which chains, with ways to their steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from annotator.chains.models import ChainStep
from annotator.exports.models import Snapshot
from annotator.exports.snapshots.changes import ADDED, RELABELLED, REMOVED, NotComparable, changes_between
from annotator.jobs.models import JobState

CHANGES_SHOWN = 100
EARLIER_SHOWN = 50
TITLES = {ADDED: lazy("added"), REMOVED: lazy("removed"), RELABELLED: lazy("relabelled")}
TONES = {ADDED: "good", REMOVED: "bad", RELABELLED: "unsure"}


@dataclass(frozen=True, slots=True)
class Earlier:
    snapshot_id: int
    finished_at: datetime | None
    row_count: int | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """`url` of its first step; empty for a chain that is not there any more."""

    chain_id: str
    title: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """`refused`: why the two cannot be compared, in English."""

    older: Snapshot
    added: int = 0
    removed: int = 0
    relabelled: int = 0
    rows: tuple[ChangeRow, ...] = ()
    refused: str = ""

    @property
    def total(self) -> int:
        return self.added + self.removed + self.relabelled

    @property
    def rest(self) -> int:
        return self.total - len(self.rows)


def others_like(snapshot: Snapshot) -> list[Earlier]:
    """Earlier sealed ones of the campaign in the same format, the newest first."""
    if snapshot.state != JobState.DONE:
        return []
    sealed = Snapshot.objects.filter(
        campaign=snapshot.campaign, state=JobState.DONE, query__format=snapshot.query.get("format")
    )
    earlier = sealed.filter(pk__lt=snapshot.pk).order_by("-pk")[:EARLIER_SHOWN]
    return [
        Earlier(other.pk, other.finished_at, other.row_count, other.digest == snapshot.digest)
        for other in earlier
    ]


def changed_since(snapshot: Snapshot, *, asked: str) -> ChangesShown | None:
    """None where nobody asks, or for something that is no earlier one."""
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 18):
        return None
    if int(asked) not in {other.snapshot_id for other in others_like(snapshot)}:
        return None
    older = Snapshot.objects.select_related("campaign").get(pk=int(asked))
    return compared(older=older, newer=snapshot)


def compared(*, older: Snapshot, newer: Snapshot) -> ChangesShown:
    try:
        changes = changes_between(older=older, newer=newer)
        first = list(islice(changes, CHANGES_SHOWN))
    except (NotComparable, FileNotFoundError) as refused:
        return ChangesShown(older=older, refused=str(refused))
    urls = urls_of([change["chain_id"] for change in first], snapshot=newer)
    rows = tuple(
        ChangeRow(
            chain_id=change["chain_id"],
            title=str(TITLES[change["change"]]),
            tone=TONES[change["change"]],
            url=urls.get(change["chain_id"], ""),
        )
        for change in first
    )
    return ChangesShown(
        older=older,
        added=changes.added,
        removed=changes.removed,
        relabelled=changes.relabelled,
        rows=rows,
    )


def urls_of(chain_ids: Sequence[str], *, snapshot: Snapshot) -> dict[str, str]:
    steps = ChainStep.objects.filter(
        chain__dataset=snapshot.campaign.dataset_id, chain__external_id__in=chain_ids, index=0
    )
    return {
        chain_id: reverse("campaign_step", args=[snapshot.campaign.key, step_id])
        for chain_id, step_id in steps.values_list("chain__external_id", "step")
    }
