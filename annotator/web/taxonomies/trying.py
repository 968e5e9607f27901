"""The grading page with a chain that is nobody's work: its rows are checked and answered, and nothing is stored."""

from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from annotator.assignments.models import AfterFirstError
from annotator.grading.checking import GradeWrite, Refused, check_write
from annotator.grading.models import GradeState
from annotator.grading.reading import gaps_of_chain
from annotator.grading.saving import given_by
from annotator.web.grading.paper import Paper, steps_of
from annotator.web.grading.row import Questionnaire, Row, anchor_of
from annotator.web.grading.rows import row_of, unsaved_row
from annotator.web.grading.saves import fragment
from annotator.web.grading.writes import BadForm, read_write, without_unasked
from annotator.web.pages import SignedIn
from annotator.web.taxonomies.trial_chains import TrialChain
from taxonomies.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried on which chain, under which policy; `address` is the page's own."""

    form: Questionnaire
    chain: TrialChain
    address: str
    after_first_error: str
    is_stepwise: bool = False

    @property
    def stops(self) -> bool:
        return self.after_first_error == AfterFirstError.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A row as if it had been saved, or with why it would not be; `write` is None for a form that makes none."""

    row: Row
    status: int
    write: GradeWrite | None


def tried_words() -> str:
    """What a row says in place of "saved"."""
    return _("tried, not stored")


def try_row(request: SignedIn, trial: Trial, *, index: int | None) -> Tried:
    """The row that the form of this request makes. Raises Http404 for one that the chain does not have."""
    form = trial.form
    if not form.vocabulary.chain_questions if index is None else index >= len(trial.chain.texts):
        raise Http404
    shows_all = not request.htmx
    try:
        write = read_write(request.POST, index=index)
    except BadForm as bad:
        row = row_of(form, index=index, grade=None, problem=str(bad), shows_all=shows_all)
        return Tried(row=row, status=422, write=None)
    if not request.htmx:
        write = without_unasked(write, vocabulary=form.vocabulary)
    try:
        check_write(write, vocabulary=form.vocabulary)
    except Refused as refused:
        row = unsaved_row(
            form, write=write, stored=None, problem=str(refused), is_conflict=False, shows_all=shows_all
        )
        return Tried(row=row, status=422, write=write)
    grade = given_by(write, now=timezone.now())
    return Tried(row=row_of(form, index=index, grade=grade, shows_all=shows_all), status=200, write=write)


def answer_with(tried: Tried, *, trial: Trial) -> HttpResponse:
    """The row, and behind it the next step where steps are shown one after the other."""
    answer = fragment(tried.row, status=tried.status)
    if tried.status == 200 and tried.row.index is not None and trial.is_stepwise:
        shown = shown_after(tried, trial=trial)
        paper = replace(paper_of(trial), revealed=shown)
        if shown > tried.row.index + 1:
            answer.write(
                render_to_string("web/grading/_next_step.html", steps_of(paper, first=tried.row.index + 1))
            )
    return answer


def shown_after(tried: Tried, *, trial: Trial) -> int:
    """How many steps are shown once this row was tried; nothing is known of the rows before it."""
    index, write = tried.row.index, tried.write
    if index is None:
        return len(trial.chain.texts)
    is_graded = tried.status == 200 and write is not None and write.state != GradeState.CLEARED
    is_last = trial.stops and write is not None and write.verdict in flawed(trial.form.vocabulary)
    return min(index + 1 + (is_graded and not is_last), len(trial.chain.texts))


def flawed(vocabulary: Vocabulary) -> set[str]:
    return {choice.key for choice in vocabulary.verdict.choices if choice.value == -1}


def paper_of(trial: Trial, *, tried: Tried | None = None, with_labels: str = "") -> Paper:
    """The page before anything is tried, or with the one row that was: a page without JavaScript has no others."""
    form, chain = trial.form, trial.chain
    indexes = [*range(len(chain.texts)), *([None] if form.vocabulary.chain_questions else [])]
    rows = {
        index: row_of(form, index=index, grade=None, shows_all=anchor_of(index) == with_labels)
        for index in indexes
    }
    if tried is not None:
        rows[tried.row.index] = tried.row
    revealed = None
    if trial.is_stepwise:
        revealed = 1 if tried is None else shown_after(tried, trial=trial)
    return Paper(
        form=form,
        address=trial.address,
        is_open=True,
        stops=trial.stops,
        is_plain=False,
        has_raw=True,
        problem=chain.problem,
        final_answer=chain.final_answer,
        texts=chain.texts,
        rows=rows,
        carried=frozenset(),
        wanted=len(chain.texts),
        decided=sum(row.is_saved for row in rows.values() if not row.is_whole),
        is_whole_open=any(gaps_of_chain(None, vocabulary=form.vocabulary)),
        revealed=revealed,
        asks_repair=trial.after_first_error == AfterFirstError.REPAIR,
    )
