"""Each format becomes the same kind of record, byte for byte, and each mistake is named by its place."""

import io
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.chains.formats import (
    FORMATS,
    ID_BYTES_LIMIT,
    STEP_COUNT_LIMIT,
    TEXT_BYTES_LIMIT,
    ChainRecord,
    read_records,
)
from tests.chains.lines import ABSENT, MARKER, changed, reason_for, record_of, records_in
from tests.samples import sample

NATIVE: dict[str, Any] = {
    "chain_id": "alg-17-a",
    "problem": "Solve 3x = 12.",
    "steps": ["x = 12 / 3", "x = 4", "Done."],
}


def test_a_native_line_needs_three_keys_only() -> None:
    assert record_of(NATIVE, format_name="native") == ChainRecord(
        chain_id="alg-17-a", problem="Solve 3x = 12.", steps=("x = 12 / 3", "x = 4", "Done.")
    )


def test_null_means_not_given() -> None:
    optional = (
        "problem_id reference_answer reference_solution generator scores final_answer final_answer_correct "
        "metadata gold"
    )
    line = NATIVE | dict.fromkeys(optional.split())

    assert record_of(line, format_name="native") == record_of(NATIVE, format_name="native")


def test_the_native_sample_keeps_every_field() -> None:
    first, second, third, fourth = records_in(sample("native"), format_name="native")

    assert first == ChainRecord(
        problem_id="alg-17",
        problem="Solve $3x - 5 = 7$ for $x$.",
        reference_answer="4",
        reference_solution="Add 5, then divide by 3: $x = 12/3 = 4$.",
        chain_id="alg-17-a",
        generator="tutor-v2",
        steps=("Add 5 to both sides: $3x = 12$.", "Divide by 3: $x = 4$."),
        final_answer="4",
        final_answer_correct=True,
        scores=(0.97, 0.99),
        metadata={"source": "pilot", "temperature": 0.7},
    )
    assert second.scores == (0.31, None, 1.0)
    assert second.gold == ("bad", "good", None)
    assert third.steps[0] == "  The loop starts with `x = 1`.\n"
    assert third.steps[1].endswith("\t")
    assert fourth.chain_id == "miete-1-ä"


NATIVE_MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"step": []}, 'unknown key "step"'),
    "a key of another format": ({"label": 1}, 'unknown key "label"'),
    "no problem": ({"problem": ABSENT}, "problem: missing"),
    "a null problem": ({"problem": None}, "problem: must be a string, not null"),
    "an empty problem": ({"problem": ""}, "problem: empty"),
    "no chain id": ({"chain_id": ABSENT}, "chain_id: missing"),
    "a number as chain id": ({"chain_id": 17}, "chain_id: must be a string, not int"),
    "an empty chain id": ({"chain_id": ""}, "chain_id: empty"),
    "a chain id of 501 bytes": ({"chain_id": "é" * 250 + "x"}, "chain_id: longer than 500 bytes"),
    "an empty problem id": ({"problem_id": ""}, "problem_id: empty"),
    "a problem id of 501 bytes": ({"problem_id": "x" * 501}, "problem_id: longer than 500 bytes"),
    "no steps": ({"steps": ABSENT}, "steps: missing"),
    "steps in one text": ({"steps": "x = 4"}, "steps: must be a list, not string"),
    "no step at all": ({"steps": []}, "steps: empty"),
    "an empty step": ({"steps": ["a", "b", ""]}, "steps[2]: empty"),
    "a number as step": ({"steps": ["a", "b", 3]}, "steps[2]: must be a string, not int"),
    "a null step": ({"steps": [None]}, "steps[0]: must be a string, not null"),
    "an object as step": ({"steps": [{"text": "a"}]}, "steps[0]: must be a string, not object"),
    "a step past the limit": (
        {"steps": ["x" * (TEXT_BYTES_LIMIT + 1)]},
        "steps[0]: longer than 1,000,000 bytes",
    ),
    "too many steps": ({"steps": ["x"] * (STEP_COUNT_LIMIT + 1)}, "steps: more than 10,000 steps"),
    "a number as answer": ({"final_answer": 4}, "final_answer: must be a string, not int"),
    "a bool as reference": ({"reference_answer": True}, "reference_answer: must be a string, not bool"),
    "a list as solution": ({"reference_solution": []}, "reference_solution: must be a string, not list"),
    "a number as generator": ({"generator": 7}, "generator: must be a string, not int"),
    "a generator of 501 bytes": ({"generator": "x" * 501}, "generator: longer than 500 bytes"),
    "one as true": (
        {"final_answer_correct": 1},
        "final_answer_correct: must be true, false or null, not int",
    ),
    "true as a text": (
        {"final_answer_correct": "true"},
        "final_answer_correct: must be true, false or null, not string",
    ),
    "too few scores": ({"scores": [0.5, 0.5]}, "scores: 2 items for 3 steps"),
    "a bool as score": ({"scores": [0.5, True, 1]}, "scores[1]: must be a number or null, not bool"),
    "a text as score": ({"scores": ["0.5", 1, 1]}, "scores[0]: must be a number or null, not string"),
    "one score for all": ({"scores": 0.5}, "scores: must be a list, not float"),
    "a list as metadata": ({"metadata": []}, "metadata: must be an object, not list"),
    "a text as metadata": ({"metadata": ""}, "metadata: must be an object, not string"),
    "too many gold labels": ({"gold": ["good"] * 4}, "gold: 4 items for 3 steps"),
    "a number as gold label": ({"gold": ["good", 1, None]}, "gold[1]: must be a string, not int"),
    "an empty gold label": ({"gold": ["good", "", None]}, "gold[1]: empty"),
}


