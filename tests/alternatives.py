"""Chains with other steps beside their own, as PRM800K's first phase has them."""

import json
from collections.abc import Sequence
from typing import Any

from annotator.assignments.models import Assignment
from tests.makers import import_lines, make_assignment, make_campaign, make_dataset


def node(*texts: str, **more: Any) -> dict[str, Any]:
    """The first text is the chain's own step, the others stand beside it."""
    completions = [{"text": text, "rating": None, "flagged": None} for text in texts]
    return {"completions": completions, "human_completion": None, "chosen_completion": 0, **more}


def prm800k_line(*nodes: dict[str, Any], problem: str = "What is p?") -> bytes:
    label = {"steps": nodes, "total_time": 1_000, "finish_reason": "solution"}
    return json.dumps({"labeler": "x", "question": {"problem": problem}, "label": label}).encode()


# Two other ways to begin, and one to end.
FORKED = prm800k_line(node("one", "uno", "eins"), node("two"), node("three", "drei"))


def begin_forked(*lines: bytes, annotators: Sequence[str] = ("ada",), **policy: Any) -> Assignment:
    """The first annotator's open assignment of a chain with alternatives, which the campaign asks for."""
    dataset = make_dataset()
    assert import_lines(dataset, *(lines or [FORKED]), format_name="prm800k").state == "done"
    campaign = make_campaign(dataset=dataset, annotators=annotators, **{"alternatives": "graded", **policy})
    return make_assignment(campaign=campaign, annotator=annotators[0])
