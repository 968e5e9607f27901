from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chains.lines import MARKER, objects_in, reason_for, record_of, records_in
from tests.samples import sample, shared_data


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
