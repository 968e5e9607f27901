"""The one way a grade is written: whole, once per operation, on the revision that the person saw."""

import uuid
from datetime import datetime, timedelta

import psycopg
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.accounts.models import User
from annotator.assignments.claiming import take_back
from annotator.assignments.models import AfterFirstError, Assignment, AssignmentStatus
from annotator.grading.checking import GradeWrite, Refused, check_alternatives, check_write
from annotator.grading.given import GivenGrade, given_grade
from annotator.grading.models import Answer, Grade, GradeRevision, GradeState
from annotator.grading.repairing import refusal_of as refusal_of_repair
from annotator.grading.revealing import hidden_words
from annotator.grading.statements import Held, Standing, hold, look, put
from taxonomies.vocabulary import Vocabulary, vocabulary_of

USED_OPERATION = gettext_lazy("This operation id was used for another write.")


class AssignmentNotOpen(Exception):
    """The chain was submitted, skipped or has expired meanwhile. Nothing was stored."""


class Conflict(Exception):
    """The grade has changed since the revision that the write is based on; `current` is what stands now."""

    def __init__(self, current: GivenGrade | None, *, is_whole: bool) -> None:
        of_chain = _("The whole chain was answered in another tab meanwhile.")
        super().__init__(of_chain if is_whole else _("This step was graded in another tab meanwhile."))
        self.current = current


def save_grade(*, public_id: uuid.UUID, annotator: User, write: GradeWrite, now: datetime) -> GivenGrade:
    """Store the write and return the grade as it stored it; the same operation again returns the same answer.

    A chain whose lease ran out while its annotator was cut off is taken back for what they wrote meanwhile.
    Raises Assignment.DoesNotExist for an assignment that is not theirs, and Refused, AssignmentNotOpen or Conflict.
    """
    try:
        return store_grade(public_id=public_id, annotator=annotator, write=write, now=now)
    except AssignmentNotOpen:
        if not take_back(public_id=public_id, annotator=annotator, now=now):
            raise
        return store_grade(public_id=public_id, annotator=annotator, write=write, now=now)
    except IntegrityError as error:
        # A write on another chain took the id after we had looked for it; on this chain the lock rules that out.
        if constraint_of(error) != "an_operation_is_done_once":
            raise
        raise Refused(str(USED_OPERATION)) from error


@transaction.atomic
def store_grade(*, public_id: uuid.UUID, annotator: User, write: GradeWrite, now: datetime) -> GivenGrade:
    held = hold(
        public_id=public_id,
        annotator_id=annotator.pk,
        index=write.index,
        alternative=write.alternative,
        repairs=write.repairs,
    )
    if held is None:
        raise Assignment.DoesNotExist
    vocabulary = vocabulary_of(held.version_id)
    check_write(write, vocabulary=vocabulary)
    check_alternatives(write, policy=held.alternatives, vocabulary=vocabulary)
    digest = write.digest()
    flawed = [choice.id for choice in vocabulary.verdict.choices if choice.value == -1]
    standing = look(
        held,
        operation_id=write.operation_id,
        index=write.index,
        stops=held.after_first_error == AfterFirstError.STOP and write.state != GradeState.CLEARED,
        flawed=flawed,
    )
    if standing.done_id is not None:
        return replay(
            done_id=standing.done_id, held=held, digest=digest, vocabulary=vocabulary, index=write.index
        )
    if held.status != AssignmentStatus.OPEN:
        raise AssignmentNotOpen(words_of_closed(held.status))
    check_reach(write, held=held, standing=standing, flawed=flawed)
    if standing.revision != write.revision:
        current = standing_grade(standing, vocabulary=vocabulary, index=write.index)
        raise Conflict(current, is_whole=write.index is None)
    verdict = vocabulary.verdict.choice(write.verdict) if write.verdict else None
    grade_id = put(
        held,
        grade_id=standing.grade_id,
        values={
            "state": write.state,
            "verdict": verdict.id if verdict else None,
            "criterion": vocabulary.verdict.id,
            "comment": write.comment,
            "flag_reason": write.flag_reason,
            "human_step": write.human_step,
            "in_bulk": write.in_bulk,
            "seconds": write.seconds,
            "operation": write.operation_id,
            "digest": digest,
            "now": now,
        },
    )
    store_answers(grade_id=grade_id, write=write, vocabulary=vocabulary)
    extend_lease(held, now=now)
    return given_by(write, now=now)


