"""One annotator, by pseudonym: how they agree with the others, over time, label by label, and where they stand alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.analysis import refreshing
from annotator.analysis.comparing import Alone, alone_against_others, said_beside_others
from annotator.assignments.models import Campaign, Role
from annotator.chains.models import Step
from annotator.grading.versions import versions_of
from annotator.web.campaigns.agreement.parts import days_words, told_apart
from annotator.web.campaigns.agreement.plots import trend_plot
from annotator.web.campaigns.agreement.state import why_stale
from annotator.web.campaigns.annotators.page import shows_names
from annotator.web.campaigns.annotators.rows import PersonRow, people_of
from annotator.web.campaigns.cells import Cell, Column, Links, Row, Table, figure, number, words
from annotator.web.campaigns.figure_words import percent, signed
from annotator.web.campaigns.overview import campaign_for, version_asked_for
from annotator.web.campaigns.plots import Plot
from annotator.web.campaigns.short_names import short_name
from annotator.web.crumbs import Crumb, crumbs_to_campaign
from annotator.web.pages import SignedIn, for_members, page_number
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Choice, vocabulary_of

STEPS_ON_A_PAGE = 25
MOST_LETTERS = 160
Said = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class AloneStep:
    problem: str
    number: int
    text: str
    url: str
    verdict: Choice
    others_verdict: Choice
    others: int


@require_safe
@for_members
def annotator(request: SignedIn, key: str, pseudonym: str) -> HttpResponse:
    campaign = campaign_for(request, key, roles=[Role.RESEARCHER])
    version = version_asked_for(request, campaign)
    report = refreshing.newest_agreement(campaign=campaign, version=version)
    has_names = shows_names(request)
    people = people_of(campaign, version=version, report=report, with_names=has_names)
    person = next((row for row in people.everybody if row.pseudonym == pseudonym), None)
    if person is None:
        raise Http404("no annotator of that pseudonym")
    links = Links(campaign=key, version=version.number)
    query = f"?version={version.number}"
    alone = alone_against_others(campaign=campaign, version=version, annotator_id=person.user_id)
    page: Page[Alone] = Paginator(alone, STEPS_ON_A_PAGE).get_page(page_number(request.GET))
    said = said_beside_others(campaign=campaign, version=version, annotator_id=person.user_id)
    context = {
        "campaign": campaign,
        "version": version,
        "versions": versions_of(campaign),
        "report": report,
        "stale": why_stale(report, campaign=campaign, version=version),
        "has_names": has_names,
        "person": person,
        "compared": len(people.ranked),
        "has_gold": people.has_gold,
        "trend": trend_of(person, links=links),
        **labels_in(said, version=version, person=person, links=links),
        "page": page,
        "alone": alone_steps(page, campaign=campaign, version=version),
        "query": f"version={version.number}&",
        "crumbs": [
            *crumbs_to_campaign(campaign),
            Crumb(_("Annotators"), reverse("annotators", args=[key]) + query),
        ],
        "here": pseudonym,
    }
    return render(request, "web/campaigns/annotator.html", context)


def trend_of(person: PersonRow, *, links: Links) -> dict[str, object]:
    """The table, and the plot beside it where it has two points or more; nothing before the first report."""
    entries: list[Mapping[str, Any]] = list((person.figures or {}).get("trend", []))
    if not entries:
        return {}
    names = told_apart([days_words(entry) for entry in entries])
    table = Table(
        name="trend",
        title=_("Agreement with the others over time"),
        columns=(
            Column("days", _("Graded"), "words"),
            Column("units", _("Shared steps")),
            Column("agreement_with_rest", _("Agrees with the others"), "figure"),
        ),
        rows=tuple(
            Row(
                cells=(
                    words(name),
                    number(entry["units"]),
                    figure(entry["agreement_with_rest"]),
                )
            )
            for name, entry in zip(names, entries, strict=True)
        ),
    )
    known = [row for row in table.rows if row.cells[-1].words]
    plot: Plot | None = None
    if len(known) > 1:
        plot = trend_plot(table, name="trend", title=table.title, across="")
    return {"table": table, "plot": plot}


def labels_in(
    said: Said, *, version: TaxonomyVersion, person: PersonRow, links: Links
) -> dict[str, Table | None]:
    """The labels they give beside those that others give to the same steps, and which for which."""
    if not said:
        return {"labels": None, "against": None}
    choices = vocabulary_of(version.pk).verdict.choices
    return {
        "labels": labels_table(said, choices=choices),
        "against": against_table(said, choices=choices, pseudonym=person.pseudonym, links=links),
    }


def labels_table(said: Said, *, choices: tuple[Choice, ...]) -> Table:
    pairs = sum(said.values())
    rows = []
    for choice in choices:
        own = sum(count for (first, _second), count in said.items() if first == choice.id) / pairs
        others = sum(count for (_first, second), count in said.items() if second == choice.id) / pairs
        difference = _("{count} points").format(count=signed(round(100 * (own - others), 1))[:-2])
        rows.append(
            Row(
                cells=(
                    words(choice.title),
                    shown_share(own),
                    shown_share(others),
                    Cell(words=difference, raw=(own - others,), kind="value"),
                )
            )
        )
    return Table(
        name="labels",
        title=_("Labels on the steps that others graded too"),
        columns=(
            Column("label", _("Label"), "words"),
            Column("own", _("They"), "value"),
            Column("others", _("The others"), "value"),
            Column("difference", _("Difference"), "value"),
        ),
        rows=tuple(rows),
    )


def shown_share(share: float) -> Cell:
    return Cell(words=percent(share), raw=(share,), kind="value")


def against_table(said: Said, *, choices: tuple[Choice, ...], pseudonym: str, links: Links) -> Table:
    """Of each label that they gave, how often the others gave each; a click leads to the steps."""
    rows = []
    for own in choices:
        total = sum(said.get((own.id, other.id), 0) for other in choices)
        if not total:
            continue
        cells = [words(own.title)]
        for other in choices:
            count = said.get((own.id, other.id), 0)
            url = links.steps({"annotator": pseudonym, "first": own.key, "second": other.key})
            cells.append(
                Cell(
                    words=percent(count / total),
                    raw=(count / total,),
                    kind="value",
                    url=url if count and own != other else "",
                )
            )
        rows.append(Row(cells=tuple(cells)))
    return Table(
        name="against",
        title=_("When they say a label, what the others say of the same step"),
        columns=(
            Column("own", _("They say"), "words"),
            *(
                Column(choice.key, _("others: {title}").format(title=choice.title), "value")
                for choice in choices
            ),
        ),
        rows=tuple(rows),
    )


def alone_steps(page: Page[Alone], *, campaign: Campaign, version: TaxonomyVersion) -> list[AloneStep]:
    choices = {choice.id: choice for choice in vocabulary_of(version.pk).verdict.choices}
    steps = Step.objects.select_related("problem").in_bulk([entry.step_id for entry in page])
    return [
        AloneStep(
            problem=short_name(step.problem),
            number=step.index + 1,
            text=Truncator(" ".join(step.text.split())).chars(MOST_LETTERS),
            url=f"{reverse('campaign_step', args=[campaign.key, step.pk])}?version={version.number}",
            verdict=choices[entry.verdict_id],
            others_verdict=choices[entry.others_verdict_id],
            others=entry.others,
        )
        for entry in page
        for step in [steps[entry.step_id]]
    ]
