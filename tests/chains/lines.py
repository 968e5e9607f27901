"""Lines of any format, read as an import reads them."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.chains.formats import ChainRecord, SkippedLine, read_records
from annotator.chains.strict_json import LineError

Outcome = ChainRecord | SkippedLine | LineError
# Math-Shepherd's, at the end of each step.
MARKER = "\u043a\u0438"
# Stands for a key that is not there.
ABSENT = object()


def read_objects(*lines: object, format_name: str) -> list[Outcome]:
    content = b"\n".join(json.dumps(line).encode() for line in lines)
    return [outcome for _, outcome in read_records(io.BytesIO(content), format_name=format_name)]


def record_of(line: object, *, format_name: str) -> ChainRecord:
    [outcome] = read_objects(line, format_name=format_name)
    assert isinstance(outcome, ChainRecord), outcome
    return outcome


def reason_for(line: object, *, format_name: str) -> str:
    [outcome] = read_objects(line, format_name=format_name)
    assert isinstance(outcome, LineError), outcome
    return outcome.reason


def records_in(path: Path, *, format_name: str) -> Iterator[ChainRecord]:
    with path.open("rb") as stream:
        for number, outcome in read_records(stream, format_name=format_name):
            assert isinstance(outcome, ChainRecord), f"{path.name}:{number}: {outcome}"
            yield outcome


def objects_in(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def changed(line: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {key: value for key, value in (line | changes).items() if value is not ABSENT}
