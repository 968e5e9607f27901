import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from annotator.assignments.claiming import expire_leases, skip
from annotator.assignments.models import Assignment, Campaign
from annotator.chains.models import Step
from annotator.grading.checking import GradeWrite, Refused
from annotator.grading.given import GivenGrade
from annotator.grading.models import Answer, Grade, GradeRevision
from annotator.grading.saving import AssignmentNotOpen, Conflict, save_grade
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
    writing,
)
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db
EVERYTHING: dict[str, Any] = {
    "verdict": "bad",
    "labels": {"error": ["logic"], "traits": ["terse", "clear"]},
    "texts": {"why": "  it does not follow\n", "remark": "שלום 👩🏽‍🔬"},
    "comment": " a\tb\r\n\\",
    "seconds": 12.5,
}


def begin(**policy: Any) -> Assignment:
    """Ada's open assignment of a chain of three steps."""
    make_chain("a")
    return make_assignment(campaign=make_campaign(**policy))


def save(assignment: Assignment, write: GradeWrite, **more: Any) -> GivenGrade:
    return save_grade(
        **{
            "public_id": assignment.public_id,
            "annotator": assignment.annotator,
            "now": NOW,
            "write": write,
            **more,
        }
    )


def stored() -> tuple[int, int, int]:
    return Grade.objects.count(), GradeRevision.objects.count(), Answer.objects.count()


def test_a_grade_is_stored_as_it_was_given() -> None:
    given = grade(begin(), 1, **EVERYTHING)
    kept = Grade.objects.get()
    assert (given.index, given.revision, given.state, given.verdict) == (1, 1, "graded", "bad")
    assert given.labels == {"error": ("logic",), "traits": ("clear", "terse")}
    assert given.texts == {"remark": "שלום 👩🏽‍🔬", "why": "  it does not follow\n"}
    assert (given.comment, given.saved_at) == (" a\tb\r\n\\", NOW)
    assert kept.step is not None
    assert (kept.step.index, kept.comment, kept.seconds, kept.rendering) == (1, given.comment, 12.5, "styled")
    assert kept.verdict is not None
    assert kept.verdict.key == "bad"
    assert stored() == (1, 1, 5)


def test_the_same_operation_again_gives_the_same_answer_and_stores_nothing() -> None:
    assignment = begin()
    write = writing(1, **EVERYTHING)
    first = save(assignment, write)
    assert save(assignment, write, now=NOW + timedelta(hours=1)) == first
    assert stored() == (1, 1, 5)


def test_an_operation_gets_its_own_answer_again_after_later_ones_and_after_the_end() -> None:
    assignment = begin()
    write = writing(0, **EVERYTHING, repairs=None)
    first = save(assignment, write)
    grade(assignment, 0, revision=1, verdict="okay")
    give_up(assignment)
    assert save(assignment, write) == first


@pytest.mark.parametrize(
    "other",
    [
        {"verdict": "okay"},
        {"comment": "x"},
        {"seconds": 1.0},
        {"revision": 1},
        {"index": 1},
        {"labels": {"traits": ["terse"]}},
    ],
)
def test_the_same_operation_with_another_payload_is_refused(other: dict[str, Any]) -> None:
    assignment = begin()
    write = writing(0)
    save(assignment, write)
    with pytest.raises(Refused, match="operation id"):
        save(assignment, writing(**{"index": 0, "operation_id": write.operation_id, **other}))
    assert stored() == (1, 1, 0)


def test_an_operation_of_another_person_is_refused_without_its_answer() -> None:
    make_chain("a")
    campaign = make_campaign(annotators=["ada", "ben"])
    ada, ben = (make_assignment(campaign=campaign, annotator=name) for name in ("ada", "ben"))
    write = writing(0, comment="mine")
    save(ada, write)
    with pytest.raises(Refused, match="operation id"):
        save(ben, write)


def test_a_stale_revision_is_a_conflict_with_what_stands_now() -> None:
    assignment = begin()
    grade(assignment, 0)
    now_stands = grade(assignment, 0, revision=1, **EVERYTHING)
    for revision in (0, 1, 3, 2**31 - 1):
        with pytest.raises(Conflict) as caught:
            grade(assignment, 0, revision=revision, verdict="okay")
        assert caught.value.current == now_stands
    assert Grade.objects.get().revision == 2


