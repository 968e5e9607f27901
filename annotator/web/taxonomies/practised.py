"""The end of a practice chain: what was said of each row, sent along with it, set beside what most would say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from annotator.grading.checking import Refused, check_write
from annotator.grading.given import GivenGrade
from annotator.grading.models import GradeState
from annotator.grading.reading import Missing, SheetStep, gaps_of, gaps_of_chain, lost_links_of
from annotator.grading.saving import given_by
from annotator.grading.submitting import UNFINISHED
from annotator.web.grading.row import WHOLE_CHAIN, anchor_of
from annotator.web.grading.writes import BadForm, read_write
from annotator.web.taxonomies.practice_chains import Note, PracticeChain
from annotator.web.taxonomies.trying import Trial, flawed
from taxonomies.vocabulary import Choice, Vocabulary

OF_THE_FORM = {"csrfmiddlewaretoken", "unfinished", "note", WHOLE_CHAIN}


class BadEnd(Exception):
    """Words for rows that our page would not send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """On one step: `said` is None where nothing was, `usual` where the taxonomy has no verdict of that value."""

    number: int
    said: str | None
    usual: str | None
    agrees: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Practised:
    """`unfinished` is empty, or the reason for which the chain was handed in as it was; then nothing is `missing`."""

    missing: list[Missing]
    unfinished: str
    verdicts: list[Verdict]

    @property
    def compared(self) -> int:
        return sum(verdict.said is not None and verdict.usual is not None for verdict in self.verdicts)

    @property
    def agreed(self) -> int:
        return sum(verdict.agrees for verdict in self.verdicts)


def read_practised(sent: QueryDict, *, trial: Trial, sample: PracticeChain) -> Practised:
    """Fields `step-<index>` and `whole-chain`, each a row's form as it would send itself. Raises BadEnd."""
    indexes = range(len(sample.chain.texts))
    if not set(sent) <= OF_THE_FORM | {anchor_of(index) for index in indexes}:
        raise BadEnd(_("This form has a field that is not asked for."))
    vocabulary = trial.form.vocabulary
    grades = {
        index: grade_from(sent.get(anchor_of(index), ""), index=index, vocabulary=vocabulary)
        for index in [*indexes, *([None] if vocabulary.chain_questions else [])]
    }
    unfinished = sent.get("unfinished", "")
    if unfinished and unfinished not in UNFINISHED:
        raise BadEnd(_("Unknown reason."))
    wanted = steps_to_grade(grades, trial=trial)
    missing = [] if unfinished else list(gaps(grades, wanted=wanted, trial=trial))
    return Practised(
        missing=missing,
        unfinished=unfinished,
        verdicts=[
            verdict_on(note, number=index + 1, grade=grades[index] if index in wanted else None, trial=trial)
            for index, note in enumerate(sample.notes)
        ],
    )


def grade_from(row: str, *, index: int | None, vocabulary: Vocabulary) -> GivenGrade | None:
    if not row:
        return None
    try:
        write = read_write(QueryDict(row), index=index)
        check_write(write, vocabulary=vocabulary)
    except (BadForm, Refused) as refused:
        raise BadEnd(str(refused)) from refused
    return given_by(write, now=timezone.now())


def steps_to_grade(grades: dict[int | None, GivenGrade | None], *, trial: Trial) -> range:
    """All, or up to the first error where the campaign stops there."""
    count = len(trial.chain.texts)
    bad = flawed(trial.form.vocabulary)
    if trial.stops:
        for index in range(count):
            grade = grades[index]
            if grade is not None and grade.verdict in bad:
                return range(index + 1)
    return range(count)


def gaps(grades: dict[int | None, GivenGrade | None], *, wanted: range, trial: Trial) -> Iterator[Missing]:
    vocabulary = trial.form.vocabulary
    bad = flawed(vocabulary)
    called_flawed = frozenset(
        index for index in wanted if (grade := grades[index]) is not None and grade.verdict in bad
    )
    for index in wanted:
        step = SheetStep(
            index=index, step_id=0, text=trial.chain.texts[index], grade=grades[index], carried=False
        )
        yield from gaps_of(step, vocabulary=vocabulary)
        yield from lost_links_of(step, flawed=called_flawed)
    yield from gaps_of_chain(grades.get(None), vocabulary=vocabulary)


def verdict_on(note: Note, *, number: int, grade: GivenGrade | None, trial: Trial) -> Verdict:
    verdict = trial.form.vocabulary.verdict
    usual = [choice for choice in verdict.choices if choice.value == note.value]
    said = verdict.choice(grade.verdict) if grade is not None and grade.verdict else None
    is_unsure = grade is not None and grade.state == GradeState.UNSURE
    return Verdict(
        number=number,
        said=_("Unsure") if is_unsure else title_of(said),
        usual=_(" or ").join(choice.title for choice in usual) or None,
        agrees=said is not None and said.value == note.value,
        note=note.words,
    )


def title_of(choice: Choice | None) -> str | None:
    return choice.title if choice else None
