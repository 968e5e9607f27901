"""What an annotator reads at the place of a step: its stored text, or the twin that they were drawn."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Coalesce

from annotator.assignments.models import TwinDraw


def texts_seen(*, annotator_id: int, step_ids: Iterable[int]) -> dict[int, str]:
    """The texts that this person sees in place of stored ones, by step; the others they see as they are stored."""
    drawn = TwinDraw.objects.filter(annotator=annotator_id, step__in=step_ids, is_twin=True)
    return dict(drawn.values_list("step", "pair__text"))


def twins_seen(*, step_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """The texts that anybody sees in place of stored ones, by annotator and step. For overseers."""
    drawn = TwinDraw.objects.filter(step__in=step_ids, is_twin=True)
    return {
        (annotator, step): text
        for annotator, step, text in drawn.values_list("annotator", "step", "pair__text")
    }


def text_seen(*, annotator_id: int, step: str) -> Coalesce:
    """The same as an expression, for a query in which `step` names the way to a step: its reader pays no further query."""
    drawn = TwinDraw.objects.filter(annotator=annotator_id, step=OuterRef(step), is_twin=True)
    return Coalesce(Subquery(drawn.values("pair__text")), f"{step}__text", output_field=TextField())
