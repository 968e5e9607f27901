"""Flags as overseers see them, and what they answer: the page of one flag, with examples and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from annotator.accounts.models import User
from annotator.analysis.models import FlagScope, FlagState, StyleFlag, StyleFlagEvent
from annotator.analysis.style_reports.answering import NotAnswerable, acknowledge, resolve
from annotator.assignments.models import Campaign
from annotator.web.campaigns.computing import may_compute
from annotator.web.campaigns.overview import OVERSEERS, campaign_for
from annotator.web.campaigns.style.examples import Example, Place, examples_of_flag
from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.words import (
    CAVEATS,
    SEVERITY_TONES,
    SHAPES,
    Fact,
    evidence_in_words,
    facts_of,
    sentence_of,
    severity_in_words,
    signed_interval,
    signed_points,
    title_of,
)
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members

# On the page of all flags; each flag's own page has them all.
MOST_EXAMPLES = 3
STANDING = [FlagState.OPEN, FlagState.ACKNOWLEDGED]
STATES = {
    FlagState.OPEN: gettext_lazy("Open"),
    FlagState.ACKNOWLEDGED: gettext_lazy("Acknowledged"),
    FlagState.RESOLVED: gettext_lazy("Resolved"),
    FlagState.CLOSED: pgettext_lazy("of a flag", "Closed"),
}
EVENTS = {
    "opened": gettext_lazy("Found"),
    "reopened": gettext_lazy("Found again"),
    "changed": gettext_lazy("Of another severity"),
    "closed": gettext_lazy("Not found any more"),
    "acknowledged": gettext_lazy("Acknowledged"),
    "resolved": gettext_lazy("Resolved"),
}
ANSWERS = {"acknowledge": acknowledge, "resolve": resolve}


@dataclass(frozen=True, slots=True)
class FlagEvent:
    """By a report, or by somebody: `who` is their pseudonym."""

    title: str
    happened_at: datetime
    who: str
    note: str
    figure: str
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCard:
    """One flag in words."""

    flag: StyleFlag
    url: str
    title: str
    sentence: str
    shape: str
    evidence: str
    severity: str
    tone: str
    state: str
    facts: list[Fact]
    caveat: str
    events: list[FlagEvent]
    behind: str
    example: Example | None = None

    @property
    def may_be_acknowledged(self) -> bool:
        return self.flag.state == FlagState.OPEN

    @property
    def may_be_resolved(self) -> bool:
        return self.flag.state in STANDING


def flags_for(user: User, campaign: Campaign) -> QuerySet[StyleFlag]:
    """Reviewers decide between people: they are not told how each of them grades."""
    found = StyleFlag.objects.filter(campaign=campaign)
    if not may_compute(user, campaign):
        found = found.exclude(scope=FlagScope.ANNOTATOR)
    return found.select_related("member", "label", "taxonomy_version", "campaign")


def cards_of(flags: Sequence[StyleFlag], *, campaign: Campaign) -> list[FlagCard]:
    """What stands first, of that what all graders share, of that the largest; the first few with an example."""
    events = events_of(flags, campaign=campaign)
    states, scopes = list(STATES), [FlagScope.POOL, FlagScope.LABEL, FlagScope.ANNOTATOR]
    ordered = sorted(
        flags,
        key=lambda flag: (
            states.index(FlagState(flag.state)),
            scopes.index(FlagScope(flag.scope)),
            -abs(flag.effect),
        ),
    )
    return [
        card_of(
            flag,
            events=events.get(flag.pk, []),
            example=first_example(flag) if place < MOST_EXAMPLES and flag.state in STANDING else None,
        )
        for place, flag in enumerate(ordered)
    ]


def first_example(flag: StyleFlag) -> Example | None:
    entries = flag.evidence.get("examples", ())[:1]
    found = examples_of_flag(flag, entries=entries, place=Place(flag.campaign, flag.taxonomy_version))
    return found[0] if found else None


def card_of(flag: StyleFlag, *, events: list[FlagEvent], example: Example | None = None) -> FlagCard:
    estimate = estimate_of(flag)
    who = flag.member.pseudonym if flag.member else ""
    label = flag.label.title if flag.label else ""
    return FlagCard(
        flag=flag,
        url=reverse("style_flag", args=[flag.campaign.key, flag.pk]),
        title=title_of(flag.feature),
        sentence=sentence_of(estimate, who=who, label=label),
        shape=SHAPES[flag.status],
        evidence=evidence_in_words(flag.estimator),
        severity=severity_in_words(flag.severity),
        tone=SEVERITY_TONES[flag.severity],
        state=str(STATES[FlagState(flag.state)]),
        facts=facts_of(estimate) if "counts" in estimate else [],
        caveat=str(CAVEATS[flag.estimator]),
        events=events,
        behind=StyleLinks(flag.campaign.key, flag.taxonomy_version.number).behind(estimate, annotator=who),
        example=example,
    )


def estimate_of(flag: StyleFlag) -> Mapping[str, Any]:
    """What the last report that found it knew, with the effect that the flag itself holds."""
    told: Mapping[str, Any] = flag.evidence.get("estimate", {})
    return {
        **told,
        "feature": flag.feature,
        "estimator": flag.estimator,
        "effect": flag.effect,
        "low": flag.low,
        "high": flag.high,
    }


def events_of(flags: Sequence[StyleFlag], *, campaign: Campaign) -> dict[int, list[FlagEvent]]:
    """By flag, the newest first."""
    pseudonyms = dict(campaign.memberships.values_list("user_id", "pseudonym"))
    found: dict[int, list[FlagEvent]] = {}
    for event in StyleFlagEvent.objects.filter(flag__in=flags).order_by("-happened_at", "-pk"):
        found.setdefault(event.flag_id, []).append(event_in_words(event, pseudonyms=pseudonyms))
    return found


def event_in_words(event: StyleFlagEvent, *, pseudonyms: Mapping[int, str]) -> FlagEvent:
    who = ""
    if event.person_id is not None:
        who = pseudonyms.get(event.person_id, _("somebody who is no member"))
    return FlagEvent(
        title=str(EVENTS[event.kind]),
        happened_at=event.happened_at,
        who=who,
        note=event.note,
        figure=_("{effect} points ({interval})").format(
            effect=signed_points(event.effect), interval=signed_interval(event.low, event.high)
        ),
        severity=severity_in_words(event.severity),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def style_flag(request: SignedIn, key: str, flag_id: int) -> HttpResponse:
    """POST answers the flag, with a note; a refusal is said on its page with 422."""
    campaign = campaign_for(request, key, roles=OVERSEERS)
    flag = get_object_or_404(flags_for(request.user, campaign), pk=flag_id)
    if request.method != "POST":
        return flag_page(request, flag)
    answer = ANSWERS.get(request.POST.get("answer", ""))
    if answer is None:
        return flag_page(request, flag, refused=_("Choose to acknowledge or to resolve it."))
    try:
        answer(flag=flag, person=request.user, note=request.POST.get("note", ""), now=timezone.now())
    except NotAnswerable as refused:
        return flag_page(request, flag, refused=str(refused))
    messages.success(
        request,
        _("Resolved. It comes back by itself when it is found again after it had gone.")
        if answer is resolve
        else _("Acknowledged. It stays on the page as long as the grades show it."),
    )
    if request.POST.get("back") == "report":
        return redirect(f"{reverse('style', args=[key])}?version={flag.taxonomy_version.number}")
    return redirect("style_flag", key=key, flag_id=flag.pk)


def flag_page(request: SignedIn, flag: StyleFlag, *, refused: str = "") -> HttpResponse:
    campaign, version = flag.campaign, flag.taxonomy_version
    flag.refresh_from_db(fields=["state", "note"])
    place = Place(campaign, version)
    card = card_of(flag, events=events_of([flag], campaign=campaign).get(flag.pk, []))
    context = {
        "campaign": campaign,
        "version": version,
        "card": card,
        "examples": entries_of(flag, "examples", place=place),
        "counter_examples": entries_of(flag, "counter_examples", place=place),
        "refused": refused,
        "note": request.POST.get("note", ""),
        "crumbs": [
            *crumbs_to_campaign(campaign),
            Crumb(_("Style"), f"{reverse('style', args=[campaign.key])}?version={version.number}"),
        ],
        "here": card.title,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "web/campaigns/style/flag.html", context, status=status)


def entries_of(flag: StyleFlag, name: str, *, place: Place) -> list[Example]:
    return examples_of_flag(flag, entries=flag.evidence.get(name, ()), place=place)
