"""What the lines of each format hold, as columns with types: for Parquet and for Croissant. No Django, no database."""

from dataclasses import dataclass
from enum import StrEnum

from annotator.exports.queries import ExportQuery


class Kind(StrEnum):
    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    # Its keys are those of the taxonomy or of whoever imported it: as JSON text.
    JSON = "json"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class Column:
    """`parts`: of Kind.PARTS, an object with fields of its own."""

    name: str
    kind: Kind
    is_list: bool = False
    parts: tuple["Column", ...] = ()


def text(name: str) -> Column:
    return Column(name, Kind.TEXT)


def texts(name: str) -> Column:
    return Column(name, Kind.TEXT, is_list=True)


def flag(name: str) -> Column:
    return Column(name, Kind.FLAG)


def whole(name: str) -> Column:
    return Column(name, Kind.WHOLE)


def json(name: str) -> Column:
    return Column(name, Kind.JSON)


FLAT: dict[str, tuple[Column, ...]] = {
    "trl": (text("prompt"), texts("completions"), Column("labels", Kind.FLAG, is_list=True)),
    "processbench": (
        *(text(name) for name in ("id", "generator", "problem")),
        texts("steps"),
        flag("final_answer_correct"),
        whole("label"),
    ),
    "prm800k": (
        text("labeler"),
        text("timestamp"),
        whole("generation"),
        flag("is_quality_control_question"),
        flag("is_initial_screening_question"),
        json("question"),
        json("label"),
    ),
    "math_shepherd": (text("input"), text("label"), text("task")),
    "rlhflow": (Column("conversations", Kind.PARTS, is_list=True, parts=(text("role"), text("content"))),),
    "orm": (text("prompt"), text("completion"), flag("label")),
    "preference_pairs": (text("prompt"), text("chosen"), text("rejected")),
}


def columns_of(query: ExportQuery, *, asks_about_chains: bool) -> tuple[Column, ...]:
    """In the order of a line's keys."""
    if query.format == "native":
        return native_columns(query, asks_about_chains=asks_about_chains)
    if query.format == "openrlhf":
        return (text("input"), Column("value", Kind.NUMBER if query.soft else Kind.TEXT, is_list=True))
    return FLAT[query.format]


def native_columns(query: ExportQuery, *, asks_about_chains: bool) -> tuple[Column, ...]:
    return (
        *(text(name) for name in ("problem_id", "problem", "reference_answer", "reference_solution")),
        *(text(name) for name in ("chain_id", "generator", "final_answer")),
        flag("final_answer_correct"),
        Column("scores", Kind.NUMBER, is_list=True),
        json("metadata"),
        Column("steps", Kind.PARTS, is_list=True, parts=step_columns(query)),
        *((json("chain_labels"),) if asks_about_chains else ()),
        *((json("chain_votes"),) if asks_about_chains and query.votes else ()),
        whole("first_error_index"),
        flag("first_error_defined"),
        flag("lucky"),
        json("luck"),
        texts("annotators"),
        *((json("style_flags"),) if query.style else ()),
        Column("taxonomy", Kind.PARTS, parts=(text("key"), whole("number"), text("digest"))),
    )


def step_columns(query: ExportQuery) -> tuple[Column, ...]:
    return (
        whole("index"),
        text("text"),
        whole("verdict"),
        text("state"),
        *(json(name) for name in ("counts", "soft", "labels")),
        flag("adjudicated"),
        text("provenance"),
        *((json("style"),) if query.style else ()),
        *((json("debias"),) if query.debias else ()),
        *((json("votes"), json("decision")) if query.votes else ()),
        *((text("gold"),) if query.gold else ()),
    )
