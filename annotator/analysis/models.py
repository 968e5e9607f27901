"""Reports on a campaign, each with what it was computed from; figures that cannot be known are null with a reason."""

from django.db import models
from django.db.models import Q

from annotator.assignments.models import Campaign
from annotator.chains.models import Step
from annotator.jobs.models import Job
from taxonomies.models import Label, TaxonomyVersion


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


class StepConsensus(models.Model):
    """The one verdict derived from all grades of a step, with the counts it came from."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="consensus", db_index=False)
    taxonomy_version = models.ForeignKey(
        TaxonomyVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    report = models.ForeignKey(AgreementReport, on_delete=models.CASCADE, related_name="consensus")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="consensus")
    counts = models.JSONField(help_text="Votes per verdict label, in the order of the taxonomy.")
    verdict = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    tie = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_step_has_one_consensus", fields=["campaign", "taxonomy_version", "step"]
            ),
            models.CheckConstraint(
                name="a_tie_has_no_verdict", condition=Q(tie=False) | Q(verdict__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.verdict or 'tie'}"


class StyleReport(Report):
    pass


class FlagState(models.TextChoices):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class StyleFlag(models.Model):
    """Evidence that grades follow a surface property. Only an experiment may be called bias."""

    report = models.ForeignKey(StyleReport, on_delete=models.PROTECT, related_name="flags")
    feature = models.CharField(max_length=80)
    scope = models.CharField(max_length=16, choices=[(s, s) for s in ("pool", "annotator", "label")])
    subject = models.CharField(
        max_length=80, blank=True, help_text="The pseudonym or label the flag is about."
    )
    status = models.CharField(max_length=16, choices=[(s, s) for s in ("bias", "deviation", "association")])
    effect = models.FloatField(help_text="Percentage points of P(sound).")
    low = models.FloatField()
    high = models.FloatField()
    evidence = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=FlagState, default=FlagState.OPEN)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_report_flags_a_feature_once_per_subject",
                fields=["report", "feature", "scope", "subject"],
            ),
            models.CheckConstraint(
                name="a_flags_interval_holds_its_effect",
                condition=Q(low__lte=models.F("effect"), high__gte=models.F("effect")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status}: {self.feature}"
