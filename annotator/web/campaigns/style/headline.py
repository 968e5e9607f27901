"""The page in one sentence, and what was looked for in vain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.analysis.models import FlagScope, FlagState
from annotator.web.campaigns.style.flags import STANDING, FlagCard
from annotator.web.campaigns.style.words import finding_of, nothing_found

FOUND = [*STANDING, FlagState.RESOLVED]


@dataclass(frozen=True, slots=True)
class Headline:
    """`more` says what the sentence leaves out; empty where it says all."""

    sentence: str
    more: str


def headline_of(figures: Mapping[str, Any], *, cards: Sequence[FlagCard]) -> Headline:
    # What somebody has resolved was found all the same.
    found = [card for card in cards if card.flag.state in FOUND and card.flag.scope == FlagScope.POOL]
    if found:
        first = max(found, key=lambda card: abs(card.flag.effect))
        more = ngettext(
            "{count} more effect was shown by an experiment.",
            "{count} more effects were shown by experiments.",
            len(found) - 1,
        ).format(count=len(found) - 1)
        return Headline(first.sentence, more if len(found) > 1 else "")
    tested = [one for one in (*figures["twins"], *figures["plain"]) if one["is_estimated"]]
    if tested:
        more = ngettext(
            "{count} effect was looked for by experiment. What is not flagged can still be there, only smaller.",
            "{count} effects were looked for by experiment. What is not flagged can still be there, only smaller.",
            len(tested),
        ).format(count=len(tested))
        return Headline(_("No experiment stands that shows style swaying the grades."), more)
    return Headline(
        _("Whether style sways the grades is not known yet."),
        _("Only an experiment can tell, and none has enough votes so far."),
    )


def null_results(figures: Mapping[str, Any]) -> list[str]:
    """One sentence for each experiment that found nothing to speak of, the most telling first."""
    tested = [found for found in (*figures["twins"], *figures["plain"]) if found["is_estimated"]]
    tested.sort(key=lambda found: found["smallest_findable"] or 100.0)
    return [nothing_found(found) for found in tested if finding_of(found) != "found"]
