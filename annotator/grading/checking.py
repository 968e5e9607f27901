"""What a write may say: whether it fits the vocabulary and the campaign, before anything is looked up or stored."""

import hashlib
import uuid
from dataclasses import dataclass, field, fields

import orjson
from django.utils.translation import gettext as _

from annotator.grading.alternatives import refusal_of
from annotator.grading.models import GradeState
from taxonomies.models import CriterionKind
from taxonomies.vocabulary import Vocabulary

COMMENT_LENGTH = 10_000
MOST_SECONDS = 24 * 60 * 60.0
LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeWrite:
    """What the annotator wants the grade of a step to be from now on: the whole of it, not a change.

    `index` None is the whole chain, which has answers and a comment only. `revision` is the one it is based on, 0 for
    a step not graded before. `verdict` is a label's key; `labels` and `texts` answer the further criteria by key;
    `repairs` is the index of the flawed step that this one undoes. `alternative` is the number of a step beside the
    chain's own at `index`, as `alternatives` counts them. `human_step` is what should stand in the place of a flawed one.
    """

    index: int | None
    operation_id: uuid.UUID
    revision: int
    state: str
    verdict: str | None = None
    labels: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    repairs: int | None = None
    flag_reason: str = ""
    human_step: str = ""
    in_bulk: bool = False
    alternative: int | None = None
    seconds: float = 0.0

    def digest(self) -> bytes:
        """Without what was left out, so that a browser's old write is still the same once a field is added here."""
        said = {
            each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default
        }
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()


class Refused(Exception):
    """The write makes no sense, in words for the page. Nothing was stored."""


def check_write(write: GradeWrite, *, vocabulary: Vocabulary) -> None:
    """Raise Refused unless the write fits the vocabulary by itself."""
    if write.state not in GradeState.values:
        raise Refused(_("Unknown state {state}.").format(state=repr(write.state)))
    if write.index is None:
        check_whole(write, vocabulary=vocabulary)
    elif write.state == GradeState.ANSWERED:
        raise Refused(_("A step is graded, unsure or cleared."))
    if (write.state == GradeState.GRADED) != (write.verdict is not None):
        raise Refused(_("A graded step has a verdict; an unsure or cleared one has none."))
    if write.verdict is not None and vocabulary.verdict.choice(write.verdict) is None:
        raise Refused(_("Unknown verdict {verdict}.").format(verdict=repr(write.verdict)))
    typed = (write.comment, write.flag_reason, write.human_step)
    says_something = write.labels or write.texts or any(typed) or write.repairs is not None
    if write.state == GradeState.CLEARED and says_something:
        raise Refused(_("A cleared grade says nothing."))
    if write.state != GradeState.GRADED and (write.in_bulk or write.human_step):
        raise Refused(_("Only a verdict is given in bulk, or has a written step beside it."))
    if any(len(text) > COMMENT_LENGTH for text in typed):
        raise Refused(_("A comment has at most {most} characters.").format(most=COMMENT_LENGTH))
    for text in (*typed, *write.texts.values()):
        if not storable(text):
            raise Refused(_("A text cannot hold NUL or half a character."))
    for number in (write.index or 0, write.revision, write.repairs or 0, write.alternative or 0):
        if not 0 <= number <= LARGEST_NUMBER:
            raise Refused(_("Steps and revisions are counted from 0."))
    if not 0 <= write.seconds <= MOST_SECONDS:
        raise Refused(_("The seconds of one step lie between 0 and a day."))
    check_answers(write, vocabulary=vocabulary)


def check_whole(write: GradeWrite, *, vocabulary: Vocabulary) -> None:
    if not vocabulary.chain_questions:
        raise Refused(_("Nothing is asked of the whole chain in this campaign."))
    if (
        write.state not in {GradeState.ANSWERED, GradeState.CLEARED}
        or write.repairs is not None
        or write.flag_reason
    ):
        raise Refused(_("The whole chain has answers, no verdict of its own."))
    if write.state == GradeState.ANSWERED and not (write.labels or write.texts or write.comment):
        raise Refused(_("Say something about the whole chain, or take it back."))


def check_alternatives(write: GradeWrite, *, policy: str, vocabulary: Vocabulary) -> None:
    """Raise Refused for an alternative, or a written step, that the campaign does not ask for."""
    verdict = vocabulary.verdict.choice(write.verdict) if write.verdict else None
    words = refusal_of(
        policy=policy,
        index=write.index,
        alternative=write.alternative,
        human_step=write.human_step,
        is_flawed=verdict is not None and verdict.value == -1,
    )
    if words is not None:
        raise Refused(words)


def storable(text: str) -> bool:
    """PostgreSQL keeps neither NUL nor a lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def check_answers(write: GradeWrite, *, vocabulary: Vocabulary) -> None:
    given = given_answers(write, vocabulary=vocabulary)
    is_whole = write.index is None
    questions = vocabulary.asked_of_chain(given) if is_whole else vocabulary.asked_after(given)
    asked = {question.key: question for question in questions}
    for key, labels in write.labels.items():
        question = asked.get(key)
        if question is None:
            of_chain = _("{key} is not asked of the whole chain.")
            words = of_chain if is_whole else _("{key} is not asked for this step.")
            raise Refused(words.format(key=repr(key)))
        if question.kind == CriterionKind.TEXT or any(question.choice(label) is None for label in labels):
            raise Refused(_("{key} has no such label.").format(key=repr(key)))
        if len(set(labels)) != len(labels) or (len(labels) > 1 and not question.many):
            words = _("{key} takes each label once.") if question.many else _("{key} takes one label.")
            raise Refused(words.format(key=repr(key)))
    for key, text in write.texts.items():
        if key not in asked or asked[key].kind != CriterionKind.TEXT:
            raise Refused(_("{key} takes no text here.").format(key=repr(key)))
        if not text or len(text) > COMMENT_LENGTH:
            raise Refused(_("{key} takes 1 to {most} characters.").format(key=repr(key), most=COMMENT_LENGTH))


def given_answers(write: GradeWrite, *, vocabulary: Vocabulary) -> frozenset[str]:
    """All answers of the write as `criterion.label` keys."""
    verdict = {f"{vocabulary.verdict.key}.{write.verdict}"} if write.verdict else set()
    return frozenset(verdict | {f"{key}.{label}" for key, labels in write.labels.items() for label in labels})
