"""Decisions of reviewers on contested steps, and the history of each."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotator.assignments.models import Campaign
from annotator.chains.models import Step
from taxonomies.models import Criterion, Label, TaxonomyVersion


class Adjudication(models.Model):
    """A reviewer's decision on a contested step, with its reason. It overrides what the votes say.

    Without a verdict it was taken back, and is kept so that a revision is never used twice.
    """

    # Foreign keys without a constraint of their own are part of a composite one (migration 0005).
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="adjudications", db_index=False
    )
    taxonomy_version = models.ForeignKey(
        TaxonomyVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="adjudications")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="adjudications"
    )
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
    reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField()
    operation_id = models.UUIDField()
    operation_digest = models.BinaryField(max_length=32)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_step_is_adjudicated_once", fields=["campaign", "taxonomy_version", "step"]
            ),
            models.CheckConstraint(
                name="a_decision_gives_its_reason",
                condition=Q(verdict__isnull=True, reason="") | Q(verdict__isnull=False) & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.verdict_id or 'taken back'}"


class AdjudicationRevision(models.Model):
    """One state a decision has had, written by the database itself; the operation id makes a retry harmless."""

    adjudication = models.ForeignKey(
        Adjudication, on_delete=models.PROTECT, related_name="revisions", db_index=False
    )
    revision = models.PositiveIntegerField()
    operation_id = models.UUIDField()
    operation_digest = models.BinaryField(max_length=32)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_revision_of_a_decision_is_kept_once", fields=["adjudication", "revision"]
            ),
            models.UniqueConstraint(name="a_decision_is_made_once", fields=["operation_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.adjudication_id} r{self.revision}"
