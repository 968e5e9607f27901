"""docker-compose.yml as Compose would read it: anchors merged, variables put in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
COMPOSE_FILE = REPOSITORY / "docker-compose.yml"
DOCKERFILE = REPOSITORY / "Dockerfile"
ENV_EXAMPLE = REPOSITORY / ".env.example"
# Services of our own image that go on running.
PROGRAMS = ["web", "worker", "beat"]
# What docker-compose.yml insists on.
SECRETS = {"SECRET_KEY": "k" * 60, "POSTGRES_PASSWORD": "p" * 40, "ALLOWED_HOSTS": "stepmark.example.org"}

_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


class Missing(Exception):
    """A variable that has to be set, with the words that Compose would print."""


def raw_compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
    return found


def compose(variables: Mapping[str, str] = SECRETS) -> dict[str, Any]:
    """The file with its variables put in. Raises Missing."""
    found: dict[str, Any] = _filled(raw_compose(), variables)
    return found


def variables_used() -> set[str]:
    return {match["name"] for match in _VARIABLE.finditer(COMPOSE_FILE.read_text()) if match["name"]}


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, variables) for item in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _value_of(match, variables), value)
    return value


def _value_of(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match[0] == "$$":
        return "$"
    given = variables.get(match["name"], "")
    if given:
        return given
    if match["kind"] == "?":
        raise Missing(match["rest"])
    return match["rest"] or ""
