"""ProcessBench: solutions with the place of their first wrong step."""

from annotator.chains.formats.fields import (
    generator_of,
    identifier_at,
    optional_bool,
    refuse_unknown_keys,
    required,
    steps_at,
    text_at,
)
from annotator.chains.formats.records import ChainRecord
from annotator.chains.strict_json import Refusal, kind_of

KEYS = frozenset({"id", "generator", "problem", "steps", "final_answer_correct", "label"})


def read_processbench(line: dict[str, object]) -> ChainRecord:
    """ProcessBench (Zheng et al., arXiv 2412.06559). All six keys must be there; final_answer_correct may be null.

    `label` counts from 0 and is -1 when no step is wrong. The format knows no neutral steps. Steps after the first
    wrong one carry no label.
    """
    refuse_unknown_keys(line, KEYS)
    chain_id = identifier_at(required(line, "id"), "id")
    steps = steps_at(required(line, "steps"), "steps")
    label = required(line, "label")
    if type(label) is not int:
        raise Refusal(f"label: must be an int, not {kind_of(label)}")
    if not -1 <= label < len(steps):
        raise Refusal(
            f"label: {label} is neither -1 nor the index of one of {len(steps)} steps, counted from 0"
        )
    required(line, "generator")
    required(line, "final_answer_correct")
    return ChainRecord(
        chain_id=chain_id,
        problem=text_at(required(line, "problem"), "problem"),
        steps=steps,
        generator=generator_of(line),
        final_answer_correct=optional_bool(line, "final_answer_correct"),
        first_wrong_step=label,
    )
