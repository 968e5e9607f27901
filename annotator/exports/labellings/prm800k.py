"""PRM800K's lines, one for each labeler and chain, from plain rows. No Django, no database."""

import orjson

from annotator.exports.labellings.kept_lines import kept_line
from annotator.exports.labellings.labelling_rows import Completion, Labelling, Node, Question

__all__ = ["Completion", "Labelling", "Node", "Question", "prm800k"]


def prm800k(labelling: Labelling) -> bytes:
    """One line: `chosen_completion` counts from 0, neutral is 0, and null is unsure or not graded.

    The nodes end with the last step that was graded, and in a campaign that stops there with the first flawed one:
    later steps stand in `pre_generated_steps` only. At a last node a written step takes the place of the chain's own,
    so nothing is chosen there; at an earlier one the chain went on from its own step all the same.

    A labelling that came in as such a line goes out as it came, with the ratings that stand.
    """
    if labelling.kept is not None:
        kept = kept_line(labelling, orjson.loads(labelling.kept))
        return orjson.dumps(kept, option=orjson.OPT_APPEND_NEWLINE)
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
