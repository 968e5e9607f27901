"""A report from its first section to its last: what stands together, and how it is read. Only what the report has."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotator.web.campaigns.agreement.parts import (
    consensus_table,
    dawid_skene_table,
    domain_table,
    first_days,
    first_error_table,
    generator_table,
    index_table,
    time_table,
)
from annotator.web.campaigns.agreement.plots import (
    annotator_plots,
    confusion_plot,
    forest_plot,
    pairs_plot,
    trend_plot,
)
from annotator.web.campaigns.agreement.questions import criterion_tables
from annotator.web.campaigns.agreement.tables import (
    annotators_table,
    coefficients_table,
    confusion_table,
    labels_table,
    pairs_table,
)
from annotator.web.campaigns.cells import Figures, Links, Table
from annotator.web.campaigns.plots import Plot


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`words` say how to read it. Its plots are drawn beside its first table, or above it where it is long."""

    name: str
    title: str
    words: str
    tables: tuple[Table, ...]
    plots: tuple[Plot, ...] = ()


def sections_of(figures: Figures, *, links: Links) -> list[Section]:
    return [
        section
        for section in (
            *sections_of_verdict(figures, links=links),
            *sections_of_people(figures, links=links),
            *sections_of_questions(figures),
            *sections_of_slices(figures, links=links),
            *sections_of_consensus(figures),
        )
        if any(table.rows for table in section.tables)
    ]


def tables_of(figures: Figures, *, links: Links) -> dict[str, Table]:
    """By the name that their addresses have."""
    return {table.name: table for section in sections_of(figures, links=links) for table in section.tables}


def sections_of_verdict(figures: Figures, *, links: Links) -> Iterator[Section]:
    yield Section(
        name="coefficients",
        title=_("All coefficients"),
        words=_(
            "Look at several. With 75 % agreement and one frequent label, alpha can be 0 and AC1 0.68: both are right, about different questions."
        ),
        tables=(coefficients_table(figures),),
    )
    if "confusion" in figures:
        yield Section(
            name="confusion",
            title=_("What is confused with what"),
            words=_(
                "Each step that two annotators graded is met from either side. A strong colour off the diagonal is a pair of labels that their definitions do not tell apart."
            ),
            tables=(confusion_table(figures, links=links),),
            plots=(confusion_plot(figures, links=links),),
        )
    labels = labels_table(figures, links=links)
    yield Section(
        name="labels",
        title=_("Label by label"),
        words=_(
            "When one annotator says it, how often does another? A label with a low figure is not understood alike."
        ),
        tables=(labels,),
        plots=(
            forest_plot(
                labels,
                column="specific_agreement",
                name="labels",
                title=_("Same verdict, label by label"),
                is_share=True,
            ),
        ),
    )


def sections_of_people(figures: Figures, *, links: Links) -> Iterator[Section]:
    if "annotators" not in figures:
        return
    people = annotators_table(figures, links=links)
    yield Section(
        name="annotators",
        title=_("Annotators"),
        words=_(
            "Severity is the mean distance of their verdicts from those of the others on the same steps: below 0 is stricter. “Alpha without them” is what alpha gains or loses when their grades are left out: above 0, they pull it down. Neither says who is right."
        ),
        tables=(people,),
        plots=tuple(annotator_plots(figures, table=people)),
    )
    if "pairs" in figures:
        yield Section(
            name="pairs",
            title=_("Pairs of annotators"),
            words=_(
                "Cohen’s kappa with linear weights: 1 is perfect, 0 is chance. Not known under 20 shared steps or 3 shared chains. A row with little colour is somebody who reads the labels in another way; two blocks are two schools."
            ),
            tables=(pairs_table(figures, links=links),),
            plots=(pairs_plot(figures, links=links),),
        )


def sections_of_questions(figures: Figures) -> Iterator[Section]:
    for criterion in figures.get("criteria", ()):
        whole, labels = criterion_tables(criterion)
        measured = next(column.key for column in reversed(labels.columns) if column.kind == "figure")
        yield Section(
            name=f"criterion-{criterion['key']}",
            title=criterion["question"],
            words=basis_of(criterion),
            tables=(whole, labels),
            plots=(
                forest_plot(
                    labels,
                    column=measured,
                    name=f"criterion-{criterion['key']}",
                    title=_("Same answer, label by label"),
                    is_share=True,
                ),
            )
            if any(row.cells[-1].words for row in labels.rows)
            else (),
        )


def basis_of(criterion: Figures) -> str:
    """What the figures of a further question stand on."""
    counts = criterion["counts"]
    words = (
        _("Asked of the whole chain. Two annotators or more judged {count} chains.")
        if criterion["scope"] == "chain"
        else _("Two annotators or more graded {count} steps, and could have answered.")
    )
    return words.format(count=counts["units_graded_twice"])


def sections_of_slices(figures: Figures, *, links: Links) -> Iterator[Section]:
    yield Section(
        name="first-error",
        title=_("First error"),
        words=_(
            "From submitted chains only: what a model that finds the first flawed step is measured against."
        ),
        tables=(first_error_table(figures),),
    )
    if "by_step_index" in figures:
        table = index_table(figures, links=links)
        yield Section(
            name="by-step-index",
            title=_("Along the chain"),
            words=_(
                "Agreement that falls with the step says that late steps are harder, or that people tire."
            ),
            tables=(table,),
            plots=(trend_plot(table, name="by-step-index", title=_("Along the chain"), across=_("Step")),)
            if table.rows
            else (),
        )
    if "over_time" in figures:
        table = time_table(figures, links=links)
        yield Section(
            name="over-time",
            title=_("Over time"),
            words=_(
                "As many steps in each row, by when they were last graded. It should rise after the guidelines were discussed."
            ),
            tables=(table,),
            plots=(
                trend_plot(
                    table,
                    name="over-time",
                    title=_("Over time"),
                    across=_("Last graded from"),
                    places=first_days(figures),
                ),
            )
            if table.rows
            else (),
        )
    yield from sections_of_sources(figures, links=links)


def sections_of_sources(figures: Figures, *, links: Links) -> Iterator[Section]:
    sources = []
    if "by_domain" in figures:
        sources.append(("by-domain", _("By domain"), domain_table(figures)))
    if "by_generator" in figures:
        sources.append(("by-generator", _("By generator"), generator_table(figures, links=links)))
    for name, title, table in sources:
        yield Section(
            name=name,
            title=title,
            words=_("The most frequent twelve."),
            tables=(table,),
            plots=(forest_plot(table, column="alpha_ordinal", name=name, title=_("Alpha, ordinal")),)
            if len(table.rows) > 1
            else (),
        )


def sections_of_consensus(figures: Figures) -> Iterator[Section]:
    found = figures["consensus"]
    estimated = found.get("dawid_skene")
    has_estimate = bool(estimated) and not estimated["reason"] and "annotators" in figures
    yield Section(
        name="consensus",
        title=_("Consensus"),
        words=_("The one verdict of a step, from all its votes. A tie has none."),
        tables=(consensus_table(figures), *((dawid_skene_table(figures),) if has_estimate else ())),
    )
