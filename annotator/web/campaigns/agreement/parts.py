"""The other tables of a report: first errors, agreement along steps, time and sources, consensus."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotator.web.campaigns.cells import (
    Cell,
    Column,
    Figures,
    Links,
    Row,
    Table,
    figure,
    number,
    value,
    words,
)
from annotator.web.campaigns.figure_words import coefficient, percent


def first_error_table(figures: Figures) -> Table:
    found = figures["first_error"]
    meanings: list[tuple[str, str, str, Callable[[float], str]]] = [
        ("exact", _("Same first error"), _("Both name the same first flawed step, or both none."), percent),
        ("within_one", _("At most one step apart"), _("“None” is next to no step."), percent),
        (
            "exact_given_both_found",
            _("Same, where both found one"),
            _("Of the pairs of graders who both found an error: it is the same step."),
            percent,
        ),
        (
            "alpha_index",
            _("Alpha of the first error"),
            _("Beyond chance, every two steps equally far apart, “none” one of them."),
            coefficient,
        ),
        (
            "alpha_has_error",
            _("Alpha of “has an error”"),
            _("Beyond chance, whether the chain has any flawed step."),
            coefficient,
        ),
        (
            "share_undefined",
            _("Not known"),
            _("Share of submitted chains in which a step before the first flawed one is not graded."),
            percent,
        ),
    ]
    return Table(
        name="first-error",
        title=_("Agreement on the first flawed step of a chain"),
        columns=(Column("figure", _("Figure"), "words"), Column("value", _("Value"), "figure")),
        rows=tuple(
            Row(
                cells=(Cell(words=title, raw=(key,), note=note), figure(found[key], shown=shown)),
            )
            for key, title, note, shown in meanings
        ),
    )


def slices_table(
    figures: Figures, *, part: str, title: str, first: Column, name_of: Callable[[Figures], Cell]
) -> Table:
    """Agreement in each slice of the steps; `part` is its place in the report, and with hyphens in the address."""
    return Table(
        name=part.replace("_", "-"),
        title=title,
        columns=(
            first,
            Column("units", _("Shared steps")),
            Column("percent_agreement", _("Same verdict"), "figure"),
            Column("alpha_ordinal", _("Alpha, ordinal"), "figure"),
        ),
        rows=tuple(
            Row(
                cells=(
                    name_of(entry),
                    number(entry["units"]),
                    figure(entry["percent_agreement"]),
                    figure(entry["alpha_ordinal"], shown=coefficient),
                )
            )
            for entry in figures[part]
        ),
    )


def index_table(figures: Figures, *, links: Links) -> Table:
    return slices_table(
        figures,
        part="by_step_index",
        title=_("Agreement by the place of the step in its chain"),
        first=Column("step", _("Step"), "words"),
        name_of=lambda entry: words(
            index_words(entry),
            url=links.steps({"index": index_range(entry)}),
        ),
    )


def index_words(entry: Figures) -> str:
    """As people count, from 1."""
    first, last = entry["from"], entry["to"]
    if last is None:
        return _("{first} and later").format(first=first + 1)
    return str(first + 1) if first == last else f"{first + 1}–{last + 1}"


def index_range(entry: Figures) -> str:
    first, last = entry["from"], entry["to"]
    if last is None:
        return f"{first}-"
    return str(first) if first == last else f"{first}-{last}"


def time_table(figures: Figures, *, links: Links) -> Table:
    names = iter(told_apart([days_words(entry) for entry in figures["over_time"]]))
    return slices_table(
        figures,
        part="over_time",
        title=_("Agreement over time"),
        first=Column("days", _("Last graded"), "words"),
        name_of=lambda entry: words(
            next(names), url=links.steps({"since": entry["from"], "until": entry["to"]})
        ),
    )


def first_days(figures: Figures) -> list[str]:
    days = [datetime.fromisoformat(entry["from"]) for entry in figures["over_time"]]
    return told_apart([date_format(day, "SHORT_DATE_FORMAT") for day in days])


def told_apart(names: Sequence[str]) -> list[str]:
    """Several stretches of one day get a number each."""
    return [
        f"{name} ({names[: place + 1].count(name)})" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def days_words(entry: Figures) -> str:
    """From one day to another; with times where both lie on one day."""
    first, last = (datetime.fromisoformat(entry[end]) for end in ("from", "to"))
    days = [date_format(day, "SHORT_DATE_FORMAT") for day in (first, last)]
    if days[0] != days[1]:
        return " – ".join(days)
    return days[0]


def generator_table(figures: Figures, *, links: Links) -> Table:
    return slices_table(
        figures,
        part="by_generator",
        title=_("Agreement by the model that wrote the chain"),
        first=Column("generator", _("Generator"), "words"),
        name_of=lambda entry: words(
            entry["generator"] or _("not known"), url=links.steps({"generator": entry["generator"]})
        ),
    )


def domain_table(figures: Figures) -> Table:
    return slices_table(
        figures,
        part="by_domain",
        title=_("Agreement by domain"),
        first=Column("domain", _("Domain"), "words"),
        name_of=lambda entry: words(entry["domain"] or _("not known")),
    )


def consensus_table(figures: Figures) -> Table:
    found = figures["consensus"]
    rows = [
        ("single", _("One vote only"), _("Decided by the one annotator who graded it.")),
        ("unanimous", _("Unanimous"), _("Two or more, all of one mind.")),
        ("majority", _("Majority"), _("More for one label than for any other.")),
        ("adjudicated", _("Adjudicated"), _("A reviewer has decided; that overrides the votes.")),
        ("ties", _("Tie"), _("As many for one label as for another: no verdict, until a reviewer decides.")),
        ("contested", _("Contested"), _("Ties, and what is below the threshold of the campaign.")),
    ]
    steps = found["steps"]
    return Table(
        name="consensus",
        title=_("Where the one verdict of a step comes from"),
        columns=(
            Column("steps", _("Steps"), "words"),
            Column("count", _("How many")),
            Column("share", _("Share"), "value"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(words=title, raw=(key,), note=note),
                    number(found[key]),
                    value(
                        found[key] / steps if steps else None,
                        shown=percent,
                        reason=_("Nothing has been graded yet."),
                    ),
                )
            )
            for key, title, note in rows
            if key in found
        ),
    )


def dawid_skene_table(figures: Figures) -> Table:
    """How often each annotator is estimated to give each true label its own name, by Dawid and Skene's model."""
    labels, people = figures["labels"], figures["annotators"]
    found = figures["consensus"]["dawid_skene"]
    return Table(
        name="dawid-skene",
        title=_("How often each annotator is estimated to see a label where it is"),
        columns=(
            Column("annotator", _("Annotator"), "words"),
            *(
                Column(f"{label['key']}", _("sees {title}").format(title=label["title"]), "value")
                for label in labels
            ),
        ),
        rows=tuple(
            Row(
                cells=(
                    words(people[entry["annotator"]]["pseudonym"]),
                    *(value(entry["confusion"][place][place], shown=percent) for place in range(len(labels))),
                )
            )
            for entry in found["annotators"]
        ),
    )
