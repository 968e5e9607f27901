"""One row of the grading page: what its form shows. The same for the page and for the answer to a write."""

import uuid
from dataclasses import dataclass

from django.urls import reverse

from annotator.grading.models import GradeState
from annotator.grading.reading import GivenGrade, answers_of
from annotator.grading.saving import GradeWrite
from annotator.web.marks import Asked, Marks, marks_of
from annotator.web.writes import CLEARED, UNSURE
from taxonomies.vocabulary import Vocabulary

UNSURE_TONE = "unsure"
UNSURE_TITLE = "Unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A further question that this row's answers ask for, with what was answered."""

    asked: Asked
    chosen: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`verdict` is what its input holds: a label's key, `?` for unsure, empty for not graded."""

    url: str
    index: int
    revision: int
    verdict: str
    marks: Marks
    questions: tuple[OpenQuestion, ...]
    comment: str
    is_saved: bool
    is_open: bool
    problem: str = ""
    stored: "Row | None" = None

    @property
    def number(self) -> int:
        return self.index + 1

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
        said = [self.title or "not graded"]
        said += [question.asked.title_of(label) for question in self.questions for label in question.chosen]
        said += [question.text for question in self.questions if question.text]
        return ", ".join([*said, *([f"“{self.comment}”"] if self.comment else [])])


def row_of(
    *,
    public_id: uuid.UUID,
    index: int,
    vocabulary: Vocabulary,
    grade: GivenGrade | None,
    is_open: bool = True,
    problem: str = "",
) -> Row:
    """The row as the server holds it."""
    counted = grade if grade is not None and grade.counts else None
    given = answers_of(counted, vocabulary=vocabulary) if counted else frozenset()
    return Row(
        url=reverse("step", args=[public_id, index]),
        index=index,
        revision=grade.revision if grade else 0,
        verdict=verdict_value(counted.state, counted.verdict) if counted else CLEARED,
        marks=marks_of(vocabulary.version_id),
        questions=open_questions(
            vocabulary=vocabulary,
            given=given if counted else None,
            labels=counted.labels if counted else {},
            texts=counted.texts if counted else {},
        ),
        comment=counted.comment if counted else "",
        is_saved=counted is not None,
        is_open=is_open,
        problem=problem,
    )


def unsaved_row(
    *,
    public_id: uuid.UUID,
    write: GradeWrite,
    vocabulary: Vocabulary,
    stored: GivenGrade | None,
    problem: str,
    is_conflict: bool,
) -> Row:
    """The row as somebody wanted it, with why it was not saved; a conflict shows what is stored beside it."""
    known = write.verdict is not None and vocabulary.verdict.choice(write.verdict) is not None
    labels = {key: tuple(chosen) for key, chosen in write.labels.items()}
    current = row_of(public_id=public_id, index=write.index, vocabulary=vocabulary, grade=stored)
    given = {f"{vocabulary.verdict.key}.{write.verdict}"} if known else set()
    given |= {f"{key}.{label}" for key, chosen in labels.items() for label in chosen}
    return Row(
        url=current.url,
        index=write.index,
        revision=current.revision,
        verdict=verdict_value(write.state, write.verdict if known else None),
        marks=current.marks,
        questions=open_questions(
            vocabulary=vocabulary,
            given=None if write.state == GradeState.CLEARED else frozenset(given),
            labels=labels,
            texts=write.texts,
        ),
        comment=write.comment,
        is_saved=False,
        is_open=True,
        problem=problem,
        stored=current if is_conflict else None,
    )


def verdict_value(state: str, verdict: str | None) -> str:
    return UNSURE if state == GradeState.UNSURE else verdict or CLEARED


def open_questions(
    *,
    vocabulary: Vocabulary,
    given: frozenset[str] | None,
    labels: dict[str, tuple[str, ...]],
    texts: dict[str, str],
) -> tuple[OpenQuestion, ...]:
    """The questions that the given answers ask for; None for a row that is not graded, which asks nothing yet."""
    if given is None:
        return ()
    marks = marks_of(vocabulary.version_id)
    return tuple(
        OpenQuestion(
            asked=marks.question(question.key),
            chosen=tuple(key for key in labels.get(question.key, ()) if question.choice(key)),
            text=texts.get(question.key, ""),
        )
        for question in vocabulary.asked_after(given)
    )
