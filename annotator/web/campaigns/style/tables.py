"""Tables of a style report: in words for the page, in numbers for the file. Only what the reader may see is in them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.web.campaigns.cells import Cell, Column, Figures, Row, Table, number, value
from annotator.web.campaigns.style.cells import (
    cells_of_effect,
    cells_of_finding,
    cells_of_other_units,
    columns_of_counts,
    columns_of_effect,
    columns_of_finding,
    columns_of_other_units,
    count_cell,
    deviation_names,
    evidence_cell,
    feature_cell,
    raw_cell,
)
from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.words import (
    Found,
    points,
    share,
    title_of,
)

LEFT_OUT = {
    "content": gettext_lazy("content in this domain, not style"),
    "few_present": gettext_lazy("in too few steps"),
    "few_absent": gettext_lazy("missing from too few steps"),
    "constant": gettext_lazy("alike in all steps"),
}
COUNTS = ("votes", "plain_votes", "steps", "chains", "annotators", "pairs")
COUNTS_OF_PEERS = ("votes", "steps", "chains", "annotators")


def tables_of(figures: Figures, *, links: StyleLinks, with_people: bool) -> dict[str, Table]:
    """Every table that is a file, by the name in its address."""
    tables = [
        experiments_table(figures, links=links),
        association_table(figures, links=links),
        features_table(figures, links=links),
    ]
    if figures["twin_labels"]:
        tables.append(labels_table(figures, links=links))
    if with_people:
        tables.append(deviations_table(figures["peers"], figures=figures, links=links))
    return {table.name: table for table in tables}


def known(table: Table) -> Table:
    """Without the rows of which nothing is known: for the page, which says elsewhere what they lack."""
    return Table(
        name=table.name,
        title=table.title,
        columns=table.columns,
        rows=tuple(row for row in table.rows if not row.is_quiet),
    )


def experiments_table(figures: Figures, *, links: StyleLinks) -> Table:
    return Table(
        name="experiments",
        title=_("What the experiments show"),
        columns=(
            Column("feature", _("Feature"), "words"),
            Column("evidence", _("Evidence"), "words"),
            *columns_of_effect(),
            *columns_of_finding(*COUNTS),
            *columns_of_other_units(),
        ),
        rows=tuple(
            Row(
                cells=(
                    feature_cell(found, links=links),
                    evidence_cell(found),
                    *cells_of_effect(found),
                    *cells_of_finding(found, *COUNTS),
                    *cells_of_other_units(found),
                ),
                is_quiet=not found["is_estimated"],
            )
            for found in by_effect([*figures["twins"], *figures["plain"]])
        ),
    )


def labels_table(figures: Figures, *, links: StyleLinks) -> Table:
    labels = figures["labels"]
    return Table(
        name="error-types",
        title=_("Which errors are named more often, by twins"),
        columns=(
            Column("feature", _("Feature"), "words"),
            Column("label", _("Named"), "words"),
            *columns_of_effect(),
            *columns_of_finding("votes", "annotators", "pairs"),
        ),
        rows=tuple(
            Row(
                cells=(
                    feature_cell(found, links=links),
                    Cell(words=labels[found["label"]]["title"], raw=(labels[found["label"]]["key"],)),
                    *cells_of_effect(found),
                    *cells_of_finding(found, "votes", "annotators", "pairs"),
                ),
                is_quiet=not found["is_estimated"],
            )
            for found in by_effect(figures["twin_labels"])
        ),
    )


def deviations_table(
    peers: Sequence[Found], *, figures: Figures, links: StyleLinks, of_one: bool = False
) -> Table:
    """of_one: all are of the same annotator, who is not named again in each row."""
    people = figures["annotators"]
    names = (Column("annotator", _("Annotator"), "words"), Column("feature", _("Feature"), "words"))
    return Table(
        name="deviations",
        title=_("Each annotator against the others"),
        columns=(
            *(names[1:] if of_one else names),
            *columns_of_effect(),
            *columns_of_finding(*COUNTS_OF_PEERS),
        ),
        rows=tuple(
            Row(
                cells=(
                    *deviation_names(
                        found, who=people[found["annotator"]]["pseudonym"], links=links, of_one=of_one
                    ),
                    *cells_of_effect(found),
                    *cells_of_finding(found, *COUNTS_OF_PEERS),
                ),
                is_quiet=not found["is_estimated"],
            )
            for found in by_effect(peers)
        ),
    )


def association_table(figures: Figures, *, links: StyleLinks) -> Table:
    """No severity and no test: it says what to test."""
    return Table(
        name="association",
        title=_("Association in ordinary votes"),
        columns=(
            Column("feature", _("Feature"), "words"),
            Column("effect", _("Points, adjusted"), "figure"),
            Column("raw", _("Points, as counted"), "figure"),
            Column("prevalence", _("Steps with it"), "value"),
            *columns_of_counts("votes", "steps", "chains", "annotators"),
        ),
        rows=tuple(
            Row(
                cells=(
                    feature_cell(found, links=links),
                    cells_of_effect(found)[0],
                    raw_cell(found),
                    value(found["prevalence"], shown=share, reason=_("Not a yes or no.")),
                    *(count_cell(found, name) for name in ("votes", "steps", "chains", "annotators")),
                ),
                is_quiet=not found["is_estimated"],
            )
            for found in by_effect(figures["association"])
        ),
    )


def features_table(figures: Figures, *, links: StyleLinks) -> Table:
    return Table(
        name="features",
        title=_("How often each feature occurs"),
        columns=(
            Column("feature", _("Feature"), "words"),
            Column("steps_present", _("Steps with it")),
            Column("prevalence", _("Share of the steps"), "value"),
            Column("mean", _("Mean"), "value"),
            Column("left_out", _("Left out"), "words"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(
                        words=title_of(entry["key"]),
                        raw=(entry["key"],),
                        url=links.steps({"feature": entry["key"]}) if entry["steps_present"] else "",
                    ),
                    number(entry["steps_present"]),
                    value(entry["prevalence"], shown=share, reason=_("Not a yes or no.")),
                    value(
                        entry["mean"] if entry["kind"] == "continuous" else None,
                        shown=lambda mean: points(mean, decimals=2),
                        reason=_("A yes or no."),
                    ),
                    Cell(
                        words=str(LEFT_OUT.get(entry["left_out"], entry["left_out"] or _("no"))),
                        raw=(entry["left_out"] or "",),
                    ),
                ),
                is_quiet=bool(entry["left_out"]),
            )
            for entry in figures["features"]
        ),
    )


def by_effect(estimates: Sequence[Found]) -> list[Found]:
    """The largest first, what is not known last."""
    return sorted(estimates, key=lambda found: -abs(found["effect"]) if found["is_estimated"] else 1.0)
