"""What an annotator sees of a chain: its text, and their own grades. Nobody else's, ever."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from annotator.assignments.exposing import is_stepwise
from annotator.assignments.models import AfterFirstError, Alternatives, Assignment
from annotator.assignments.seeing import text_seen
from annotator.chains.models import ChainStep, Problem
from annotator.grading.alternatives import Beside, read_alternatives
from annotator.grading.asking import Asking, askings_of, is_answered
from annotator.grading.given import GivenGrade, answers_by_grade, answers_of, in_keys
from annotator.grading.models import Grade, GradeState
from annotator.grading.revealing import revealed_count
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of


@dataclass(frozen=True, kw_only=True)
class SheetStep:
    """One row of the grading page."""

    index: int
    step_id: int
    text: str
    grade: GivenGrade | None
    carried: bool
    # Why a move asks about it again, until it is saved anew.
    asked_again: Asking | None = None
    # Its number where it is a step beside the chain's own at `index`.
    alternative: int | None = None

    @property
    def number(self) -> int:
        return self.index + 1

    @property
    def decided(self) -> bool:
        return self.grade is not None and self.grade.counts


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """An assignment as its annotator sees it."""

    assignment: Assignment
    problem: Problem
    vocabulary: Vocabulary
    steps: tuple[SheetStep, ...]
    # So many of the steps may be seen; the others are in no page and no answer.
    revealed: int
    # What was answered about the whole chain, and why a move asks about that again.
    whole: GivenGrade | None
    whole_asked_again: Asking | None = None
    # The steps beside those that may be seen, by index, where the campaign asks for them.
    alternatives: Mapping[int, tuple[SheetStep, ...]] = field(default_factory=dict)

    @cached_property
    def first_error_index(self) -> int | None:
        """Index of the first step that this annotator called flawed."""
        return min(self.flawed_indexes, default=None)

    @cached_property
    def flawed_indexes(self) -> frozenset[int]:
        """Indexes of the steps that this annotator called flawed."""
        flawed = {choice.key for choice in self.vocabulary.verdict.choices if choice.value == -1}
        return frozenset(s.index for s in self.steps if s.grade and s.grade.verdict in flawed)

    def has_sound_beside(self, index: int) -> bool:
        """Whether this annotator called an alternative to the step sound."""
        sound = {choice.key for choice in self.vocabulary.verdict.choices if choice.value == 1}
        return any(s.grade is not None and s.grade.verdict in sound for s in self.alternatives.get(index, ()))

    @cached_property
    def steps_to_grade(self) -> tuple[SheetStep, ...]:
        """The steps that the campaign's policy asks for: all, or up to the first error."""
        stops = self.assignment.campaign.after_first_error == AfterFirstError.STOP
        if stops and self.first_error_index is not None:
            return self.steps[: self.first_error_index + 1]
        return self.steps

    @cached_property
    def missing(self) -> list["Missing"]:
        """What still keeps the chain from being submitted."""
        gaps = [
            gap
            for step in self.steps_to_grade
            for gap in (
                *gaps_of(step, vocabulary=self.vocabulary),
                *lost_links_of(step, flawed=self.flawed_indexes),
            )
        ]
        if self.whole_asked_again is not None:
            return [
                *gaps,
                Missing(
                    index=None, words=_("The whole chain: {words}").format(words=self.whole_asked_again.words)
                ),
            ]
        return [*gaps, *gaps_of_chain(self.whole, vocabulary=self.vocabulary)]

    @cached_property
    def asked_again_count(self) -> int:
        """How many steps, and the whole chain, wait for a decision since the taxonomy changed."""
        steps = sum(step.asked_again is not None for step in self.steps_to_grade)
        return steps + (self.whole_asked_again is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that a step still needs, or the whole chain (`index` None)."""

    index: int | None
    words: str


def gaps_of(step: SheetStep, *, vocabulary: Vocabulary) -> Iterable[Missing]:
    if step.asked_again is not None:
        yield Missing(
            index=step.index,
            words=_("Step {number}: {words}").format(number=step.number, words=step.asked_again.words),
        )
    elif step.grade is None or not step.grade.counts:
        yield Missing(index=step.index, words=_("Step {number} is not graded.").format(number=step.number))
    elif step.grade.state == GradeState.GRADED:
        for question in vocabulary.asked_after(answers_of(step.grade, vocabulary=vocabulary)):
            if is_open(question, grade=step.grade):
                words = _("Step {number} needs: {question}")
                yield Missing(
                    index=step.index, words=words.format(number=step.number, question=question.text)
                )


def lost_links_of(step: SheetStep, *, flawed: frozenset[int]) -> Iterable[Missing]:
    """A step that is said to repair another, which is not called flawed any more."""
    if step.grade is not None and step.grade.repairs is not None and step.grade.repairs not in flawed:
        words = _("Step {number} repairs step {repaired}, which is not flawed any more.")
        yield Missing(
            index=step.index, words=words.format(number=step.number, repaired=step.grade.repairs + 1)
        )


def gaps_of_chain(whole: GivenGrade | None, *, vocabulary: Vocabulary) -> Iterable[Missing]:
    given = answers_of(whole, vocabulary=vocabulary) if whole else frozenset[str]()
    for question in vocabulary.asked_of_chain(given):
        if is_open(question, grade=whole):
            words = _("The whole chain needs: {question}").format(question=question.text)
            yield Missing(index=None, words=words)


def is_open(question: Question, *, grade: GivenGrade | None) -> bool:
    """Whether a question that needs an answer has none."""
    if not question.required:
        return False
    return grade is None or (question.key not in grade.labels and question.key not in grade.texts)


def read_sheet(*, assignment: Assignment) -> Sheet:
    vocabulary = vocabulary_of(assignment.taxonomy_version_id)
    walk = ChainStep.objects.filter(chain=assignment.chain_id).order_by("index")
    chain_steps = list(walk.annotate(seen=text_seen(annotator_id=assignment.annotator_id, step="step")))
    indexes = {chain_step.step_id: chain_step.index for chain_step in chain_steps}
    besides = alternatives_for(assignment)
    grades = own_grades(assignment, step_ids=[*indexes, *(beside.step_id for beside in besides)])
    whole = whole_chain_grade(assignment) if vocabulary.chain_questions else None
    answers = answers_by_grade([*grades.values(), *([whole] if whole else [])])
    askings = open_askings(assignment, grades={**grades, None: whole})
    revealed = revealed_of(assignment, step_count=len(chain_steps))

    def given(step_id: int, *, index: int) -> GivenGrade | None:
        grade = grades.get(step_id)
        if grade is None:
            return None
        repairs = indexes.get(grade.repairs_id) if grade.repairs_id else None
        found = answers.get(grade.pk, [])
        return in_keys(grade, answers=found, vocabulary=vocabulary, index=index, repairs=repairs)

    def is_carried(step_id: int) -> bool:
        return step_id in grades and grades[step_id].assignment_id != assignment.pk

    return Sheet(
        assignment=assignment,
        problem=assignment.chain.problem,
        vocabulary=vocabulary,
        steps=tuple(
            SheetStep(
                index=chain_step.index,
                step_id=chain_step.step_id,
                text=chain_step.seen,
                grade=given(chain_step.step_id, index=chain_step.index),
                carried=is_carried(chain_step.step_id),
                asked_again=askings.get(chain_step.step_id),
            )
            for chain_step in chain_steps
        ),
        revealed=revealed,
        whole=in_keys(
            whole, answers=answers.get(whole.pk, []), vocabulary=vocabulary, index=None, repairs=None
        )
        if whole
        else None,
        whole_asked_again=askings.get(None),
        alternatives=by_index(
            SheetStep(
                index=beside.index,
                alternative=beside.number,
                step_id=beside.step_id,
                text=beside.text,
                grade=given(beside.step_id, index=beside.index),
                carried=is_carried(beside.step_id),
            )
            for beside in besides
            if beside.index < revealed
        ),
    )


def own_grades(assignment: Assignment, *, step_ids: Iterable[int]) -> dict[int | None, Grade]:
    """Of the assignment's annotator in its campaign and version, wherever they were given."""
    grades = Grade.objects.filter(
        campaign=assignment.campaign_id,
        taxonomy_version=assignment.taxonomy_version_id,
        annotator=assignment.annotator_id,
        step__in=step_ids,
    )
    return {grade.step_id: grade for grade in grades}


def alternatives_for(assignment: Assignment) -> list[Beside]:
    if assignment.campaign.alternatives == Alternatives.NONE:
        return []
    return read_alternatives(chain_id=assignment.chain_id, annotator_id=assignment.annotator_id)


def by_index(alternatives: Iterable[SheetStep]) -> dict[int, tuple[SheetStep, ...]]:
    found: dict[int, tuple[SheetStep, ...]] = {}
    for step in alternatives:
        found[step.index] = (*found.get(step.index, ()), step)
    return found


def revealed_of(assignment: Assignment, *, step_count: int) -> int:
    if not is_stepwise(assignment):
        return step_count
    return revealed_count(
        campaign_id=assignment.campaign_id,
        annotator_id=assignment.annotator_id,
        chain_id=assignment.chain_id,
        stops=assignment.campaign.after_first_error == AfterFirstError.STOP,
    )


def open_askings(
    assignment: Assignment, *, grades: Mapping[int | None, Grade | None]
) -> dict[int | None, Asking]:
    """What a move asks again and nobody has answered yet, by step id; None for the whole chain."""
    return {
        step_id: asking
        for step_id, asking in askings_of(assignment).items()
        if not is_answered(grades.get(step_id))
    }


def whole_chain_grade(assignment: Assignment) -> Grade | None:
    return Grade.objects.filter(
        campaign=assignment.campaign_id,
        taxonomy_version=assignment.taxonomy_version_id,
        annotator=assignment.annotator_id,
        chain=assignment.chain_id,
        step=None,
    ).first()
