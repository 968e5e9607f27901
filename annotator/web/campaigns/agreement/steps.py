"""The steps behind a cell or a point of the agreement page: on which the grades differ so, as of now."""

from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.analysis.differing import Asked, Vote, chains_through, steps_where, votes_on
from annotator.assignments.models import Campaign
from annotator.chains.models import Step
from annotator.web.campaigns.overview import OVERSEERS, campaign_for, version_asked_for
from annotator.web.campaigns.short_names import short_name
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members, page_number
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Choice, Question, vocabulary_of

STEPS_ON_A_PAGE = 50
MOST_LETTERS = 160
# To find them all would read every grade of a large campaign, and nobody reads further.
MOST_LISTED = 1_000
KEPT = ("version", "first", "second", "annotator", "other", "index", "generator", "since", "until")


@dataclass(frozen=True, slots=True)
class Said:
    pseudonym: str
    verdict: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingStep:
    """`name` is that of its chain, or of its problem where it stands beside the steps of chains."""

    name: str
    number: int
    text: str
    url: str
    said: tuple[Said, ...]


@require_safe
@for_members
def agreement_steps(request: SignedIn, key: str) -> HttpResponse:
    campaign = campaign_for(request, key, roles=OVERSEERS)
    version = version_asked_for(request, campaign)
    verdict = vocabulary_of(version.pk).verdict
    people = people_of(campaign)
    asked = asked_in(request.GET, verdict=verdict, people=people)
    found = steps_where(campaign=campaign, version=version, asked=asked).values_list("pk", flat=True)
    page = Paginator(list(found[:MOST_LISTED]), STEPS_ON_A_PAGE).get_page(page_number(request.GET))
    steps = Step.objects.filter(pk__in=list(page)).select_related("problem").order_by("pk")
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    context = {
        "campaign": campaign,
        "version": version,
        "page": page,
        "has_more": page.paginator.count == MOST_LISTED,
        "steps": shown(list(steps), campaign=campaign, version=version, verdict=verdict),
        "what": what_is_asked(asked, given=request.GET, verdict=verdict),
        "given": kept,
        "among": [
            (name, kept[name]) for name in ("version", "index", "generator", "since", "until") if name in kept
        ],
        "labels": verdict.choices,
        "people": list(people),
        "query": f"{urlencode(kept)}&" if kept else "",
        "crumbs": [
            *crumbs_to_campaign(campaign),
            Crumb(_("Agreement"), f"{reverse('agreement', args=[key])}?version={version.number}"),
        ],
        "here": _("Steps"),
    }
    return render(request, "web/campaigns/agreement_steps.html", context)


def people_of(campaign: Campaign) -> dict[str, int]:
    """Those who have ever had a chain, by pseudonym, whatever their role is now."""
    had_a_chain = campaign.memberships.filter(user__assignments__campaign=campaign)
    return dict(had_a_chain.order_by("pseudonym").distinct().values_list("pseudonym", "user_id"))


def asked_in(query: QueryDict, *, verdict: Question, people: dict[str, int]) -> Asked:
    """What the address asks for; 404 for a label, a person, a place or a time that cannot be."""
    lowest, highest = indexes_in(query.get("index", ""))
    return Asked(
        first=label_in(query.get("first", ""), verdict=verdict),
        second=label_in(query.get("second", ""), verdict=verdict),
        annotator=person_in(query.get("annotator", ""), people=people),
        other=person_in(query.get("other", ""), people=people),
        index_from=lowest,
        index_to=highest,
        generator=query.get("generator"),
        since=moment_in(query.get("since", ""), otherwise=time.min),
        until=moment_in(query.get("until", ""), otherwise=time.max),
    )


def label_in(key: str, *, verdict: Question) -> int | None:
    if not key:
        return None
    choice = verdict.choice(key)
    if choice is None:
        raise Http404("no such verdict in this version")
    return choice.id


def person_in(pseudonym: str, *, people: dict[str, int]) -> int | None:
    if not pseudonym:
        return None
    if pseudonym not in people:
        raise Http404("nobody of that pseudonym")
    return people[pseudonym]


def indexes_in(text: str) -> tuple[int | None, int | None]:
    """`3`, `20-29`, or `50-` for all from there on."""
    if not text:
        return None, None
    first, dash, last = text.partition("-")
    numbers = [part for part in (first, last) if part]
    if not first or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in numbers):
        raise Http404("no such place of a step")
    return int(first), int(last) if last else None if dash else int(first)


def moment_in(text: str, *, otherwise: time) -> datetime | None:
    """An ISO date, taken from its beginning or to its end, or date and time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Http404("no such time") from error
    if len(text) == len("2026-11-20"):
        moment = datetime.combine(moment, otherwise)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def shown(
    steps: list[Step], *, campaign: Campaign, version: TaxonomyVersion, verdict: Question
) -> list[DifferingStep]:
    choices = {choice.id: choice for choice in verdict.choices}
    names = chains_through(steps, campaign=campaign)
    votes: dict[int, list[Vote]] = {}
    for vote in votes_on(campaign=campaign, version=version, steps=steps):
        votes.setdefault(vote.step_id, []).append(vote)
    return [
        DifferingStep(
            name=names.get(step.pk, short_name(step.problem)),
            number=step.index + 1,
            text=Truncator(" ".join(step.text.split())).chars(MOST_LETTERS),
            url=f"{reverse('campaign_step', args=[campaign.key, step.pk])}?version={version.number}",
            said=tuple(
                Said(pseudonym=vote.pseudonym, verdict=choices[vote.verdict_id])
                for vote in votes.get(step.pk, ())
            ),
        )
        for step in steps
    ]


def what_is_asked(asked: Asked, *, given: QueryDict, verdict: Question) -> str:
    """In a sentence, or two when it is narrowed further."""
    titles = {choice.id: choice.title for choice in verdict.choices}
    one = given.get("annotator") or _("one annotator")
    other = given.get("other") or _("another")
    if asked.first is not None and asked.second is not None:
        words = _("Steps of which {one} said “{first}” and {other} said “{second}”.")
    elif asked.first is not None:
        words = _("Steps of which {one} said “{first}” and {other} something else.")
    elif asked.second is not None:
        words = _("Steps of which {other} said “{second}” and {one} something else.")
    else:
        words = _("Steps of which {one} and {other} said different things.")
    sentence = words.format(
        one=one,
        other=other,
        first=titles.get(asked.first or 0, ""),
        second=titles.get(asked.second or 0, ""),
    )
    return " ".join([sentence, *narrowed(asked)])


def narrowed(asked: Asked) -> list[str]:
    found = []
    if asked.index_from is not None:
        first, last = asked.index_from + 1, asked.index_to
        if last is None:
            found.append(_("Only steps from the {number}. on.").format(number=first))
        elif last + 1 == first:
            found.append(_("Only each chain’s step {number}.").format(number=first))
        else:
            found.append(_("Only steps {first} to {last}.").format(first=first, last=last + 1))
    if asked.generator is not None:
        found.append(_("Only chains by {generator}.").format(generator=asked.generator or _("nobody known")))
    if asked.since is not None and asked.until is not None:
        found.append(
            _("Only those last graded from {since} to {until}.").format(
                since=date_format(asked.since, "SHORT_DATE_FORMAT"),
                until=date_format(asked.until, "SHORT_DATE_FORMAT"),
            )
        )
    return found
