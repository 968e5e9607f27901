"""Published and own file formats, line by line, into one kind of record. No Django, no database.

Each reader states its index base, what it takes for a neutral label, and what it knows of steps after the first error.
Texts are byte-exact: never trimmed, normalised or re-encoded. Unknown keys and wrong types are refused with their path.
An optional key may be absent or null, which mean the same: not given.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

from annotator.chains.strict_json import (
    LINE_BYTES_LIMIT,
    LineError,
    Refusal,
    kind_of,
    parse_object,
    quoted,
    read_lines,
)

ID_BYTES_LIMIT = 500
TEXT_BYTES_LIMIT = 1_000_000
STEP_COUNT_LIMIT = 10_000

# Where one chain may stand on many lines (one per labeler), so that meeting its id again is not a mistake of the file.
FORMATS_THAT_REPEAT_CHAINS = frozenset({"prm800k", "math_shepherd"})


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


Reader: TypeAlias = Callable[[dict[str, object]], ChainRecord | SkippedLine]


def read_records(
    stream: BinaryIO, *, format_name: str
) -> Iterator[tuple[int, ChainRecord | SkippedLine | LineError]]:
    """Every line of the file with its number from 1: a record, a skipped line, or what is wrong with it.

    Goes on after a bad line, so that the caller can collect as many errors as it wants to show. Whether ids repeat is
    the caller's to check. An empty file is an error of line 1. Raises ValueError for an unknown format.
    """
    if format_name not in FORMATS:
        raise ValueError(f"unknown format {quoted(format_name)}: choose one of {', '.join(FORMATS)}")
    return _read_each_line(stream, FORMATS[format_name])


def _read_each_line(
    stream: BinaryIO, reader: Reader
) -> Iterator[tuple[int, ChainRecord | SkippedLine | LineError]]:
    number = 0
    for number, line in read_lines(stream):
        if isinstance(line, LineError):
            yield number, line
            continue
        try:
            yield number, reader(parse_object(line))
        except Refusal as refusal:
            yield number, LineError(number, str(refusal))
    if number == 0:
        yield 1, LineError(1, "the file is empty")


_NATIVE_KEYS = frozenset(
    {
        "problem_id",
        "problem",
        "reference_answer",
        "reference_solution",
        "chain_id",
        "generator",
        "steps",
        "scores",
        "final_answer",
        "final_answer_correct",
        "metadata",
        "gold",
    }
)


def read_native(line: dict[str, object]) -> ChainRecord:
    """Our own format. `scores` and `gold` have one item or null per step; ungraded gold steps are null.

    `gold` items are verdict keys; whether they exist, and whether the user may bring gold, is the importer's to say.
    """
    _refuse_unknown_keys(line, _NATIVE_KEYS)
    steps = _steps(_required(line, "steps"), "steps")
    problem_id = line.get("problem_id")
    metadata = line.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise Refusal(f"metadata: must be an object, not {kind_of(metadata)}")
    return ChainRecord(
        chain_id=_identifier(_required(line, "chain_id"), "chain_id"),
        problem=_text(_required(line, "problem"), "problem"),
        steps=steps,
        problem_id=None if problem_id is None else _identifier(problem_id, "problem_id"),
        reference_answer=_optional_text(line, "reference_answer"),
        reference_solution=_optional_text(line, "reference_solution"),
        generator=_generator(line),
        scores=_scores(line, step_count=len(steps)),
        final_answer=_optional_text(line, "final_answer"),
        final_answer_correct=_optional_bool(line, "final_answer_correct"),
        metadata=metadata or {},
        gold=_gold(line, step_count=len(steps)),
    )


_PROCESSBENCH_KEYS = frozenset({"id", "generator", "problem", "steps", "final_answer_correct", "label"})


def read_processbench(line: dict[str, object]) -> ChainRecord:
    """ProcessBench (Zheng et al., arXiv 2412.06559). All six keys must be there; final_answer_correct may be null.

    `label` counts from 0 and is -1 when no step is wrong. The format knows no neutral steps. Steps after the first
    wrong one carry no label.
    """
    _refuse_unknown_keys(line, _PROCESSBENCH_KEYS)
    chain_id = _identifier(_required(line, "id"), "id")
    steps = _steps(_required(line, "steps"), "steps")
    label = _required(line, "label")
    if type(label) is not int:
        raise Refusal(f"label: must be an int, not {kind_of(label)}")
    if not -1 <= label < len(steps):
        raise Refusal(
            f"label: {label} is neither -1 nor the index of one of {len(steps)} steps, counted from 0"
        )
    _required(line, "generator")
    _required(line, "final_answer_correct")
    return ChainRecord(
        chain_id=chain_id,
        problem=_text(_required(line, "problem"), "problem"),
        steps=steps,
        generator=_generator(line),
        final_answer_correct=_optional_bool(line, "final_answer_correct"),
        first_wrong_step=label,
    )


_PRM800K_KEYS = frozenset(
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
_PRM800K_QUESTION_KEYS = frozenset(
    {
        "problem",
        "ground_truth_solution",
        "ground_truth_answer",
        "pre_generated_steps",
        "pre_generated_answer",
        "pre_generated_verifier_score",
    }
)
_PRM800K_LABEL_KEYS = frozenset({"steps", "total_time", "finish_reason"})
_PRM800K_NODE_KEYS = frozenset({"completions", "human_completion", "chosen_completion"})
_PRM800K_COMPLETION_KEYS = frozenset({"text", "rating", "flagged", "source"})
_PRM800K_FINISH_REASONS = ("found_error", "solution", "bad_problem", "give_up")
_PRM800K_ANSWER_HEADING = "# Answer\n\n"


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
    _refuse_unknown_keys(line, _PRM800K_KEYS)
    question = _object(_required(line, "question"), "question", _PRM800K_QUESTION_KEYS)
    label = _object(_required(line, "label"), "label", _PRM800K_LABEL_KEYS)
    problem = _text(_required(question, "problem", "question."), "question.problem")
    pre_generated = question.get("pre_generated_steps")
    path = _walk_nodes(
        _list(_required(label, "steps", "label."), "label.steps"),
        pre_generated=()
        if pre_generated in (None, [])
        else _steps(pre_generated, "question.pre_generated_steps"),
    )
    labelling = _labelling(line, question=question, label=label)
    if not path.steps:
        return SkippedLine(f"no step was chosen (finish_reason: {label.get('finish_reason')})")
    steps = tuple(step.text for step in path.steps)
    return ChainRecord(
        chain_id="prm800k-"
        + _digest(json.dumps([problem, *steps], ensure_ascii=False, separators=(",", ":"))),
        problem=problem,
        steps=steps,
        reference_answer=_optional_text(question, "ground_truth_answer", "question."),
        reference_solution=_optional_text(question, "ground_truth_solution", "question."),
        final_answer=_answer_below_heading(steps[-1]),
        ratings=tuple(step.rating for step in path.steps),
        alternatives=tuple(path.alternatives),
        labelling=labelling,
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    rating: int | None


@dataclass(frozen=True, slots=True)
class _Path:
    steps: list[_Candidate] = field(default_factory=list)
    alternatives: list[Alternative] = field(default_factory=list)


def _walk_nodes(nodes: list[object], *, pre_generated: tuple[str, ...]) -> _Path:
    path = _Path()
    if len(nodes) > STEP_COUNT_LIMIT:
        raise Refusal(f"label.steps: more than {STEP_COUNT_LIMIT:,} steps")
    for index, value in enumerate(nodes):
        where = f"label.steps[{index}]"
        node = _object(value, where, _PRM800K_NODE_KEYS)
        candidates = _candidates(node, where=where)
        if candidates and len(path.steps) < index:
            raise Refusal(f"{where}: follows a step at which nothing was chosen")
        shown = pre_generated[index] if index < len(pre_generated) else None
        position = _chosen_position(node, candidates=candidates, shown=shown, where=where)
        for other, candidate in enumerate(candidates):
            if other == position:
                path.steps.append(candidate)
            else:
                path.alternatives.append(Alternative(index, candidate.text, candidate.rating))
    return path


def _candidates(node: dict[str, object], *, where: str) -> list[_Candidate]:
    """The node's completions, and after them the human one when there is one."""
    completions = node.get("completions")
    human = node.get("human_completion")
    listed = [] if completions is None else _list(completions, f"{where}.completions")
    candidates = [
        _candidate(item, f"{where}.completions[{position}]") for position, item in enumerate(listed)
    ]
    if human is not None:
        candidates.append(_candidate(human, f"{where}.human_completion"))
    return candidates


