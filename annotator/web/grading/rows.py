"""One row of the grading page: what its form shows. The same for the page and for the answer to a write."""

import uuid
from dataclasses import dataclass

from django.urls import reverse

from annotator.assignments.models import AssignmentStatus
from annotator.grading.asking import Asking
from annotator.grading.models import GradeState
from annotator.grading.reading import GivenGrade, Sheet, answers_of
from annotator.grading.saving import GradeWrite
from annotator.web.grading.marks import Asked, Mark, Marks, marks_of
from annotator.web.grading.writes import CLEARED, UNSURE
from taxonomies.vocabulary import Vocabulary

UNSURE_TONE = "unsure"
UNSURE_TITLE = "Unsure"
WHOLE_CHAIN = "whole-chain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What the rows of a page ask, where they send their answers, and what they say of one that has arrived.

    `step_route` and `whole_route` name the addresses, which take `args`, a step's also its index.
    """

    vocabulary: Vocabulary
    marks: Marks
    step_route: str = "step"
    whole_route: str = "whole_chain"
    args: tuple[object, ...]
    query: str = ""
    saved: str = "saved"

    def url_of(self, index: int | None) -> str:
        if index is None:
            return reverse(self.whole_route, args=self.args) + self.query
        return reverse(self.step_route, args=[*self.args, index]) + self.query


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A further question that this row's answers ask for, with what was answered and the marks to choose from."""

    asked: Asked
    chosen: tuple[str, ...] = ()
    text: str = ""
    marks: tuple[Mark, ...]

    @property
    def leaves_out(self) -> bool:
        return len(self.marks) < len(self.asked.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`index` is None for the whole chain. `verdict` is what its input holds: a label's key, `?` for unsure, empty for
    not graded.
    """

    url: str
    index: int | None
    revision: int
    verdict: str
    marks: Marks
    questions: tuple[OpenQuestion, ...]
    comment: str
    is_saved: bool
    saved: str
    is_open: bool
    problem: str = ""
    stored: "Row | None" = None
    # Why a move asks about it again.
    asked_again: Asking | None = None

    @property
    def is_whole(self) -> bool:
        return self.index is None

    @property
    def can_leave_out(self) -> bool:
        """Whether the grade may stand without what a move asks about again."""
        return (
            self.is_open
            and self.is_saved
            and self.asked_again is not None
            and self.asked_again.may_be_left_out
        )

    @property
    def anchor(self) -> str:
        return anchor_of(self.index)

    @property
    def number(self) -> int | None:
        return None if self.index is None else self.index + 1

    @property
    def tone(self) -> str:
        if self.verdict == UNSURE:
            return UNSURE_TONE
        return next((mark.tone for mark in self.marks.verdict.marks if mark.key == self.verdict), "")

    @property
    def title(self) -> str:
        if self.verdict == UNSURE:
            return UNSURE_TITLE
        return self.marks.verdict.title_of(self.verdict) if self.verdict else ""

    @property
    def words(self) -> str:
        """The whole grade in words, to set it beside another."""
        said = [] if self.is_whole else [self.title or "not graded"]
        said += [question.asked.title_of(label) for question in self.questions for label in question.chosen]
        said += [question.text for question in self.questions if question.text]
        return ", ".join([*said, *([f"“{self.comment}”"] if self.comment else [])]) or "nothing"


def anchor_of(index: int | None) -> str:
    """The id of a row's form in the page."""
    return WHOLE_CHAIN if index is None else f"step-{index}"


def questionnaire(public_id: uuid.UUID, *, vocabulary: Vocabulary) -> Questionnaire:
    """The one of an assignment."""
    return Questionnaire(vocabulary=vocabulary, marks=marks_of(vocabulary), args=(public_id,))


def row_of(
    form: Questionnaire,
    *,
    index: int | None,
    grade: GivenGrade | None,
    is_open: bool = True,
    shows_all: bool = False,
    problem: str = "",
    asked_again: Asking | None = None,
) -> Row:
    """The row as the server holds it. `shows_all`: with every label of a long question, not only the chosen ones."""
    counted = grade if grade is not None and grade.counts else None
    given = answers_of(counted, vocabulary=form.vocabulary) if counted else frozenset[str]()
    return Row(
        url=form.url_of(index),
        index=index,
        revision=grade.revision if grade else 0,
        verdict=verdict_value(counted.state, counted.verdict) if counted else CLEARED,
        marks=form.marks,
        questions=open_questions(
            form,
            is_whole=index is None,
            given=given if counted or index is None else None,
            labels=counted.labels if counted else {},
            texts=counted.texts if counted else {},
            shows_all=shows_all,
        ),
        comment=counted.comment if counted else "",
        is_saved=counted is not None,
        saved=form.saved,
        is_open=is_open,
        problem=problem,
        asked_again=asked_again,
    )


def sheet_row(sheet: Sheet, index: int | None, *, problem: str = "", shows_all: bool = False) -> Row:
    return row_of(
        questionnaire(sheet.assignment.public_id, vocabulary=sheet.vocabulary),
        index=index,
        grade=sheet.whole if index is None else sheet.steps[index].grade,
        is_open=sheet.assignment.status == AssignmentStatus.OPEN,
        shows_all=shows_all,
        problem=problem,
        asked_again=sheet.whole_asked_again if index is None else sheet.steps[index].asked_again,
    )


def unsaved_row(
    form: Questionnaire,
    *,
    write: GradeWrite,
    stored: GivenGrade | None,
    problem: str,
    is_conflict: bool,
    shows_all: bool = False,
    asked_again: Asking | None = None,
) -> Row:
    """The row as somebody wanted it, with why it was not saved; a conflict shows what is stored beside it."""
    verdict = form.vocabulary.verdict
    known = write.verdict is not None and verdict.choice(write.verdict) is not None
    labels = {key: tuple(chosen) for key, chosen in write.labels.items()}
    current = row_of(form, index=write.index, grade=stored)
    given = {f"{verdict.key}.{write.verdict}"} if known else set()
    given |= {f"{key}.{label}" for key, chosen in labels.items() for label in chosen}
    return Row(
        url=current.url,
        index=write.index,
        revision=current.revision,
        verdict=verdict_value(write.state, write.verdict if known else None),
        marks=current.marks,
        questions=open_questions(
            form,
            is_whole=write.index is None,
            given=None if write.state == GradeState.CLEARED and write.index is not None else frozenset(given),
            labels=labels,
            texts=write.texts,
            shows_all=shows_all,
        ),
        comment=write.comment,
        is_saved=False,
        saved=form.saved,
        is_open=True,
        problem=problem,
        stored=current if is_conflict else None,
        asked_again=asked_again,
    )


def verdict_value(state: str, verdict: str | None) -> str:
    return UNSURE if state == GradeState.UNSURE else verdict or CLEARED


def open_questions(
    form: Questionnaire,
    *,
    is_whole: bool,
    given: frozenset[str] | None,
    labels: dict[str, tuple[str, ...]],
    texts: dict[str, str],
    shows_all: bool,
) -> tuple[OpenQuestion, ...]:
    """The questions that the given answers ask for; None for a row that is not graded, which asks nothing yet."""
    if given is None:
        return ()
    vocabulary = form.vocabulary
    asked_now = vocabulary.asked_of_chain(given) if is_whole else vocabulary.asked_after(given)
    return tuple(
        open_question(
            form.marks.question(question.key),
            chosen=labels.get(question.key, ()),
            text=texts.get(question.key, ""),
            shows_all=shows_all,
        )
        for question in asked_now
    )


def open_question(
    asked: Asked, *, chosen: tuple[str, ...] = (), text: str = "", shows_all: bool = False
) -> OpenQuestion:
    marks = asked.marks
    if asked.is_long and not shows_all:
        marks = tuple(mark for mark in marks if mark.key in chosen)
    return OpenQuestion(
        asked=asked, chosen=tuple(key for key in chosen if asked.mark(key)), text=text, marks=marks
    )
