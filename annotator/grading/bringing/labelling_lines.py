"""Lines of PRM800K as what one labeler said of one chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from annotator.assignments.models import Purpose
from annotator.chains.formats.fields import identifier_at, required
from annotator.chains.formats.prm800k import read_prm800k
from annotator.chains.formats.records import ChainRecord, SkippedLine
from annotator.chains.strict_json import LineError, Refusal, parse_object, quoted, read_lines
from annotator.grading.bringing.placing import PlacedChain


@dataclass(frozen=True, slots=True)
class BroughtLabelling:
    """`frame`: the line without its labeler. `submitted_at`: UTC, as the files have it without saying so."""

    line: int
    labeler: str
    submitted_at: datetime
    record: ChainRecord
    frame: dict[str, Any]

    @property
    def purpose(self) -> str:
        if self.frame.get("is_quality_control_question"):
            return Purpose.GOLD
        return Purpose.SCREENING if self.frame.get("is_initial_screening_question") else Purpose.WORK


@dataclass(frozen=True, slots=True)
class PlacedLabelling:
    said: BroughtLabelling
    chain: PlacedChain


def labellings_in(stream: BinaryIO, *, now: datetime) -> Iterator[BroughtLabelling | SkippedLine | LineError]:
    number = 0
    for number, text in read_lines(stream):
        if isinstance(text, LineError):
            yield text
            continue
        try:
            line = parse_object(text)
            record = read_prm800k(line)
            labeler = identifier_at(required(line, "labeler"), "labeler")
            at = time_at(line.get("timestamp"), now=now)
        except Refusal as refusal:
            yield LineError(number, str(refusal))
            continue
        if isinstance(record, SkippedLine):
            yield record
            continue
        frame = {key: value for key, value in line.items() if key != "labeler"}
        yield BroughtLabelling(number, labeler, at, record, frame)
    if number == 0:
        yield LineError(1, "the file is empty")


def time_at(value: object, *, now: datetime) -> datetime:
    if value is None:
        return now
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Refusal(f"timestamp: {quoted(str(value))} is no time") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
