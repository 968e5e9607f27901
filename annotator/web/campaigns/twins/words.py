"""What studies, their pairs and what is in their way are called."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, ngettext_lazy

from annotator.analysis.twin_candidates import (
    GOLD,
    NOT_MECHANICAL,
    TAKEN,
    TOO_LONG,
    TWINNED,
    UNCHANGED,
    Candidates,
)
from annotator.assignments.models import Campaign, Origin, PairState, StudyState
from annotator.web.campaigns.style.sentences import ARMS, TITLES
from taxonomies.models import StyleFeature

STATES = {
    StudyState.DRAFT: lazy("Draft"),
    StudyState.RUNNING: lazy("Running"),
    StudyState.STOPPED: lazy("Stopped"),
}
STATE_TONES = {StudyState.DRAFT: "unsure", StudyState.RUNNING: "good", StudyState.STOPPED: "neutral"}
PAIR_STATES = {
    PairState.WAITING: lazy("waits to be confirmed"),
    PairState.CONFIRMED: lazy("confirmed"),
    PairState.REJECTED: lazy("rejected"),
}
PAIR_TONES = {PairState.WAITING: "unsure", PairState.CONFIRMED: "good", PairState.REJECTED: "bad"}
ORIGINS = {Origin.MECHANICAL: lazy("made by Stepmark"), Origin.WRITTEN: lazy("written")}

LEFT_OUT = {
    TWINNED: ngettext_lazy("{count} has a twin already", "{count} have a twin already"),
    GOLD: ngettext_lazy("{count} is in a gold chain", "{count} are in gold chains"),
    TAKEN: ngettext_lazy(
        "{count} is in a chain with fewer than two free seats",
        "{count} are in chains with fewer than two free seats",
    ),
    TOO_LONG: ngettext_lazy("{count} is too long to be compared", "{count} are too long to be compared"),
    NOT_MECHANICAL: ngettext_lazy(
        "{count} cannot be restyled without touching its words",
        "{count} cannot be restyled without touching their words",
    ),
    UNCHANGED: ngettext_lazy("{count} came out the same", "{count} came out the same"),
}


def title_of(feature: str) -> str:
    return str(TITLES[StyleFeature(feature)])


def arms_of(feature: str) -> tuple[str, str]:
    """What the arm with the feature, or more of it, is called, and the other one."""
    high, low = ARMS[StyleFeature(feature)]
    return str(high), str(low)


def made_in_words(candidates: Candidates, *, wanted: int) -> str:
    """How many pairs were made of how many steps, and why others gave none."""
    made = len(candidates.arms)
    words = ngettext("{made} pair was made", "{made} pairs were made", made).format(made=number_format(made))
    if made < wanted:
        words = _("{pairs} of {wanted} that you asked for").format(pairs=words, wanted=number_format(wanted))
    looked_at = ngettext(
        "{tried} of {pool} free step was looked at",
        "{tried} of {pool} free steps were looked at",
        candidates.pool,
    ).format(tried=number_format(candidates.tried), pool=number_format(candidates.pool))
    sentences = [f"{words}.", f"{looked_at}."]
    if candidates.left_out:
        sentences.append(_("Not used: {reasons}.").format(reasons=reasons_in_words(candidates.left_out)))
    return " ".join(sentences)


def reasons_in_words(left_out: Mapping[str, int]) -> str:
    return "; ".join(
        (LEFT_OUT[reason] % count).format(count=number_format(count)) for reason, count in left_out.items()
    )


def pseudonyms_of(campaign: Campaign) -> dict[int, str]:
    return dict(campaign.memberships.values_list("user_id", "pseudonym"))


def name_of(person_id: int | None, *, pseudonyms: Mapping[int, str]) -> str:
    """Its pseudonym; whoever is no member has none."""
    return "" if person_id is None else pseudonyms.get(person_id, _("somebody from outside the campaign"))
