"""A version on the grading page, as annotators will see it: rows are checked and answered, and nothing is stored."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotator.web.grading.definitions import definition_in
from annotator.web.grading.marks import marks_of
from annotator.web.grading.paper import context_of
from annotator.web.grading.row import Questionnaire
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from annotator.web.taxonomies.finding import version_for, versions_for
from annotator.web.taxonomies.trial_chains import (
    POLICIES,
    SUBJECTS,
    Choice,
    NoSuchChain,
    TrialChain,
    chain_of,
    datasets_of,
    read_choice,
    usual_choice,
)
from annotator.web.taxonomies.trying import Trial, Tried, answer_with, paper_of, tried_words, try_row
from annotator.web.taxonomies.unready import lacks, unready
from taxonomies.checking import problems_in
from taxonomies.content import content_of
from taxonomies.models import TaxonomyVersion, VersionStatus
from taxonomies.vocabulary import Vocabulary, read_vocabulary, vocabulary_of


@require_safe
@for_members
def taxonomy_preview(request: SignedIn, key: str, number: int) -> HttpResponse:
    version = version_for(request, key, number)
    gaps = lacks(version)
    if gaps:
        return unready(request, version, gaps=gaps, here=_("Preview"))
    problem = ""
    try:
        choice = read_choice(request.GET, domain=version.taxonomy.domain)
        chain = chain_of(choice, user=request.user)
    except NoSuchChain as unknown:
        choice, problem = usual_choice(version.taxonomy.domain), str(unknown)
        chain = chain_of(choice, user=request.user)
    trial = trial_of(version, choice=choice, chain=chain)
    return page(request, version, choice=choice, trial=trial, status=422 if problem else 200, problem=problem)


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
        trial = trial_of(version, choice=choice, chain=chain_of(choice, user=request.user))
    except NoSuchChain as unknown:
        raise Http404(str(unknown)) from unknown
    done = try_row(request, trial, index=index)
    if request.htmx:
        return answer_with(done, trial=trial)
    return page(request, version, choice=choice, trial=trial, status=done.status, done=done)


def trial_of(version: TaxonomyVersion, *, choice: Choice, chain: TrialChain) -> Trial:
    vocabulary = vocabulary_for(version)
    args = (version.taxonomy.key, version.number)
    form = Questionnaire(
        vocabulary=vocabulary,
        marks=marks_of(vocabulary),
        step_route="taxonomy_try",
        whole_route="taxonomy_try_whole",
        args=args,
        query=choice.query,
        saved=tried_words(),
    )
    return Trial(
        form=form,
        chain=chain,
        address=reverse("taxonomy_preview", args=args),
        after_first_error=choice.after_first_error,
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
    trial: Trial,
    status: int = 200,
    done: Tried | None = None,
    problem: str = "",
) -> HttpResponse:
    answer = trial.chain.reference_answer
    context = {
        **context_of(paper_of(trial, tried=done, with_labels=request.GET.get("labels", ""))),
        **around(request, version, choice=choice),
        "chain": trial.chain,
        "problem": problem,
        "has_reference": answer is not None,
        "reference_answer": render_texts([answer or ""])[0],
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
        "samples": SUBJECTS.items(),
        "datasets": datasets_of(request.user),
        "policies": POLICIES,
    }
