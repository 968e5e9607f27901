"""What the form of one row shows: a step, an alternative to it, or the whole chain."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.grading.asking import Asking
from annotator.web.grading.marks import Asked, Mark, Marks
from annotator.web.grading.writes import UNSURE
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
