"""manifest.json: what a snapshot holds and from what it was made, never when or by which machine. No Django, no database."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson

from annotator.exports.snapshots.facts import Counts, Facts, FileFacts

# Raised when a field changes its meaning or goes away.
MANIFEST_VERSION = 1
DIGITS = 9
# Of reports on style: they are made again over the same grades, with the same figures.
TIMES_OF_BUILDING = {"report_computed_at"}


def manifest_of(facts: Facts, *, counts: Counts, files: Sequence[FileFacts]) -> bytes:
    """Canonical JSON: keys sorted, indented by two, a line break at the end. Its SHA-256 is the digest of the snapshot."""
    return orjson.dumps(
        {
            "manifest_version": MANIFEST_VERSION,
            "application": {"name": "stepmark", "version": facts.application_version},
            "campaign": facts.campaign_key,
            "query": facts.texts,
            "taxonomy": {
                "key": facts.taxonomy.row.key,
                "number": facts.taxonomy.row.number,
                "digest": facts.taxonomy.row.digest,
            },
            "counts": {
                "rows": counts.row_count,
                "rows_by_split": counts.rows,
                "chains": counts.chains,
                "left_out": counts.left_out,
            },
            "computed_from": {
                "newest_grade_at": facts.newest_grade_at,
                "revision_count": facts.revision_count,
            },
            "gate": [rounded(asdict(finding)) for finding in facts.findings],
            "notes": without_times(facts.notes),
            "files": [file.json for file in files],
        },
        option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
    )


def rounded(finding: dict[str, Any]) -> dict[str, Any]:
    """What sums leave in the last digits may differ between machines."""
    return {
        name: float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
        for name, value in finding.items()
    }


def without_times(notes: dict[str, object]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in note.items() if key not in TIMES_OF_BUILDING}
        if isinstance(note, dict)
        else note
        for name, note in notes.items()
    }
