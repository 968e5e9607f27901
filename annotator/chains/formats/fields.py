"""Values out of a line, each of the type that its format asks for. Everything else is refused with its path."""

import hashlib

from annotator.chains.strict_json import Refusal, kind_of, quoted

ID_BYTES_LIMIT = 500
TEXT_BYTES_LIMIT = 1_000_000
STEP_COUNT_LIMIT = 10_000


def refuse_unknown_keys(found: dict[str, object], known: frozenset[str], where: str = "") -> None:
    if not found.keys() <= known:
        unknown = next(key for key in found if key not in known)
        raise Refusal(f"{where}{': ' if where else ''}unknown key {quoted(unknown)}")


def required(found: dict[str, object], key: str, prefix: str = "") -> object:
    if key not in found:
        raise Refusal(f"{prefix}{key}: missing")
    return found[key]


def object_at(value: object, where: str, known: frozenset[str]) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Refusal(f"{where}: must be an object, not {kind_of(value)}")
    refuse_unknown_keys(value, known, where)
    return value


def list_at(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise Refusal(f"{where}: must be a list, not {kind_of(value)}")
    return value


def text_at(value: object, where: str, *, bytes_limit: int = TEXT_BYTES_LIMIT) -> str:
    if not isinstance(value, str):
        raise Refusal(f"{where}: must be a string, not {kind_of(value)}")
    if not value:
        raise Refusal(f"{where}: empty")
    # No character takes more than 4 bytes, so most texts need not be encoded to be measured.
    if len(value) * 4 > bytes_limit and len(value.encode()) > bytes_limit:
        raise Refusal(f"{where}: longer than {bytes_limit:,} bytes")
    return value


def identifier_at(value: object, where: str) -> str:
    return text_at(value, where, bytes_limit=ID_BYTES_LIMIT)


def optional_text(found: dict[str, object], key: str, prefix: str = "") -> str | None:
    value = found.get(key)
    if value is None:
        return None
    return "" if value == "" else text_at(value, prefix + key)


def generator_of(line: dict[str, object]) -> str:
    value = line.get("generator")
    return "" if value is None or value == "" else identifier_at(value, "generator")


def optional_bool(found: dict[str, object], key: str, prefix: str = "") -> bool | None:
    value = found.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise Refusal(f"{prefix}{key}: must be true, false or null, not {kind_of(value)}")


def optional_number(found: dict[str, object], key: str, prefix: str = "") -> None:
    value = found.get(key)
    if value is not None and type(value) not in (int, float):
        raise Refusal(f"{prefix}{key}: must be a number or null, not {kind_of(value)}")


def steps_at(value: object, where: str) -> tuple[str, ...]:
    steps = list_at(value, where)
    if not steps:
        raise Refusal(f"{where}: empty")
    if len(steps) > STEP_COUNT_LIMIT:
        raise Refusal(f"{where}: more than {STEP_COUNT_LIMIT:,} steps")
    return tuple([text_at(step, f"{where}[{index}]") for index, step in enumerate(steps)])


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
