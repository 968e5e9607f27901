"""What can be asked: parameters and bodies, made from the declarations that the views read them by. No views."""

from collections.abc import Iterable
from typing import Any

from annotator.api.models import Scope
from annotator.api.pages import MOST_ROWS, USUAL_LIMIT
from annotator.api.schema.shapes import SHARE, STRING, Shape, one_of
from annotator.exports.gate.conditions import (
    CONDITIONS,
    Condition,
    Kind,
    choices_of,
)
from annotator.exports.options import FORMATS, OPTIONS, SWITCH, Option
from annotator.exports.queries import MOST_VERSIONS, MOST_VOTES, TEXT_LENGTH

Parameter = dict[str, Any]

SWITCHED = one_of(SWITCH)
VERSION = {"type": "integer", "minimum": 1, "maximum": MOST_VERSIONS}
PRINTABLE = {"type": "string", "minLength": 1, "maxLength": TEXT_LENGTH}
# Of options without choices: what their texts have to look like.
FREE: dict[str, Shape] = {
    "annotator": PRINTABLE,
    "version": VERSION,
    "splits": {"type": "string", "pattern": "^[0-9]{1,3}/[0-9]{1,3}/[0-9]{1,3}$"},
    "domain": PRINTABLE,
    "generator": PRINTABLE,
    "min_votes": {"type": "integer", "minimum": 0, "maximum": MOST_VOTES},
    "min_agreement": SHARE,
    "changed_since": {"type": "string", "format": "date-time"},
}
SLUG = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
ROW_ID = {"type": "integer", "minimum": 0}


def in_path(name: str, words: str, shape: Shape = SLUG) -> Parameter:
    return {"name": name, "in": "path", "required": True, "description": words, "schema": shape}


def in_query(name: str, words: str, shape: Shape) -> Parameter:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": shape}


def in_header(name: str, words: str, shape: Shape = STRING) -> Parameter:
    return {"name": name, "in": "header", "required": False, "description": words, "schema": shape}


CAMPAIGN = in_path("key", "Of a campaign that the token reaches.")
VERSION_ASKED = in_query(
    "version",
    "By its number: under which version of the taxonomy. The campaign's current one unless given.",
    VERSION,
)
IDEMPOTENCY_KEY = in_header(
    "Idempotency-Key",
    "Drawn by the caller. The same key with the same question is answered as the first time; with another question it is"
    " refused.",
    {"type": "string", "pattern": "^[!-~]([ -~]{0,198}[!-~])?$"},
)
ACCEPT_ENCODING = in_header("Accept-Encoding", "zstd or gzip; zstd where both are as welcome.")
IF_NONE_MATCH = in_header("If-None-Match", "An ETag: 304 while it is still that of the answer.")


def option_shape(option: Option) -> Shape:
    shape = one_of(option.choices) if option.choices else FREE[option.name]
    return {**shape, "default": option.default} if option.default and option.choices else shape


def option_words(option: Option) -> str:
    if option.formats == FORMATS:
        return option.help
    return f"{option.help} For {', '.join(option.formats)}."


def option_parameters() -> list[Parameter]:
    return [in_query(option.name, option_words(option), option_shape(option)) for option in OPTIONS]


def export_parameters() -> list[Parameter]:
    trailer = in_query("trailer", "End with a line that counts and hashes the rows.", SWITCHED)
    return [*option_parameters(), trailer]


def snapshot_parameters() -> list[Parameter]:
    parquet = in_query("parquet", "The same rows as Parquet beside them, where the server can.", SWITCHED)
    return [*option_parameters(), parquet, *condition_parameters()]


def threshold_shape(condition: Condition) -> Shape:
    if condition.kind == Kind.COUNT:
        return {"type": "integer", "minimum": int(condition.least), "maximum": int(condition.most)}
    if choices := choices_of(condition):
        return one_of(choices)
    return {"type": "number", "minimum": condition.least, "maximum": condition.most}


def condition_parameters() -> list[Parameter]:
    return [in_query(each.name, each.help, threshold_shape(each)) for each in CONDITIONS]


def gate_parameters() -> list[Parameter]:
    return [*condition_parameters(), VERSION_ASKED]


def page_parameters(*, most: int = MOST_ROWS, usual: int = USUAL_LIMIT) -> list[Parameter]:
    return [
        in_query("cursor", "What stands in the address that an earlier answer gave as next.", STRING),
        in_query(
            "limit",
            f"How many at once; {usual} unless given.",
            {"type": "integer", "minimum": 1, "maximum": most},
        ),
    ]


def body_of(media_type: str, shape: Shape, *, words: str) -> dict[str, Any]:
    return {"required": True, "description": words, "content": {media_type: {"schema": shape}}}


def security_of(scopes: Iterable[Scope]) -> list[dict[str, list[str]]]:
    """Any one of the scopes."""
    return [{"token": [scope.value]} for scope in scopes]
