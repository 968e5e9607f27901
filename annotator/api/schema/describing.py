"""The OpenAPI document: the addresses that there are, each with what is declared of it."""

import re
from functools import cache
from typing import Any

from drf_spectacular.drainage import error
from drf_spectacular.generators import SchemaGenerator

from annotator.api.models import Scope
from annotator.api.schema.answers import COMPONENTS
from annotator.api.schema.asked import security_of
from annotator.api.schema.declaring import ALWAYS, Answer, Operation
from annotator.api.schema.operations import OPERATIONS

PREFIX = "/api/v1/"
SCOPES = {
    Scope.EXPORT_READ: "what the votes come to",
    Scope.VOTES_READ: "beside export:read, what single annotators said",
    Scope.GOLD_READ: "beside export:read, which verdicts are known to be right",
    Scope.REPORT_READ: "agreement, style, lucky chains, the gate",
    Scope.IMPORT_WRITE: "bringing problems and chains in",
}
ABOUT_TOKENS = (
    "Every call but for this description by a person who is signed in needs `Authorization: Bearer TOKEN`: a token of one"
    " campaign or more, made in the admin or with `manage.py create_token`. Its scopes:\n\n"
    + "\n".join(f"- `{scope.value}`: {words}" for scope, words in SCOPES.items())
)
TOKEN = {"type": "http", "scheme": "bearer", "description": ABOUT_TOKENS}
HEADER_SHAPE = {"schema": {"type": "string"}}


class Generator(SchemaGenerator):
    def parse(self, input_request: object, public: bool) -> dict[str, Any]:  # noqa: FBT001 (the package's signature)
        """Paths with their operations. An address without a declaration is an error of the description."""
        self._initialise_endpoints()  # type: ignore[no-untyped-call]  # the package types only some of it
        paths: dict[str, Any] = {}
        for endpoint in self.endpoints or ():
            path, method = endpoint[0], endpoint[2]
            operation = OPERATIONS.get((method, re.sub(f"^{PREFIX}", "", path)))
            if operation is None:
                error(f"{method} {path} is not described.")
                continue
            paths.setdefault(path, {})[method.lower()] = described(operation)
        return paths

    def get_schema(self, request: object = None, public: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
        document: dict[str, Any] = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        about = {**document["info"], "description": f"{document['info']['description']}\n\n{ABOUT_TOKENS}"}
        return document | {
            "info": about,
            "components": {"schemas": COMPONENTS, "securitySchemes": {"token": TOKEN}},
        }


@cache
def document() -> dict[str, Any]:
    """The same for everybody: what a token does not reach is no secret, only what is in it."""
    found: dict[str, Any] = Generator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return found


def described(operation: Operation) -> dict[str, Any]:
    answers = {**ALWAYS, **operation.answers}
    if not any(each["in"] == "path" for each in operation.parameters):
        del answers[404]
    return {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": f"{operation.words}\n\n{needs(operation)}".strip(),
        **({"parameters": list(operation.parameters)} if operation.parameters else {}),
        **({"requestBody": operation.body} if operation.body else {}),
        "security": security_of(operation.scopes) or [{"token": []}],
        "responses": {str(status): answer_of(answers[status]) for status in sorted(answers)},
        **operation.more,
    }


def needs(operation: Operation) -> str:
    scopes = " or ".join(f"`{scope.value}`" for scope in operation.scopes)
    return f"Needs the scope {scopes}." if scopes else "Any valid token will do."


def answer_of(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {"description": answer.words}
    if answer.headers:
        told["headers"] = {
            name: {"description": words, **HEADER_SHAPE} for name, words in answer.headers.items()
        }
    if answer.content:
        told["content"] = {media_type: {"schema": shape} for media_type, shape in answer.content.items()}
    return told
