"""Reports on a campaign, each with what it was computed from; figures that cannot be known are null with a reason."""

from django.db import models
from django.db.models import Q

from annotator.assignments.models import Campaign
from annotator.jobs.models import Job
from taxonomies.models import TaxonomyVersion


class Report(Job):
    """What a report was computed from: newer grades make it stale, another code version too."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="%(class)ss")
    taxonomy_version = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="+")
    newest_grade_at = models.DateTimeField(null=True, blank=True)
    revision_count = models.PositiveBigIntegerField(
        default=0, help_text="Writes it has seen; more mean it is stale."
    )
    code_version = models.CharField(max_length=40, blank=True)
    figures = models.JSONField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            *Job.Meta.constraints,
            models.CheckConstraint(
                name="%(class)s_is_done_only_with_figures",
                condition=~Q(state="done") | Q(figures__isnull=False),
            ),
            models.UniqueConstraint(
                name="a_campaign_waits_for_one_%(class)s",
                fields=["campaign", "taxonomy_version"],
                condition=Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.requested_at:%Y-%m-%d %H:%M}"


class AgreementReport(Report):
    pass


class StyleReport(Report):
    pass