def test_a_revision_of_a_grade_that_is_not_there_is_a_conflict_with_nothing() -> None:
    with pytest.raises(Conflict) as caught:
        grade(begin(), 0, revision=1)
    assert caught.value.current is None
    assert stored() == (0, 0, 0)


REFUSED: dict[str, dict[str, Any]] = {
    "an unknown verdict": {"verdict": "great"},
    "the key of another label": {"verdict": "sign"},
    "an empty verdict": {"verdict": ""},
    "no verdict": {"verdict": None},
    "a verdict and unsure": {"state": "unsure", "verdict": "good"},
    "a verdict and cleared": {"state": "cleared", "verdict": "good"},
    "a comment and cleared": {"state": "cleared", "comment": "x"},
    "a repair and cleared": {"index": 1, "state": "cleared", "repairs": 0},
    "an unknown state": {"state": "done", "verdict": None},
    "an unknown criterion": {"labels": {"colour": ["red"]}},
    "the verdict as a further answer": {"labels": {"verdict": ["good"]}},
    "an unknown label": {"labels": {"traits": ["long"]}},
    "a label of another criterion": {"labels": {"traits": ["sign"]}},
    "a label twice": {"labels": {"traits": ["terse", "terse"]}},
    "two labels where one is asked for": {"verdict": "bad", "labels": {"error": ["sign", "logic"]}},
    "an answer that is not asked for": {"labels": {"error": ["sign"]}},
    "a text that is not asked for": {"verdict": "bad", "labels": {"error": ["sign"]}, "texts": {"why": "x"}},
    "a text for labels": {"texts": {"traits": "terse"}},
    "labels for a text": {"labels": {"remark": ["terse"]}},
    "no labels for a text": {"labels": {"remark": []}},
    "an empty text": {"texts": {"remark": ""}},
    "a long text": {"texts": {"remark": "x" * 10_001}},
    "a long comment": {"comment": "x" * 10_001},
    "NUL in a comment": {"comment": "a\0b"},
    "NUL in a text": {"texts": {"remark": "\0"}},
    "half a character in a comment": {"comment": "\ud83d"},
    "half a character in a text": {"texts": {"remark": "\udc00"}},
    "half a character in a verdict": {"verdict": "\ud83d"},
    "half a character in a criterion": {"labels": {"\ud83d": []}},
    "NaN seconds": {"seconds": float("nan")},
    "negative seconds": {"seconds": -0.1},
    "infinite seconds": {"seconds": float("inf")},
    "seconds of more than a day": {"seconds": 86_401.0},
    "a step past the end": {"index": 3},
    "a step before the first": {"index": -1},
    "a step past all numbers": {"index": 2**70},
    "a revision past all numbers": {"revision": 2**70},
    "a revision before the first": {"revision": -1},
    "a repair of itself": {"index": 1, "repairs": 1},
    "a repair of a later step": {"index": 1, "repairs": 2},
    "a repair past the end": {"index": 1, "repairs": 3},
    "a repair before the first": {"index": 1, "repairs": -1},
    "a repair past all numbers": {"index": 1, "repairs": 2**70},
}


@pytest.mark.parametrize("name", REFUSED)
def test_nonsense_is_refused_with_words_and_stores_nothing(name: str) -> None:
    assignment = begin()
    with pytest.raises(Refused) as caught:
        grade(assignment, **REFUSED[name])
    assert str(caught.value)
    assert stored() == (0, 0, 0)


def test_the_longest_texts_are_stored() -> None:
    grade(begin(), 0, comment="👩" * 10_000, texts={"remark": "x" * 10_000}, seconds=86_400.0)
    assert len(Grade.objects.get().comment) == 10_000


def test_unsure_has_no_verdict_and_may_answer_what_is_always_asked() -> None:
    given = grade(begin(), 0, state="unsure", labels={"traits": ["terse"]}, comment="cannot tell")
    assert (given.state, given.verdict, given.labels, given.counts) == (
        "unsure",
        None,
        {"traits": ("terse",)},
        True,
    )


