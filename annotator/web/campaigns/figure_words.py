"""What a report says of its figures, in the reader's language; the report itself is pure, and stored in English."""

import re
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.analysis import (
    agreement,
    annotators,
    composing,
    criteria,
    dawid_skene,
    figures,
    first_errors,
    pairs,
    people,
    planning,
    usage,
)

# Krippendorff (2004), "Content Analysis", 2nd ed., chapter 11: what he asks for, and the least for tentative conclusions.
RELIABLE, TENTATIVE = 0.8, 0.667

# Why a figure is not known, by the words of the report.
REASONS = {
    agreement.NOT_GRADED_TWICE: gettext_lazy("Nothing has been graded by two annotators yet."),
    agreement.ALL_ALIKE: gettext_lazy(
        "Every grade is alike, so no disagreement could be expected by chance."
    ),
    agreement.ONE_LABEL_DECLARED: gettext_lazy(
        "The taxonomy declares a single label, so annotators could not disagree."
    ),
    agreement.NO_VALUES: gettext_lazy("The labels have no values, so there is no distance between them."),
    agreement.ONE_VALUE: gettext_lazy(
        "All labels have the same value, so there is no distance between them."
    ),
    agreement.RARE_LABEL: gettext_lazy("The label has under {count} grades on units that were graded twice."),
    figures.FEW_CLUSTERS: gettext_lazy("An interval needs at least {count} problems."),
    figures.HANGS_ON_ONE_CLUSTER: gettext_lazy("Without one of the problems the figure is undefined."),
    figures.NO_SPREAD: gettext_lazy(
        "Every problem gives the same figure, so there is no spread to estimate an interval from."
    ),
    first_errors.NOTHING_GRADED: gettext_lazy("Nothing has been graded yet."),
    first_errors.NO_TWO_ERRORS: gettext_lazy("No chain has two annotators who both found an error."),
    annotators.NOTHING_SHARED: gettext_lazy("Nothing this annotator graded has been graded by another."),
    annotators.ALL_ALIKE_WITHOUT: gettext_lazy(
        "Without this annotator every grade is alike, so no disagreement could be expected by chance."
    ),
    annotators.NOT_TWICE_WITHOUT: gettext_lazy(
        "Without this annotator nothing has been graded by two annotators."
    ),
    people.NO_GOLD_AT_ALL: gettext_lazy("No step whose verdict is known has been graded."),
    people.NO_GOLD: gettext_lazy("This annotator has graded no step whose verdict is known."),
    pairs.FEW_COMMON_UNITS: gettext_lazy("The two graded fewer than {count} of the same steps."),
    pairs.FEW_COMMON_CHAINS: gettext_lazy("The steps both of them graded lie in fewer than {count} chains."),
    pairs.PAIR_ALIKE: gettext_lazy(
        "Both gave one and the same label throughout, so no disagreement could be expected by chance."
    ),
    criteria.TOO_MANY_SETS: gettext_lazy("More than {count} different sets of labels were given."),
    dawid_skene.ONE_LABEL_DECLARED: gettext_lazy(
        "The taxonomy declares a single label, so there is nothing to tell apart."
    ),
    planning.NO_SECONDS: gettext_lazy("No time was measured, so the hours are unknown."),
    planning.UNDEFINED_WITH_FEWER: gettext_lazy(
        "With fewer annotators a chain the figure is undefined, so another overlap cannot be planned."
    ),
    composing.NO_OUTCOMES: gettext_lazy(
        "No chain has a correct final answer of which it is decided whether a step is flawed."
    ),
    usage.NOBODY_ANSWERED: gettext_lazy("Nobody has answered this."),
    usage.NOBODY_WAS_ASKED: gettext_lazy("Nobody was asked this."),
}
COUNTS = {
    agreement.RARE_LABEL: agreement.GRADES_FOR_LABEL,
    figures.FEW_CLUSTERS: figures.CLUSTERS_FOR_INTERVAL,
    pairs.FEW_COMMON_UNITS: pairs.UNITS_FOR_PAIR,
    pairs.FEW_COMMON_CHAINS: pairs.CHAINS_FOR_PAIR,
    criteria.TOO_MANY_SETS: criteria.MOST_SETS,
}
# Those with numbers of the campaign in them.
REASONS_WITH_NUMBERS = {
    dawid_skene.FEW_ANNOTATORS: gettext_lazy(
        "An estimate needs at least {needed} annotators; there are {found}."
    ),
    dawid_skene.FEW_VOTES: gettext_lazy(
        "An estimate needs at least {needed} votes of every annotator; {lacking} of {found} have fewer."
    ),
    dawid_skene.FEW_UNITS: gettext_lazy(
        "An estimate needs at least {needed} steps with two votes; there are {found}."
    ),
    planning.OTHER_OVERLAP: gettext_lazy(
        "Another overlap needs at least {needed} problems graded by three annotators or more; there are {found}."
    ),
}


def reason_in_words(reason: str | None) -> str:
    """A report of former code may give a reason that we do not know any more: it stays as it is."""
    if not reason:
        return ""
    if reason in REASONS:
        return str(REASONS[reason]).format(count=COUNTS.get(reason, ""))
    for template, words in REASONS_WITH_NUMBERS.items():
        if found := numbers_in(reason, template=template):
            return str(words).format(**found)
    return reason


def numbers_in(reason: str, *, template: str) -> dict[str, str]:
    """Of a text that was made of the template, its numbers by their names; empty for any other text."""
    parts = re.split(r"\{(\w+)\}", template)
    pattern = "".join(
        rf"(?P<{part}>\d+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    found = re.fullmatch(pattern, reason)
    return found.groupdict() if found else {}


def status_in_words(status: str) -> str:
    """How far the figures can be relied on."""
    words = {
        "insufficient": _("Insufficient"),
        "provisional": _("Provisional"),
        "sufficient": _("Sufficient"),
    }
    return words.get(status, status)


def status_explained(status: str) -> str:
    """What somebody may do with figures of this status."""
    words = {
        "insufficient": _(
            "Too little has been graded twice to go by: under 10 problems or 30 steps. Decide nothing by these figures yet."
        ),
        "provisional": _(
            "A first impression, from under 30 problems. The figures can still move as far as their intervals say."
        ),
        "sufficient": _("Enough has been graded twice to go by these figures, within their intervals."),
    }
    return words.get(status, "")


def alpha_explained(figure: dict[str, Any]) -> str:
    """What an alpha, as a figure of the report, lets one conclude; empty when it is not known."""
    value, low = figure["value"], figure["low"]
    if value is None:
        return ""
    surest = value if low is None else low
    if surest >= RELIABLE:
        return _("At least 0.8, interval included: labels of this kind are usually relied on.")
    if value >= RELIABLE:
        return _(
            "At least 0.8, but the interval reaches below: labels of this kind are usually relied on once it does not."
        )
    if value >= TENTATIVE:
        return _("Between 0.667 and 0.8: for tentative conclusions. Look at what people confuse below.")
    if value > 0:
        return _(
            "Under 0.667: annotators understand the labels differently. Look at what they confuse, then at the guidelines."
        )
    return _("Not above chance: as it stands, one annotator's label says nothing of another's.")


def percent(share: float) -> str:
    return f"{number_format(f'{100 * share:.1f}')} %"


def coefficient(value: float) -> str:
    return number_format(f"{value:.3f}").replace("-", "−")


def signed(value: float) -> str:
    return coefficient(value) if value < 0 else f"+{coefficient(value)}"


def seconds(value: float) -> str:
    return _("{count} s").format(count=number_format(f"{value:.1f}"))
