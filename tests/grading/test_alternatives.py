"""Steps beside a chain's own: graded at its node, through the one way in which grades are written."""

from dataclasses import replace
from datetime import timedelta

import pytest

from annotator.analysis.composing import sitting_votes
from annotator.analysis.gathering import gather
from annotator.assignments.models import Assignment
from annotator.grading.alternatives import read_alternatives
from annotator.grading.checking import Refused
from annotator.grading.models import Grade, GradeRevision
from annotator.grading.reading import read_sheet
from annotator.grading.saving import Conflict, save_grade
from annotator.grading.submitting import submit
from taxonomies.vocabulary import vocabulary_of
from tests.alternatives import begin_forked, node, prm800k_line
from tests.exported import read_rows
from tests.makers import NOW, browser_of, grade, grade_bad, make_assignment, writing
from tests.moving import move, next_version, successor_of
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


def hand_in(assignment: Assignment) -> Assignment:
    return submit(public_id=assignment.public_id, annotator=assignment.annotator, now=NOW)


def grade_of(text: str) -> Grade:
    return Grade.objects.get(step__text=text)


def test_the_siblings_of_a_step_are_numbered_from_1_in_the_order_of_import() -> None:
    assignment = begin_forked()
    found = read_alternatives(chain_id=assignment.chain_id, annotator_id=assignment.annotator_id)
    assert [(beside.index, beside.number, beside.text) for beside in found] == [
        (0, 1, "uno"),
        (0, 2, "eins"),
        (2, 1, "drei"),
    ]


def test_a_step_of_another_problem_or_after_another_prefix_is_no_alternative() -> None:
    elsewhere = prm800k_line(node("one", "one of q"), problem="What is q?")
    other_way = prm800k_line(node("uno"), node("dos", "dos o tres"))
    assignment = begin_forked(prm800k_line(node("one", "uno"), node("two")), elsewhere, other_way)
    assert [
        beside.text
        for beside in read_alternatives(chain_id=assignment.chain_id, annotator_id=assignment.annotator_id)
    ] == ["uno"]


def test_an_alternative_is_graded_beside_the_chains_own_step() -> None:
    assignment = begin_forked()
    grade(assignment, 0)
    given = grade_bad(assignment, 0, alternative=2, comment="German", flag_reason="not English")
    assert (given.index, given.revision, given.verdict, given.comment) == (0, 1, "bad", "German")
    stored = grade_of("eins")
    assert stored.beside is not None
    assert (stored.beside.text, stored.verdict and stored.verdict.key, stored.flag_reason) == (
        "one",
        "bad",
        "not English",
    )
    assert (grade_of("one").beside, grade_of("one").verdict.key) == (None, "good")  # type: ignore[union-attr]


def test_the_same_operation_again_gets_the_same_answer() -> None:
    assignment = begin_forked()
    write = writing(2, alternative=1, verdict="bad", labels={"error": ["sign"]})
    first = save_grade(public_id=assignment.public_id, annotator=assignment.annotator, write=write, now=NOW)
    again = save_grade(
        public_id=assignment.public_id,
        annotator=assignment.annotator,
        write=write,
        now=NOW + timedelta(seconds=3),
    )
    assert again == first
    assert GradeRevision.objects.count() == 1


def test_an_operation_id_is_not_used_for_another_alternative() -> None:
    assignment = begin_forked()
    write = writing(0, alternative=1)
    save_grade(public_id=assignment.public_id, annotator=assignment.annotator, write=write, now=NOW)
    for other in (replace(write, alternative=2), replace(write, alternative=None)):
        with pytest.raises(Refused, match="used for another write"):
            save_grade(public_id=assignment.public_id, annotator=assignment.annotator, write=other, now=NOW)


def test_a_write_on_an_old_revision_of_an_alternative_is_a_conflict() -> None:
    assignment = begin_forked()
    grade(assignment, 0, alternative=1)
    with pytest.raises(Conflict) as caught:
        grade_bad(assignment, 0, alternative=1)
    assert caught.value.current is not None
    assert (caught.value.current.index, caught.value.current.verdict) == (0, "good")
    grade(assignment, 0, alternative=1, revision=1, state="cleared")
    assert grade_of("uno").state == "cleared"


