"""An export as a stream of bytes: lines in chunks, and at the end what it held."""

import hashlib
from collections import Counter
from collections.abc import Generator, Iterator

import orjson

from annotator.analysis.luck import FINDINGS, LUCKY, SUSPECT
from annotator.assignments.models import Campaign
from annotator.exports.formats import WRITERS, LeftOut
from annotator.exports.labellings import read_labellings
from annotator.exports.prm800k import prm800k
from annotator.exports.rows import read_rows, taxonomy_row
from taxonomies.models import TaxonomyVersion

CHUNK_BYTES = 64 * 1024
# The one format with a line for each person and chain; the others have one for each chain.
PRM800K = "prm800k"
FORMATS = (*WRITERS, PRM800K)
# What a chain's outcome and its steps say of each other, as `luck` finds it.
LUCKS = (FINDINGS[LUCKY], FINDINGS[SUSPECT])


def refusal_of(*, format_name: str, luck: str | None) -> str | None:
    """Why no export holds only the chains with this finding."""
    if luck is None:
        return None
    if luck not in LUCKS:
        return f"Unknown luck. Choose one of: {', '.join(LUCKS)}."
    if format_name == PRM800K:
        return "luck is not for prm800k, whose lines are what one person said of a chain."
    return None


def stream(
    *,
    campaign: Campaign,
    format_name: str,
    with_trailer: bool,
    version: TaxonomyVersion | None = None,
    luck: str | None = None,
) -> Generator[bytes]:
    """The lines of everything graded with the version (the campaign's current one), in chunks of about 64 KB.

    With `luck`, which `refusal_of` has looked at, only of the chains of which that was found.

    The first line goes out alone and at once.

    The trailer is one more line, {"trailer": {"rows", "sha256" of the lines before it, "left_out" by reason}}: whoever
    finds it holds the whole export. Without it a cut shows as a transfer that did not end. Closing the iterator gives
    the database connection back.
    """
    left_out: Counter[str] = Counter()
    digest = hashlib.sha256()
    rows = size = 0
    lines: list[bytes] = []
    for line in written(campaign=campaign, format_name=format_name, version=version, luck=luck):
        if isinstance(line, LeftOut):
            left_out[line.value] += 1
            continue
        lines.append(line)
        size += len(line)
        rows += 1
        if size >= CHUNK_BYTES or rows == 1:
            chunk = b"".join(lines)
            digest.update(chunk)
            yield chunk
            lines, size = [], 0
    rest = b"".join(lines)
    digest.update(rest)
    if rest:
        yield rest
    if with_trailer:
        trailer = {"rows": rows, "sha256": digest.hexdigest(), "left_out": dict(sorted(left_out.items()))}
        yield orjson.dumps({"trailer": trailer}, option=orjson.OPT_APPEND_NEWLINE)


def written(
    *, campaign: Campaign, format_name: str, version: TaxonomyVersion | None, luck: str | None
) -> Iterator[bytes | LeftOut]:
    if format_name == PRM800K:
        for labelling in read_labellings(campaign=campaign, version=version):
            yield prm800k(labelling)
        return
    write, taxonomy = WRITERS[format_name], taxonomy_row(campaign=campaign, version=version)
    for row in read_rows(campaign=campaign, version=version):
        if luck is None or (row.luck is not None and row.luck.finding == luck):
            yield write(row, taxonomy)
