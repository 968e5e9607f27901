"""A campaign that goes on to a later version of its taxonomy, and what it asks again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from annotator.assignments.models import Assignment, Campaign
from annotator.chains.models import Step
from annotator.grading.models.grades import Grade
from annotator.jobs.models import Job
from taxonomies.models import TaxonomyVersion


class Move(Job):
    """A campaign on its way to a newer version of its taxonomy, with the mapping it was moved by.

    `mapping` holds, for each `criterion.label` of the former version, the `criterion.label` keys it became.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="moves")
    from_version = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="+")
    to_version = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="+")
    mapping = models.JSONField()
    counts = models.JSONField(default=dict, blank=True)

    class Meta(Job.Meta):
        constraints = [
            *Job.Meta.constraints,
            models.UniqueConstraint(
                name="a_campaign_makes_one_move_at_a_time",
                fields=["campaign"],
                condition=Q(state__in=["queued", "running"]),
            ),
            models.UniqueConstraint(
                name="a_campaign_moves_to_a_version_once",
                fields=["campaign", "to_version"],
                condition=Q(state="done"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.from_version} → {self.to_version}"


class AskedAgain(models.TextChoices):
    """Why a move asks an annotator again."""

    SPLIT = "split", gettext_lazy("the label was split")
    DROPPED = "dropped", gettext_lazy("the verdict was dropped")
    NO_PLACE = "no_place", gettext_lazy("the new label is not asked for here")
    QUESTION = "question", gettext_lazy("a required question is new")


class Regrade(models.Model):
    """A step (or, without one, a whole chain) that its annotator is asked about again after a move.

    It is done once they have saved the step under the new version: `regrading` says which are.
    """

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="regrades")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="regrades")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    former = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reason = models.CharField(max_length=8, choices=AskedAgain)
    keys = ArrayField(
        models.CharField(max_length=161),
        help_text="The labels of the former version that could not be translated, or the new question, as keys.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_step_is_asked_again_once_in_an_assignment",
                fields=["assignment", "step"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.reason}"
