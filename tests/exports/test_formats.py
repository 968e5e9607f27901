"""What each format makes of the same chain: plain values in, bytes out."""

import json
from dataclasses import replace
from typing import Any

import pytest

from annotator.analysis.consensus import FirstError, first_error
from annotator.exports.formats import WRITERS, LeftOut
from annotator.exports.formats.native import lucky
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import (
    ChainRow,
    ChainVoteRow,
    DecisionRow,
    LuckRow,
    StepRow,
    TaxonomyRow,
    VoteRow,
)

TAXONOMY = TaxonomyRow(
    key="t",
    number=2,
    digest="d",
    label_keys=("good", "okay", "bad"),
    asks_about_chains=True,
    label_values=(1, 0, -1),
)
VOTES = {1: (2, 0, 0), 0: (0, 2, 0), -1: (0, 0, 2), None: (1, 0, 1)}


def row(*verdicts: int | None, correct: bool | None = True, **more: Any) -> ChainRow:
    usual: dict[str, Any] = {
        "chain_id": "c",
        "problem_id": "p",
        "problem": "What is p?",
        "reference_answer": None,
        "generator": "g",
        "final_answer": None,
        "final_answer_correct": correct,
        "metadata": "{}",
        "steps": tuple(
            StepRow(
                text=f"step {index}",
                verdict=verdict,
                provenance=None if verdict is None else "unanimous",
                state="graded",
                counts=VOTES[verdict],
                labels={},
            )
            for index, verdict in enumerate(verdicts)
        ),
        "chain_labels": {},
        "first_error": first_error(verdicts),
        "luck": None,
        "annotators": ("annotator-1",),
    }
    return ChainRow(**{**usual, **more})


def written(format_name: str, chain: ChainRow, **asked: Any) -> dict[str, Any] | LeftOut:
    out = WRITERS[format_name](chain, TAXONOMY, ExportQuery(format=format_name, **asked))
    if isinstance(out, LeftOut):
        return out
    assert out.endswith(b"\n")
    assert out.count(b"\n") == 1
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize(
    ("verdicts", "labels"),
    [
        ((1, 1), [True, True]),
        ((1, 0, 1), [True, True, True]),
        ((1, -1), [True, False]),
        ((1, -1, 1, None), [True, False]),
        ((-1, -1, -1), [False]),
        ((0, -1, 0), [True, False]),
    ],
)
def test_trl_has_booleans_up_to_the_first_error(verdicts: tuple[int, ...], labels: list[bool]) -> None:
    line = written("trl", row(*verdicts))
    assert line == {
        "prompt": "What is p?",
        "completions": [f"step {index}" for index in range(len(labels))],
        "labels": labels,
    }
    assert all(type(label) is bool for label in line["labels"])


@pytest.mark.parametrize("verdicts", [(None,), (1, None), (1, None, -1), (None, -1)])
@pytest.mark.parametrize("format_name", ["trl", "processbench"])
def test_a_chain_undecided_before_its_first_error_has_no_line(
    format_name: str, verdicts: tuple[int | None, ...]
) -> None:
    assert written(format_name, row(*verdicts)) is LeftOut.UNDECIDED


@pytest.mark.parametrize(
    ("verdicts", "label"), [((1, 1), -1), ((0, 0), -1), ((-1, 1), 0), ((1, 0, -1, None), 2), ((1,), -1)]
)
def test_processbench_counts_the_first_error_from_0(verdicts: tuple[int | None, ...], label: int) -> None:
    line = written("processbench", row(*verdicts, correct=False))
    assert line == {
        "id": "c",
        "generator": "g",
        "problem": "What is p?",
        "steps": [f"step {index}" for index in range(len(verdicts))],
        "final_answer_correct": False,
        "label": label,
    }


def test_processbench_leaves_out_a_chain_whose_outcome_is_unknown() -> None:
    assert written("processbench", row(1, correct=None)) is LeftOut.OUTCOME_UNKNOWN
    assert written("trl", row(1, correct=None)) != LeftOut.OUTCOME_UNKNOWN


@pytest.mark.parametrize(
    ("verdicts", "correct", "expected"),
    [
        ((1, -1), True, True),
        ((1, -1), False, False),
        ((1, 1), True, False),
        ((1, 1), False, False),
        ((1, -1), None, None),
        ((1, None), True, None),
        # A step that is flawed for sure is enough, and a wrong answer is never lucky.
        ((None, -1), True, True),
        ((1, None), False, False),
    ],
)
def test_a_lucky_chain_is_right_in_spite_of_a_flawed_step(
    verdicts: tuple[int | None, ...], correct: bool | None, expected: bool | None
) -> None:
    assert lucky(row(*verdicts, correct=correct)) is expected


def test_native_is_silent_about_whole_chains_where_the_taxonomy_asks_nothing_of_them() -> None:
    out = WRITERS["native"](row(1), replace(TAXONOMY, asks_about_chains=False), ExportQuery())
    assert isinstance(out, bytes)
    assert "chain_labels" not in json.loads(out)


