"""A pair, both arms side by side: whether they have the same content is said by somebody who did not make them."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotator.analysis import style
from annotator.assignments.models import Campaign, Origin, PairState, StudyState, TwinPair, TwinStudy
from annotator.assignments.studies import StudyRefused, confirm_pair, reject_pair
from annotator.web.campaigns.overview import OVERSEERS, campaign_for
from annotator.web.campaigns.short_names import short_name
from annotator.web.campaigns.step import path_to
from annotator.web.campaigns.twins.listing import crumbs_to_studies
from annotator.web.campaigns.twins.study import next_url, reviews_of, study_for
from annotator.web.campaigns.twins.words import (
    ORIGINS,
    PAIR_STATES,
    PAIR_TONES,
    arms_of,
    name_of,
    pseudonyms_of,
    title_of,
)
from annotator.web.crumbs import Crumb
from annotator.web.formula_fonts import fonts_for
from annotator.web.grading.paper import exact
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from annotator.web.taxonomies.differences import html_of
from annotator.web.taxonomies.wording import marked

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArm:
    """One side of the page. `marked` is the text as it is stored, with what the other side does not have in `del` or `ins`."""

    title: str
    is_stored: bool
    has_feature: bool
    text: SafeString
    raw: SafeString
    marked: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """`also`: titles of other features that are in one of the arms only, and so take part in whatever is found."""

    has_same_words: bool
    also: list[str]


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def twin_pair(request: SignedIn, key: str, study_id: int, pair_id: int) -> HttpResponse:
    """POST confirms or rejects the pair, and leads to the next one that waits."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    study = study_for(campaign, study_id)
    pair = get_object_or_404(study.pairs.select_related("step__problem"), pk=pair_id)
    if request.method != "POST":
        return page(request, study, pair)
    judge = {"confirm": confirm_pair, "reject": reject_pair}.get(request.POST.get("do", ""))
    try:
        if judge is None:
            raise StudyRefused(_("Say whether the content is the same."))
        judge(pair=pair, person=request.user, now=timezone.now(), seen=request.POST.get("seen"))
    except StudyRefused as refused:
        pair.refresh_from_db()
        return page(request, study, pair, refused=str(refused))
    name = name_of_step(pair)
    said = _("{name}: confirmed.") if judge is confirm_pair else _("{name}: rejected.")
    messages.success(request, said.format(name=name))
    return redirect(next_url(study, request=request, after=pair.pk) or address(study))


def page(request: SignedIn, study: TwinStudy, pair: TwinPair, *, refused: str = "") -> HttpResponse:
    campaign = study.campaign
    path = path_to(pair.step)
    problem, *before = render_texts([pair.step.problem.text, *(step.text for step in path[:-1])])
    arms = arms_shown(study, pair)
    context = {
        "campaign": campaign,
        "study": study,
        "pair": pair,
        "title": title_of(study.feature),
        "name": name_of_step(pair),
        "problem": problem,
        "before": before,
        "arms": arms,
        "compared": compared(study, pair),
        "origin": ORIGINS[Origin(pair.origin)],
        "state": PAIR_STATES[PairState(pair.state)],
        "tone": PAIR_TONES[PairState(pair.state)],
        "is_own": pair.made_by_id == request.user.pk,
        "is_open": study.state != StudyState.STOPPED,
        "is_drawn": pair.draws.exists(),
        "reviewed_by": name_of(pair.reviewed_by_id, pseudonyms=pseudonyms_of(campaign)),
        "reviews": reviews_of(study, request=request),
        "failed": refused,
        "formula_fonts": fonts_for([problem, *before, *(arm.text for arm in arms)]),
        "crumbs": [*crumbs_to_studies(campaign), Crumb(title_of(study.feature), address(study))],
        "here": name_of_step(pair),
        **ways_from(study, pair, request=request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "web/campaigns/twins/pair.html", context, status=status)


def arms_shown(study: TwinStudy, pair: TwinPair) -> list[ShownArm]:
    """The stored text first."""
    high, low = arms_of(study.feature)
    stored, twin = pair.step.text, pair.text
    rendered = render_texts([stored, twin])
    wording = marked(stored, twin)
    return [
        ShownArm(
            title=high if has_feature else low,
            is_stored=is_stored,
            has_feature=has_feature,
            text=text,
            raw=exact(raw),
            marked=html_of(pieces, element="del" if is_stored else "ins"),
        )
        for is_stored, has_feature, raw, text, pieces in (
            (True, pair.stored_has_feature, stored, rendered[0], wording.old),
            (False, not pair.stored_has_feature, twin, rendered[1], wording.new),
        )
    ]


def compared(study: TwinStudy, pair: TwinPair) -> Compared:
    values = zip(style.FEATURES, style.measure(pair.step.text), style.measure(pair.text), strict=True)
    return Compared(
        has_same_words=WORD.findall(pair.step.text.casefold()) == WORD.findall(pair.text.casefold()),
        also=[
            title_of(feature.key)
            for feature, stored, twin in values
            if feature.kind == "binary" and feature.key != study.feature and stored != twin
        ],
    )


def ways_from(study: TwinStudy, pair: TwinPair, *, request: SignedIn) -> dict[str, str]:
    """Where the keys lead; empty where there is no such pair."""
    before = study.pairs.filter(pk__lt=pair.pk).order_by("-pk").first()
    after = study.pairs.filter(pk__gt=pair.pk).order_by("pk").first()
    return {
        "before_url": address_of(study.campaign, before) if before else "",
        "after_url": address_of(study.campaign, after) if after else "",
        "waiting_url": next_url(study, request=request, after=pair.pk),
    }


def address_of(campaign: Campaign, pair: TwinPair) -> str:
    return reverse("twin_pair", args=[campaign.key, pair.study_id, pair.pk])


def address(study: TwinStudy) -> str:
    return reverse("twin_study", args=[study.campaign.key, study.pk])


def name_of_step(pair: TwinPair) -> str:
    step = pair.step
    return _("{problem}, step {number}").format(problem=short_name(step.problem), number=step.index + 1)
