"""Who grades which chain: campaigns, their people, and the seats that make the overlap exact."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from annotator.chains.models import Chain, Dataset, Step
from taxonomies.models import Label, TaxonomyVersion


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


class Purpose(models.TextChoices):
    WORK = "work"
    GOLD = "gold"
    SCREENING = "screening"


class AssignmentStatus(models.TextChoices):
    OPEN = "open", gettext_lazy("Open")
    SUBMITTED = "submitted", gettext_lazy("Submitted")
    SKIPPED = "skipped", gettext_lazy("Skipped")
    EXPIRED = "expired", gettext_lazy("Expired")
    # Its annotator's still, though not open: a move to a newer taxonomy version asks again about some steps, or they
    # set it aside to take up another one again. The next claim gives it back.
    RETURNED = "returned", gettext_lazy("Returned")
    # Was open when its campaign moved, and goes on under the newer version.
    MOVED = "moved", gettext_lazy("Moved")


class FinishReason(models.TextChoices):
    """PRM800K's words for how a labelling session ended."""

    SOLUTION = "solution"
    FOUND_ERROR = "found_error"
    BAD_PROBLEM = "bad_problem"
    GIVE_UP = "give_up"


class Rendering(models.TextChoices):
    STYLED = "styled"
    PLAIN = "plain"


# An assignment in one of these states occupies its seat.
SEATED = [AssignmentStatus.OPEN, AssignmentStatus.SUBMITTED, AssignmentStatus.RETURNED]


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


class Assignment(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    taxonomy_version = models.ForeignKey(
        TaxonomyVersion, on_delete=models.PROTECT, related_name="assignments"
    )
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="assignments")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    seat = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=16, choices=Purpose, default=Purpose.WORK)
    status = models.CharField(max_length=16, choices=AssignmentStatus, default=AssignmentStatus.OPEN)
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    finish_reason = models.CharField(max_length=16, choices=FinishReason, blank=True)
    finish_note = models.TextField(blank=True)
    active_seconds = models.PositiveIntegerField(default=0)
    rendering = models.CharField(max_length=8, choices=Rendering, default=Rendering.STYLED)
    rendering_seed = models.BigIntegerField(default=0)
    moved_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="moved_to", null=True, blank=True, editable=False
    )
    exposure = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_seat_of_a_chain_is_taken_once",
                fields=["campaign", "taxonomy_version", "chain", "seat"],
                condition=Q(status__in=["open", "submitted", "returned"], purpose="work"),
            ),
            models.UniqueConstraint(
                name="an_annotator_gets_a_chain_once",
                fields=["campaign", "taxonomy_version", "annotator", "chain"],
                condition=Q(status__in=["open", "submitted", "returned"]),
            ),
            models.UniqueConstraint(
                name="an_annotator_has_one_open_assignment",
                fields=["campaign", "annotator"],
                condition=Q(status="open"),
            ),
            models.CheckConstraint(
                name="an_assignment_is_submitted_exactly_when_it_says_when",
                condition=Q(status="submitted", submitted_at__isnull=False) & ~Q(finish_reason="")
                | ~Q(status="submitted") & Q(submitted_at__isnull=True, finish_reason=""),
            ),
            # Target of a grade's composite foreign key.
            models.UniqueConstraint(
                name="assignment_with_what_it_is_about",
                fields=["id", "campaign", "taxonomy_version", "annotator", "chain"],
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="open_assignments_by_expiry", condition=Q(status="open")
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class GoldChain(models.Model):
    """A chain whose right grades are known, mixed in or given first. A table of its own: no page of an annotator reads it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="gold_chains")
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(
        max_length=16,
        choices=[(p.value, p.label) for p in (Purpose.GOLD, Purpose.SCREENING)],
        default=Purpose.GOLD,
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="a_chain_is_gold_once", fields=["campaign", "chain"])]

    def __str__(self) -> str:
        return f"{self.chain} ({self.purpose})"


class GoldGrade(models.Model):
    gold_chain = models.ForeignKey(GoldChain, on_delete=models.CASCADE, related_name="grades")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_gold_step_has_one_verdict", fields=["gold_chain", "step"])
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.label}"