@pytest.mark.django_db(transaction=True)
def test_of_two_first_grades_of_an_alternative_at_once_one_is_stored() -> None:
    assignment = begin_forked()

    def save(verdict: str) -> str:
        try:
            grade(assignment, 0, alternative=1, verdict=verdict)
        except Conflict:
            return "conflict"
        return "saved"

    assert set(all_at_once([lambda: save("good"), lambda: save("okay")])) == {"conflict", "saved"}
    assert GradeRevision.objects.count() == 1


@pytest.mark.parametrize(("index", "number"), [(0, 3), (1, 1), (2, 2), (3, 1), (0, 2**31 - 1)])
def test_a_number_beyond_the_siblings_is_refused(index: int, number: int) -> None:
    assignment = begin_forked()
    with pytest.raises(Refused, match="no such step"):
        grade(assignment, index, alternative=number)


@pytest.mark.parametrize("number", [0, -1, 2**31])
def test_a_number_that_counts_nothing_is_refused(number: int) -> None:
    with pytest.raises(Refused, match="counted from"):
        grade(begin_forked(), 0, alternative=number)


def test_a_campaign_of_own_steps_refuses_alternatives() -> None:
    assignment = begin_forked(alternatives="none")
    with pytest.raises(Refused, match="only the chain's own steps"):
        grade(assignment, 0, alternative=1)
    assert not Grade.objects.exists()


def test_alternatives_behind_the_first_error_are_not_asked_for() -> None:
    assignment = begin_forked()
    grade_bad(assignment, 0)
    grade(assignment, 0, alternative=1)
    with pytest.raises(Refused, match="after the first flawed one"):
        grade(assignment, 2, alternative=1)


def test_a_flawed_alternative_stops_no_chain() -> None:
    assignment = begin_forked()
    grade_bad(assignment, 0, alternative=1)
    for index in range(3):
        grade(assignment, index)
    sheet = read_sheet(assignment=assignment)
    assert sheet.first_error_index is None
    assert hand_in(assignment).finish_reason == "solution"


def test_a_chain_is_handed_in_without_its_alternatives() -> None:
    assignment = begin_forked()
    for index in range(3):
        grade(assignment, index)
    assert hand_in(assignment).status == "submitted"


def test_the_seconds_of_an_alternative_count_as_work_on_its_chain() -> None:
    assignment = begin_forked()
    for index in range(3):
        grade(assignment, index, seconds=2.0)
    grade(assignment, 0, alternative=1, seconds=5.0)
    assert hand_in(assignment).active_seconds == 11


# --- One step, one grade


def two_chains(**policy: str) -> Assignment:
    """Two chains of one problem that part after their first step."""
    return begin_forked(
        prm800k_line(node("one"), node("two")),
        prm800k_line(node("one"), node("zwei"), node("drei")),
        **policy,
    )


def test_a_grade_given_beside_one_chain_comes_along_to_the_chain_whose_own_step_it_is() -> None:
    first = two_chains()
    grade(first, 0)
    grade(first, 1)
    grade(first, 1, alternative=1, verdict="okay", comment="same thing")
    second = make_assignment(campaign=hand_in(first).campaign)
    carried = read_sheet(assignment=second).steps[1]
    assert carried.text == "zwei"
    assert carried.carried
    assert carried.grade is not None
    assert (carried.grade.verdict, carried.grade.comment) == ("okay", "same thing")


def test_saving_it_in_its_own_chain_makes_it_that_chains_own() -> None:
    first = two_chains()
    grade(first, 0)
    grade(first, 1)
    grade(first, 1, alternative=1)
    second = make_assignment(campaign=hand_in(first).campaign)
    assert grade_of("zwei").beside is not None
    grade_bad(second, 1, revision=1)
    stored = grade_of("zwei")
    assert (stored.beside, stored.chain_id, stored.revision) == (None, second.chain_id, 2)


def test_a_grade_of_a_chains_own_step_comes_along_to_the_chain_that_it_stands_beside() -> None:
    first = two_chains()
    grade(first, 0)
    grade_bad(first, 1)
    second = make_assignment(campaign=hand_in(first).campaign)
    [beside] = read_sheet(assignment=second).alternatives[1]
    assert beside.text == "two"
    assert beside.carried
    assert beside.grade is not None
    assert beside.grade.verdict == "bad"
    grade(second, 1, alternative=1, revision=1)
    assert grade_of("two").beside is not None
    # The first chain shows it as it is now: one step, one grade.
    assert [step.grade and step.grade.verdict for step in read_sheet(assignment=first).steps] == [
        "good",
        "good",
    ]


# --- A step as it should be


