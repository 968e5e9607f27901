"""What a grade may say. A published version and everything below it is frozen by the database."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
# In Python a final $ would let a line break pass.
valid_key = RegexValidator(
    KEY_PATTERN.replace("$", r"\Z"), "Use small letters, digits and underscores; start with a letter."
)
HOTKEY_PATTERN = r"^[a-z0-9]$"
valid_hotkey = RegexValidator(HOTKEY_PATTERN.replace("$", r"\Z"), "One small letter or digit.")


class VersionStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class CriterionKind(models.TextChoices):
    ONE = "one", gettext_lazy("one label")
    MANY = "many", gettext_lazy("any number of labels")
    TEXT = "text", gettext_lazy("text")


class Scope(models.TextChoices):
    STEP = "step", gettext_lazy("every step")
    CHAIN = "chain", gettext_lazy("the whole chain, once")


class StyleFeature(models.TextChoices):
    """Surface properties of a step's text that may sway its graders; `analysis` says how each is measured."""

    BULLETS = "bullets", gettext_lazy("bullets or a numbered list")
    FIRST_PERSON = "first_person", gettext_lazy("first person")
    HEDGE = "hedge", gettext_lazy("hedging")
    BOOSTER = "booster", gettext_lazy("boosters such as clearly")
    LATEX = "latex", gettext_lazy("LaTeX")
    EMPHASIS = "emphasis", gettext_lazy("bold or italics")
    HEADING = "heading", gettext_lazy("headings")
    CODE = "code", gettext_lazy("code")
    TABLE = "table", gettext_lazy("tables")
    EMOJI = "emoji", gettext_lazy("emoji")
    POLITENESS = "politeness", gettext_lazy("politeness")
    QUESTION = "question", gettext_lazy("questions")
    EXCLAMATION = "exclamation", gettext_lazy("exclamation marks")
    WORDS = "words", gettext_lazy("number of words")
    SENTENCES = "sentences", gettext_lazy("number of sentences")
    WORDS_PER_SENTENCE = "words_per_sentence", gettext_lazy("words per sentence")
    LATEX_SHARE = "latex_share", gettext_lazy("share of LaTeX")
    DIGIT_SHARE = "digit_share", gettext_lazy("share of digits")
    TYPE_TOKEN_RATIO = "type_token_ratio", gettext_lazy("variety of words")


class Tone(models.TextChoices):
    """How a label looks; what it is worth is its value."""

    GOOD = "good"
    NEUTRAL = "neutral"
    BAD = "bad"


def keeps_history(model: type[models.Model]) -> type[models.Model]:
    """Triggers write who changed what, append-only: see taxonomies/history.py and docs/decisions/0008-history.md."""
    tracked: type[models.Model] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        append_only=True,
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]  # documented, not in the hints
    )(model)
    return tracked


@keeps_history
class Taxonomy(models.Model):
    key = models.CharField(max_length=80, unique=True, validators=[valid_key])
    title = models.CharField(max_length=200)
    domain = models.CharField(max_length=80, blank=True, help_text="For example: algebra, law, code.")
    description = models.TextField(blank=True)
    owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="taxonomies",
        help_text="The researchers who see and change it. Without owners it belongs to all researchers.",
    )

    class Meta:
        verbose_name_plural = "taxonomies"
        constraints = [
            models.CheckConstraint(name="a_taxonomy_key_is_a_plain_word", condition=Q(key__regex=KEY_PATTERN))
        ]

    def __str__(self) -> str:
        return self.title


