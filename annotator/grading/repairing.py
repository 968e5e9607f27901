"""Links from a step to the earlier flawed one that it undoes."""

from django.utils.translation import gettext as _

from annotator.assignments.models import AfterFirstError
from annotator.grading.models import GradeRevision
from annotator.grading.reading import Sheet
from annotator.grading.statements import Held


def refusal_of(held: Held, *, repaired: int | None, flawed: list[int]) -> str | None:
    """Why a step cannot be said to undo the one at `repaired`; `flawed` are the labels that say so.

    One that was flawed once will do, since undo goes back one grade at a time: until its verdict follows, the link is a gap.
    """
    if repaired is None:
        return None
    was_flawed = GradeRevision.objects.filter(
        grade__campaign=held.campaign_id,
        grade__taxonomy_version=held.version_id,
        grade__annotator=held.annotator_id,
        grade__step=held.repaired_step_id,
        verdict__in=flawed,
    ).exists()
    if was_flawed:
        return None
    return _("Step {number} is not flawed, so there is nothing to repair.").format(number=repaired + 1)


def unrepaired_words(sheet: Sheet) -> str:
    """Where the campaign asks for repairs: the flawed steps that no later step undoes. No obstacle to submitting."""
    if sheet.assignment.campaign.after_first_error != AfterFirstError.REPAIR:
        return ""
    repaired = {step.grade.repairs for step in sheet.steps if step.grade}
    last = len(sheet.steps) - 1
    open_ones = [index for index in sorted(sheet.flawed_indexes) if index not in repaired and index < last]
    if not open_ones:
        return ""
    numbers = ", ".join(str(index + 1) for index in open_ones)
    if len(open_ones) == 1:
        return _("No later step repairs step {numbers}.").format(numbers=numbers)
    return _("No later step repairs steps {numbers}.").format(numbers=numbers)
