"""Steps that are shown one after the other: how far somebody may read, and grade."""

from typing import Any

import pytest

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.checking import Refused
from annotator.grading.models import GradeState
from annotator.grading.reading import read_sheet
from annotator.grading.submitting import submit
from tests.makers import (
    NOW,
    give_up,
    grade,
    grade_bad,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
)
from tests.moving import SPLIT_TARGETS, move, next_version, successor_of

pytestmark = pytest.mark.django_db
FIVE = ("one", "two", "three", "four", "five")


def stepwise(steps: tuple[str, ...] = FIVE, **policy: Any) -> Assignment:
    make_chain("q/a", steps=steps)
    campaign = make_campaign(
        annotators=["ada", "ben"], **{"reveal": "stepwise", "after_first_error": "continue", **policy}
    )
    return make_assignment(campaign=campaign)


def revealed(assignment: Assignment) -> int:
    return read_sheet(assignment=Assignment.objects.get(pk=assignment.pk)).revealed


def test_the_first_step_is_there_and_each_grade_brings_the_next() -> None:
    assignment = stepwise()
    counts = [revealed(assignment)]
    for index in range(5):
        grade(assignment, index)
        counts.append(revealed(assignment))
    assert counts == [1, 2, 3, 4, 5, 5]


def test_unsure_is_a_grade() -> None:
    assignment = stepwise()
    grade(assignment, 0, state=GradeState.UNSURE)
    assert revealed(assignment) == 2


def test_what_was_seen_stays_seen_when_the_grade_is_taken_back() -> None:
    assignment = stepwise()
    grade(assignment, 0)
    grade(assignment, 1)
    grade(assignment, 1, revision=1, state=GradeState.CLEARED)
    grade(assignment, 0, revision=1, state=GradeState.CLEARED)
    assert revealed(assignment) == 3


@pytest.mark.parametrize("index", [1, 4])
def test_a_step_that_is_not_shown_takes_no_grade(index: int) -> None:
    assignment = stepwise()
    with pytest.raises(Refused, match=f"Step {index + 1} is not shown yet"):
        grade(assignment, index)


def test_where_all_are_shown_any_step_takes_one() -> None:
    grade(stepwise(reveal="all"), 4)


def test_what_another_person_graded_shows_nothing() -> None:
    assignment = stepwise()
    others = make_assignment(campaign=assignment.campaign, annotator="ben")
    for index in range(3):
        grade(others, index)
    assert revealed(assignment) == 1


def test_after_the_first_error_the_rest_stays_hidden() -> None:
    assignment = stepwise(after_first_error="stop")
    grade(assignment, 0)
    grade_bad(assignment, 1)
    assert revealed(assignment) == 2
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    assert revealed(assignment) == 2


def test_what_was_seen_before_an_error_was_found_stays_seen() -> None:
    assignment = stepwise(after_first_error="stop")
    grade(assignment, 0)
    grade(assignment, 1)
    grade_bad(assignment, 1, revision=1)
    assert revealed(assignment) == 3
    grade_bad(assignment, 0, revision=1)
    assert revealed(assignment) == 3


def test_an_error_that_is_taken_back_lets_the_chain_go_on() -> None:
    assignment = stepwise(after_first_error="stop")
    grade_bad(assignment, 0)
    grade(assignment, 0, revision=1)
    assert revealed(assignment) == 2


def test_a_submitted_chain_shows_what_was_shown() -> None:
    assignment = stepwise()
    grade(assignment, 0)
    give_up(assignment)
    assert revealed(assignment) == 2


def shared_prefix(**policy: Any) -> tuple[Campaign, Assignment]:
    """Ada's open chain and, in the campaign, another that begins with the same two steps."""
    make_chain("q/a", steps=["one", "two", "three"])
    make_chain("q/b", steps=["one", "two", "other", "end"])
    campaign = make_campaign(annotators=["ada"], reveal="stepwise", **policy)
    return campaign, make_assignment(campaign=campaign)


def test_steps_graded_in_another_chain_count() -> None:
    campaign, first = shared_prefix(after_first_error="continue")
    for index in range(3):
        grade(first, index)
    submit(public_id=first.public_id, annotator=make_user("ada"), now=NOW)
    assert revealed(make_assignment(campaign=campaign)) == 3


def test_an_error_that_came_along_hides_the_rest() -> None:
    campaign, first = shared_prefix(after_first_error="stop")
    grade(first, 0)
    grade(first, 1)
    grade_bad(first, 1, revision=1)
    submit(public_id=first.public_id, annotator=make_user("ada"), now=NOW)
    second = make_assignment(campaign=campaign)
    # In the first chain the third step had been seen; in this one it never was.
    assert (revealed(first), revealed(second)) == (3, 2)


def test_a_grade_that_a_move_left_behind_was_still_given_with_the_step_in_sight() -> None:
    assignment = stepwise()
    grade(assignment, 0)
    grade(assignment, 1, verdict="okay")
    targets = {**SPLIT_TARGETS, "verdict.okay": []}
    later = next_version(assignment.campaign.taxonomy_version, targets=targets)
    move(assignment.campaign, later)
    successor = successor_of(assignment)
    assert [step.decided for step in read_sheet(assignment=successor).steps[:2]] == [True, False]
    assert revealed(successor) == 3


def test_a_chain_keeps_the_policy_under_which_it_was_claimed() -> None:
    assignment = stepwise()
    Campaign.objects.update(reveal="all")
    assert revealed(assignment) == 1
    with pytest.raises(Refused, match="not shown yet"):
        grade(assignment, 3)
    # Claimed before that was kept: as the campaign says.
    Assignment.objects.update(exposure={})
    assert revealed(assignment) == 5
    grade(assignment, 3)


def test_what_the_campaign_showed_is_kept_with_the_assignment() -> None:
    assignment = stepwise(reference="shown")
    assert assignment.exposure == {"reference": "shown", "reveal": "stepwise"}
