"""Whoever was drawn the twin of a step reads and grades it wherever the step stands, and nobody else's figures follow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.assignments.models import Assignment, Campaign, StudyState, TwinPair
from annotator.assignments.seeing import texts_seen
from annotator.chains.models import Step
from annotator.grading.adjudicating import DecisionWrite, decide
from annotator.grading.blinding import blind_votes
from annotator.grading.checking import Refused
from annotator.grading.models import Grade, GradeRevision, GradeState
from annotator.grading.overseeing import said_of_step, said_of_steps
from annotator.grading.own_work import own_work
from annotator.grading.reading import read_sheet
from tests.makers import (
    NOW,
    browser_of,
    give_up,
    grade,
    grade_bad,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
    writing,
)
from tests.moving import move, next_version, successor_of
from tests.twins import claim_arm, make_twin, step_at

pytestmark = pytest.mark.django_db
PEOPLE = ["ada", "ben", "cleo"]


@pytest.fixture
def pair() -> TwinPair:
    """Of the second step of the first of two chains that begin alike, in a campaign where nobody has graded yet."""
    chain = make_chain("a", steps=["one", "two", "three"])
    make_chain("b", steps=["one", "two", "other"])
    campaign = make_campaign(annotators=PEOPLE, reviewers=["rita"], overlap=3, after_first_error="continue")
    return make_twin(campaign, step_at(chain, 1), "- two")


@pytest.fixture
def seen(pair: TwinPair) -> Assignment:
    """The chain as ada reads it, with the twin."""
    return claim_arm(pair.campaign, "ada", pair, is_twin=True)


def texts(assignment: Assignment) -> list[str]:
    return [step.text for step in read_sheet(assignment=assignment).steps]


def rendering_of(name: str, step: Step, campaign: Campaign | None = None) -> str:
    found = Grade.objects.filter(annotator__username=name, step=step)
    return (found.filter(campaign=campaign) if campaign else found).get().rendering


def stop(pair: TwinPair) -> None:
    pair.study.state, pair.study.stopped_at = StudyState.STOPPED, NOW
    pair.study.save()


def test_each_reads_the_arm_that_they_were_drawn(pair: TwinPair, seen: Assignment) -> None:
    other = make_assignment(campaign=pair.campaign, annotator="ben")
    assert (texts(seen), texts(other)) == (["one", "- two", "three"], ["one", "two", "three"])
    steps = [pair.step_id, step_at(seen.chain, 0).pk]
    assert texts_seen(annotator_id=seen.annotator_id, step_ids=steps) == {pair.step_id: "- two"}
    assert texts_seen(annotator_id=other.annotator_id, step_ids=steps) == {}


def test_a_grade_of_a_twin_says_so_in_each_of_its_revisions_and_no_other_does(
    pair: TwinPair, seen: Assignment
) -> None:
    grade(seen, 0)
    grade(seen, 1)
    grade(seen, 1, revision=1, verdict="okay")
    grade(seen, 1, revision=2, state=GradeState.CLEARED)
    grade(make_assignment(campaign=pair.campaign, annotator="ben"), 1)
    assert rendering_of("ada", step_at(seen.chain, 0)) == "styled"
    assert rendering_of("ada", pair.step) == "twin"
    assert rendering_of("ben", pair.step) == "styled"
    revisions = GradeRevision.objects.filter(grade__annotator=seen.annotator, grade__step=pair.step)
    assert list(revisions.values_list("rendering", flat=True)) == ["twin"] * 3


def test_the_twin_stands_in_the_next_chain_with_the_step_and_its_grade_comes_along(
    pair: TwinPair, seen: Assignment
) -> None:
    grade(seen, 1)
    give_up(seen)
    following = make_assignment(campaign=pair.campaign)
    assert following.chain.external_id == "b"
    sheet = read_sheet(assignment=following)
    assert (sheet.steps[1].text, sheet.steps[1].carried) == ("- two", True)
    grade(following, 1, revision=1, verdict="okay")
    assert rendering_of("ada", pair.step) == "twin"


def test_it_stands_in_other_campaigns_too_and_plainly_where_they_are_plain(
    pair: TwinPair, seen: Assignment
) -> None:
    plain = make_campaign(
        key="plain", version=pair.campaign.taxonomy_version, annotators=PEOPLE, plain_share=1.0
    )
    assignment = make_assignment(campaign=plain)
    assert texts(assignment) == ["one", "- two", "three"]
    page = browser_of("ada").get(f"/assignments/{assignment.public_id}/").content.decode()
    assert "<p>two</p>" in page
    assert "<li>" not in page.partition('id="step-1"')[2].partition('id="step-2"')[0]
    grade(assignment, 0)
    grade(assignment, 1)
    assert rendering_of("ada", step_at(seen.chain, 0), plain) == "plain"
    assert rendering_of("ada", pair.step, plain) == "twin"


def test_an_alternative_that_somebody_knows_as_its_twin_is_that_twin_and_graded_as_one() -> None:
    first = make_chain("a", steps=["one", "two"])
    second = make_chain("b", steps=["uno", "two"])
    study = make_campaign(key="study", annotators=["ada"])
    own = make_twin(study, step_at(first, 0), "- one")
    claim_arm(study, "ada", own, is_twin=True)
    graded = make_campaign(
        key="graded", version=study.taxonomy_version, annotators=["ada"], alternatives="graded"
    )
    give_up(make_assignment(campaign=graded))
    assignment = make_assignment(campaign=graded)
    assert assignment.chain == second
    assert [beside.text for beside in read_sheet(assignment=assignment).alternatives[0]] == ["- one"]
    grade(assignment, 0, alternative=1)
    assert rendering_of("ada", own.step, graded) == "twin"


def test_after_a_move_the_twin_is_still_read_and_its_grade_still_says_so(
    pair: TwinPair, seen: Assignment
) -> None:
    grade_bad(seen, 1)
    grade(seen, 2)
    campaign = pair.campaign
    move(campaign, next_version(campaign.taxonomy_version))
    successor = successor_of(seen)
    assert texts(successor) == ["one", "- two", "three"]
    again = read_sheet(assignment=successor).steps[1]
    assert again.asked_again is not None
    found = Grade.objects.filter(taxonomy_version=campaign.taxonomy_version, annotator=seen.annotator)
    assert dict(found.values_list("step__index", "rendering")) == {1: "twin", 2: "styled"}
    grade(successor, 1, revision=again.grade.revision if again.grade else 0)
    assert found.get(step=pair.step).rendering == "twin"


def test_when_the_study_is_over_whoever_read_the_twin_goes_on_to(pair: TwinPair, seen: Assignment) -> None:
    stop(pair)
    assert texts(seen) == ["one", "- two", "three"]
    grade(seen, 1)
    assert rendering_of("ada", pair.step) == "twin"


def test_a_pair_that_is_rejected_after_all_changes_nothing_for_who_was_drawn(
    pair: TwinPair, seen: Assignment
) -> None:
    TwinPair.objects.filter(pk=pair.pk).update(state="rejected")
    assert texts(seen) == ["one", "- two", "three"]


def test_a_key_press_and_a_page_ask_the_database_no_more_than_without(
    pair: TwinPair, seen: Assignment
) -> None:
    other = make_campaign(key="other", version=pair.campaign.taxonomy_version, annotators=["cleo"])
    usual = make_assignment(campaign=other, annotator="cleo")

    def queries(assignment: Assignment, name: str) -> tuple[int, int]:
        browser = browser_of(name)
        address = f"/assignments/{assignment.public_id}/"
        browser.get(address)
        with CaptureQueriesContext(connection) as page:
            browser.get(address)
        with CaptureQueriesContext(connection) as press:
            grade(assignment, 1)
        return len(page), len(press)

    assert queries(seen, "ada") == queries(usual, "cleo")


def test_a_reviewer_is_shown_votes_on_the_step_itself(pair: TwinPair, seen: Assignment) -> None:
    grade(seen, 1)
    grade_bad(make_assignment(campaign=pair.campaign, annotator="ben"), 1)
    votes = blind_votes(campaign=pair.campaign, step=pair.step)
    assert [(vote.letter, vote.grade.verdict) for vote in votes] == [("A", "bad")]


def test_a_step_that_was_graded_as_its_twin_only_is_not_decided(pair: TwinPair, seen: Assignment) -> None:
    grade(seen, 1)
    with pytest.raises(Refused, match="Nobody has graded this step"):
        decided(pair, "rita")
    grade(make_assignment(campaign=pair.campaign, annotator="ben"), 1)
    with pytest.raises(Refused, match="You graded this step yourself"):
        decided(pair, "ada")
    decided(pair, "rita")


def decided(pair: TwinPair, name: str) -> None:
    decide(
        campaign=pair.campaign,
        step=pair.step,
        reviewer=make_user(name),
        write=DecisionWrite(
            operation_id=writing().operation_id,
            revision=0,
            version=pair.campaign.taxonomy_version.number,
            verdict="good",
            reason="Right.",
        ),
        now=NOW,
    )


def test_overseers_are_told_who_read_the_twin_and_what_it_said(pair: TwinPair, seen: Assignment) -> None:
    grade(seen, 1)
    grade(make_assignment(campaign=pair.campaign, annotator="ben"), 1, verdict="okay")
    campaign = pair.campaign
    said = said_of_step(campaign=campaign, version=campaign.taxonomy_version, step=pair.step)
    assert {one.grade.verdict: one.twin for one in said} == {"good": "- two", "okay": None}
    counted = said_of_steps(
        campaign=campaign, version=campaign.taxonomy_version, step_ids=[pair.step.pk, step_at(seen.chain).pk]
    )
    assert {step: [one.grade.verdict for one in those] for step, those in counted.items()} == {
        pair.step.pk: ["okay"]
    }
    page = browser_of("rita").get(f"/campaigns/pilot/steps/{pair.step.pk}/").content.decode()
    assert page.count("saw its twin") == 1
    assert "<li>two</li>" in "".join(page.split("\n"))


def test_annotators_find_their_work_on_twins_in_their_own_figures(pair: TwinPair, seen: Assignment) -> None:
    for index in range(3):
        grade(seen, index, now=timezone.now(), seconds=10)
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    work = own_work(annotator=seen.annotator, midnight=midnight)
    assert (work.in_all.steps, work.in_all.seconds) == (3, 30)


def test_step_by_step_the_twin_comes_as_the_next_step() -> None:
    chain = make_chain("a", steps=["one", "siebzehn", "three"])
    campaign = make_campaign(annotators=["ada"], reveal="stepwise")
    pair = make_twin(campaign, step_at(chain, 1), "**zwei**")
    assignment = claim_arm(campaign, "ada", pair, is_twin=True)
    address = f"/assignments/{assignment.public_id}/"
    page = browser_of("ada").get(address).content.decode()
    assert "zwei" not in page
    assert "siebzehn" not in page
    answer = browser_of("ada").post(
        f"{address}steps/0/",
        {"operation_id": str(writing().operation_id), "revision": "0", "verdict": "good"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200, answer.content
    assert "<strong>zwei</strong>" in answer.content.decode()
    assert "siebzehn" not in answer.content.decode()
