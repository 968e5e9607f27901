"""Which plots stand beside which tables of a report: its rows in plots' terms, and each plot in a sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.web.campaigns.agreement.tables import by_agreement, share_said
from annotator.web.campaigns.cells import Cell, Figures, Links, Table
from annotator.web.campaigns.figure_words import coefficient, percent
from annotator.web.campaigns.plots import Plot, forest, heatmap, trend


def confusion_plot(figures: Figures, *, links: Links) -> Plot:
    labels, counts = figures["labels"], figures["confusion"]
    rows = []
    for place, first in enumerate(labels):
        for other, second in enumerate(labels):
            share = share_said(counts[place], place, other)
            shown = "" if share is None else percent(share)
            rows.append(
                {
                    "down": first["title"],
                    "across": second["title"],
                    "share": share or 0,
                    "is_known": share is not None,
                    "text": shown,
                    "words": _("{first}, the other {second}: {share} ({count} pairs)").format(
                        first=first["title"],
                        second=second["title"],
                        share=shown or _("not known"),
                        count=counts[place][other],
                    ),
                    "url": links.steps({"first": first["key"], "second": second["key"]}),
                }
            )
    return Plot(
        name="confusion",
        title=_("Where one said a label, what the other said"),
        alternative=most_confused(labels, counts),
        spec=heatmap(
            rows,
            across=_("the other said"),
            down=_("one said"),
            names=[label["title"] for label in labels],
            cell_height=52 if len(labels) < 6 else 34,
        ),
    )


def most_confused(labels: Sequence[Figures], counts: Sequence[Sequence[int]]) -> str:
    pairs = [
        (counts[first][second], first, second)
        for first in range(len(labels))
        for second in range(first + 1, len(labels))
    ]
    count, first, second = max(pairs, default=(0, 0, 0))
    if not count:
        return _("A table in colours, of each label against each: no two annotators said different things.")
    return _(
        "A table in colours, of each label against each. Most often confused: {first} and {second}, by {count} pairs of annotators."
    ).format(first=labels[first]["title"], second=labels[second]["title"], count=count)


def pairs_plot(figures: Figures, *, links: Links) -> Plot:
    people = figures["annotators"]
    names = [person["pseudonym"] for person in sorted(people, key=by_agreement)]
    rows = []
    for pair in figures["pairs"]:
        first, second = people[pair["first"]]["pseudonym"], people[pair["second"]]["pseudonym"]
        known = pair["kappa"] is not None
        said = _("{first} and {second}: kappa {kappa}, {count} shared steps").format(
            first=first,
            second=second,
            kappa=coefficient(pair["kappa"]) if known else _("not known"),
            count=pair["units"],
        )
        url = links.steps({"annotator": first, "other": second})
        rows += [
            {
                "down": one,
                "across": other,
                "share": pair["kappa"] or 0,
                "is_known": known,
                "text": coefficient(pair["kappa"])[:-1] if known else "–",
                "words": said,
                "url": url,
            }
            for one, other in ((first, second), (second, first))
        ]
    known_pairs = [pair for pair in figures["pairs"] if pair["kappa"] is not None]
    return Plot(
        name="pairs",
        title=_("Weighted kappa of each pair"),
        alternative=_(
            "A table in colours, each annotator against each, of {known} pairs; {unknown} more share too little."
        ).format(known=len(known_pairs), unknown=len(figures["pairs"]) - len(known_pairs)),
        spec=heatmap(rows, across="", down="", names=names, cell_height=24, shows_text=len(names) <= 12),
    )


def annotator_plots(figures: Figures, *, table: Table) -> list[Plot]:
    verdict = figures["verdict"]["percent_agreement"]["value"]
    return [
        forest_plot(
            table,
            column="agreement_with_rest",
            name="annotators",
            title=_("Agreement with the others"),
            reference=verdict,
            is_share=True,
        ),
        forest_plot(
            table, column="severity", name="severity", title=_("Severity: left is stricter"), reference=0.0
        ),
    ]


def forest_plot(
    table: Table,
    *,
    column: str,
    name: str,
    title: str,
    reference: float | None = None,
    is_share: bool = False,
) -> Plot:
    """One column of a table, line by line, where it is known."""
    place = [entry.key for entry in table.columns].index(column)
    shown = [(row.name, row.cells[place], row.is_quiet) for row in table.rows if row.cells[place].words]
    return Plot(
        name=name,
        title=title,
        alternative=extremes([(who, cell) for who, cell, _quiet in shown], title=title),
        spec=forest(
            [
                {
                    "name": who.words,
                    "value": cell.raw[0],
                    "low": cell.raw[1],
                    "high": cell.raw[2],
                    "is_quiet": is_quiet,
                    "words": said_of(who, cell),
                    "url": who.url,
                }
                for who, cell, is_quiet in shown
            ],
            title=title,
            reference=reference,
            is_share=is_share,
        ),
    )


def said_of(who: Cell, cell: Cell) -> str:
    return f"{who.words}: {cell.words} ({cell.interval})" if cell.interval else f"{who.words}: {cell.words}"


def extremes(shown: Sequence[tuple[Cell, Cell]], *, title: str) -> str:
    if not shown:
        return _("{title}: nothing is known yet.").format(title=title)
    ordered = sorted(shown, key=lambda entry: float(entry[1].raw[0] or 0))
    (least, low), (most, high) = ordered[0], ordered[-1]
    return ngettext(
        "{title}: a point and its interval for {count} row, from {low} ({least}) to {high} ({most}).",
        "{title}: points and their intervals for {count} rows, from {low} ({least}) to {high} ({most}).",
        len(shown),
    ).format(
        title=title, count=len(shown), low=low.words, least=least.words, high=high.words, most=most.words
    )


def trend_plot(
    table: Table, *, name: str, title: str, across: str, places: Sequence[str] | None = None
) -> Plot:
    """Both figures of a table of slices, from left to right in the order of its rows, which *places* may name shorter."""
    places = places or [row.name.words for row in table.rows]
    series = [column.title for column in table.columns if column.kind == "figure"]
    rows = [
        {
            "place": place,
            "series": column.title,
            "value": cell.raw[0],
            "low": cell.raw[1],
            "high": cell.raw[2],
            "words": f"{column.title}, {said_of(row.name, cell)}",
            "url": row.name.url,
        }
        for place, row in zip(places, table.rows, strict=True)
        for column, cell in zip(table.columns, row.cells, strict=True)
        if column.kind == "figure" and cell.words
    ]
    alphas = [(row.name, row.cells[-1]) for row in table.rows if row.cells[-1].words]
    return Plot(
        name=name,
        title=title,
        alternative=extremes(alphas, title=title),
        spec=trend(rows, across=across, places=places, series=series),
    )
