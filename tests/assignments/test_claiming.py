import random
from datetime import timedelta
from functools import partial

import pytest

from annotator.assignments.claiming import NotClaimable, claim_next, expire_leases, skip, take_back
from annotator.assignments.members import add_member
from annotator.assignments.models import Assignment, Campaign, Membership, Role
from annotator.assignments.progress import progress_of
from annotator.chains.models import Dataset
from annotator.grading.models import Grade
from tests.makers import (
    NOW,
    give_up,
    grade,
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_chain,
    make_dataset,
    make_user,
)
from tests.moving import move, next_version
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db
AFTER_THE_LEASE = NOW + timedelta(minutes=241)


def make_chains(*chain_ids: str) -> Dataset:
    dataset = make_dataset()
    run = import_lines(dataset, *[line(chain_id, problem_id=chain_id) for chain_id in chain_ids])
    assert run.state == "done", run.line_errors
    return dataset


def claim(campaign: Campaign, name: str) -> str | None:
    """The chain that is given out, by its id."""
    assignment = claim_next(campaign=campaign, annotator=make_user(name), now=NOW, seed=0)
    return assignment.chain.external_id if assignment else None


def claim_and_hand_in(campaign: Campaign, name: str) -> str:
    assignment = make_assignment(campaign=campaign, annotator=name)
    give_up(assignment)
    return assignment.chain.external_id


def test_a_chain_is_given_out_with_a_lease_and_a_seat() -> None:
    make_chains("a")
    campaign = make_campaign(lease_minutes=30)
    assignment = make_assignment(campaign=campaign)
    assert (assignment.status, assignment.seat, assignment.purpose) == ("open", 0, "work")
    assert assignment.taxonomy_version == campaign.taxonomy_version
    assert (assignment.claimed_at, assignment.expires_at) == (NOW, NOW + timedelta(minutes=30))


def test_the_same_person_gets_the_same_assignment_until_it_is_handed_in() -> None:
    make_chains("a", "b")
    campaign = make_campaign(annotators=["ada"])
    first = make_assignment(campaign=campaign)
    again = make_assignment(campaign=campaign, now=NOW + timedelta(minutes=10))
    assert again == first
    assert again.expires_at == first.expires_at + timedelta(minutes=10)
    give_up(first)
    assert make_assignment(campaign=campaign).chain.external_id == "b"


def test_a_person_never_gets_a_chain_twice_and_then_nothing_is_left() -> None:
    make_chains("a", "b")
    campaign = make_campaign(overlap=3)
    assert [claim_and_hand_in(campaign, "ada") for _ in range(2)] == ["a", "b"]
    assert claim(campaign, "ada") is None


def test_a_chain_whose_seats_are_taken_is_not_given_out() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada", "ben", "cleo"], overlap=2)
    assert [claim(campaign, name) for name in ("ada", "ben", "cleo")] == ["a", "a", None]
    assert sorted(Assignment.objects.values_list("seat", flat=True)) == [0, 1]


def test_chains_that_others_have_begun_come_first_then_import_order() -> None:
    make_chains("a", "b", "c")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=2)
    skip(assignment=make_assignment(campaign=campaign, annotator="ada"))
    assert claim(campaign, "ada") == "b"
    assert claim_and_hand_in(campaign, "ben") == "b"
    assert claim_and_hand_in(campaign, "ben") == "a"
    assert claim(campaign, "ben") == "c"


def test_a_skipped_chain_is_not_given_to_its_person_again_and_its_seat_goes_to_another() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada", "ben", "cleo", "dan"], overlap=2)
    first = make_assignment(campaign=campaign, annotator="ada")
    assert claim(campaign, "ben") == "a"
    skip(assignment=first)
    assert claim(campaign, "ada") is None
    refilled = make_assignment(campaign=campaign, annotator="cleo")
    assert refilled.seat == first.seat
    assert claim(campaign, "dan") is None


def test_skipping_what_was_handed_in_changes_nothing() -> None:
    make_chains("a")
    assignment = make_assignment(campaign=make_campaign())
    give_up(assignment)
    skip(assignment=assignment)
    assert Assignment.objects.get().status == "submitted"


def test_an_expired_chain_goes_back_with_its_grades_and_its_person_may_have_it_again() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=1)
    lost = make_assignment(campaign=campaign, annotator="ada")
    grade(lost)
    taken_over = make_assignment(campaign=campaign, annotator="ben", now=AFTER_THE_LEASE)
    lost.refresh_from_db()
    assert (lost.status, taken_over.chain_id) == ("expired", lost.chain_id)
    assert claim_next(campaign=campaign, annotator=lost.annotator, now=AFTER_THE_LEASE, seed=0) is None
    skip(assignment=taken_over)
    again = make_assignment(campaign=campaign, annotator="ada", now=AFTER_THE_LEASE)
    assert (again.chain_id, again.pk != lost.pk) == (lost.chain_id, True)
    assert Grade.objects.get().assignment == lost


