"""Each annotator against the others, feature by feature: for researchers only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.assignments.models import Role
from annotator.web.campaigns.overview import campaign_for, version_asked_for
from annotator.web.campaigns.style.flags import cards_of, flags_for
from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.people_plots import person_plot
from annotator.web.campaigns.style.reasons import NeedRow, needs_of
from annotator.web.campaigns.style.state import style_context
from annotator.web.campaigns.style.steps import member_for
from annotator.web.campaigns.style.tables import by_effect, deviations_table, known
from annotator.web.campaigns.style.words import CAVEATS, Found, finding_of, sentence_of
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """`said` are the deviations that were found, in sentences; `needs` is what keeps them from being compared."""

    pseudonym: str
    url: str
    votes: int
    chains: int
    said: list[str]
    measured: int
    needs: list[NeedRow]


def rows_of_people(figures: Mapping[str, Any], *, links: StyleLinks) -> list[PersonRow]:
    """Those who deviate first, those who cannot be compared last."""
    rows = [
        person_row(person, deviations=deviations_of(figures, place=place), links=links)
        for place, person in enumerate(figures["annotators"])
    ]
    return sorted(rows, key=lambda row: (not row.said, not row.measured, row.pseudonym))


def deviations_of(figures: Mapping[str, Any], *, place: int) -> list[Found]:
    return by_effect([found for found in figures["peers"] if found["annotator"] == place])


def person_row(person: Mapping[str, Any], *, deviations: list[Found], links: StyleLinks) -> PersonRow:
    who = person["pseudonym"]
    return PersonRow(
        pseudonym=who,
        url=links.person(who),
        votes=person["votes"],
        chains=person["chains"],
        said=[sentence_of(found, who=who) for found in deviations if finding_of(found) == "found"],
        measured=sum(found["is_estimated"] for found in deviations),
        needs=[] if person["is_eligible"] else missing(deviations),
    )


def missing(deviations: list[Found]) -> list[NeedRow]:
    """The farthest of each threshold, once."""
    found: dict[str, NeedRow] = {}
    for need in (need for deviation in deviations for need in needs_of(deviation)):
        before = found.get(need.sentence)
        if before is None or need.have < before.have:
            found[need.sentence] = need
    return list(found.values())


@require_safe
@for_members
def style_annotator(request: SignedIn, key: str, pseudonym: str) -> HttpResponse:
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    version = version_asked_for(request, campaign)
    member = member_for(campaign, pseudonym=pseudonym)
    context = style_context(request.user, campaign, version=version)
    links = StyleLinks(key, version.number)
    flags = list(flags_for(request.user, campaign).filter(taxonomy_version=version, member=member))
    context |= {
        "pseudonym": pseudonym,
        "cards": cards_of(flags, campaign=campaign),
        "caveat": CAVEATS["peers"],
        **person_figures(figures_in(context), pseudonym=pseudonym, links=links),
        "crumbs": [
            *crumbs_to_campaign(campaign),
            Crumb(_("Style"), f"{reverse('style', args=[key])}?version={version.number}#people"),
        ],
        "here": pseudonym,
    }
    return render(request, "web/campaigns/style/annotator.html", context)


def figures_in(context: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Of the report that is shown; None before the first."""
    report = context["report"]
    return report.figures if report is not None else None


def person_figures(
    figures: Mapping[str, Any] | None, *, pseudonym: str, links: StyleLinks
) -> dict[str, object]:
    people = [person["pseudonym"] for person in figures["annotators"]] if figures else []
    if figures is None or pseudonym not in people:
        return {"person": None, "plot": None, "table": None}
    place = people.index(pseudonym)
    deviations = deviations_of(figures, place=place)
    measured = [found for found in deviations if found["is_estimated"]]
    table = known(deviations_table(deviations, figures=figures, links=links, of_one=True))
    return {
        "person": person_row(figures["annotators"][place], deviations=deviations, links=links),
        "plot": person_plot(measured, pseudonym=pseudonym, links=links),
        "table": table if table.rows else None,
    }
