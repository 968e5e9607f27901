"""Frozen, hashed exports, and the ranges of chains that workers share one among them by."""

from django.db import models
from django.db.models import F, Q

from annotator.assignments.models import Campaign
from annotator.jobs.models import Job


class Snapshot(Job):
    """An export that was asked for; once done (sealed) its row never changes again."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="snapshots")
    query = models.JSONField(help_text="Format and options, as asked for.")
    # The prefix of the token that asked for it; empty where a person did.
    asked_with = models.CharField(max_length=12, blank=True)
    gate = models.JSONField(default=dict, blank=True, help_text="Conditions under which it may be sealed.")
    findings = models.JSONField(default=list, blank=True, help_text="What became of each condition.")
    # Name of the one view of the database that all workers of the present attempt read.
    database_view = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    row_count = models.PositiveBigIntegerField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    files = models.JSONField(default=list, blank=True)

    class Meta(Job.Meta):
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                name="a_snapshot_is_done_exactly_when_it_has_a_digest",
                condition=Q(state="done", row_count__isnull=False) & ~Q(digest="")
                | ~Q(state="done") & Q(digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.requested_at:%Y-%m-%d %H:%M}"


class SnapshotPart(Job):
    """A range of chains of one attempt at a snapshot: those with `after_chain` < id <= `last_chain`."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="parts")
    attempt = models.PositiveIntegerField(help_text="Of the snapshot: each has a view of its own.")
    number = models.PositiveIntegerField()
    after_chain = models.PositiveBigIntegerField()
    last_chain = models.PositiveBigIntegerField()
    counts = models.JSONField(default=dict, blank=True)
    files = models.JSONField(default=list, blank=True)

    class Meta(Job.Meta):
        constraints = [
            *Job.Meta.constraints,
            models.UniqueConstraint(
                name="a_part_of_an_attempt_has_one_number", fields=["snapshot", "attempt", "number"]
            ),
            models.CheckConstraint(
                name="a_part_holds_a_range_of_chains", condition=Q(last_chain__gt=F("after_chain"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id}/{self.attempt}/{self.number}"
