"""Surface features of steps, and the flags raised where grades follow them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from annotator.analysis.models.reports import StyleReport
from annotator.assignments.models import Campaign, Membership
from annotator.chains.models import Step
from taxonomies.models import Label, StyleFeature, TaxonomyVersion


class StepStyle(models.Model):
    """The features of a step's stored text as one version of `analysis.style` measures them, in that module's order."""

    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, related_name="styles", db_index=False, db_constraint=False
    )
    extractor_version = models.PositiveSmallIntegerField()
    values = ArrayField(models.FloatField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_step_is_measured_once_by_a_version", fields=["step", "extractor_version"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} by version {self.extractor_version}"


class Estimator(models.TextChoices):
    """What a figure on style comes from. Only the first two are experiments."""

    TWINS = "twins"
    PLAIN = "plain"
    PEERS = "peers"
    ASSOCIATION = "association"


class Identification(models.TextChoices):
    """What a figure on style may be called."""

    BIAS = "bias"
    DEVIATION = "deviation"
    ASSOCIATION = "association"


class FlagScope(models.TextChoices):
    POOL = "pool"
    ANNOTATOR = "annotator"
    LABEL = "label"


class FlagState(models.TextChoices):
    """Resolved is what a person says of it; closed is what the grades say."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Severity(models.TextChoices):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class StyleFlag(models.Model):
    """Evidence that grades follow a surface property, over all the reports that found it. Only an experiment shows bias."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="style_flags")
    taxonomy_version = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="+")
    estimator = models.CharField(max_length=16, choices=Estimator)
    status = models.CharField(max_length=16, choices=Identification)
    feature = models.CharField(max_length=32, choices=StyleFeature)
    scope = models.CharField(max_length=16, choices=FlagScope)
    member = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="style_flags",
        null=True,
        blank=True,
        help_text="Whom it is about.",
    )
    label = models.ForeignKey(
        Label,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="The error type that follows the feature.",
    )
    report = models.ForeignKey(
        StyleReport, on_delete=models.PROTECT, related_name="flags", help_text="The last one to look at it."
    )
    effect = models.FloatField(help_text="Percentage points of P(sound), or of the label it is about.")
    low = models.FloatField()
    high = models.FloatField()
    severity = models.CharField(max_length=8, choices=Severity)
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=FlagState, default=FlagState.OPEN)
    note = models.TextField(blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_feature_is_flagged_once_per_subject",
                fields=["campaign", "taxonomy_version", "estimator", "feature", "scope", "member", "label"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="only_an_experiment_shows_bias",
                condition=Q(status="bias", estimator__in=["twins", "plain"], scope__in=["pool", "label"])
                | Q(status="deviation", estimator="peers", scope="annotator"),
            ),
            models.CheckConstraint(
                name="a_flag_names_its_subject",
                condition=Q(scope="pool", member__isnull=True, label__isnull=True)
                | Q(scope="annotator", member__isnull=False, label__isnull=True)
                | Q(scope="label", member__isnull=True, label__isnull=False),
            ),
            models.CheckConstraint(
                name="a_flags_interval_holds_its_effect",
                condition=Q(low__lte=F("effect"), high__gte=F("effect")),
            ),
            models.CheckConstraint(
                name="a_flag_is_closed_exactly_when_it_says_when",
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_flag_is_resolved_with_a_note", condition=~Q(state="resolved") | ~Q(note="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status}: {self.feature}"


class FlagEventKind(models.TextChoices):
    OPENED = "opened"
    REOPENED = "reopened"
    CHANGED = "changed"
    CLOSED = "closed"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class StyleFlagEvent(models.Model):
    """What became of a flag: by a report, or by a person."""

    flag = models.ForeignKey(StyleFlag, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=FlagEventKind)
    happened_at = models.DateTimeField()
    report = models.ForeignKey(
        StyleReport, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.TextField(blank=True)
    effect = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    severity = models.CharField(max_length=8, choices=Severity)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_event_of_a_flag_has_one_author",
                condition=Q(kind__in=["acknowledged", "resolved"], person__isnull=False, report__isnull=True)
                | Q(
                    kind__in=["opened", "reopened", "changed", "closed"],
                    person__isnull=True,
                    report__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flag_id} {self.kind}"
