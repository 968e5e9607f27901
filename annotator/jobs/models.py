from django.conf import settings
from django.db import models
from django.db.models import F, Q


class JobState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(models.Model):
    """Work that takes longer than a page: what was asked, by whom, how far it is, and how it ended.

    The row is the truth and the queue only wakes a worker: a flushed Redis loses nothing.
    """

    state = models.CharField(max_length=16, choices=JobState, default=JobState.QUEUED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempt_count = models.PositiveIntegerField(default=0)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_is_finished_exactly_when_it_says_when",
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="%(class)s_progress_stays_within_its_total",
                condition=Q(progress_total__isnull=True) | Q(progress_done__lte=F("progress_total")),
            ),
        ]

    @property
    def ended(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED)
