"""Lines of our own export as a file of chains: the chain is read, the rest is looked at and left alone."""

import io
import json
from typing import Any

import pytest

from annotator.chains.formats import ChainRecord, SkippedLine, read_records
from annotator.chains.strict_json import LineError

VOTE: dict[str, Any] = {
    "annotator": "annotator-1",
    "state": "graded",
    "verdict": "good",
    "labels": {"error": ["sign"]},
    "rendering": "styled",
    "repairs": None,
    "comment": "",
}
STEP: dict[str, Any] = {
    "index": 0,
    "text": " one\n",
    "verdict": 1,
    "state": "graded",
    "counts": {"good": 1},
    "soft": {"good": 0.6},
    "labels": {"error": {"sign": 1}},
    "adjudicated": False,
    "provenance": "single",
    "style": {"words": 1.0},
    "debias": {"soft": None},
    "votes": [VOTE],
    "decision": {"reviewer": "reviewer-1", "verdict": "good", "reason": "Seen."},
    "gold": None,
}
LINE: dict[str, Any] = {
    "problem_id": "p",
    "problem": "What?",
    "reference_answer": None,
    "chain_id": "a",
    "generator": "g",
    "final_answer": "4",
    "final_answer_correct": True,
    "metadata": {"n": 1},
    "steps": [STEP],
    "chain_labels": {},
    "chain_votes": [{"annotator": "annotator-1", "labels": {}, "comment": "Fine."}],
    "first_error_index": None,
    "first_error_defined": True,
    "lucky": False,
    "luck": None,
    "annotators": ["annotator-1"],
    "style_flags": [],
    "taxonomy": {"key": "t", "number": 1, "digest": "d"},
}


def read(line: dict[str, Any]) -> ChainRecord | SkippedLine | LineError:
    [(_, found)] = read_records(io.BytesIO(json.dumps(line).encode()), format_name="native")
    return found


def refusal(line: dict[str, Any]) -> str:
    found = read(line)
    assert isinstance(found, LineError)
    return found.reason


def test_the_chain_in_it_is_read_byte_for_byte() -> None:
    assert read(LINE) == ChainRecord(
        chain_id="a",
        problem="What?",
        steps=(" one\n",),
        problem_id="p",
        generator="g",
        final_answer="4",
        final_answer_correct=True,
        metadata={"n": 1},
    )


def test_the_end_of_an_export_holds_no_chain() -> None:
    assert read({"trailer": {"rows": 1}}) == SkippedLine("the end of an export")


@pytest.mark.parametrize("key", ["style", "debias", "votes", "decision", "gold", "counts", "verdict"])
def test_a_step_may_say_less(key: str) -> None:
    step = {name: value for name, value in STEP.items() if name != key}
    assert read({**LINE, "steps": [step]}) == read(LINE)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"extra": 1}, 'unknown key "extra"'),
        ({"gold": [None]}, 'unknown key "gold"'),
        ({"lucky": "yes"}, "lucky: must be bool or null, not string"),
        ({"luck": []}, "luck: must be object or null, not list"),
        ({"first_error_index": 1.0}, "first_error_index: must be int or null, not float"),
        ({"first_error_index": False}, "first_error_index: must be int or null, not bool"),
        ({"annotators": [3]}, "annotators[0]: must be a string, not int"),
        ({"taxonomy": {"key": "t", "number": 1}}, "taxonomy.digest: missing"),
        (
            {"taxonomy": {"key": "t", "number": True, "digest": "d"}},
            "taxonomy.number: must be an int from 0, not bool",
        ),
        (
            {"chain_votes": [{"annotator": "a", "labels": []}]},
            "chain_votes[0].labels: must be an object, not list",
        ),
        ({"steps": [STEP, "two"]}, "steps[1]: must be an object, not string"),
        # Texts first: then it is a line of chains, in which nothing of an export is known.
        ({"steps": ["one", STEP]}, 'unknown key "chain_labels"'),
    ],
)
def test_what_does_not_belong_in_a_line_is_refused_with_its_path(changes: dict[str, Any], words: str) -> None:
    assert refusal({**LINE, **changes}) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"index": 1}, "index: 1 is not its place, which is 0"),
        ({"text": ""}, "text: empty"),
        ({"extra": 1}, 'unknown key "extra"'),
        ({"verdict": "good"}, "verdict: must be int or null, not string"),
        ({"soft": 0.5}, "soft: must be object or null, not float"),
        ({"adjudicated": None}, "adjudicated: must be bool, not null"),
        ({"gold": 1}, "gold: must be string or null, not int"),
        ({"votes": {}}, "votes: must be a list, not object"),
        ({"decision": {"reviewer": "r"}}, "decision.verdict: missing"),
        ({"votes": [{**VOTE, "state": "cleared"}]}, 'votes[0].state: "cleared" is not one of graded, unsure'),
        (
            {"votes": [{**VOTE, "verdict": None}]},
            "votes[0].verdict: is given exactly where the state is graded",
        ),
        ({"votes": [{**VOTE, "repairs": -1}]}, "votes[0].repairs: must be an int from 0, not -1"),
        (
            {"votes": [{**VOTE, "labels": {"error": "sign"}}]},
            "votes[0].labels.error: must be a list, not string",
        ),
        (
            {"votes": [{**VOTE, "labels": {"error": [None]}}]},
            "votes[0].labels.error[0]: must be a string, not null",
        ),
        ({"votes": [{**VOTE, "comment": None}]}, "votes[0].comment: must be a string, not null"),
        ({"votes": [{**VOTE, "user": "ada"}]}, 'votes[0]: unknown key "user"'),
    ],
)
def test_what_does_not_belong_in_a_step_is_refused_with_its_path(changes: dict[str, Any], words: str) -> None:
    before = "steps[0]: " if words.startswith("unknown") else "steps[0]."
    assert refusal({**LINE, "steps": [{**STEP, **changes}]}) == before + words
