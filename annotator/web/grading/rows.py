"""How rows come about, of what is stored or of a write that was not: the same for the page and for an answer to a write."""

import uuid

from annotator.assignments.models import Alternatives, AssignmentStatus
from annotator.grading.asking import Asking
from annotator.grading.checking import GradeWrite
from annotator.grading.given import GivenGrade, answers_of
from annotator.grading.models import GradeState
from annotator.grading.reading import Sheet
from annotator.web.grading.marks import Asked, marks_of
from annotator.web.grading.row import WRITE_QUERY, OpenQuestion, Questionnaire, Row
from annotator.web.grading.writes import CLEARED, UNSURE
from taxonomies.vocabulary import Vocabulary


def questionnaire(
    public_id: uuid.UUID, *, vocabulary: Vocabulary, asks_to_write: bool = False
) -> Questionnaire:
    """The one of an assignment."""
    return Questionnaire(
        vocabulary=vocabulary,
        marks=marks_of(vocabulary),
        args=(public_id,),
        query=WRITE_QUERY if asks_to_write else "",
        asks_to_write=asks_to_write,
    )


def row_of(
    form: Questionnaire,
    *,
    index: int | None,
    alternative: int | None = None,
    grade: GivenGrade | None,
    is_open: bool = True,
    has_sound_alternative: bool = False,
    repairable: tuple[int, ...] = (),
    shows_all: bool = False,
    problem: str = "",
    asked_again: Asking | None = None,
) -> Row:
    """The row as the server holds it. `shows_all`: with every label of a long question, not only the chosen ones."""
    counted = grade if grade is not None and grade.counts else None
    given = answers_of(counted, vocabulary=form.vocabulary) if counted else frozenset[str]()
    return Row(
        url=form.url_of(index, alternative=alternative),
        index=index,
        alternative=alternative,
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
        human_step=counted.human_step if counted else "",
        asks_to_write=form.asks_to_write,
        has_sound_alternative=has_sound_alternative,
        repairs=counted.repairs if counted else None,
        repairable=repairable,
        flag_reason=counted.flag_reason if counted else "",
        in_bulk=counted is not None and counted.in_bulk,
        seconds=counted.seconds if counted else 0.0,
        is_saved=counted is not None,
        saved=form.saved,
        is_open=is_open,
        problem=problem,
        asked_again=asked_again,
    )


def sheet_questionnaire(sheet: Sheet) -> Questionnaire:
    return questionnaire(
        sheet.assignment.public_id,
        vocabulary=sheet.vocabulary,
        asks_to_write=sheet.assignment.campaign.alternatives == Alternatives.WRITTEN,
    )


def stored_in(sheet: Sheet, index: int | None, *, alternative: int | None = None) -> GivenGrade | None:
    if index is None:
        return sheet.whole
    if alternative is None:
        return sheet.steps[index].grade
    return sheet.alternatives[index][alternative - 1].grade


def sheet_row(
    sheet: Sheet,
    index: int | None,
    *,
    alternative: int | None = None,
    problem: str = "",
    shows_all: bool = False,
) -> Row:
    return row_of(
        sheet_questionnaire(sheet),
        index=index,
        alternative=alternative,
        grade=stored_in(sheet, index, alternative=alternative),
        has_sound_alternative=alternative is None and index is not None and sheet.has_sound_beside(index),
        is_open=sheet.assignment.status == AssignmentStatus.OPEN,
        repairable=tuple(flawed for flawed in sorted(sheet.flawed_indexes) if index and flawed < index),
        shows_all=shows_all,
        problem=problem,
        asked_again=asked_again_in(sheet, index, alternative=alternative),
    )


def asked_again_in(sheet: Sheet, index: int | None, *, alternative: int | None = None) -> Asking | None:
    """No move asks about an alternative again."""
    if alternative is not None:
        return None
    return sheet.whole_asked_again if index is None else sheet.steps[index].asked_again


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
    current = row_of(form, index=write.index, alternative=write.alternative, grade=stored)
    given = {f"{verdict.key}.{write.verdict}"} if known else set()
    given |= {f"{key}.{label}" for key, chosen in labels.items() for label in chosen}
    return Row(
        url=current.url,
        index=write.index,
        alternative=write.alternative,
        human_step=write.human_step,
        asks_to_write=form.asks_to_write,
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
        repairs=write.repairs,
        flag_reason=write.flag_reason,
        seconds=write.seconds,
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
