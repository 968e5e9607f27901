"""What annotators say of steps: the current grade, its answers, and every former state of both."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.assignments.models import Assignment, Campaign, Rendering
from annotator.chains.models import Chain, Step
from taxonomies.models import Criterion, Label, Scope, TaxonomyVersion


class GradeState(models.TextChoices):
    GRADED = "graded"
    UNSURE = "unsure"
    # Taken back by undo: as good as not graded, kept so that a revision is never used twice.
    CLEARED = "cleared"
    # Of the whole chain, which has no verdict.
    ANSWERED = "answered"


class Grade(models.Model):
    """The current grade of one step by one annotator. No row, or a cleared one, means not graded: never neutral.

    One without a step holds what they answered about the whole chain.
    """

    # Foreign keys without a constraint of their own are part of a composite one (migration 0002).
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="grades", db_index=False, db_constraint=False
    )
    taxonomy_version = models.ForeignKey(
        TaxonomyVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grades", db_constraint=False
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="grades", db_constraint=False
    )
    chain = models.ForeignKey(
        Chain, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, related_name="grades", null=True, blank=True, db_constraint=False
    )
    state = models.CharField(max_length=8, choices=GradeState)
    verdict = models.ForeignKey(
        Label,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    verdict_criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    comment = models.TextField(blank=True)
    repairs = models.ForeignKey(
        Step,
        on_delete=models.PROTECT,
        related_name="repaired_by",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    # Why its text was flagged for the researchers; empty when it was not.
    flag_reason = models.TextField(blank=True)
    # What the annotator wrote in its place, where the campaign lets them.
    human_step = models.TextField(blank=True)
    # The chain's own step to which this one is an alternative; null for the steps of the chain itself.
    beside = models.ForeignKey(
        Step,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    # Given to several steps with one key, without a look at each.
    in_bulk = models.BooleanField(default=False)
    # Of work: without the time in which nobody touched the page.
    seconds = models.FloatField(default=0.0)
    rendering = models.CharField(max_length=8, choices=Rendering)
    # The grade of the former version that a move made this one from.
    translated_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        db_index=False,
    )
    revision = models.PositiveIntegerField()
    operation_id = models.UUIDField()
    operation_digest = models.BinaryField(max_length=32)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_annotator_answers_about_a_chain_once",
                fields=["campaign", "taxonomy_version", "annotator", "chain"],
                condition=Q(step__isnull=True),
            ),
            models.CheckConstraint(
                name="a_grade_without_a_step_has_no_verdict",
                condition=Q(step__isnull=False) & ~Q(state="answered")
                | Q(step__isnull=True, state__in=["answered", "cleared"], repairs__isnull=True),
            ),
            models.UniqueConstraint(
                name="an_annotator_grades_a_step_once",
                fields=["campaign", "taxonomy_version", "annotator", "step"],
            ),
            models.CheckConstraint(
                name="a_grade_has_a_verdict_exactly_when_graded",
                condition=Q(state="graded", verdict__isnull=False)
                | Q(state__in=["unsure", "cleared", "answered"], verdict__isnull=True),
            ),
            models.CheckConstraint(
                name="only_a_verdict_is_given_in_bulk", condition=Q(in_bulk=False) | Q(state="graded")
            ),
            models.CheckConstraint(
                name="a_human_step_stands_beside_a_verdict", condition=Q(human_step="") | Q(state="graded")
            ),
            models.CheckConstraint(
                name="only_a_step_is_flagged", condition=Q(step__isnull=False) | Q(flag_reason="")
            ),
            models.CheckConstraint(
                # The upper bound also keeps NaN out, which PostgreSQL takes for the greatest number.
                name="a_step_takes_0_seconds_to_a_day",
                condition=Q(seconds__gte=0, seconds__lte=86_400),
            ),
            models.UniqueConstraint(
                name="a_grade_is_translated_once",
                fields=["translated_from", "taxonomy_version"],
                condition=Q(translated_from__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["campaign", "saved_at"], name="grades_of_a_campaign_by_age")]

    def __str__(self) -> str:
        return f"{self.state} r{self.revision}"


class GradeRevision(models.Model):
    """One state a grade has had, written by the database itself; the operation id makes a retry harmless."""

    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    revision = models.PositiveIntegerField()
    operation_id = models.UUIDField()
    operation_digest = models.BinaryField(max_length=32)
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    state = models.CharField(max_length=8, choices=GradeState)
    verdict = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    comment = models.TextField(blank=True)
    repairs = models.ForeignKey(
        Step, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    flag_reason = models.TextField(blank=True)
    human_step = models.TextField(blank=True)
    in_bulk = models.BooleanField(default=False)
    seconds = models.FloatField()
    rendering = models.CharField(max_length=8, choices=Rendering)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_revision_of_a_grade_is_kept_once", fields=["grade", "revision"]),
            models.UniqueConstraint(name="an_operation_is_done_once", fields=["operation_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.grade_id} r{self.revision}"


class Answer(models.Model):
    """An answer to a criterion other than the verdict: a label, or a text. It belongs to one revision of the grade.

    The answers that count are those of the grade's own revision; older ones are history.
    """

    grade = models.ForeignKey(
        Grade, on_delete=models.PROTECT, related_name="answers", db_constraint=False, db_index=False
    )
    revision = models.PositiveIntegerField()
    taxonomy_version = models.ForeignKey(
        TaxonomyVersion, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, related_name="answers", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=8)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.STEP)
    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="answers", null=True, blank=True, db_constraint=False
    )
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_label_is_given_once", fields=["grade", "revision", "criterion", "label"]
            ),
            models.UniqueConstraint(
                name="a_criterion_has_one_answer_unless_many",
                fields=["grade", "revision", "criterion"],
                condition=~Q(kind="many"),
            ),
            models.CheckConstraint(
                name="an_answer_is_a_label_or_a_text",
                condition=Q(kind="text", label__isnull=True) & ~Q(text="")
                | Q(kind__in=["one", "many"], label__isnull=False, text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.label_id or self.text}"
