"""The tables of a report that are about the verdict: coefficients, labels, annotators and pairs of them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
from annotator.web.campaigns.figure_words import coefficient, percent, seconds, signed


def coefficients_table(figures: Figures) -> Table:
    verdict = figures["verdict"]
    return Table(
        name="coefficients",
        title=_("Coefficients of agreement on the verdict"),
        columns=(
            Column("coefficient", _("Figure"), "words"),
            Column("value", _("Value"), "figure"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(words=title, raw=(key,), note=meaning),
                    figure(verdict[key], shown=percent if key == "percent_agreement" else coefficient),
                )
            )
            for key, title, meaning in coefficient_words()
            if key in verdict
        ),
    )


def coefficient_words() -> Sequence[tuple[str, str, str]]:
    """Of each coefficient its key in the report, its name, and how to read it; the headline first."""
    return [
        (
            "alpha_ordinal",
            _("Krippendorff’s alpha, ordinal"),
            _(
                "The headline. 1 is perfect, 0 is what chance gives; a verdict further away counts as a greater disagreement."
            ),
        ),
        (
            "percent_agreement",
            _("Same verdict"),
            _(
                "Share of the pairs of grades of a step that are alike. High by itself when nearly all steps are sound: never read it alone."
            ),
        ),
        (
            "alpha_nominal",
            _("Krippendorff’s alpha, nominal"),
            _(
                "Every disagreement counts alike. Far below the ordinal one, people mostly miss by one verdict."
            ),
        ),
        (
            "alpha_interval",
            _("Krippendorff’s alpha, interval"),
            _("Disagreements count by the squared distance of the labels’ values."),
        ),
        (
            "gwet_ac1",
            _("Gwet’s AC1"),
            _(
                "Another idea of chance, which holds up when one label is frequent. High beside a low alpha: the labels are lopsided."
            ),
        ),
        (
            "gwet_ac2",
            _("Gwet’s AC2"),
            _("As AC1, but a verdict further away counts as a greater disagreement."),
        ),
        (
            "fleiss_kappa",
            _("Fleiss’ kappa"),
            _("Nearly alpha, nominal, where much was graded; here so that it can be compared with papers."),
        ),
        (
            "brennan_prediger",
            _("Brennan and Prediger’s kappa"),
            _("Chance is taken to choose every declared label equally often, whatever was graded."),
        ),
    ]


def confusion_table(figures: Figures, *, links: Links) -> Table:
    """Of each label, how often the other of two annotators said each label; labels that nobody gave stay in it."""
    labels, counts = figures["labels"], figures["confusion"]
    return Table(
        name="confusion",
        title=_("What the other of two annotators said of the same step"),
        columns=(
            Column("label", _("One said"), "words"),
            *(Column(label["key"], _("the other: {title}").format(title=label["title"])) for label in labels),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(words=first["title"], raw=(first["key"],)),
                    *(
                        number(
                            counts[place][other],
                            note=percent(share) if (share := share_said(counts[place], place, other)) else "",
                            url=links.steps({"first": first["key"], "second": second["key"]})
                            if counts[place][other]
                            else "",
                        )
                        for other, second in enumerate(labels)
                    ),
                )
            )
            for place, first in enumerate(labels)
        ),
    )


def share_said(row: Sequence[int], place: int, other: int) -> float | None:
    """Where one of two annotators gave the label at *place*, how often the other gave *other*; None where nobody did.

    A pair that both said *place* is met twice, from either side; so it is the specific agreement, over pairs.
    """
    met = sum(row) + row[place]
    if not met:
        return None
    return (2 if other == place else 1) * row[other] / met


def labels_table(figures: Figures, *, links: Links) -> Table:
    labels = figures["labels"]
    return Table(
        name="labels",
        title=_("Agreement label by label"),
        columns=(
            Column("label", _("Label"), "words"),
            Column("grades", _("Grades")),
            Column("specific_agreement", _("Same verdict"), "figure"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(
                        words=labels[entry["label"]]["title"],
                        raw=(labels[entry["label"]]["key"],),
                        url=links.steps({"first": labels[entry["label"]]["key"]}),
                    ),
                    number(entry["grades"]),
                    figure(entry["specific_agreement"]),
                )
            )
            for entry in figures["verdict"]["labels"]
        ),
    )


def annotators_table(figures: Figures, *, links: Links) -> Table:
    """Those that can be compared first, by their agreement with the others; then those with too little in common."""
    people = sorted(figures["annotators"], key=by_agreement)
    has_gold = any(person["gold"]["units"] for person in people)
    gold = (Column("gold", _("Right on gold"), "figure"),) if has_gold else ()
    return Table(
        name="annotators",
        title=_("Each annotator against the others"),
        columns=(
            Column("annotator", _("Annotator"), "words"),
            Column("grades", _("Grades")),
            Column("units", _("Shared steps")),
            Column("agreement_with_rest", _("Agrees with the others"), "figure"),
            Column("severity", _("Severity"), "figure"),
            Column("alpha_change", _("Alpha without them"), "figure"),
            Column("seconds_per_step", _("Time for a step"), "value"),
            *gold,
        ),
        rows=tuple(annotator_row(person, links=links, has_gold=has_gold) for person in people),
    )


def annotator_row(person: Figures, *, links: Links, has_gold: bool) -> Row:
    steps = links.steps({"annotator": person["pseudonym"]})
    return Row(
        cells=(
            words(
                person["pseudonym"],
                url=steps,
                note="" if person["is_ranked"] else _("under 30 shared steps, not compared"),
            ),
            number(person["grades"]),
            number(
                person["units"],
                note=ngettext("{count} chain", "{count} chains", person["chains"]).format(
                    count=person["chains"]
                ),
            ),
            figure(person["agreement_with_rest"]),
            figure(person["severity"], shown=signed),
            figure(person["alpha_change"], shown=signed),
            value(person["seconds_per_step"], shown=seconds, reason=_("No time was measured.")),
            *((figure(person["gold"]["accuracy"]),) if has_gold else ()),
        ),
        is_quiet=not person["is_ranked"],
    )


def by_agreement(person: Figures) -> tuple[bool, float, str]:
    found = person["agreement_with_rest"]["value"]
    return (not person["is_ranked"], -1.0 if found is None else -found, person["pseudonym"])


def pairs_table(figures: Figures, *, links: Links) -> Table:
    """The pair that agrees least first; those of whom nothing can be said last."""
    people = [person["pseudonym"] for person in figures["annotators"]]
    pairs = sorted(
        figures["pairs"], key=lambda pair: (pair["kappa"] is None, pair["kappa"] or 0, -pair["units"])
    )
    return Table(
        name="pairs",
        title=_("Each pair of annotators"),
        columns=(
            Column("first", _("One"), "words"),
            Column("second", _("The other"), "words"),
            Column("units", _("Shared steps")),
            Column("chains", _("Shared chains")),
            Column("agreement", _("Same verdict"), "value"),
            Column("kappa", _("Weighted kappa"), "value"),
        ),
        rows=tuple(
            Row(
                cells=(
                    words(
                        people[pair["first"]],
                        url=links.steps(
                            {"annotator": people[pair["first"]], "other": people[pair["second"]]}
                        ),
                    ),
                    words(people[pair["second"]]),
                    number(pair["units"]),
                    number(pair["chains"]),
                    value(pair["agreement"], shown=percent, reason=pair["reason"]),
                    value(pair["kappa"], shown=coefficient, reason=pair["reason"]),
                ),
                is_quiet=pair["kappa"] is None,
            )
            for pair in pairs
        ),
    )
