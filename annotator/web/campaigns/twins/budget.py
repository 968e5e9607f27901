"""What a study would cost and find, before anything of it is made."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from annotator.analysis import refreshing, report_rows
from annotator.analysis.bias.power import PAIRS_OF_STUDY, budget
from annotator.analysis.bias.twins import THRESHOLDS
from annotator.analysis.models import StyleReport
from annotator.assignments.models import Campaign, MembershipState, Role
from annotator.jobs.models import JobState
from annotator.web.campaigns.planner import hours_in_words

PAIRS = (10, 20, 40, 80, 160)
OVERLAPS = (2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What this campaign's grades say of the next ones. None where they do not say it; then a usual spread is taken.

    `annotators`: so many are active and may be drawn an arm, which nobody is who can read every text in the admin.
    """

    overlap: int
    plain_share: float
    vote_sd: float | None
    seconds: float | None
    annotators: int

    @property
    def has_few_annotators(self) -> bool:
        return self.annotators < THRESHOLDS["annotators_with"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`effect` in percentage points, `votes` of both arms, `unused` those on twins; a text is empty where it is unknown."""

    overlap: int
    effect: str
    hours: str
    votes: int
    unused: int
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`now` is with as many graders as the campaign has, `cells` with each of OVERLAPS."""

    pairs: int
    is_planned: bool
    now: Cell
    cells: list[Cell]


def costs_of(campaign: Campaign) -> Costs:
    """By the newest reports on style, or on agreement where there is none on style."""
    style = report_rows.newest(StyleReport, campaign=campaign, version=None, state=JobState.DONE)
    figures = (style.figures or {}) if style else {}
    seconds = figures.get("seconds_per_step")
    if seconds is None:
        agreement = refreshing.newest_agreement(campaign=campaign)
        planning = ((agreement.figures or {}) if agreement else {}).get("planning") or {}
        seconds = planning.get("seconds_per_step")
    return Costs(
        overlap=campaign.overlap,
        plain_share=campaign.plain_share,
        vote_sd=figures.get("vote_sd"),
        seconds=seconds,
        annotators=campaign.memberships.filter(
            role=Role.ANNOTATOR, state=MembershipState.ACTIVE, user__is_staff=False, user__is_superuser=False
        ).count(),
    )


def rows_of(costs: Costs, *, planned: int) -> list[Row]:
    """For the numbers of PAIRS, and the one that is planned."""
    overlaps = sorted({*OVERLAPS, costs.overlap})
    return [
        Row(
            pairs=pairs,
            is_planned=pairs == planned,
            now=cell_of(costs, pairs=pairs, overlap=costs.overlap),
            cells=[cell_of(costs, pairs=pairs, overlap=overlap) for overlap in overlaps],
        )
        for pairs in sorted({*PAIRS, planned})
    ]


def cell_of(costs: Costs, *, pairs: int, overlap: int) -> Cell:
    # No arm is drawn for a chain in plain rendering: so much of the study gives no votes.
    drawn = round(pairs * (1 - costs.plain_share))
    found = budget(pairs=drawn, votes_per_pair=overlap, vote_sd=costs.vote_sd, seconds_per_step=costs.seconds)
    return Cell(
        overlap=overlap,
        effect="" if found.effect is None or drawn < PAIRS_OF_STUDY else number_format(f"{found.effect:.1f}"),
        hours=_("under 0.1")
        if found.hours is not None and 0 < found.hours < 0.1
        else hours_in_words(found.hours),
        votes=found.votes,
        unused=found.votes // 2,
        is_now=overlap == costs.overlap,
    )
