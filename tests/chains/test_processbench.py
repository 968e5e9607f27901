from typing import Any

import pytest

from annotator.chains.formats import ChainRecord
from tests.chains.lines import ABSENT, changed, objects_in, reason_for, record_of, records_in
from tests.samples import shared_data

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
