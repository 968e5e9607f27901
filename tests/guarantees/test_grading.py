import uuid
from functools import partial

import pytest
from django.db import connection, transaction

from annotator.grading.models import Grade
from tests.guarantees.breaking import (
    Breaking,
    World,
    broken_by,
    change,
    insert_grade,
    insert_like,
    insert_whole_chain_grade,
    remove,
    truncate,
)

GRADE = "grading_grade"
REVISION = "grading_graderevision"
ANSWER = "grading_answer"
MOVE = "grading_move"
REGRADE = "grading_regrade"


def revise(world: World, **changes: object) -> None:
    usual = {"revision": 2, "operation_id": uuid.uuid4()}
    change(GRADE, world.grade, **{**usual, **changes})


def answer_about_the_chain(world: World, **changes: object) -> None:
    insert_whole_chain_grade(world)
    grade = Grade.objects.get(step=None)
    insert_like(ANSWER, world.label_answer, grade_id=grade.pk, **changes)


def answer_about_the_chain_then(**changes: str) -> Breaking:
    """A second revision, with some columns changed to what the world holds under a name."""

    def breaking(world: World) -> None:
        insert_whole_chain_grade(world)
        grade = Grade.objects.get(step=None)
        usual = {"revision": 2, "operation_id": uuid.uuid4()}
        new = {column: world.pks[name] for column, name in changes.items()}
        change(GRADE, grade.pk, **{**usual, **new})

    return breaking


def translate_twice(world: World) -> None:
    insert_grade(world, translated_from_id=world.bad_grade)
    insert_whole_chain_grade(world, translated_from_id=world.bad_grade)


def answer_about_the_chain_twice(world: World) -> None:
    insert_whole_chain_grade(world)
    insert_whole_chain_grade(world, operation_id=uuid.uuid4())


def ask_for_two_moves(world: World) -> None:
    for state in ("queued", "running"):
        insert_like(MOVE, world.move, state=state, finished_at=None)


def ask_about_the_chain_twice(world: World) -> None:
    for _ in range(2):
        insert_like(REGRADE, world.regrade, step_id=None)


