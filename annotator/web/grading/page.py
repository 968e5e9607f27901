"""The grading page: read it, open the reference, submit. `saves.py` has its rows."""

import secrets
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from annotator.assignments import claiming, exposing
from annotator.assignments.models import AfterFirstError, Assignment, AssignmentStatus, Reference, Rendering
from annotator.grading import reopening, submitting
from annotator.grading.checking import Refused
from annotator.grading.reading import Missing, Sheet, read_sheet
from annotator.grading.repairing import unrepaired_words
from annotator.grading.saving import AssignmentNotOpen
from annotator.web.grading.alternatives import rows_beside
from annotator.web.grading.paper import Paper, context_of
from annotator.web.grading.row import Row, anchor_of
from annotator.web.grading.rows import sheet_questionnaire, sheet_row
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts


@require_safe
@for_members
def assignment(request: SignedIn, public_id: uuid.UUID) -> HttpResponse:
    return page(request, mine(request, public_id))


@require_POST
@for_members
def reference(request: SignedIn, public_id: uuid.UUID) -> HttpResponse:
    try:
        opened = exposing.open_reference(public_id=public_id, annotator=request.user, now=timezone.now())
    except Assignment.DoesNotExist:
        raise Http404 from None
    if not request.htmx:
        return redirect("assignment", public_id=public_id)
    return render(request, "web/grading/_reference.html", reference_context(opened))


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


@require_POST
@for_members
def reopen(request: SignedIn, public_id: uuid.UUID) -> HttpResponse:
    """Take up a submitted chain again. The script, which goes there itself, gets a refusal as plain words."""
    try:
        reopening.reopen(public_id=public_id, annotator=request.user, now=timezone.now())
    except Assignment.DoesNotExist:
        raise Http404 from None
    except reopening.NotReopenable as refused:
        if request.htmx:
            return HttpResponse(str(refused), status=422, content_type="text/plain; charset=utf-8")
        return page(request, mine(request, public_id), status=422, more={"problem": str(refused)})
    return HttpResponse(status=204) if request.htmx else redirect("assignment", public_id=public_id)


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
        messages.info(request, _("Submitted. {words}").format(words=refused))
        return reverse("home")
    if following is None:
        thanks = _("Submitted. Nothing is left for you in {campaign}: thank you.")
        messages.success(request, thanks.format(campaign=done.campaign.title))
        return reverse("home")
    return reverse("assignment", args=[following.public_id])


def mine(request: SignedIn, public_id: uuid.UUID) -> Assignment:
    return get_object_or_404(
        Assignment.objects.select_related("campaign", "chain__problem"),
        public_id=public_id,
        annotator=request.user,
    )


def not_submitted(
    request: SignedIn, public_id: uuid.UUID, *, missing: list[Missing], problem: str
) -> HttpResponse:
    owned = mine(request, public_id)
    context = {"assignment": owned, "missing": missing, "problem": problem}
    if request.htmx:
        return render(request, "web/grading/_finish.html", context, status=422)
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
    campaign = owned.campaign
    paper = paper_of(sheet, row=row, with_labels=request.GET.get("labels", ""))
    context = {
        **context_of(paper),
        "assignment": owned,
        "campaign": campaign,
        "asked_again_count": sheet.asked_again_count,
        "version_number": sheet.vocabulary.number,
        "successor": newest_successor(owned)
        if sheet.vocabulary.version_id != campaign.taxonomy_version_id
        else None,
        "is_set_aside": is_set_aside(sheet),
        "unrepaired": unrepaired_words(sheet),
        "person": owned.annotator_id,
        "can_reopen": owned.status == AssignmentStatus.SUBMITTED
        and not reopening.why_not(owned, now=timezone.now()),
        **reference_context(owned),
        **(more or {}),
    }
    return render(request, "web/grading/assignment.html", context, status=status)


def is_set_aside(sheet: Sheet) -> bool:
    """Whether a returned chain was only put off by its annotator, and nothing is asked again since a move."""
    owned = sheet.assignment
    return owned.status == AssignmentStatus.RETURNED and (owned.moved_from_id is None or not sheet.missing)


def paper_of(sheet: Sheet, *, row: Row | None = None, with_labels: str = "") -> Paper:
    """The chain as its annotator sees it, with this `row` in place of the stored one."""
    owned = sheet.assignment
    campaign = owned.campaign
    return Paper(
        form=sheet_questionnaire(sheet),
        address=reverse("assignment", args=[owned.public_id]),
        is_open=owned.status == AssignmentStatus.OPEN,
        stops=campaign.after_first_error == AfterFirstError.STOP,
        is_plain=owned.rendering == Rendering.PLAIN,
        # The stored text shows the very style that plain rendering takes away to measure its effect.
        has_raw=campaign.plain_share == 0 and owned.rendering == Rendering.STYLED,
        problem=sheet.problem.text,
        final_answer=owned.chain.final_answer or "",
        texts=[step.text for step in sheet.steps],
        rows=rows_of(sheet, unsaved=row, with_labels=with_labels),
        beside=rows_beside(sheet, unsaved=row, with_labels=with_labels),
        carried=frozenset(step.index for step in sheet.steps if step.carried and step.decided),
        wanted=len(sheet.steps_to_grade),
        decided=sum(step.decided and step.asked_again is None for step in sheet.steps_to_grade),
        is_whole_open=any(gap.index is None for gap in sheet.missing),
        revealed=sheet.revealed,
        is_stopped=len(sheet.steps_to_grade) < len(sheet.steps),
        asks_repair=campaign.after_first_error == AfterFirstError.REPAIR,
    )


def newest_successor(owned: Assignment) -> Assignment | None:
    """Where a chain went on when its campaign moved to a newer version, perhaps more than once."""
    successor = Assignment.objects.filter(moved_from=owned).select_related("taxonomy_version").first()
    while successor is not None and (further := newest_successor(successor)) is not None:
        successor = further
    return successor


def rows_of(sheet: Sheet, *, unsaved: Row | None, with_labels: str) -> dict[int | None, Row]:
    """All rows by index, None for the whole chain; `with_labels` names the one that shows all its labels."""
    indexes: list[int | None] = list(range(sheet.revealed))
    if sheet.vocabulary.chain_questions:
        indexes.append(None)
    rows = {index: sheet_row(sheet, index, shows_all=anchor_of(index) == with_labels) for index in indexes}
    return rows if unsaved is None or unsaved.alternative is not None else rows | {unsaved.index: unsaved}


def reference_context(owned: Assignment) -> dict[str, object]:
    """The reference answer only where its annotator may see it now: what is hidden is not in the page at all."""
    answer = owned.chain.problem.reference_answer
    is_shown = answer is not None and exposing.sees_reference(owned)
    return {
        "assignment": owned,
        "has_reference": answer is not None and exposing.reference_policy(owned) != Reference.HIDDEN,
        "reference_answer": render_texts([answer], plain=owned.rendering == Rendering.PLAIN)[0]
        if is_shown and answer is not None
        else None,
    }