def _candidate(value: object, where: str) -> _Candidate:
    completion = _object(value, where, _PRM800K_COMPLETION_KEYS)
    rating = completion.get("rating")
    if rating is not None and (type(rating) is not int or not -1 <= rating <= 1):
        raise Refusal(f"{where}.rating: must be -1, 0, 1 or null")
    _optional_bool(completion, "flagged", f"{where}.")
    _optional_text(completion, "source", f"{where}.")
    return _Candidate(_text(_required(completion, "text", f"{where}."), f"{where}.text"), rating)


def _chosen_position(
    node: dict[str, object], *, candidates: list[_Candidate], shown: str | None, where: str
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


def _labelling(
    line: dict[str, object], *, question: dict[str, object], label: dict[str, object]
) -> dict[str, object]:
    """Who labelled what, when and how; `total_time` in ms. Only what the line gives, under the file's names."""
    _optional_text(line, "labeler")
    _optional_text(line, "timestamp")
    _optional_number(line, "generation")
    _optional_bool(line, "is_quality_control_question")
    _optional_bool(line, "is_initial_screening_question")
    _optional_text(question, "pre_generated_answer", "question.")
    _optional_number(question, "pre_generated_verifier_score", "question.")
    _optional_number(label, "total_time", "label.")
    finish_reason = _optional_text(label, "finish_reason", "label.")
    if finish_reason is not None and finish_reason not in _PRM800K_FINISH_REASONS:
        raise Refusal(
            f"label.finish_reason: {quoted(finish_reason)} is not one of {', '.join(_PRM800K_FINISH_REASONS)}"
        )
    of_question = ("pre_generated_answer", "pre_generated_verifier_score")
    return (
        {key: value for key, value in line.items() if key not in ("question", "label")}
        | {key: question[key] for key in of_question if key in question}
        | {key: value for key, value in label.items() if key != "steps"}
    )


def _answer_below_heading(step: str) -> str | None:
    before, heading, answer = step.rpartition(_PRM800K_ANSWER_HEADING)
    return answer if heading and (not before or before.endswith("\n")) else None


_MATH_SHEPHERD_KEYS = frozenset({"input", "label", "task"})
_MATH_SHEPHERD_MARKER = "\u043a\u0438"
_MATH_SHEPHERD_RATINGS = {"+": 1, "-": -1}
_MATH_SHEPHERD_ANSWER = "The answer is: "


def read_math_shepherd(line: dict[str, object]) -> ChainRecord:
    """Math-Shepherd (Wang et al., arXiv 2312.08935): "<problem> Step 1: a <marker>\\nStep 2: b <marker>".

    Removed, and nothing else: the first " Step 1: " and the problem before it, the newline and "Step N: " before each
    later step, one space before each marker if there is one, the marker, and white space after the last marker. So a
    problem that itself contains " Step 1: " is cut there.

    Steps are numbered from 1 in the text, indexed from 0 here. `ratings` are +1 and -1 (the file's + and -, given by
    a machine, for each step, also after the first error); there are no neutral ones. The chain id is a digest of the
    input. The final answer is what follows "The answer is: " in the last step; whether it is right is not in the file.
    """
    _refuse_unknown_keys(line, _MATH_SHEPHERD_KEYS)
    source = _text(_required(line, "input"), "input", bytes_limit=LINE_BYTES_LIMIT)
    *pieces, rest = source.split(_MATH_SHEPHERD_MARKER)
    if not pieces:
        raise Refusal(f"input: no step ends with {_MATH_SHEPHERD_MARKER}")
    if rest.strip():
        raise Refusal(f"input: text after the last {_MATH_SHEPHERD_MARKER}")
    problem, found, first_step = pieces[0].partition(" Step 1: ")
    if not found:
        raise Refusal('input: no " Step 1: " before the first step')
    later_steps = [_without_number(piece, number=number) for number, piece in enumerate(pieces[1:], start=2)]
    steps = _steps([step.removesuffix(" ") for step in (first_step, *later_steps)], "steps")
    task = _optional_text(line, "task")
    _, stated, answer = steps[-1].rpartition(_MATH_SHEPHERD_ANSWER)
    return ChainRecord(
        chain_id="math_shepherd-" + _digest(source),
        problem=_text(problem, "problem"),
        steps=steps,
        final_answer=answer if stated else None,
        metadata={} if task is None else {"task": task},
        ratings=_signs(_required(line, "label"), pieces=pieces),
    )


def _without_number(piece: str, *, number: int) -> str:
    prefix = f"\nStep {number}: "
    if not piece.startswith(prefix):
        raise Refusal(f'input: step {number} does not begin with a newline and "Step {number}: "')
    return piece.removeprefix(prefix)


def _signs(label: object, *, pieces: list[str]) -> tuple[int, ...]:
    """The label must be the input with + or - in the place of each marker."""
    if not isinstance(label, str):
        raise Refusal(f"label: must be a string, not {kind_of(label)}")
    signs = []
    position = 0
    for number, piece in enumerate(pieces, start=1):
        if not label.startswith(piece, position):
            raise Refusal(f"label: is not the text of the input up to the end of step {number}")
        position += len(piece) + 1
        sign = label[position - 1 : position]
        if sign not in _MATH_SHEPHERD_RATINGS:
            raise Refusal(f"label: step {number} ends with {quoted(sign)}, not with + or -")
        signs.append(_MATH_SHEPHERD_RATINGS[sign])
    if label[position:].strip():
        raise Refusal("label: text after the last step")
    return tuple(signs)


FORMATS: Mapping[str, Reader] = MappingProxyType(
    {
        "native": read_native,
        "processbench": read_processbench,
        "prm800k": read_prm800k,
        "math_shepherd": read_math_shepherd,
    }
)


def _refuse_unknown_keys(found: dict[str, object], known: frozenset[str], where: str = "") -> None:
    if not found.keys() <= known:
        unknown = next(key for key in found if key not in known)
        raise Refusal(f"{where}{': ' if where else ''}unknown key {quoted(unknown)}")


def _required(found: dict[str, object], key: str, prefix: str = "") -> object:
    if key not in found:
        raise Refusal(f"{prefix}{key}: missing")
    return found[key]


def _object(value: object, where: str, known: frozenset[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Refusal(f"{where}: must be an object, not {kind_of(value)}")
    _refuse_unknown_keys(value, known, where)
    return value


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise Refusal(f"{where}: must be a list, not {kind_of(value)}")
    return value


def _text(value: object, where: str, *, bytes_limit: int = TEXT_BYTES_LIMIT) -> str:
    if not isinstance(value, str):
        raise Refusal(f"{where}: must be a string, not {kind_of(value)}")
    if not value:
        raise Refusal(f"{where}: empty")
    # No character takes more than 4 bytes, so most texts need not be encoded to be measured.
    if len(value) * 4 > bytes_limit and len(value.encode()) > bytes_limit:
        raise Refusal(f"{where}: longer than {bytes_limit:,} bytes")
    return value


def _identifier(value: object, where: str) -> str:
    return _text(value, where, bytes_limit=ID_BYTES_LIMIT)


def _optional_text(found: dict[str, object], key: str, prefix: str = "") -> str | None:
    value = found.get(key)
    if value is None:
        return None
    return "" if value == "" else _text(value, prefix + key)


def _generator(line: dict[str, object]) -> str:
    value = line.get("generator")
    return "" if value is None or value == "" else _identifier(value, "generator")


def _optional_bool(found: dict[str, object], key: str, prefix: str = "") -> bool | None:
    value = found.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise Refusal(f"{prefix}{key}: must be true, false or null, not {kind_of(value)}")


def _optional_number(found: dict[str, object], key: str, prefix: str = "") -> None:
    value = found.get(key)
    if value is not None and type(value) not in (int, float):
        raise Refusal(f"{prefix}{key}: must be a number or null, not {kind_of(value)}")


def _steps(value: object, where: str) -> tuple[str, ...]:
    steps = _list(value, where)
    if not steps:
        raise Refusal(f"{where}: empty")
    if len(steps) > STEP_COUNT_LIMIT:
        raise Refusal(f"{where}: more than {STEP_COUNT_LIMIT:,} steps")
    return tuple([_text(step, f"{where}[{index}]") for index, step in enumerate(steps)])


def _one_item_per_step(line: dict[str, object], key: str, *, step_count: int) -> list[object] | None:
    value = line.get(key)
    if value is None:
        return None
    items = _list(value, key)
    if len(items) != step_count:
        raise Refusal(f"{key}: {len(items)} items for {step_count} steps")
    return items


def _scores(line: dict[str, object], *, step_count: int) -> tuple[float | None, ...] | None:
    items = _one_item_per_step(line, "scores", step_count=step_count)
    if items is None:
        return None
    return tuple([None if item is None else _score(item, index) for index, item in enumerate(items)])


def _score(value: object, index: int) -> float:
    # A bool is an int to isinstance.
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise Refusal(f"scores[{index}]: must be a number or null, not {kind_of(value)}")


def _gold(line: dict[str, object], *, step_count: int) -> tuple[str | None, ...] | None:
    items = _one_item_per_step(line, "gold", step_count=step_count)
    if items is None:
        return None
    return tuple(
        [None if item is None else _identifier(item, f"gold[{index}]") for index, item in enumerate(items)]
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
