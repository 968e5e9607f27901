"""How a call of the API is declared: what it takes, and every answer that it may give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotator.api.models import Scope
from annotator.api.schema.asked import Parameter
from annotator.api.schema.shapes import Shape, ref

JSON = "application/json"
NDJSON = "application/x-ndjson"
YAML = "application/yaml"
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """One that an operation may give. content: shapes by media type; headers: words by name."""

    words: str
    content: Mapping[str, Shape] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """scopes: any one of them will do. Of problems those that every call may give are added to its own."""

    name: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    words: str = ""
    scopes: Sequence[Scope] = ()
    parameters: Sequence[Parameter] = ()
    body: Mapping[str, Any] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def answer(words: str, shape: Shape, **headers: str) -> Answer:
    return Answer(words, {JSON: shape}, {name.replace("_", "-"): text for name, text in headers.items()})


def problem(words: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(words, {PROBLEM: ref("Problem")}, named)


UNREADABLE = problem("The request cannot be read: a header or the address is malformed.")
UNKNOWN_TOKEN = problem("No token, or one that is unknown, revoked or expired.", WWW_Authenticate="Bearer.")
LACKS_SCOPE = problem("The token lacks a scope.", WWW_Authenticate="Bearer, with insufficient_scope.")
NOT_THERE = problem("There is no such thing, or the token does not reach it.")
NONSENSE = problem("A parameter that is unknown, given twice, or has a value that it cannot have.")
TOO_MANY = problem("The token has asked too often in this minute.", Retry_After="Seconds to wait.")
NO_SEAT = problem("As many exports are running as the server does at once.", Retry_After="Seconds to wait.")
ALWAYS = {400: UNREADABLE, 401: UNKNOWN_TOKEN, 403: LACKS_SCOPE, 404: NOT_THERE, 422: NONSENSE, 429: TOO_MANY}
