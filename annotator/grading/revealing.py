"""How far somebody may read a chain whose steps are shown one after the other. What was seen stays to be seen."""

from django.db.models import Q
from django.utils.translation import gettext as _

from annotator.assignments.models import AfterFirstError, Reveal
from annotator.chains.models import ChainStep
from annotator.grading.models import Grade, GradeRevision, GradeState
from annotator.grading.statements import Held


def hidden_words(held: Held, *, index: int) -> str | None:
    """Why the step cannot be graded yet, in words; None when its annotator sees it."""
    if held.reveal != Reveal.STEPWISE:
        return None
    revealed = revealed_count(
        campaign_id=held.campaign_id,
        annotator_id=held.annotator_id,
        chain_id=held.chain_id,
        stops=held.after_first_error == AfterFirstError.STOP,
    )
    if index < revealed:
        return None
    return _("Step {number} is not shown yet: grade the steps before it first.").format(number=index + 1)


def revealed_count(*, campaign_id: int, annotator_id: int, chain_id: int, stops: bool) -> int:
    """Of the chain's steps: all up to the last that the annotator ever graded, and the one that follows it.

    Grades count that were taken back, that came from another chain, or that a move to another version left behind.
    Where the campaign `stops` at the first flawed step, nothing follows a step that was never anything else.
    """
    step_ids = list(ChainStep.objects.filter(chain=chain_id).order_by("index").values_list("step", flat=True))
    own = Grade.objects.filter(campaign=campaign_id, annotator=annotator_id)
    graded = set(own.filter(step__in=step_ids).values_list("step", flat=True))
    last = max((index for index, step_id in enumerate(step_ids) if step_id in graded), default=None)
    if last is None:
        return min(1, len(step_ids))
    if stops and not was_passed(
        campaign_id=campaign_id, annotator_id=annotator_id, chain_id=chain_id, step_id=step_ids[last]
    ):
        return last + 1
    return min(last + 2, len(step_ids))


def was_passed(*, campaign_id: int, annotator_id: int, chain_id: int, step_id: int) -> bool:
    """Whether the step is, or in this chain once was, said to be anything but flawed; taking back says nothing."""
    of_step = {"campaign": campaign_id, "annotator": annotator_id, "step": step_id}
    said = Q(state__in=[GradeState.GRADED, GradeState.UNSURE]) & ~Q(verdict__value=-1)
    now = Grade.objects.filter(said, **of_step)
    once = GradeRevision.objects.filter(
        said, **{f"grade__{name}": value for name, value in of_step.items()}, assignment__chain=chain_id
    )
    return now.exists() or once.exists()