def test_a_lease_that_ran_out_is_renewed_for_its_person_while_the_seat_is_theirs() -> None:
    make_chains("a")
    campaign = make_campaign()
    first = make_assignment(campaign=campaign)
    assert make_assignment(campaign=campaign, now=AFTER_THE_LEASE) == first


def test_leases_expire_only_after_their_time_and_never_for_what_was_handed_in() -> None:
    make_chains("a", "b")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=1)
    give_up(make_assignment(campaign=campaign, annotator="ada"))
    make_assignment(campaign=campaign, annotator="ben")
    assert expire_leases(campaign=None, now=NOW + timedelta(minutes=240)) == 0
    assert expire_leases(campaign=None, now=AFTER_THE_LEASE) == 1
    assert expire_leases(campaign=None, now=AFTER_THE_LEASE) == 0
    assert set(Assignment.objects.values_list("status", flat=True)) == {"submitted", "expired"}


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_campaign_that_is_not_active_gives_out_nothing(status: str) -> None:
    make_chains("a")
    campaign = make_campaign()
    Campaign.objects.update(status=status)
    with pytest.raises(NotClaimable, match=status):
        claim(campaign, "ada")


def test_only_active_annotators_of_the_campaign_get_chains() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada"])
    make_campaign(annotators=["eve"], key="another")
    for role, name in ((Role.REVIEWER, "rita"), (Role.RESEARCHER, "rosa")):
        add_member(campaign=campaign, user=make_user(name), role=role)
    Membership.objects.filter(user__username="ada").update(state="suspended")
    for name in ("ada", "eve", "rita", "rosa", "nobody"):
        with pytest.raises(NotClaimable, match="not an active annotator"):
            claim(campaign, name)
    assert not Assignment.objects.exists()


def test_campaigns_over_one_dataset_give_out_seats_of_their_own() -> None:
    make_chains("a")
    campaigns = [make_campaign(key=key, overlap=1) for key in ("first", "second")]
    assert [claim(campaign, "ada") for campaign in campaigns] == ["a", "a"]


def test_a_chain_of_another_dataset_is_not_given_out() -> None:
    make_chain("z", dataset=make_dataset("elsewhere"))
    assert claim(make_campaign(), "ada") is None


def test_a_lowered_overlap_gives_out_no_further_seat_and_a_raised_one_does() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada", "ben", "cleo"], overlap=2)
    assert claim(campaign, "ada") == "a"
    Campaign.objects.update(overlap=1)
    assert claim(campaign, "ben") is None
    Campaign.objects.update(overlap=3)
    assert [claim(campaign, name) for name in ("ben", "cleo")] == ["a", "a"]


def test_a_chain_that_a_person_had_as_gold_is_not_given_to_them_as_work() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada", "ben"])
    assignment = make_assignment(campaign=campaign)
    assignment.delete()
    assignment.pk, assignment.purpose, assignment.status = None, "gold", "submitted"
    assignment.submitted_at, assignment.finish_reason = NOW, "solution"
    assignment.save(force_insert=True)
    assert claim(campaign, "ada") is None
    assert claim(campaign, "ben") == "a"


def test_the_seed_decides_on_plain_rendering_and_is_kept() -> None:
    make_chains(*map(str, range(40)))
    campaign = make_campaign(plain_share=0.25, overlap=1)
    drawn = []
    for seed in range(40):
        assignment = claim_next(campaign=campaign, annotator=make_user("ada"), now=NOW, seed=seed)
        assert assignment is not None
        assert assignment.rendering_seed == seed
        assert (assignment.rendering == "plain") == (random.Random(seed).random() < 0.25)
        drawn.append(assignment.rendering)
        give_up(assignment)
    assert 0 < drawn.count("plain") < 20


@pytest.mark.django_db(transaction=True)
def test_forty_claims_at_once_on_one_chain_with_overlap_three_give_three_assignments() -> None:
    make_chains("a")
    people = [f"person{number}" for number in range(40)]
    campaign = make_campaign(annotators=people, overlap=3)
    answers = all_at_once([partial(claim, campaign, name) for name in people])
    assert sorted(answers, key=str) == [None] * 37 + ["a"] * 3
    assert sorted(Assignment.objects.values_list("seat", flat=True)) == [0, 1, 2]
    assert Assignment.objects.values("annotator").distinct().count() == 3


