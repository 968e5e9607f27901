"""What a report on style is computed from, straight from the database into arrays, all from one view of it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from annotator.analysis.arrays import Flags, Floats, Integers
from annotator.analysis.copying import Kind
from annotator.analysis.gathered import Freshness, Pairs
from annotator.analysis.gathering import in_order, one_view, pairs
from annotator.analysis.style import EXTRACTOR_VERSION
from annotator.assignments.models import Membership, TwinStudy
from taxonomies.models import TaxonomyVersion

# Votes on a twin's text are of the experiment alone. What was said of a whole chain has no step, and so no text.
VOTES = """
SELECT g.step_id, g.annotator_id, g.chain_id, l.value, g.rendering = 'plain', g.seconds
FROM grading_grade g JOIN taxonomies_label l ON l.id = g.verdict_id
WHERE g.campaign_id = {campaign} AND g.taxonomy_version_id = {version} AND g.state = 'graded' AND g.step_id IS NOT NULL
    AND g.rendering IN ('styled', 'plain')
"""
VOTE_KINDS: list[Kind] = ["bigint", "bigint", "bigint", "bigint", "boolean", "double precision"]

# Both arms of the campaign's own pairs, whatever became of their study: nobody chooses afterwards which pairs count. An
# arm that was shown plainly is neither.
TWIN_GRADES = """
FROM grading_grade g
JOIN assignments_twindraw d ON d.annotator_id = g.annotator_id AND d.step_id = g.step_id
JOIN assignments_twinpair p ON p.id = d.pair_id AND p.campaign_id = g.campaign_id
JOIN assignments_assignment a ON a.id = g.assignment_id AND a.rendering = 'styled'
WHERE g.campaign_id = {campaign} AND g.taxonomy_version_id = {version} AND g.state = 'graded'
    AND g.rendering = CASE WHEN d.is_twin THEN 'twin' ELSE 'styled' END
"""
TWIN_VOTES = f"""
SELECT g.id, p.id, p.study_id, g.step_id, g.annotator_id, g.chain_id,
    (SELECT l.value FROM taxonomies_label l WHERE l.id = g.verdict_id), p.stored_has_feature <> d.is_twin
{TWIN_GRADES}
"""  # noqa: S608 (our own text)
TWIN_KINDS: list[Kind] = [*["bigint"] * 7, "boolean"]  # type: ignore[list-item]

TWIN_ANSWERS = f"""
SELECT r.grade_id, r.label_id FROM grading_answer r
JOIN (SELECT g.id, g.revision {TWIN_GRADES}) g ON g.id = r.grade_id AND g.revision = r.revision
WHERE r.label_id IS NOT NULL
"""  # noqa: S608 (our own text)

INDEXES = """
SELECT s.id, s.index FROM chains_step s WHERE s.id IN (SELECT g.step_id FROM grading_grade g
    WHERE g.campaign_id = {campaign} AND g.taxonomy_version_id = {version} AND g.state = 'graded')
"""

# Draws are counted with the revisions: neither ever goes back.
FRESHNESS = """
SELECT max(g.saved_at), coalesce(sum(g.revision), 0) + (
    SELECT count(*) FROM assignments_twindraw d JOIN assignments_twinpair p ON p.id = d.pair_id
    WHERE p.campaign_id = %(campaign)s)
FROM grading_grade g
WHERE g.campaign_id = %(campaign)s AND g.taxonomy_version_id = %(version)s
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the figures depend on besides the grades. content_features: by key, those that are no style here."""

    content_features: list[str]
    extractor_version: int


@dataclass(frozen=True, slots=True)
class Votes:
    """(votes,) each, by step and then annotator, all ids: every grade of a stored text, styled or plain.

    values: -1, 0 or 1; seconds: what the step took, 0 where that is unknown.
    """

    steps: Integers
    annotators: Integers
    chains: Integers
    values: Integers
    is_plain: Flags
    seconds: Floats


@dataclass(frozen=True, slots=True)
class TwinGrades:
    """(votes,) each, by pair and then annotator, all ids: every grade of an arm. is_high: of the one with the feature."""

    ids: Integers
    pairs: Integers
    studies: Integers
    steps: Integers
    annotators: Integers
    chains: Integers
    values: Integers
    is_high: Flags


@dataclass(frozen=True, slots=True)
class Gathered:
    """pseudonyms: by the annotator's id; features: by the study's; answers: (twin grade, label); indexes: (step, index)."""

    freshness: Freshness
    settings: Settings
    pseudonyms: dict[int, str]
    features: dict[int, str]
    votes: Votes
    twins: TwinGrades
    answers: Pairs
    indexes: Pairs


def gather(
    *, campaign_id: int, version_id: int, show: Callable[[float], None] = lambda share: None
) -> Gathered:
    """`show` is told what share of it is done. Must not be inside a transaction."""
    about = {"campaign": int(campaign_id), "version": int(version_id)}
    with one_view():
        seen = freshness(campaign_id=campaign_id, version_id=version_id)
        settings = settings_of(TaxonomyVersion.objects.get(pk=version_id))
        pseudonyms = dict(Membership.objects.filter(campaign=campaign_id).values_list("user_id", "pseudonym"))
        features = dict(TwinStudy.objects.filter(campaign=campaign_id).values_list("pk", "feature"))
        show(0.1)
        votes = Votes(*in_order(VOTES.format(**about), kinds=VOTE_KINDS, by=(1, 0), grouped_by=1))
        show(0.6)
        twins = TwinGrades(*in_order(TWIN_VOTES.format(**about), kinds=TWIN_KINDS, by=(4, 1)))
        answers = pairs(TWIN_ANSWERS.format(**about))
        show(0.8)
        return Gathered(
            freshness=seen,
            settings=settings,
            pseudonyms=pseudonyms,
            features=features,
            votes=votes,
            twins=twins,
            answers=answers,
            indexes=pairs(INDEXES.format(**about)),
        )


def freshness(*, campaign_id: int, version_id: int) -> Freshness:
    """How far a view of the campaign's grades reaches, and of what experiments have drawn."""
    with connection.cursor() as cursor:
        cursor.execute(FRESHNESS, {"campaign": campaign_id, "version": version_id})
        newest, writes = cursor.fetchone()
    return Freshness(newest_grade_at=newest, revision_count=int(writes))


def settings_of(version: TaxonomyVersion) -> Settings:
    return Settings(content_features=sorted(version.content_features), extractor_version=EXTRACTOR_VERSION)
