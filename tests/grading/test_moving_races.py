"""A move while people work, and while its worker dies: nothing acknowledged is lost, nothing is moved twice."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from annotator.assignments.claiming import claim_next, expire_leases
from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade, Move, Regrade
from annotator.grading.moving import MoveRefused, ask_to_move, make_move, run_move
from annotator.grading.saving import AssignmentNotOpen, save_grade
from annotator.grading.submitting import submit
from annotator.grading.tasks import run_move as run_move_task
from annotator.jobs import running
from tests.guarantees.breaking import wait_until_blocked
from tests.makers import NOW, grade, grade_bad, make_assignment, make_campaign, make_chain, make_user, writing
from tests.moving import next_version, successor_of, words_of
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    for chain_id in ("q/a", "r/b", "s/c"):
        make_chain(chain_id)
    return make_campaign(annotators=["ada", "ben", "cleo"], overlap=3, after_first_error="continue")


def taken_move(campaign: Campaign) -> Move:
    later = next_version(campaign.taxonomy_version)
    asked = ask_to_move(campaign=campaign, to_version=later, requested_by=None, now=NOW)
    taken = running.take(Move, pk=asked.pk, now=NOW)
    assert taken is not None
    return taken


def running_in_a_thread(call: Callable[[], object], *, outcome: list[object]) -> threading.Thread:
    """Not started yet; what the call returns or raises goes into `outcome`."""

    def run() -> None:
        try:
            outcome.append(call())
        except Exception as error:  # noqa: BLE001 (handed to the test)
            outcome.append(error)
        finally:
            connection.close()

    return threading.Thread(target=run)


@contextmanager
def meanwhile(call: Callable[[], object]) -> Iterator[list[object]]:
    """Runs the call in a thread that waits for what the block has locked; gives what it returned or raised."""
    outcome: list[object] = []
    thread = running_in_a_thread(call, outcome=outcome)
    with transaction.atomic():
        yield outcome
        thread.start()
        wait_until_blocked()
    thread.join(timeout=30)


def test_a_save_that_came_first_is_translated(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    move = taken_move(campaign)
    with meanwhile(lambda: run_move(move=move, now=NOW)) as outcome:
        grade(assignment, 0, comment="just in time")
    assert outcome == [None]
    successor = successor_of(assignment)
    assert Grade.objects.get(assignment=successor).comment == "just in time"
    assert (successor.status, words_of(successor)) == ("open", ["0 good"])


def test_a_save_that_came_too_late_is_refused_with_words_and_stores_nothing(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0)
    move = taken_move(campaign)

    def save() -> object:
        return save_grade(
            public_id=assignment.public_id, annotator=make_user("ada"), write=writing(1), now=NOW
        )

    with meanwhile(save) as outcome:
        make_move(move=move, show=lambda done, total: None, clock=lambda: NOW)
    (refused,) = outcome
    assert isinstance(refused, AssignmentNotOpen)
    assert "went on to a newer version" in str(refused)
    assert words_of(assignment) == words_of(successor_of(assignment)) == ["0 good"]


def test_a_retry_of_an_acknowledged_save_gets_its_answer_after_the_move(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    write = writing(0, operation_id=uuid.uuid4())
    person = make_user("ada")
    first = save_grade(public_id=assignment.public_id, annotator=person, write=write, now=NOW)
    run_move(move=taken_move(campaign), now=NOW)
    assert save_grade(public_id=assignment.public_id, annotator=person, write=write, now=NOW) == first


def test_who_asks_while_a_move_runs_is_told_so_at_once(campaign: Campaign) -> None:
    move = taken_move(campaign)
    outcome: list[object] = []
    asking = running_in_a_thread(
        lambda: ask_to_move(campaign=campaign, to_version=move.to_version, requested_by=None, now=NOW),
        outcome=outcome,
    )
    with transaction.atomic():
        make_move(move=move, show=lambda done, total: None, clock=lambda: NOW)
        asking.start()
        asking.join(timeout=10)
        assert isinstance(outcome[0], MoveRefused)
    asking.join(timeout=10)


def test_a_claim_waits_for_the_move_and_is_of_the_new_version(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    move = taken_move(campaign)

    def claim(name: str) -> Callable[[], object]:
        return lambda: claim_next(campaign=campaign, annotator=make_user(name), now=NOW, seed=0)

    with meanwhile(claim("ben")) as outcome:
        make_move(move=move, show=lambda done, total: None, clock=lambda: NOW)
    (claimed,) = outcome
    assert isinstance(claimed, Assignment)
    assert (claimed.taxonomy_version_id, claimed.chain_id) == (move.to_version_id, assignment.chain_id)
    assert claim("ada")() == successor_of(assignment)


def test_a_submit_that_came_first_is_moved_as_submitted(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    for index in range(3):
        grade(assignment, index)
    move = taken_move(campaign)
    with meanwhile(lambda: run_move(move=move, now=NOW)):
        submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    assignment.refresh_from_db()
    assert (assignment.status, successor_of(assignment).status) == ("submitted", "submitted")


@pytest.mark.parametrize("attempt", range(3))
def test_whatever_comes_first_every_acknowledged_grade_is_there_in_both_versions(
    campaign: Campaign, attempt: int
) -> None:
    held = {name: make_assignment(campaign=campaign, annotator=name) for name in ("ada", "ben", "cleo")}
    move = taken_move(campaign)

    def save(name: str) -> Callable[[], object]:
        def saves() -> object:
            return [grade(held[name], index).index for index in range(3)]

        return saves

    outcomes = all_at_once(
        [
            *(save(name) for name in held),
            lambda: run_move(move=move, now=NOW),
            lambda: claim_next(campaign=campaign, annotator=make_user("ada"), now=NOW, seed=attempt),
            lambda: expire_leases(campaign=None, now=NOW),
        ]
    )
    assert all(
        not isinstance(outcome, Exception) or isinstance(outcome, AssignmentNotOpen) for outcome in outcomes
    )
    move.refresh_from_db()
    assert (move.state, Assignment.objects.filter(status="moved").count()) == ("done", 3)
    for assignment in held.values():
        assert words_of(assignment) == words_of(successor_of(assignment))


def test_two_workers_with_one_move_move_once(campaign: Campaign) -> None:
    make_assignment(campaign=campaign)
    move = taken_move(campaign)
    all_at_once([lambda: run_move(move=move, now=NOW), lambda: run_move(move=move, now=NOW)])
    assert Assignment.objects.count() == 2
    run_move_task(move_id=move.pk)
    assert Assignment.objects.count() == 2


def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_one_moves_once(
    campaign: Campaign,
) -> None:
    assignment = make_assignment(campaign=campaign)
    grade_bad(assignment, 0)
    move = taken_move(campaign)
    outcome: list[object] = []
    thread = running_in_a_thread(lambda: run_move(move=move, now=NOW), outcome=outcome)
    with transaction.atomic(), connection.cursor() as cursor:
        # With successors and grades written, the move waits here for its last table.
        cursor.execute("LOCK TABLE grading_regrade IN SHARE MODE")
        thread.start()
        wait_until_blocked()
        # As if the worker's machine had gone: the server takes back what its session has written.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        thread.join(timeout=30)
    (died,) = outcome
    assert isinstance(died, OperationalError)
    campaign.refresh_from_db()
    assert campaign.taxonomy_version_id == move.from_version_id
    assert (Assignment.objects.count(), Grade.objects.count(), Regrade.objects.count()) == (1, 1, 0)
    later = NOW + timedelta(minutes=4)
    assert running.waiting(Move, now=NOW + timedelta(minutes=2)) == []
    assert running.waiting(Move, now=later) == [move.pk]
    again = running.take(Move, pk=move.pk, now=later)
    assert again is not None
    run_move(move=again, now=later)
    move.refresh_from_db()
    assert (move.state, move.attempt_count) == ("done", 2)
    assert (Assignment.objects.count(), Grade.objects.count(), Regrade.objects.count()) == (2, 2, 1)
