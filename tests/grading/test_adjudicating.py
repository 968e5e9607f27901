"""A reviewer's decision: what it may say, that it is stored once, and that nobody's is overwritten unseen."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.chains.models import ChainStep, Step
from annotator.grading.adjudicating import (
    Conflict,
    Decision,
    DecisionWrite,
    decide,
    standing_decision,
)
from annotator.grading.blinding import blind_votes, letters, lot
from annotator.grading.checking import COMMENT_LENGTH, Refused
from annotator.grading.models import Adjudication, AdjudicationRevision
from tests.graded import grade_step, graded_campaign
from tests.guarantees.breaking import wait_until_blocked
from tests.makers import NOW, line, make_assignment, make_campaign, make_chain, make_user
from tests.moved import moved_by_hand
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    """Ada and Ben agree on the first step and not on the second. Nobody graded the third. Rita and Rob review."""
    made = graded_campaign(
        [line("q/a", "one", "two", "three")],
        {"ada": {"q/a": ["good", "good", "-"]}, "ben": {"q/a": ["good", "bad:sign", "-"]}},
    )
    for name in ("rita", "rob"):
        add_member(campaign=made, user=make_user(name), role=Role.REVIEWER)
    return made


def step(index: int = 1, *, of: str = "pilot") -> Step:
    found = ChainStep.objects.select_related("step").get(chain__dataset__key=of, index=index)
    return found.step


def writing(**more: Any) -> DecisionWrite:
    usual = {"operation_id": uuid.uuid4(), "revision": 0, "version": 1, "verdict": "bad", "reason": "A sign."}
    return DecisionWrite(**{**usual, **more})


def taking_back(revision: int = 1, **more: Any) -> DecisionWrite:
    return writing(**{"revision": revision, "verdict": None, "reason": "", **more})


def deciding(
    campaign: Campaign, write: DecisionWrite, *, reviewer: str = "rita", index: int = 1, **more: Any
) -> Decision:
    return decide(
        **{
            "campaign": campaign,
            "step": step(index),
            "reviewer": make_user(reviewer),
            "write": write,
            "now": NOW,
            **more,
        }
    )


def stored() -> tuple[int, int]:
    return Adjudication.objects.count(), AdjudicationRevision.objects.count()


def test_a_decision_is_stored_as_it_was_made(campaign: Campaign) -> None:
    made = deciding(campaign, writing(reason="  The sign\nis lost. שלום 👩🏽‍🔬 "))
    kept = Adjudication.objects.get()
    assert made == Decision(
        revision=1, verdict="bad", reason="  The sign\nis lost. שלום 👩🏽‍🔬 ", decided_at=NOW
    )
    assert kept.verdict is not None
    assert (kept.step, kept.reviewer, kept.verdict.key) == (step(), make_user("rita"), "bad")
    assert kept.taxonomy_version == campaign.taxonomy_version
    assert standing_decision(campaign=campaign, step=step()) == made


def test_the_same_operation_again_gives_the_same_answer_and_stores_nothing(campaign: Campaign) -> None:
    write = writing()
    first = deciding(campaign, write)
    again = deciding(campaign, write, now=NOW + timedelta(hours=1))
    assert again == first
    assert stored() == (1, 1)


def test_the_first_answer_comes_again_after_a_later_decision_too(campaign: Campaign) -> None:
    write = writing()
    first = deciding(campaign, write)
    deciding(campaign, writing(revision=1, verdict="good", reason="After all."))
    assert deciding(campaign, write) == first
    assert stored() == (1, 2)


@pytest.mark.parametrize(
    "other", [{"verdict": "good"}, {"reason": "Another."}, {"revision": 1}, {"version": 2}]
)
def test_an_operation_with_another_payload_is_refused(campaign: Campaign, other: dict[str, Any]) -> None:
    write = writing()
    deciding(campaign, write)
    with pytest.raises(Refused, match="used for another write"):
        deciding(campaign, writing(**{"operation_id": write.operation_id, **other}))
    assert stored() == (1, 1)


def test_an_operation_is_of_one_step_one_reviewer_and_one_campaign(campaign: Campaign) -> None:
    write = writing()
    deciding(campaign, write)
    other = graded_campaign([line("q/a", "one", "two")], {"ada": {"q/a": ["good", "good"]}}, key="other")
    calls: list[Callable[[], Decision]] = [
        partial(deciding, campaign, write, index=0),
        partial(deciding, campaign, write, reviewer="rob"),
        partial(deciding, other, write, step=step(of="other")),
    ]
    for call in calls:
        with pytest.raises(Refused, match="used for another write"):
            call()
    assert stored() == (1, 1)


def test_a_decision_is_changed_on_the_revision_that_was_seen(campaign: Campaign) -> None:
    deciding(campaign, writing())
    changed = deciding(campaign, writing(revision=1, verdict="okay", reason="Not quite."), reviewer="rob")
    assert (changed.revision, changed.verdict) == (2, "okay")
    assert Adjudication.objects.get().reviewer == make_user("rob")
    kept = AdjudicationRevision.objects.order_by("revision").values_list("revision", "reviewer__username")
    assert list(kept) == [(1, "rita"), (2, "rob")]


@pytest.mark.parametrize("revision", [0, 2])
def test_a_decision_on_another_revision_is_a_conflict_with_what_stands(
    campaign: Campaign, revision: int
) -> None:
    first = deciding(campaign, writing())
    with pytest.raises(Conflict, match="decided elsewhere") as raised:
        deciding(campaign, writing(revision=revision, verdict="good", reason="Fine."), reviewer="rob")
    assert raised.value.current == first
    assert stored() == (1, 1)


def test_a_revision_that_never_was_is_a_conflict_with_nothing(campaign: Campaign) -> None:
    with pytest.raises(Conflict) as raised:
        deciding(campaign, writing(revision=1))
    assert raised.value.current is None


def test_a_decision_is_taken_back_and_made_again(campaign: Campaign) -> None:
    deciding(campaign, writing())
    back = deciding(campaign, taking_back())
    assert (back.revision, back.verdict, back.reason) == (2, None, "")
    again = deciding(campaign, writing(revision=2, verdict="good", reason="Read again."))
    assert (again.revision, again.verdict) == (3, "good")
    assert stored() == (1, 3)


def test_where_nothing_is_decided_nothing_is_taken_back(campaign: Campaign) -> None:
    with pytest.raises(Refused, match="no decision to take back"):
        deciding(campaign, taking_back(0))
    deciding(campaign, writing())
    deciding(campaign, taking_back())
    with pytest.raises(Refused, match="no decision to take back"):
        deciding(campaign, taking_back(2))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": ""}, "needs a reason"),
        ({"reason": " \n\t"}, "needs a reason"),
        ({"reason": "x" * (COMMENT_LENGTH + 1)}, "at most 10000 characters"),
        ({"reason": "a\x00b"}, "NUL"),
        ({"reason": "half \ud83d"}, "half a character"),
        ({"verdict": "half \ud83d"}, "half a character"),
        ({"verdict": "sign"}, "Unknown verdict 'sign'"),
        ({"verdict": ""}, "Unknown verdict ''"),
        ({"verdict": None}, "has no reason"),
        ({"revision": -1}, "counted from 0"),
        ({"revision": 2**31}, "counted from 0"),
        ({"version": 2}, "went on to version 1"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words(
    campaign: Campaign, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        deciding(campaign, writing(**more))
    assert stored() == (0, 0)


def test_the_longest_reason_is_kept_whole(campaign: Campaign) -> None:
    reason = "ä" * COMMENT_LENGTH
    assert deciding(campaign, writing(reason=reason)).reason == reason


def test_a_step_that_nobody_graded_is_not_decided(campaign: Campaign) -> None:
    with pytest.raises(Refused, match="Nobody has graded this step"):
        deciding(campaign, writing(), index=2)


def test_a_step_whose_grades_were_taken_back_is_not_decided() -> None:
    make_chain("q/a")
    made = make_campaign(annotators=["ada"], reviewers=["rita"])
    held = make_assignment(campaign=made)
    grade_step(held, 1, "good")
    grade_step(held, 1, "cleared")
    with pytest.raises(Refused, match="Nobody has graded this step"):
        deciding(made, writing())


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_who_graded_the_step_does_not_decide_it(campaign: Campaign, name: str) -> None:
    with pytest.raises(Refused, match="You graded this step yourself"):
        deciding(campaign, writing(), reviewer=name)
    assert stored() == (0, 0)


def test_a_decision_is_of_the_version_that_the_campaign_has_now(campaign: Campaign) -> None:
    write = writing()
    first = deciding(campaign, write)
    moved_by_hand(campaign)
    assert standing_decision(campaign=campaign, step=step()) is None
    assert deciding(campaign, write) == first
    with pytest.raises(Refused, match="went on to version 2"):
        deciding(campaign, writing())
    with pytest.raises(Refused, match="Nobody has graded this step"):
        deciding(campaign, writing(version=2))
    assert stored() == (1, 1)


# --- Votes without names


def test_votes_come_by_letters_and_say_all_that_was_said(campaign: Campaign) -> None:
    votes = blind_votes(campaign=campaign, step=step())
    assert [vote.letter for vote in votes] == ["A", "B"]
    assert sorted(vote.grade.verdict or "" for vote in votes) == ["bad", "good"]
    assert [vote.grade.labels for vote in votes if vote.grade.verdict == "bad"] == [{"error": ("sign",)}]


def test_the_letters_say_nothing_of_the_order_of_people() -> None:
    """Over many steps everybody stands first about as often."""
    people = range(1, 5)
    first = [
        min(people, key=lambda person: lot(step_id=number, annotator_id=person)) for number in range(4_000)
    ]
    assert all(850 < first.count(person) < 1_150 for person in people)


def test_a_step_has_one_order_for_everybody(campaign: Campaign) -> None:
    assert blind_votes(campaign=campaign, step=step()) == blind_votes(campaign=campaign, step=step())


def test_there_are_letters_for_the_largest_overlap() -> None:
    assert letters(0) == []
    assert letters(28)[-3:] == ["Z", "AA", "AB"]
    assert len(set(letters(60))) == 60


def test_what_was_taken_back_is_not_said(campaign: Campaign) -> None:
    add_member(campaign=campaign, user=make_user("cleo"), role=Role.ANNOTATOR)
    held = make_assignment(campaign=campaign, annotator="cleo")
    grade_step(held, 1, "okay")
    assert len(blind_votes(campaign=campaign, step=step())) == 3
    grade_step(held, 1, "cleared")
    assert len(blind_votes(campaign=campaign, step=step())) == 2


# --- At the same moment


def races(campaign: Campaign, *writes: tuple[str, DecisionWrite]) -> list[Decision | Exception]:
    calls: list[Callable[[], Decision]] = [
        partial(decide, campaign=campaign, step=step(), reviewer=make_user(name), write=write, now=NOW)
        for name, write in writes
    ]
    return all_at_once(calls)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides_and_the_other_sees_what_stands(campaign: Campaign) -> None:
    verdicts = ["good", "okay", "bad"] * 3
    writes = [
        ("rita" if number % 2 else "rob", writing(verdict=verdict, reason=f"Reason {number}."))
        for number, verdict in enumerate(verdicts)
    ]
    outcomes = races(campaign, *writes)
    made = [outcome for outcome in outcomes if isinstance(outcome, Decision)]
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert (len(made), len(conflicts)) == (1, len(writes) - 1)
    assert {conflict.current for conflict in conflicts} == set(made)
    assert stored() == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_operation_sent_many_times_at_once_is_stored_once(campaign: Campaign) -> None:
    write = writing()
    outcomes = races(campaign, *[("rita", write)] * 8)
    assert len(set(outcomes)) == 1
    assert isinstance(outcomes[0], Decision)
    assert stored() == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_one_operation_in_two_campaigns_at_once_is_done_in_one(campaign: Campaign) -> None:
    other = graded_campaign([line("q/a", "one", "two")], {"ada": {"q/a": ["good", "good"]}}, key="other")
    write = writing()
    outcomes = all_at_once(
        [
            partial(decide, campaign=where, step=which, reviewer=make_user("rita"), write=write, now=NOW)
            for where, which in [(campaign, step()), (other, step(of="other"))] * 3
        ]
    )
    assert {type(outcome) for outcome in outcomes} == {Decision, Refused}
    assert stored() == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_decision_waits_for_a_move_and_is_then_refused(campaign: Campaign) -> None:
    """The campaign is locked as a move locks it: a decision lands before, or finds another version."""

    def decide_beside() -> Decision:
        try:
            return deciding(campaign, writing())
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        moved_by_hand(Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk))
        outcome = pool.submit(decide_beside)
        wait_until_blocked()
    with pytest.raises(Refused, match="went on to version 2"):
        outcome.result()
    assert stored() == (0, 0)
