"""What reviewers decided, and what that makes of a chain, in every format that speaks of the consensus."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotator.analysis.models import ChainConsensus, StepConsensus
from annotator.assignments.models import AfterFirstError, Campaign
from annotator.chains.models import ChainStep, Step
from annotator.exports.formats import WRITERS
from tests.contested import compute
from tests.decided import decide_step
from tests.exported import exported
from tests.graded import graded_campaign
from tests.makers import line, make_campaign
from tests.moved import moved_by_hand

pytestmark = pytest.mark.django_db(transaction=True)


def step_at(chain_id: str, index: int) -> Step:
    return ChainStep.objects.select_related("step").get(chain__external_id=chain_id, index=index).step


def export(campaign: Campaign, format_name: str = "native", **more: Any) -> bytes:
    return exported(campaign, format=format_name, **more)


def lines(campaign: Campaign, format_name: str = "native", **more: Any) -> dict[str, dict[str, Any]]:
    found = [json.loads(text) for text in export(campaign, format_name, **more).splitlines()]
    return {row.get("chain_id", row.get("id", row.get("prompt"))): row for row in found}


def split_campaign(**policy: Any) -> Campaign:
    """Two people who tie at the second step of p/a, and agree on the rest."""
    return graded_campaign(
        [line("p/a", "1", "2", "3", final_answer_correct=True)],
        {"ada": {"p/a": ["good", "good", "good"]}, "ben": {"p/a": ["good", "bad", "good"]}},
        **policy,
    )


def test_a_decision_is_the_verdict_and_leaves_the_votes_as_they_are() -> None:
    campaign = split_campaign()
    before = lines(campaign)["p/a"]
    assert [step["provenance"] for step in before["steps"]] == ["unanimous", None, "unanimous"]
    decide_step(campaign, step=step_at("p/a", 0), verdict="okay")
    decide_step(campaign, step=step_at("p/a", 1), verdict="bad")
    after = lines(campaign)["p/a"]
    assert [(step["verdict"], step["provenance"], step["adjudicated"]) for step in after["steps"]] == [
        (0, "adjudicated", True),
        (-1, "adjudicated", True),
        (1, "unanimous", False),
    ]
    for name in ("counts", "soft", "labels", "state"):
        assert [step[name] for step in after["steps"]] == [step[name] for step in before["steps"]]
    assert (before["first_error_index"], before["first_error_defined"]) == (None, False)
    assert (after["first_error_index"], after["first_error_defined"], after["lucky"]) == (1, True, True)


def test_the_formats_for_training_follow_a_decision() -> None:
    campaign = split_campaign()
    assert export(campaign, "trl") == export(campaign, "processbench") == b""
    decide_step(campaign, step=step_at("p/a", 1), verdict="bad")
    [row] = lines(campaign, "trl").values()
    assert (row["completions"], row["labels"]) == (["1", "2"], [True, False])
    assert lines(campaign, "processbench")["p/a"]["label"] == 1
    decide_step(campaign, step=step_at("p/a", 1), verdict="okay", revision=1)
    [row] = lines(campaign, "trl").values()
    assert row["labels"] == [True, True, True]
    assert lines(campaign, "processbench")["p/a"]["label"] == -1


def test_what_each_person_said_stays_as_it_is() -> None:
    campaign = split_campaign()
    before = export(campaign, "prm800k")
    decide_step(campaign, step=step_at("p/a", 1), verdict="bad")
    assert export(campaign, "prm800k") == before


def test_a_decision_taken_back_leaves_no_trace() -> None:
    campaign = split_campaign()
    before = {name: export(campaign, name) for name in WRITERS}
    decide_step(campaign, step=step_at("p/a", 1), verdict="bad")
    assert before != {name: export(campaign, name) for name in WRITERS}
    decide_step(campaign, step=step_at("p/a", 1), verdict=None, revision=1)
    assert before == {name: export(campaign, name) for name in WRITERS}


def test_a_decision_holds_for_every_chain_through_the_step() -> None:
    campaign = graded_campaign(
        [line("p/a", "same", "one way"), line("p/b", "same", "another way"), line("q/a", "same")],
        {"ada": {"p/a": ["good", "good"], "q/a": ["good"]}},
    )
    decide_step(campaign, step=step_at("p/b", 0), verdict="bad")
    firsts = {chain: row["steps"][0]["verdict"] for chain, row in lines(campaign).items()}
    assert firsts == {"p/a": -1, "p/b": -1, "q/a": 1}


def test_a_decision_of_another_campaign_or_version_decides_nothing_here() -> None:
    first = split_campaign()
    second = make_campaign(annotators=("ada",), key="second", dataset=first.dataset)
    before = export(first)
    moved = graded_campaign(
        [line("m/a", "1", final_answer_correct=True)], {"ada": {"m/a": ["good"]}}, key="moved"
    )
    decide_step(moved, step=step_at("m/a", 0), verdict="bad")
    former = export(moved)
    moved_by_hand(moved)
    assert export(moved, version="1") == former
    assert export(first) == before
    assert export(second) == b""


def lucky_campaign() -> Campaign:
    """Lucky in three ways, suspect in two, and as expected in three; each chain is of two or more steps."""
    campaign = graded_campaign(
        [
            line("a/consensus", "1", "2", "3", final_answer_correct=True),
            line("b/someone", "1", "2", final_answer_correct=True),
            line("c/decided", "1", "2", "3", final_answer_correct=True),
            line("d/suspect", "1", "2", final_answer_correct=False),
            line("e/decided_suspect", "1", "2", final_answer_correct=False),
            line("f/right", "1", "2", final_answer_correct=True),
            line("g/wrong", "1", "2", final_answer_correct=False),
            line("h/unknown", "1", "2"),
        ],
        {
            "ada": {
                "a/consensus": ["good", "bad", "good>1"],
                "b/someone": ["good", "good"],
                "c/decided": ["bad", "bad", "good>1"],
                "d/suspect": ["good", "okay"],
                "e/decided_suspect": ["good", "bad"],
                "f/right": ["good", "good"],
                "g/wrong": ["good", "bad"],
                "h/unknown": ["good", "bad"],
            },
            "ben": {
                "a/consensus": ["good", "bad", "good"],
                "b/someone": ["good", "bad"],
                "c/decided": ["bad", "good", "good"],
                "d/suspect": ["good", "okay"],
                "e/decided_suspect": ["good", "good"],
                "f/right": ["good", "good"],
                "g/wrong": ["good", "bad"],
                "h/unknown": ["bad", "bad"],
            },
        },
        after_first_error=AfterFirstError.REPAIR,
    )
    decide_step(campaign, step=step_at("c/decided", 1), verdict="bad")
    decide_step(campaign, step=step_at("e/decided_suspect", 1), verdict="good")
    return campaign


FOUND = {
    "a/consensus": {"finding": "lucky", "basis": "consensus", "step_index": 1, "repaired_by": [2]},
    "b/someone": {"finding": "lucky", "basis": "annotator", "step_index": 1, "repaired_by": []},
    "c/decided": {"finding": "lucky", "basis": "adjudicated", "step_index": 1, "repaired_by": [2]},
    "d/suspect": {"finding": "suspect", "basis": "consensus", "step_index": None, "repaired_by": []},
    "e/decided_suspect": {
        "finding": "suspect",
        "basis": "adjudicated",
        "step_index": None,
        "repaired_by": [],
    },
    "f/right": None,
    "g/wrong": None,
    "h/unknown": None,
}


def test_each_chain_says_what_was_found_of_it_on_whose_word_and_who_repairs_it() -> None:
    rows = lines(lucky_campaign())
    assert {chain: row["luck"] for chain, row in rows.items()} == FOUND
    # By verdicts alone: of one annotator's word only `luck` knows, and here a tie leaves the question open.
    assert {chain: row["lucky"] for chain, row in rows.items()} == {
        "a/consensus": True,
        "b/someone": None,
        "c/decided": True,
        "d/suspect": False,
        "e/decided_suspect": False,
        "f/right": False,
        "g/wrong": False,
        "h/unknown": None,
    }


def test_the_export_and_the_stored_report_say_the_same() -> None:
    campaign = lucky_campaign()
    compute(campaign)
    rows = lines(campaign)
    stored = ChainConsensus.objects.filter(campaign=campaign).select_related("chain")
    assert len(stored) == len(rows)
    for chain in stored:
        row = rows[chain.chain.external_id]
        expected = row["luck"] or {"finding": "", "basis": "", "step_index": None}
        assert (chain.finding, chain.basis, chain.flawed_index) == (
            *(expected["finding"], expected["basis"], expected["step_index"]),
        )
        assert chain.first_error_index == row["first_error_index"]
        assert chain.first_error_defined == row["first_error_defined"]
    steps = StepConsensus.objects.filter(campaign=campaign).select_related("verdict")
    by_step = {step.step_id: step for step in steps}
    for chain_id, row in rows.items():
        for shown in row["steps"]:
            step = by_step[step_at(chain_id, shown["index"]).pk]
            assert shown["verdict"] == (step.verdict.value if step.verdict else None)
            assert (shown["provenance"] or "") == step.provenance


def test_the_filter_leaves_the_lines_of_that_finding_as_they_are() -> None:
    campaign = lucky_campaign()
    whole = export(campaign).splitlines()
    for finding in ("lucky", "suspect"):
        wanted = [text for text in whole if (json.loads(text)["luck"] or {}).get("finding") == finding]
        assert export(campaign, luck=finding).splitlines() == wanted
    assert [row["label"] for row in lines(campaign, "processbench", luck="lucky").values()] == [1, 0]
    assert [row["labels"] for row in lines(campaign, "trl", luck="suspect").values()] == [[True, True]] * 2


def test_what_the_filter_leaves_out_is_not_counted_as_missing() -> None:
    campaign = lucky_campaign()
    whole = exported(campaign, format="trl", with_trailer=True, luck="lucky")
    trailer = json.loads(whole.splitlines()[-1])["trailer"]
    # b/someone is lucky on one annotator's word, and its tie has no label.
    assert (trailer["rows"], trailer["left_out"]) == (2, {"undecided": 1})


def test_the_command_knows_the_filter_too(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    campaign = lucky_campaign()
    call_command("export", "pilot", "--luck", "lucky")
    assert capsysbinary.readouterr().out == export(campaign, luck="lucky")
    with pytest.raises(CommandError, match="invalid choice: 'happy'"):
        call_command("export", "pilot", "--luck", "happy")
    with pytest.raises(CommandError, match=r"luck is for .* not for prm800k"):
        call_command("export", "pilot", "--luck", "lucky", "--format", "prm800k")


def test_unchanged_grades_and_decisions_give_the_same_bytes() -> None:
    campaign = lucky_campaign()
    for name in WRITERS:
        assert export(campaign, name) == export(campaign, name)


def test_decisions_cost_one_query_however_many_they_are() -> None:
    campaign = split_campaign()
    with CaptureQueriesContext(connection) as without:
        export(campaign)
    for index in range(3):
        decide_step(campaign, step=step_at("p/a", index), verdict="bad")
    with CaptureQueriesContext(connection) as with_three:
        export(campaign)
    assert len(with_three) == len(without)
    assert sum("grading_adjudication" in query["sql"] for query in with_three) == 1