@keeps_history
class TaxonomyVersion(models.Model):
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=16, choices=VersionStatus, default=VersionStatus.DRAFT)
    guidelines = models.TextField(blank=True, help_text="Markdown. Annotators read it beside the steps.")
    content_features = ArrayField(
        models.CharField(max_length=32, choices=StyleFeature),
        default=list,
        blank=True,
        help_text="What is content here, not surface style: a code block in code review. Style reports leave it out.",
    )
    published_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "version"
        constraints = [
            models.UniqueConstraint(name="a_version_number_is_used_once", fields=["taxonomy", "number"]),
            models.UniqueConstraint(
                name="a_taxonomy_has_one_draft", fields=["taxonomy"], condition=Q(status="draft")
            ),
            models.CheckConstraint(
                name="a_version_has_digest_and_date_unless_draft",
                condition=Q(status="draft", published_at__isnull=True, digest="")
                | (~Q(status="draft") & Q(published_at__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.taxonomy.key} v{self.number}"

    @property
    def content_feature_titles(self) -> list[str]:
        return [str(StyleFeature(feature).label) for feature in self.content_features]


@keeps_history
class Criterion(models.Model):
    version = models.ForeignKey(TaxonomyVersion, on_delete=models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=80, validators=[valid_key])
    question = models.CharField(max_length=500)
    kind = models.CharField(max_length=8, choices=CriterionKind, default=CriterionKind.ONE)
    scope = models.CharField(
        max_length=8, choices=Scope, default=Scope.STEP, help_text="What is asked about."
    )
    required = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    is_verdict = models.BooleanField(
        "verdict", default=False, help_text="The one criterion whose labels carry the training value."
    )
    shown_for = ArrayField(
        models.CharField(max_length=161),
        default=list,
        blank=True,
        help_text="Ask only after one of these labels of an earlier criterion, such as verdict.bad; empty: always.",
    )

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_criterion_key_is_used_once_in_a_version", fields=["version", "key"]
            ),
            models.UniqueConstraint(
                name="a_version_has_at_most_one_verdict", fields=["version"], condition=Q(is_verdict=True)
            ),
            models.CheckConstraint(
                name="a_criterion_key_is_a_plain_word", condition=Q(key__regex=KEY_PATTERN)
            ),
            models.CheckConstraint(
                name="a_verdict_asks_for_one_required_label_of_every_step",
                condition=Q(is_verdict=False) | Q(kind="one", required=True, shown_for=[], scope="step"),
            ),
            # Targets of composite foreign keys.
            models.UniqueConstraint(name="criterion_with_its_version", fields=["id", "version"]),
            models.UniqueConstraint(
                name="criterion_with_its_version_and_kind", fields=["id", "version", "kind"]
            ),
            models.UniqueConstraint(
                name="criterion_with_its_version_and_scope", fields=["id", "version", "scope"]
            ),
            models.UniqueConstraint(
                name="criterion_with_whether_it_is_the_verdict", fields=["id", "version", "is_verdict"]
            ),
        ]

    def __str__(self) -> str:
        return self.key


@keeps_history
class Label(models.Model):
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="labels")
    # The criterion's version again: a grade reaches its label through (version, criterion, label).
    version = models.ForeignKey(TaxonomyVersion, on_delete=models.CASCADE, related_name="+", editable=False)
    key = models.CharField(max_length=80, validators=[valid_key])
    title = models.CharField(max_length=120)
    definition = models.TextField(blank=True)
    value = models.SmallIntegerField(
        null=True, blank=True, help_text="Verdict labels only: -1 flawed, 0 neutral, 1 sound."
    )
    hotkey = models.CharField(max_length=1, blank=True, validators=[valid_hotkey])
    tone = models.CharField(max_length=8, choices=Tone, default=Tone.NEUTRAL)
    position = models.PositiveIntegerField(default=0)
    good_example = models.TextField(blank=True)
    bad_example = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_label_key_is_used_once_in_a_criterion", fields=["criterion", "key"]
            ),
            models.CheckConstraint(name="a_label_key_is_a_plain_word", condition=Q(key__regex=KEY_PATTERN)),
            models.CheckConstraint(
                name="a_label_value_is_minus_one_zero_or_one",
                condition=Q(value__isnull=True) | Q(value__in=[-1, 0, 1]),
            ),
            models.CheckConstraint(
                name="a_hotkey_is_one_letter_or_digit",
                condition=Q(hotkey="") | Q(hotkey__regex=HOTKEY_PATTERN),
            ),
            models.UniqueConstraint(
                name="label_with_its_criterion_and_version", fields=["version", "criterion", "id"]
            ),
        ]

    def __str__(self) -> str:
        return self.title


@keeps_history
class LabelMapping(models.Model):
    """What a label of one version becomes in a later one: kept, renamed, merged, split, or dropped (no target).

    Two rows for one source split it, two sources of one target are merged. A version is mapped once every label of it
    has a row.
    """

    source = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="mappings_out")
    # A draft may go, and labels of it: what was mapped to them waits for another target.
    to_version = models.ForeignKey(TaxonomyVersion, on_delete=models.CASCADE, related_name="mappings_in")
    target = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_label_maps_to_a_target_once",
                fields=["source", "to_version", "target"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target or 'dropped'}"
