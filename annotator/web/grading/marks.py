"""A taxonomy version as the grading page shows it: its questions with a key for every label."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from taxonomies.checking import KEPT_FOR_VERDICTS, PAGE_KEYS
from taxonomies.models import CriterionKind
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

# For labels that have no key of their own, in this order.
SPARE_KEYS = "4567890abcdefghijklmnopqrstuvwxyz"
# A question with more labels than this is long: its rows show what was chosen, and the rest is found by typing.
MOST_CHOICES = 20


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
    value: int | None

    @property
    def is_flawed(self) -> bool:
        """Of a verdict."""
        return self.value == -1


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

    @property
    def is_long(self) -> bool:
        return len(self.marks) > MOST_CHOICES

    @property
    def with_keys(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.hotkey)

    def mark(self, key: str) -> Mark | None:
        return next((mark for mark in self.marks if mark.key == key), None)

    def title_of(self, key: str) -> str:
        return next(mark.title for mark in self.marks if mark.key == key)


@dataclass(frozen=True, slots=True)
class Marks:
    """The verdict, the further questions of a step, and those of the whole chain."""

    verdict: Asked
    questions: tuple[Asked, ...]
    chain_questions: tuple[Asked, ...]

    @property
    def every_question(self) -> tuple[Asked, ...]:
        return (self.verdict, *self.questions, *self.chain_questions)

    @property
    def long_questions(self) -> tuple[Asked, ...]:
        return tuple(asked for asked in (*self.questions, *self.chain_questions) if asked.is_long)

    def question(self, key: str) -> Asked:
        return next(question for question in self.every_question if question.key == key)


def marks_of(vocabulary: Vocabulary) -> Marks:
    """The marks of a version; kept like its vocabulary once it is published, which a digest tells."""
    return kept_marks(vocabulary.version_id) if vocabulary.digest else give_keys(vocabulary)


@lru_cache(maxsize=256)
def kept_marks(version_id: int) -> Marks:
    return give_keys(vocabulary_of(version_id))


def give_keys(vocabulary: Vocabulary) -> Marks:
    """The whole chain has its own keys: they work only while it has the focus."""
    verdict, *others = with_keys([vocabulary.verdict, *vocabulary.questions])
    return Marks(
        verdict=verdict,
        questions=tuple(others),
        chain_questions=tuple(with_keys(vocabulary.chain_questions)),
    )


def with_keys(questions: Sequence[Question]) -> list[Asked]:
    own = {choice.hotkey for question in questions for choice in question.choices}
    spare = (key for key in SPARE_KEYS if key not in own | set(PAGE_KEYS) | set(KEPT_FOR_VERDICTS))
    return [asked(question, spare=spare) for question in questions]


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
                value=choice.value,
            )
            for choice in question.choices
        ),
        hotkey=next(spare, "") if question.kind == CriterionKind.TEXT else "",
    )
