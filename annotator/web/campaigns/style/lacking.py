"""What cannot be said yet, how much of it is there, and what it would cost to know."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.analysis.bias.power import SECONDS_OF_HOUR, budget
from annotator.assignments.models import Campaign
from annotator.web.campaigns.planner import hours_in_words
from annotator.web.campaigns.style.reasons import NeedRow, need_in_words, needs_of, why_unknown
from annotator.web.campaigns.style.words import Found, evidence_in_words, points, title_of

PAIRS = (10, 20, 40, 80)
FEWEST_VOTES = 2
# Of which nothing is known but that they would be a fifth of the steps.
USUAL_PREVALENCE = 0.2


@dataclass(frozen=True, slots=True)
class Gap:
    """`cost` says in words what it would take; `reason` why it is not known, where nothing is counted."""

    features: str
    evidence: str
    needs: list[NeedRow]
    cost: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """What twins of one feature take and find, in words."""

    pairs: int
    votes: str
    effect: str
    hours: str


def gaps_of(figures: Mapping[str, Any], *, campaign: Campaign) -> list[Gap]:
    """Those that have begun first."""
    return [
        *begun_studies(figures, campaign=campaign),
        *plain_gaps(figures, campaign=campaign),
        *unstudied(figures),
        *association_gaps(figures),
        *people_gap(figures),
    ]


def lacking(estimates: Sequence[Found]) -> list[Found]:
    return [found for found in estimates if not found["is_estimated"]]


def begun_studies(figures: Mapping[str, Any], *, campaign: Campaign) -> list[Gap]:
    return [
        Gap(
            features=title_of(found["feature"]),
            evidence=evidence_in_words("twins"),
            needs=needs_of(found),
            cost=cost_of_pairs(found, figures=figures, campaign=campaign),
        )
        for found in lacking(figures["twins"])
        if found["counts"]["votes"]
    ]


def cost_of_pairs(found: Found, *, figures: Mapping[str, Any], campaign: Campaign) -> str:
    wanted = next((need for need in found["needs"] if need["what"] == "pairs"), None)
    if wanted is None:
        return _("More annotators, not more pairs.")
    missing = wanted["need"] - wanted["have"]
    words = ngettext("{count} more pair, graded.", "{count} more pairs, graded.", missing)
    hours = in_hours(missing * votes_for_pair(campaign), figures=figures)
    return " ".join([words.format(count=missing), hours]).strip()


def unstudied(figures: Mapping[str, Any]) -> list[Gap]:
    """In one row, as they all lack the same."""
    none = [found for found in lacking(figures["twins"]) if not found["counts"]["votes"]]
    if not none:
        return []
    return [
        Gap(
            features=", ".join(title_of(found["feature"]) for found in none),
            evidence=evidence_in_words("twins"),
            needs=[need for need in needs_of(none[0]) if need.need][:1],
            cost=_("A study of twins for each: see what it costs below."),
        )
    ]


def plain_gaps(figures: Mapping[str, Any], *, campaign: Campaign) -> list[Gap]:
    none = lacking(figures["plain"])
    if none and not campaign.plain_share and not figures["counts"]["plain_votes"]:
        return [
            Gap(
                features=", ".join(title_of(found["feature"]) for found in none),
                evidence=evidence_in_words("plain"),
                needs=[],
                cost=_(
                    "Nothing is shown plain in this campaign. Set its plain share to 0.2 to 0.33: it takes no hours beyond the ordinary work."
                ),
            )
        ]
    return [
        Gap(
            features=title_of(found["feature"]),
            evidence=evidence_in_words("plain"),
            needs=needs_of(found),
            cost=cost_of_plain_votes(found, figures=figures, campaign=campaign),
        )
        for found in none
    ]


def cost_of_plain_votes(found: Found, *, figures: Mapping[str, Any], campaign: Campaign) -> str:
    wanted = next((need for need in found["needs"] if need["what"] == "plain_votes"), None)
    if wanted is None or not campaign.plain_share:
        return _("Comes with the ordinary work.")
    prevalence = next(
        (entry["prevalence"] for entry in figures["features"] if entry["key"] == found["feature"]), None
    )
    if not prevalence:
        return _("Hardly any step has it: import chains that do, or leave it.")
    votes = math.ceil((wanted["need"] - wanted["have"]) / (campaign.plain_share * prevalence))
    words = _("Comes with about {count} more ordinary votes.").format(
        count=number_format(rounded(votes), force_grouping=True)
    )
    return " ".join([words, in_hours(votes, figures=figures)]).strip()


def association_gaps(figures: Mapping[str, Any]) -> list[Gap]:
    none = lacking(figures["association"])
    alike_in: dict[str, list[Found]] = {}
    for found in none:
        alike_in.setdefault(why_unknown(found), []).append(found)
    return [
        Gap(
            features=", ".join(title_of(found["feature"]) for found in alike),
            evidence=evidence_in_words("association"),
            needs=needs_of(alike[0]),
            reason=why_unknown(alike[0]),
            cost=_("Comes with more chains, if they have it. It would only say what to test."),
        )
        for alike in alike_in.values()
    ]


def people_gap(figures: Mapping[str, Any]) -> list[Gap]:
    """How many may be compared at all; who is missing stands on the pages for researchers."""
    if any(found["is_estimated"] for found in figures["peers"]):
        return []
    needs = [need for found in figures["peers"] for need in needs_of(found)]
    counted = [need for found in figures["peers"] for need in found["needs"] if need["what"] == "annotators"]
    eligible = sum(person["is_eligible"] for person in figures["annotators"])
    words = next((need for need in needs if counted and need.need == counted[0]["need"]), None)
    return [
        Gap(
            features=_("Each annotator against the others"),
            evidence=evidence_in_words("peers"),
            needs=[words]
            if words
            else [NeedRow(sentence=need_in_words("annotators"), have=eligible, need=4)],
            cost=_("Each of four needs 150 votes on 20 chains, on steps that others grade too."),
        )
    ]


def study_plans(figures: Mapping[str, Any], *, campaign: Campaign) -> list[StudyPlan]:
    """For one feature, by the spread of the votes and the time for a step in this campaign."""
    found = []
    for pairs in PAIRS:
        plan = budget(
            pairs=pairs,
            votes_per_pair=votes_for_pair(campaign),
            vote_sd=figures["vote_sd"],
            seconds_per_step=figures["seconds_per_step"],
        )
        found.append(
            StudyPlan(
                pairs=plan.pairs,
                votes=number_format(plan.votes, force_grouping=True),
                effect="" if plan.effect is None else points(plan.effect, decimals=1),
                hours=hours_in_words(plan.hours),
            )
        )
    return found


def votes_for_pair(campaign: Campaign) -> int:
    """A twin stands in the place of a step, so a pair gets as many votes as a step does."""
    return max(FEWEST_VOTES, campaign.overlap)


def in_hours(votes: int, *, figures: Mapping[str, Any]) -> str:
    seconds = figures["seconds_per_step"]
    if seconds is None:
        return ""
    hours = votes * seconds / SECONDS_OF_HOUR
    if hours < 1:
        minutes = max(1, round(60 * hours))
        words = ngettext("About {count} minute of work.", "About {count} minutes of work.", minutes)
        return words.format(count=minutes)
    return _("About {hours} hours of work.").format(hours=hours_in_words(hours))


def rounded(count: int) -> int:
    """To two digits: it is a guess."""
    digits = max(0, len(str(count)) - 2)
    return round(count, -digits)