@pytest.mark.parametrize(("changes", "reason"), NATIVE_MISTAKES.values(), ids=NATIVE_MISTAKES.keys())
def test_a_mistake_in_a_native_line_is_named_by_its_place(changes: dict[str, Any], reason: str) -> None:
    assert reason_for(changed(NATIVE, **changes), format_name="native") == reason


def test_texts_and_ids_at_their_limits_are_taken() -> None:
    longest = "é" * (TEXT_BYTES_LIMIT // 2)
    line = NATIVE | {"chain_id": "é" * (ID_BYTES_LIMIT // 2), "steps": [longest], "problem": longest}

    assert record_of(line, format_name="native").steps == (longest,)


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
short_id = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=120
)


@given(
    line=st.fixed_dictionaries(
        {"chain_id": short_id, "problem": text, "steps": st.lists(text, min_size=1)},
        optional={
            "problem_id": short_id,
            "reference_answer": text,
            "reference_solution": text,
            "generator": short_id,
            "final_answer": text,
            "final_answer_correct": st.booleans(),
            "metadata": st.dictionaries(text, text | st.integers(-(2**63), 2**63 - 1) | st.booleans()),
        },
    )
)
def test_every_native_text_comes_back_byte_for_byte(line: dict[str, Any]) -> None:
    [(_, record)] = read_records(io.BytesIO(orjson.dumps(line) + b"\n"), format_name="native")

    assert isinstance(record, ChainRecord)
    assert [step.encode() for step in record.steps] == [step.encode() for step in line["steps"]]
    for key in line.keys() - {"steps"}:
        assert getattr(record, key) == line[key]


def test_reading_goes_on_after_a_bad_line() -> None:
    content = b'{"chain_id":"a","problem":"p","steps":["s",""]}\n\nnot json\n' + orjson.dumps(NATIVE)

    outcomes = list(read_records(io.BytesIO(content), format_name="native"))

    assert [number for number, _ in outcomes] == [1, 2, 3, 4]
    assert [str(outcome) for _, outcome in outcomes[:3]] == [
        "line 1: steps[1]: empty",
        "line 2: blank line",
        "line 3: not JSON: expecting value at character 1",
    ]
    assert isinstance(outcomes[3][1], ChainRecord)


def test_an_empty_file_is_an_error() -> None:
    [(number, error)] = read_records(io.BytesIO(b""), format_name="native")

    assert (number, str(error)) == (1, "line 1: the file is empty")


def test_an_unknown_format_is_refused_before_anything_is_read() -> None:
    with pytest.raises(
        ValueError, match='unknown format "csv": choose one of native, processbench, prm800k, math_'
    ):
        read_records(io.BytesIO(b"{}"), format_name="csv")


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize(
    "line", [{}, {"steps": {}}, {"label": {"steps": 1}}, {"input": MARKER}, {"question": []}]
)
def test_nonsense_is_an_error_in_every_format(line: dict[str, object], format_name: str) -> None:
    assert reason_for(line, format_name=format_name)
