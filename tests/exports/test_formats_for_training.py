"""What the formats for training make of the same chain, under each of their options."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.analysis.consensus import first_error
from annotator.chains.formats import ChainRecord, read_records
from annotator.chains.formats.math_shepherd import read_math_shepherd
from annotator.chains.strict_json import parse_object
from annotator.exports.formats import WRITERS, LeftOut
from annotator.exports.formats.binary import MARKER
from annotator.exports.options import BINARY_FORMATS, AfterError, Neutral
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import ChainRow, SiblingRow, StepRow, TaxonomyRow
from tests.samples import sample, shared_data

TAXONOMY = TaxonomyRow(
    key="t", number=1, digest="d", label_keys=("good", "okay", "bad"), label_values=(1, 0, -1)
)
COUNTS = {1: (2, 0, 0), 0: (0, 2, 0), -1: (0, 0, 2), None: (1, 0, 1)}
Verdicts = tuple[int | None, ...]
SIGNS = {"+": True, "-": False}


def row(*verdicts: int | None, texts: tuple[str, ...] | None = None, **more: Any) -> ChainRow:
    usual: dict[str, Any] = {
        "chain_id": "c",
        "problem_id": "p",
        "problem": "P?",
        "reference_answer": None,
        "generator": "g",
        "final_answer": None,
        "final_answer_correct": True,
        "metadata": "{}",
        "steps": tuple(
            StepRow(text, verdict, None, "graded", COUNTS[verdict], {})
            for text, verdict in zip(texts or tuple("abcdefgh"), verdicts, strict=False)
        ),
        "chain_labels": {},
        "first_error": first_error(verdicts),
        "luck": None,
        "annotators": ("annotator-1",),
    }
    return ChainRow(**{**usual, **more})


def written(format_name: str, chain: ChainRow, **asked: Any) -> list[dict[str, Any]] | LeftOut:
    out = WRITERS[format_name](chain, TAXONOMY, ExportQuery(format=format_name, **asked))
    return out if isinstance(out, LeftOut) else [json.loads(line) for line in out.splitlines()]


def only(format_name: str, chain: ChainRow, **asked: Any) -> dict[str, Any]:
    found = written(format_name, chain, **asked)
    assert isinstance(found, list)
    [line] = found
    return line


# What each of them says of the steps, as booleans.
SAID: dict[str, Callable[[dict[str, Any]], list[bool]]] = {
    "trl": lambda line: line["labels"],
    "math_shepherd": lambda line: [
        SIGNS[piece[-1]] for piece in line["label"].removeprefix("P? ").split("\n")
    ],
    "openrlhf": lambda line: [SIGNS[value] for value in line["value"]],
    "rlhflow": lambda line: [SIGNS[turn["content"]] for turn in line["conversations"][1::2]],
}


@pytest.mark.parametrize("format_name", BINARY_FORMATS)
@pytest.mark.parametrize(
    ("verdicts", "asked", "expected"),
    [
        ((1, 1), {}, [True, True]),
        ((1, 0, 1), {}, [True, True, True]),
        ((1, 0, 1), {"neutral": Neutral.FALSE}, [True, False, True]),
        ((1, -1, 1, None), {}, [True, False]),
        ((1, -1, 1, None), {"after_error": AfterError.FALSE}, [True, False, False, False]),
        ((0, -1, 0), {"neutral": Neutral.FALSE}, [False, False]),
        ((-1, 0, 1), {"neutral": Neutral.DROP_CHAIN}, [False]),
        ((-1, 0), {"neutral": Neutral.DROP_CHAIN, "after_error": AfterError.FALSE}, [False, False]),
        ((1, 1), {"after_error": AfterError.FALSE}, [True, True]),
    ],
)
def test_the_binary_formats_agree_on_what_is_right(
    format_name: str, verdicts: Verdicts, asked: dict[str, Any], expected: list[bool]
) -> None:
    assert SAID[format_name](only(format_name, row(*verdicts), **asked)) == expected


@pytest.mark.parametrize("format_name", BINARY_FORMATS)
def test_a_chain_with_a_neutral_step_can_be_left_out(format_name: str) -> None:
    asked = {"neutral": Neutral.DROP_CHAIN}
    assert written(format_name, row(1, 0, -1), **asked) is LeftOut.NEUTRAL_STEP
    assert written(format_name, row(1, -1, 0), **asked) is not LeftOut.NEUTRAL_STEP


@pytest.mark.parametrize("after_error", AfterError)
@pytest.mark.parametrize("format_name", BINARY_FORMATS)
@pytest.mark.parametrize("verdicts", [(None,), (1, None), (1, None, -1), (None, -1)])
def test_a_chain_undecided_before_its_first_error_has_no_line(
    format_name: str, verdicts: Verdicts, after_error: AfterError
) -> None:
    assert written(format_name, row(*verdicts), after_error=after_error) is LeftOut.UNDECIDED


@pytest.mark.parametrize("format_name", ["math_shepherd", "openrlhf"])
def test_a_chain_that_holds_the_marker_is_named_and_left_out(format_name: str) -> None:
    holds = f"x {MARKER}y"
    assert written(format_name, row(1, problem=holds)) is LeftOut.HAS_MARKER
    assert written(format_name, row(1, texts=(holds,))) is LeftOut.HAS_MARKER
    # Also after the cut, so that the cut does not decide it.
    assert written(format_name, row(-1, 1, texts=("a", holds))) is LeftOut.HAS_MARKER
    assert written("trl", row(1, texts=(holds,))) is not LeftOut.HAS_MARKER


def test_math_shepherd_sets_a_marker_after_each_numbered_step() -> None:
    assert only("math_shepherd", row(1, -1)) == {
        "input": "P? Step 1: a \u043a\u0438\nStep 2: b \u043a\u0438",
        "label": "P? Step 1: a +\nStep 2: b -",
        "task": "",
    }


@pytest.mark.parametrize(
    ("metadata", "domain", "task"),
    [
        ('{"task": "GSM8K"}', "algebra", "GSM8K"),
        ('{"task": 3}', "algebra", "algebra"),
        ("{}", "algebra", "algebra"),
        ("{}", "", ""),
    ],
)
def test_math_shepherds_task_is_that_of_the_chain_or_its_domain(
    metadata: str, domain: str, task: str
) -> None:
    assert only("math_shepherd", row(1, metadata=metadata, domain=domain))["task"] == task


@pytest.mark.parametrize("problem", ["Is Step 1: a?", "x Step 1:", " Step 1: "])
def test_a_problem_that_reads_as_a_first_step_is_left_out_of_math_shepherd(problem: str) -> None:
    assert written("math_shepherd", row(1, problem=problem)) is LeftOut.HAS_STEP_HEADING


NASTY = ["к", "и", "Step 1:", " Step 1: ", "\nStep 2: ", " ", "\n", "+", "-", MARKER, "The answer is: "]
TEXTS = st.lists(
    st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)
)
TEXT = TEXTS.map("".join).filter(bool)


@given(
    problem=TEXT,
    steps=st.lists(st.tuples(TEXT, st.sampled_from([1, 0, -1])), min_size=1, max_size=5),
    task=st.none() | st.text(max_size=3).filter(lambda text: "\0" not in text),
)
def test_what_is_written_for_math_shepherd_is_read_as_the_same_chain(
    problem: str, steps: list[tuple[str, int]], task: str | None
) -> None:
    texts, verdicts = zip(*steps, strict=True)
    metadata = json.dumps({} if task is None else {"task": task}, ensure_ascii=False)
    chain = row(*verdicts, texts=texts, problem=problem, metadata=metadata)
    query = ExportQuery(format="math_shepherd", after_error=AfterError.FALSE)
    out = WRITERS["math_shepherd"](chain, TAXONOMY, query)
    if isinstance(out, LeftOut):
        assert out in (LeftOut.HAS_MARKER, LeftOut.HAS_STEP_HEADING)
        return
    record = read_math_shepherd(parse_object(out.removesuffix(b"\n")))
    end = chain.first_error.index
    assert (record.problem, record.steps, record.metadata) == (problem, texts, {"task": task or ""})
    assert record.ratings == tuple(
        -1 if end is not None and index >= end else 1 for index in range(len(texts))
    )


def published_math_shepherd() -> bytes:
    return shared_data("math_shepherd_samples/samples.jsonl").read_bytes()


@pytest.mark.parametrize("content", [sample("math_shepherd").read_bytes, published_math_shepherd])
def test_math_shepherds_own_lines_come_out_as_they_went_in(content: Callable[[], bytes]) -> None:
    """All lines whose signs a first error explains: a chain has nothing right after it."""
    compared = 0
    lines = content().splitlines()
    for line, (_, record) in zip(
        lines, read_records(io.BytesIO(b"\n".join(lines)), format_name="math_shepherd"), strict=True
    ):
        assert isinstance(record, ChainRecord)
        signs = record.ratings or ()
        if -1 in signs and 1 in signs[signs.index(-1) :]:
            continue
        chain = row(*signs, texts=record.steps, problem=record.problem, metadata=json.dumps(record.metadata))
        assert only("math_shepherd", chain, after_error=AfterError.FALSE) == {"task": "", **json.loads(line)}
        compared += 1
    assert compared


def test_openrlhf_has_a_value_for_each_marker() -> None:
    line = only("openrlhf", row(1, -1, 1))
    assert line == {"input": "P? a \u043a\u0438\nb \u043a\u0438", "value": ["+", "-"]}


def test_soft_values_are_smoothed_shares_of_sound_votes_and_all_of_them_floats() -> None:
    chain = row(1, 0, -1, 1)
    for neutral, expected in [
        (Neutral.TRUE, [3 / 3.5, 3 / 3.5, 1 / 3.5, 0.0]),
        (Neutral.FALSE, [2.5 / 3.5, 0.5 / 3.5, 0.5 / 3.5, 0.0]),
    ]:
        values = only("openrlhf", chain, soft=True, neutral=neutral, after_error=AfterError.FALSE)["value"]
        assert values == pytest.approx(expected)
        assert {type(value) for value in values} == {float}


def test_a_decision_that_nobody_voted_on_has_no_soft_value() -> None:
    decided = replace(row(1).steps[0], counts=(0, 0, 0), provenance="adjudicated")
    chain = row(1, steps=(decided,))
    assert written("openrlhf", chain, soft=True) is LeftOut.NO_VOTES
    assert only("openrlhf", chain)["value"] == ["+"]


def test_rlhflow_asks_for_a_sign_after_the_problem_with_its_first_step_and_after_each_later_one() -> None:
    assert only("rlhflow", row(1, -1, 1)) == {
        "conversations": [
            {"role": "user", "content": "P? a"},
            {"role": "assistant", "content": "+"},
            {"role": "user", "content": "b"},
            {"role": "assistant", "content": "-"},
        ]
    }


def test_orm_has_whole_solutions_whatever_was_said_of_their_steps() -> None:
    chain = row(None, -1, 1, final_answer_correct=False)
    assert only("orm", chain) == {"prompt": "P?", "completion": "a\nb\nc", "label": False}
    assert written("orm", replace(chain, final_answer_correct=None)) is LeftOut.OUTCOME_UNKNOWN


def test_preference_pairs_are_siblings_of_which_one_is_better() -> None:
    chain = row(1, -1, texts=("a", "b"))
    siblings = (SiblingRow("good b", 1), SiblingRow("tied b", None), SiblingRow("so-so b", 0))
    chain = replace(chain, steps=(chain.steps[0], replace(chain.steps[1], siblings=siblings)))
    prompt = "P?\na\n"
    assert written("preference_pairs", chain) == [
        {"prompt": prompt, "chosen": "good b", "rejected": "b"},
        {"prompt": prompt, "chosen": "good b", "rejected": "so-so b"},
        {"prompt": prompt, "chosen": "so-so b", "rejected": "b"},
    ]


def test_a_chain_without_a_better_sibling_has_no_pairs() -> None:
    chain = row(1, 1)
    assert written("preference_pairs", chain) is LeftOut.NO_PAIRS
    alike = replace(chain.steps[0], siblings=(SiblingRow("x", 1), SiblingRow("y", None)))
    assert written("preference_pairs", replace(chain, steps=(alike,))) is LeftOut.NO_PAIRS


def shape_of(value: object) -> object:
    """What columns are made of: keys in their order, and the type of each value."""
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape_of(item)) for item in value})
    return type(value).__name__


@given(
    verdicts=st.lists(st.sampled_from([1, 0, -1]), min_size=1, max_size=6),
    problem=TEXT,
    correct=st.booleans(),
    neutral=st.sampled_from(Neutral),
    after_error=st.sampled_from(AfterError),
    soft=st.booleans(),
)
@pytest.mark.parametrize("format_name", [*BINARY_FORMATS, "orm", "processbench", "preference_pairs"])
def test_all_lines_of_a_format_have_the_same_keys_and_types(
    format_name: str, soft: bool, problem: str, correct: bool, verdicts: list[int], **options: Any
) -> None:
    first = row(1, -1, steps=(replace(row(1).steps[0], siblings=(SiblingRow("x", -1),)),))
    chain = row(*verdicts, problem=problem, final_answer_correct=correct)
    chain = replace(chain, steps=(replace(chain.steps[0], siblings=(SiblingRow("x", 1),)), *chain.steps[1:]))
    asked = {**options, "soft": soft and format_name == "openrlhf"}
    one, other = written(format_name, first, **asked), written(format_name, chain, **asked)
    assert isinstance(one, list)
    if isinstance(other, list):
        assert {json.dumps(shape_of(line)) for line in other} == {json.dumps(shape_of(one[0]))}
