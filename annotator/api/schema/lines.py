"""What a line of an export looks like, in each format. No Django."""

from annotator.api.schema.shapes import (
    ANY_OBJECT,
    BOOLEAN,
    COUNT,
    INTEGER,
    NUMBER,
    SHA256,
    SHARE,
    STRING,
    Shape,
    by_key,
    items,
    nullable,
    of_dataclass,
    one_of,
    record,
    ref,
    said,
)
from annotator.exports.options import FORMATS
from annotator.exports.rows.chain_rows import FlagRow, LuckRow

STATES = ("graded", "unsure", "not_graded", "not_graded_after_error")
TAXONOMY = record({"key": STRING, "number": COUNT, "digest": STRING})

VOTES_BY_LABEL = by_key(by_key(COUNT))
LABELS = said(by_key(items(STRING)), "Label keys, or the one text, by criterion.")
VOTE = record(
    {
        "annotator": said(STRING, "A pseudonym."),
        "state": STRING,
        "verdict": nullable(STRING),
        "labels": LABELS,
        "rendering": STRING,
        "repairs": said(nullable(COUNT), "Index of the step that this one undoes."),
    },
    optional={"comment": nullable(STRING)},
)
CHAIN_VOTE = record({"annotator": STRING, "labels": LABELS}, optional={"comment": nullable(STRING)})
DECISION = record(
    {"reviewer": said(STRING, "A pseudonym."), "verdict": STRING}, optional={"reason": nullable(STRING)}
)
NATIVE_STEP = record(
    {
        "index": said(COUNT, "From 0."),
        "text": said(STRING, "Byte by byte as it was imported."),
        "verdict": said(nullable(INTEGER), "-1 flawed, 0 neutral, 1 sound; null when tied or ungraded."),
        "state": one_of(STATES),
        "counts": said(by_key(COUNT), "Votes by label."),
        "soft": said(nullable(by_key(SHARE)), "Smoothed share of the votes by label."),
        "labels": said(VOTES_BY_LABEL, "Votes by label of each further criterion."),
        "adjudicated": said(BOOLEAN, "Whether a reviewer decided it."),
        "provenance": nullable(STRING),
    },
    optional={
        "style": said(by_key({"type": ["boolean", "number"]}), "With style=1: features of the text."),
        "debias": said(ANY_OBJECT, "With debias=twins."),
        "votes": said(items(VOTE), "With votes=1."),
        "decision": said(nullable(DECISION), "With votes=1."),
        "gold": said(nullable(STRING), "With gold=1: the verdict that is known to be right."),
    },
)
NATIVE = record(
    {
        "problem_id": STRING,
        "problem": STRING,
        "reference_answer": nullable(STRING),
        "reference_solution": nullable(STRING),
        "chain_id": STRING,
        "generator": STRING,
        "final_answer": nullable(STRING),
        "final_answer_correct": nullable(BOOLEAN),
        "scores": said(nullable(items(nullable(NUMBER))), "What a model gave each step, as it was imported."),
        "metadata": ANY_OBJECT,
        "steps": items(ref("NativeStep")),
        "first_error_index": said(nullable(COUNT), "Of the first step whose verdict is flawed."),
        "first_error_defined": BOOLEAN,
        "lucky": nullable(BOOLEAN),
        "luck": nullable(of_dataclass(LuckRow)),
        "annotators": said(items(STRING), "Pseudonyms."),
        "taxonomy": TAXONOMY,
    },
    optional={
        "style_flags": said(items(of_dataclass(FlagRow)), "With style=1: the flags that stand."),
        "chain_labels": said(VOTES_BY_LABEL, "Where the taxonomy asks about whole chains."),
        "chain_votes": said(items(CHAIN_VOTE), "With votes=1, where the taxonomy asks about whole chains."),
    },
)
TURN = record({"role": one_of(["user", "assistant"]), "content": STRING})
LINES: dict[str, Shape] = {
    "native": NATIVE,
    "trl": record({"prompt": STRING, "completions": items(STRING), "labels": items(BOOLEAN)}),
    "processbench": record(
        {
            "id": STRING,
            "generator": STRING,
            "problem": STRING,
            "steps": items(STRING),
            "final_answer_correct": nullable(BOOLEAN),
            "label": said({"type": "integer", "minimum": -1}, "Index of the first flawed step, -1 for none."),
        }
    ),
    "prm800k": record(
        {
            "labeler": said(STRING, "A pseudonym."),
            "timestamp": STRING,
            "generation": {"type": "null"},
            "is_quality_control_question": nullable(BOOLEAN),
            "is_initial_screening_question": nullable(BOOLEAN),
            "question": ANY_OBJECT,
            "label": ANY_OBJECT,
        }
    ),
    "math_shepherd": record({"input": STRING, "label": STRING, "task": STRING}),
    "openrlhf": record(
        {
            "input": STRING,
            "value": {"anyOf": [items(one_of(["+", "-"])), items(SHARE)]},
        }
    ),
    "rlhflow": record({"conversations": items(TURN)}),
    "orm": record({"prompt": STRING, "completion": STRING, "label": BOOLEAN}),
    "preference_pairs": record({"prompt": STRING, "chosen": STRING, "rejected": STRING}),
}
TRAILER = record(
    {
        "trailer": record(
            {
                "rows": COUNT,
                "sha256": said(SHA256, "Of all lines before this one."),
                "left_out": said(by_key(COUNT), "Chains by the reason why they are not here."),
            },
            optional={"debias": ANY_OBJECT},
        )
    }
)


def line_name(format_name: str) -> str:
    """Of its component."""
    return "".join(part.capitalize() for part in format_name.split("_")) + "Line"


LINE_SHAPES: dict[str, Shape] = {
    "NativeStep": NATIVE_STEP,
    **{line_name(name): LINES[name] for name in FORMATS},
    "TrailerLine": TRAILER,
}
