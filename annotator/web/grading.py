"""The grading page: read it, save one step, open the reference, submit."""

import secrets
import uuid
from dataclasses import dataclass
from functools import lru_cache

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from annotator.assignments import claiming, exposing
from annotator.assignments.models import AfterFirstError, Assignment, AssignmentStatus, Rendering
from annotator.grading import submitting
from annotator.grading.reading import Missing, Sheet, read_sheet
from annotator.grading.saving import AssignmentNotOpen, Conflict, GradeWrite, Refused, save_grade
from annotator.web.marks import Marks, marks_of
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from annotator.web.rows import Row, row_of, unsaved_row
from annotator.web.writes import BadForm, read_write, without_unasked
from taxonomies.vocabulary import Vocabulary, vocabulary_of

# PostgreSQL's integer; a step beyond it cannot exist.
MOST_STEPS = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStep:
    """A step with its text, as rendered and as stored."""

    row: Row
    text: SafeString
    raw: SafeString
    is_carried: bool
    is_after_error: bool


@require_safe
@for_members
def assignment(request: SignedIn, public_id: uuid.UUID) -> HttpResponse:
    return page(request, mine(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def step(request: SignedIn, public_id: uuid.UUID, index: int) -> HttpResponse:
    """POST saves the grade of one step. Its answer is the same for the same operation, byte for byte."""
    if index > MOST_STEPS:
        raise Http404
    if request.method != "POST":
        return stored_step(request, public_id, index)
    try:
        write = read_write(request.POST, index=index)
        if not request.htmx:
            write = without_unasked(write, vocabulary=vocabulary_of(version_id_of(public_id)))
        grade = save_grade(public_id=public_id, annotator=request.user, write=write, now=timezone.now())
    except Assignment.DoesNotExist:
        raise Http404 from None
    except BadForm as bad:
        return not_saved(request, public_id, index=index, problem=str(bad))
    except Conflict as conflict:
        return not_saved(
            request, public_id, index=index, problem=str(conflict), write=write, is_conflict=True
        )
    except (Refused, AssignmentNotOpen) as refused:
        return not_saved(request, public_id, index=index, problem=str(refused), write=write)
    if not request.htmx:
        return redirect(f"{reverse('assignment', args=[public_id])}#step-{index}")
    vocabulary = vocabulary_of(version_id_of(public_id))
    return fragment(row_of(public_id=public_id, index=index, vocabulary=vocabulary, grade=grade))


@require_POST
@for_members
def reference(request: SignedIn, public_id: uuid.UUID) -> HttpResponse:
    try:
        opened = exposing.open_reference(public_id=public_id, annotator=request.user, now=timezone.now())
    except Assignment.DoesNotExist:
        raise Http404 from None
    if not request.htmx:
        return redirect("assignment", public_id=public_id)
    return render(request, "web/_reference.html", reference_context(opened))


@require_POST
@for_members
def submit(request: SignedIn, public_id: uuid.UUID) -> HttpResponse:
    try:
        done = submitting.submit(
            public_id=public_id,
            annotator=request.user,
            now=timezone.now(),
            unfinished=request.POST.get("unfinished", ""),
            note=request.POST.get("note", ""),
        )
    except Assignment.DoesNotExist:
        raise Http404 from None
    except submitting.NotComplete as incomplete:
        return not_submitted(request, public_id, missing=incomplete.missing, problem="")
    except (Refused, AssignmentNotOpen) as refused:
        return not_submitted(request, public_id, missing=[], problem=str(refused))
    target = next_chain(request, done)
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


def next_chain(request: SignedIn, done: Assignment) -> str:
    """Where to go after submitting: the next chain, else home with words."""
    try:
        following = claiming.claim_next(
            campaign=done.campaign,
            annotator=request.user,
            now=timezone.now(),
            seed=secrets.randbits(claiming.SEED_BITS),
        )
    except claiming.NotClaimable as refused:
        messages.info(request, f"Submitted. {refused}")
        return reverse("home")
    if following is None:
        messages.success(request, f"Submitted. Nothing is left for you in {done.campaign.title}: thank you.")
        return reverse("home")
    return reverse("assignment", args=[following.public_id])


def mine(request: SignedIn, public_id: uuid.UUID) -> Assignment:
    return get_object_or_404(
        Assignment.objects.select_related("campaign", "chain__problem"),
        public_id=public_id,
        annotator=request.user,
    )


@lru_cache(maxsize=10_000)
def version_id_of(public_id: uuid.UUID) -> int:
    """The taxonomy version of an assignment, which never changes. Says nothing about who may see it."""
    return Assignment.objects.values_list("taxonomy_version_id", flat=True).get(public_id=public_id)


def fragment(row: Row, *, status: int = 200) -> HttpResponse:
    return HttpResponse(render_to_string("web/_step.html", {"row": row}), status=status)


def stored_step(request: SignedIn, public_id: uuid.UUID, index: int) -> HttpResponse:
    """The row as it is stored: what somebody chooses who lets go of their side of a conflict."""
    sheet = read_sheet(assignment=mine(request, public_id))
    if index >= len(sheet.steps):
        raise Http404
    if not request.htmx:
        return redirect(f"{reverse('assignment', args=[public_id])}#step-{index}")
    return fragment(sheet_row(sheet, index))


def sheet_row(sheet: Sheet, index: int, *, problem: str = "") -> Row:
    return row_of(
        public_id=sheet.assignment.public_id,
        index=index,
        vocabulary=sheet.vocabulary,
        grade=sheet.steps[index].grade,
        is_open=sheet.assignment.status == AssignmentStatus.OPEN,
        problem=problem,
    )


def not_saved(
    request: SignedIn,
    public_id: uuid.UUID,
    *,
    index: int,
    problem: str,
    write: GradeWrite | None = None,
    is_conflict: bool = False,
) -> HttpResponse:
    """The row with what was wanted and why it was not saved: 409 for a conflict, else 422."""
    owned = mine(request, public_id)
    sheet = read_sheet(assignment=owned)
    if index >= len(sheet.steps):
        raise Http404
    if write is None:
        row = sheet_row(sheet, index, problem=problem)
    else:
        row = unsaved_row(
            public_id=public_id,
            write=write,
            vocabulary=sheet.vocabulary,
            stored=sheet.steps[index].grade,
            problem=problem,
            is_conflict=is_conflict,
        )
    status = 409 if is_conflict else 422
    return fragment(row, status=status) if request.htmx else page(request, owned, status=status, row=row)


def not_submitted(
    request: SignedIn, public_id: uuid.UUID, *, missing: list[Missing], problem: str
) -> HttpResponse:
    owned = mine(request, public_id)
    context = {"assignment": owned, "missing": missing, "problem": problem}
    if request.htmx:
        return render(request, "web/_finish.html", context, status=422)
    return page(request, owned, status=422, more=context)


def page(
    request: SignedIn,
    owned: Assignment,
    *,
    status: int = 200,
    row: Row | None = None,
    more: dict[str, object] | None = None,
) -> HttpResponse:
    sheet = read_sheet(assignment=owned)
    is_plain = owned.rendering == Rendering.PLAIN
    texts = [sheet.problem.text, owned.chain.final_answer or "", *(step.text for step in sheet.steps)]
    problem_text, final_answer, *step_texts = render_texts(texts, plain=is_plain)
    wanted = len(sheet.steps_to_grade)
    steps = [
        PageStep(
            row=row if row is not None and row.index == step.index else sheet_row(sheet, step.index),
            text=text,
            raw=exact(step.text),
            is_carried=step.carried and step.decided,
            is_after_error=step.index >= wanted,
        )
        for step, text in zip(sheet.steps, step_texts, strict=True)
    ]
    context = {
        "assignment": owned,
        "campaign": owned.campaign,
        "is_open": owned.status == AssignmentStatus.OPEN,
        "stops": owned.campaign.after_first_error == AfterFirstError.STOP,
        # The stored text shows the very style that plain rendering takes away to measure its effect.
        "has_raw": owned.campaign.plain_share == 0,
        "problem_text": problem_text,
        "problem_raw": exact(sheet.problem.text),
        "final_answer": final_answer,
        "guidelines": render_texts([sheet.vocabulary.guidelines])[0],
        "marks": marks_of(sheet.vocabulary.version_id),
        "definitions": definitions_of(marks_of(sheet.vocabulary.version_id)),
        "flawed": flawed_labels(sheet.vocabulary),
        "steps": steps,
        "wanted": wanted,
        "decided": sum(step.decided for step in sheet.steps_to_grade),
        **reference_context(owned),
        **(more or {}),
    }
    return render(request, "web/assignment.html", context, status=status)


def definitions_of(marks: Marks) -> list[dict[str, object]]:
    """What the labels mean, for the key `h`."""
    named = [
        (f"{question.key}-{mark.key}", mark)
        for question in (marks.verdict, *marks.questions)
        for mark in question.marks
    ]
    texts = render_texts(
        [text for _, mark in named for text in (mark.definition, mark.good_example, mark.bad_example)]
    )
    return [
        {
            "name": name,
            "mark": mark,
            "definition": texts[3 * place],
            "good_example": texts[3 * place + 1],
            "bad_example": texts[3 * place + 2],
        }
        for place, (name, mark) in enumerate(named)
    ]


def reference_context(owned: Assignment) -> dict[str, object]:
    """The reference answer only where its annotator may see it now: what is hidden is not in the page at all."""
    answer = owned.chain.problem.reference_answer
    is_shown = answer is not None and exposing.sees_reference(owned)
    return {
        "assignment": owned,
        "has_reference": answer is not None and owned.campaign.reference != "hidden",
        "reference_answer": render_texts([answer])[0] if is_shown and answer is not None else None,
    }


def flawed_labels(vocabulary: Vocabulary) -> str:
    return " ".join(choice.key for choice in vocabulary.verdict.choices if choice.value == -1)


def exact(text: str) -> SafeString:
    """HTML whose `textContent` is the text, byte for byte: a parser would turn a bare CR into LF."""
    return mark_safe(escape(text).replace("\r", "&#13;"))  # noqa: S308 (escaped just now)
