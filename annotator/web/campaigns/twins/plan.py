"""A new study: its feature, its size, and what it costs, shown before anything is made."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotator.analysis.restyling import twins_for
from annotator.analysis.written_arms import ArmsRefused
from annotator.assignments.models import Campaign, Role, StudyState
from annotator.assignments.studies import MOST_PAIRS, StudyRefused, make_study, obstacles
from annotator.web.campaigns.overview import campaign_for
from annotator.web.campaigns.twins.arms import draw_seed, gather, tell
from annotator.web.campaigns.twins.budget import Costs, Row, costs_of, rows_of
from annotator.web.campaigns.twins.listing import crumbs_to_studies
from annotator.web.campaigns.twins.words import arms_of, title_of
from annotator.web.pages import SignedIn, for_members, whole_number_in
from taxonomies.models import StyleFeature

USUAL_PAIRS = "40"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A feature that can be studied here, or why not."""

    key: str
    title: str
    is_mechanical: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is typed, and what follows. `refused`: what is wrong with the number; `rows` are empty then."""

    choice: Choice
    high: str
    low: str
    typed: str
    pairs: int
    refused: str
    costs: Costs
    rows: list[Row]
    planned: Row | None


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def twin_plan(request: SignedIn, key: str) -> HttpResponse:
    """GET shows the plan, for htmx the part of it that follows what is typed; POST makes the pairs."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    if request.method == "POST":
        return make(request, campaign)
    if request.htmx:
        context = {"campaign": campaign, **plan_context(campaign, query=request.GET)}
        return render(request, "web/campaigns/twins/_plan.html", context)
    return page(request, campaign, query=request.GET)


def make(request: SignedIn, campaign: Campaign) -> HttpResponse:
    plan = plan_of(campaign, query=request.POST)
    seed = draw_seed()
    try:
        if request.POST.get("feature") != plan.choice.key:
            raise StudyRefused(_("There is no such style feature."))
        if plan.refused:
            raise StudyRefused(plan.refused)
        made = gather(request, campaign=campaign, feature=plan.choice.key, pairs=plan.pairs, seed=seed)
        study = make_study(
            campaign=campaign,
            feature=plan.choice.key,
            arms=made.arms,
            person=request.user,
            seed=seed,
            now=timezone.now(),
        )
    except StudyRefused as refused:
        return page(request, campaign, query=request.POST, refused=str(refused))
    except ArmsRefused as refused:
        return page(request, campaign, query=request.POST, wrong=refused)
    tell(request, made)
    return redirect("twin_study", key=campaign.key, study_id=study.pk)


def page(
    request: SignedIn,
    campaign: Campaign,
    *,
    query: QueryDict,
    refused: str = "",
    wrong: ArmsRefused | None = None,
) -> HttpResponse:
    context = {
        "campaign": campaign,
        "obstacles": obstacles(campaign),
        "most_pairs": MOST_PAIRS,
        "failed": refused,
        "wrong": wrong,
        "crumbs": crumbs_to_studies(campaign),
        "here": _("Plan a study"),
        **plan_context(campaign, query=query),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused or wrong else HTTPStatus.OK
    return render(request, "web/campaigns/twins/plan.html", context, status=status)


def plan_context(campaign: Campaign, *, query: QueryDict) -> dict[str, object]:
    choices = choices_of(campaign)
    return {
        "plan": plan_of(campaign, query=query),
        "mechanical": [choice for choice in choices if choice.is_mechanical],
        "written": [choice for choice in choices if not choice.is_mechanical],
    }


def plan_of(campaign: Campaign, *, query: QueryDict) -> Plan:
    choice = chosen(campaign, key=query.get("feature", ""))
    high, low = arms_of(choice.key)
    typed = query.get("pairs", USUAL_PAIRS).strip()
    number = whole_number_in(typed) or 0
    is_number = 1 <= number <= MOST_PAIRS
    pairs = number if is_number else 0
    costs = costs_of(campaign)
    rows = rows_of(costs, planned=pairs) if is_number else []
    words = _("Give a whole number from 1 to {most}.").format(
        most=number_format(MOST_PAIRS, force_grouping=True)
    )
    return Plan(
        choice=choice,
        high=high,
        low=low,
        typed=typed,
        pairs=pairs,
        refused="" if is_number else words,
        costs=costs,
        rows=rows,
        planned=next((row for row in rows if row.is_planned), None),
    )


def chosen(campaign: Campaign, *, key: str) -> Choice:
    """The one of this key; else the first that can be studied now, those made by machine before others."""
    choices = choices_of(campaign)
    free = sorted(choices, key=lambda choice: (bool(choice.reason), not choice.is_mechanical))
    return next((choice for choice in choices if choice.key == key), free[0])


def choices_of(campaign: Campaign) -> list[Choice]:
    content = campaign.taxonomy_version.content_features
    busy = set(campaign.twin_studies.exclude(state=StudyState.STOPPED).values_list("feature", flat=True))
    reasons = {
        **{key: _("it has a study already") for key in busy},
        **{key: _("the taxonomy says that it is content") for key in content},
    }
    return [
        Choice(key=key, title=title_of(key), is_mechanical=key in twins_for, reason=reasons.get(key, ""))
        for key in StyleFeature.values
    ]
