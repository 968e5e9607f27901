"""What a labeler of PRM800K rated, as grades of steps."""

import uuid
from dataclasses import dataclass

from annotator.accounts.models import User
from annotator.assignments.models import Assignment, Rendering
from annotator.grading.alternatives import read_alternatives
from annotator.grading.bringing.bring import Bringing
from annotator.grading.bringing.labelling_lines import PlacedLabelling
from annotator.grading.checking import GradeWrite
from annotator.grading.models import Grade, GradeState


@dataclass(frozen=True, slots=True)
class Rating:
    index: int
    text: str
    value: int
    beside: int | None


@dataclass(frozen=True, slots=True)
class SiftedRatings:
    """fresh: by step; otherwise: of steps that the same person has rated otherwise in another line."""

    fresh: dict[int, Rating]
    otherwise: list[Rating]


def sift_ratings(bringing: Bringing, labelling: PlacedLabelling, *, annotator: User) -> SiftedRatings:
    """Of the chain's own steps, then of the others at each node; the first of a text that was offered twice."""
    rated = ratings_of(labelling, annotator=annotator)
    standing = dict(
        Grade.objects.filter(
            campaign=bringing.campaign,
            taxonomy_version=bringing.vocabulary.version_id,
            annotator=annotator,
            step__in=rated,
        ).values_list("step", "verdict__value")
    )
    known = [(rating, standing[step]) for step, rating in rated.items() if step in standing]
    return SiftedRatings(
        fresh={step: rating for step, rating in rated.items() if step not in standing},
        otherwise=[rating for rating, value in known if value != rating.value],
    )


def ratings_of(labelling: PlacedLabelling, *, annotator: User) -> dict[int, Rating]:
    record, steps = labelling.said.record, labelling.chain.steps
    found = {
        steps[index]: Rating(index, record.steps[index], value, None)
        for index, value in enumerate(record.ratings or ())
        if value is not None
    }
    beside = {
        (other.index, other.text): other.step_id
        for other in read_alternatives(chain_id=labelling.chain.chain, annotator_id=annotator.pk)
    }
    for other in record.alternatives:
        # At the end of a path that goes no further there is no step beside which one could be graded.
        step = beside.get((other.index, other.text))
        if step is not None and other.rating is not None:
            found.setdefault(step, Rating(other.index, other.text, other.rating, steps[other.index]))
    return found


def verdict_for(bringing: Bringing, rating: Rating) -> str | None:
    choices = bringing.vocabulary.verdict.choices
    return next((choice.key for choice in choices if choice.value == rating.value), None)


def grade_of(bringing: Bringing, step: int, rating: Rating, *, key: str, assignment: Assignment) -> Grade:
    verdict = bringing.vocabulary.verdict
    write = GradeWrite(
        index=rating.index, operation_id=uuid.uuid4(), revision=0, state=GradeState.GRADED, verdict=key
    )
    return Grade(
        campaign_id=assignment.campaign_id,
        taxonomy_version_id=assignment.taxonomy_version_id,
        annotator_id=assignment.annotator_id,
        assignment=assignment,
        chain_id=assignment.chain_id,
        step_id=step,
        beside_id=rating.beside,
        state=write.state,
        verdict_id=next(choice.id for choice in verdict.choices if choice.key == key),
        verdict_criterion_id=verdict.id,
        rendering=Rendering.STYLED,
        revision=1,
        operation_id=write.operation_id,
        operation_digest=write.digest(),
        saved_at=bringing.now,
    )
