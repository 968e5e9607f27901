"""What people said of a step, by letters that say nothing of who they are: for those who decide between them."""

from dataclasses import dataclass
from itertools import count, product
from string import ascii_uppercase

from django.utils.crypto import salted_hmac

from annotator.assignments.models import Campaign, Rendering
from annotator.chains.models import Step
from annotator.grading.given import GivenGrade, answers_by_grade, in_keys
from annotator.grading.models import Grade, GradeState
from taxonomies.vocabulary import vocabulary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindVote:
    """One person's current grade of a step."""

    letter: str
    grade: GivenGrade


def blind_votes(*, campaign: Campaign, step: Step) -> list[BlindVote]:
    """Under the campaign's current version; what was taken back is not said, nor what was said of a twin.

    Whoever is A here may be C at the next step: the order is that of a keyed hash of step and person, which cannot be told
    without the server's secret.
    """
    standing = list(
        Grade.objects.filter(campaign=campaign, taxonomy_version=campaign.taxonomy_version_id, step=step)
        .exclude(state=GradeState.CLEARED)
        .exclude(rendering=Rendering.TWIN)
        .select_related("repairs")
    )
    answers = answers_by_grade(standing)
    vocabulary = vocabulary_of(campaign.taxonomy_version_id)
    return [
        BlindVote(
            letter=letter,
            grade=in_keys(
                grade,
                answers=answers.get(grade.pk, []),
                vocabulary=vocabulary,
                index=step.index,
                repairs=grade.repairs.index if grade.repairs else None,
            ),
        )
        for letter, grade in zip(
            letters(len(standing)),
            sorted(standing, key=lambda grade: lot(step_id=step.pk, annotator_id=grade.annotator_id)),
            strict=True,
        )
    ]


def lot(*, step_id: int, annotator_id: int) -> bytes:
    return salted_hmac("annotator.grading.blinding", f"{step_id}:{annotator_id}", algorithm="sha256").digest()


def letters(how_many: int) -> list[str]:
    """A, B, C, … Z, AA, AB, …"""
    words = ("".join(word) for length in count(1) for word in product(ascii_uppercase, repeat=length))
    return [word for word, _ in zip(words, range(how_many), strict=False)]
