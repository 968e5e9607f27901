"""What a line of PRM800K is written from: what one person said of one chain. No Django, no database."""

from dataclasses import dataclass


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
    """What one person, named by pseudonym, said of one chain that they handed in.

    `submitted_at` is UTC, without saying so; `is_gold` and `is_screening` are None unless asked for. `kept` is JSON text:
    the line of PRM800K with which they came in, None where they worked here.
    """

    labeler: str
    submitted_at: str
    is_gold: bool | None
    is_screening: bool | None
    question: Question
    nodes: tuple[Node, ...]
    active_seconds: int
    finish_reason: str
    kept: str | None = None
