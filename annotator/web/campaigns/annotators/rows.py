"""What is known of each annotator of a campaign, in words: the counts of now, the figures of the newest report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotator.analysis.annotators import UNITS_FOR_RANK
from annotator.analysis.comparing import NO_WORK, Work, work_by_annotator
from annotator.analysis.models import AgreementReport
from annotator.assignments.models import Campaign, Membership, MembershipState, Role
from annotator.web.campaigns.cells import Cell, figure, value
from annotator.web.campaigns.figure_words import coefficient, seconds, signed
from taxonomies.models import TaxonomyVersion

# A bias smaller than this is 0.00 in the words of the page.
NO_BIAS = 0.005
FIGURES = ("agreement_with_rest", "severity", "alpha_change")


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and its interval on a line of 100 units; without an interval both ends are the figure."""

    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        return max(1.0, self.high - self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """`name` only where a researcher asked for it. `place` among those who can be compared, else `why_unranked`."""

    user_id: int
    pseudonym: str
    name: str
    url: str
    is_suspended: bool
    work: Work
    place: int | None
    why_unranked: str
    agreement: Cell
    bar: Bar | None
    severity: Cell
    severity_words: str
    alpha_words: str
    pace: Cell
    gold: Cell
    gold_units: int
    figures: Mapping[str, Any] | None

    @property
    def last_active(self) -> datetime | None:
        return self.work.last_saved_at


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Those who can be compared first, by their agreement with the others; `lowest` is where all bars begin, in percent."""

    ranked: list[PersonRow]
    others: list[PersonRow]
    lowest: int
    has_gold: bool

    @property
    def everybody(self) -> list[PersonRow]:
        return [*self.ranked, *self.others]


def people_of(
    campaign: Campaign, *, version: TaxonomyVersion, report: AgreementReport | None, with_names: bool
) -> People:
    members = members_of(campaign, version=version)
    measured = figures_by_pseudonym(report)
    lowest = lowest_bar(list(measured.values()))
    ranked = sorted((found for found in measured.values() if found["is_ranked"]), key=by_agreement)
    places = {found["pseudonym"]: place for place, found in enumerate(ranked, start=1)}
    rows = [
        person_row(
            member,
            work=work,
            figures=measured.get(member.pseudonym),
            place=places.get(member.pseudonym),
            lowest=lowest,
            url=reverse("annotator", args=[campaign.key, member.pseudonym]) + f"?version={version.number}",
            name=member.user.get_username() if with_names else "",
            missing=_("No report yet.") if report is None else _("Nothing of theirs was in the last report."),
        )
        for member, work in members
    ]
    return People(
        ranked=sorted((row for row in rows if row.place), key=lambda row: row.place or 0),
        others=[row for row in rows if not row.place],
        lowest=round(100 * lowest),
        has_gold=any(row.gold_units for row in rows),
    )


def members_of(campaign: Campaign, *, version: TaxonomyVersion) -> list[tuple[Membership, Work]]:
    """The annotators by pseudonym, and whoever else has graded under this version."""
    work = work_by_annotator(campaign=campaign, version=version)
    members = campaign.memberships.select_related("user").order_by("pseudonym")
    return [
        (member, work.get(member.user_id, NO_WORK))
        for member in members
        if member.role == Role.ANNOTATOR or member.user_id in work
    ]


def figures_by_pseudonym(report: AgreementReport | None) -> dict[str, dict[str, Any]]:
    """A report of former code has none."""
    found: Sequence[dict[str, Any]] = (report.figures or {}).get("annotators", []) if report else []
    return {person["pseudonym"]: person for person in found}


def by_agreement(person: Mapping[str, Any]) -> tuple[float, str]:
    return (-(person["agreement_with_rest"]["value"] or 0), person["pseudonym"])


def person_row(
    member: Membership,
    *,
    work: Work,
    figures: Mapping[str, Any] | None,
    place: int | None,
    lowest: float,
    url: str,
    name: str,
    missing: str,
) -> PersonRow:
    unknown = {"value": None, "low": None, "high": None, "reason": missing, "interval_reason": None}
    agreement, severity, change = ((figures or {}).get(key, unknown) for key in FIGURES)
    gold = (figures or {}).get("gold", {"units": 0, "accuracy": unknown})
    pace = None if figures is None else figures["seconds_per_step"]
    return PersonRow(
        user_id=member.user_id,
        pseudonym=member.pseudonym,
        name=name,
        url=url,
        is_suspended=member.state == MembershipState.SUSPENDED,
        work=work,
        place=place,
        why_unranked=why_unranked(figures, missing=missing),
        agreement=figure(agreement),
        bar=bar_of(agreement, lowest=lowest),
        severity=figure(severity, shown=signed),
        severity_words=severity_in_words(severity),
        alpha_words=change_in_words(change),
        pace=value(pace, shown=seconds, reason=missing if figures is None else _("No time was measured.")),
        gold=figure(gold["accuracy"]),
        gold_units=gold["units"],
        figures=figures,
    )


def why_unranked(figures: Mapping[str, Any] | None, *, missing: str) -> str:
    if figures is None:
        return missing
    if figures["is_ranked"]:
        return ""
    words = ngettext(
        "{count} step shared with others; {needed} are needed to compare.",
        "{count} steps shared with others; {needed} are needed to compare.",
        figures["units"],
    )
    return words.format(count=figures["units"], needed=UNITS_FOR_RANK)


def lowest_bar(measured: Sequence[Mapping[str, Any]]) -> float:
    """Where all bars begin: the lowest end of an interval, down to the next tenth."""
    agreements = [person["agreement_with_rest"] for person in measured]
    ends = [found["value"] if found["low"] is None else found["low"] for found in agreements]
    return floor(10 * min((end for end in ends if end is not None), default=0)) / 10


def bar_of(found: Mapping[str, Any], *, lowest: float) -> Bar | None:
    if found["value"] is None:
        return None

    def at(share: float | None) -> float:
        return round(100 * ((found["value"] if share is None else share) - lowest) / (1 - lowest or 1), 1)

    return Bar(value=at(found["value"]), low=at(found["low"]), high=at(found["high"]))


def severity_in_words(found: Mapping[str, Any]) -> str:
    """Empty where it is not known. Below 0 is stricter."""
    bias = found["value"]
    if bias is None:
        return ""
    if abs(bias) < NO_BIAS:
        return _("as strict as the others")
    words = _("stricter than the others by {count}") if bias < 0 else _("milder than the others by {count}")
    said = words.format(count=coefficient(abs(bias))[:-1])
    may_be_chance = found["low"] is None or found["low"] <= 0 <= found["high"]
    return _("{words}, which may be chance").format(words=said) if may_be_chance else said


def change_in_words(found: Mapping[str, Any]) -> str:
    change = found["value"]
    if change is None:
        return ""
    if abs(change) < NO_BIAS:
        return _("Without them alpha would be the same.")
    words = (
        _("Without them alpha would be {count} higher.")
        if change > 0
        else _("Without them alpha would be {count} lower.")
    )
    return words.format(count=coefficient(abs(change)))
