"""The one way a grade is written: whole, once per operation, on the revision that the person saw."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
import psycopg
from django.db import IntegrityError, transaction

from annotator.accounts.models import User
from annotator.assignments.models import AfterFirstError, Assignment, AssignmentStatus
from annotator.chains.models import ChainStep
from annotator.grading.models import Answer, Grade, GradeRevision, GradeState
from annotator.grading.reading import GivenGrade, given_grade
from taxonomies.models import CriterionKind
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

USED_OPERATION = "This operation id was used for another write."
COMMENT_LENGTH = 10_000
MOST_SECONDS = 24 * 60 * 60.0
LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeWrite:
    """What the annotator wants the grade of a step to be from now on: the whole of it, not a change.

    `revision` is the one it is based on, 0 for a step not graded before. `verdict` is a label's key; `labels` and
    `texts` answer the further criteria by key; `repairs` is the index of the flawed step that this one undoes.
    """

    index: int
    operation_id: uuid.UUID
    revision: int
    state: str
    verdict: str | None = None
    labels: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    repairs: int | None = None
    seconds: float = 0.0

    def digest(self) -> bytes:
        return hashlib.sha256(orjson.dumps(self, option=orjson.OPT_SORT_KEYS)).digest()


class Refused(Exception):
    """The write makes no sense, in words for the page. Nothing was stored."""


class AssignmentNotOpen(Exception):
    """The chain was submitted, skipped or has expired meanwhile. Nothing was stored."""


class Conflict(Exception):
    """The grade has changed since the revision that the write is based on; `current` is what stands now."""

    def __init__(self, current: GivenGrade | None) -> None:
        super().__init__("This step was graded in another tab meanwhile.")
        self.current = current


def save_grade(*, public_id: uuid.UUID, annotator: User, write: GradeWrite, now: datetime) -> GivenGrade:
    """Store the write and return the grade as it stored it; the same operation again returns the same answer.

    Raises Assignment.DoesNotExist for an assignment that is not theirs, and Refused, AssignmentNotOpen or Conflict.
    """
    try:
        return store_grade(public_id=public_id, annotator=annotator, write=write, now=now)
    except IntegrityError as error:
        # A write on another chain took the id after we had looked for it; on this chain the lock rules that out.
        if constraint_of(error) != "an_operation_is_done_once":
            raise
        raise Refused(USED_OPERATION) from error


@transaction.atomic
def store_grade(*, public_id: uuid.UUID, annotator: User, write: GradeWrite, now: datetime) -> GivenGrade:
    # The lock on the assignment puts all writes of one person on one chain in a row.
    assignment = (
        Assignment.objects.select_related("campaign")
        .select_for_update(of=("self",), no_key=True)
        .get(public_id=public_id, annotator=annotator)
    )
    vocabulary = vocabulary_of(assignment.taxonomy_version_id)
    check_write(write, vocabulary=vocabulary)
    digest = write.digest()
    done = GradeRevision.objects.filter(operation_id=write.operation_id).first()
    if done is not None:
        return replay(done=done, assignment=assignment, digest=digest, vocabulary=vocabulary)
    if assignment.status != AssignmentStatus.OPEN:
        raise AssignmentNotOpen(f"This chain is {assignment.status}; the grade was not saved.")
    steps = steps_in_reach(assignment=assignment, write=write, vocabulary=vocabulary)
    grade = Grade.objects.filter(
        campaign=assignment.campaign_id,
        taxonomy_version=assignment.taxonomy_version_id,
        annotator=annotator,
        step=steps[write.index],
    ).first()
    if (grade.revision if grade else 0) != write.revision:
        raise Conflict(given_grade(grade, vocabulary=vocabulary, index=write.index) if grade else None)
    grade = grade or Grade(
        campaign_id=assignment.campaign_id,
        taxonomy_version_id=assignment.taxonomy_version_id,
        annotator=annotator,
        step_id=steps[write.index],
        verdict_criterion_id=vocabulary.verdict.id,
    )
    verdict = vocabulary.verdict.choice(write.verdict) if write.verdict else None
    grade.assignment = assignment
    grade.chain_id = assignment.chain_id
    grade.state = write.state
    grade.verdict_id = verdict.id if verdict else None
    grade.comment = write.comment
    grade.repairs_id = None if write.repairs is None else steps[write.repairs]
    grade.seconds = write.seconds
    grade.rendering = assignment.rendering
    grade.revision = write.revision + 1
    grade.operation_id = write.operation_id
    grade.operation_digest = digest
    grade.saved_at = now
    grade.save(force_insert=write.revision == 0, force_update=write.revision > 0)
    store_answers(grade=grade, write=write, vocabulary=vocabulary)
    extend_lease(assignment=assignment, now=now)
    return GivenGrade(
        index=write.index,
        revision=grade.revision,
        state=write.state,
        verdict=write.verdict,
        labels={key: tuple(sorted(labels)) for key, labels in sorted(write.labels.items()) if labels},
        texts=dict(sorted(write.texts.items())),
        comment=write.comment,
        repairs=write.repairs,
        saved_at=now,
    )


def replay(
    *, done: GradeRevision, assignment: Assignment, digest: bytes, vocabulary: Vocabulary
) -> GivenGrade:
    """The answer that this operation got the first time."""
    if done.assignment_id != assignment.pk or bytes(done.operation_digest) != digest:
        raise Refused(USED_OPERATION)
    index = ChainStep.objects.values_list("index", flat=True).get(
        chain=assignment.chain_id, step__grades=done.grade_id
    )
    return given_grade(done, vocabulary=vocabulary, index=index)


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that PostgreSQL saw broken."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None


def check_write(write: GradeWrite, *, vocabulary: Vocabulary) -> None:
    """Raise Refused unless the write fits the vocabulary by itself."""
    if write.state not in GradeState.values:
        raise Refused(f"Unknown state {write.state!r}.")
    if (write.state == GradeState.GRADED) != (write.verdict is not None):
        raise Refused("A graded step has a verdict; an unsure or cleared one has none.")
    if write.verdict is not None and vocabulary.verdict.choice(write.verdict) is None:
        raise Refused(f"Unknown verdict {write.verdict!r}.")
    says_something = write.labels or write.texts or write.comment or write.repairs is not None
    if write.state == GradeState.CLEARED and says_something:
        raise Refused("A cleared grade says nothing.")
    if len(write.comment) > COMMENT_LENGTH:
        raise Refused(f"A comment has at most {COMMENT_LENGTH} characters.")
    for text in (write.comment, *write.texts.values()):
        if not storable(text):
            raise Refused("A text cannot hold NUL or half a character.")
    for number in (write.index, write.revision, write.repairs or 0):
        if not 0 <= number <= LARGEST_NUMBER:
            raise Refused("Steps and revisions are counted from 0.")
    if not 0 <= write.seconds <= MOST_SECONDS:
        raise Refused("The seconds of one step lie between 0 and a day.")
    check_answers(write, vocabulary=vocabulary)


def storable(text: str) -> bool:
    """PostgreSQL keeps neither NUL nor a lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def check_answers(write: GradeWrite, *, vocabulary: Vocabulary) -> None:
    asked = {
        question.key: question
        for question in vocabulary.asked_after(given_answers(write, vocabulary=vocabulary))
    }
    for key, labels in write.labels.items():
        question = asked.get(key)
        if question is None:
            raise Refused(f"{key!r} is not asked for this step.")
        if question.kind == CriterionKind.TEXT or any(question.choice(label) is None for label in labels):
            raise Refused(f"{key!r} has no such label.")
        if len(set(labels)) != len(labels) or (len(labels) > 1 and not question.many):
            raise Refused(f"{key!r} takes {'each label once' if question.many else 'one label'}.")
    for key, text in write.texts.items():
        if key not in asked or asked[key].kind != CriterionKind.TEXT:
            raise Refused(f"{key!r} takes no text here.")
        if not text or len(text) > COMMENT_LENGTH:
            raise Refused(f"{key!r} takes 1 to {COMMENT_LENGTH} characters.")


