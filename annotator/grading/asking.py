"""Why a move asks somebody about a step again, in words, and whether they have answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext_lazy

from annotator.assignments.models import Assignment
from annotator.grading.models import Answer, AskedAgain, Grade, GradeState, Regrade
from taxonomies.vocabulary import Question, Vocabulary, vocabulary_of

# Words for each former label, by how many labels of the later version it became.
SPLIT = gettext_lazy("“{title}” was split: choose again.")
DROPPED = gettext_lazy("“{title}” is gone: choose another.")
NO_PLACE = gettext_lazy("“{title}” could not be carried over: answer again.")
QUESTION = gettext_lazy("“{title}” needs an answer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One step, or the whole chain, in the words of a researcher and of its annotator.

    `titles` are those of the former labels, or the questions, that need a person; `offers` the labels that the later
    version has in their place; `said` is the whole former grade.
    """

    reason: str
    keys: tuple[str, ...]
    titles: tuple[str, ...]
    offers: tuple[str, ...]
    words: str
    said: str = ""

    @property
    def may_be_left_out(self) -> bool:
        """Whether the grade stands without what is asked, so that somebody may leave it at that."""
        return self.reason in (AskedAgain.SPLIT, AskedAgain.NO_PLACE)


def asking_of(regrade: Regrade, *, said: str = "") -> Asking:
    former = vocabulary_of(regrade.move.from_version_id)
    later = vocabulary_of(regrade.move.to_version_id)
    mapping: Mapping[str, list[str]] = regrade.move.mapping
    titles = {key: title_of(key, vocabulary=former if "." in key else later) for key in regrade.keys}
    return Asking(
        reason=regrade.reason,
        keys=tuple(regrade.keys),
        titles=tuple(titles.values()),
        offers=tuple(offers_of(regrade, later=later, mapping=mapping)),
        words=" ".join(
            phrase_for(key, reason=regrade.reason, mapping=mapping).format(title=title)
            for key, title in titles.items()
        ),
        said=said,
    )


def phrase_for(key: str, *, reason: str, mapping: Mapping[str, list[str]]) -> str:
    if "." not in key:
        return str(QUESTION)
    if len(mapping.get(key, [])) > 1:
        return str(SPLIT)
    return str(DROPPED if reason == AskedAgain.DROPPED else NO_PLACE)


def offers_of(regrade: Regrade, *, later: Vocabulary, mapping: Mapping[str, list[str]]) -> list[str]:
    """Titles, without repeats: what a label was split into, else all labels of the question that is open."""
    found: dict[str, None] = {}
    for key in regrade.keys:
        targets = mapping.get(key, [])
        if targets:
            found.update(dict.fromkeys(title_of(target, vocabulary=later) for target in targets))
        elif question := question_of(later.verdict.key if "." in key else key, vocabulary=later):
            found.update(dict.fromkeys(choice.title for choice in question.choices))
    return list(found)


def title_of(key: str, *, vocabulary: Vocabulary) -> str:
    """Of a `criterion.label`, or the text of a criterion's question."""
    criterion, _, label = key.partition(".")
    question = question_of(criterion, vocabulary=vocabulary)
    if question is None:
        return key
    if not label:
        return question.text
    choice = question.choice(label)
    return choice.title if choice else key


def question_of(key: str, *, vocabulary: Vocabulary) -> Question | None:
    return next((q for q in (vocabulary.verdict, *vocabulary.further) if q.key == key), None)


def askings_of(assignment: Assignment) -> dict[int | None, Asking]:
    """What a move asks of an assignment, answered or not: by step id, None for the whole chain."""
    # No assignment from before a move has any: the usual page asks the database nothing.
    if assignment.moved_from_id is None:
        return {}
    rows = list(Regrade.objects.filter(assignment=assignment).select_related("move", "former"))
    answers: dict[int, list[Answer]] = {}
    formers = [row.former_id for row in rows]
    for answer in Answer.objects.filter(grade__in=formers, revision=F("grade__revision")).order_by("pk"):
        answers.setdefault(answer.grade_id, []).append(answer)
    return {
        row.step_id: asking_of(
            row, said=words_of(row.former, answers=answers.get(row.former.pk, [])) if row.former else ""
        )
        for row in rows
    }


def words_of(grade: Grade, *, answers: list[Answer]) -> str:
    """All that a grade says, in the titles of its version."""
    vocabulary = vocabulary_of(grade.taxonomy_version_id)
    titles = {c.id: c.title for q in (vocabulary.verdict, *vocabulary.further) for c in q.choices}
    label_ids = [grade.verdict_id, *(answer.label_id for answer in answers)]
    said = [titles[pk] for pk in label_ids if pk is not None]
    said += [f"“{text}”" for text in (*(answer.text for answer in answers), grade.comment) if text]
    return ", ".join(said)


def is_answered(grade: Grade | None) -> bool:
    """Whether what was asked about again has been saved since by its annotator, and not by a move alone.

    Somebody who takes back what they said of the whole chain has answered; a step is graded by a grade only.
    """
    if grade is None or (grade.state == GradeState.CLEARED and grade.step_id is not None):
        return False
    return grade.revision > 1 or grade.translated_from_id is None