CASES: dict[str, list[Breaking]] = {
    "a_grade_of_a_twin_says_so": [lambda w: insert_grade(w, rendering="twin")],
    "a_grade_of_a_twin_goes_on_saying_so": [lambda w: revise(w, rendering="twin")],
    "an_annotator_grades_a_step_once": [lambda w: insert_grade(w, step_id=w.chain_step_0)],
    "a_grade_has_a_verdict_exactly_when_graded": [
        lambda w: insert_grade(w, verdict_id=None),
        lambda w: insert_grade(w, state="unsure"),
        lambda w: insert_grade(w, state="cleared"),
        lambda w: insert_grade(w, state="probably", verdict_id=None),
    ],
    "an_annotator_answers_about_a_chain_once": [answer_about_the_chain_twice],
    "a_grade_without_a_step_has_no_verdict": [
        lambda w: insert_grade(w, step_id=None),
        lambda w: insert_whole_chain_grade(w, state="unsure"),
        lambda w: insert_whole_chain_grade(w, repairs_id=w.chain_step_0),
        lambda w: insert_grade(w, state="answered", verdict_id=None),
    ],
    "a_grade_is_translated_once": [translate_twice],
    "only_a_verdict_is_given_in_bulk": [
        lambda w: insert_grade(w, in_bulk=True, state="unsure", verdict_id=None),
        lambda w: insert_whole_chain_grade(w, in_bulk=True),
    ],
    "a_human_step_stands_beside_a_verdict": [
        lambda w: insert_grade(w, human_step="x = 4", state="cleared", verdict_id=None),
        lambda w: insert_whole_chain_grade(w, human_step="x = 4"),
    ],
    "only_a_step_is_flagged": [lambda w: insert_whole_chain_grade(w, flag_reason="cut off")],
    "an_alternative_is_a_sibling": [
        lambda w: insert_grade(w, beside_id=w.chain_step_0),
        lambda w: insert_grade(w, beside_id=w.chain_step_2),
        lambda w: insert_grade(w, step_id=w.other_chain_step_0, beside_id=w.chain_step_0),
        lambda w: insert_whole_chain_grade(w, beside_id=w.chain_step_0),
    ],
    "a_revision_counts_from_one": [
        lambda w: insert_grade(w, revision=0),
        lambda w: insert_grade(w, revision=2),
    ],
    "a_step_takes_0_seconds_to_a_day": [
        lambda w: insert_grade(w, seconds=-0.5),
        lambda w: insert_grade(w, seconds=86_401),
        lambda w: insert_grade(w, seconds=float("nan")),
    ],
    "a_grade_belongs_to_its_assignment": [
        lambda w: insert_grade(w, annotator_id=w.ben),
        lambda w: insert_grade(w, assignment_id=0),
        lambda w: insert_grade(w, campaign_id=0),
        lambda w: insert_grade(w, chain_id=w.other_chain, step_id=w.other_chain_step_0),
        lambda w: revise(w, chain_id=w.other_chain),
    ],
    "a_graded_step_is_in_the_assignments_chain": [
        lambda w: insert_grade(w, step_id=w.other_chain_step_0),
        lambda w: insert_grade(w, step_id=0),
    ],
    "a_repaired_step_is_in_the_assignments_chain": [
        lambda w: insert_grade(w, repairs_id=w.other_chain_step_0),
        lambda w: revise(w, repairs_id=w.other_chain_step_0),
    ],
    "a_grade_answers_the_verdict_of_its_version": [
        lambda w: insert_grade(w, verdict_criterion_id=w.error, verdict_id=w.sign),
        lambda w: insert_grade(w, state="unsure", verdict_id=None, verdict_criterion_id=w.draft_verdict),
    ],
    "a_verdict_is_a_label_of_its_version": [
        lambda w: insert_grade(w, verdict_id=w.draft_good),
        lambda w: insert_grade(w, verdict_id=w.sign),
        lambda w: revise(w, verdict_id=w.draft_bad),
    ],
    "a_grade_changes_by_one_revision": [
        lambda w: change(GRADE, w.grade, comment="unseen"),
        lambda w: revise(w, revision=1),
        lambda w: revise(w, revision=3),
        lambda w: revise(w, operation_id=w.operation),
        lambda w: revise(w, annotator_id=w.ben),
        lambda w: revise(w, step_id=w.chain_step_2),
        lambda w: revise(w, campaign_id=0),
        lambda w: revise(w, id=0),
        lambda w: revise(w, translated_from_id=w.bad_grade),
        lambda w: revise(w, step_id=None, state="answered", verdict_id=None),
        answer_about_the_chain_then(chain_id="other_chain"),
    ],
    "a_grade_is_never_deleted": [lambda w: remove(GRADE, w.grade)],
    "an_operation_is_done_once": [
        lambda w: insert_grade(w, operation_id=w.operation),
        lambda w: insert_like(REVISION, w.revision, revision=2),
    ],
    "a_revision_of_a_grade_is_kept_once": [
        lambda w: insert_like(REVISION, w.revision, operation_id=uuid.uuid4()),
    ],
    "the_history_of_a_grade_is_append_only": [
        lambda w: change(REVISION, w.revision, comment="rewritten"),
        lambda w: remove(REVISION, w.revision),
    ],
    "a_label_is_given_once": [lambda w: insert_like(ANSWER, w.label_answer)],
    "a_criterion_has_one_answer_unless_many": [
        lambda w: insert_like(ANSWER, w.bad_grade_answer, label_id=w.logic),
        lambda w: insert_like(ANSWER, w.text_answer, text="another"),
    ],
    "an_answer_is_a_label_or_a_text": [
        lambda w: insert_like(ANSWER, w.label_answer, label_id=None),
        lambda w: insert_like(ANSWER, w.label_answer, label_id=w.clear, text="both"),
        lambda w: insert_like(ANSWER, w.text_answer, text=""),
    ],
    "an_answer_has_the_kind_of_its_criterion": [
        lambda w: insert_like(ANSWER, w.bad_grade_answer, kind="many", label_id=w.logic),
    ],
    "an_answer_is_a_label_of_its_version": [
        lambda w: insert_like(ANSWER, w.label_answer, label_id=w.sign),
        lambda w: insert_like(ANSWER, w.label_answer, label_id=w.draft_clear),
    ],
    "an_answer_has_the_version_and_scope_of_its_grade": [
        lambda w: insert_like(ANSWER, w.label_answer, label_id=w.clear, scope="chain"),
        lambda w: answer_about_the_chain(w),
        lambda w: insert_like(
            ANSWER,
            w.label_answer,
            taxonomy_version_id=w.draft,
            criterion_id=w.draft_traits,
            label_id=w.draft_clear,
        ),
    ],
    "an_answer_has_the_scope_of_its_criterion": [lambda w: answer_about_the_chain(w, scope="chain")],
    "an_answer_belongs_to_a_revision": [lambda w: insert_like(ANSWER, w.label_answer, revision=2)],
    "an_answer_is_append_only": [
        lambda w: change(ANSWER, w.label_answer, label_id=w.clear),
        lambda w: remove(ANSWER, w.label_answer),
    ],
    "move_is_finished_exactly_when_it_says_when": [
        lambda w: change(MOVE, w.move, finished_at=None),
        lambda w: change(MOVE, w.move, state="queued"),
    ],
    "move_progress_stays_within_its_total": [
        lambda w: change(MOVE, w.move, progress_done=2, progress_total=1),
    ],
    "a_campaign_makes_one_move_at_a_time": [ask_for_two_moves],
    "a_campaign_moves_to_a_version_once": [lambda w: insert_like(MOVE, w.move)],
    "a_step_is_asked_again_once_in_an_assignment": [
        lambda w: insert_like(REGRADE, w.regrade, reason="question"),
        ask_about_the_chain_twice,
    ],
    **{f"{table}_is_never_truncated": [truncate(table)] for table in (GRADE, REVISION, ANSWER)},
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)


def test_every_revision_of_a_grade_is_kept_even_of_one_written_with_sql(world: World) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        revise(world, comment="second thoughts")
        cursor.execute(
            "SELECT revision, comment FROM grading_graderevision WHERE grade_id = %s ORDER BY revision",
            [world.grade],
        )
        assert cursor.fetchall() == [(1, ""), (2, "second thoughts")]
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("assignments_assignment", "assignment"),
        ("assignments_campaign", "campaign"),
        ("accounts_user", "ada"),
        ("chains_dataset", "dataset"),
        ("taxonomies_taxonomy", "taxonomy"),
    ],
)
def test_nothing_that_grades_hang_on_can_be_deleted(table: str, name: str, world: World) -> None:
    assert broken_by(lambda: remove(table, world.pks[name])) != "nothing refused it"
