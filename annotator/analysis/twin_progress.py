"""How far a study is: how many annotators were drawn each arm of its pairs, and how many of them have graded it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from annotator.assignments.models import TwinStudy

# A grade under a former version is not that of a report, so it is not counted here.
COUNTS = """
SELECT p.id, d.is_twin <> p.stored_has_feature, count(*), count(g.id)
FROM assignments_twinpair p
JOIN assignments_twindraw d ON d.pair_id = p.id
LEFT JOIN grading_grade g ON g.campaign_id = p.campaign_id AND g.taxonomy_version_id = %(version)s
    AND g.step_id = d.step_id AND g.annotator_id = d.annotator_id AND g.state = 'graded'
    AND g.rendering = CASE WHEN d.is_twin THEN 'twin' ELSE 'styled' END
WHERE p.study_id = %(study)s
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCounts:
    """`high` is the arm with the feature, or more of it. Draws are people, grades those of them who gave a verdict."""

    high_draws: int = 0
    high_grades: int = 0
    low_draws: int = 0
    low_grades: int = 0

    @property
    def is_compared(self) -> bool:
        """Both arms have a grade: only then the pair tells anything."""
        return self.high_grades > 0 and self.low_grades > 0


def counts_by_pair(study: TwinStudy) -> dict[int, ArmCounts]:
    """Of the pairs that were drawn from, under the campaign's current version."""
    found: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"study": study.pk, "version": study.campaign.taxonomy_version_id})
        for pair_id, is_high, draws, grades in cursor.fetchall():
            arm = "high" if is_high else "low"
            found.setdefault(pair_id, {}).update({f"{arm}_draws": draws, f"{arm}_grades": grades})
    return {pair_id: ArmCounts(**counts) for pair_id, counts in found.items()}


def total_of(counts: Iterable[ArmCounts]) -> ArmCounts:
    each = list(counts)
    return ArmCounts(
        high_draws=sum(pair.high_draws for pair in each),
        high_grades=sum(pair.high_grades for pair in each),
        low_draws=sum(pair.low_draws for pair in each),
        low_grades=sum(pair.low_grades for pair in each),
    )
