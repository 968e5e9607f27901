"""Bringing exported grades into a campaign: all of a file or nothing, and in nobody's name who could speak for themselves."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotator.assignments.models import Assignment, Campaign, Role
from annotator.grading.bringing.bring import BringingRefused, Brought, bring_grades
from annotator.grading.models import Adjudication, Answer, Grade, GradeRevision
from tests.decided import decide_step
from tests.exported_lines import as_bytes, exported_line, vote
from tests.graded import grade_chains
from tests.makers import (
    EVERY_KIND,
    NOW,
    WHOLE_CHAIN,
    grade,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


def bring(campaign: Campaign, *lines: dict[str, Any]) -> Brought:
    return bring_grades(campaign=campaign, stream=io.BytesIO(as_bytes(*lines)), now=NOW)


def refusals(campaign: Campaign, *lines: dict[str, Any]) -> list[str]:
    before = Grade.objects.count(), campaign.memberships.count(), Assignment.objects.count()
    with pytest.raises(BringingRefused) as refused:
        bring(campaign, *lines)
    assert before == (Grade.objects.count(), campaign.memberships.count(), Assignment.objects.count())
    return [str(error) for error in refused.value.errors]


def whole(*votes: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The same votes on each of three steps."""
    return [list(votes)] * 3


def campaign_over_a_chain(**policy: Any) -> Campaign:
    make_chain()
    return make_campaign(**policy)


def line_of(campaign: Campaign, *args: Any, **more: Any) -> dict[str, Any]:
    return exported_line(*args, version=campaign.taxonomy_version, **more)


def test_votes_become_grades_with_a_first_revision_in_a_chain_that_was_handed_in() -> None:
    campaign = campaign_over_a_chain()
    said = vote(
        verdict="bad",
        labels={"error": ["logic"], "why": ["No."], "traits": ["terse", "clear"]},
        rendering="plain",
        comment="Hm.",
    )
    line = line_of(campaign, "a", [[vote()], [vote(verdict=None)], [said]])
    assert bring(campaign, line) == Brought(lines=1, people=1, chains=1, grades=3)
    last = Grade.objects.get(step__index=2)
    assert last.verdict is not None
    assert (last.state, last.verdict.key, last.comment, last.rendering) == ("graded", "bad", "Hm.", "plain")
    assert {
        (answer.criterion.key, answer.label.key if answer.label else answer.text)
        for answer in Answer.objects.filter(grade=last)
    } == {("error", "logic"), ("why", "No."), ("traits", "terse"), ("traits", "clear")}
    assert [grade.state for grade in Grade.objects.order_by("step__index")] == ["graded", "unsure", "graded"]
    assert set(GradeRevision.objects.values_list("revision", flat=True)) == {1}
    sitting = Assignment.objects.get()
    assert (sitting.status, sitting.finish_reason, sitting.submitted_at) == ("submitted", "found_error", NOW)
    assert sitting.exposure == {"brought_at": NOW.isoformat()}


def test_a_chain_of_which_steps_are_missing_is_handed_in_as_given_up() -> None:
    campaign = campaign_over_a_chain()
    bring(campaign, line_of(campaign, "a", [[vote()], [], []]))
    sitting = Assignment.objects.get()
    assert (sitting.finish_reason, bool(sitting.finish_note)) == ("give_up", True)


def test_where_a_campaign_stops_a_chain_is_whole_up_to_its_first_error() -> None:
    campaign = campaign_over_a_chain()
    bring(campaign, line_of(campaign, "a", [[vote()], [vote(verdict="bad")], []]))
    assert Assignment.objects.get().finish_reason == "found_error"


def test_grades_after_a_first_error_come_in_as_they_are() -> None:
    campaign = campaign_over_a_chain()
    bring(campaign, line_of(campaign, "a", [[vote(verdict="bad")], [vote()], [vote(repairs=0)]]))
    assert Grade.objects.count() == 3
    assert Grade.objects.get(step__index=2).repairs == Grade.objects.get(step__index=0).step


def test_people_are_made_with_the_files_pseudonyms_and_cannot_sign_in() -> None:
    campaign = campaign_over_a_chain()
    decision = {"reviewer": "reviewer 9", "verdict": "okay"}
    bring(campaign, line_of(campaign, "a", whole(vote("annotator-7f3a")), decisions={0: decision}))
    made = campaign.memberships.exclude(user__username="ada").select_related("user")
    assert {(member.user.username, member.pseudonym, member.role) for member in made} == {
        ("brought-pilot-annotator-7f3a", "annotator-7f3a", Role.ANNOTATOR),
        ("brought-pilot-reviewer_9", "reviewer 9", Role.REVIEWER),
    }
    assert not any(member.user.is_active or member.user.has_usable_password() for member in made)


def test_the_same_file_again_changes_nothing() -> None:
    campaign = campaign_over_a_chain()
    decision = {"reviewer": "reviewer-1", "verdict": "okay", "reason": "Seen."}
    line = line_of(campaign, "a", whole(vote(), vote("annotator-2")), decisions={0: decision})
    assert bring(campaign, line) == Brought(lines=1, people=3, chains=2, grades=6, decisions=1)
    assert bring(campaign, line) == Brought(lines=1, unchanged=6)
    assert (Grade.objects.count(), Adjudication.objects.count(), Assignment.objects.count()) == (6, 1, 2)


