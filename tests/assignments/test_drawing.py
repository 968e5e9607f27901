from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from annotator.assignments.claiming import claim_next, expire_leases, skip, take_back
from annotator.assignments.models import Assignment, Campaign, PairState, StudyState, TwinDraw, TwinPair
from annotator.grading.reopening import reopen
from tests.makers import (
    NOW,
    give_up,
    import_lines,
    line,
    make_campaign,
    make_chain,
    make_dataset,
    make_user,
)
from tests.moving import move, next_version
from tests.racing import all_at_once
from tests.twins import make_twin, sees_twin, step_at

pytestmark = pytest.mark.django_db
AFTER_THE_LEASE = NOW + timedelta(minutes=241)
PEOPLE = ["ada", "ben", "cleo", "dora"]


@pytest.fixture
def campaign() -> Campaign:
    """Four seats on the chain `a`, in whose campaign nobody has graded yet."""
    make_chain("a")
    return make_campaign(annotators=PEOPLE, overlap=4)


def twin_of(campaign: Campaign, chain_id: str = "a", index: int = 1, text: str = "- two") -> TwinPair:
    return make_twin(campaign, step_at(campaign.dataset.chains.get(external_id=chain_id), index), text)


def claim(campaign: Campaign, name: str, *, seed: int = 0) -> Assignment:
    assignment = claim_next(campaign=campaign, annotator=make_user(name), now=NOW, seed=seed)
    assert assignment is not None
    return assignment


def arms(pair: TwinPair) -> Counter[bool]:
    return Counter(pair.draws.values_list("is_twin", flat=True))


def test_a_claim_draws_an_arm_and_keeps_it_with_the_assignment(campaign: Campaign) -> None:
    pair = twin_of(campaign)
    assignment = claim(campaign, "ada")
    draw = TwinDraw.objects.get()
    assert (draw.pair, draw.step, draw.annotator.username) == (pair, pair.step, "ada")
    assert (draw.assignment, draw.drawn_at) == (assignment, NOW)


def test_arms_are_balanced_within_a_pair(campaign: Campaign) -> None:
    first, second = twin_of(campaign), twin_of(campaign, index=2, text="- three")
    for seated, name in enumerate(PEOPLE, start=1):
        claim(campaign, name, seed=seated)
        assert abs(arms(first)[True] - arms(first)[False]) == seated % 2
    assert arms(first) == arms(second) == {True: 2, False: 2}


def test_where_both_arms_have_as_many_the_seed_decides_and_for_each_pair_by_itself() -> None:
    ids = [str(number) for number in range(40)]
    import_lines(make_dataset(), *[line(one, problem_id=one) for one in ids])
    campaign = make_campaign(annotators=["ada"])
    pairs = {one: [twin_of(campaign, one, 0, "- one"), twin_of(campaign, one, 2, "- three")] for one in ids}
    for seed, one in enumerate(ids):
        assert claim(campaign, "ada", seed=seed).chain.external_id == one
        give_up(Assignment.objects.get(chain__external_id=one))
    drawn = Counter(tuple(sees_twin("ada", pair) for pair in pairs[one]) for one in ids)
    assert set(drawn) == {(True, True), (True, False), (False, True), (False, False)}
    assert all(count >= 4 for count in drawn.values()), drawn


def test_the_same_seed_draws_the_same_arm_and_another_the_other(campaign: Campaign) -> None:
    pair = twin_of(campaign)
    drawn = []
    for seed in [*range(24), *range(24)]:
        before = transaction.savepoint()
        claim(campaign, "ada", seed=seed)
        drawn.append(sees_twin("ada", pair))
        transaction.savepoint_rollback(before)
    assert drawn[:24] == drawn[24:]
    assert set(drawn) == {True, False}


def test_a_seat_that_was_given_up_counts_no_more(campaign: Campaign) -> None:
    pair = twin_of(campaign)
    skip(assignment=claim(campaign, "ada"))
    first = sees_twin("ada", pair)
    claim(campaign, "ben", seed=1)
    claim(campaign, "cleo", seed=2)
    assert {sees_twin("ben", pair), sees_twin("cleo", pair)} == {True, False}
    assert sees_twin("ada", pair) == first


def test_seats_of_a_step_are_counted_over_all_chains_that_share_it() -> None:
    chain = make_chain("a", steps=["one", "two"])
    make_chain("b", steps=["one", "other"])
    campaign = make_campaign(annotators=PEOPLE, overlap=2)
    pair = make_twin(campaign, step_at(chain, 0), "- one")
    for name in PEOPLE:
        claim(campaign, name)
    assert {a.chain.external_id for a in Assignment.objects.all()} == {"a", "b"}
    assert arms(pair) == {True: 2, False: 2}


def test_whoever_has_an_arm_keeps_it_in_the_next_chain_with_the_step() -> None:
    chain = make_chain("a", steps=["one", "two"])
    make_chain("b", steps=["one", "other"])
    campaign = make_campaign(annotators=["ada"])
    pair = make_twin(campaign, step_at(chain, 0), "- one")
    give_up(claim(campaign, "ada"))
    drawn = sees_twin("ada", pair)
    claim(campaign, "ada", seed=drawn or 0)
    assert pair.draws.count() == 1


