"""What everybody said of a step or a chain, by pseudonym. For reviewers and researchers: no annotator may see it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from annotator.assignments.models import Campaign, Rendering
from annotator.assignments.seeing import twins_seen
from annotator.chains.models import Chain, Step
from annotator.grading.given import GivenGrade, answers_by_grade, in_keys
from annotator.grading.models import Grade, GradeState
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One person's current grade; translated when a move made it and nobody has touched it since.

    `twin` is the text that they saw in place of the step's own, in an experiment on style; None: they saw the step's.
    """

    pseudonym: str
    grade: GivenGrade
    is_translated: bool
    is_plain: bool
    twin: str | None = None


def said_of_step(*, campaign: Campaign, version: TaxonomyVersion, step: Step) -> list[Said]:
    """By pseudonym. What was taken back is not said."""
    return said_in(
        Grade.objects.filter(step=step).select_related("repairs"), campaign=campaign, version=version
    )


def said_of_steps(
    *, campaign: Campaign, version: TaxonomyVersion, step_ids: Iterable[int]
) -> dict[int, list[Said]]:
    """By step, without those of which nobody said anything. What was said of a twin says nothing of the step."""
    said_of_own = Grade.objects.filter(step__in=step_ids).exclude(rendering=Rendering.TWIN)
    grades = said_of_own.select_related("repairs").order_by("step", "pk")
    standing = standing_in(grades, campaign=campaign, version=version)
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    found: dict[int, list[Said]] = {}
    given = given_by_whom(standing, version=version, pseudonyms=pseudonyms)
    for grade, said in zip(standing, given, strict=True):
        if grade.step_id is not None:
            found.setdefault(grade.step_id, []).append(said)
    return found


def said_of_chain(*, campaign: Campaign, version: TaxonomyVersion, chain: Chain) -> list[Said]:
    """Of the whole chain, by pseudonym."""
    return said_in(Grade.objects.filter(step=None, chain=chain), campaign=campaign, version=version)


def said_in(grades: QuerySet[Grade], *, campaign: Campaign, version: TaxonomyVersion) -> list[Said]:
    standing = standing_in(grades, campaign=campaign, version=version)
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    return sorted(
        given_by_whom(standing, version=version, pseudonyms=pseudonyms), key=lambda said: said.pseudonym
    )


def standing_in(grades: QuerySet[Grade], *, campaign: Campaign, version: TaxonomyVersion) -> list[Grade]:
    """Without those that were taken back."""
    current = grades.filter(campaign=campaign, taxonomy_version=version).exclude(state=GradeState.CLEARED)
    return list(current.select_related("step"))


def given_by_whom(
    grades: list[Grade], *, version: TaxonomyVersion, pseudonyms: dict[int, str]
) -> Iterable[Said]:
    vocabulary = vocabulary_of(version.pk)
    answers = answers_by_grade(grades)
    of_twins = [grade.step_id for grade in grades if grade.rendering == Rendering.TWIN and grade.step_id]
    twins = twins_seen(step_ids=of_twins) if of_twins else {}
    for grade in grades:
        yield Said(
            pseudonym=pseudonyms[grade.annotator_id],
            grade=in_keys(
                grade,
                answers=answers.get(grade.pk, []),
                vocabulary=vocabulary,
                index=grade.step.index if grade.step else None,
                repairs=grade.repairs.index if grade.repairs else None,
            ),
            is_translated=grade.translated_from_id is not None and grade.revision == 1,
            is_plain=grade.rendering == Rendering.PLAIN,
            twin=twins[grade.annotator_id, grade.step_id]
            if grade.rendering == Rendering.TWIN and grade.step_id
            else None,
        )
