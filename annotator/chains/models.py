"""Imported problems and the trees of steps that model-written chains walk through. All of it is frozen text."""

from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import LessThanOrEqual

from annotator.jobs.models import Job

# PostgreSQL refuses an index key past 2,704 bytes with an OperationalError; our own limit answers in words.
EXTERNAL_ID_BYTES = 500


class OctetLength(Func):
    function = "octet_length"
    output_field = IntegerField()


def short_id(*, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=~Q(external_id="") & Q(LessThanOrEqual(OctetLength(F("external_id")), EXTERNAL_ID_BYTES)),
    )


class Dataset(models.Model):
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    domain = models.CharField(max_length=80, blank=True, help_text="For example: algebra, law, code.")
    description = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title


class ImportRun(Job):
    """One import: who brought which file, what became of it, and every bad line."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="import_runs")
    format = models.CharField(max_length=32)
    file_name = models.CharField(max_length=255)
    file_path = models.TextField(blank=True, help_text="Where the upload waits; empty once it has been read.")
    file_sha256 = models.CharField(max_length=64, blank=True)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 (null: unique unless given)
    line_count = models.PositiveBigIntegerField(default=0)
    problems_added = models.PositiveBigIntegerField(default=0)
    steps_added = models.PositiveBigIntegerField(default=0)
    chains_added = models.PositiveBigIntegerField(default=0)
    chains_unchanged = models.PositiveBigIntegerField(default=0)
    lines_skipped = models.PositiveBigIntegerField(
        default=0, help_text="Sound lines without a chain in them."
    )
    error_count = models.PositiveBigIntegerField(default=0)
    line_errors = models.JSONField(default=list, blank=True, help_text="The first hundred: line and reason.")

    class Meta(Job.Meta):
        constraints = [
            *Job.Meta.constraints,
            models.UniqueConstraint(
                name="an_idempotency_key_is_used_once_in_a_dataset", fields=["dataset", "idempotency_key"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} into {self.dataset.key}"


class Problem(models.Model):
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="problems")
    external_id = models.TextField()
    text = models.TextField()
    reference_answer = models.TextField(null=True, blank=True)  # noqa: DJ001 (null: none was given)
    reference_solution = models.TextField(null=True, blank=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_problem_id_is_used_once_in_a_dataset", fields=["dataset", "external_id"]
            ),
            short_id(name="a_problem_id_has_1_to_500_bytes"),
            # Target of a composite foreign key.
            models.UniqueConstraint(name="problem_with_its_dataset", fields=["id", "dataset"]),
        ]

    def __str__(self) -> str:
        return self.external_id


class Step(models.Model):
    """A text after a given prefix of steps: chains that share a prefix share the steps, alternatives are siblings."""

    # Steps, chains and where they walk are never changed or deleted, so one check per inserted statement does what
    # foreign keys do row by row, at a tenth of their cost (migration 0002, docs/decisions/0003).
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, related_name="steps", db_index=False, db_constraint=False
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    index = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_step_stands_once_after_its_prefix",
                fields=["problem", "parent", "digest"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="a_step_has_a_parent_unless_it_is_the_first",
                condition=Q(index=0, parent__isnull=True) | Q(index__gt=0, parent__isnull=False),
            ),
            models.CheckConstraint(name="a_step_has_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"step {self.index}"


class Chain(models.Model):
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="chains", db_index=False)
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="chains", db_constraint=False)
    import_run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, related_name="chains", null=True, blank=True
    )
    external_id = models.TextField()
    generator = models.TextField(blank=True)
    step_count = models.PositiveIntegerField()
    final_answer = models.TextField(null=True, blank=True)  # noqa: DJ001 (null: none was given)
    final_answer_correct = models.BooleanField(null=True, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_chain_id_is_used_once_in_a_dataset", fields=["dataset", "external_id"]
            ),
            short_id(name="a_chain_id_has_1_to_500_bytes"),
            models.CheckConstraint(name="a_chain_has_at_least_one_step", condition=Q(step_count__gt=0)),
            # Target of a composite foreign key.
            models.UniqueConstraint(name="chain_with_its_dataset", fields=["id", "dataset"]),
        ]

    def __str__(self) -> str:
        return self.external_id


class ChainStep(models.Model):
    """Where a chain walks: its step at an index, and the score a model gave that step, if any."""

    pk = models.CompositePrimaryKey("chain_id", "index")
    chain = models.ForeignKey(
        Chain, on_delete=models.PROTECT, related_name="chain_steps", db_index=False, db_constraint=False
    )
    index = models.PositiveIntegerField()
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, related_name="chain_steps", db_index=False, db_constraint=False
    )
    score = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["chain", "index"]
        constraints = [
            # Also the way from a step to its chains, and the target of a grade's composite foreign key.
            models.UniqueConstraint(name="a_chain_visits_a_step_once", fields=["step", "chain"]),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}[{self.index}]"
