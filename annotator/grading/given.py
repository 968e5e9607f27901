"""One grade, or one former state of it, in the keys of its taxonomy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from annotator.chains.models import ChainStep
from annotator.grading.models import Answer, Grade, GradeRevision, GradeState
from taxonomies.vocabulary import Question, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenGrade:
    """One grade in the keys of its taxonomy; `index` is None for the whole chain, `repairs` the step it undoes."""

    index: int | None
    revision: int
    state: str
    verdict: str | None
    labels: dict[str, tuple[str, ...]]
    texts: dict[str, str]
    comment: str
    repairs: int | None
    flag_reason: str
    human_step: str
    in_bulk: bool
    seconds: float
    saved_at: datetime

    @property
    def counts(self) -> bool:
        return self.state != GradeState.CLEARED


def answers_of(grade: GivenGrade, *, vocabulary: Vocabulary) -> frozenset[str]:
    """All answers of a grade as `criterion.label` keys."""
    verdict = {f"{vocabulary.verdict.key}.{grade.verdict}"} if grade.verdict else set()
    return frozenset(verdict | {f"{key}.{label}" for key, labels in grade.labels.items() for label in labels})


def answers_by_grade(grades: Iterable[Grade]) -> dict[int, list[Answer]]:
    """The answers that count: those of each grade's own revision."""
    revisions = {grade.pk: grade.revision for grade in grades}
    found: dict[int, list[Answer]] = {}
    for answer in Answer.objects.filter(grade__in=revisions).order_by("pk"):
        if answer.revision == revisions[answer.grade_id]:
            found.setdefault(answer.grade_id, []).append(answer)
    return found


def given_grade(grade: Grade | GradeRevision, *, vocabulary: Vocabulary, index: int | None) -> GivenGrade:
    """One grade, or one former state of it, in keys."""
    grade_id = grade.grade_id if isinstance(grade, GradeRevision) else grade.pk
    answers = list(Answer.objects.filter(grade=grade_id, revision=grade.revision))
    repairs = None
    if grade.repairs_id is not None:
        repairs = ChainStep.objects.values_list("index", flat=True).get(
            chain=grade.assignment.chain_id, step=grade.repairs_id
        )
    return in_keys(grade, answers=answers, vocabulary=vocabulary, index=index, repairs=repairs)


def in_keys(
    grade: Grade | GradeRevision,
    *,
    answers: list[Answer],
    vocabulary: Vocabulary,
    index: int | None,
    repairs: int | None,
) -> GivenGrade:
    questions: dict[int, Question] = {question.id: question for question in vocabulary.further}
    labels: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for answer in answers:
        question = questions[answer.criterion_id]
        if answer.label_id is None:
            texts[question.key] = answer.text
        else:
            labels.setdefault(question.key, []).append(key_of(question, answer.label_id))
    return GivenGrade(
        index=index,
        revision=grade.revision,
        state=grade.state,
        verdict=key_of(vocabulary.verdict, grade.verdict_id) if grade.verdict_id else None,
        labels={key: tuple(sorted(chosen)) for key, chosen in sorted(labels.items())},
        texts=dict(sorted(texts.items())),
        comment=grade.comment,
        repairs=repairs,
        flag_reason=grade.flag_reason,
        human_step=grade.human_step,
        in_bulk=grade.in_bulk,
        seconds=grade.seconds,
        saved_at=grade.saved_at,
    )


def key_of(question: Question, label_id: int) -> str:
    return next(choice.key for choice in question.choices if choice.id == label_id)
