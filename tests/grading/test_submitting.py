import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from annotator.assignments.claiming import expire_leases, skip
from annotator.assignments.models import Assignment
from annotator.grading.checking import Refused
from annotator.grading.saving import AssignmentNotOpen
from annotator.grading.submitting import NotComplete, submit
from tests.makers import NOW, grade, grade_bad, make_assignment, make_campaign, make_chain, make_user
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


def begin(**policy: Any) -> Assignment:
    """Ada's open assignment of a chain of three steps."""
    make_chain("a")
    return make_assignment(campaign=make_campaign(**policy))


def hand_in(assignment: Assignment, **more: Any) -> Assignment:
    return submit(
        **{"public_id": assignment.public_id, "annotator": assignment.annotator, "now": NOW, **more}
    )


def test_a_graded_chain_is_submitted_with_its_time() -> None:
    assignment = begin()
    for index in range(3):
        grade(assignment, index, seconds=10.4)
    hand_in(assignment)
    kept = Assignment.objects.get()
    assert (kept.status, kept.submitted_at, kept.finish_reason) == ("submitted", NOW, "solution")
    assert (kept.active_seconds, kept.finish_note) == (31, "")


def test_what_is_missing_is_listed_and_nothing_is_submitted() -> None:
    assignment = begin(after_first_error="continue")
    grade(assignment, 0, verdict="bad")
    grade(assignment, 1, state="unsure")
    grade(assignment, 2)
    grade(assignment, 2, revision=1, state="cleared")
    with pytest.raises(NotComplete) as caught:
        hand_in(assignment)
    assert [(missing.index, missing.words) for missing in caught.value.missing] == [
        (0, "Step 1 needs: What is wrong?"),
        (2, "Step 3 is not graded."),
    ]
    assert str(caught.value) == "Step 1 needs: What is wrong?"
    assert Assignment.objects.get().status == "open"


def test_a_chain_without_any_grade_misses_every_step() -> None:
    with pytest.raises(NotComplete) as caught:
        hand_in(begin())
    assert [missing.index for missing in caught.value.missing] == [0, 1, 2]


def test_unsure_is_an_answer_to_every_question() -> None:
    assignment = begin()
    for index in range(3):
        grade(assignment, index, state="unsure")
    assert hand_in(assignment).finish_reason == "solution"


def test_submitting_twice_is_the_same_as_once() -> None:
    assignment = begin()
    grade_bad(assignment, 0)
    first = hand_in(assignment)
    later = {"now": NOW + timedelta(hours=1), "unfinished": "give_up", "note": "x"}
    again = hand_in(assignment, **later)
    assert again == first
    assert (again.submitted_at, again.finish_reason, again.finish_note) == (NOW, "found_error", "")


@pytest.mark.parametrize("policy", ["continue", "repair"])
def test_a_campaign_that_goes_on_wants_every_step(policy: str) -> None:
    assignment = begin(after_first_error=policy)
    grade_bad(assignment, 0)
    with pytest.raises(NotComplete):
        hand_in(assignment)
    grade(assignment, 1)
    grade(assignment, 2)
    assert hand_in(assignment).finish_reason == "found_error"


def test_a_campaign_that_stops_wants_the_steps_up_to_the_first_flawed_one() -> None:
    assignment = begin(after_first_error="stop")
    grade_bad(assignment, 1)
    with pytest.raises(NotComplete) as caught:
        hand_in(assignment)
    assert [missing.index for missing in caught.value.missing] == [0]
    grade(assignment, 0)
    assert hand_in(assignment).finish_reason == "found_error"


@pytest.mark.parametrize("reason", ["bad_problem", "give_up"])
def test_an_unfinished_chain_is_handed_in_with_a_reason_and_a_note(reason: str) -> None:
    assignment = begin()
    grade(assignment, 1)
    hand_in(assignment, unfinished=reason, note="the picture is missing")
    kept = Assignment.objects.get()
    assert (kept.finish_reason, kept.finish_note) == (reason, "the picture is missing")


@pytest.mark.parametrize("note", ["", " \n\t", "x" * 10_001, "a\0b", "\ud83d"])
def test_an_unfinished_chain_without_a_sound_note_is_refused(note: str) -> None:
    assignment = begin()
    with pytest.raises(Refused):
        hand_in(assignment, unfinished="bad_problem", note=note)
    assert Assignment.objects.get().status == "open"


@pytest.mark.parametrize("note", ["x" * 10_001, "a\0b", "\ud83d"])
def test_a_finished_chain_does_not_take_a_broken_note_either(note: str) -> None:
    assignment = begin()
    grade_bad(assignment, 0)
    with pytest.raises(Refused):
        hand_in(assignment, note=note)


@pytest.mark.parametrize("reason", ["solution", "found_error", "tired", "\ud83d"])
def test_a_reason_that_is_not_offered_is_refused(reason: str) -> None:
    with pytest.raises(Refused, match="Unknown reason"):
        hand_in(begin(), unfinished=reason, note="x")


def test_what_expired_or_was_skipped_is_answered_honestly_and_keeps_its_grades() -> None:
    assignment = begin()
    grade_bad(assignment, 0)
    expire_leases(campaign=None, now=assignment.expires_at + timedelta(seconds=1))
    with pytest.raises(AssignmentNotOpen, match="expired: its grades are kept"):
        hand_in(assignment)
    again = make_assignment(campaign=assignment.campaign)
    assert hand_in(again).finish_reason == "found_error"


def test_a_skipped_chain_cannot_be_submitted() -> None:
    assignment = begin()
    skip(assignment=assignment)
    with pytest.raises(AssignmentNotOpen, match="skipped"):
        hand_in(assignment)


def test_the_assignment_of_somebody_else_is_as_good_as_none() -> None:
    assignment = begin()
    for somebody, public_id in (
        (make_user("eve"), assignment.public_id),
        (assignment.annotator, uuid.uuid4()),
    ):
        with pytest.raises(Assignment.DoesNotExist):
            hand_in(assignment, annotator=somebody, public_id=public_id)


@pytest.mark.django_db(transaction=True)
def test_a_submit_and_a_grade_at_the_same_time_leave_no_half_graded_chain() -> None:
    """Either the grade was taken back in time, and the chain is not complete, or it was submitted first."""
    assignment = begin()
    grade_bad(assignment, 0)
    calls: list[Callable[[], object]] = [
        partial(hand_in, assignment),
        partial(grade, assignment, 0, revision=1, state="cleared"),
    ]
    submitting, clearing = all_at_once(calls)
    assert isinstance(submitting, NotComplete) != isinstance(clearing, AssignmentNotOpen), (
        submitting,
        clearing,
    )
