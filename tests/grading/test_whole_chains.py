"""Answers about the whole chain: the same one way of writing, and what reading and submitting make of them."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.analysis.gathering import freshness
from annotator.assignments.claiming import expire_leases
from annotator.assignments.models import Assignment, FinishReason
from annotator.grading.checking import GradeWrite, Refused
from annotator.grading.models import Answer, Grade, GradeRevision
from annotator.grading.reading import Sheet, read_sheet
from annotator.grading.saving import AssignmentNotOpen, Conflict, save_grade
from annotator.grading.submitting import NotComplete, submit
from tests.makers import (
    NOW,
    WHOLE_CHAIN,
    answer,
    give_up,
    grade,
    make_assignment,
    make_campaign,
    make_chain,
    make_version,
    writing,
)
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db
EVERYTHING: dict[str, Any] = {
    "labels": {"approach": ["unsound"], "reason": ["misread"], "style": ["short", "clear"]},
    "texts": {"advice": " read it\nagain "},
    "comment": "hm",
    "seconds": 4.5,
}


def begin(**policy: Any) -> Assignment:
    """Ada's open assignment of a chain of three steps, in a campaign that also asks about whole chains."""
    make_chain("a")
    return make_assignment(campaign=make_campaign(version=make_version(WHOLE_CHAIN), **policy))


def said(**more: Any) -> GradeWrite:
    return writing(None, **{"state": "answered", "labels": {"approach": ["sound"]}, **more})


def save(assignment: Assignment, write: GradeWrite) -> Any:
    return save_grade(public_id=assignment.public_id, annotator=assignment.annotator, write=write, now=NOW)


def sheet_of(assignment: Assignment) -> Sheet:
    return read_sheet(assignment=Assignment.objects.get(pk=assignment.pk))


# Saving


def test_what_is_said_of_the_whole_chain_is_stored_as_it_was_given() -> None:
    assignment = begin()
    given = answer(assignment, **EVERYTHING)
    kept = Grade.objects.get()
    assert (given.index, given.revision, given.state, given.verdict) == (None, 1, "answered", None)
    assert given.labels == {"approach": ("unsound",), "reason": ("misread",), "style": ("clear", "short")}
    assert (kept.step, kept.chain, kept.comment, kept.seconds) == (None, assignment.chain, "hm", 4.5)
    assert set(Answer.objects.values_list("scope", flat=True)) == {"chain"}
    assert sheet_of(assignment).whole == given


def test_a_step_and_the_whole_chain_are_two_grades() -> None:
    assignment = begin()
    for index in range(3):
        grade(assignment, index)
    answer(assignment)
    answer(assignment, revision=1, labels={"approach": ["unsound"], "reason": ["circular"]})
    sheet = sheet_of(assignment)
    assert [step.grade.revision for step in sheet.steps if step.grade] == [1, 1, 1]
    assert sheet.whole is not None
    assert (sheet.whole.revision, sheet.whole.labels["approach"]) == (2, ("unsound",))


def test_the_same_operation_again_gets_its_own_answer_again_also_after_later_ones() -> None:
    assignment = begin()
    write = said(**EVERYTHING)
    first = save(assignment, write)
    answer(assignment, revision=1)
    give_up(assignment)
    assert save(assignment, write) == first
    assert GradeRevision.objects.count() == 2


def test_an_operation_of_a_step_is_not_one_of_the_whole_chain() -> None:
    assignment = begin()
    operation = uuid.uuid4()
    grade(assignment, 0, operation_id=operation)
    with pytest.raises(Refused, match="used for another write"):
        save(assignment, said(operation_id=operation))


def test_a_write_on_an_older_revision_gets_what_stands_instead() -> None:
    assignment = begin()
    standing = answer(assignment, **EVERYTHING)
    with pytest.raises(Conflict, match="whole chain was answered in another tab") as caught:
        answer(assignment)
    assert caught.value.current == standing


@pytest.mark.django_db(transaction=True)
def test_of_two_first_answers_at_once_one_is_stored() -> None:
    assignment = begin()

    def write_one() -> str:
        try:
            answer(assignment)
        except Conflict:
            return "conflict"
        return "stored"

    assert {*all_at_once([write_one] * 2)} == {"conflict", "stored"}
    assert Grade.objects.count() == GradeRevision.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"labels": {"error": ["sign"]}}, "'error' is not asked of the whole chain"),
        (
            {"labels": {"approach": ["sound"], "reason": ["misread"]}},
            "'reason' is not asked of the whole chain",
        ),
        ({"labels": {"approach": ["sound", "unsound"]}}, "'approach' takes one label"),
        ({"labels": {"approach": ["sign"]}}, "'approach' has no such label"),
        ({"labels": {"style": ["short", "short"]}}, "'style' takes each label once"),
        ({"labels": {}, "texts": {"style": "x"}}, "'style' takes no text"),
        ({"labels": {}, "texts": {"advice": "x\x00"}}, "NUL"),
        ({"state": "graded", "verdict": "good"}, "no verdict of its own"),
        ({"state": "unsure"}, "no verdict of its own"),
        ({"verdict": "good"}, "A graded step has a verdict"),
        ({"repairs": 0}, "no verdict of its own"),
        ({"labels": {}}, "Say something about the whole chain"),
        ({"state": "cleared"}, "A cleared grade says nothing"),
        ({"seconds": float("nan")}, "seconds of one step"),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        save(begin(), said(**more))
    assert not Grade.objects.exists()


