"""One study: what has to happen next, how far it is, its pairs; and starting, stopping and discarding it."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotator.analysis.restyling import twins_for
from annotator.analysis.twin_progress import ArmCounts, counts_by_pair, total_of
from annotator.analysis.written_arms import ArmsRefused
from annotator.assignments.models import (
    AfterFirstError,
    Campaign,
    Origin,
    PairState,
    Role,
    StudyState,
    TwinPair,
    TwinStudy,
)
from annotator.assignments.studies import (
    ENOUGH_CONFIRMED,
    MOST_PAIRS,
    StudyRefused,
    add_pairs,
    discard_study,
    obstacles,
    start_study,
    stop_study,
)
from annotator.web.campaigns.overview import OVERSEERS, campaign_for
from annotator.web.campaigns.short_names import short_name
from annotator.web.campaigns.twins.arms import draw_seed, gather, tell
from annotator.web.campaigns.twins.budget import cell_of, costs_of
from annotator.web.campaigns.twins.listing import crumbs_to_studies, is_researcher, style_url
from annotator.web.campaigns.twins.words import (
    ORIGINS,
    PAIR_STATES,
    PAIR_TONES,
    STATE_TONES,
    STATES,
    arms_of,
    name_of,
    pseudonyms_of,
    title_of,
)
from annotator.web.pages import SignedIn, for_members, page_number, whole_number_in

PAIRS_PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    url: str
    name: str
    stored: str
    origin: str
    state: str
    tone: str
    is_own: bool
    counts: ArmCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """How far the pairs are confirmed. `own`: those waiting that this person made, whom somebody else must look at."""

    pairs: int
    waiting: int
    confirmed: int
    rejected: int
    own: int

    @property
    def reviewed(self) -> int:
        return self.confirmed + self.rejected

    @property
    def for_me(self) -> int:
        return self.waiting - self.own


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def twin_study(request: SignedIn, key: str, study_id: int) -> HttpResponse:
    """POST starts, stops or discards it, for its campaign's researchers."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    study = study_for(campaign, study_id)
    if request.method != "POST":
        return page(request, study)
    if not is_researcher(request, campaign):
        raise Http404("only researchers change a study")
    wanted = request.POST.get("do")
    if wanted in {"stop", "discard"} and request.POST.get("confirmed") != "yes":
        return page(request, study, refused=_("Please tick the box first; there is no way back."))
    try:
        return done(request, study, wanted=wanted)
    except StudyRefused as refused:
        return page(request, study, refused=str(refused))


