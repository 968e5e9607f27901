"""A step may be said to repair an earlier one, as long as the same person calls that one flawed."""

import uuid

import pytest

from annotator.assignments.models import Assignment
from annotator.grading.checking import Refused
from annotator.grading.models import Grade
from annotator.grading.reading import read_sheet
from annotator.grading.repairing import unrepaired_words
from annotator.grading.submitting import NotComplete, submit
from tests.makers import NOW, grade, grade_bad, make_assignment, make_campaign, make_chain

pytestmark = pytest.mark.django_db


def begin(*, after_first_error: str = "repair") -> Assignment:
    """Ada's open assignment of a chain of four steps."""
    make_chain("a", steps=["one", "two", "three", "four"])
    return make_assignment(campaign=make_campaign(after_first_error=after_first_error))


def words(assignment: Assignment) -> list[str]:
    return [gap.words for gap in read_sheet(assignment=assignment).missing]


@pytest.mark.parametrize("policy", ["repair", "continue"])
def test_a_step_repairs_an_earlier_flawed_one(policy: str) -> None:
    assignment = begin(after_first_error=policy)
    grade_bad(assignment, 0)
    assert grade(assignment, 2, repairs=0).repairs == 0
    kept = Grade.objects.get(step__index=2)
    assert kept.repairs is not None
    assert kept.repairs.index == 0


def test_a_step_that_is_not_flawed_cannot_be_repaired() -> None:
    assignment = begin()
    grade(assignment, 0)
    for index in (0, 1):
        with pytest.raises(Refused, match=f"Step {index + 1} is not flawed"):
            grade(assignment, 2, repairs=index)
    assert Grade.objects.count() == 1


def test_anothers_verdict_makes_nothing_repairable() -> None:
    make_chain("a")
    campaign = make_campaign(annotators=["ada", "ben"], after_first_error="repair")
    mine, theirs = (make_assignment(campaign=campaign, annotator=name) for name in ("ada", "ben"))
    grade_bad(theirs, 0)
    with pytest.raises(Refused, match="not flawed"):
        grade(mine, 1, repairs=0)


def test_neither_itself_nor_a_later_one_can_be_repaired() -> None:
    assignment = begin()
    grade_bad(assignment, 2)
    for index in (1, 2):
        with pytest.raises(Refused, match="only repair an earlier one"):
            grade(assignment, index, repairs=2, revision=index - 1)


def test_a_link_whose_step_is_sound_after_all_is_a_gap() -> None:
    assignment = begin()
    grade_bad(assignment, 0)
    grade(assignment, 1, repairs=0)
    grade(assignment, 2)
    grade(assignment, 3)
    assert words(assignment) == []
    grade(assignment, 0, revision=1)
    assert words(assignment) == ["Step 2 repairs step 1, which is not flawed any more."]
    with pytest.raises(NotComplete):
        submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    grade(assignment, 1, revision=1)
    assert words(assignment) == []


def test_undo_may_bring_a_link_back_before_the_verdict_that_it_hangs_on() -> None:
    assignment = begin()
    grade_bad(assignment, 0)
    grade(assignment, 1, repairs=0)
    grade(assignment, 0, revision=1)
    grade(assignment, 1, revision=1)
    grade(assignment, 1, repairs=0, revision=2)
    grade_bad(assignment, 0, revision=2)
    assert not any("repairs" in gap for gap in words(assignment))


def test_the_same_write_again_is_not_refused_once_its_step_is_sound() -> None:
    assignment = begin()
    grade_bad(assignment, 0)
    operation = uuid.uuid4()
    first = grade(assignment, 1, repairs=0, operation_id=operation)
    grade(assignment, 0, revision=1)
    assert grade(assignment, 1, repairs=0, operation_id=operation) == first


def test_what_no_later_step_repairs_is_said_only_where_the_campaign_asks() -> None:
    assignment = begin()
    assert unrepaired_words(read_sheet(assignment=assignment)) == ""
    grade_bad(assignment, 0)
    grade_bad(assignment, 1)
    assert unrepaired_words(read_sheet(assignment=assignment)) == "No later step repairs steps 1, 2."
    grade(assignment, 2, repairs=0)
    assert unrepaired_words(read_sheet(assignment=assignment)) == "No later step repairs step 2."
    grade(assignment, 3, repairs=1)
    assert unrepaired_words(read_sheet(assignment=assignment)) == ""


def test_a_flawed_last_step_is_not_said_to_lack_a_repair() -> None:
    assignment = begin()
    grade_bad(assignment, 3)
    assert unrepaired_words(read_sheet(assignment=assignment)) == ""


def test_a_campaign_that_goes_on_does_not_ask_for_repairs() -> None:
    assignment = begin(after_first_error="continue")
    grade_bad(assignment, 0)
    assert unrepaired_words(read_sheet(assignment=assignment)) == ""
