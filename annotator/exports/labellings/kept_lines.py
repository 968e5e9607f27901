"""A line of PRM800K that came in with its labeler, with what stands of it now. No Django, no database.

Such a line says more than a campaign has a place for: completions in the order in which they were offered, texts that
were offered twice, which were chosen, steps that a person wrote, nodes at which nothing was chosen, what was generated and
not labelled, milliseconds. It was kept, and goes out with the ratings that are grades now.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any

from annotator.exports.labellings.labelling_rows import Completion, Labelling, Node

QUESTION_KEYS = (
    "problem",
    "ground_truth_solution",
    "ground_truth_answer",
    "pre_generated_steps",
    "pre_generated_answer",
    "pre_generated_verifier_score",
)
COMPLETION_KEYS = ("text", "rating", "source", "flagged")


def kept_line(labelling: Labelling, came_with: Mapping[str, Any]) -> dict[str, object]:
    """The keys that it came in with, in the order of the published files: a database keeps none."""
    kept = came_with["line"]
    label = kept["label"]
    otherwise: dict[int, set[str]] = {}
    for index, text in came_with["otherwise"]:
        otherwise.setdefault(index, set()).add(text)
    line: dict[str, object] = {
        "labeler": labelling.labeler,
        "timestamp": kept_time(labelling, kept),
        "generation": kept.get("generation"),
        "is_quality_control_question": labelling.is_gold,
        "is_initial_screening_question": labelling.is_screening,
        "question": {key: kept["question"][key] for key in QUESTION_KEYS if key in kept["question"]},
        "label": {
            "steps": [
                kept_node(
                    node,
                    stands=labelling.nodes[index] if index < len(labelling.nodes) else None,
                    otherwise=otherwise.get(index, set()),
                )
                for index, node in enumerate(label["steps"])
            ],
            "total_time": kept_total_time(labelling, label),
            "finish_reason": labelling.finish_reason,
        },
    }
    return {
        key: {part: value[part] for part in value if part in kept[key]} if isinstance(value, dict) else value
        for key, value in line.items()
        if key == "labeler" or key in kept
    }


def kept_time(labelling: Labelling, kept: Mapping[str, Any]) -> str:
    """As the file wrote it, as long as it is the time at which the chain was handed in."""
    written = kept.get("timestamp")
    if written is None:
        return labelling.submitted_at
    time = datetime.fromisoformat(written)
    here = datetime.fromisoformat(labelling.submitted_at).replace(tzinfo=UTC)
    return written if (time if time.tzinfo else time.replace(tzinfo=UTC)) == here else labelling.submitted_at


def kept_total_time(labelling: Labelling, label: Mapping[str, Any]) -> float:
    total: float | None = label.get("total_time")
    is_as_it_was = total is not None and round(max(total, 0) / 1_000) == labelling.active_seconds
    return total if total is not None and is_as_it_was else 1_000 * labelling.active_seconds


def kept_node(node: Mapping[str, Any], *, stands: Node | None, otherwise: Set[str]) -> dict[str, object]:
    """`stands`: what was graded at this node, None beyond the chain's end, where nothing can be."""
    completions = node.get("completions")
    human = node.get("human_completion")
    said = {} if stands is None else ratings_of(stands.completions, kept=completions or ())
    said = {text: rating for text, rating in said.items() if text not in otherwise}
    filled: dict[str, object] = {
        "completions": completions
        if completions is None
        else [kept_completion(completion, said=said) for completion in completions],
        "human_completion": None if human is None else kept_completion(human, said=said),
        "chosen_completion": node.get("chosen_completion"),
    }
    return {key: value for key, value in filled.items() if key in node}


def ratings_of(
    completions: Sequence[Completion], *, kept: Sequence[Mapping[str, Any]]
) -> dict[str, int | None]:
    """Of every text that was rated in one way: of one that was offered twice and rated twice, a grade tells only the first."""
    ways: dict[str, set[int | None]] = {}
    for completion in kept:
        ways.setdefault(completion["text"], set()).add(completion.get("rating"))
    graded = {completion.text: completion.rating for completion in completions}
    return {
        text: graded.get(text) for text, ratings in ways.items() if len(ratings) == 1 and ratings != {None}
    }


def kept_completion(completion: Mapping[str, Any], *, said: Mapping[str, int | None]) -> dict[str, object]:
    text = completion["text"]
    rated = {**completion, "rating": said[text]} if text in said else completion
    return {key: rated[key] for key in COMPLETION_KEYS if key in completion}
