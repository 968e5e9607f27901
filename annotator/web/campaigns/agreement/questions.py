"""The tables of a report that are about the further questions of a taxonomy."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from annotator.web.campaigns.cells import Cell, Column, Figures, Row, Table, figure, number
from annotator.web.campaigns.figure_words import coefficient, percent


def criterion_tables(criterion: Figures) -> Iterator[Table]:
    """Of a question with one answer: with and without "none" as an answer, and label by label. Of many: label by label."""
    labels = criterion["labels"]
    if criterion["kind"] == "one":
        yield one_label_table(criterion)
        yield answers_table(
            criterion,
            entries=criterion["given_both"]["labels"],
            measured="specific_agreement",
            title=_("Same answer, where both gave one"),
        )
        return
    yield Table(
        name=f"criterion-{criterion['key']}",
        title=_("The sets of labels as a whole"),
        columns=(Column("figure", _("Figure"), "words"), Column("value", _("Value"), "figure")),
        rows=(
            Row(
                cells=(
                    Cell(
                        words=_("Krippendorff’s alpha, Jaccard"),
                        raw=("alpha_jaccard",),
                        note=_(
                            "Beyond chance; two sets are as far apart as the share of their labels that only one has."
                        ),
                    ),
                    figure(criterion["alpha_jaccard"], shown=coefficient),
                )
            ),
        ),
    )
    yield Table(
        name=f"labels-{criterion['key']}",
        title=_("Label by label"),
        columns=(
            Column("label", _("Label"), "words"),
            Column("grades", _("Given")),
            Column("alpha", _("Alpha, given or not"), "figure"),
            Column("positive_agreement", _("Given by both"), "figure"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(words=entry["title"], raw=(entry["key"],)),
                    number(entry["grades"]),
                    figure(entry["alpha"], shown=coefficient),
                    figure(entry["positive_agreement"]),
                )
            )
            for entry in labels
        ),
    )


def one_label_table(criterion: Figures) -> Table:
    meanings = [
        ("percent_agreement", _("Same answer"), percent),
        ("alpha_nominal", _("Krippendorff’s alpha, nominal"), coefficient),
        ("gwet_ac1", _("Gwet’s AC1"), coefficient),
    ]
    return Table(
        name=f"criterion-{criterion['key']}",
        title=_("Agreement on this question"),
        columns=(
            Column("figure", _("Figure"), "words"),
            Column("given_both", _("Where both answered"), "figure"),
            Column("with_none", _("With “no answer” as an answer"), "figure"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(words=title, raw=(key,)),
                    figure(criterion["given_both"][key], shown=shown),
                    figure(criterion["with_none"][key], shown=shown),
                )
            )
            for key, title, shown in meanings
        ),
    )


def answers_table(criterion: Figures, *, entries: Sequence[Figures], measured: str, title: str) -> Table:
    labels = criterion["labels"]
    return Table(
        name=f"labels-{criterion['key']}",
        title=title,
        columns=(
            Column("label", _("Label"), "words"),
            Column("grades", _("Grades")),
            Column(measured, _("Same answer"), "figure"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(words=labels[entry["label"]]["title"], raw=(labels[entry["label"]]["key"],)),
                    number(entry["grades"]),
                    figure(entry[measured]),
                )
            )
            for entry in entries
            if entry["label"] < len(labels)
        ),
    )
