"""A taxonomy version as the grading page shows it: its questions with a key for every label."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from taxonomies.checking import KEPT_FOR_VERDICTS, PAGE_KEYS
from taxonomies.models import CriterionKind
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

# For labels that have no key of their own, in this order.
SPARE_KEYS = "4567890abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Mark:
    """One label and the key that gives it, empty when the keys ran out."""

    key: str
    title: str
    definition: str
    tone: str
    hotkey: str
    good_example: str
    bad_example: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; for a text, `hotkey` goes to its field. `shown_for` is joined by spaces for the page."""

    key: str
    text: str
    kind: str
    required: bool
    shown_for: str
    marks: tuple[Mark, ...]
    hotkey: str

    @property
    def is_text(self) -> bool:
        return self.kind == CriterionKind.TEXT

    @property
    def input_type(self) -> str:
        return "checkbox" if self.kind == CriterionKind.MANY else "radio"

    def title_of(self, key: str) -> str:
        return next(mark.title for mark in self.marks if mark.key == key)


@dataclass(frozen=True, slots=True)
class Marks:
    verdict: Asked
    questions: tuple[Asked, ...]

    def question(self, key: str) -> Asked:
        return next(question for question in self.questions if question.key == key)


@lru_cache(maxsize=256)
def marks_of(version_id: int) -> Marks:
    """The marks of a published version, kept like its vocabulary."""
    return give_keys(vocabulary_of(version_id))


def give_keys(vocabulary: Vocabulary) -> Marks:
    questions = [vocabulary.verdict, *vocabulary.questions]
    own = {choice.hotkey for question in questions for choice in question.choices}
    spare = (key for key in SPARE_KEYS if key not in own | set(PAGE_KEYS) | set(KEPT_FOR_VERDICTS))
    verdict, *others = [asked(question, spare=spare) for question in questions]
    return Marks(verdict=verdict, questions=tuple(others))


def asked(question: Question, *, spare: Iterator[str]) -> Asked:
    return Asked(
        key=question.key,
        text=question.text,
        kind=question.kind,
        required=question.required,
        shown_for=" ".join(sorted(question.shown_for)),
        marks=tuple(
            Mark(
                key=choice.key,
                title=choice.title,
                definition=choice.definition,
                tone=choice.tone,
                hotkey=choice.hotkey or next(spare, ""),
                good_example=choice.good_example,
                bad_example=choice.bad_example,
            )
            for choice in question.choices
        ),
        hotkey=next(spare, "") if question.kind == CriterionKind.TEXT else "",
    )
