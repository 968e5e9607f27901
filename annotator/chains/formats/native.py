"""Our own format."""

from annotator.chains.formats.exported import CHAIN_KEYS, Exported, is_exported, read_exported
from annotator.chains.formats.fields import (
    generator_of,
    identifier_at,
    list_at,
    optional_bool,
    optional_text,
    refuse_unknown_keys,
    required,
    steps_at,
    text_at,
)
from annotator.chains.formats.records import ChainRecord, SkippedLine
from annotator.chains.strict_json import Refusal, kind_of

KEYS = frozenset(
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
EXPORTED_KEYS = (KEYS - {"gold"}) | CHAIN_KEYS
TRAILER = "trailer"


def read_native(line: dict[str, object]) -> ChainRecord | SkippedLine:
    """Our own format. `scores` and `gold` have one item or null per step; ungraded gold steps are null.

    `gold` items are verdict keys; whether they exist, and whether the user may bring gold, is the importer's to say.

    A line of our own export, whose steps are objects, is read as the chain in it: what people said of it is looked at
    and not taken. The line with which such a file may end, which counts and hashes the others, is skipped.
    """
    if line.keys() == {TRAILER}:
        return SkippedLine("the end of an export")
    if is_exported(line):
        return exported_line(line)[0]
    refuse_unknown_keys(line, KEYS)
    return chain_of(line, steps=steps_at(required(line, "steps"), "steps"))


def exported_line(line: dict[str, object]) -> tuple[ChainRecord, Exported]:
    """The chain of a line of our own export, and what people said of it."""
    refuse_unknown_keys(line, EXPORTED_KEYS)
    exported = read_exported(line)
    return chain_of(line, steps=steps_at([step.text for step in exported.steps], "steps")), exported


def chain_of(line: dict[str, object], *, steps: tuple[str, ...]) -> ChainRecord:
    problem_id = line.get("problem_id")
    metadata = line.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise Refusal(f"metadata: must be an object, not {kind_of(metadata)}")
    return ChainRecord(
        chain_id=identifier_at(required(line, "chain_id"), "chain_id"),
        problem=text_at(required(line, "problem"), "problem"),
        steps=steps,
        problem_id=None if problem_id is None else identifier_at(problem_id, "problem_id"),
        reference_answer=optional_text(line, "reference_answer"),
        reference_solution=optional_text(line, "reference_solution"),
        generator=generator_of(line),
        scores=scores_of(line, step_count=len(steps)),
        final_answer=optional_text(line, "final_answer"),
        final_answer_correct=optional_bool(line, "final_answer_correct"),
        metadata=metadata or {},
        gold=gold_of(line, step_count=len(steps)),
    )


def one_item_per_step(line: dict[str, object], key: str, *, step_count: int) -> list[object] | None:
    value = line.get(key)
    if value is None:
        return None
    items = list_at(value, key)
    if len(items) != step_count:
        raise Refusal(f"{key}: {len(items)} items for {step_count} steps")
    return items


def scores_of(line: dict[str, object], *, step_count: int) -> tuple[float | None, ...] | None:
    items = one_item_per_step(line, "scores", step_count=step_count)
    if items is None:
        return None
    return tuple([None if item is None else score_at(item, index) for index, item in enumerate(items)])


def score_at(value: object, index: int) -> float:
    # A bool is an int to isinstance.
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise Refusal(f"scores[{index}]: must be a number or null, not {kind_of(value)}")


def gold_of(line: dict[str, object], *, step_count: int) -> tuple[str | None, ...] | None:
    items = one_item_per_step(line, "gold", step_count=step_count)
    if items is None:
        return None
    return tuple(
        [None if item is None else identifier_at(item, f"gold[{index}]") for index, item in enumerate(items)]
    )