def test_a_step_is_not_asked_what_the_whole_chain_is() -> None:
    assignment = begin()
    with pytest.raises(Refused, match="'approach' is not asked for this step"):
        grade(assignment, 0, labels={"approach": ["sound"]})
    with pytest.raises(Refused, match="A step is graded, unsure or cleared"):
        grade(assignment, 0, state="answered")


def test_a_taxonomy_that_asks_nothing_of_chains_takes_no_answer() -> None:
    make_chain("a")
    with pytest.raises(Refused, match="Nothing is asked of the whole chain"):
        answer(make_assignment(campaign=make_campaign()), labels={}, comment="hm")


def test_after_the_end_nothing_more_is_said_of_it() -> None:
    assignment = begin()
    give_up(assignment)
    with pytest.raises(AssignmentNotOpen):
        answer(assignment)


def test_a_save_takes_its_three_statements_and_those_of_its_answers() -> None:
    assignment = begin()
    answer(assignment)
    with CaptureQueriesContext(connection) as queries:
        answer(assignment, revision=1)
    told = [query["sql"].strip().split()[0] for query in queries]
    assert told == ["SAVEPOINT", "SELECT", "SELECT", "UPDATE", "INSERT", "RELEASE"]


# Reading


def test_the_answers_come_back_with_the_chain_after_a_lease_has_run_out() -> None:
    assignment = begin()
    given = answer(assignment)
    later = assignment.expires_at.replace(year=2027)
    expire_leases(campaign=None, now=later)
    again = make_assignment(campaign=assignment.campaign, now=later)
    assert again.pk != assignment.pk
    assert sheet_of(again).whole == given


def test_nobody_sees_what_others_said_of_a_chain_nor_of_another_that_begins_alike() -> None:
    make_chain("b", steps=["one", "two", "other"])
    assignment = begin(annotators=["ada", "ben"], overlap=2)
    answer(assignment)
    give_up(assignment)
    for name in ("ada", "ben"):
        assert sheet_of(make_assignment(campaign=assignment.campaign, annotator=name)).whole is None


def test_an_answer_about_a_whole_chain_makes_a_report_stale() -> None:
    assignment = begin()
    answer(assignment)
    campaign = assignment.campaign
    assert freshness(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id).revision_count == 1


# Submitting


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        (None, "The whole chain needs: Is the approach sound?"),
        ({"labels": {"style": ["short"]}}, "The whole chain needs: Is the approach sound?"),
        ({"labels": {"approach": ["unsound"]}}, "The whole chain needs: Why not?"),
        ({"state": "cleared", "labels": {}}, "The whole chain needs: Is the approach sound?"),
    ],
)
def test_a_required_answer_about_the_whole_chain_is_missed(more: dict[str, Any] | None, missing: str) -> None:
    assignment = begin()
    for index in range(3):
        grade(assignment, index)
    if more is not None:
        answer(assignment, **more)
    with pytest.raises(NotComplete) as caught:
        submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    assert [(gap.index, gap.words) for gap in caught.value.missing] == [(None, missing)]


def test_the_steps_come_first_in_what_is_missing() -> None:
    assignment = begin()
    grade(assignment, 0)
    with pytest.raises(NotComplete) as caught:
        submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    assert [gap.index for gap in caught.value.missing] == [1, 2, None]


def test_a_chain_whose_whole_was_judged_is_submitted_with_the_time_it_took() -> None:
    assignment = begin()
    for index in range(3):
        grade(assignment, index, seconds=10)
    answer(assignment, **EVERYTHING)
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    kept = Assignment.objects.get()
    assert (kept.finish_reason, kept.active_seconds) == (FinishReason.SOLUTION, 34)


def test_a_campaign_that_stops_at_the_first_error_still_asks_about_the_whole_chain() -> None:
    assignment = begin(after_first_error="stop")
    grade(assignment, 0, verdict="bad")
    with pytest.raises(NotComplete, match="The whole chain needs"):
        submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    answer(assignment)
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    assert Assignment.objects.get().finish_reason == FinishReason.FOUND_ERROR


def test_who_gives_up_owes_no_answer_about_the_whole_chain() -> None:
    assert give_up(begin()).finish_reason == FinishReason.GIVE_UP
