"""What a report says of its figures, in the reader's language; the report itself is pure, and stored in English."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.analysis import agreement, figures, first_errors, usage

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
    usage.NOBODY_ANSWERED: gettext_lazy("Nobody has answered this."),
    usage.NOBODY_WAS_ASKED: gettext_lazy("Nobody was asked this."),
}
COUNTS = {
    agreement.RARE_LABEL: agreement.GRADES_FOR_LABEL,
    figures.FEW_CLUSTERS: figures.CLUSTERS_FOR_INTERVAL,
}


def reason_in_words(reason: str | None) -> str:
    """A report of former code may give a reason that we do not know any more: it stays as it is."""
    if not reason or reason not in REASONS:
        return reason or ""
    return str(REASONS[reason]).format(count=COUNTS.get(reason, ""))


def status_in_words(status: str) -> str:
    """How far the figures can be relied on."""
    words = {
        "insufficient": _("Insufficient"),
        "provisional": _("Provisional"),
        "sufficient": _("Sufficient"),
    }
    return words.get(status, status)