WHOLE = row(
    steps=(
        StepRow(
            text="a",
            verdict=1,
            provenance="majority",
            state="graded",
            counts=(2, 1, 0),
            labels={"why": {"x": 1}},
        ),
        StepRow(text="b", verdict=None, provenance=None, state="unsure", counts=(0, 0, 0), labels={}),
        StepRow(text="c", verdict=-1, provenance="adjudicated", state="graded", counts=(1, 0, 1), labels={}),
    ),
    chain_labels={"approach": {"sound": 2}},
    first_error=FirstError(None, is_defined=False),
    luck=LuckRow(finding="lucky", basis="adjudicated", step_index=2, repaired_by=(3, 5)),
    metadata='{"n": 1.50, "k": null}',
    reference_solution="By parts.",
    scores=(0.5, None, 1.0),
)


def test_native_says_everything() -> None:
    assert written("native", WHOLE) == {
        "problem_id": "p",
        "problem": "What is p?",
        "reference_answer": None,
        "reference_solution": "By parts.",
        "chain_id": "c",
        "generator": "g",
        "final_answer": None,
        "final_answer_correct": True,
        "scores": [0.5, None, 1.0],
        "metadata": {"n": 1.5, "k": None},
        "steps": [
            {
                "index": 0,
                "text": "a",
                "verdict": 1,
                "state": "graded",
                "counts": {"good": 2, "okay": 1, "bad": 0},
                "soft": {"good": 2.5 / 4.5, "okay": 1.5 / 4.5, "bad": 0.5 / 4.5},
                "labels": {"why": {"x": 1}},
                "adjudicated": False,
                "provenance": "majority",
            },
            {
                "index": 1,
                "text": "b",
                "verdict": None,
                "state": "unsure",
                "counts": {"good": 0, "okay": 0, "bad": 0},
                "soft": None,
                "labels": {},
                "adjudicated": False,
                "provenance": None,
            },
            {
                "index": 2,
                "text": "c",
                "verdict": -1,
                "state": "graded",
                "counts": {"good": 1, "okay": 0, "bad": 1},
                "soft": {"good": 1.5 / 3.5, "okay": 0.5 / 3.5, "bad": 1.5 / 3.5},
                "labels": {},
                "adjudicated": True,
                "provenance": "adjudicated",
            },
        ],
        "chain_labels": {"approach": {"sound": 2}},
        "first_error_index": None,
        "first_error_defined": False,
        "lucky": True,
        "luck": {"finding": "lucky", "basis": "adjudicated", "step_index": 2, "repaired_by": [3, 5]},
        "annotators": ["annotator-1"],
        "taxonomy": {"key": "t", "number": 2, "digest": "d"},
    }


def test_native_tells_single_votes_and_what_was_decided_only_when_asked() -> None:
    vote = VoteRow("annotator-1", "graded", "good", {"why": ["x"]}, "plain", "Hm.", repairs=0)
    step = StepRow(
        text="a",
        verdict=1,
        provenance="adjudicated",
        state="graded",
        counts=(1, 0, 0),
        labels={},
        votes=(vote,),
        gold="bad",
        decision=DecisionRow("reviewer-1", "good", "Seen."),
    )
    chain = row(steps=(step,), first_error=FirstError(None, is_defined=True))
    chain = replace(chain, votes=(ChainVoteRow("annotator-1", {"approach": ["sound"]}, "Neat."),))
    told = {
        "annotator": "annotator-1",
        "state": "graded",
        "verdict": "good",
        "labels": {"why": ["x"]},
        "rendering": "plain",
        "repairs": 0,
    }
    plain, voted, whole = (
        written("native", chain, **asked)
        for asked in ({}, {"votes": True}, {"votes": True, "comments": True, "gold": True})
    )
    assert isinstance(plain, dict)
    assert isinstance(voted, dict)
    assert isinstance(whole, dict)
    assert not {"votes", "decision", "gold"} & set(plain["steps"][0])
    assert "chain_votes" not in plain
    assert voted["steps"][0]["votes"] == [told]
    assert voted["steps"][0]["decision"] == {"reviewer": "reviewer-1", "verdict": "good"}
    assert voted["chain_votes"] == [{"annotator": "annotator-1", "labels": {"approach": ["sound"]}}]
    assert whole["steps"][0]["votes"] == [{**told, "comment": "Hm."}]
    assert whole["steps"][0]["decision"]["reason"] == "Seen."
    assert whole["steps"][0]["gold"] == "bad"
    assert whole["chain_votes"][0]["comment"] == "Neat."


@pytest.mark.parametrize("format_name", ["native", "trl", "processbench"])
@pytest.mark.parametrize(
    "text", ["a\nb", "\u2028", "\\n", '"', "\u00e9\U0001f642", " x\t", "\x01\x7f", "<|endoftext|>"]
)
def test_text_comes_out_as_it_is(format_name: str, text: str) -> None:
    step = StepRow(text=text, verdict=1, provenance="single", state="graded", counts=(1, 0, 0), labels={})
    line = written(format_name, row(steps=(step,), first_error=first_error([1]), problem=text))
    assert isinstance(line, dict)
    assert line.get("problem", line.get("prompt")) == text
    [found] = line["completions"] if "completions" in line else line["steps"]
    assert (found["text"] if isinstance(found, dict) else found) == text