def test_a_step_that_was_read_before_the_study_began_is_not_drawn() -> None:
    chain = make_chain("a", steps=["one", "two"])
    make_chain("b", steps=["one", "other"])
    campaign = make_campaign(annotators=["ada", "ben"])
    give_up(claim(campaign, "ada"))
    pair = make_twin(campaign, step_at(chain, 0), "- one")
    assert claim(campaign, "ada").chain.external_id == "b"
    assert sees_twin("ada", pair) is None
    claim(campaign, "ben")
    assert sees_twin("ben", pair) is not None


def test_a_chain_that_is_open_as_the_study_begins_stays_as_it_is(campaign: Campaign) -> None:
    assignment = claim(campaign, "ada")
    twin_of(campaign)
    assert claim(campaign, "ada") == assignment
    assert not TwinDraw.objects.exists()


def test_a_chain_that_comes_back_comes_back_with_its_arm(campaign: Campaign) -> None:
    pair = twin_of(campaign)
    claim(campaign, "ada")
    drawn = sees_twin("ada", pair)
    expire_leases(campaign=campaign, now=AFTER_THE_LEASE)
    # The other arm goes to the next one, as if nobody were there.
    claim(campaign, "ben", seed=3)
    again = claim_next(campaign=campaign, annotator=make_user("ada"), now=AFTER_THE_LEASE, seed=9)
    assert again is not None
    assert Assignment.objects.filter(annotator__username="ada").count() == 2
    assert sees_twin("ada", pair) == drawn
    assert pair.draws.filter(annotator__username="ada").count() == 1


def test_one_that_is_taken_back_after_the_study_began_is_not_drawn(campaign: Campaign) -> None:
    assignment = claim(campaign, "ada")
    expire_leases(campaign=campaign, now=AFTER_THE_LEASE)
    twin_of(campaign)
    assert take_back(public_id=assignment.public_id, annotator=assignment.annotator, now=AFTER_THE_LEASE)
    assert not TwinDraw.objects.exists()


