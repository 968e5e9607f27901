"""Each published format becomes the same kind of record, byte for byte, and each mistake is named by its place."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
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
    Alternative,
    ChainRecord,
    SkippedLine,
    read_records,
)
from annotator.chains.strict_json import LineError
from tests.samples import sample, shared_data

Outcome = ChainRecord | SkippedLine | LineError
MARKER = "\u043a\u0438"
ABSENT = object()


def read_objects(*lines: object, format_name: str) -> list[Outcome]:
    content = b"\n".join(json.dumps(line).encode() for line in lines)
    return [outcome for _, outcome in read_records(io.BytesIO(content), format_name=format_name)]


def record_of(line: object, *, format_name: str) -> ChainRecord:
    [outcome] = read_objects(line, format_name=format_name)
    assert isinstance(outcome, ChainRecord), outcome
    return outcome


def reason_for(line: object, *, format_name: str) -> str:
    [outcome] = read_objects(line, format_name=format_name)
    assert isinstance(outcome, LineError), outcome
    return outcome.reason


def records_in(path: Path, *, format_name: str) -> Iterator[ChainRecord]:
    with path.open("rb") as stream:
        for number, outcome in read_records(stream, format_name=format_name):
            assert isinstance(outcome, ChainRecord), f"{path.name}:{number}: {outcome}"
            yield outcome


def objects_in(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def changed(line: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {key: value for key, value in (line | changes).items() if value is not ABSENT}


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


PROCESSBENCH: dict[str, Any] = {
    "id": "demo-1",
    "generator": "tutor-v2",
    "problem": "What is 15% of 80?",
    "steps": ["15% is 0.15.", "$0.15 \\times 80 = 14$."],
    "final_answer_correct": False,
    "label": 1,
}


def test_a_processbench_label_counts_from_zero() -> None:
    assert record_of(PROCESSBENCH, format_name="processbench") == ChainRecord(
        chain_id="demo-1",
        problem="What is 15% of 80?",
        steps=("15% is 0.15.", "$0.15 \\times 80 = 14$."),
        generator="tutor-v2",
        final_answer_correct=False,
        first_wrong_step=1,
    )
    assert record_of(PROCESSBENCH | {"label": -1}, format_name="processbench").first_wrong_step == -1


PROCESSBENCH_MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "past the last step": (
        {"label": 2},
        "label: 2 is neither -1 nor the index of one of 2 steps, counted from 0",
    ),
    "below none": ({"label": -2}, "label: -2 is neither -1 nor the index of one of 2 steps, counted from 0"),
    "a bool": ({"label": True}, "label: must be an int, not bool"),
    "a float": ({"label": 1.0}, "label: must be an int, not float"),
    "null": ({"label": None}, "label: must be an int, not null"),
    "no label": ({"label": ABSENT}, "label: missing"),
    "no id": ({"id": ABSENT}, "id: missing"),
    "no generator": ({"generator": ABSENT}, "generator: missing"),
    "no outcome": ({"final_answer_correct": ABSENT}, "final_answer_correct: missing"),
    "an unknown key": ({"chain_id": "x"}, 'unknown key "chain_id"'),
    "an empty step": ({"steps": [""]}, "steps[0]: empty"),
}


@pytest.mark.parametrize(
    ("changes", "reason"), PROCESSBENCH_MISTAKES.values(), ids=PROCESSBENCH_MISTAKES.keys()
)
def test_a_mistake_in_a_processbench_line_is_named(changes: dict[str, Any], reason: str) -> None:
    assert reason_for(changed(PROCESSBENCH, **changes), format_name="processbench") == reason


@pytest.mark.parametrize(("name", "count"), [("gsm8k", 400), ("math", 1_000)])
def test_published_processbench_is_read_whole(name: str, count: int) -> None:
    path = shared_data(f"processbench/{name}.jsonl")
    records = list(records_in(path, format_name="processbench"))

    assert len(records) == len({record.chain_id for record in records}) == count
    for record, line in zip(records, objects_in(path), strict=True):
        assert record.steps == tuple(line["steps"])
        assert (record.chain_id, record.problem, record.first_wrong_step) == (
            line["id"],
            line["problem"],
            line["label"],
        )
        assert record.final_answer_correct is line["final_answer_correct"]


def completion(text: str, rating: int | None = 1) -> dict[str, Any]:
    return {"text": text, "rating": rating, "flagged": False}


def node(*completions: dict[str, Any], chosen: int | None = 0, human: str | None = None) -> dict[str, Any]:
    written = None if human is None else completion(human, None) | {"source": "human"}
    return {"completions": list(completions), "human_completion": written, "chosen_completion": chosen}


def prm800k(
    *nodes: Any, labeler: str = "ann", finish_reason: str = "solution", **question: Any
) -> dict[str, Any]:
    return {
        "labeler": labeler,
        "timestamp": "2026-02-03T10:11:12.131415",
        "generation": None,
        "is_quality_control_question": False,
        "is_initial_screening_question": False,
        "question": {"problem": "What is 7 times 8?", "ground_truth_answer": "56"} | question,
        "label": {"steps": list(nodes), "total_time": 61_234, "finish_reason": finish_reason},
    }


GAVE_UP = {"completions": None, "human_completion": None, "chosen_completion": None}


def test_the_chosen_completion_is_the_step_and_the_others_are_its_siblings() -> None:
    record = record_of(
        prm800k(
            node(completion("Let me think.", 0)),
            node(completion("It is 54.", -1), completion("It is 56."), completion("It is 54.", -1), chosen=1),
        ),
        format_name="prm800k",
    )

    assert record.steps == ("Let me think.", "It is 56.")
    assert record.ratings == (0, 1)
    assert record.alternatives == (Alternative(1, "It is 54.", -1), Alternative(1, "It is 54.", -1))
    assert record.problem_id is None
    assert record.reference_answer == "56"


def test_the_human_completion_is_the_step_when_nothing_was_chosen() -> None:
    record = record_of(
        prm800k(node(completion("It is 54.", -1), chosen=None, human="It is 56.")), format_name="prm800k"
    )

    assert record.steps == ("It is 56.",)
    assert record.ratings == (None,)
    assert record.alternatives == (Alternative(0, "It is 54.", -1),)


def test_a_human_completion_beside_a_chosen_one_is_a_sibling() -> None:
    record = record_of(prm800k(node(completion("a"), human="b")), format_name="prm800k")

    assert record.steps == ("a",)
    assert record.alternatives == (Alternative(0, "b", None),)


def test_the_wrong_step_that_stopped_a_phase_2_solution_belongs_to_the_chain() -> None:
    line = prm800k(
        node(completion("I multiply.")),
        node(completion("It is 54.", -1), completion("It is 56."), chosen=None),
        finish_reason="found_error",
        pre_generated_steps=["I multiply.", "It is 54.", "# Answer\n\n54"],
    )
    record = record_of(line, format_name="prm800k")

    assert record.steps == ("I multiply.", "It is 54.")
    assert record.ratings == (1, -1)
    assert record.alternatives == (Alternative(1, "It is 56.", 1),)


@pytest.mark.parametrize("last", [GAVE_UP, node(completion("It is 54.", -1), chosen=None)])
def test_the_chain_ends_where_the_labeler_gave_up(last: dict[str, Any]) -> None:
    record = record_of(
        prm800k(node(completion("I multiply.")), last, finish_reason="give_up"), format_name="prm800k"
    )

    assert record.steps == ("I multiply.",)
    assert [alternative.index for alternative in record.alternatives] == [1] * len(last["completions"] or [])


@pytest.mark.parametrize("nodes", [[], [GAVE_UP], [node(completion("It is 54.", -1), chosen=None)]])
def test_a_line_without_any_step_is_skipped_and_says_so(nodes: list[Any]) -> None:
    assert read_objects(prm800k(*nodes, finish_reason="give_up"), format_name="prm800k") == [
        SkippedLine("no step was chosen (finish_reason: give_up)")
    ]


def test_two_labelers_of_one_solution_share_its_chain() -> None:
    anns = record_of(prm800k(node(completion("a", 1)), node(completion("b", 1))), format_name="prm800k")
    bens_line = prm800k(
        node(completion("x", 0), completion("a", 0), chosen=1), node(human="b", chosen=None), labeler="ben"
    )
    bens = record_of(bens_line, format_name="prm800k")
    other = record_of(prm800k(node(completion("ab", 1))), format_name="prm800k")

    assert anns.chain_id == bens.chain_id != other.chain_id
    assert (anns.problem, anns.steps, anns.metadata) == (bens.problem, bens.steps, bens.metadata)
    assert [anns.labelling["labeler"], bens.labelling["labeler"]] == ["ann", "ben"]
    # Pinned: a chain imported by an older version must be met again under its id.
    assert anns.chain_id == "prm800k-34707ccde564f87eb07186f45c041d34"


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("So it is 56.\n\n# Answer\n\n56", "56"),
        ("# Answer\n\n 56 \n", " 56 \n"),
        ("The heading ## Answer\n\n56", None),
        ("# Answer: 56", None),
    ],
)
def test_the_answer_stands_below_its_heading(step: str, answer: str | None) -> None:
    assert record_of(prm800k(node(completion(step))), format_name="prm800k").final_answer == answer


PRM800K_MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a choice past the end": (
        prm800k(node(completion("a"), chosen=1)),
        "label.steps[0].chosen_completion: 1 is not the index of one of 1 completions",
    ),
    "a negative choice": (
        prm800k(node(completion("a"), chosen=-1)),
        "label.steps[0].chosen_completion: -1 is not the index of one of 1 completions",
    ),
    "a choice among nothing": (
        prm800k(GAVE_UP | {"chosen_completion": 0}),
        "label.steps[0].chosen_completion: 0 is not the index of one of 0 completions",
    ),
    "a bool as choice": (
        prm800k(node(completion("a")) | {"chosen_completion": False}),
        "label.steps[0].chosen_completion: must be an int, not bool",
    ),
    "a step after the end": (
        prm800k(GAVE_UP, node(completion("a"))),
        "label.steps[1]: follows a step at which nothing was chosen",
    ),
    "an empty step": (prm800k(node(completion(""))), "label.steps[0].completions[0].text: empty"),
    "an empty sibling": (
        prm800k(node(completion("a"), completion(""))),
        "label.steps[0].completions[1].text: empty",
    ),
    "a rating of two": (
        prm800k(node(completion("a", 2))),
        "label.steps[0].completions[0].rating: must be -1, 0, 1 or null",
    ),
    "a rating in words": (
        prm800k(node(completion("a") | {"rating": "good"})),
        "label.steps[0].completions[0].rating: must be -1, 0, 1 or null",
    ),
    "an unknown key of a completion": (
        prm800k(node(completion("a") | {"note": ""})),
        'label.steps[0].completions[0]: unknown key "note"',
    ),
    "an unknown key of a node": (prm800k(GAVE_UP | {"x": 1}), 'label.steps[0]: unknown key "x"'),
    "an unknown key of the question": (prm800k(level=5), 'question: unknown key "level"'),
    "an unknown key of the line": (prm800k() | {"steps": []}, 'unknown key "steps"'),
    "an unknown finish reason": (
        prm800k(finish_reason="bored"),
        'label.finish_reason: "bored" is not one of found_error, solution, bad_problem, give_up',
    ),
    "a number as labeler": (prm800k() | {"labeler": 3}, "labeler: must be a string, not int"),
    "no problem": (prm800k() | {"question": {}}, "question.problem: missing"),
    "a text as node": (prm800k("a"), "label.steps[0]: must be an object, not string"),
    "an empty pre-generated step": (
        prm800k(pre_generated_steps=["a", ""]),
        "question.pre_generated_steps[1]: empty",
    ),
    "false for pre-generated steps": (
        prm800k(pre_generated_steps=False),
        "question.pre_generated_steps: must be a list, not bool",
    ),
}


@pytest.mark.parametrize(("line", "reason"), PRM800K_MISTAKES.values(), ids=PRM800K_MISTAKES.keys())
def test_a_mistake_in_a_prm800k_line_is_named_by_its_place(line: dict[str, Any], reason: str) -> None:
    assert reason_for(line, format_name="prm800k") == reason


def test_the_prm800k_sample_has_a_shared_chain_a_stopped_one_and_a_skipped_line() -> None:
    with sample("prm800k").open("rb") as stream:
        outcomes = [outcome for _, outcome in read_records(stream, format_name="prm800k")]

    ann, ben, stopped, gave_up, skipped = outcomes
    assert isinstance(ann, ChainRecord)
    assert isinstance(ben, ChainRecord)
    assert ann.chain_id == ben.chain_id
    assert isinstance(stopped, ChainRecord)
    assert stopped.ratings == (-1,)
    assert isinstance(gave_up, ChainRecord)
    assert len(gave_up.steps) == 1
    assert isinstance(skipped, SkippedLine)


def test_published_prm800k_rows_are_read_whole() -> None:
    path = shared_data("prm800k_samples/raw_rows.jsonl")
    records = list(records_in(path, format_name="prm800k"))

    assert [len(record.steps) for record in records] == [6, 7, 5, 7, 8, 12, 29, 6]
    for record, line in zip(records, objects_in(path), strict=True):
        offered = [
            text["text"]
            for step in line["label"]["steps"]
            for text in [
                *(step["completions"] or []),
                *([step["human_completion"]] if step["human_completion"] else []),
            ]
        ]
        kept = [*record.steps, *(alternative.text for alternative in record.alternatives)]
        assert sorted(kept) == sorted(offered)


def math_shepherd(problem: str, *steps: str, signs: str) -> dict[str, Any]:
    def joined(ends: list[str]) -> str:
        pairs = enumerate(zip(steps, ends, strict=True), start=1)
        return problem + " " + "\n".join(f"Step {number}: {step} {end}" for number, (step, end) in pairs)

    return {"input": joined([MARKER] * len(steps)), "label": joined(list(signs)), "task": "GSM8K"}


def test_a_math_shepherd_line_is_cut_at_its_markers() -> None:
    line = math_shepherd("How far?", "  A week\n\nhas 7 days. ", "4*7=28. The answer is: 28", signs="+-")
    record = record_of(line, format_name="math_shepherd")

    assert record.problem == "How far?"
    assert record.steps == ("  A week\n\nhas 7 days. ", "4*7=28. The answer is: 28")
    assert record.ratings == (1, -1)
    assert record.final_answer == "28"
    assert record.metadata == {"task": "GSM8K"}
    assert record.chain_id == record_of(line, format_name="math_shepherd").chain_id


plain_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\u043a"), min_size=1)


@given(problem=plain_text, rated=st.lists(st.tuples(plain_text, st.sampled_from("+-")), min_size=1))
def test_math_shepherd_steps_come_back_byte_for_byte(problem: str, rated: list[tuple[str, str]]) -> None:
    steps = [step for step, _ in rated]
    line = math_shepherd(problem, *steps, signs="".join(sign for _, sign in rated))
    record = record_of(line, format_name="math_shepherd")

    assert (record.problem, list(record.steps)) == (problem, steps)
    assert record.ratings == tuple(1 if sign == "+" else -1 for _, sign in rated)


SHEPHERD = math_shepherd("How far?", "a", "b", signs="+-")
SHEPHERD_MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no marker": (SHEPHERD | {"input": "How far? Step 1: a"}, f"input: no step ends with {MARKER}"),
    "text at the end": (
        SHEPHERD | {"input": SHEPHERD["input"] + "\nStep 3: c"},
        f"input: text after the last {MARKER}",
    ),
    "no first step": (SHEPHERD | {"input": f"a {MARKER}"}, 'input: no " Step 1: " before the first step'),
    "a step left out": (
        SHEPHERD | {"input": SHEPHERD["input"].replace("Step 2", "Step 3")},
        'input: step 2 does not begin with a newline and "Step 2: "',
    ),
    "an empty step": (math_shepherd("How far?", "a", "", signs="++"), "steps[1]: empty"),
    "no problem": (math_shepherd("", "a", signs="+"), "problem: empty"),
    "another sign": (
        math_shepherd("How far?", "a", signs="?"),
        'label: step 1 ends with "?", not with + or -',
    ),
    "a label cut short": (
        SHEPHERD | {"label": SHEPHERD["label"][:-1]},
        'label: step 2 ends with "", not with + or -',
    ),
    "a label of another text": (
        SHEPHERD | {"label": SHEPHERD["label"].replace(": b", ": c")},
        "label: is not the text of the input up to the end of step 2",
    ),
    "a longer label": (SHEPHERD | {"label": SHEPHERD["label"] + " more"}, "label: text after the last step"),
    "no label": ({"input": SHEPHERD["input"]}, "label: missing"),
    "a number as label": (SHEPHERD | {"label": 1}, "label: must be a string, not int"),
    "an unknown key": (SHEPHERD | {"value": []}, 'unknown key "value"'),
}


@pytest.mark.parametrize(("line", "reason"), SHEPHERD_MISTAKES.values(), ids=SHEPHERD_MISTAKES.keys())
def test_a_mistake_in_a_math_shepherd_line_is_named(line: dict[str, Any], reason: str) -> None:
    assert reason_for(line, format_name="math_shepherd") == reason


@pytest.mark.parametrize("path", [sample("math_shepherd"), None], ids=["sample", "published"])
def test_math_shepherd_files_can_be_put_together_again(path: Path | None) -> None:
    path = path or shared_data("math_shepherd_samples/samples.jsonl")

    for record, line in zip(records_in(path, format_name="math_shepherd"), objects_in(path), strict=True):
        signs = "".join("+" if rating == 1 else "-" for rating in record.ratings or ())
        again = math_shepherd(record.problem, *record.steps, signs=signs)
        assert (again["input"], again["label"]) == (line["input"], line["label"])
