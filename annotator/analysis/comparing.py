"""What one annotator says beside the others, from the grades as they are now. For researchers: no annotator may see it.

Of grades in styled rendering only, as in the figures. A pair is the annotator and one other on the same step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q

from annotator.assignments.models import Assignment, AssignmentStatus, Campaign, Purpose
from annotator.grading.models import Grade, GradeState
from taxonomies.models import TaxonomyVersion

# Alone means against the same word of at least so many.
OTHERS_AGREEING = 2

PAIRS = """
FROM grading_grade own JOIN grading_grade other
  ON other.step_id = own.step_id AND other.campaign_id = own.campaign_id
  AND other.taxonomy_version_id = own.taxonomy_version_id AND other.annotator_id <> own.annotator_id
WHERE own.campaign_id = %(campaign)s AND own.taxonomy_version_id = %(version)s AND own.annotator_id = %(annotator)s
  AND own.state = 'graded' AND own.rendering = 'styled' AND other.state = 'graded' AND other.rendering = 'styled'
"""

SAID = f"SELECT own.verdict_id, other.verdict_id, count(*) {PAIRS} GROUP BY 1, 2"

# Most others first; a step has one own verdict, so any aggregate of it will do.
ALONE = f"""
SELECT own.step_id, min(own.verdict_id), min(other.verdict_id), count(*) {PAIRS}
GROUP BY own.step_id
HAVING count(*) >= %(least)s AND min(other.verdict_id) = max(other.verdict_id)
  AND min(other.verdict_id) <> min(own.verdict_id)
ORDER BY count(*) DESC, own.step_id
"""


@dataclass(frozen=True, slots=True)
class Work:
    """How much somebody has done, and when they last saved anything."""

    grades: int
    submitted: int
    last_saved_at: datetime | None


NO_WORK = Work(grades=0, submitted=0, last_saved_at=None)


@dataclass(frozen=True, slots=True)
class Alone:
    """A step on which `others` people all gave one verdict, and the annotator another; verdicts are primary keys of labels."""

    step_id: int
    verdict_id: int
    others_verdict_id: int
    others: int


def work_by_annotator(*, campaign: Campaign, version: TaxonomyVersion) -> dict[int, Work]:
    """By user; without those who have done nothing under this version."""
    of_it = Q(campaign=campaign, taxonomy_version=version)
    saved = Grade.objects.filter(of_it, step__isnull=False)
    counts = saved.values_list("annotator").annotate(
        graded=Count("pk", filter=Q(state=GradeState.GRADED)), newest=Max("saved_at")
    )
    handed_in = Assignment.objects.filter(of_it, purpose=Purpose.WORK, status=AssignmentStatus.SUBMITTED)
    submitted = dict(handed_in.values_list("annotator").annotate(Count("pk")))
    grades = {annotator: (count, newest) for annotator, count, newest in counts}
    return {
        annotator: Work(
            grades=grades.get(annotator, (0, None))[0],
            submitted=submitted.get(annotator, 0),
            last_saved_at=grades.get(annotator, (0, None))[1],
        )
        for annotator in {*grades, *submitted}
    }


def said_beside_others(
    *, campaign: Campaign, version: TaxonomyVersion, annotator_id: int
) -> Mapping[tuple[int, int], int]:
    """Pairs by the verdict of this annotator and that of the other, as labels' primary keys."""
    rows = asked(SAID, campaign=campaign, version=version, annotator_id=annotator_id)
    return {(own, other): count for own, other, count in rows}


def alone_against_others(*, campaign: Campaign, version: TaxonomyVersion, annotator_id: int) -> list[Alone]:
    """The steps on which at least two others are of one mind, and this annotator of another."""
    return [
        Alone(*row) for row in asked(ALONE, campaign=campaign, version=version, annotator_id=annotator_id)
    ]


def asked(
    query: str, *, campaign: Campaign, version: TaxonomyVersion, annotator_id: int
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "campaign": campaign.pk,
                "version": version.pk,
                "annotator": annotator_id,
                "least": OTHERS_AGREEING,
            },
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
