"""A version on the grading page, as annotators will see it: rows are checked and answered, and nothing is stored."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from annotator.assignments.models import AfterFirstError
from annotator.grading.reading import gaps_of_chain
from annotator.grading.saving import Refused, check_write, given_by
from annotator.web.grading.definitions import definition_in
from annotator.web.grading.marks import marks_of
from annotator.web.grading.paper import Paper, context_of
from annotator.web.grading.rows import Questionnaire, Row, anchor_of, row_of, unsaved_row
from annotator.web.grading.writes import BadForm, read_write, without_unasked
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from annotator.web.taxonomies.finding import version_for, versions_for
from annotator.web.taxonomies.trial_chains import (
    POLICIES,
    SAMPLES,
    Choice,
    NoSuchChain,
    TrialChain,
    chain_of,
    datasets_of,
    read_choice,
    usual_choice,
)
from annotator.web.taxonomies.unready import lacks, unready
from taxonomies.checking import problems_in
from taxonomies.content import content_of
from taxonomies.models import TaxonomyVersion, VersionStatus
from taxonomies.vocabulary import Vocabulary, read_vocabulary, vocabulary_of

TRIED = "tried, not stored"


@require_safe
@for_members
def taxonomy_preview(request: SignedIn, key: str, number: int) -> HttpResponse:
    version = version_for(request, key, number)
    gaps = lacks(version)
    if gaps:
        return unready(request, version, gaps=gaps, here="Preview")
    try:
        choice = read_choice(request.GET, domain=version.taxonomy.domain)
        chain = chain_of(choice, user=request.user)
    except NoSuchChain as unknown:
        choice = usual_choice(version.taxonomy.domain)
        chain = chain_of(choice, user=request.user)
        return page(request, version, choice=choice, chain=chain, status=422, problem=str(unknown))
    return page(request, version, choice=choice, chain=chain)


@require_POST
@for_members
def taxonomy_try(request: SignedIn, key: str, number: int, index: int) -> HttpResponse:
    return tried(request, version_for(request, key, number), index=index)


@require_POST
@for_members
def taxonomy_try_whole(request: SignedIn, key: str, number: int) -> HttpResponse:
    return tried(request, version_for(request, key, number), index=None)


@require_safe
@for_members
def taxonomy_definition(request: SignedIn, key: str, number: int, criterion: str, label: str) -> HttpResponse:
    version = version_for(request, key, number)
    if lacks(version):
        raise Http404
    marks = marks_of(vocabulary_for(version))
    return definition_in(marks, request=request, criterion=criterion, label=label)


def tried(request: SignedIn, version: TaxonomyVersion, *, index: int | None) -> HttpResponse:
    """The row as if it had been saved, or 422 with why it would not be."""
    if lacks(version):
        raise Http404
    try:
        choice = read_choice(request.GET, domain=version.taxonomy.domain)
        chain = chain_of(choice, user=request.user)
    except NoSuchChain as unknown:
        raise Http404(str(unknown)) from unknown
    form = questionnaire(version, choice=choice)
    if not form.vocabulary.chain_questions if index is None else index >= len(chain.texts):
        raise Http404
    row, status = tried_row(request, form, index=index)
    if not request.htmx:
        return page(request, version, choice=choice, chain=chain, status=status, row=row)
    template = "web/grading/_whole_chain.html" if row.is_whole else "web/grading/_step.html"
    return HttpResponse(render_to_string(template, {"row": row}), status=status)


def tried_row(request: SignedIn, form: Questionnaire, *, index: int | None) -> tuple[Row, int]:
    shows_all = not request.htmx
    try:
        write = read_write(request.POST, index=index)
    except BadForm as bad:
        return row_of(form, index=index, grade=None, problem=str(bad), shows_all=shows_all), 422
    if not request.htmx:
        write = without_unasked(write, vocabulary=form.vocabulary)
    try:
        check_write(write, vocabulary=form.vocabulary)
    except Refused as refused:
        row = unsaved_row(
            form, write=write, stored=None, problem=str(refused), is_conflict=False, shows_all=shows_all
        )
        return row, 422
    grade = given_by(write, now=timezone.now())
    return row_of(form, index=index, grade=grade, shows_all=shows_all), 200


def questionnaire(version: TaxonomyVersion, *, choice: Choice) -> Questionnaire:
    vocabulary = vocabulary_for(version)
    return Questionnaire(
        vocabulary=vocabulary,
        marks=marks_of(vocabulary),
        step_route="taxonomy_try",
        whole_route="taxonomy_try_whole",
        args=(version.taxonomy.key, version.number),
        query=choice.query,
        saved=TRIED,
    )


def vocabulary_for(version: TaxonomyVersion) -> Vocabulary:
    """A draft's is read afresh: it changes under one's hands."""
    is_draft = version.status == VersionStatus.DRAFT
    return read_vocabulary(version) if is_draft else vocabulary_of(version.pk)


def page(
    request: SignedIn,
    version: TaxonomyVersion,
    *,
    choice: Choice,
    chain: TrialChain,
    status: int = 200,
    row: Row | None = None,
    problem: str = "",
) -> HttpResponse:
    form = questionnaire(version, choice=choice)
    indexes = [*range(len(chain.texts)), *([None] if form.vocabulary.chain_questions else [])]
    shown = request.GET.get("labels", "")
    rows = {
        index: row_of(form, index=index, grade=None, shows_all=anchor_of(index) == shown) for index in indexes
    }
    if row is not None:
        rows[row.index] = row
    paper = Paper(
        form=form,
        address=reverse("taxonomy_preview", args=form.args),
        is_open=True,
        stops=choice.after_first_error == AfterFirstError.STOP,
        is_plain=False,
        has_raw=True,
        problem=chain.problem,
        final_answer=chain.final_answer,
        texts=chain.texts,
        rows=rows,
        carried=frozenset(),
        wanted=len(chain.texts),
        decided=sum(each.is_saved for each in rows.values() if not each.is_whole),
        is_whole_open=any(gaps_of_chain(None, vocabulary=form.vocabulary)),
    )
    context = {
        **context_of(paper),
        **around(request, version, choice=choice),
        "chain": chain,
        "problem": problem,
        "has_reference": chain.reference_answer is not None,
        "reference_answer": render_texts([chain.reference_answer or ""])[0],
    }
    return render(request, "web/taxonomies/preview.html", context, status=status)


def around(request: SignedIn, version: TaxonomyVersion, *, choice: Choice) -> dict[str, object]:
    """What stands above the grading page: which version this is, where to go, and what else to try it on."""
    is_draft = version.status == VersionStatus.DRAFT
    earlier = versions_for(request.user).filter(taxonomy=version.taxonomy_id, number__lt=version.number)
    return {
        "version": version,
        "earlier": earlier.order_by("-number").first(),
        "unpublishable": list(problems_in(content_of(version))) if is_draft else [],
        "choice": choice,
        "samples": list(SAMPLES),
        "datasets": datasets_of(request.user),
        "policies": POLICIES,
    }
