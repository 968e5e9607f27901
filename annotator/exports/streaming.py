"""An export as a stream of bytes: lines in chunks, and at the end what it held."""

import hashlib
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field

import orjson

from annotator.assignments.models import Campaign
from annotator.exports.formats import LeftOut
from annotator.exports.lines import lines_in, notes_of
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.reading import reading

CHUNK_BYTES = 64 * 1024


@dataclass(slots=True)
class Tally:
    """What has gone out so far. `sha256` is of the lines, None until they are all out, and `is_complete` then."""

    rows: int = 0
    bytes: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    notes: dict[str, object] = field(default_factory=dict)
    sha256: str | None = None
    is_complete: bool = False

    @property
    def trailer(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "sha256": self.sha256,
            "left_out": dict(sorted(self.left_out.items())),
            **self.notes,
        }


def stream(
    *, campaign: Campaign, query: ExportQuery, with_trailer: bool, tally: Tally | None = None
) -> Generator[bytes]:
    """The lines that a query which `check_query` has looked at asks for, in chunks of about 64 KB; `tally` keeps count.

    The first line goes out alone and at once.

    The trailer is one more line, {"trailer": {"rows", "sha256" of the lines before it, "left_out" by reason, "debias" if asked
    for: what was done}}: whoever finds it holds the whole export. Without it a cut shows as a transfer that did not end. Closing the iterator gives
    the database connection back.
    """
    tally = Tally() if tally is None else tally
    digest = hashlib.sha256()
    with closing(chunks_of_lines(campaign=campaign, query=query, tally=tally)) as chunks:
        for chunk in chunks:
            digest.update(chunk)
            tally.bytes += len(chunk)
            yield chunk
    tally.sha256 = digest.hexdigest()
    if with_trailer:
        yield orjson.dumps({"trailer": tally.trailer}, option=orjson.OPT_APPEND_NEWLINE)
    tally.is_complete = True


def chunks_of_lines(*, campaign: Campaign, query: ExportQuery, tally: Tally) -> Generator[bytes]:
    lines: list[bytes] = []
    size = 0
    with reading(campaign=campaign, query=query) as opened, closing(lines_in(opened)) as found:
        tally.notes = notes_of(opened)
        for line in found:
            if isinstance(line, LeftOut):
                tally.left_out[line.value] += 1
                continue
            is_first = not tally.rows
            tally.rows += line.rows
            lines.append(line.data)
            size += len(line.data)
            if size >= CHUNK_BYTES or is_first:
                yield b"".join(lines)
                lines, size = [], 0
    if lines:
        yield b"".join(lines)
