"""Campaigns and their people."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from annotator.chains.models import Dataset
from taxonomies.models import TaxonomyVersion


class CampaignStatus(models.TextChoices):
    ACTIVE = "active", gettext_lazy("Active")
    PAUSED = "paused", gettext_lazy("Paused")
    CLOSED = "closed", gettext_lazy("Closed")


class AfterFirstError(models.TextChoices):
    STOP = "stop", "stop: later steps stay not graded"
    CONTINUE = "continue", "continue: every step is graded"
    REPAIR = "repair", "repair: also ask which step undoes it"


class Reveal(models.TextChoices):
    ALL = "all", "all steps at once"
    STEPWISE = "stepwise", "one step after the other"


class Reference(models.TextChoices):
    HIDDEN = "hidden"
    COLLAPSED = "collapsed"
    SHOWN = "shown"


class Alternatives(models.TextChoices):
    """Whether the steps beside a chain's own, at the same node, are part of the work."""

    NONE = "none", "none: only the chain's own steps"
    GRADED = "graded", "graded: other steps after the same prefix are graded beside them"
    WRITTEN = "written", "written: and a step may be written where none is sound"


class Role(models.TextChoices):
    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"
    RESEARCHER = "researcher"


class MembershipState(models.TextChoices):
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Campaign(models.Model):
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="campaigns")
    taxonomy_version = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="campaigns")
    overlap = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="How many annotators grade each chain. Agreement needs at least two.",
    )
    after_first_error = models.CharField(max_length=16, choices=AfterFirstError, default=AfterFirstError.STOP)
    reveal = models.CharField(max_length=16, choices=Reveal, default=Reveal.ALL)
    reference = models.CharField(max_length=16, choices=Reference, default=Reference.COLLAPSED)
    alternatives = models.CharField(max_length=16, choices=Alternatives, default=Alternatives.NONE)
    plain_share = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text="Share of the assignments shown without surface style, drawn at random. 0.2 to 0.33 shows style bias.",
    )
    lease_minutes = models.PositiveIntegerField(
        default=240,
        validators=[MinValueValidator(5)],
        help_text="An untouched open chain goes back after this time.",
    )
    contested_below = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text="A step goes to adjudication when it is tied, or when a smaller share of its votes than this are alike."
        " 0 means ties only, 1 every step on which anybody disagrees.",
    )
    dawid_skene = models.BooleanField(
        default=False,
        help_text="Also estimate each step's label by Dawid and Skene's model of how each annotator errs. More accurate"
        " than a majority, and too sure of itself where a step is ambiguous.",
    )
    status = models.CharField(max_length=16, choices=CampaignStatus, default=CampaignStatus.ACTIVE)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="campaigns")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_overlap_is_1_to_50", condition=Q(overlap__gte=1, overlap__lte=50)
            ),
            models.CheckConstraint(
                name="a_plain_share_is_a_share", condition=Q(plain_share__gte=0.0, plain_share__lte=1.0)
            ),
            models.CheckConstraint(
                name="a_lease_lasts_at_least_five_minutes", condition=Q(lease_minutes__gte=5)
            ),
            models.CheckConstraint(
                name="a_contested_share_is_a_share",
                condition=Q(contested_below__gte=0.0, contested_below__lte=1.0),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, default=Role.ANNOTATOR)
    pseudonym = models.CharField(
        max_length=40,
        blank=True,
        help_text="What reports and exports call this person; drawn when left empty.",
    )
    state = models.CharField(max_length=16, choices=MembershipState, default=MembershipState.ACTIVE)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_person_is_a_member_once", fields=["campaign", "user"]),
            models.UniqueConstraint(name="a_pseudonym_is_one_person", fields=["campaign", "pseudonym"]),
            models.CheckConstraint(name="a_member_has_a_pseudonym", condition=~Q(pseudonym="")),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"
