"""PRM800K: what labelers rated step by step, with the completions they were offered at each step."""

import json
from dataclasses import dataclass, field

from annotator.chains.formats.fields import (
    STEP_COUNT_LIMIT,
    digest_of,
    list_at,
    object_at,
    optional_bool,
    optional_number,
    optional_text,
    refuse_unknown_keys,
    required,
    steps_at,
    text_at,
)
from annotator.chains.formats.records import Alternative, ChainRecord, SkippedLine
from annotator.chains.strict_json import Refusal, kind_of, quoted

KEYS = frozenset(
    {
        "labeler",
        "timestamp",
        "generation",
        "is_quality_control_question",
        "is_initial_screening_question",
        "question",
        "label",
    }
)
QUESTION_KEYS = frozenset(
    {
        "problem",
        "ground_truth_solution",
        "ground_truth_answer",
        "pre_generated_steps",
        "pre_generated_answer",
        "pre_generated_verifier_score",
    }
)
LABEL_KEYS = frozenset({"steps", "total_time", "finish_reason"})
NODE_KEYS = frozenset({"completions", "human_completion", "chosen_completion"})
COMPLETION_KEYS = frozenset({"text", "rating", "flagged", "source"})
FINISH_REASONS = ("found_error", "solution", "bad_problem", "give_up")
ANSWER_HEADING = "# Answer\n\n"


@dataclass(frozen=True, slots=True)
class Candidate:
    text: str
    rating: int | None


@dataclass(frozen=True, slots=True)
class ChosenPath:
    steps: list[Candidate] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)


def read_prm800k(line: dict[str, object]) -> ChainRecord | SkippedLine:
    """PRM800K (Lightman et al., arXiv 2305.20050): one line per labeler and solution.

    The step of a node is the chosen completion; else the human completion; else, at the node where a phase 2 solution
    was stopped, the completion that is the pre-generated step of that index, which is the wrong step itself. A node
    with none of these ends the chain. All other completions become `alternatives`, in file order, repeats kept. A line
    whose path has no step (a labeler gave up at once) is skipped.

    Indexes count from 0. `ratings` are -1, 0 (neutral) or +1, None where the labeler gave none, as for the steps people
    wrote. Pre-generated steps after the last node were not labelled and are not part of the chain.

    The chain id is a digest of problem and path, so labelers of one solution share a chain. The final answer is what
    follows a last "# Answer" heading of the last step; whether it is right is not in the file.
    """
    refuse_unknown_keys(line, KEYS)
    question = object_at(required(line, "question"), "question", QUESTION_KEYS)
    label = object_at(required(line, "label"), "label", LABEL_KEYS)
    problem = text_at(required(question, "problem", "question."), "question.problem")
    pre_generated = question.get("pre_generated_steps")
    path = walk_nodes(
        list_at(required(label, "steps", "label."), "label.steps"),
        pre_generated=()
        if pre_generated in (None, [])
        else steps_at(pre_generated, "question.pre_generated_steps"),
    )
    labelling = labelling_of(line, question=question, label=label)
    if not path.steps:
        return SkippedLine(f"no step was chosen (finish_reason: {label.get('finish_reason')})")
    steps = tuple(step.text for step in path.steps)
    return ChainRecord(
        chain_id="prm800k-"
        + digest_of(json.dumps([problem, *steps], ensure_ascii=False, separators=(",", ":"))),
        problem=problem,
        steps=steps,
        reference_answer=optional_text(question, "ground_truth_answer", "question."),
        reference_solution=optional_text(question, "ground_truth_solution", "question."),
        final_answer=answer_below_heading(steps[-1]),
        ratings=tuple(step.rating for step in path.steps),
        alternatives=tuple(path.alternatives),
        labelling=labelling,
    )