def test_a_step_may_be_written_in_the_place_of_a_flawed_one() -> None:
    assignment = begin_forked(alternatives="written")
    given = grade_bad(assignment, 0, human_step="One, **rightly**: $1$.")
    assert given.human_step == grade_of("one").human_step == "One, **rightly**: $1$."


@pytest.mark.parametrize("policy", ["none", "graded"])
def test_where_nobody_is_asked_to_write_a_step_one_is_refused(policy: str) -> None:
    with pytest.raises(Refused, match="asks nobody to write"):
        grade_bad(begin_forked(alternatives=policy), 0, human_step="better")


@pytest.mark.parametrize("verdict", ["good", "okay"])
def test_a_step_is_not_written_in_the_place_of_one_that_is_not_flawed(verdict: str) -> None:
    with pytest.raises(Refused, match="only in the place of a flawed one"):
        grade(begin_forked(alternatives="written"), 0, verdict=verdict, human_step="better")


def test_a_step_is_not_written_in_the_place_of_an_alternative() -> None:
    with pytest.raises(Refused, match="of the chain's own only"):
        grade_bad(begin_forked(alternatives="written"), 0, alternative=1, human_step="better")


# --- What else reads grades


def submitted_with_alternatives() -> Assignment:
    """A flawed alternative with its error, a sound one, and a flawed own step that was written anew."""
    assignment = begin_forked(alternatives="written")
    grade(assignment, 0)
    grade_bad(assignment, 0, alternative=1, comment="hm")
    grade(assignment, 0, alternative=2, labels={"traits": ["terse"]})
    grade_bad(assignment, 1, labels={"error": ["logic"]}, human_step="deux")
    return hand_in(assignment)


@pytest.mark.django_db(transaction=True)
def test_a_campaign_that_moves_takes_them_and_written_steps_along() -> None:
    done = submitted_with_alternatives()
    move(done.campaign, next_version(done.taxonomy_version))
    successor = successor_of(done)
    sheet = read_sheet(assignment=successor)
    beside = sheet.alternatives[0]
    # The error of the first one was split; nobody has to answer for a step that nobody had to grade.
    assert [(step.grade.verdict, step.grade.labels, step.grade.comment) for step in beside if step.grade] == [
        ("bad", {}, "hm"),
        ("good", {"traits": ("short",)}, ""),
    ]
    assert [step.carried for step in beside] == [False, False]
    assert sheet.steps[1].grade is not None
    assert sheet.steps[1].grade.human_step == "deux"
    assert (successor.status, sheet.missing) == ("submitted", [])
    besides = Grade.objects.filter(taxonomy_version=successor.taxonomy_version, beside__isnull=False)
    assert sorted(besides.values_list("step__text", "beside__text")) == [("eins", "one"), ("uno", "one")]


@pytest.mark.django_db(transaction=True)
def test_in_figures_they_are_units_and_no_chains_errors() -> None:
    first = begin_forked(annotators=["ada", "ben"], overlap=2)
    for name in ("ada", "ben"):
        assignment = make_assignment(campaign=first.campaign, annotator=name)
        grade_bad(assignment, 0, alternative=1)
        for index in range(3):
            grade(assignment, index)
        hand_in(assignment)
    version_id = first.taxonomy_version_id
    gathered = gather(campaign_id=first.campaign_id, version_id=version_id)
    votes = sitting_votes(gathered)
    assert len(set(gathered.grades.steps)) == 4
    assert sorted(votes.indexes) == [0, 0, 1, 1, 2, 2]
    verdict = vocabulary_of(version_id).verdict
    flawed = next(choice.id for choice in verdict.choices if choice.value == -1)
    assert flawed not in votes.labels


@pytest.mark.django_db(transaction=True)
def test_the_formats_of_chains_say_nothing_of_them() -> None:
    with_them = submitted_with_alternatives()
    texts = [step.text for row in read_rows(campaign=with_them.campaign) for step in row.steps]
    assert texts == ["one", "two", "three"]


def test_researchers_see_one_with_the_steps_before_it() -> None:
    assignment = begin_forked(prm800k_line(node("one"), node("two", "deux")), researchers=["rosa"])
    grade(assignment, 0)
    grade_bad(assignment, 1, alternative=1, comment="French")
    step = Grade.objects.get(step__text="deux").step_id
    page = browser_of("rosa").get(f"/campaigns/pilot/steps/{step}/").content.decode()
    assert page.index("one") < page.index("deux") < page.index("French")