def test_a_repair_names_an_earlier_step() -> None:
    assignment = begin(after_first_error="repair")
    grade_bad(assignment, 0)
    write = writing(2, repairs=0)
    given = save(assignment, write)
    assert given.repairs == 0
    assert save(assignment, write) == given
    assert Grade.objects.get(step__index=2).repairs == Step.objects.get(index=0)


@pytest.mark.parametrize("name", ["ben", "eve"])
def test_an_assignment_of_somebody_else_is_as_good_as_none(name: str) -> None:
    make_chain("a")
    assignment = make_assignment(campaign=make_campaign(annotators=["ada", "ben"]))
    for public_id in (assignment.public_id, uuid.uuid4()):
        with pytest.raises(Assignment.DoesNotExist):
            save(assignment, writing(), annotator=make_user(name), public_id=public_id)


def expire_it(assignment: Assignment) -> None:
    expire_leases(campaign=None, now=assignment.expires_at + timedelta(seconds=1))
    # Or it would be taken back.
    Campaign.objects.update(status="paused")


def test_what_was_graded_while_the_lease_ran_out_is_kept_if_nobody_else_has_the_chain() -> None:
    assignment = begin()
    expire_leases(campaign=None, now=assignment.expires_at + timedelta(seconds=1))
    assert save(assignment, writing()).revision == 1
    assignment.refresh_from_db()
    assert assignment.status == "open"


@pytest.mark.parametrize(
    ("end", "status"),
    [(give_up, "submitted"), (expire_it, "expired"), (lambda a: skip(assignment=a), "skipped")],
)
def test_a_chain_that_is_no_longer_open_takes_no_grade(
    end: Callable[[Assignment], None], status: str
) -> None:
    assignment = begin()
    end(assignment)
    with pytest.raises(AssignmentNotOpen, match=status):
        grade(assignment, 0)
    assert stored() == (0, 0, 0)


def test_after_the_first_flawed_step_nothing_is_graded_where_the_campaign_stops() -> None:
    assignment = begin(after_first_error="stop")
    grade(assignment, 0)
    grade_bad(assignment, 1)
    with pytest.raises(Refused, match="after the first flawed"):
        grade(assignment, 2)
    grade(assignment, 0, revision=1, verdict="okay")
    grade(assignment, 1, revision=1, verdict="good")
    assert grade(assignment, 2).revision == 1


def test_a_step_after_the_first_flawed_one_can_be_taken_back() -> None:
    assignment = begin(after_first_error="stop")
    grade(assignment, 2)
    grade_bad(assignment, 0)
    assert grade(assignment, 2, revision=1, state="cleared").state == "cleared"


@pytest.mark.parametrize("policy", ["continue", "repair"])
def test_elsewhere_the_steps_after_a_flawed_one_are_graded_too(policy: str) -> None:
    assignment = begin(after_first_error=policy)
    grade_bad(assignment, 0)
    assert grade(assignment, 1).revision == 1


def test_taking_back_and_grading_again_keeps_every_revision_with_its_answers() -> None:
    assignment = begin()
    grade_bad(assignment, 0, comment="first")
    cleared = grade(assignment, 0, revision=1, state="cleared")
    assert (cleared.revision, cleared.verdict, cleared.labels, cleared.counts) == (2, None, {}, False)
    grade(assignment, 0, revision=2, **EVERYTHING)
    kept = GradeRevision.objects.order_by("revision").values_list(
        "revision", "state", "verdict__key", "comment"
    )
    assert list(kept) == [
        (1, "graded", "bad", "first"),
        (2, "cleared", None, ""),
        (3, "graded", "bad", EVERYTHING["comment"]),
    ]
    answers = Answer.objects.order_by("revision", "criterion__position", "label__position")
    assert list(answers.values_list("revision", "criterion__key", "label__key", "text")) == [
        (1, "error", "sign", ""),
        (3, "error", "logic", ""),
        (3, "why", None, "  it does not follow\n"),
        (3, "traits", "terse", ""),
        (3, "traits", "clear", ""),
        (3, "remark", None, "שלום 👩🏽‍🔬"),
    ]
    assert Grade.objects.get().revision == 3


