"""What every format is read into."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Alternative:
    """A step that was offered at a node and not taken: a sibling of `steps[index]`.

    `index` counts from 0 and may equal `len(steps)`, where the path ended without a choice. `rating` as in the file.
    """

    index: int
    text: str
    rating: int | None


@dataclass(frozen=True, slots=True)
class ChainRecord:
    """One chain as its line gives it. `problem_id` None: the file has none, the problem is known by its text.

    Labels found in the file are kept apart and grade nothing: `gold` (a verdict key or None per step, native),
    `first_wrong_step` (counted from 0, -1 when the file says that none is wrong, None when it says nothing;
    ProcessBench), `ratings` (-1, 0, +1 or None per step; PRM800K by people, Math-Shepherd by a machine) and
    `labelling` (who labelled, when and how; PRM800K). Two lines of one chain differ in these and `alternatives` only.
    """

    chain_id: str
    problem: str
    steps: tuple[str, ...]
    problem_id: str | None = None
    reference_answer: str | None = None
    reference_solution: str | None = None
    generator: str = ""
    scores: tuple[float | None, ...] | None = None
    final_answer: str | None = None
    final_answer_correct: bool | None = None
    metadata: dict[str, object] = field(default_factory=dict)
    gold: tuple[str | None, ...] | None = None
    first_wrong_step: int | None = None
    ratings: tuple[int | None, ...] | None = None
    alternatives: tuple[Alternative, ...] = ()
    labelling: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A sound line that holds no chain; to be counted and shown, not refused."""

    reason: str
