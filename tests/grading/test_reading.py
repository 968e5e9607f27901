from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.assignments.claiming import expire_leases
from annotator.assignments.models import Assignment
from annotator.grading.reading import Sheet, read_sheet
from annotator.grading.submitting import submit
from tests.makers import NOW, grade, grade_bad, make_assignment, make_campaign, make_chain

pytestmark = pytest.mark.django_db


def begin(**policy: Any) -> Assignment:
    make_chain("a", steps=["one", "two", "three", "four"])
    return make_assignment(campaign=make_campaign(annotators=["ada", "ben"], **policy))


def sheet_of(assignment: Assignment) -> Sheet:
    return read_sheet(assignment=Assignment.objects.get(pk=assignment.pk))


def test_a_fresh_sheet_has_the_steps_in_order_and_nothing_is_decided() -> None:
    sheet = sheet_of(begin())
    assert sheet.problem.text == "What is p?"
    assert [(step.index, step.number, step.text) for step in sheet.steps] == [
        (0, 1, "one"),
        (1, 2, "two"),
        (2, 3, "three"),
        (3, 4, "four"),
    ]
    assert not any(step.decided or step.carried or step.grade for step in sheet.steps)
    assert sheet.first_error_index is None


def test_a_sheet_shows_each_grade_as_saving_answered_it() -> None:
    assignment = begin(after_first_error="repair")
    given = [
        grade_bad(
            assignment, 0, labels={"error": ["logic"], "traits": ["terse", "clear"]}, texts={"why": "so"}
        ),
        grade(assignment, 1, state="unsure", comment="?"),
        grade(assignment, 2, repairs=0),
    ]
    sheet = sheet_of(assignment)
    assert [step.grade for step in sheet.steps] == [*given, None]
    assert [step.decided for step in sheet.steps] == [True, True, True, False]


def test_only_the_answers_of_the_last_revision_are_shown() -> None:
    assignment = begin()
    grade_bad(assignment, 0, comment="first")
    second = grade(assignment, 0, revision=1, labels={"traits": ["terse"]})
    assert sheet_of(assignment).steps[0].grade == second
    grade(assignment, 0, revision=2, state="cleared")
    step = sheet_of(assignment).steps[0]
    assert step.grade is not None
    assert (step.grade.revision, step.grade.labels, step.decided) == (3, {}, False)


def test_a_grade_that_was_taken_back_is_no_error_any_more() -> None:
    assignment = begin()
    grade_bad(assignment, 1)
    assert sheet_of(assignment).first_error_index == 1
    grade(assignment, 1, revision=1, state="cleared")
    assert sheet_of(assignment).first_error_index is None


@pytest.mark.parametrize(
    ("policy", "wanted"), [("stop", [0, 1]), ("continue", [0, 1, 2, 3]), ("repair", [0, 1, 2, 3])]
)
def test_the_policy_says_which_steps_are_asked_for(policy: str, wanted: list[int]) -> None:
    assignment = begin(after_first_error=policy)
    assert len(sheet_of(assignment).steps_to_grade) == 4
    grade_bad(assignment, 1)
    assert [step.index for step in sheet_of(assignment).steps_to_grade] == wanted


def test_the_first_error_is_the_first_in_the_chain_not_the_first_in_time() -> None:
    assignment = begin(after_first_error="continue")
    grade_bad(assignment, 2)
    grade_bad(assignment, 1)
    assert sheet_of(assignment).first_error_index == 1


def test_nobody_sees_what_another_annotator_gave() -> None:
    assignment = begin()
    grade_bad(assignment, 0, comment="secret")
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    others = make_assignment(campaign=assignment.campaign, annotator="ben")
    assert not any(step.grade for step in sheet_of(others).steps)


def test_nor_what_they_gave_themselves_in_another_campaign() -> None:
    assignment = begin()
    grade_bad(assignment, 0)
    elsewhere = make_assignment(campaign=make_campaign(key="another"))
    assert not any(step.grade for step in sheet_of(elsewhere).steps)


def test_the_grades_of_a_shared_prefix_are_carried_over() -> None:
    assignment = begin(overlap=1)
    make_chain("b", steps=["one", "two", "other"])
    given = [grade(assignment, index) for index in range(4)]
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    second = make_assignment(campaign=assignment.campaign)
    steps = sheet_of(second).steps
    assert [step.grade for step in steps] == [given[0], given[1], None]
    assert [step.carried for step in steps] == [True, True, False]
    grade(second, 0, revision=1)
    assert [step.carried for step in sheet_of(second).steps] == [False, True, False]


def test_the_grades_of_an_expired_assignment_are_carried_over() -> None:
    assignment = begin()
    given = grade(assignment, 0)
    later = assignment.expires_at.replace(year=2027)
    expire_leases(campaign=None, now=later)
    again = make_assignment(campaign=assignment.campaign, now=later)
    assert again.pk != assignment.pk
    assert (sheet_of(again).steps[0].grade, sheet_of(again).steps[0].carried) == (given, True)


def test_reading_a_sheet_takes_as_many_queries_for_many_grades_as_for_none() -> None:
    assignment = begin(after_first_error="repair")
    sheet_of(assignment)
    with CaptureQueriesContext(connection) as before:
        sheet_of(assignment)
    grade_bad(assignment, 0)
    for index in (1, 2, 3):
        grade(assignment, index, repairs=0, labels={"traits": ["terse"]})
    with CaptureQueriesContext(connection) as after:
        sheet_of(assignment)
    assert len(after) <= len(before) + 1