def walk_nodes(nodes: list[object], *, pre_generated: tuple[str, ...]) -> ChosenPath:
    path = ChosenPath()
    if len(nodes) > STEP_COUNT_LIMIT:
        raise Refusal(f"label.steps: more than {STEP_COUNT_LIMIT:,} steps")
    for index, value in enumerate(nodes):
        where = f"label.steps[{index}]"
        node = object_at(value, where, NODE_KEYS)
        candidates = candidates_of(node, where=where)
        if candidates and len(path.steps) < index:
            raise Refusal(f"{where}: follows a step at which nothing was chosen")
        shown = pre_generated[index] if index < len(pre_generated) else None
        position = chosen_position(node, candidates=candidates, shown=shown, where=where)
        for other, candidate in enumerate(candidates):
            if other == position:
                path.steps.append(candidate)
            else:
                path.alternatives.append(Alternative(index, candidate.text, candidate.rating))
    return path


def candidates_of(node: dict[str, object], *, where: str) -> list[Candidate]:
    """The node's completions, and after them the human one when there is one."""
    completions = node.get("completions")
    human = node.get("human_completion")
    listed = [] if completions is None else list_at(completions, f"{where}.completions")
    candidates = [
        candidate_at(item, f"{where}.completions[{position}]") for position, item in enumerate(listed)
    ]
    if human is not None:
        candidates.append(candidate_at(human, f"{where}.human_completion"))
    return candidates


def candidate_at(value: object, where: str) -> Candidate:
    completion = object_at(value, where, COMPLETION_KEYS)
    rating = completion.get("rating")
    if rating is not None and (type(rating) is not int or not -1 <= rating <= 1):
        raise Refusal(f"{where}.rating: must be -1, 0, 1 or null")
    optional_bool(completion, "flagged", f"{where}.")
    optional_text(completion, "source", f"{where}.")
    return Candidate(text_at(required(completion, "text", f"{where}."), f"{where}.text"), rating)


def chosen_position(
    node: dict[str, object], *, candidates: list[Candidate], shown: str | None, where: str
) -> int | None:
    chosen = node.get("chosen_completion")
    has_human = node.get("human_completion") is not None
    completion_count = len(candidates) - has_human
    if chosen is None:
        if has_human:
            return completion_count
        return next((place for place, candidate in enumerate(candidates) if candidate.text == shown), None)
    if type(chosen) is not int:
        raise Refusal(f"{where}.chosen_completion: must be an int, not {kind_of(chosen)}")
    if not 0 <= chosen < completion_count:
        raise Refusal(
            f"{where}.chosen_completion: {chosen} is not the index of one of {completion_count} completions"
        )
    return chosen


def labelling_of(
    line: dict[str, object], *, question: dict[str, object], label: dict[str, object]
) -> dict[str, object]:
    """Who labelled what, when and how; `total_time` in ms. Only what the line gives, under the file's names."""
    optional_text(line, "labeler")
    optional_text(line, "timestamp")
    optional_number(line, "generation")
    optional_bool(line, "is_quality_control_question")
    optional_bool(line, "is_initial_screening_question")
    optional_text(question, "pre_generated_answer", "question.")
    optional_number(question, "pre_generated_verifier_score", "question.")
    optional_number(label, "total_time", "label.")
    finish_reason = optional_text(label, "finish_reason", "label.")
    if finish_reason is not None and finish_reason not in FINISH_REASONS:
        raise Refusal(
            f"label.finish_reason: {quoted(finish_reason)} is not one of {', '.join(FINISH_REASONS)}"
        )
    of_question = ("pre_generated_answer", "pre_generated_verifier_score")
    return (
        {key: value for key, value in line.items() if key not in ("question", "label")}
        | {key: question[key] for key in of_question if key in question}
        | {key: value for key, value in label.items() if key != "steps"}
    )


def answer_below_heading(step: str) -> str | None:
    before, heading, answer = step.rpartition(ANSWER_HEADING)
    return answer if heading and (not before or before.endswith("\n")) else None
