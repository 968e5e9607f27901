"""One chain given to one annotator, and the seats that make the overlap exact."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from annotator.assignments.models.campaigns import Campaign
from annotator.chains.models import Chain
from taxonomies.models import TaxonomyVersion


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
    """As what a step was seen. A whole assignment is styled or plain; a grade can also be of a step's twin."""

    STYLED = "styled"
    PLAIN = "plain"
    TWIN = "twin"


# An assignment in one of these states occupies its seat.
SEATED = [AssignmentStatus.OPEN, AssignmentStatus.SUBMITTED, AssignmentStatus.RETURNED]


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
            models.CheckConstraint(
                name="an_assignment_is_styled_or_plain", condition=Q(rendering__in=["styled", "plain"])
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
