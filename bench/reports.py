"""How long a report over a million grades takes: gathering them, and the whole job."""

import json
import os
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from annotator.analysis import gathering, refreshing
from annotator.analysis.models import Report
from annotator.assignments.models import Campaign
from annotator.embedded.programs import WORKER_VARIABLES
from bench.made_up_grades import graded_campaign
from bench.server import Server
from bench.table import Row

GRADES = 1_000_000
# What a report needs of the grades alone, row by row.
BARE = """
COPY (SELECT id, step_id, annotator_id, verdict_id, chain_id, beside_id, rendering, seconds, saved_at
      FROM grading_grade WHERE campaign_id = {campaign}) TO STDOUT (FORMAT binary)
"""


def measure_reports(_server: Server) -> list[Row]:
    campaign = graded_campaign(key="reported", grades=GRADES)
    copied = copy_seconds(campaign)
    began = time.perf_counter()
    gathered = gathering.gather(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id)
    seconds = time.perf_counter() - began
    grades = len(gathered.grades.ids)
    del gathered
    # The second one also has the rows of the first to replace.
    first, second = job(campaign), job(campaign)
    slower = max(first["seconds"], second["seconds"])
    megabytes = max(first["megabytes"], second["megabytes"])
    return [
        Row(
            name=f"gathering {grades:,} grades for a report",
            figure=f"{seconds:.1f} s",
            goal="< 8 s",
            reference=f"bare COPY of the grades to nowhere {copied:.1f} s, gathering takes {seconds / copied:.2f} x",
            reached=seconds < 8,
        ),
        Row(
            name="that report's job from its start to its end",
            figure=f"{slower:.1f} s, {megabytes:,.0f} MB",
            goal="< 15 s, < 2,000 MB",
            reference=f"the first {first['seconds']:.1f} s, with former rows {second['seconds']:.1f} s",
            reached=slower < 15 and megabytes < 2000,
        ),
        stale_row(campaign),
    ]


def copy_seconds(campaign: Campaign) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(BARE.format(campaign=campaign.pk)) as copy:
        for _ in copy:
            pass
    return time.perf_counter() - began


def job(campaign: Campaign) -> dict[str, float]:
    report = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    return worked_on(report, kind="agreement")


def worked_on(report: Report, *, kind: str) -> dict[str, float]:
    """Its seconds and megabytes, in a process of its own with the environment of a worker."""
    ended = subprocess.run(
        [sys.executable, "-m", "bench.report_job", kind, str(report.pk)],
        env=os.environ | dict(WORKER_VARIABLES),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def stale_row(campaign: Campaign) -> Row:
    """What each view of the page asks."""
    report = refreshing.newest_agreement(campaign=campaign)
    began = time.perf_counter()
    assert not refreshing.is_stale(report, campaign=campaign)
    seconds = time.perf_counter() - began
    return Row(
        name="whether that report is stale",
        figure=f"{seconds * 1000:.0f} ms",
        goal="<= 300 ms",
        reference="",
        reached=seconds <= 0.3,
    )
