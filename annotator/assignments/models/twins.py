"""Twins: the same step in another surface style, shown in its place to some of its annotators, to measure what that does.

No page of an annotator names any of this. Whoever was drawn the twin reads it wherever the step stands.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotator.assignments.models.assignments import Assignment
from annotator.assignments.models.campaigns import Campaign
from annotator.chains.models import Step
from taxonomies.models import StyleFeature


class StudyState(models.TextChoices):
    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


class Origin(models.TextChoices):
    MECHANICAL = "mechanical"
    WRITTEN = "written"


class PairState(models.TextChoices):
    """Whether a second person has said that both arms have the same content."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class TwinStudy(models.Model):
    """Pairs of arms that differ in one style feature. While it runs, claims draw arms."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="twin_studies")
    feature = models.CharField(max_length=32, choices=StyleFeature)
    state = models.CharField(max_length=8, choices=StudyState, default=StudyState.DRAFT)
    seed = models.BigIntegerField(help_text="With which its steps were picked.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_feature_has_one_study_at_a_time",
                fields=["campaign", "feature"],
                condition=Q(state__in=["draft", "running"]),
            ),
            models.CheckConstraint(
                name="a_study_says_when_it_ran",
                condition=Q(state="draft", started_at__isnull=True, stopped_at__isnull=True)
                | Q(state="running", started_at__isnull=False, stopped_at__isnull=True)
                | Q(state="stopped", stopped_at__isnull=False),
            ),
            # Target of a pair's composite foreign key.
            models.UniqueConstraint(name="study_with_its_campaign", fields=["id", "campaign"]),
        ]

    def __str__(self) -> str:
        return f"{self.feature} ({self.state})"


class TwinPair(models.Model):
    """A step and its twin: the arms are the stored text and this one. In exactly one of them the feature is there, or higher."""

    study = models.ForeignKey(TwinStudy, on_delete=models.PROTECT, related_name="pairs")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="twin_pairs")
    text = models.TextField()
    stored_has_feature = models.BooleanField(
        help_text="Whether the feature is in the stored text, or the higher of the two is there."
    )
    origin = models.CharField(max_length=16, choices=Origin)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=PairState, default=PairState.WAITING)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_step_has_one_twin_in_a_campaign",
                fields=["campaign", "step"],
                condition=~Q(state="rejected"),
            ),
            models.CheckConstraint(name="a_twin_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="a_pair_is_reviewed_exactly_when_it_says_by_whom",
                condition=Q(state="waiting", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | ~Q(state="waiting") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_pair_is_confirmed_by_another_than_its_maker",
                condition=~Q(state="confirmed") | ~Q(reviewed_by=F("made_by")),
            ),
            # Target of a draw's composite foreign key.
            models.UniqueConstraint(name="pair_with_its_step", fields=["id", "step"]),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} ({self.state})"


class TwinDraw(models.Model):
    """Which arm of a pair one annotator sees, for good and in whatever campaign the step comes to them again."""

    pair = models.ForeignKey(TwinPair, on_delete=models.PROTECT, related_name="draws")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+", db_index=False)
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="+", help_text="With which it was drawn."
    )
    is_twin = models.BooleanField(help_text="Whether they see the twin rather than the stored text.")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_annotator_sees_one_arm_of_a_step", fields=["annotator", "step"]),
        ]

    def __str__(self) -> str:
        return f"{self.pair_id}: {'twin' if self.is_twin else 'stored'}"