@pytest.mark.django_db(transaction=True)
def test_claims_and_skips_at_once_break_nothing_and_leave_every_seat_to_be_taken_once() -> None:
    make_chains("a", "b", "c")
    skippers, claimers = (
        [f"skipper{number}" for number in range(4)],
        [f"claimer{number}" for number in range(8)],
    )
    campaign = make_campaign(annotators=skippers + claimers, overlap=2)

    def claim_and_skip(name: str) -> str | None:
        assignment = claim_next(campaign=campaign, annotator=make_user(name), now=NOW, seed=0)
        if assignment is not None:
            skip(assignment=assignment)
        return claim(campaign, name)

    answers = all_at_once(
        [
            *(partial(claim_and_skip, name) for name in skippers),
            *(partial(claim, campaign, name) for name in claimers),
        ]
    )
    assert set(answers) <= {None, "a", "b", "c"}
    for name in claimers:
        claim(campaign, name)
    seats = Assignment.objects.filter(status="open").values_list("chain__external_id", "seat")
    assert sorted(seats) == [(chain, seat) for chain in "abc" for seat in (0, 1)]


@pytest.mark.django_db(transaction=True)
def test_one_person_clicking_many_times_at_once_gets_one_assignment() -> None:
    make_chains("a", "b", "c")
    campaign = make_campaign()
    answers = all_at_once([partial(make_assignment, campaign=campaign) for _ in range(8)])
    assert len({answer.pk for answer in answers if isinstance(answer, Assignment)}) == 1, answers
    assert Assignment.objects.count() == 1


def returned(campaign: Campaign, name: str) -> Assignment:
    """A chain that this person has handed in, as a move gives it back."""
    assignment = make_assignment(campaign=campaign, annotator=name)
    Assignment.objects.filter(pk=assignment.pk).update(status="returned")
    return assignment


def test_a_returned_chain_comes_after_the_open_one_and_before_a_new_one() -> None:
    make_chains("a", "b", "c")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=2)
    first = returned(campaign, "ada")
    # Handed in while the next one is taken, and returned again after that.
    Assignment.objects.filter(pk=first.pk).update(status="skipped")
    second = make_assignment(campaign=campaign, annotator="ada")
    Assignment.objects.filter(pk=first.pk).update(status="returned")
    assert claim(campaign, "ada") == second.chain.external_id
    skip(assignment=second)
    again = make_assignment(campaign=campaign, annotator="ada")
    assert (again, again.status, again.expires_at) == (first, "open", NOW + timedelta(minutes=240))
    give_up(again)
    assert claim(campaign, "ada") == "c"


def test_a_returned_chain_keeps_its_seat_without_a_lease() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=1)
    held = returned(campaign, "ada")
    assert expire_leases(campaign=campaign, now=AFTER_THE_LEASE) == 0
    assert claim(campaign, "ben") is None
    held.refresh_from_db()
    assert held.status == "returned"


def test_a_returned_chain_that_was_opened_and_left_expires_like_others() -> None:
    make_chains("a")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=1)
    returned(campaign, "ada")
    assert claim(campaign, "ada") == "a"
    assert expire_leases(campaign=campaign, now=AFTER_THE_LEASE) == 1
    assert claim(campaign, "ben") == "a"


@pytest.mark.django_db(transaction=True)
def test_seats_are_counted_under_the_campaigns_own_version() -> None:
    make_chains("a", "b")
    campaign = make_campaign(annotators=["ada", "ben", "cleo"], overlap=2)
    assert claim_and_hand_in(campaign, "ada") == "a"
    skip(assignment=make_assignment(campaign=campaign, annotator="ben"))
    move(campaign, next_version(campaign.taxonomy_version))
    assert [claim(campaign, name) for name in ("ada", "ben", "cleo")] == ["b", "b", "a"]
    taken = progress_of(campaign=campaign)
    assert (taken.submitted, taken.open, taken.returned, taken.taken) == (1, 3, 0, 4)


def test_a_chain_whose_lease_ran_out_is_taken_back_while_a_seat_is_free() -> None:
    make_chain()
    campaign = make_campaign(annotators=["ada", "ben", "cleo"], overlap=2)
    adas = make_assignment(campaign=campaign, annotator="ada")
    expire_leases(campaign=None, now=NOW + timedelta(days=1))
    make_assignment(campaign=campaign, annotator="ben")
    assert take_back(public_id=adas.public_id, annotator=make_user("ada"), now=NOW)
    adas.refresh_from_db()
    assert (adas.status, adas.seat) == ("open", 1)
    assert not take_back(public_id=adas.public_id, annotator=make_user("ada"), now=NOW)


def test_a_chain_that_others_have_by_now_is_not_taken_back() -> None:
    make_chain()
    campaign = make_campaign(annotators=["ada", "ben"], overlap=1)
    adas = make_assignment(campaign=campaign, annotator="ada")
    expire_leases(campaign=None, now=NOW + timedelta(days=1))
    make_assignment(campaign=campaign, annotator="ben")
    assert not take_back(public_id=adas.public_id, annotator=make_user("ada"), now=NOW)
    with pytest.raises(Assignment.DoesNotExist):
        take_back(public_id=adas.public_id, annotator=make_user("ben"), now=NOW)