def test_taking_up_again_draws_nothing(campaign: Campaign) -> None:
    assignment = give_up(claim(campaign, "ada"))
    twin_of(campaign)
    reopen(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    claim(campaign, "ada")
    assert not TwinDraw.objects.exists()


def test_a_move_draws_nothing_and_seats_go_on_to_count(campaign: Campaign) -> None:
    pair = twin_of(campaign)
    for name in ["ada", "ben", "cleo"]:
        give_up(claim(campaign, name))
    before = arms(pair)
    move(campaign, next_version(campaign.taxonomy_version))
    assert arms(pair) == before
    claim(campaign, "dora")
    assert arms(pair) == {True: 2, False: 2}


def test_plain_rendering_draws_nothing() -> None:
    make_chain("a")
    campaign = make_campaign(annotators=["ada"], plain_share=1.0)
    twin_of(campaign)
    assert claim(campaign, "ada").rendering == "plain"
    assert not TwinDraw.objects.exists()


def test_gold_chains_draw_nothing_and_count_as_read(campaign: Campaign) -> None:
    pair = twin_of(campaign)
    make_chain("b", steps=["one", "two", "other"])
    Assignment.objects.create(
        campaign=campaign,
        taxonomy_version=campaign.taxonomy_version,
        chain=campaign.dataset.chains.get(external_id="b"),
        annotator=make_user("ada"),
        seat=0,
        purpose="gold",
        status="skipped",
        claimed_at=NOW,
        expires_at=NOW,
    )
    claim(campaign, "ada")
    assert sees_twin("ada", pair) is None


@pytest.mark.parametrize("state", [PairState.WAITING, PairState.REJECTED])
def test_only_confirmed_pairs_are_drawn(campaign: Campaign, state: str) -> None:
    pair = twin_of(campaign)
    reviewed = {"reviewed_by": None, "reviewed_at": None} if state == PairState.WAITING else {}
    TwinPair.objects.filter(pk=pair.pk).update(state=state, **reviewed)
    claim(campaign, "ada")
    assert not TwinDraw.objects.exists()


def test_only_a_running_study_draws(campaign: Campaign) -> None:
    pair = twin_of(campaign)
    claim(campaign, "ada")
    pair.study.state, pair.study.stopped_at = StudyState.STOPPED, NOW
    pair.study.save()
    claim(campaign, "ben")
    assert pair.draws.count() == 1


def test_what_one_campaign_drew_holds_in_the_others(campaign: Campaign) -> None:
    other = make_campaign(key="other", version=campaign.taxonomy_version, annotators=["ada", "ben"])
    pair = twin_of(campaign)
    twin_of(other, text="* two")
    claim(campaign, "ada")
    claim(other, "ada")
    claim(other, "ben")
    claim(campaign, "ben")
    assert [draw.pair.campaign.key for draw in TwinDraw.objects.order_by("pk")] == ["pilot", "other"]
    assert sees_twin("ada", pair) is not None


def test_whoever_has_seen_the_step_beside_another_is_not_drawn() -> None:
    make_chain("b", steps=["uno", "due"])
    chain = make_chain("a", steps=["one", "two"])
    campaign = make_campaign(annotators=["ada", "ben"])
    beside = make_campaign(
        key="beside", version=campaign.taxonomy_version, annotators=["ada"], alternatives="graded"
    )
    pair = make_twin(campaign, step_at(chain, 0), "- one")
    for where, name in [(beside, "ada"), (campaign, "ada"), (campaign, "ben")]:
        assert give_up(claim(where, name)).chain.external_id == "b"
    for name in ["ada", "ben"]:
        assert claim(campaign, name).chain.external_id == "a"
    assert sees_twin("ada", pair) is None
    assert sees_twin("ben", pair) is not None


def test_whoever_oversees_a_campaign_over_the_same_steps_is_not_drawn(campaign: Campaign) -> None:
    make_campaign(key="other", version=campaign.taxonomy_version, annotators=[], reviewers=["ada"])
    pair = twin_of(campaign)
    claim(campaign, "ada")
    claim(campaign, "ben")
    assert sees_twin("ada", pair) is None
    assert sees_twin("ben", pair) is not None


@pytest.mark.parametrize("key", ["is_staff", "is_superuser"])
def test_whoever_can_read_every_text_in_the_admin_is_not_drawn(campaign: Campaign, key: str) -> None:
    ada = make_user("ada")
    setattr(ada, key, True)
    ada.save()
    pair = twin_of(campaign)
    claim(campaign, "ada")
    claim(campaign, "ben")
    assert sees_twin("ada", pair) is None
    assert sees_twin("ben", pair) is not None


@pytest.mark.parametrize("name", ["rosa", "rita"])
def test_whoever_has_made_or_reviewed_pairs_is_not_drawn_in_another_role_either(name: str) -> None:
    make_chain("a")
    campaign = make_campaign(annotators=["ada", name])
    pair = twin_of(campaign)
    claim(campaign, name)
    claim(campaign, "ada")
    assert sees_twin(name, pair) is None
    assert sees_twin("ada", pair) is not None


def test_a_study_costs_a_claim_no_query_more(campaign: Campaign) -> None:
    with CaptureQueriesContext(connection) as without:
        claim(campaign, "ada")
    twin_of(campaign)
    twin_of(campaign, index=2, text="- three")
    with CaptureQueriesContext(connection) as within:
        claim(campaign, "ben")
    assert TwinDraw.objects.count() == 2
    assert len(within) == len(without)


@pytest.mark.django_db(transaction=True)
def test_forty_claims_at_once_are_balanced() -> None:
    people = [f"person{number}" for number in range(40)]
    make_chain("a")
    campaign = make_campaign(annotators=people, overlap=40)
    pairs = [twin_of(campaign), twin_of(campaign, index=2, text="- three")]
    answers = all_at_once([partial(claim, campaign, name, seed=place) for place, name in enumerate(people)])
    assert all(isinstance(answer, Assignment) for answer in answers), answers
    assert [arms(pair) for pair in pairs] == [{True: 20, False: 20}] * 2


@pytest.mark.django_db(transaction=True)
def test_one_person_who_claims_in_two_campaigns_at_once_is_drawn_one_arm() -> None:
    make_chain("a")
    one = make_campaign(key="one", annotators=PEOPLE, overlap=4)
    two = make_campaign(key="two", annotators=PEOPLE, overlap=4, version=one.taxonomy_version)
    twin_of(one), twin_of(two, text="* two")
    answers = all_at_once([partial(claim, where, name) for name in PEOPLE for where in (one, two)])
    assert all(isinstance(answer, Assignment) for answer in answers), answers
    assert sorted(TwinDraw.objects.values_list("annotator__username", flat=True)) == PEOPLE


@pytest.mark.django_db(transaction=True)
def test_no_arm_is_drawn_beside_a_claim_that_is_about_to_show_the_stored_text() -> None:
    make_chain("a")
    campaign = make_campaign(annotators=PEOPLE)
    other = make_campaign(key="other", annotators=PEOPLE, version=campaign.taxonomy_version)
    pair = twin_of(campaign)

    def claim_meanwhile() -> Assignment:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            return claim(campaign, "ada")

    with transaction.atomic():
        claim(other, "ada")
        waited = all_at_once([claim_meanwhile])
    assert isinstance(waited[0], OperationalError), waited
    claim(campaign, "ada")
    assert sees_twin("ada", pair) is None


@pytest.mark.django_db(transaction=True)
def test_claims_go_on_while_a_study_is_stopped_or_a_pair_rejected() -> None:
    people = [f"person{number}" for number in range(12)]
    make_chain("a")
    campaign = make_campaign(annotators=people, overlap=12)
    pair, other = twin_of(campaign), twin_of(campaign, index=2, text="- three")

    def stop() -> None:
        other.study.state, other.study.stopped_at = StudyState.STOPPED, NOW
        other.study.save()

    def reject() -> None:
        TwinPair.objects.filter(pk=pair.pk).update(state=PairState.REJECTED)

    claims: list[Callable[[], object]] = [partial(claim, campaign, name) for name in people]
    answers = all_at_once([*claims, stop, reject])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
