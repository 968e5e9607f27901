"""An export as a stream of bytes: lines in chunks, and at the end what it held."""

import hashlib
from collections import Counter
from collections.abc import Generator, Iterator

import orjson

from annotator.analysis.luck import FINDINGS, LUCKY, SUSPECT
from annotator.assignments.models import Campaign
from annotator.exports.debiasing import METHODS, Debiasing, described
from annotator.exports.formats import WRITERS, LeftOut
from annotator.exports.labellings import read_labellings
from annotator.exports.prm800k import prm800k
from annotator.exports.rows import reading, rows_in, taxonomy_row
from annotator.exports.styling import NOTHING, StyleAsks
from taxonomies.models import TaxonomyVersion

CHUNK_BYTES = 64 * 1024
# The one format with a line for each person and chain; the others have one for each chain.
PRM800K = "prm800k"
# The one format with room for what is said of style.
NATIVE = "native"
FORMATS = (*WRITERS, PRM800K)
# What a chain's outcome and its steps say of each other, as `luck` finds it.
LUCKS = (FINDINGS[LUCKY], FINDINGS[SUSPECT])


def refusal_of(*, format_name: str, luck: str | None, style: StyleAsks = NOTHING) -> str | None:
    """Why there is no such export: of the chains with this finding, or with this said of style."""
    if luck is not None and luck not in LUCKS:
        return f"Unknown luck. Choose one of: {', '.join(LUCKS)}."
    if luck is not None and format_name == PRM800K:
        return "luck is not for prm800k, whose lines are what one person said of a chain."
    if style.debias is not None and style.debias not in METHODS:
        return f"Unknown debias. Choose one of: {', '.join(METHODS)}."
    if style.features and format_name != NATIVE:
        return f"style is for {NATIVE} alone: {format_name} has no room for it."
    if style.debias is not None and format_name != NATIVE:
        return f"debias is for {NATIVE} alone: {format_name} has no soft labels."
    return None


def stream(
    *,
    campaign: Campaign,
    format_name: str,
    with_trailer: bool,
    version: TaxonomyVersion | None = None,
    luck: str | None = None,
    style: StyleAsks = NOTHING,
) -> Generator[bytes]:
    """The lines of everything graded with the version (the campaign's current one), in chunks of about 64 KB.

    With `luck`, which `refusal_of` has looked at, as at `style`, only of the chains of which that was found.

    The first line goes out alone and at once.

    The trailer is one more line, {"trailer": {"rows", "sha256" of the lines before it, "left_out" by reason, "debias" if asked
    for: what was done}}: whoever finds it holds the whole export. Without it a cut shows as a transfer that did not end. Closing the iterator gives
    the database connection back.
    """
    left_out: Counter[str] = Counter()
    digest = hashlib.sha256()
    rows = size = 0
    lines: list[bytes] = []
    notes: dict[str, object] = {}
    for line in written(campaign=campaign, format_name=format_name, version=version, luck=luck, style=style):
        if isinstance(line, Debiasing):
            notes["debias"] = described(line)
            continue
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
        trailer = {
            "rows": rows,
            "sha256": digest.hexdigest(),
            "left_out": dict(sorted(left_out.items())),
            **notes,
        }
        yield orjson.dumps({"trailer": trailer}, option=orjson.OPT_APPEND_NEWLINE)


def written(
    *,
    campaign: Campaign,
    format_name: str,
    version: TaxonomyVersion | None,
    luck: str | None,
    style: StyleAsks,
) -> Iterator[bytes | LeftOut | Debiasing]:
    """The lines, and last how their soft labels were debiased, if that was asked for."""
    if format_name == PRM800K:
        for labelling in read_labellings(campaign=campaign, version=version):
            yield prm800k(labelling)
        return
    write, taxonomy = WRITERS[format_name], taxonomy_row(campaign=campaign, version=version)
    with reading(campaign=campaign, version=version, asks=style) as opened:
        for row in rows_in(opened):
            if luck is None or (row.luck is not None and row.luck.finding == luck):
                yield write(row, taxonomy)
        if opened.style is not None and opened.style.debiasing is not None:
            yield opened.style.debiasing
