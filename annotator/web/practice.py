"""Grading for practice: the page of a campaign with a built-in chain, as often as anybody likes. Nothing is stored.

Of a campaign, not of a taxonomy: the campaign says who may come in, and its policy is what is practised. Its own chains,
and what is known of them, are never looked at.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from annotator.assignments.models import Alternatives, CampaignStatus, Membership, Reference, Reveal, Role
from annotator.web.grading.definitions import definition_in
from annotator.web.grading.marks import marks_of
from annotator.web.grading.paper import context_of
from annotator.web.grading.row import Questionnaire
from annotator.web.my_campaigns import active_memberships
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from annotator.web.taxonomies.practice_chains import PracticeChain, following, practice_chain
from annotator.web.taxonomies.practised import BadEnd, Practised, read_practised
from annotator.web.taxonomies.trying import Trial, Tried, answer_with, paper_of, tried_words, try_row
from taxonomies.vocabulary import vocabulary_of


@require_safe
@for_members
def practice(request: SignedIn, key: str) -> HttpResponse:
    membership = member_of(request, key)
    return page(request, membership, sample=sample_of(request, membership))


@require_POST
@for_members
def practice_step(request: SignedIn, key: str, index: int) -> HttpResponse:
    return tried(request, key, index=index)


@require_POST
@for_members
def practice_whole(request: SignedIn, key: str) -> HttpResponse:
    return tried(request, key, index=None)


@require_safe
@for_members
def practice_definition(request: SignedIn, key: str, criterion: str, label: str) -> HttpResponse:
    version_id = member_of(request, key).campaign.taxonomy_version_id
    return definition_in(
        marks_of(vocabulary_of(version_id)), request=request, criterion=criterion, label=label
    )


@require_POST
@for_members
def practice_end(request: SignedIn, key: str) -> HttpResponse:
    """What the page said of every row comes along with this: the server knows nothing of it."""
    membership = member_of(request, key)
    sample = sample_of(request, membership)
    trial = trial_of(membership, sample)
    try:
        practised = read_practised(request.POST, trial=trial, sample=sample)
    except BadEnd as bad:
        return end(request, membership, sample=sample, status=422, more={"problem": str(bad)})
    if practised.missing and request.htmx:
        return end(request, membership, sample=sample, status=422, more={"missing": practised.missing})
    return end(request, membership, sample=sample, practised=practised)


def member_of(request: SignedIn, key: str) -> Membership:
    """In whatever role, and whether or not the campaign gives out chains now; else 404."""
    return get_object_or_404(active_memberships(request.user), campaign__key=key)


def sample_of(request: SignedIn, membership: Membership) -> PracticeChain:
    sample = practice_chain(
        request.GET.get("sample", ""), domain=membership.campaign.taxonomy_version.taxonomy.domain
    )
    if sample is None:
        raise Http404("no such chain to practise on")
    return sample


def trial_of(membership: Membership, sample: PracticeChain) -> Trial:
    campaign = membership.campaign
    vocabulary = vocabulary_of(campaign.taxonomy_version_id)
    form = Questionnaire(
        vocabulary=vocabulary,
        marks=marks_of(vocabulary),
        step_route="practice_step",
        whole_route="practice_whole",
        args=(campaign.key,),
        query=sample.query,
        saved=tried_words(),
        asks_to_write=campaign.alternatives == Alternatives.WRITTEN,
    )
    return Trial(
        form=form,
        chain=sample.chain,
        address=reverse("practice", args=[campaign.key]),
        after_first_error=campaign.after_first_error,
        is_stepwise=campaign.reveal == Reveal.STEPWISE,
    )


def tried(request: SignedIn, key: str, *, index: int | None) -> HttpResponse:
    membership = member_of(request, key)
    sample = sample_of(request, membership)
    trial = trial_of(membership, sample)
    done = try_row(request, trial, index=index)
    if request.htmx:
        return answer_with(done, trial=trial)
    return page(request, membership, sample=sample, status=done.status, done=done)


def end(
    request: SignedIn,
    membership: Membership,
    *,
    sample: PracticeChain,
    status: int = 200,
    practised: Practised | None = None,
    more: dict[str, object] | None = None,
) -> HttpResponse:
    """The foot of the page; without htmx all of it, in which the rows are empty again."""
    if not request.htmx:
        return page(
            request, membership, sample=sample, status=status, more={**(more or {}), **said(practised)}
        )
    context = {**around(membership, sample), **(more or {}), **said(practised)}
    return render(request, "web/practice/_finish.html", context, status=status)


def said(practised: Practised | None) -> dict[str, object]:
    if practised is None:
        return {}
    notes = render_texts([verdict.note for verdict in practised.verdicts])
    return {
        "practised": practised,
        "verdicts": list(zip(practised.verdicts, notes, strict=True)),
    }


def page(
    request: SignedIn,
    membership: Membership,
    *,
    sample: PracticeChain,
    status: int = 200,
    done: Tried | None = None,
    more: dict[str, object] | None = None,
) -> HttpResponse:
    trial = trial_of(membership, sample)
    answer = sample.chain.reference_answer
    reference = membership.campaign.reference
    context = {
        **context_of(paper_of(trial, tried=done, with_labels=request.GET.get("labels", ""))),
        **around(membership, sample),
        "has_reference": answer is not None and reference != Reference.HIDDEN,
        "is_reference_shown": reference == Reference.SHOWN,
        "reference_answer": render_texts([answer or ""])[0],
        **(more or {}),
    }
    return render(request, "web/practice/practice.html", context, status=status)


def around(membership: Membership, sample: PracticeChain) -> dict[str, object]:
    campaign = membership.campaign
    return {
        "campaign": campaign,
        "sample": sample,
        "others": following(sample),
        "can_start": membership.role == Role.ANNOTATOR and campaign.status == CampaignStatus.ACTIVE,
    }
