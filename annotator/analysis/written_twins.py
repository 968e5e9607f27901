"""Twins that people wrote: lines of JSON read and judged, each with its number. Pure.

A line is `{"chain_id": str, "step_index": int, "text": str, "note": str}`: the twin of the step at that index of that chain,
counted from 0. The note is the author's own, and is not kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from annotator.analysis import style
from annotator.chains.formats.fields import (
    identifier_at,
    optional_text,
    refuse_unknown_keys,
    required,
    text_at,
)
from annotator.chains.strict_json import LineError, Refusal, kind_of, parse_object, quoted, read_lines

KEYS = frozenset({"chain_id", "step_index", "text", "note"})
MOST_LINES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTwin:
    """As its line gives it; `line` counts from 1."""

    line: int
    chain_id: str
    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStep:
    """A step that a line may name. `obstacle`: why it can get no twin; empty where it can."""

    step_id: int
    text: str
    obstacle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A twin and its step. `stored_has_feature`: the feature is in the stored text, or the higher of the two is there."""

    step_id: int
    text: str
    stored_has_feature: bool


def read_written(stream: BinaryIO) -> Iterator[WrittenTwin | LineError]:
    """Each line in turn; after MOST_LINES one more error, and the reading stops."""
    for number, line in read_lines(stream):
        if number > MOST_LINES:
            yield LineError(number, f"more than {MOST_LINES:,} lines")
            return
        if isinstance(line, LineError):
            yield line
            continue
        try:
            yield read_twin(parse_object(line), number=number)
        except Refusal as refusal:
            yield LineError(number, str(refusal))


def read_twin(found: dict[str, object], *, number: int) -> WrittenTwin:
    refuse_unknown_keys(found, KEYS)
    index = required(found, "step_index")
    if not isinstance(index, int) or isinstance(index, bool):
        raise Refusal(f"step_index: must be a whole number, not {kind_of(index)}")
    if index < 0:
        raise Refusal(f"step_index: {index} is below 0, the first step")
    optional_text(found, "note")
    return WrittenTwin(
        line=number,
        chain_id=identifier_at(required(found, "chain_id"), "chain_id"),
        index=index,
        text=text_at(required(found, "text"), "text"),
    )


def judge(
    twins: Sequence[WrittenTwin], *, chains: Mapping[str, Sequence[StoredStep]], feature: str
) -> list[Judged | LineError]:
    """Each twin beside its step, or why it cannot be used. `chains`: the steps of every chain that is there."""
    lines: dict[int, int] = {}
    judged: list[Judged | LineError] = []
    for twin in twins:
        try:
            step = step_named(twin, chains=chains)
            if step.step_id in lines:
                raise Refusal(f"the same step as on line {lines[step.step_id]}")
            lines[step.step_id] = twin.line
            judged.append(judged_beside(step, text=twin.text, feature=feature))
        except Refusal as refusal:
            judged.append(LineError(twin.line, str(refusal)))
    return judged


def step_named(twin: WrittenTwin, *, chains: Mapping[str, Sequence[StoredStep]]) -> StoredStep:
    steps = chains.get(twin.chain_id)
    if steps is None:
        raise Refusal(f"chain_id: no chain {quoted(twin.chain_id)} in this campaign")
    if twin.index >= len(steps):
        raise Refusal(f"step_index: {twin.index}, but the chain's steps are 0 to {len(steps) - 1}")
    return steps[twin.index]


def judged_beside(step: StoredStep, *, text: str, feature: str) -> Judged:
    if step.obstacle:
        raise Refusal(step.obstacle)
    if text == step.text:
        raise Refusal("text: the same as the step's own")
    stored, written = (value_of(each, feature=feature) for each in (step.text, text))
    if stored == written:
        raise Refusal(
            f"text: {feature} does not differ from the step's own text ({said(stored, feature=feature)})"
        )
    return Judged(step_id=step.step_id, text=text, stored_has_feature=stored > written)


def value_of(text: str, *, feature: str) -> float:
    return style.measure(text)[style.KEYS.index(feature)]


def said(value: float, *, feature: str) -> str:
    kind = style.FEATURES[style.KEYS.index(feature)].kind
    if kind == "binary":
        return "in both" if value else "in neither"
    return f"{value:g} in both"
