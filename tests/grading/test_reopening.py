"""Taking up a chain again: whose, until when, what steps aside for it, and what comes of races."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from annotator.analysis.gathering import freshness
from annotator.assignments.claiming import claim_next, expire_leases
from annotator.assignments.models import Assignment, Campaign, Membership
from annotator.grading.models import Grade, GradeRevision
from annotator.grading.reopening import SITTING, NotReopenable, reopen
from annotator.grading.saving import AssignmentNotOpen
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
from tests.moving import move, next_version, successor_of
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def make_pilot(**policy: Any) -> Campaign:
    for chain_id in ("q/a", "r/b", "s/c"):
        make_chain(chain_id)
    return make_campaign(
        annotators=["ada", "ben"], **{"overlap": 2, "after_first_error": "continue", **policy}
    )


def hand_in(assignment: Assignment) -> Assignment:
    for index in range(3):
        grade(assignment, index)
    return submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)


def take_up(assignment: Assignment, *, name: str = "ada", now: Any = LATER) -> Assignment:
    return reopen(public_id=assignment.public_id, annotator=make_user(name), now=now)


def status_of(assignment: Assignment) -> str:
    assignment.refresh_from_db()
    return assignment.status


def test_a_submitted_chain_is_open_again_with_all_it_says() -> None:
    done = hand_in(make_assignment(campaign=make_pilot()))
    again = take_up(done)
    again.refresh_from_db()
    assert (again.pk, again.status, again.submitted_at, again.finish_reason) == (done.pk, "open", None, "")
    assert again.expires_at == LATER + timedelta(minutes=240)
    assert [grade.state for grade in Grade.objects.filter(assignment=again)] == ["graded"] * 3
    grade_bad(again, 2, revision=1)
    submit(public_id=again.public_id, annotator=again.annotator, now=LATER)
    assert status_of(again) == "submitted"
    assert again.finish_reason == "found_error"
    assert GradeRevision.objects.filter(assignment=again).count() == 4


def test_when_it_was_taken_up_again_is_kept() -> None:
    done = hand_in(make_assignment(campaign=make_pilot()))
    again = take_up(done)
    submit(public_id=again.public_id, annotator=again.annotator, now=LATER)
    take_up(again, now=LATER + timedelta(minutes=1))
    again.refresh_from_db()
    assert again.exposure["reopened_at"] == [
        LATER.isoformat(),
        (LATER + timedelta(minutes=1)).isoformat(),
    ]


def test_taking_up_what_is_open_changes_nothing() -> None:
    assignment = make_assignment(campaign=make_pilot())
    again = take_up(assignment)
    assert (again.pk, again.expires_at, again.exposure) == (
        *(assignment.pk, assignment.expires_at, assignment.exposure),
    )


def test_a_chain_that_was_only_given_out_goes_back_and_may_be_had_again() -> None:
    campaign = make_pilot(overlap=1)
    done = hand_in(make_assignment(campaign=campaign))
    following = make_assignment(campaign=campaign)
    take_up(done)
    assert status_of(following) == "expired"
    assert make_assignment(campaign=campaign, annotator="ben").chain == following.chain
    submit(public_id=done.public_id, annotator=done.annotator, now=LATER)
    assert make_assignment(campaign=campaign).chain.external_id == "s/c"


def test_a_chain_that_was_begun_keeps_its_seat_and_comes_back_with_the_next_claim() -> None:
    campaign = make_pilot(overlap=1)
    done = hand_in(make_assignment(campaign=campaign))
    begun = make_assignment(campaign=campaign)
    grade(begun, 0, comment="halfway")
    take_up(done)
    assert status_of(begun) == "returned"
    assert make_assignment(campaign=campaign, annotator="ben").chain != begun.chain
    submit(public_id=done.public_id, annotator=done.annotator, now=LATER)
    assert make_assignment(campaign=campaign) == begun
    assert status_of(begun) == "open"
    assert Grade.objects.get(assignment=begun).comment == "halfway"


def test_a_chain_that_was_handed_in_once_is_never_lost_to_a_lease_or_to_another() -> None:
    campaign = make_pilot()
    empty = give_up(make_assignment(campaign=campaign))
    done = hand_in(make_assignment(campaign=campaign))
    take_up(empty)
    take_up(done)
    assert status_of(empty) == "returned"
    expire_leases(campaign=None, now=LATER + timedelta(days=1))
    assert status_of(done) == "returned"
    assert make_assignment(campaign=campaign) in {empty, done}


def test_back_over_several_chains_and_forward_again() -> None:
    campaign = make_pilot()
    first = hand_in(make_assignment(campaign=campaign))
    second = hand_in(make_assignment(campaign=campaign))
    third = make_assignment(campaign=campaign)
    take_up(second)
    take_up(first)
    assert [status_of(each) for each in (first, second, third)] == ["open", "returned", "expired"]
    for each in (first, second):
        assert make_assignment(campaign=campaign) == each
        submit(public_id=each.public_id, annotator=each.annotator, now=LATER)
    assert make_assignment(campaign=campaign).chain == third.chain


def test_what_was_handed_in_half_graded_can_be_finished() -> None:
    done = give_up(make_assignment(campaign=make_pilot()))
    again = take_up(done)
    for index in range(3):
        grade(again, index)
    assert submit(public_id=again.public_id, annotator=again.annotator, now=LATER).finish_reason == "solution"


def test_somebody_elses_is_as_good_as_none() -> None:
    done = hand_in(make_assignment(campaign=make_pilot()))
    with pytest.raises(Assignment.DoesNotExist):
        take_up(done, name="ben")
    assert status_of(done) == "submitted"


def paused(campaign: Campaign) -> None:
    Campaign.objects.update(status="paused")


def suspended(campaign: Campaign) -> None:
    Membership.objects.filter(user__username="ada").update(state="suspended")


def moved(campaign: Campaign) -> None:
    move(campaign, next_version(campaign.taxonomy_version))


@pytest.mark.parametrize(
    ("change", "words"),
    [(paused, "not active now"), (suspended, "not an active annotator"), (moved, "newer version")],
)
def test_what_stays_as_it_was_handed_in(change: Callable[[Campaign], None], words: str) -> None:
    campaign = make_pilot()
    done = hand_in(make_assignment(campaign=campaign))
    change(campaign)
    with pytest.raises(NotReopenable, match=words):
        take_up(done)
    assert status_of(done) == "submitted"


def test_a_sitting_is_over_after_twelve_hours() -> None:
    done = hand_in(make_assignment(campaign=make_pilot()))
    with pytest.raises(NotReopenable, match="more than 12 hours ago"):
        take_up(done, now=NOW + SITTING + timedelta(seconds=1))
    assert take_up(done, now=NOW + SITTING).status == "open"


@pytest.mark.parametrize("status", ["expired", "skipped", "returned"])
def test_only_what_was_handed_in_is_taken_up_again(status: str) -> None:
    assignment = make_assignment(campaign=make_pilot())
    Assignment.objects.filter(pk=assignment.pk).update(status=status)
    with pytest.raises(NotReopenable, match="not handed in"):
        take_up(assignment)


def test_after_a_move_the_successor_can_be_taken_up_again() -> None:
    campaign = make_pilot()
    done = hand_in(make_assignment(campaign=campaign))
    moved(campaign)
    successor = successor_of(done)
    assert take_up(successor).status == "open"


def test_a_chain_keeps_its_rendering_when_it_is_taken_up_set_aside_or_had_again() -> None:
    campaign = make_pilot(plain_share=1.0)
    done = hand_in(make_assignment(campaign=campaign))
    begun = make_assignment(campaign=campaign)
    grade(begun, 0)
    Campaign.objects.update(plain_share=0.0)
    assert take_up(done).rendering == "plain"
    submit(public_id=done.public_id, annotator=done.annotator, now=LATER)
    assert make_assignment(campaign=campaign).rendering == "plain"
    assert expire_leases(campaign=campaign, now=NOW + timedelta(days=2)) == 1
    had_again = make_assignment(campaign=campaign)
    assert (had_again.chain, had_again.rendering, had_again.rendering_seed) == (begun.chain, "plain", 0)
    assert set(Grade.objects.values_list("rendering", flat=True)) == {"plain"}


def seen(campaign: Campaign) -> int:
    return freshness(campaign_id=campaign.pk, version_id=campaign.taxonomy_version_id).revision_count


def test_every_way_to_and_fro_makes_a_report_stale() -> None:
    campaign = make_pilot()
    counts = [seen(campaign)]
    done = hand_in(make_assignment(campaign=campaign))
    counts.append(seen(campaign))
    take_up(done)
    counts.append(seen(campaign))
    grade_bad(done, 1, revision=1)
    counts.append(seen(campaign))
    submit(public_id=done.public_id, annotator=done.annotator, now=LATER)
    counts.append(seen(campaign))
    assert counts == sorted(set(counts))


def test_one_taken_up_and_another_handed_in_do_not_look_like_nothing() -> None:
    campaign = make_pilot()
    done = hand_in(make_assignment(campaign=campaign))
    waiting = make_assignment(campaign=campaign, annotator="ben")
    for index in range(3):
        grade(waiting, index)
    before = seen(campaign)
    take_up(done)
    submit(public_id=waiting.public_id, annotator=waiting.annotator, now=LATER)
    assert seen(campaign) != before


@pytest.mark.django_db(transaction=True)
def test_taken_up_many_times_at_once_it_is_open_once() -> None:
    campaign = make_pilot()
    first = hand_in(make_assignment(campaign=campaign))
    second = hand_in(make_assignment(campaign=campaign))
    make_assignment(campaign=campaign)
    answers = all_at_once([partial(take_up, each) for each in (first, second) * 4])
    assert all(isinstance(answer, (Assignment, NotReopenable)) for answer in answers), answers
    assert Assignment.objects.filter(status="open").count() == 1
    assert {status_of(first), status_of(second)} == {"open", "returned"}


@pytest.mark.django_db(transaction=True)
def test_taken_up_while_claiming_leaves_one_open_chain() -> None:
    campaign = make_pilot()
    done = hand_in(make_assignment(campaign=campaign))
    claim = partial(claim_next, campaign=campaign, annotator=make_user("ada"), now=LATER, seed=0)
    calls: list[Callable[[], object]] = [partial(take_up, done), *[claim] * 3]
    answers = all_at_once(calls)
    assert all(isinstance(answer, Assignment) for answer in answers), answers
    assert list(Assignment.objects.filter(status="open").values_list("pk", flat=True)) == [done.pk]


@pytest.mark.django_db(transaction=True)
def test_taken_up_while_the_next_chain_is_being_graded_loses_no_grade() -> None:
    campaign = make_pilot()
    done = hand_in(make_assignment(campaign=campaign))
    following = make_assignment(campaign=campaign)
    calls: list[Callable[[], object]] = [partial(take_up, done), partial(grade, following, 0)]
    answers = all_at_once(calls)
    assert isinstance(answers[0], Assignment), answers
    has_grade = Grade.objects.filter(assignment=following).exists()
    assert has_grade == (not isinstance(answers[1], Exception))
    assert status_of(following) == ("returned" if has_grade else "expired")


@pytest.mark.django_db(transaction=True)
def test_taken_up_while_the_campaign_moves_it_is_moved_or_refused() -> None:
    campaign = make_pilot()
    done = hand_in(make_assignment(campaign=campaign))
    later = next_version(campaign.taxonomy_version)
    calls: list[Callable[[], object]] = [partial(take_up, done), partial(move, campaign, later)]
    answers = all_at_once(calls)
    assert not isinstance(answers[1], Exception), answers
    if isinstance(answers[0], Assignment):
        assert (status_of(done), successor_of(done).status) == ("moved", "open")
    else:
        assert isinstance(answers[0], NotReopenable), answers
        assert (status_of(done), successor_of(done).status) == ("submitted", "submitted")


def test_a_write_to_a_chain_that_stepped_aside_is_refused() -> None:
    campaign = make_pilot()
    done = hand_in(make_assignment(campaign=campaign))
    begun = make_assignment(campaign=campaign)
    grade(begun, 0)
    take_up(done)
    with pytest.raises(AssignmentNotOpen, match="not saved"):
        grade(begun, 1)
