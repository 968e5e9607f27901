import pytest
from django.db import IntegrityError, transaction

from annotator.assignments.claiming import claim_next, skip
from annotator.assignments.models import Assignment, Campaign
from annotator.grading.forecasting import Forecast
from annotator.grading.models import Answer, AskedAgain, Grade, GradeRevision, Move, Regrade
from annotator.grading.moving import MoveRefused, ask_to_move, foresee, run_move
from annotator.grading.reading import read_sheet
from annotator.grading.submitting import submit
from annotator.jobs import running
from taxonomies.models import LabelMapping, TaxonomyVersion
from taxonomies.publishing import clone_version, retire
from taxonomies.translating import Why
from tests.makers import (
    EVERY_KIND,
    NOW,
    give_up,
    grade,
    grade_bad,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
    make_version,
    small_yaml,
)
from tests.moving import SPLIT, edited, move, next_version, successor_of, words_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    for chain_id in ("q/a", "r/b", "s/c"):
        make_chain(chain_id)
    return make_campaign(annotators=["ada", "ben"], overlap=2, after_first_error="continue")


def graded(campaign: Campaign, *words: str, name: str = "ada") -> Assignment:
    """The next chain, submitted with these verdicts; a flawed one is `bad:error`."""
    assignment = make_assignment(campaign=campaign, annotator=name)
    for index, word in enumerate(words):
        verdict, _, error = word.partition(":")
        if verdict == "unsure":
            grade(assignment, index, state="unsure")
        else:
            grade(assignment, index, verdict=verdict, labels={"error": [error]} if error else {})
    return submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)


def test_what_was_graded_stays_as_it_was_given(campaign: Campaign) -> None:
    done = graded(campaign, "good", "bad:sign", "okay")
    before = list(Grade.objects.order_by("pk").values())
    move(campaign, next_version(campaign.taxonomy_version))
    assert list(Grade.objects.filter(translated_from=None).order_by("pk").values()) == before
    done.refresh_from_db()
    assert (done.status, done.taxonomy_version.number, done.submitted_at) == ("submitted", 1, NOW)


