"""Who took what out of a campaign, and whether they got the whole of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.assignments.models import Campaign
from annotator.exports.models.snapshots import Snapshot


class ExportKind(models.TextChoices):
    LIVE = "live"
    # Sealed by a worker, and each download of one of its files.
    SNAPSHOT = "snapshot"
    FILE = "file"


class ExportOutcome(models.TextChoices):
    COMPLETE = "complete"
    # The one who asked went away, or the server was stopped properly.
    CUT = "cut"
    FAILED = "failed"


class ExportRecord(models.Model):
    """One export: written when it begins, ended once. One without an end was killed with its server.

    `query` are the options as asked for; `sha256` is of the lines, without the trailer and before any compression.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="export_records")
    kind = models.CharField(max_length=8, choices=ExportKind)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="records", null=True, blank=True
    )
    file_name = models.CharField(max_length=200, blank=True)
    # The prefix of a token, or a person; neither for a command.
    asked_with = models.CharField(max_length=12, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    query = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=ExportOutcome, blank=True)
    row_count = models.PositiveBigIntegerField(null=True, blank=True)
    byte_count = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_export_has_an_outcome_exactly_when_ended",
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="a_complete_export_has_a_hash", condition=~Q(outcome="complete") | ~Q(sha256="")
            ),
            models.CheckConstraint(
                name="only_a_snapshot_has_files",
                condition=Q(kind="live", snapshot__isnull=True, file_name="")
                | Q(kind="snapshot", snapshot__isnull=False, file_name="")
                | Q(kind="file", snapshot__isnull=False) & ~Q(file_name=""),
            ),
        ]
        indexes = [models.Index(fields=["campaign", "-begun_at"], name="exports_of_a_campaign_by_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.begun_at:%Y-%m-%d %H:%M}"
