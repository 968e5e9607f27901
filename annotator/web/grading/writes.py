"""The form of one step, or of the whole chain, read strictly: what it does not know it refuses, in words."""

import re
import uuid
from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotator.grading.checking import GradeWrite
from annotator.grading.models import GradeState
from taxonomies.vocabulary import Vocabulary

# The verdict of a step that somebody is unsure about; no label has such a key. An empty one takes the grade back.
UNSURE = "?"
CLEARED = ""
OF_EVERY_FORM = {"csrfmiddlewaretoken", "operation_id", "revision", "comment", "seconds"}
OF_A_STEP = OF_EVERY_FORM | {"verdict", "repairs", "flag_reason", "human_step", "in_bulk"}
OF_THE_WHOLE_CHAIN = OF_EVERY_FORM | {"take_back"}
WHOLE = re.compile(r"[0-9]{1,9}")
SECONDS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SHOWN_CHARACTERS = 40


class BadForm(Exception):
    """Words for a form that our page would not send."""


def read_write(form: QueryDict, *, index: int | None) -> GradeWrite:
    """The write that a form asks for, of a step or (None) of the whole chain. Raises BadForm.

    Fields: `operation_id` (a UUID; drawn here when missing or empty, as in a form without JavaScript), `revision`,
    `verdict` (a label's key, `?` for unsure, empty to take the grade back), `repairs` (the index of an earlier step),
    `flag_reason`, `human_step`, `in_bulk` (1), `comment`, `seconds`, and the further answers as `label.<criterion>` (once per label) and `text.<criterion>`. The whole chain has no `verdict`: it is answered as soon
    as its form says something, unless it was sent by the button `take_back`.
    """
    fields = OF_THE_WHOLE_CHAIN if index is None else OF_A_STEP
    labels: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for name, values in form.lists():
        kind, dot, criterion = name.partition(".")
        if kind == "label" and dot:
            labels[criterion] = sorted(values)
        elif len(values) != 1:
            raise BadForm(_("{name} was sent {count} times.").format(name=shown(name), count=len(values)))
        elif kind == "text" and dot:
            texts[criterion] = typed(values[0])
        elif name not in fields:
            raise BadForm(_("This form has no field {name}.").format(name=shown(name)))
    verdict = form.get("verdict")
    if verdict is None and index is not None:
        raise BadForm(_("Choose a verdict first."))
    if "take_back" in form:
        labels, texts = {}, {}
    texts = {criterion: text for criterion, text in texts.items() if text}
    comment = "" if "take_back" in form else typed(form.get("comment", ""))
    says_something = bool(labels or texts or comment)
    return GradeWrite(
        index=index,
        operation_id=read_operation_id(form.get("operation_id", "")),
        revision=read_revision(form.get("revision", "")),
        state=state_of_chain(says_something=says_something) if verdict is None else state_of(verdict),
        verdict=None if verdict in {UNSURE, CLEARED} else verdict,
        labels=labels,
        texts=texts,
        comment=comment,
        repairs=read_repairs(form.get("repairs", "")),
        flag_reason=typed(form.get("flag_reason", "")),
        human_step=typed(form.get("human_step", "")),
        in_bulk=read_in_bulk(form.get("in_bulk", "")),
        seconds=read_seconds(form.get("seconds", "")),
    )


def state_of_chain(*, says_something: bool) -> GradeState:
    return GradeState.ANSWERED if says_something else GradeState.CLEARED


def state_of(verdict: str) -> GradeState:
    special = {UNSURE: GradeState.UNSURE, CLEARED: GradeState.CLEARED}
    return special.get(verdict, GradeState.GRADED)


def read_operation_id(text: str) -> uuid.UUID:
    if not text:
        return uuid.uuid4()
    if not UUID.fullmatch(text):
        raise BadForm(_("operation_id is not a UUID: {text}.").format(text=shown(text)))
    return uuid.UUID(text)


def read_revision(text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise BadForm(_("revision is not a whole number: {text}.").format(text=shown(text)))
    return int(text)


def read_repairs(text: str) -> int | None:
    if text and not WHOLE.fullmatch(text):
        raise BadForm(_("repairs is not the index of a step: {text}.").format(text=shown(text)))
    return int(text) if text else None


def read_in_bulk(text: str) -> bool:
    if text not in {"", "1"}:
        raise BadForm(_("in_bulk is not 1: {text}.").format(text=shown(text)))
    return text == "1"


def read_seconds(text: str) -> float:
    if not text:
        return 0.0
    if not SECONDS.fullmatch(text):
        raise BadForm(_("seconds is not a number of seconds: {text}.").format(text=shown(text)))
    return float(text)


def typed(text: str) -> str:
    """Browsers send a typed line break as CR LF."""
    return text.replace("\r\n", "\n")


def shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…")


def without_unasked(write: GradeWrite, *, vocabulary: Vocabulary) -> GradeWrite:
    """The write without answers that its others do not ask for.

    A pressed radio button cannot be let go, so a form without JavaScript still sends the error type of a step that
    is no longer flawed, or no longer graded.
    """
    if write.state == GradeState.CLEARED:
        return replace(
            write, labels={}, texts={}, comment="", repairs=None, flag_reason="", human_step="", in_bulk=False
        )
    kept: dict[str, list[str]] = {}
    is_whole = write.index is None
    given = set() if is_whole else {f"{vocabulary.verdict.key}.{write.verdict}"}
    for question in vocabulary.chain_questions if is_whole else vocabulary.questions:
        if question.key in write.labels and question.is_asked_after(given):
            kept[question.key] = write.labels[question.key]
            given |= {f"{question.key}.{label}" for label in write.labels[question.key]}
    answers = frozenset(given)
    asked_now = vocabulary.asked_of_chain(answers) if is_whole else vocabulary.asked_after(answers)
    asked = {question.key for question in asked_now}
    verdict = vocabulary.verdict.choice(write.verdict) if write.verdict else None
    is_flawed = verdict is not None and verdict.value == -1
    return replace(
        write,
        labels=kept,
        texts={key: text for key, text in write.texts.items() if key in asked},
        human_step=write.human_step if is_flawed else "",
        # Only the script gives grades in bulk: what a person sends by hand they have looked at.
        in_bulk=False,
    )
