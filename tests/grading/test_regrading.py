import pytest

from annotator.assignments.models import Assignment, Campaign, Membership
from annotator.grading.reading import read_sheet
from annotator.grading.regrading import WorkItem, release, worklist
from annotator.grading.submitting import NotComplete, submit
from tests.makers import (
    EVERY_KIND,
    NOW,
    answer,
    give_up,
    grade,
    grade_bad,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
    make_version,
)
from tests.moving import edited, move, next_version, successor_of

pytestmark = pytest.mark.django_db(transaction=True)
CHAIN_QUESTION = """\
  - {key: whole, question: "Is it elegant?", kind: one, scope: chain, labels: [
      {key: neat, title: Neat, definition: It is.}, {key: clumsy, title: Clumsy, definition: It is not.}]}
"""


@pytest.fixture
def campaign() -> Campaign:
    make_chain("q/a")
    return make_campaign(annotators=["ada", "ben"], overlap=2, after_first_error="continue")


def submitted(campaign: Campaign, *, name: str = "ada") -> Assignment:
    """A sound step, a flawed one with a sign error and a remark, and one that nobody is sure about."""
    assignment = make_assignment(campaign=campaign, annotator=name)
    grade(assignment, 0)
    grade_bad(assignment, 1, comment="twice", labels={"error": ["sign"], "traits": ["terse"]})
    grade(assignment, 2, state="unsure")
    return submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)


def items(campaign: Campaign) -> tuple[WorkItem, ...]:
    return worklist(campaign=campaign).items


def test_the_worklist_says_who_is_asked_what_and_why(campaign: Campaign) -> None:
    submitted(campaign)
    move(campaign, next_version(campaign.taxonomy_version))
    found = worklist(campaign=campaign)
    pseudonym = Membership.objects.get(user=make_user("ada")).pseudonym
    assert found.items == (
        WorkItem(
            pseudonym=pseudonym,
            chain="q/a",
            index=1,
            text="two",
            reason="split",
            keys=("error.sign",),
            titles=("Sign",),
            offers=("Flipped sign", "Lost sign"),
            words="“Sign” was split: choose again.",
            is_done=False,
            is_released=False,
        ),
    )
    assert (found.total, found.waiting, found.done, found.released, found.chains_waiting) == (1, 1, 0, 0, 1)
    assert [(person.pseudonym, person.waiting, person.chains) for person in found.people] == [
        (pseudonym, 1, 1)
    ]


def test_a_campaign_that_never_moved_has_an_empty_worklist(campaign: Campaign) -> None:
    submitted(campaign)
    found = worklist(campaign=campaign)
    assert (found.items, found.people, found.chains_waiting) == ((), (), 0)


def test_an_item_is_done_once_the_step_was_saved_anew_and_not_by_taking_it_back(campaign: Campaign) -> None:
    submitted(campaign)
    move(campaign, next_version(campaign.taxonomy_version))
    reopened = make_assignment(campaign=campaign)
    grade_bad(reopened, 1, labels={"error": ["flip"]}, revision=1)
    assert [item.is_done for item in items(campaign)] == [True]
    grade(reopened, 1, state="cleared", revision=2)
    assert [item.is_done for item in items(campaign)] == [False]


def test_a_chain_is_not_submitted_again_before_each_step_was_decided(campaign: Campaign) -> None:
    former = submitted(campaign)
    text = edited(("kind: one, required: true, shown_for", "kind: one, shown_for"), text=EVERY_KIND)
    later = next_version(
        campaign.taxonomy_version,
        text.replace("{key: sign, title: Sign", "{key: flip, title: Flip").replace("logic", "lapse"),
        {"error.sign": ["error.flip", "error.lapse"], "error.logic": ["error.lapse"]},
    )
    move(campaign, later)
    reopened = make_assignment(campaign=campaign)
    assert reopened == successor_of(former)
    with pytest.raises(NotComplete) as incomplete:
        submit(public_id=reopened.public_id, annotator=reopened.annotator, now=NOW)
    assert [gap.words for gap in incomplete.value.missing] == ["Step 2: “Sign” was split: choose again."]
    # The question is not required: saved as it is, the step is decided.
    grade_bad(reopened, 1, labels={"traits": ["terse"]}, comment="twice", revision=1)
    done = submit(public_id=reopened.public_id, annotator=reopened.annotator, now=NOW)
    assert (done.status, done.finish_reason) == ("submitted", "found_error")
    assert [item.is_done for item in items(campaign)] == [True]


def test_the_sheet_tells_what_was_said_before(campaign: Campaign) -> None:
    former = submitted(campaign)
    move(campaign, next_version(campaign.taxonomy_version))
    sheet = read_sheet(assignment=successor_of(former))
    assert [step.asked_again is not None for step in sheet.steps] == [False, True, False]
    asking = sheet.steps[1].asked_again
    assert asking is not None
    assert (asking.said, asking.may_be_left_out) == ("Bad, Sign, Terse, “twice”", True)
    assert sheet.asked_again_count == 1
    assert read_sheet(assignment=former).asked_again_count == 0


def test_a_whole_chain_is_asked_again_and_may_be_left_without_an_answer() -> None:
    make_chain("q/a")
    version = make_version(EVERY_KIND + CHAIN_QUESTION)
    campaign = make_campaign(version=version, after_first_error="continue")
    assignment = make_assignment(campaign=campaign)
    for index in range(3):
        grade(assignment, index)
    answer(assignment, labels={"whole": ["neat"]})
    submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)
    text = EVERY_KIND + CHAIN_QUESTION.replace(
        "{key: neat, title: Neat", "{key: short, title: Short"
    ).replace("clumsy", "clever")
    targets = {"whole.neat": ["whole.short", "whole.clever"], "whole.clumsy": []}
    move(campaign, next_version(version, text, targets))
    reopened = make_assignment(campaign=campaign)
    sheet = read_sheet(assignment=reopened)
    assert [gap.words for gap in sheet.missing] == ["The whole chain: “Neat” was split: choose again."]
    assert [(item.index, item.text) for item in items(campaign)] == [(None, "")]
    answer(reopened, state="cleared", labels={}, revision=1)
    assert not read_sheet(assignment=reopened).missing
    assert [item.is_done for item in items(campaign)] == [True]


def test_somebody_can_be_waited_for_no_longer_and_the_chain_goes_to_others(campaign: Campaign) -> None:
    former = submitted(campaign)
    other = submitted(campaign, name="ben")
    move(campaign, next_version(campaign.taxonomy_version))
    pseudonym = Membership.objects.get(user=make_user("ada")).pseudonym
    assert release(campaign=campaign, pseudonym=pseudonym) == 1
    assert release(campaign=campaign, pseudonym=pseudonym) == 0
    assert release(campaign=campaign, pseudonym="nobody") == 0
    assert (successor_of(former).status, successor_of(other).status) == ("expired", "returned")
    found = {item.pseudonym: (item.is_released, item.is_waiting) for item in items(campaign)}
    assert found.pop(pseudonym) == (True, False)
    assert list(found.values()) == [(False, True)]
    assert worklist(campaign=campaign).released == 1


def test_a_chain_handed_in_unfinished_answers_for_its_steps(campaign: Campaign) -> None:
    submitted(campaign)
    move(campaign, next_version(campaign.taxonomy_version))
    give_up(make_assignment(campaign=campaign))
    assert [(item.is_done, item.is_waiting) for item in items(campaign)] == [(True, False)]
