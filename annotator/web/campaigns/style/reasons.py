"""Why a figure on style is not known, and what would have to be there, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.analysis.bias import wording

REASONS = {
    wording.CONSTANT: gettext_lazy("Every step has the same value."),
    wording.COLLINEAR: gettext_lazy(
        "It cannot be told apart from the other features, or from who graded what."
    ),
    wording.NO_SPREAD: gettext_lazy("The votes leave no spread to estimate an interval from."),
    wording.NO_FREEDOM: gettext_lazy("There are no more votes than effects to fit to them."),
    wording.HANGS_ON_ONE_CHAIN: gettext_lazy("Without one of the chains it cannot be estimated."),
    wording.LABEL_HAS_NO_GRADE: gettext_lazy(
        "This is about how often an error is named, not about the verdict’s value."
    ),
    wording.SHARE_AT_THE_END: gettext_lazy(
        "On one side “sound” would be given always or never, where odds are undefined."
    ),
    wording.INTERVAL_AT_THE_END: gettext_lazy(
        "The interval reaches to where “sound” would be given always or never, where odds are undefined."
    ),
}
# By annotator.analysis.bias.evidence.What.
NEEDS = {
    "pairs": gettext_lazy("{have} of {need} pairs of which both arms are graded"),
    "annotators_with": gettext_lazy("{have} of {need} annotators who graded the arm with it"),
    "annotators_without": gettext_lazy("{have} of {need} annotators who graded the arm without it"),
    "label_votes": gettext_lazy("{have} of {need} times the error was named"),
    "steps_with": gettext_lazy("{have} of {need} graded steps with it"),
    "steps_without": gettext_lazy("{have} of {need} graded steps without it"),
    "plain_votes": gettext_lazy("{have} of {need} plain votes on steps with it"),
    "chains": gettext_lazy("{have} of {need} chains to compare within"),
    "annotators": gettext_lazy("{have} of {need} annotators with enough votes"),
    "votes": gettext_lazy("{have} of {need} votes on steps that others graded too"),
    "votes_with": gettext_lazy("{have} of {need} votes on steps with it"),
    "votes_without": gettext_lazy("{have} of {need} votes on steps without it"),
}


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One threshold that is not reached; `sentence` has places for both numbers."""

    sentence: str
    have: int
    need: int

    @property
    def words(self) -> str:
        return self.sentence.format(
            have=number_format(self.have, force_grouping=True),
            need=number_format(self.need, force_grouping=True),
        )


def needs_of(found: Mapping[str, Any]) -> list[NeedRow]:
    return [
        NeedRow(sentence=need_in_words(need["what"]), have=need["have"], need=need["need"])
        for need in found["needs"]
    ]


def need_in_words(what: str) -> str:
    """A report of other code may count what we do not know: it keeps its key."""
    return str(NEEDS[what]) if what in NEEDS else f"{{have}} / {{need}} {what}"


def needs_in_words(needs: Iterable[NeedRow]) -> str:
    return "; ".join(need.words for need in needs)


def why_unknown(found: Mapping[str, Any]) -> str:
    """Why an estimate is not known; empty for one that is."""
    needs = needs_of(found)
    if needs:
        return _("Not enough yet: {needs}.").format(needs=needs_in_words(needs))
    return style_reason_in_words(found["reason"])


def style_reason_in_words(reason: str | None) -> str:
    """A report of former code may give a reason that we do not know any more: it stays as it is."""
    if not reason:
        return ""
    return str(REASONS.get(reason, reason))
