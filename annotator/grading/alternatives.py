"""The steps beside a chain's own: others that follow the same prefix, imported with the dataset, and graded at its node.

A step that is graded beside one chain and as the own step of another has one grade, which both show.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from annotator.assignments.models import Alternatives
from annotator.grading.statements import SIBLINGS

BESIDE = f"""
SELECT cs.index, other.id, coalesce(twin.text, other.text)
FROM chains_chainstep cs JOIN chains_step own ON own.id = cs.step_id
CROSS JOIN LATERAL ({SIBLINGS}) other
LEFT JOIN assignments_twindraw drawn ON drawn.annotator_id = %(annotator)s AND drawn.step_id = other.id AND drawn.is_twin
LEFT JOIN assignments_twinpair twin ON twin.id = drawn.pair_id
WHERE cs.chain_id = %(chain)s ORDER BY cs.index, other.id
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An alternative to the chain's own step at `index`; `number` counts from 1 in the order of import."""

    index: int
    number: int
    step_id: int
    text: str


def read_alternatives(*, chain_id: int, annotator_id: int) -> list[Beside]:
    """Of every node of the chain, as this person sees them.

    Steps are never changed or deleted, so a number stays that of its step.
    """
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, {"chain": chain_id, "annotator": annotator_id})
        return list(numbered(cursor.fetchall()))


def numbered(rows: Iterable[tuple[int, int, str]]) -> Iterable[Beside]:
    here, number = -1, 0
    for index, step_id, text in rows:
        number = number + 1 if index == here else 1
        here = index
        yield Beside(index=index, number=number, step_id=step_id, text=text)


def refusal_of(
    *, policy: str, index: int | None, alternative: int | None, human_step: str, is_flawed: bool
) -> str | None:
    """Words for a write of an alternative, or of a step in the place of one, that the campaign does not ask for."""
    if alternative is not None:
        if policy == Alternatives.NONE:
            return _("This campaign grades only the chain's own steps.")
        if index is None or alternative < 1:
            return _("Alternatives stand beside a step and are counted from 1.")
        if human_step:
            return _("A step is written in the place of the chain's own only.")
    if not human_step:
        return None
    if policy != Alternatives.WRITTEN:
        return _("This campaign asks nobody to write a step.")
    if not is_flawed:
        return _("A step is written only in the place of a flawed one.")
    return None