def test_a_shared_step_is_one_grade_for_all_chains_of_its_person() -> None:
    make_chain("a", steps=["one", "two"])
    make_chain("b", steps=["one", "other"])
    campaign = make_campaign(annotators=["ada"], overlap=1)
    first = make_assignment(campaign=campaign)
    write = writing(0)
    given = save(first, write)
    grade(first, 1)
    submit(public_id=first.public_id, annotator=first.annotator, now=NOW)
    second = make_assignment(campaign=campaign)
    with pytest.raises(Conflict) as caught:
        grade(second, 0, verdict="okay")
    assert caught.value.current == given
    assert grade(second, 0, revision=1, verdict="okay").revision == 2
    assert save(first, write) == given
    assert Grade.objects.get(step__index=0).assignment == second


def test_grading_keeps_the_lease_but_writes_it_rarely() -> None:
    assignment = begin(lease_minutes=100)
    leases: list[float] = []
    for minute in (5, 11, 15, 99):
        grade(assignment, 0, revision=len(leases), now=NOW + timedelta(minutes=minute))
        assignment.refresh_from_db()
        leases.append((assignment.expires_at - NOW) / timedelta(minutes=1))
    assert leases == [100, 111, 111, 199]


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
sound_answers = st.fixed_dictionaries(
    {
        "verdict": st.sampled_from(["good", "okay", "bad"]),
        "comment": words,
        "texts": words.map(lambda text: {"remark": text} if text else {}),
        "labels": st.lists(st.sampled_from(["terse", "clear"]), unique=True).map(
            lambda keys: {"traits": keys}
        ),
        "seconds": st.floats(0, 86_400),
    }
)


@hypothesis.given(
    states=st.lists(st.one_of(sound_answers, st.just({"state": "cleared"})), min_size=1, max_size=6)
)
@hypothesis.settings(max_examples=15, deadline=None)
def test_any_history_can_be_read_again_operation_by_operation(states: list[dict[str, Any]]) -> None:
    make_chain("a")
    campaign = Campaign.objects.first() or make_campaign(after_first_error="continue")
    assignment = make_assignment(campaign=campaign)
    before = Grade.objects.filter(campaign=campaign).first()
    begins = before.revision if before else 0
    writes = [writing(0, revision=begins + number, **state) for number, state in enumerate(states)]
    answers = [save(assignment, write) for write in writes]
    assert [save(assignment, write) for write in writes] == answers


@pytest.mark.django_db(transaction=True)
def test_sixteen_posts_of_one_operation_at_once_leave_one_grade_and_get_equal_answers() -> None:
    assignment = begin()
    write = writing(0, **EVERYTHING)
    answers = all_at_once([partial(save, assignment, write) for _ in range(16)])
    assert isinstance(answers[0], GivenGrade), answers
    assert answers == [answers[0]] * 16
    assert stored() == (1, 1, 5)


@pytest.mark.django_db(transaction=True)
def test_of_different_operations_on_one_revision_exactly_one_wins() -> None:
    assignment = begin()
    for revision in range(3):
        verdicts = ["good", "okay"] * 4
        answers = all_at_once(
            [partial(grade, assignment, 0, revision=revision, verdict=verdict) for verdict in verdicts]
        )
        won = [answer for answer in answers if isinstance(answer, GivenGrade)]
        lost = [answer.current for answer in answers if isinstance(answer, Conflict)]
        assert (len(won), lost) == (1, won * 7), answers
    assert stored() == (1, 3, 0)


@pytest.mark.django_db(transaction=True)
def test_one_operation_id_on_two_chains_at_once_is_refused_for_one_of_them() -> None:
    make_chain("a")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=2)
    assignments = [make_assignment(campaign=campaign, annotator=name) for name in ("ada", "ben")]
    for _ in range(10):
        revision = GradeRevision.objects.count()
        operation_id = uuid.uuid4()
        revisions = {grade.annotator_id: grade.revision for grade in Grade.objects.all()}
        answers = all_at_once(
            [
                partial(
                    grade,
                    assignment,
                    0,
                    operation_id=operation_id,
                    revision=revisions.get(assignment.annotator_id, 0),
                )
                for assignment in assignments
            ]
        )
        assert sorted(type(answer).__name__ for answer in answers) == ["GivenGrade", "Refused"], answers
        assert GradeRevision.objects.count() == revision + 1