def test_each_gets_a_seat_of_their_own_as_far_as_there_are_seats() -> None:
    campaign = campaign_over_a_chain(overlap=3)
    grade(make_assignment(campaign=campaign))
    votes = vote(), vote("annotator-2"), vote("annotator-3")
    assert refusals(campaign, line_of(campaign, "a", whole(*votes))) == [
        "line 1: more people graded this chain than the campaign gives it to (3): raise its overlap"
    ]
    bring(campaign, line_of(campaign, "a", whole(*votes[:2])))
    assert sorted(Assignment.objects.values_list("seat", flat=True)) == [0, 1, 2]


def test_a_step_that_chains_share_is_one_grade_in_the_chain_that_its_annotator_graded() -> None:
    for name, last in (("p/a", "x"), ("p/b", "y")):
        make_chain(name, steps=("one", last))
    campaign = make_campaign()
    said = vote("annotator-1"), vote("annotator-2")
    brought = bring(
        campaign,
        line_of(campaign, "p/a", [said, [said[0]]], steps=("one", "x")),
        line_of(campaign, "p/b", [said, [said[1]]], steps=("one", "y")),
    )
    assert (brought.chains, brought.grades) == (2, 4)
    assert set(Assignment.objects.values_list("chain__external_id", "annotator__memberships__pseudonym")) == {
        ("p/a", "annotator-1"),
        ("p/b", "annotator-2"),
    }


def test_what_is_said_of_a_whole_chain_comes_in_too() -> None:
    make_chain()
    campaign = make_campaign(version=make_version(WHOLE_CHAIN))
    said = {
        "annotator": "annotator-1",
        "labels": {"approach": ["sound"], "advice": ["Go on."]},
        "comment": "",
    }
    bring(campaign, line_of(campaign, "a", whole(vote()), chain_votes=[said]))
    about = Grade.objects.get(step=None)
    assert (about.state, Answer.objects.filter(grade=about).count()) == ("answered", 2)
    assert Assignment.objects.get().finish_reason == "solution"


def test_nothing_is_said_in_the_name_of_a_member_who_can_sign_in() -> None:
    campaign = campaign_over_a_chain()
    ada = campaign.memberships.get().pseudonym
    assert refusals(campaign, line_of(campaign, "a", whole(vote(ada)))) == [
        f"line 1: {ada} is a member of this campaign who can sign in: nothing is said in their name"
    ]


def test_what_a_member_said_here_may_stand_in_the_file_as_it_is_and_not_otherwise() -> None:
    make_chain()
    campaign = make_campaign()
    grade_chains(campaign, annotator="ada", words={"a": ["good", "good", "good"]})
    ada = campaign.memberships.get().pseudonym
    assert bring(campaign, line_of(campaign, "a", whole(vote(ada)))).unchanged == 3
    assert refusals(campaign, line_of(campaign, "a", [[vote(ada)], [vote(ada, verdict="okay")], []])) == [
        f"line 1: steps[1].votes: {ada} has graded this otherwise in this campaign"
    ]


def test_a_grade_that_was_taken_back_here_is_not_brought_back() -> None:
    make_chain()
    campaign = make_campaign()
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0)
    grade(assignment, 0, revision=1, state="cleared", verdict=None)
    ada = campaign.memberships.get().pseudonym
    [words] = refusals(campaign, line_of(campaign, "a", [[vote(ada)], [], []]))
    assert words.endswith("has graded this otherwise in this campaign")


def test_a_decision_here_is_not_overwritten() -> None:
    campaign = campaign_over_a_chain(reviewers=["rita"])
    line = line_of(campaign, "a", whole(vote()))
    bring(campaign, line)
    decide_step(campaign, step=Grade.objects.get(step__index=0).step, verdict="bad")  # type: ignore[arg-type]
    other = {"reviewer": "reviewer-1", "verdict": "okay"}
    assert refusals(campaign, line_of(campaign, "a", whole(vote()), decisions={0: other})) == [
        "line 1: steps[0].decision: the campaign has decided otherwise"
    ]


def test_nobody_decides_what_they_graded() -> None:
    campaign = campaign_over_a_chain()
    decision = {"reviewer": "annotator-1", "verdict": "okay"}
    [words] = refusals(campaign, line_of(campaign, "a", whole(vote()), decisions={1: decision}))
    assert words.startswith("line 1: steps[1].decision: You graded this step yourself")


def test_later_grades_of_a_chain_that_was_brought_in_before_are_refused() -> None:
    campaign = campaign_over_a_chain()
    bring(campaign, line_of(campaign, "a", [[vote()], [], []]))
    assert refusals(campaign, line_of(campaign, "a", whole(vote()))) == [
        "line 1: annotator-1 has handed in this chain without some of these grades"
    ]


