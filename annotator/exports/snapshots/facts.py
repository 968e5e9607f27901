"""What manifest, card and Croissant say of a snapshot. No Django, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from annotator.exports.gate.judging import Finding
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import FlagRow, TaxonomyRow


@dataclass(frozen=True, slots=True)
class LabelFacts:
    key: str
    title: str
    value: int | None
    definition: str


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """`scope`: "step" or "chain"."""

    key: str
    text: str
    scope: str
    labels: tuple[LabelFacts, ...]


@dataclass(frozen=True, slots=True)
class TaxonomyFacts:
    row: TaxonomyRow
    title: str
    verdict: QuestionFacts
    questions: tuple[QuestionFacts, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All of one view of the database. `agreement`: the figures of a report on agreement, computed in that view.

    `has_style_report`: whether anybody has looked for style in the grades; `flags` are those that stand. `notes`: of the
    lines, such as how they were debiased.
    """

    application_version: str
    campaign_key: str
    campaign_title: str
    domain: str
    query: ExportQuery
    texts: dict[str, str]
    taxonomy: TaxonomyFacts
    agreement: Mapping[str, Any] | None
    has_style_report: bool
    flags: tuple[FlagRow, ...]
    notes: dict[str, object]
    findings: tuple[Finding, ...]
    newest_grade_at: datetime | None
    revision_count: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file. `rows`, `lines_size` and `lines_sha256` are of its lines before compression; None of what has no lines.

    `split`: of a data file.
    """

    name: str
    size: int
    sha256: str
    media_type: str
    rows: int | None = None
    split: str | None = None
    lines_size: int | None = None
    lines_sha256: str | None = None

    @property
    def json(self) -> dict[str, object]:
        known = {
            "name": self.name,
            "size": self.size,
            "sha256": self.sha256,
            "media_type": self.media_type,
            "rows": self.rows,
            "split": self.split,
            "lines_size": self.lines_size,
            "lines_sha256": self.lines_sha256,
        }
        return {name: value for name, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Counts:
    """`rows`: by split, of those that have any; `left_out`: chains by reason; `chains`: with a line."""

    chains: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())