def given_answers(write: GradeWrite, *, vocabulary: Vocabulary) -> frozenset[str]:
    """All answers of the write as `criterion.label` keys."""
    verdict = {f"{vocabulary.verdict.key}.{write.verdict}"} if write.verdict else set()
    return frozenset(verdict | {f"{key}.{label}" for key, labels in write.labels.items() for label in labels})


def steps_in_reach(*, assignment: Assignment, write: GradeWrite, vocabulary: Vocabulary) -> dict[int, int]:
    """Step ids by index, of the step to be graded and the one it repairs. Raises Refused when one may not be graded."""
    wanted = {write.index} | ({write.repairs} if write.repairs is not None else set())
    steps = dict(
        ChainStep.objects.filter(chain=assignment.chain_id, index__in=wanted).values_list("index", "step_id")
    )
    if len(steps) != len(wanted):
        raise Refused("This chain has no such step.")
    if write.repairs is not None and write.repairs >= write.index:
        raise Refused("A step can only repair an earlier one.")
    stops = (
        assignment.campaign.after_first_error == AfterFirstError.STOP and write.state != GradeState.CLEARED
    )
    if stops and flawed_before(assignment=assignment, index=write.index, vocabulary=vocabulary):
        raise Refused("Steps after the first flawed one stay not graded in this campaign.")
    return steps


def flawed_before(*, assignment: Assignment, index: int, vocabulary: Vocabulary) -> bool:
    flawed = [choice.id for choice in vocabulary.verdict.choices if choice.value == -1]
    return ChainStep.objects.filter(
        chain=assignment.chain_id,
        index__lt=index,
        step__grades__campaign=assignment.campaign_id,
        step__grades__taxonomy_version=assignment.taxonomy_version_id,
        step__grades__annotator=assignment.annotator_id,
        step__grades__verdict__in=flawed,
    ).exists()


def store_answers(*, grade: Grade, write: GradeWrite, vocabulary: Vocabulary) -> None:
    questions = {question.key: question for question in vocabulary.questions}
    answers = [
        new_answer(grade=grade, question=questions[key], label_key=label, text="")
        for key, labels in write.labels.items()
        for label in labels
    ] + [
        new_answer(grade=grade, question=questions[key], label_key=None, text=text)
        for key, text in write.texts.items()
    ]
    if answers:
        Answer.objects.bulk_create(answers)


def new_answer(*, grade: Grade, question: Question, label_key: str | None, text: str) -> Answer:
    choice = question.choice(label_key) if label_key else None
    return Answer(
        grade=grade,
        revision=grade.revision,
        taxonomy_version_id=grade.taxonomy_version_id,
        criterion_id=question.id,
        kind=question.kind,
        label_id=choice.id if choice else None,
        text=text,
    )


def extend_lease(*, assignment: Assignment, now: datetime) -> None:
    """Working on a chain keeps it; written only when a tenth of the lease has gone, not on every key press."""
    lease = timedelta(minutes=assignment.campaign.lease_minutes)
    if assignment.expires_at < now + 0.9 * lease:
        Assignment.objects.filter(pk=assignment.pk).update(expires_at=now + lease)
