"""Which arm of a pair an annotator sees: drawn once, as they are given a chain with its step for the first time."""

from datetime import datetime

from django.db import connection

from annotator.assignments.models import Assignment, Rendering

# One statement at every claim, whether a study runs or not, so that neither its number nor its order betrays one.
#
# Nobody is drawn an arm who may have read the step already: in another chain, version or campaign, beside the step of a
# chain where alternatives are graded, as one who oversees a campaign over the same steps, or in the admin, which shows
# every text; nor whoever has made or reviewed pairs of this campaign, in whatever role they are now.
#
# Seats that were given up count no more. Where both arms have as many, a bit of the seed decides; hashed with the pair,
# so that the pairs of a chain, and its rendering, do not follow each other.
#
# The shared lock waits for whoever stops the study or rejects the pair just now, and then sees that they did. The claims
# of a campaign, in which all draws of its pairs are made, are in a row already.
DRAW = """
INSERT INTO assignments_twindraw (pair_id, step_id, annotator_id, assignment_id, is_twin, drawn_at)
SELECT pair.id, pair.step_id, %(annotator)s, %(assignment)s, drawn.twins < drawn.stored OR drawn.twins = drawn.stored
    AND get_byte(sha256(convert_to(%(seed)s || '/' || pair.id, 'UTF8')), 0) %% 2 = 1, %(now)s
FROM (
    SELECT p.id, p.step_id
    FROM assignments_twinstudy study
    JOIN assignments_twinpair p ON p.study_id = study.id AND p.state = 'confirmed'
    JOIN chains_chainstep placed ON placed.step_id = p.step_id AND placed.chain_id = %(chain)s
    JOIN chains_step own ON own.id = p.step_id
    WHERE study.campaign_id = %(campaign)s AND study.state = 'running'
      AND NOT EXISTS (
        SELECT 1 FROM chains_step near JOIN chains_chainstep walked ON walked.step_id = near.id
        JOIN assignments_assignment given ON given.chain_id = walked.chain_id
        JOIN assignments_campaign k ON k.id = given.campaign_id
        WHERE near.problem_id = own.problem_id AND near.parent_id IS NOT DISTINCT FROM own.parent_id
          AND (near.id = own.id OR k.alternatives <> 'none')
          AND given.annotator_id = %(annotator)s AND given.id <> %(assignment)s)
      AND NOT EXISTS (
        SELECT 1 FROM assignments_membership m JOIN assignments_campaign k ON k.id = m.campaign_id
        WHERE m.user_id = %(annotator)s AND m.role <> 'annotator' AND k.dataset_id = %(dataset)s)
      AND NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = %(annotator)s AND (u.is_staff OR u.is_superuser))
      AND NOT EXISTS (
        SELECT 1 FROM assignments_twinpair known
        WHERE known.campaign_id = study.campaign_id AND %(annotator)s IN (known.made_by_id, known.reviewed_by_id))
    FOR SHARE OF study, p
) pair
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.is_twin) AS twins, count(*) FILTER (WHERE NOT d.is_twin) AS stored
    FROM assignments_twindraw d
    WHERE d.pair_id = pair.id AND EXISTS (
        SELECT 1 FROM assignments_assignment a JOIN chains_chainstep c ON c.chain_id = a.chain_id
        WHERE c.step_id = d.step_id AND a.annotator_id = d.annotator_id AND a.campaign_id = %(campaign)s
          AND a.taxonomy_version_id = %(version)s AND a.status IN ('open', 'submitted', 'returned'))
) drawn
ON CONFLICT (annotator_id, step_id) DO NOTHING
"""
# Two campaigns may give a person the same step at the same moment: the second of them sees that the first did, whether an
# arm was drawn there or not. A statement of its own, for one that has waited sees what was there before it waited.
ONE_CLAIM_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('arms of ' || %(annotator)s, 0))"


def draw_arms(*, assignment: Assignment, now: datetime, seed: int) -> None:
    """Draw an arm of each pair on the steps of this new assignment; none where it is shown in plain rendering.

    Balanced within a pair: the arm that fewer seated annotators were drawn, else the seed decides. The caller holds the
    lock of the campaign.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_CLAIM_AT_A_TIME, {"annotator": str(assignment.annotator_id)})
        if assignment.rendering != Rendering.STYLED:
            return
        cursor.execute(
            DRAW,
            {
                "campaign": assignment.campaign_id,
                "version": assignment.taxonomy_version_id,
                "dataset": assignment.campaign.dataset_id,
                "annotator": assignment.annotator_id,
                "assignment": assignment.pk,
                "chain": assignment.chain_id,
                "seed": str(seed),
                "now": now,
            },
        )
