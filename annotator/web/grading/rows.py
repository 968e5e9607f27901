"""One row of the grading page: what its form shows. The same for the page and for the answer to a write."""

import uuid
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.assignments.models import Alternatives, AssignmentStatus
from annotator.grading.asking import Asking
from annotator.grading.models import GradeState
from annotator.grading.reading import GivenGrade, Sheet, answers_of
from annotator.grading.saving import GradeWrite
from annotator.web.grading.marks import Asked, Mark, Marks, marks_of
from annotator.web.grading.writes import CLEARED, UNSURE
from annotator.web.rendering import render_texts
from taxonomies.vocabulary import Vocabulary

UNSURE_TONE = "unsure"
UNSURE_TITLE = gettext_lazy("Unsure")
WHOLE_CHAIN = "whole-chain"
# In the address of a row that takes a step as it should be: what is saved is answered without a look at the campaign.
WRITES = "writes"
WRITE_QUERY = f"?{WRITES}=1"


def saved_words() -> str:
    return _("saved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What the rows of a page ask, where they send their answers, and what they say of one that has arrived.

    `step_route` and `whole_route` name the addresses, which take `args`, a step's also its index. `asks_to_write`: a flawed
    step may be written as it should be; the address says so too, and its answer is alike.
    """

    vocabulary: Vocabulary
    marks: Marks
    step_route: str = "step"
    whole_route: str = "whole_chain"
    args: tuple[object, ...]
    query: str = ""
    saved: str = field(default_factory=saved_words)
    asks_to_write: bool = False

    def url_of(self, index: int | None, *, alternative: int | None = None) -> str:
        if index is None:
            return reverse(self.whole_route, args=self.args) + self.query
        if alternative is not None:
            return reverse("alternative", args=[*self.args, index, alternative]) + self.query
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
    # Its number where it is a step beside the chain's own at `index`.
    alternative: int | None = None
    human_step: str = ""
    asks_to_write: bool = False
    # Whether a step beside it is sound, so that none need be written.
    has_sound_alternative: bool = False
    repairs: int | None = None
    # The earlier steps that may be named there: those called flawed.
    repairable: tuple[int, ...] = ()
    flag_reason: str = ""
    in_bulk: bool = False
    seconds: float = 0.0
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
        return anchor_of(self.index, alternative=self.alternative)

    @property
    def place(self) -> str:
        """The end of the ids of its parts."""
        return self.anchor.removeprefix("step-")

    @property
    def number(self) -> int | None:
        return None if self.index is None else self.index + 1

    @property
    def shown_number(self) -> str:
        return f"{self.number}" if self.alternative is None else f"{self.number}.{self.alternative}"

    @property
    def asks_for_human_step(self) -> bool:
        """Whether the form has a field for it: of use only while the step is flawed."""
        return self.alternative is None and (self.asks_to_write or bool(self.human_step))

    @property
    def takes_human_step(self) -> bool:
        is_flawed = any(mark.key == self.verdict for mark in self.marks.verdict.marks if mark.is_flawed)
        return self.is_open and is_flawed and (bool(self.human_step) or not self.has_sound_alternative)

    @property
    def human_step_text(self) -> SafeString:
        return render_texts([self.human_step])[0]

    @property
    def tone(self) -> str:
        if self.verdict == UNSURE:
            return UNSURE_TONE
        return next((mark.tone for mark in self.marks.verdict.marks if mark.key == self.verdict), "")

    @property
    def title(self) -> str:
        if self.verdict == UNSURE:
            return str(UNSURE_TITLE)
        return self.marks.verdict.title_of(self.verdict) if self.verdict else ""

    @property
    def state(self) -> str:
        """How it is stored, in words."""
        if self.is_whole:
            return self.saved
        return ", ".join([self.title, *([_("in bulk")] if self.in_bulk else []), self.saved])

    @property
    def said(self) -> list[str]:
        """The verdict in words, and what else a mark does not show."""
        return [*self.verdict_words, *([_("flagged")] if self.flag_reason else [])]

    @property
    def verdict_words(self) -> list[str]:
        words = [self.title or _("not graded")]
        if self.in_bulk:
            words.append(_("in bulk"))
        if self.repairs is not None:
            words.append(_("repairs step {number}").format(number=self.repairs + 1))
        return words

    @property
    def repair_choices(self) -> list["RepairChoice"]:
        """The nearest first, and what was chosen before also when it is not flawed any more."""
        chosen = [] if self.repairs is None or self.repairs in self.repairable else [self.repairs]
        return [
            RepairChoice(index=index, is_chosen=index == self.repairs, is_lost=index in chosen)
            for index in [*reversed(self.repairable), *chosen]
        ]

    @property
    def words(self) -> str:
        """The whole grade in words, to set it beside another."""
        said = [] if self.is_whole else self.verdict_words
        said += [_("flagged: {reason}").format(reason=self.flag_reason)] if self.flag_reason else []
        said += [question.asked.title_of(label) for question in self.questions for label in question.chosen]
        said += [question.text for question in self.questions if question.text]
        said += [_("written instead: {text}").format(text=self.human_step)] if self.human_step else []
        return ", ".join([*said, *([f"“{self.comment}”"] if self.comment else [])]) or _("nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairChoice:
    """A step that another may be said to undo; a lost one is not flawed any more."""

    index: int
    is_chosen: bool
    is_lost: bool

    @property
    def number(self) -> int:
        return self.index + 1


def anchor_of(index: int | None, *, alternative: int | None = None) -> str:
    """The id of a row's form in the page."""
    if index is None:
        return WHOLE_CHAIN
    return f"step-{index}" if alternative is None else f"step-{index}-{alternative}"


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
