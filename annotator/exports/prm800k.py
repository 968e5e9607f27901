"""PRM800K's lines, one for each labeler and chain, from plain rows. No Django, no database."""

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Completion:
    """A step that was rated; the fields are the file's. `rating` is None where it was left open, or unsure."""

    text: str
    rating: int | None
    flagged: bool


@dataclass(frozen=True, slots=True)
class Node:
    """The chain's own step first, then its graded alternatives in the order of import. `human_step` empty: none."""

    completions: tuple[Completion, ...]
    human_step: str


@dataclass(frozen=True, slots=True)
class Question:
    """`verifier_score` is JSON text, or None."""

    problem: str
    reference_solution: str | None
    reference_answer: str | None
    steps: tuple[str, ...]
    final_answer: str | None
    verifier_score: str | None


@dataclass(frozen=True, slots=True)
class Labelling:
    """What one person, named by pseudonym, said of one chain that they handed in. `submitted_at` is UTC, without saying so."""

    labeler: str
    submitted_at: str
    is_gold: bool
    is_screening: bool
    question: Question
    nodes: tuple[Node, ...]
    active_seconds: int
    finish_reason: str


def prm800k(labelling: Labelling) -> bytes:
    """One line: `chosen_completion` counts from 0, neutral is 0, and null is unsure or not graded.

    The nodes end with the last step that was graded, and in a campaign that stops there with the first flawed one:
    later steps stand in `pre_generated_steps` only. At a last node a written step takes the place of the chain's own,
    so nothing is chosen there; at an earlier one the chain went on from its own step all the same.
    """
    question = labelling.question
    last = len(labelling.nodes) - 1
    return orjson.dumps(
        {
            "labeler": labelling.labeler,
            "timestamp": labelling.submitted_at,
            "generation": None,
            "is_quality_control_question": labelling.is_gold,
            "is_initial_screening_question": labelling.is_screening,
            "question": {
                "problem": question.problem,
                "ground_truth_solution": question.reference_solution,
                "ground_truth_answer": question.reference_answer,
                "pre_generated_steps": question.steps,
                "pre_generated_answer": question.final_answer,
                "pre_generated_verifier_score": None
                if question.verifier_score is None
                else orjson.Fragment(question.verifier_score),
            },
            "label": {
                "steps": [
                    {
                        "completions": node.completions,
                        "human_completion": human_completion(node.human_step),
                        "chosen_completion": None if index == last and node.human_step else 0,
                    }
                    for index, node in enumerate(labelling.nodes)
                ],
                "total_time": 1_000 * labelling.active_seconds,
                "finish_reason": labelling.finish_reason,
            },
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def human_completion(text: str) -> dict[str, str | bool | None] | None:
    return {"text": text, "rating": None, "source": "human", "flagged": False} if text else None
