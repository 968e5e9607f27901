"""How long the whole job of a report on style takes: gathering, measuring the steps, estimating, flags."""

from django.utils import timezone

from annotator.analysis.style_reports import refreshing
from annotator.assignments.models import Campaign
from bench.made_up_grades import graded_campaign, styled_lines
from bench.reports import worked_on
from bench.server import Server
from bench.table import Row

# Grades, and in how many seconds a report on them shall be there once its steps are measured.
SIZES = {100_000: 10.0, 1_000_000: 90.0}
MOST_MEGABYTES = 2_000
PLAIN_PERCENT = 25


def measure_style_jobs(_server: Server) -> list[Row]:
    return [measure_job(grades, goal=goal) for grades, goal in SIZES.items()]


def measure_job(grades: int, *, goal: float) -> Row:
    campaign = graded_campaign(
        key=f"style-{grades}", grades=grades, plain_percent=PLAIN_PERCENT, lines=styled_lines
    )
    first, again = job(campaign), job(campaign)
    megabytes = max(first["megabytes"], again["megabytes"])
    return Row(
        name=f"a report on style over {grades:,} grades, the whole job",
        figure=f"{again['seconds']:.1f} s, {megabytes:,.0f} MB",
        goal=f"< {goal:.0f} s, < {MOST_MEGABYTES:,} MB",
        reference=f"the first one, which also measures every step, {first['seconds']:.1f} s",
        reached=again["seconds"] < goal and megabytes < MOST_MEGABYTES,
    )


def job(campaign: Campaign) -> dict[str, float]:
    report = refreshing.ask_for_style(campaign=campaign, requested_by=None, now=timezone.now())
    return worked_on(report, kind="style")
