"""One row of the grading page, a step or the whole chain: read it, save it."""

import uuid
from dataclasses import replace
from functools import lru_cache

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from annotator.assignments.exposing import is_stepwise
from annotator.assignments.models import Assignment
from annotator.grading.checking import GradeWrite, Refused
from annotator.grading.reading import Sheet, read_sheet
from annotator.grading.saving import AssignmentNotOpen, Conflict, save_grade
from annotator.web.grading.marks import Marks, marks_of
from annotator.web.grading.page import mine, page, paper_of
from annotator.web.grading.paper import steps_of
from annotator.web.grading.row import WRITES, Row, anchor_of
from annotator.web.grading.rows import (
    asked_again_in,
    questionnaire,
    row_of,
    sheet_questionnaire,
    sheet_row,
    stored_in,
    unsaved_row,
)
from annotator.web.grading.writes import BadForm, read_write, without_unasked
from annotator.web.pages import SignedIn, for_members
from taxonomies.vocabulary import vocabulary_of

# PostgreSQL's integer; a step beyond it cannot exist.
MOST_STEPS = 2**31 - 1


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def step(request: SignedIn, public_id: uuid.UUID, index: int) -> HttpResponse:
    if index > MOST_STEPS:
        raise Http404
    return row(request, public_id, index=index)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def alternative(request: SignedIn, public_id: uuid.UUID, index: int, number: int) -> HttpResponse:
    if max(index, number) > MOST_STEPS:
        raise Http404
    return row(request, public_id, index=index, alternative=number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def whole_chain(request: SignedIn, public_id: uuid.UUID) -> HttpResponse:
    return row(request, public_id, index=None)


def row(
    request: SignedIn, public_id: uuid.UUID, *, index: int | None, alternative: int | None = None
) -> HttpResponse:
    """POST saves the grade. Its answer is the same for the same operation, byte for byte."""
    if request.method != "POST":
        return stored_row(request, public_id, index=index, alternative=alternative)
    try:
        write = replace(read_write(request.POST, index=index), alternative=alternative)
        if not request.htmx:
            write = without_unasked(write, vocabulary=vocabulary_of(version_id_of(public_id)))
        grade = save_grade(public_id=public_id, annotator=request.user, write=write, now=timezone.now())
    except Assignment.DoesNotExist:
        raise Http404 from None
    except BadForm as bad:
        return not_saved(request, public_id, index=index, alternative=alternative, problem=str(bad))
    except Conflict as conflict:
        return not_saved(
            request,
            public_id,
            index=index,
            alternative=alternative,
            problem=str(conflict),
            write=write,
            is_conflict=True,
        )
    except (Refused, AssignmentNotOpen) as refused:
        return not_saved(
            request, public_id, index=index, alternative=alternative, problem=str(refused), write=write
        )
    form = questionnaire(
        public_id, vocabulary=vocabulary_of(version_id_of(public_id)), asks_to_write=WRITES in request.GET
    )
    if not request.htmx:
        return redirect(place_of(public_id, index=index, alternative=alternative, marks=form.marks))
    answer = fragment(row_of(form, index=index, alternative=alternative, grade=grade))
    if index is not None and alternative is None and is_stepwise_of(public_id):
        answer.write(next_step(request, public_id, index=index + 1))
    return answer


@lru_cache(maxsize=10_000)
def version_id_of(public_id: uuid.UUID) -> int:
    """The taxonomy version of an assignment, which never changes. Says nothing about who may see it."""
    return Assignment.objects.values_list("taxonomy_version_id", flat=True).get(public_id=public_id)


@lru_cache(maxsize=10_000)
def is_stepwise_of(public_id: uuid.UUID) -> bool:
    """How an assignment shows its steps, which never changes once it was claimed. Says nothing about who may see it."""
    return is_stepwise(Assignment.objects.select_related("campaign").get(public_id=public_id))


def next_step(request: SignedIn, public_id: uuid.UUID, *, index: int) -> str:
    """A step for the page's script to put behind the one that was saved; empty where it is not shown yet.

    Behind the row, which is the same for the same operation, it is the step as it stands now.
    """
    sheet = read_sheet(assignment=mine(request, public_id))
    # An earlier one is in the page already.
    if index != sheet.revealed - 1:
        return ""
    return render_to_string("web/grading/_next_step.html", steps_of(paper_of(sheet), first=index))


def place_of(public_id: uuid.UUID, *, index: int | None, alternative: int | None = None, marks: Marks) -> str:
    """The row in its page; with every label of its long questions, for a browser that cannot look for them."""
    anchor = anchor_of(index, alternative=alternative)
    labels = f"?labels={anchor}" if marks.long_questions else ""
    return f"{reverse('assignment', args=[public_id])}{labels}#{anchor}"


def fragment(row: Row, *, status: int = 200) -> HttpResponse:
    template = "web/grading/_whole_chain.html" if row.is_whole else "web/grading/_step.html"
    return HttpResponse(render_to_string(template, {"row": row}), status=status)


def stored_row(
    request: SignedIn, public_id: uuid.UUID, *, index: int | None, alternative: int | None = None
) -> HttpResponse:
    """The row as it is stored: what somebody chooses who lets go of their side of a conflict."""
    sheet = read_sheet(assignment=mine(request, public_id))
    has_row_or_404(sheet, index=index, alternative=alternative)
    if index is not None and index >= sheet.revealed:
        raise Http404
    if not request.htmx:
        marks = marks_of(sheet.vocabulary)
        return redirect(place_of(public_id, index=index, alternative=alternative, marks=marks))
    return fragment(sheet_row(sheet, index, alternative=alternative))


def has_row_or_404(sheet: Sheet, *, index: int | None, alternative: int | None) -> None:
    if not sheet.vocabulary.chain_questions if index is None else index >= len(sheet.steps):
        raise Http404
    if alternative is not None:
        beside = () if index is None else sheet.alternatives.get(index, ())
        if not 1 <= alternative <= len(beside):
            raise Http404


def not_saved(
    request: SignedIn,
    public_id: uuid.UUID,
    *,
    index: int | None,
    alternative: int | None = None,
    problem: str,
    write: GradeWrite | None = None,
    is_conflict: bool = False,
) -> HttpResponse:
    """The row with what was wanted and why it was not saved: 409 for a conflict, else 422."""
    owned = mine(request, public_id)
    sheet = read_sheet(assignment=owned)
    has_row_or_404(sheet, index=index, alternative=alternative)
    shows_all = not request.htmx
    if write is None:
        unsaved = sheet_row(sheet, index, alternative=alternative, problem=problem, shows_all=shows_all)
    else:
        unsaved = unsaved_row(
            sheet_questionnaire(sheet),
            write=write,
            stored=stored_in(sheet, index, alternative=alternative),
            problem=problem,
            is_conflict=is_conflict,
            shows_all=shows_all,
            asked_again=asked_again_in(sheet, index, alternative=alternative),
        )
    status = 409 if is_conflict else 422
    if not request.htmx and index is not None and index >= sheet.revealed:
        return page(request, owned, status=status, more={"problem": problem})
    return (
        fragment(unsaved, status=status) if request.htmx else page(request, owned, status=status, row=unsaved)
    )
