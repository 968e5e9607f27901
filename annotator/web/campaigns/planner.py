"""How many chains and graders would be enough: the plans of a report as a table, and an answer for any other numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from annotator.analysis.planning import NO_SECONDS, OVERLAPS, half_width_of
from annotator.web.campaigns.figure_words import reason_in_words

MOST_CHAINS = 1_000_000
MOST_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """For these numbers, in words; what is empty has its reason."""

    chains: int
    overlap: int
    half_width: str
    hours: str
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCell:
    half_width: str
    hours: str
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    chains: int
    is_now: bool
    cells: list[PlanCell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """reason: why nothing can be planned; reasons: why some cells are empty. `typed` is what the form shows again."""

    reason: str
    reasons: list[str]
    overlaps: tuple[int, ...]
    rows: list[PlanRow]
    typed: dict[str, str]
    refused: dict[str, str]
    answer: Answer | None
    steps_per_chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    chains: int
    overlap: int
    seconds: float | None


def planner_of(figures: Mapping[str, Any] | None, *, query: QueryDict) -> Planner | None:
    """None before a report that knows of plans."""
    planning = (figures or {}).get("planning")
    if planning is None:
        return None
    typed = {name: query.get(name, usual) for name, usual in usual_numbers(planning).items()}
    refused = refusals(typed)
    answer = None
    if planning["reason"] is None and not refused:
        clusters = (figures or {})["verdict"]["counts"]["clusters"]
        answer = answer_to(wanted_in(typed), planning=planning, clusters=clusters)
    return Planner(
        reason=reason_in_words(planning["reason"]),
        reasons=sorted({words for plan in planning["plans"] for words in reasons_of(plan)}),
        overlaps=OVERLAPS,
        rows=rows_of(planning),
        typed=typed,
        refused=refused,
        answer=answer,
        steps_per_chain=""
        if planning["steps_per_chain"] is None
        else number_format(f"{planning['steps_per_chain']:.1f}"),
    )


def usual_numbers(planning: Mapping[str, Any]) -> dict[str, str]:
    """Those of the campaign as it stands."""
    seconds = planning["seconds_per_step"]
    return {
        "chains": str(planning["chains"] or ""),
        "overlap": str(planning["overlap"] if planning["overlap"] in OVERLAPS else OVERLAPS[0]),
        # A point whatever the language, as an input of numbers wants it.
        "seconds": "" if seconds is None else f"{seconds:.1f}",
    }


def refusals(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each number, by its name; nothing when all will do."""
    refused = {}
    chains, seconds = typed["chains"], typed["seconds"]
    if not (is_digits(chains) and 1 <= int(chains) <= MOST_CHAINS):
        refused["chains"] = _("Give a whole number from 1 to {most}.").format(
            most=number_format(MOST_CHAINS, force_grouping=True)
        )
    if typed["overlap"] not in {str(overlap) for overlap in OVERLAPS}:
        refused["overlap"] = _("Choose from {least} to {most}.").format(least=OVERLAPS[0], most=OVERLAPS[-1])
    whole, _point, part = seconds.partition(".")
    is_number = is_digits(whole) and (not part or is_digits(part))
    if seconds and not (is_number and 0 < float(seconds) <= MOST_SECONDS):
        refused["seconds"] = _("Give the seconds as a number above 0, or leave them out.")
    return refused


def is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def wanted_in(typed: Mapping[str, str]) -> Wanted:
    return Wanted(
        chains=int(typed["chains"]),
        overlap=int(typed["overlap"]),
        seconds=float(typed["seconds"]) if typed["seconds"] else None,
    )


def answer_to(wanted: Wanted, *, planning: Mapping[str, Any], clusters: int) -> Answer:
    """clusters: the problems that the campaign's own chains come from; more chains come from as many more."""
    plan = known_plan(planning, overlap=wanted.overlap)
    half_width = None
    reasons: list[str] = []
    if plan["half_width"] is None:
        reasons = [words for words in reasons_of(plan) if words != reason_in_words(NO_SECONDS)]
    else:
        per_chain = clusters / planning["chains"]
        known = half_width_of(1.0, problems=round(plan["chains"] * per_chain))
        variance = (plan["half_width"] / known) ** 2 if known else 0.0
        half_width = half_width_of(variance, problems=round(wanted.chains * per_chain))
        if half_width is None:
            reasons.append(_("So few chains come from fewer problems than an interval needs."))
    hours = None
    if wanted.seconds is None:
        reasons.append(reason_in_words(NO_SECONDS))
    else:
        hours = wanted.chains * wanted.overlap * planning["steps_per_chain"] * wanted.seconds / 3600
    return Answer(
        chains=wanted.chains,
        overlap=wanted.overlap,
        half_width=width_in_words(half_width),
        hours=hours_in_words(hours),
        reasons=reasons,
    )


def known_plan(planning: Mapping[str, Any], *, overlap: int) -> Mapping[str, Any]:
    """The largest plan of this overlap that says how wide its interval is, else any of them for its reason."""
    plans: list[Mapping[str, Any]] = [plan for plan in planning["plans"] if plan["overlap"] == overlap]
    return max(plans, key=lambda plan: (plan["half_width"] is not None, plan["chains"]))


def reasons_of(plan: Mapping[str, Any]) -> list[str]:
    """Each on its own: why there is no half-width, and why there are no hours."""
    width, is_timeless, _rest = (plan["reason"] or "").partition(NO_SECONDS)
    return [
        reason_in_words(reason) for reason in (width.strip(), NO_SECONDS if is_timeless else "") if reason
    ]


def rows_of(planning: Mapping[str, Any]) -> list[PlanRow]:
    present = planning["chains"]
    rows: dict[int, list[PlanCell]] = {}
    for plan in planning["plans"]:
        rows.setdefault(plan["chains"], []).append(
            PlanCell(
                half_width=width_in_words(plan["half_width"]),
                hours=hours_in_words(plan["hours"]),
                is_now=(plan["chains"], plan["overlap"]) == (present, planning["overlap"]),
            )
        )
    return [
        PlanRow(chains=chains, is_now=chains == present, cells=cells)
        for chains, cells in sorted(rows.items())
    ]


def width_in_words(half_width: float | None) -> str:
    return "" if half_width is None else f"± {number_format(f'{half_width:.3f}')}"


def hours_in_words(hours: float | None) -> str:
    if hours is None:
        return ""
    return number_format(f"{hours:.1f}" if hours < 10 else f"{hours:.0f}")