def test_grades_go_over_under_the_keys_they_have_become(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    grade(
        assignment,
        0,
        labels={"traits": ["terse", "clear"]},
        texts={"remark": "so"},
        comment="hm",
        seconds=7.5,
    )
    grade(assignment, 1, verdict="bad", labels={"error": ["logic"]}, texts={"why": "circular"})
    grade(assignment, 2, state="unsure", labels={"traits": ["terse"]}, comment="?", repairs=1)
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    moved = move(campaign, next_version(campaign.taxonomy_version))
    successor = successor_of(assignment)
    assert words_of(successor) == [
        "0 good traits.short “so”",
        "1 bad error.logic “circular”",
        "2 unsure traits.short",
    ]
    first, second, third = Grade.objects.filter(assignment=successor).order_by("step__index")
    assert (first.comment, first.seconds, first.revision, first.rendering) == ("hm", 7.5, 1, "styled")
    assert first.translated_from == Grade.objects.get(assignment=assignment, step__index=0)
    assert third.repairs == second.step
    assert GradeRevision.objects.filter(grade=first).count() == 1
    assert (successor.status, successor.finish_reason, successor.submitted_at) == (
        "submitted",
        "found_error",
        NOW,
    )
    assert not Regrade.objects.exists()
    assert moved.counts == {
        "people": 1,
        "people_asked": 0,
        "chains": 1,
        "chains_returned": 0,
        "grades": 3,
        "grades_unchanged": 1,
        "grades_renamed": 2,
        "grades_merged": 0,
        "grades_asked": 0,
        "answers_dropped": 1,
        "steps_asked": {"split": 0, "dropped": 0, "no_place": 0, "question": 0},
        "unmapped": [],
    }


def test_a_split_label_returns_the_chain_and_keeps_the_rest_of_the_grade(campaign: Campaign) -> None:
    done = graded(campaign, "good", "bad:sign", "okay")
    moved = move(campaign, next_version(campaign.taxonomy_version))
    successor = successor_of(done)
    assert (successor.status, successor.finish_reason, successor.submitted_at) == ("returned", "", None)
    assert words_of(successor) == ["0 good", "1 bad", "2 okay"]
    assert asked_again() == [(1, "split", ["error.sign"])]
    regrade = Regrade.objects.get()
    assert regrade.assignment == successor
    assert regrade.former == Grade.objects.get(assignment=done, step__index=1)
    assert (moved.counts["chains_returned"], moved.counts["steps_asked"]["split"]) == (1, 1)


VERDICTS = {
    "verdict.good": ["verdict.great", "verdict.fine"],
    "verdict.okay": [],
    "error.sign": ["error.slip"],
    "error.logic": ["error.slip"],
}
SPLIT_VERDICT = edited(
    (
        (
            '{key: good, title: Good, value: 1, hotkey: "1", definition: Right.},\n'
            '      {key: okay, title: Okay, value: 0, hotkey: "2", definition: Neither.}'
        ),
        (
            '{key: great, title: Great, value: 1, hotkey: "1", definition: Right.},\n'
            '      {key: fine, title: Fine, value: 0, hotkey: "2", definition: Right.}'
        ),
    ),
    (
        (
            "{key: sign, title: Sign, definition: A wrong sign.},\n"
            "      {key: logic, title: Logic, definition: A wrong inference.}"
        ),
        "{key: slip, title: Slip, definition: A slip.}",
    ),
    ("error.logic", "error.slip"),
)


def test_a_verdict_that_was_split_or_dropped_is_not_graded_any_more(campaign: Campaign) -> None:
    done = graded(campaign, "good", "okay", "bad:sign")
    moved = move(campaign, next_version(campaign.taxonomy_version, SPLIT_VERDICT, VERDICTS))
    successor = successor_of(done)
    assert words_of(successor) == ["2 bad error.slip"]
    assert asked_again() == [(0, "split", ["verdict.good"]), (1, "dropped", ["verdict.okay"])]
    assert (moved.counts["grades_merged"], moved.counts["grades_asked"]) == (1, 2)


def test_after_a_stop_nothing_is_asked_of_the_steps_that_follow_the_first_error() -> None:
    make_chain("a")
    campaign = make_campaign(after_first_error="stop")
    assignment = make_assignment(campaign=campaign)
    grade_bad(assignment, 2)
    grade_bad(assignment, 1)
    grade(assignment, 0)
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    move(campaign, next_version(campaign.taxonomy_version))
    assert asked_again() == [(1, "split", ["error.sign"])]


def test_a_verdict_that_is_no_longer_flawed_lets_the_chain_go_on() -> None:
    make_chain("a")
    campaign = make_campaign(after_first_error="stop")
    assignment = make_assignment(campaign=campaign)
    grade_bad(assignment, 0)
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    later = next_version(
        campaign.taxonomy_version,
        edited(
            ('{key: bad, title: Bad, value: -1, hotkey: "3"', '{key: bad, title: Bad, value: 0, hotkey: "3"')
        ),
    )
    moved = move(campaign, later)
    successor = successor_of(assignment)
    assert successor.status == "returned"
    assert [gap.words for gap in read_sheet(assignment=successor).missing] == [
        "Step 2 is not graded.",
        "Step 3 is not graded.",
    ]
    assert moved.counts["chains_returned"] == 1


CLARITY = """\
  - {key: clarity, question: "Is it clear?", required: true, kind: one, labels: [
      {key: lucid, title: Lucid, definition: It is.}, {key: murky, title: Murky, definition: It is not.}]}
"""


def asked_again() -> list[tuple[int | None, str, list[str]]]:
    """Step index, reason and keys of each regrade."""
    found = Regrade.objects.order_by("step__index").values_list("step__index", "reason", "keys")
    return [(index, reason, keys) for index, reason, keys in found]


def test_a_new_required_question_returns_what_was_graded_without_it(campaign: Campaign) -> None:
    done = graded(campaign, "good", "bad:sign", "unsure")
    move(campaign, next_version(campaign.taxonomy_version, EVERY_KIND + CLARITY))
    assert asked_again() == [(0, "question", ["clarity"]), (1, "question", ["clarity"])]
    assert successor_of(done).status == "returned"


CHAIN_QUESTION = (
    EVERY_KIND
    + """\
  - {key: whole, question: "Is it elegant?", kind: one, scope: chain, required: true, labels: [
      {key: neat, title: Neat, definition: It is.}, {key: clumsy, title: Clumsy, definition: It is not.}]}
"""
)


def test_a_new_required_question_about_the_whole_chain_returns_it_but_not_one_given_up(
    campaign: Campaign,
) -> None:
    done = graded(campaign, "good", "good", "good")
    given_up = give_up(make_assignment(campaign=campaign))
    move(campaign, next_version(campaign.taxonomy_version, CHAIN_QUESTION))
    regrade = Regrade.objects.get()
    assert (regrade.assignment, regrade.step, regrade.former) == (successor_of(done), None, None)
    assert (regrade.reason, regrade.keys) == ("question", ["whole"])
    assert (successor_of(done).status, successor_of(given_up).status) == ("returned", "submitted")
    assert (successor_of(given_up).finish_reason, successor_of(given_up).finish_note) == (
        "give_up",
        "too long",
    )


def test_every_state_of_an_assignment_has_its_own_after_the_move(campaign: Campaign) -> None:
    skipped = make_assignment(campaign=campaign)
    skip(assignment=skipped)
    submitted = graded(campaign, "good", "good", "good")
    still_open = make_assignment(campaign=campaign)
    grade(still_open, 0)
    expired = make_assignment(campaign=campaign, annotator="ben")
    Assignment.objects.filter(pk=expired.pk).update(status="expired")
    move(campaign, next_version(campaign.taxonomy_version))
    assert [successor_of(each).status for each in (skipped, submitted, still_open, expired)] == [
        "skipped",
        "submitted",
        "open",
        "expired",
    ]
    still_open.refresh_from_db()
    successor = successor_of(still_open)
    assert (still_open.status, successor.expires_at, successor.seat) == (
        "moved",
        still_open.expires_at,
        still_open.seat,
    )
    assert claim_next(campaign=campaign, annotator=make_user("ada"), now=NOW, seed=0) == successor


def test_a_step_shared_by_two_chains_is_asked_in_both_and_answered_once() -> None:
    make_chain("p/a", steps=["one", "two"])
    make_chain("p/b", steps=["one", "three"])
    campaign = make_campaign(after_first_error="continue")
    first = make_assignment(campaign=campaign)
    grade_bad(first, 0)
    grade(first, 1)
    submit(public_id=first.public_id, annotator=first.annotator, now=NOW)
    second = make_assignment(campaign=campaign)
    grade(second, 1)
    submit(public_id=second.public_id, annotator=second.annotator, now=NOW)
    move(campaign, next_version(campaign.taxonomy_version))
    assert Regrade.objects.count() == 2
    assert Grade.objects.exclude(translated_from=None).count() == 3
    reopened = make_assignment(campaign=campaign)
    grade_bad(reopened, 0, labels={"error": ["flip"]}, revision=1)
    submit(public_id=reopened.public_id, annotator=reopened.annotator, now=NOW)
    other = make_assignment(campaign=campaign)
    assert not read_sheet(assignment=other).missing


def test_what_an_earlier_move_asked_is_still_asked_after_the_next_one(campaign: Campaign) -> None:
    text = SPLIT.replace(
        'question: "What is wrong?", kind: one, required: true', 'question: "What is wrong?", kind: one'
    )
    done = graded(campaign, "good", "bad:sign", "bad:sign")
    second = next_version(
        campaign.taxonomy_version,
        text,
        {"error.sign": ["error.flip", "error.lost"], "traits.terse": ["traits.short"], "traits.clear": []},
    )
    move(campaign, second)
    reopened = make_assignment(campaign=campaign)
    grade_bad(reopened, 1, labels={"error": ["lost"]}, revision=1)
    move(campaign, next_version(second, text.replace("Anything else?", "Anything more?")))
    successor = successor_of(reopened)
    assert successor_of(done) == reopened
    assert Regrade.objects.get(assignment=successor).step.index == 2  # type: ignore[union-attr]
    assert words_of(successor) == ["0 good", "1 bad error.lost", "2 bad"]


def test_what_the_next_version_does_not_ask_any_more_is_not_waited_for(campaign: Campaign) -> None:
    """Two moves: the first asks about a step and about the whole chain, the second takes both questions away."""
    graded(campaign, "good", "good", "good")
    on_steps = edited(("kind: text}\n", "kind: text, required: true}\n"))
    asking = f"{on_steps}  - {{key: overall, question: Sound, kind: text, scope: chain, required: true}}\n"
    move(campaign, next_version(campaign.taxonomy_version, asking))
    assert Regrade.objects.filter(assignment__status="returned").count() == 4
    move(campaign, next_version(campaign.taxonomy_version, edited(("Anything else?", "Anything more?"))))
    held = make_assignment(campaign=campaign)
    assert read_sheet(assignment=held).missing == []
    submit(public_id=held.public_id, annotator=held.annotator, now=NOW)


def test_a_chain_is_submitted_again_exactly_when_nothing_is_missing_from_it(campaign: Campaign) -> None:
    graded(campaign, "good", "bad:sign", "unsure")
    graded(campaign, "bad:logic", "okay", "good")
    give_up(make_assignment(campaign=campaign))
    graded(campaign, "okay", "okay", "okay", name="ben")
    graded(campaign, "bad:sign", "bad:logic", "good", name="ben")
    move(campaign, next_version(campaign.taxonomy_version))
    successors = Assignment.objects.filter(taxonomy_version=campaign.taxonomy_version)
    complete = {
        successor.pk: not read_sheet(assignment=successor).missing
        for successor in successors.exclude(finish_reason="give_up")
    }
    assert complete == {
        successor.pk: successor.status == "submitted"
        for successor in successors.exclude(finish_reason="give_up")
    }
    assert sorted(complete.values()) == [False, False, True, True]


def test_a_forecast_writes_nothing_and_is_what_then_happens(campaign: Campaign) -> None:
    graded(campaign, "good", "bad:sign", "unsure")
    graded(campaign, "bad:logic", "okay", "good", name="ben")
    make_assignment(campaign=campaign)
    later = next_version(campaign.taxonomy_version)
    foreseen = foresee(campaign=campaign, to_version=later)
    assert (Grade.objects.count(), Assignment.objects.count(), Move.objects.count()) == (6, 3, 0)
    assert Forecast(**{**move(campaign, later).counts, "unmapped": ()}) == foreseen
    assert (foreseen.people, foreseen.people_asked, foreseen.asked) == (2, 1, 1)


def test_a_forecast_names_the_labels_that_are_not_mapped(campaign: Campaign) -> None:
    later = next_version(campaign.taxonomy_version)
    LabelMapping.objects.filter(source__key__in=["sign", "terse"]).delete()
    assert foresee(campaign=campaign, to_version=later).unmapped == ("error.sign", "traits.terse")


def refusal(campaign: Campaign, *, later: TaxonomyVersion) -> str:
    with pytest.raises(MoveRefused) as refused:
        ask_to_move(campaign=campaign, to_version=later, requested_by=None, now=NOW)
    assert not Move.objects.filter(state="queued").exists()
    return str(refused.value)


def test_a_move_is_refused_with_words(campaign: Campaign) -> None:
    version = campaign.taxonomy_version
    assert "is a version of another taxonomy" in refusal(campaign, later=make_version(small_yaml()))
    assert "can only go on to a later version" in refusal(campaign, later=version)
    assert "every_kind v2 is not published" in refusal(campaign, later=clone_version(version=version))
    version.taxonomy.versions.get(number=2).delete()
    later = next_version(version)
    LabelMapping.objects.filter(source__criterion__key="error").delete()
    assert (
        refusal(campaign, later=later)
        == "The mapping does not say yet what becomes of error.sign, error.logic."
    )
    LabelMapping.objects.all().delete()
    assert refusal(campaign, later=later).endswith("error.sign, error.logic and 2 more.")
    assert "every_kind v2 is not published" in refusal(campaign, later=retire(version=later))


def test_one_move_waits_at_a_time(campaign: Campaign) -> None:
    later = next_version(campaign.taxonomy_version)
    ask_to_move(campaign=campaign, to_version=later, requested_by=None, now=NOW)
    with pytest.raises(MoveRefused, match="already moving"):
        ask_to_move(campaign=campaign, to_version=later, requested_by=None, now=NOW)


def test_a_mapping_that_was_spoilt_meanwhile_fails_the_move_and_changes_nothing(campaign: Campaign) -> None:
    done = graded(campaign, "good", "good", "good")
    asked = ask_to_move(
        campaign=campaign,
        to_version=next_version(campaign.taxonomy_version),
        requested_by=None,
        now=NOW,
    )
    LabelMapping.objects.filter(source__key="sign").delete()
    taken = running.take(Move, pk=asked.pk, now=NOW)
    assert taken is not None
    run_move(move=taken, now=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.error) == (
        "failed",
        "The mapping does not say yet what becomes of error.sign.",
    )
    assert list(Assignment.objects.all()) == [done]


def test_a_campaign_cannot_be_put_on_another_version_without_a_move(campaign: Campaign) -> None:
    graded(campaign, "good", "good", "good")
    campaign.taxonomy_version = next_version(campaign.taxonomy_version)
    with pytest.raises(IntegrityError, match="takes its chains along"), transaction.atomic():
        campaign.save()


def test_the_reasons_are_those_of_the_translation() -> None:
    assert set(AskedAgain.values) == {why.value for why in Why}


def test_no_answer_stands_under_two_versions(campaign: Campaign) -> None:
    graded(campaign, "good", "bad:sign", "bad:logic")
    move(campaign, next_version(campaign.taxonomy_version))
    for answer in Answer.objects.select_related("criterion", "grade"):
        assert answer.criterion.version_id == answer.grade.taxonomy_version_id == answer.taxonomy_version_id