def done(request: SignedIn, study: TwinStudy, *, wanted: str | None) -> HttpResponse:
    person, now = request.user, timezone.now()
    match wanted:
        case "start":
            start_study(study=study, person=person, now=now)
            said = _("The study runs: each chain that is given out from now on draws an arm of its pairs.")
        case "stop":
            stop_study(study=study, person=person, now=now)
            said = _("The study is stopped. What was graded in it stays, and counts.")
        case "discard":
            discard_study(study=study, person=person)
            messages.success(request, _("The draft is discarded."))
            return redirect("twin_studies", key=study.campaign.key)
        case _:
            raise StudyRefused(_("That cannot be done with a study."))
    messages.success(request, said)
    return redirect("twin_study", key=study.campaign.key, study_id=study.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def twin_arms(request: SignedIn, key: str, study_id: int) -> HttpResponse:
    """POST adds pairs to a study; GET leads to it."""
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    study = study_for(campaign, study_id)
    if request.method != "POST":
        return redirect("twin_study", key=key, study_id=study.pk)
    pairs = whole_number_in(request.POST.get("pairs", "").strip()) or 0
    try:
        if not 1 <= pairs <= MOST_PAIRS and request.POST.get("source") != "written":
            words = _("Give a whole number from 1 to {most}.")
            raise StudyRefused(words.format(most=number_format(MOST_PAIRS, force_grouping=True)))
        made = gather(
            request,
            campaign=campaign,
            feature=study.feature,
            pairs=pairs,
            seed=draw_seed(),
        )
        seen = whole_number_in(request.POST.get("seen", ""))
        add_pairs(study=study, arms=made.arms, person=request.user, seen=seen)
    except StudyRefused as refused:
        return page(request, study, refused=str(refused))
    except ArmsRefused as refused:
        return page(request, study, wrong=refused)
    tell(request, made)
    return redirect("twin_study", key=key, study_id=study.pk)


def study_for(campaign: Campaign, study_id: int) -> TwinStudy:
    study = get_object_or_404(TwinStudy, campaign=campaign, pk=study_id)
    study.campaign = campaign
    return study


def page(
    request: SignedIn, study: TwinStudy, *, refused: str = "", wrong: ArmsRefused | None = None
) -> HttpResponse:
    campaign = study.campaign
    reviews = reviews_of(study, request=request)
    counts = counts_by_pair(study)
    high, low = arms_of(study.feature)
    costs = costs_of(campaign)
    pairs = study.pairs.select_related("step__problem").order_by("pk")
    shown = Paginator(pairs, PAIRS_PER_PAGE).get_page(page_number(request.GET))
    title = title_of(study.feature)
    context = {
        "campaign": campaign,
        "study": study,
        "title": title,
        "state": STATES[StudyState(study.state)],
        "tone": STATE_TONES[StudyState(study.state)],
        "made_by": name_of(study.made_by_id, pseudonyms=pseudonyms_of(campaign)),
        "high": high,
        "low": low,
        "reviews": reviews,
        "next_url": next_url(study, request=request),
        "total": total_of(counts.values()),
        "compared": sum(each.is_compared for each in counts.values()),
        "costs": costs,
        "cost": cell_of(costs, pairs=reviews.confirmed, overlap=campaign.overlap),
        "few": ENOUGH_CONFIRMED,
        "is_few": reviews.confirmed < ENOUGH_CONFIRMED,
        "stops": campaign.after_first_error == AfterFirstError.STOP,
        "obstacles": obstacles(campaign),
        "is_researcher": is_researcher(request, campaign),
        "is_mechanical": study.feature in twins_for,
        "most_pairs": MOST_PAIRS,
        "rows": [row_of(pair, request=request, campaign=campaign, counts=counts) for pair in shown],
        "page": shown,
        "failed": refused,
        "wrong": wrong,
        "style_url": style_url(campaign),
        "crumbs": crumbs_to_studies(campaign),
        "here": title,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused or wrong else HTTPStatus.OK
    return render(request, "web/campaigns/twins/study.html", context, status=status)


def reviews_of(study: TwinStudy, *, request: SignedIn) -> Reviews:
    is_waiting = Q(state=PairState.WAITING)
    numbers = study.pairs.aggregate(
        pairs=Count("pk"),
        waiting=Count("pk", filter=is_waiting),
        confirmed=Count("pk", filter=Q(state=PairState.CONFIRMED)),
        rejected=Count("pk", filter=Q(state=PairState.REJECTED)),
        own=Count("pk", filter=is_waiting & Q(made_by=request.user)),
    )
    return Reviews(**numbers)


def next_waiting(study: TwinStudy, *, request: SignedIn, after: int = 0) -> TwinPair | None:
    """The next pair that this person may confirm, from the beginning again behind the last."""
    waiting = study.pairs.filter(state=PairState.WAITING).exclude(made_by=request.user).exclude(pk=after)
    return waiting.filter(pk__gt=after).order_by("pk").first() or waiting.order_by("pk").first()


def next_url(study: TwinStudy, *, request: SignedIn, after: int = 0) -> str:
    pair = None if study.state == StudyState.STOPPED else next_waiting(study, request=request, after=after)
    return reverse("twin_pair", args=[study.campaign.key, study.pk, pair.pk]) if pair else ""


def row_of(pair: TwinPair, *, request: SignedIn, campaign: Campaign, counts: dict[int, ArmCounts]) -> PairRow:
    step = pair.step
    high, low = arms_of(pair.study.feature)
    return PairRow(
        url=reverse("twin_pair", args=[campaign.key, pair.study_id, pair.pk]),
        name=_("{problem}, step {number}").format(problem=short_name(step.problem), number=step.index + 1),
        stored=high if pair.stored_has_feature else low,
        origin=str(ORIGINS[Origin(pair.origin)]),
        state=str(PAIR_STATES[PairState(pair.state)]),
        tone=PAIR_TONES[PairState(pair.state)],
        is_own=pair.made_by_id == request.user.pk,
        counts=counts.get(pair.pk, ArmCounts()),
    )
