from typing import Any

import pytest

from annotator.chains.formats import Alternative, ChainRecord, SkippedLine, read_records
from tests.chains.lines import objects_in, read_objects, reason_for, record_of, records_in
from tests.samples import sample, shared_data


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
