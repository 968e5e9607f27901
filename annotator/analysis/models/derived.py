"""What is derived from the grades of a step, and of a chain, and written again with each report."""

from django.db import models
from django.db.models import Q

from annotator.analysis.models.reports import AgreementReport
from annotator.assignments.models import Campaign
from annotator.chains.models import Chain, Step
from taxonomies.models import Label, TaxonomyVersion


class Provenance(models.TextChoices):
    """Where the one verdict of a step comes from. A tie, and a step without votes, has none."""

    SINGLE = "single"
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    ADJUDICATED = "adjudicated"


class Finding(models.TextChoices):
    """What a chain's outcome and its steps say of each other."""

    # The final answer is correct, and a step is flawed.
    LUCKY = "lucky"
    # The final answer is wrong, but every step has a verdict and none is flawed: the labels are suspect, or the reference.
    SUSPECT = "suspect"


class Basis(models.TextChoices):
    """Who says that a step of a lucky chain is flawed, or that all of a suspect one are sound."""

    ADJUDICATED = "adjudicated"
    CONSENSUS = "consensus"
    ANNOTATOR = "annotator"


# What is derived is written again with each report, hundreds of thousands of rows at a time: a foreign key checked row
# by row would cost more than all the rest. The rows come from grades, whose own keys the database holds.
class StepConsensus(models.Model):
    """The one verdict derived from all grades of a step, or decided by a reviewer, with the counts it came from."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="consensus", db_index=False, db_constraint=False
    )
    taxonomy_version = models.ForeignKey(
        TaxonomyVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    report = models.ForeignKey(
        AgreementReport, on_delete=models.CASCADE, related_name="consensus", db_constraint=False
    )
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, related_name="consensus", db_index=False, db_constraint=False
    )
    counts = models.JSONField(help_text="Votes per verdict label, in the order of the taxonomy.")
    verdict = models.ForeignKey(
        Label,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    tie = models.BooleanField()
    entropy = models.FloatField(null=True, blank=True, help_text="Of the vote shares, in bits.")
    provenance = models.CharField(max_length=16, choices=Provenance, blank=True)
    is_contested = models.BooleanField(default=False)
    posterior = models.JSONField(
        null=True,
        blank=True,
        help_text="Dawid and Skene's probability of each verdict label, where it was estimated.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_step_has_one_consensus", fields=["campaign", "taxonomy_version", "step"]
            ),
            models.CheckConstraint(
                name="a_tie_has_no_verdict_unless_adjudicated",
                condition=Q(tie=False) | Q(verdict__isnull=True) | Q(provenance="adjudicated"),
            ),
            models.CheckConstraint(
                name="a_consensus_has_a_provenance_exactly_with_a_verdict",
                condition=Q(verdict__isnull=True, provenance="")
                | Q(verdict__isnull=False) & ~Q(provenance=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "taxonomy_version", "-entropy", "step"],
                name="contested_steps_by_entropy",
                condition=Q(is_contested=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.verdict_id or 'undecided'}"


class ChainConsensus(models.Model):
    """Where a graded chain first goes wrong by the consensus of its steps, and whether its outcome fits that."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    taxonomy_version = models.ForeignKey(
        TaxonomyVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    report = models.ForeignKey(
        AgreementReport, on_delete=models.CASCADE, related_name="chains", db_constraint=False
    )
    chain = models.ForeignKey(
        Chain, on_delete=models.PROTECT, related_name="consensus", db_index=False, db_constraint=False
    )
    first_error_index = models.PositiveIntegerField(null=True, blank=True)
    first_error_defined = models.BooleanField()
    finding = models.CharField(max_length=8, choices=Finding, blank=True)
    basis = models.CharField(max_length=16, choices=Basis, blank=True)
    flawed_index = models.PositiveIntegerField(
        null=True, blank=True, help_text="The first step that is flawed on the basis of a lucky chain."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_chain_has_one_consensus", fields=["campaign", "taxonomy_version", "chain"]
            ),
            models.CheckConstraint(
                name="a_first_error_is_defined",
                condition=Q(first_error_defined=True) | Q(first_error_index__isnull=True),
            ),
            models.CheckConstraint(
                name="a_finding_says_its_basis",
                condition=Q(finding="", basis="") | ~Q(finding="") & ~Q(basis=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "taxonomy_version", "finding", "basis"],
                name="lucky_and_suspect_chains",
                condition=~Q(finding=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}: {self.finding or 'as expected'}"