def given_by(write: GradeWrite, *, now: datetime) -> GivenGrade:
    """The grade that a write makes."""
    return GivenGrade(
        index=write.index,
        revision=write.revision + 1,
        state=write.state,
        verdict=write.verdict,
        labels={key: tuple(sorted(labels)) for key, labels in sorted(write.labels.items()) if labels},
        texts=dict(sorted(write.texts.items())),
        comment=write.comment,
        repairs=write.repairs,
        flag_reason=write.flag_reason,
        human_step=write.human_step,
        in_bulk=write.in_bulk,
        seconds=write.seconds,
        saved_at=now,
    )


def words_of_closed(status: str) -> str:
    if status == AssignmentStatus.MOVED:
        return _(
            "The campaign went on to a newer version of its taxonomy, and this chain with it: reload the page to go"
            " on there. This grade was not saved; what was saved before has come along."
        )
    return _("This chain is {status}; the grade was not saved.").format(
        status=AssignmentStatus(status).label.lower()
    )


def replay(
    *, done_id: int, held: Held, digest: bytes, vocabulary: Vocabulary, index: int | None
) -> GivenGrade:
    """The answer that this operation got the first time; the digest vouches for its index."""
    done = GradeRevision.objects.get(pk=done_id)
    if done.assignment_id != held.assignment_id or bytes(done.operation_digest) != digest:
        raise Refused(str(USED_OPERATION))
    return given_grade(done, vocabulary=vocabulary, index=index)


def standing_grade(standing: Standing, *, vocabulary: Vocabulary, index: int | None) -> GivenGrade | None:
    if standing.grade_id is None:
        return None
    return given_grade(Grade.objects.get(pk=standing.grade_id), vocabulary=vocabulary, index=index)


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that PostgreSQL saw broken."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None


def check_reach(write: GradeWrite, *, held: Held, standing: Standing, flawed: list[int]) -> None:
    """Raise Refused when the step, or the one it repairs, is not one that may be graded now."""
    if write.index is None:
        return
    if held.step_id is None or (write.repairs is not None and held.repaired_step_id is None):
        raise Refused(_("This chain has no such step."))
    if write.repairs is not None and write.repairs >= write.index:
        raise Refused(_("A step can only repair an earlier one."))
    hidden = hidden_words(held, index=write.index)
    if hidden is not None:
        raise Refused(hidden)
    if standing.flawed_before:
        raise Refused(_("Steps after the first flawed one stay not graded in this campaign."))
    lost = refusal_of_repair(held, repaired=write.repairs, flawed=flawed)
    if lost is not None:
        raise Refused(lost)


def store_answers(*, grade_id: int, write: GradeWrite, vocabulary: Vocabulary) -> None:
    questions = {question.key: question for question in vocabulary.further}
    labelled = [(questions[key], label, "") for key, labels in write.labels.items() for label in labels]
    written = [(questions[key], None, text) for key, text in write.texts.items()]
    answers = [
        Answer(
            grade_id=grade_id,
            revision=write.revision + 1,
            taxonomy_version_id=vocabulary.version_id,
            criterion_id=question.id,
            kind=question.kind,
            scope=question.scope,
            label_id=choice.id if label and (choice := question.choice(label)) else None,
            text=text,
        )
        for question, label, text in [*labelled, *written]
    ]
    if answers:
        Answer.objects.bulk_create(answers)


def extend_lease(held: Held, *, now: datetime) -> None:
    """Working on a chain keeps it; written only when a tenth of the lease has gone, not on every key press."""
    lease = timedelta(minutes=held.lease_minutes)
    if held.expires_at < now + 0.9 * lease:
        Assignment.objects.filter(pk=held.assignment_id).update(expires_at=now + lease)
