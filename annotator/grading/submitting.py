"""Handing in a chain."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from annotator.accounts.models import User
from annotator.assignments.models import Assignment, AssignmentStatus, FinishReason
from annotator.grading.checking import Refused, storable
from annotator.grading.models import Grade
from annotator.grading.reading import Missing, read_sheet
from annotator.grading.saving import AssignmentNotOpen

NOTE_LENGTH = 10_000
# With these reasons a chain may be handed in half graded; they ask for a note instead.
UNFINISHED = [FinishReason.BAD_PROBLEM, FinishReason.GIVE_UP]


class NotComplete(Exception):
    """Steps that still need something before the chain can be submitted."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(missing[0].words)
        self.missing = missing


@transaction.atomic
def submit(
    *, public_id: uuid.UUID, annotator: User, now: datetime, unfinished: str = "", note: str = ""
) -> Assignment:
    """Submit the chain; submitting it again changes nothing and returns it.

    `unfinished` is empty, or the reason for handing it in as it is: bad_problem or give_up, with a note.
    Raises Assignment.DoesNotExist, NotComplete, Refused or AssignmentNotOpen.
    """
    assignment = (
        Assignment.objects.select_related("campaign", "chain__problem")
        .select_for_update(of=("self",), no_key=True)
        .get(public_id=public_id, annotator=annotator)
    )
    if assignment.status == AssignmentStatus.SUBMITTED:
        return assignment
    if assignment.status != AssignmentStatus.OPEN:
        raise AssignmentNotOpen(
            _(
                "The campaign went on to a newer version of its taxonomy, and this chain with it: submit it there."
            )
            if assignment.status == AssignmentStatus.MOVED
            else _("This chain is {status}: its grades are kept, but it was not submitted.").format(
                status=AssignmentStatus(assignment.status).label.lower()
            )
        )
    assignment.finish_reason = finish_reason(assignment=assignment, unfinished=unfinished, note=note)
    assignment.finish_note = note
    assignment.status = AssignmentStatus.SUBMITTED
    assignment.submitted_at = now
    spent = Grade.objects.filter(assignment=assignment).aggregate(seconds=Sum("seconds"))["seconds"]
    assignment.active_seconds = round(spent or 0)
    assignment.save(
        update_fields=["status", "submitted_at", "finish_reason", "finish_note", "active_seconds"]
    )
    return assignment


def finish_reason(*, assignment: Assignment, unfinished: str, note: str) -> FinishReason:
    if len(note) > NOTE_LENGTH or not storable(note):
        words = _("A note has at most {most} characters, without NUL or half a character.")
        raise Refused(words.format(most=NOTE_LENGTH))
    if unfinished:
        if unfinished not in UNFINISHED:
            raise Refused(_("Unknown reason {reason}.").format(reason=repr(unfinished)))
        if not note.strip():
            raise Refused(_("Say why, in a note."))
        return FinishReason(unfinished)
    sheet = read_sheet(assignment=assignment)
    if sheet.missing:
        raise NotComplete(sheet.missing)
    return FinishReason.SOLUTION if sheet.first_error_index is None else FinishReason.FOUND_ERROR
