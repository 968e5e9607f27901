"""Words to declare JSON with: small JSON Schemas, put together from each other and from dataclasses. No Django."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

Shape: TypeAlias = dict[str, Any]

STRING: Shape = {"type": "string"}
INTEGER: Shape = {"type": "integer"}
COUNT: Shape = {"type": "integer", "minimum": 0}
NUMBER: Shape = {"type": "number"}
SHARE: Shape = {"type": "number", "minimum": 0, "maximum": 1}
BOOLEAN: Shape = {"type": "boolean"}
TIME: Shape = {"type": "string", "format": "date-time"}
DATE: Shape = {"type": "string", "format": "date"}
SHA256: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
ANYTHING: Shape = {}
ANY_OBJECT: Shape = {"type": "object", "additionalProperties": True}

PLAIN: Mapping[object, Shape] = {
    str: STRING,
    int: INTEGER,
    float: NUMBER,
    bool: BOOLEAN,
    datetime: TIME,
    object: ANYTHING,
    Any: ANYTHING,
}


def said(shape: Shape, words: str) -> Shape:
    """The same, with a description."""
    return {**shape, "description": words}


def ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(shape: Shape) -> Shape:
    if isinstance(shape.get("type"), str) and "enum" not in shape:
        return {**shape, "type": [shape["type"], "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


def one_of(values: Collection[object]) -> Shape:
    return {"enum": list(values)}


def items(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def by_key(shape: Shape) -> Shape:
    return {"type": "object", "additionalProperties": shape}


def record(properties: Mapping[str, Shape], *, optional: Mapping[str, Shape] | None = None) -> Shape:
    """All of the properties, maybe some of the optional ones, and nothing else."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": sorted(properties),
        "additionalProperties": False,
    }


def extended(shape: Shape, properties: Mapping[str, Shape]) -> Shape:
    """A record with more properties."""
    return record({**shape["properties"], **properties})


def of_dataclass(made: type, *, refs: Mapping[type, str] | None = None) -> Shape:
    """The shape of `dataclasses.asdict` of it. refs: the components that stand for classes within it."""
    hints = get_type_hints(made)
    return record(
        {field.name: of_hint(hints[field.name], refs=refs or {}) for field in dataclasses.fields(made)}
    )


def of_hint(hint: Any, *, refs: Mapping[type, str]) -> Shape:
    """Raises TypeError for what JSON has no such thing for."""
    if hint in PLAIN:
        return PLAIN[hint]
    if hint in refs:
        return ref(refs[hint])
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return one_of(arguments)
    if origin in (Union, UnionType):
        return of_union(arguments, refs=refs)
    if origin is not None and issubclass(origin, (Sequence, set, frozenset)):
        return items(of_hint(arguments[0], refs=refs))
    if origin is not None and issubclass(origin, Mapping):
        return by_key(of_hint(arguments[1], refs=refs))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return one_of([choice.value for choice in hint])
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return of_dataclass(hint, refs=refs)
    raise TypeError(f"There is no shape for {hint}.")


def of_union(arguments: Sequence[Any], *, refs: Mapping[type, str]) -> Shape:
    shapes = [of_hint(argument, refs=refs) for argument in arguments if argument is not NoneType]
    types = [shape.get("type") for shape in shapes]
    shape = shapes[0]
    if len(shapes) > 1:
        # 1 is a number too.
        names = ["number" if name == "integer" and "number" in types else name for name in types]
        shape = {"type": sorted(set(names))}
    if NoneType not in arguments:
        return shape
    if isinstance(shape.get("type"), list):
        return {"type": [*shape["type"], "null"]}
    return nullable(shape)