def test_two_lines_that_contradict_each_other_are_refused() -> None:
    for name, last in (("p/a", "x"), ("p/b", "y")):
        make_chain(name, steps=("one", last))
    campaign = make_campaign()
    assert refusals(
        campaign,
        line_of(campaign, "p/a", [[vote()], []], steps=("one", "x")),
        line_of(campaign, "p/b", [[vote(verdict="okay")], []], steps=("one", "y")),
    ) == ["line 2: steps[0].votes: annotator-1 says something else of this very step in line 1"]


def test_every_bad_line_is_named_and_nothing_is_stored() -> None:
    campaign = campaign_over_a_chain()
    good = line_of(campaign, "a", whole(vote()))
    other = {**good["taxonomy"], "digest": "f" * 64}
    lines: list[dict[str, Any]] = [
        good,
        good,
        line_of(campaign, "b", whole(vote())),
        {**good, "taxonomy": other},
        line_of(campaign, "a", whole(vote(verdict="great"))),
        line_of(campaign, "a", whole(vote(labels={"error": ["sign"]}))),
        line_of(campaign, "a", [[vote(repairs=0)], [], []]),
        line_of(campaign, "a", whole(vote(), vote())),
        line_of(campaign, "a", whole(vote(rendering="twin"))),
        {"problem": "p", "chain_id": "a", "steps": ["one"]},
        {**good, "steps": [{"index": 0, "text": "one"}]},
        line_of(campaign, "a", whole(vote(labels={"remark": ["a", "b"]}))),
    ]
    words = dict(text.split(": ", 1) for text in refusals(campaign, *lines))
    digest = good["taxonomy"]["digest"][:12]
    assert words == {
        "line 2": 'chain_id: "a" stands in line 1 too',
        "line 3": 'chain_id: "b" is not in pilot; import it first',
        "line 4": "taxonomy: graded with every_kind number 1 (ffffffffffff…), and the campaign uses every_kind number 1"
        f" ({digest}…)",
        "line 5": "steps[0].votes[0]: Unknown verdict 'great'.",
        "line 6": "steps[0].votes[0]: 'error' is not asked for this step.",
        "line 7": "steps[0].votes[0].repairs: a step can only repair an earlier one",
        "line 8": "steps[0]: annotator-1 votes twice",
        "line 9": 'steps[0].votes[0].rendering: "twin" is not one of styled, plain',
        "line 10": "steps: no grades in it; this is not a line of a native export",
        "line 11": "steps[0].votes: missing; export with votes=1",
        "line 12": "steps[0].votes[0].labels.remark: takes one text",
    }


def test_a_chain_with_other_steps_here_is_refused() -> None:
    campaign = campaign_over_a_chain()
    line = line_of(campaign, "a", whole(vote()), steps=("one", "two", "four"))
    assert refusals(campaign, line) == ['line 1: chain_id: "a" has another problem or other steps here']


def test_a_closed_campaign_takes_nothing_in() -> None:
    campaign = campaign_over_a_chain()
    Campaign.objects.update(status="closed")
    [words] = refusals(campaign, line_of(campaign, "a", whole(vote())))
    assert "closed" in words


def test_a_user_name_that_is_taken_stops_everything() -> None:
    campaign = campaign_over_a_chain()
    make_user("brought-pilot-annotator-1")
    [words] = refusals(campaign, line_of(campaign, "a", whole(vote())))
    assert words.startswith("line 1: annotator-1 cannot be made a member.")


def test_the_end_of_an_export_is_no_grade(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign = campaign_over_a_chain()
    path = tmp_path / "grades.jsonl"
    path.write_bytes(as_bytes(line_of(campaign, "a", whole(vote())), {"trailer": {"rows": 1}}))
    call_command("import_grades", str(path), "--campaign", "pilot", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "lines": 1,
        "people": 1,
        "chains": 1,
        "grades": 3,
        "decisions": 0,
        "unchanged": 0,
        "skipped": 0,
        "otherwise": 0,
    }
    call_command("import_grades", str(path), "--campaign", "pilot")
    assert "3 grades were there already" in capsys.readouterr().out


def test_the_command_names_the_lines_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign_over_a_chain()
    path = tmp_path / "grades.jsonl"
    path.write_bytes(b"{}\n")
    with pytest.raises(CommandError, match="1 lines cannot be brought in"):
        call_command("import_grades", str(path), "--campaign", "pilot")
    assert (
        capsys.readouterr().err == "line 1: steps: no grades in it; this is not a line of a native export\n"
    )
    with pytest.raises(CommandError, match="There is no campaign none"):
        call_command("import_grades", str(path), "--campaign", "none")
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_grades", str(tmp_path / "none"), "--campaign", "pilot")


def test_another_version_of_the_taxonomy_is_named() -> None:
    campaign = campaign_over_a_chain()
    other = make_version(EVERY_KIND.replace("definition: Right.", "definition: Quite right."))
    [words] = refusals(campaign, exported_line("a", whole(vote()), version=other))
    assert words.startswith("line 1: taxonomy: graded with every_kind number 2")
