"""One's own figures: exact, and untouched by whatever others do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import GradeState
from annotator.grading.own_work import DAYS_SHOWN, Figures, OwnWork, own_work
from annotator.grading.submitting import submit
from tests.makers import (
    NOW,
    grade,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
)
from tests.moving import edited, move, next_version, successor_of

pytestmark = pytest.mark.django_db
MIDNIGHT = NOW.replace(hour=0)
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a", steps=["one", "two", "three"])
    make_chain("b", steps=["four", "five", "six"])
    return make_campaign(annotators=["ada", "ben"], overlap=2, after_first_error="continue")


def work_of(name: str = "ada", *, midnight: datetime = MIDNIGHT) -> OwnWork:
    return own_work(annotator=make_user(name), midnight=midnight)


def hand_in(assignment: Assignment, *, now: datetime = NOW) -> None:
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=now)


def test_who_has_done_nothing_has_no_median_and_no_share(campaign: Campaign) -> None:
    work = work_of()
    assert work.today == work.in_all == Figures()
    assert work.in_all.median_seconds is None
    assert work.in_all.unsure_share is None
    assert work.campaigns == {}
    assert [day.steps for day in work.days] == [0] * DAYS_SHOWN


def test_today_and_in_all(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0, seconds=4, now=YESTERDAY)
    grade(assignment, 1, seconds=10, flag_reason="a typing error", now=NOW)
    grade(assignment, 2, seconds=8, state=GradeState.UNSURE, now=NOW)
    hand_in(assignment)
    work = work_of()
    assert work.today == Figures(chains=1, steps=2, seconds=18, median_seconds=9, unsure=1, flagged=1)
    assert work.in_all == Figures(chains=1, steps=3, seconds=22, median_seconds=8, unsure=1, flagged=1)
    assert work.in_all.unsure_share == pytest.approx(1 / 3)
    assert work.campaigns == {campaign.pk: work.in_all}
    assert [day.steps for day in work.days[-2:]] == [1, 2]


def test_the_days_end_with_today_and_leave_older_ones_out(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0, now=MIDNIGHT - timedelta(days=DAYS_SHOWN - 1))
    grade(assignment, 1, now=MIDNIGHT - timedelta(days=DAYS_SHOWN - 1, seconds=1))
    days = work_of().days
    assert len(days) == DAYS_SHOWN
    assert days[-1].day == NOW.date()
    assert [day.steps for day in days] == [1, *[0] * (DAYS_SHOWN - 1)]


def test_days_are_those_of_the_given_time_zone(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0, now=datetime(2026, 11, 19, 23, 30, tzinfo=UTC))
    assert [day.steps for day in work_of().days[-2:]] == [1, 0]
    in_berlin = datetime(2026, 11, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    work = work_of(midnight=in_berlin)
    assert [day.steps for day in work.days[-2:]] == [0, 1]
    assert work.today.steps == 1


def test_a_grade_that_was_taken_back_is_no_work(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    first = grade(assignment, 0, seconds=5)
    grade(assignment, 0, state=GradeState.CLEARED, revision=first.revision)
    assert work_of().in_all == Figures()


def test_bulk_and_unmeasured_steps_count_but_tell_nothing_of_the_time_a_step_takes(
    campaign: Campaign,
) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0, in_bulk=True, seconds=1)
    grade(assignment, 1, seconds=0)
    assert work_of().in_all.steps == 2
    assert work_of().in_all.median_seconds is None
    grade(assignment, 2, seconds=7)
    assert work_of().in_all.median_seconds == 7


def test_nothing_that_others_do_changes_it(campaign: Campaign) -> None:
    mine = make_assignment(campaign=campaign)
    grade(mine, 0, seconds=3)
    before = work_of()
    theirs = make_assignment(campaign=campaign, annotator="ben")
    for index in range(3):
        grade(theirs, index, seconds=60)
    hand_in(theirs)
    assert work_of() == before


def test_a_move_is_nobodys_work(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    for index in range(3):
        grade(assignment, index, seconds=5, now=YESTERDAY)
    hand_in(assignment, now=YESTERDAY)
    before = work_of()
    renamed = edited(("title: Terse", "title: Short"))
    move(campaign, next_version(campaign.taxonomy_version, renamed))
    assert work_of() == before
    assert work_of().in_all.chains == 1


def test_a_step_that_was_saved_anew_after_a_move_was_worked_on_twice(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0, seconds=5, now=YESTERDAY)
    move(campaign, next_version(campaign.taxonomy_version))
    grade(successor_of(assignment), 0, revision=1, seconds=3)
    assert work_of().in_all.steps == 2
    assert work_of().today.steps == 1
