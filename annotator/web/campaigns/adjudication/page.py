"""Deciding contested steps, one after the other, without knowing who said what. For a campaign's overseers."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotator.analysis import refreshing
from annotator.analysis.contested import (
    ContestedStep,
    contested_page,
    contested_step,
    count_contested,
    first_undecided,
    next_undecided,
)
from annotator.assignments.models import Campaign
from annotator.chains.models import Step
from annotator.grading.adjudicating import Conflict, Decision, DecisionWrite, decide, standing_decision
from annotator.grading.checking import Refused
from annotator.web.campaigns.adjudication.forms import read_decision
from annotator.web.campaigns.adjudication.paper import (
    DecisionForm,
    address_of,
    form_context,
    page_of,
    places_of,
)
from annotator.web.campaigns.overview import OVERSEERS, campaign_for
from annotator.web.campaigns.short_names import short_name
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.grading.writes import BadForm
from annotator.web.pages import SignedIn, for_members, page_number
from annotator.web.words import adjudication_words
from taxonomies.vocabulary import vocabulary_of

STEPS_PER_PAGE = 50
# PostgreSQL's bigint.
LARGEST_STEP_ID = 2**63 - 1


@require_safe
@for_members
def adjudicate(request: SignedIn, key: str) -> HttpResponse:
    """The next undecided step; the list of all where one is asked for, or none is left."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    undecided = None if "page" in request.GET else first_undecided(campaign=campaign)
    if undecided is not None:
        return redirect(address_of(campaign, undecided))
    counts = count_contested(campaign=campaign)
    page = Paginator(range(counts.steps), STEPS_PER_PAGE).get_page(page_number(request.GET))
    first = STEPS_PER_PAGE * (page.number - 1)
    listed = contested_page(campaign=campaign, first=first, most=STEPS_PER_PAGE)
    report = refreshing.newest_agreement(campaign=campaign)
    context = {
        "campaign": campaign,
        "counts": counts,
        "places": places_of(
            listed, campaign=campaign, vocabulary=vocabulary_of(campaign.taxonomy_version_id)
        ),
        "page": page,
        "report": report,
        "is_stale": refreshing.is_stale(report, campaign=campaign),
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Contested steps"),
    }
    return render(request, "web/campaigns/contested.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def adjudicate_step(request: SignedIn, key: str, step_id: int) -> HttpResponse:
    """POST stores the decision; htmx gets the form as it stands after that, with the way on."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    step = get_object_or_404(
        Step.objects.filter(problem__dataset=campaign.dataset_id).select_related("problem"),
        pk=min(step_id, LARGEST_STEP_ID),
    )
    if request.method != "POST":
        return page(request, campaign, step)
    try:
        write = read_decision(request.POST)
        decision = decide(
            campaign=campaign, step=step, reviewer=request.user, write=write, now=timezone.now()
        )
    except BadForm as bad:
        return not_saved(request, campaign, step, problem=str(bad))
    except Conflict as conflict:
        return not_saved(request, campaign, step, problem=str(conflict), write=write, conflict=conflict)
    except Refused as refused:
        return not_saved(request, campaign, step, problem=str(refused), write=write)
    return saved(request, campaign, step, decision=decision)


def page(
    request: SignedIn,
    campaign: Campaign,
    step: Step,
    *,
    form: DecisionForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **page_of(campaign, step, form=form),
        "script_words": adjudication_words(),
        "crumbs": [
            *crumbs_to_campaign(campaign),
            Crumb(_("Contested steps"), f"{reverse('adjudicate', args=[campaign.key])}?page=1"),
        ],
        "here": _("Decide"),
    }
    return render(request, "web/campaigns/adjudicate.html", context, status=status)


def saved(request: SignedIn, campaign: Campaign, step: Step, *, decision: Decision) -> HttpResponse:
    """A decision leads to the next undecided step; one that was taken back leaves somebody where they are."""
    here = contested_step(campaign=campaign, step_id=step.pk) or ContestedStep(
        step_id=step.pk, entropy=0.0, verdict_id=None
    )
    following = next_undecided(campaign=campaign, after=here)
    target = address_of(campaign, following) if following else reverse("adjudicate", args=[campaign.key])
    if decision.verdict is None:
        target = reverse("adjudicate_step", args=[campaign.key, step.pk])
    if not request.htmx:
        messages.success(request, saved_words(campaign, step, decision=decision))
        return redirect(target)
    standing = standing_decision(campaign=campaign, step=step)
    context = {
        **form_context(campaign, step, decision=standing),
        "said": saved_words(campaign, step, decision=decision),
        "target": target,
        "saved_revision": decision.revision,
    }
    return render(request, "web/campaigns/_contested_form.html", context)


def saved_words(campaign: Campaign, step: Step, *, decision: Decision) -> str:
    name = _("{problem}, step {number}").format(problem=short_name(step.problem), number=step.index + 1)
    if decision.verdict is None:
        return _("{name}: the decision is taken back.").format(name=name)
    chosen = vocabulary_of(campaign.taxonomy_version_id).verdict.choice(decision.verdict)
    return _("{name}: {verdict}, saved.").format(name=name, verdict=chosen.title if chosen else "")


def not_saved(
    request: SignedIn,
    campaign: Campaign,
    step: Step,
    *,
    problem: str,
    write: DecisionWrite | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    """The form with what was wanted and why it was not saved: 409 where somebody else decided, else 422."""
    standing = standing_decision(campaign=campaign, step=step)
    revision = standing.revision if standing else 0
    form = DecisionForm(
        revision=revision if conflict or write is None else write.revision,
        verdict=(write.verdict if write else request.POST.get("verdict")) or "",
        reason=write.reason if write else request.POST.get("reason", ""),
        problem=problem,
        other=conflict.current if conflict else None,
    )
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    if not request.htmx:
        return page(request, campaign, step, form=form, status=status)
    context = form_context(campaign, step, decision=standing, form=form)
    return render(request, "web/campaigns/_contested_form.html", context, status=status)
