"""Writing what a move makes of one person's work: successors of assignments, translated grades, and what is asked again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from annotator.assignments.models import Assignment, AssignmentStatus
from annotator.grading.models import Move, Regrade
from annotator.grading.planning import Carried, ChainPlan, PersonPlan, Route
from taxonomies.translating import Said

BATCH_SIZE = 2_000
# Copied inside the database: through the ORM a grade took ten times as long. Operation ids are drawn, not derived, for a
# client could have used one that it could have guessed.
GRADES = """
INSERT INTO grading_grade (campaign_id, taxonomy_version_id, annotator_id, assignment_id, chain_id, step_id, state,
    verdict_id, verdict_criterion_id, comment, repairs_id, flag_reason, human_step, beside_id, in_bulk, seconds,
    rendering, translated_from_id, revision, operation_id, operation_digest, saved_at)
SELECT g.campaign_id, %(version)s, g.annotator_id, successor.id, g.chain_id, g.step_id, g.state, made.verdict_id,
    %(criterion)s, g.comment, g.repairs_id, g.flag_reason, g.human_step, g.beside_id, g.in_bulk, g.seconds,
    g.rendering, g.id, 1, gen_random_uuid(), sha256(convert_to('translated from grade ' || g.id, 'UTF8')), %(now)s
FROM unnest(%(grades)s::bigint[], %(verdicts)s::bigint[]) made (grade_id, verdict_id)
JOIN grading_grade g ON g.id = made.grade_id
JOIN assignments_assignment successor ON successor.moved_from_id = g.assignment_id
"""
ANSWERS = """
INSERT INTO grading_answer (grade_id, revision, taxonomy_version_id, criterion_id, kind, scope, label_id, text)
SELECT made.id, 1, made.taxonomy_version_id, c.id, c.kind, c.scope, said.label_id, coalesce(former.text, '')
FROM unnest(%(grades)s::bigint[], %(criteria)s::bigint[], %(labels)s::bigint[], %(texts)s::bigint[])
    said (grade_id, criterion_id, label_id, text_id)
JOIN grading_grade made ON made.translated_from_id = said.grade_id AND made.taxonomy_version_id = %(version)s
JOIN taxonomies_criterion c ON c.id = said.criterion_id
LEFT JOIN grading_answer former ON former.id = said.text_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedAnswer:
    """Of the former grade's translation: a label, or the text of a former answer."""

    grade_id: int
    criterion_id: int
    label_id: int | None = None
    text_id: int | None = None


def write_plan(*, move: Move, route: Route, plan: PersonPlan, now: datetime) -> None:
    successors = Assignment.objects.bulk_create(
        [successor_of(chain, version_id=route.later.version_id) for chain in plan.chains],
        batch_size=BATCH_SIZE,
    )
    successor_ids = {
        chain.assignment.pk: successor.pk for chain, successor in zip(plan.chains, successors, strict=True)
    }
    kept = [carried for carried in plan.grades if carried.translation.says is not None]
    write_grades(kept=kept, route=route, now=now)
    Regrade.objects.bulk_create(
        [
            Regrade(
                move_id=again.move_id or move.pk,
                assignment_id=successor_ids[chain.assignment.pk],
                step_id=again.step_id,
                former_id=again.former_id,
                reason=again.reason,
                keys=again.keys,
            )
            for chain in plan.chains
            for again in chain.again
        ],
        batch_size=BATCH_SIZE,
    )


def successor_of(chain: ChainPlan, *, version_id: int) -> Assignment:
    former = chain.assignment
    is_submitted = chain.status == AssignmentStatus.SUBMITTED
    return Assignment(
        moved_from=former,
        taxonomy_version_id=version_id,
        status=chain.status,
        finish_reason=chain.finish_reason,
        submitted_at=former.submitted_at if is_submitted else None,
        campaign_id=former.campaign_id,
        chain_id=former.chain_id,
        annotator_id=former.annotator_id,
        seat=former.seat,
        purpose=former.purpose,
        claimed_at=former.claimed_at,
        expires_at=former.expires_at,
        finish_note=former.finish_note,
        active_seconds=former.active_seconds,
        rendering=former.rendering,
        rendering_seed=former.rendering_seed,
        exposure=former.exposure,
    )


def write_grades(*, kept: list[Carried], route: Route, now: datetime) -> None:
    verdict = route.later.verdict
    with connection.cursor() as cursor:
        cursor.execute(
            GRADES,
            {
                "version": route.later.version_id,
                "criterion": verdict.id,
                "now": now,
                "grades": [carried.grade.pk for carried in kept],
                "verdicts": [verdict_of(carried, route=route) for carried in kept],
            },
        )
        answers = [answer for carried in kept for answer in translated_answers(carried, route=route)]
        cursor.execute(
            ANSWERS,
            {
                "version": route.later.version_id,
                "grades": [answer.grade_id for answer in answers],
                "criteria": [answer.criterion_id for answer in answers],
                "labels": [answer.label_id for answer in answers],
                "texts": [answer.text_id for answer in answers],
            },
        )


def verdict_of(carried: Carried, *, route: Route) -> int | None:
    if carried.grade.verdict_id is None:
        return None
    prefix = f"{route.later.verdict.key}."
    return next(route.later_label_ids[key] for key in said_of(carried).labels if key.startswith(prefix))


def translated_answers(carried: Carried, *, route: Route) -> Iterator[TranslatedAnswer]:
    says = said_of(carried)
    for key in says.labels:
        criterion = key.partition(".")[0]
        if criterion != route.later.verdict.key:
            yield TranslatedAnswer(
                grade_id=carried.grade.pk,
                criterion_id=route.later_questions[criterion].id,
                label_id=route.later_label_ids[key],
            )
    for answer in carried.answers:
        criterion = route.former_criteria[answer.criterion_id]
        if answer.label_id is None and criterion in says.texts:
            yield TranslatedAnswer(
                grade_id=carried.grade.pk,
                criterion_id=route.later_questions[criterion].id,
                text_id=answer.pk,
            )


def said_of(carried: Carried) -> Said:
    assert carried.translation.says is not None
    return carried.translation.says
