import uuid
from functools import partial

import pytest
from django.db import connection, transaction

from tests.guarantees.breaking import Breaking, World, broken_by, change, insert_like, remove, truncate

DECISION = "grading_adjudication"
REVISION = "grading_adjudicationrevision"


def decide_again(world: World, **changes: object) -> None:
    usual = {"revision": 2, "operation_id": uuid.uuid4()}
    change(DECISION, world.adjudication, **{**usual, **changes})


def decide(world: World, **changes: object) -> None:
    """On another step that was graded."""
    usual = {"step_id": world.chain_step_0, "operation_id": uuid.uuid4()}
    insert_like(DECISION, world.adjudication, **{**usual, **changes})


CASES: dict[str, list[Breaking]] = {
    "a_step_is_adjudicated_once": [lambda w: decide(w, step_id=w.chain_step_1)],
    "a_decision_gives_its_reason": [
        lambda w: decide(w, reason=""),
        lambda w: decide(w, verdict_id=None),
    ],
    "a_decision_answers_the_verdict_of_its_version": [
        lambda w: decide(w, verdict_criterion_id=w.error, verdict_id=w.sign),
        lambda w: decide(w, verdict_criterion_id=w.draft_verdict, verdict_id=None, reason=""),
    ],
    "a_decided_verdict_is_a_label_of_its_version": [
        lambda w: decide(w, verdict_id=w.sign),
        lambda w: decide(w, verdict_id=w.draft_good),
    ],
    "a_decision_is_on_a_graded_step": [lambda w: decide(w, step_id=w.other_chain_step_0)],
    "a_decision_changes_by_one_revision": [
        lambda w: decide_again(w, revision=3),
        lambda w: change(DECISION, w.adjudication, revision=2),
        lambda w: decide_again(w, step_id=w.chain_step_0),
    ],
    "a_decision_counts_its_revisions_from_one": [lambda w: decide(w, revision=2)],
    "a_decision_is_never_deleted": [lambda w: remove(DECISION, w.adjudication)],
    "a_revision_of_a_decision_is_kept_once": [
        lambda w: insert_like(REVISION, w.decision, operation_id=uuid.uuid4()),
    ],
    "a_decision_is_made_once": [lambda w: insert_like(REVISION, w.decision, revision=2)],
    "the_history_of_a_decision_is_append_only": [
        lambda w: change(REVISION, w.decision, reason="Never mind."),
        lambda w: remove(REVISION, w.decision),
    ],
    "grading_adjudication_is_never_truncated": [truncate(DECISION)],
    "grading_adjudicationrevision_is_never_truncated": [truncate(REVISION)],
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)


def test_every_revision_of_a_decision_is_kept_even_of_one_written_with_sql(world: World) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        decide_again(world, verdict_id=None, reason="")
        cursor.execute(
            "SELECT revision, reason FROM grading_adjudicationrevision WHERE adjudication_id = %s ORDER BY revision",
            [world.adjudication],
        )
        assert cursor.fetchall() == [(1, "It follows from step 1."), (2, "")]
        transaction.set_rollback(True)
