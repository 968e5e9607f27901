"""Frozen, hashed exports."""

from django.db import models
from django.db.models import Q

from annotator.assignments.models import Campaign
from annotator.jobs.models import Job


class Snapshot(Job):
    """An export that was asked for; once done (sealed) its row never changes again."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="snapshots")
    query = models.JSONField(help_text="Format and options, as asked for.")
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
