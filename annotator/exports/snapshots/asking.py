"""Asking for a snapshot, and reading what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from annotator.accounts.models import User
from annotator.assignments.models import Campaign
from annotator.exports.checking import check_query
from annotator.exports.gate import conditions
from annotator.exports.models import Snapshot
from annotator.exports.queries import BadQuery, ExportQuery, as_texts, read_query
from annotator.exports.snapshots.parquet import is_parquet_there
from taxonomies.models import TaxonomyVersion

PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a snapshot's row says that it should hold. `parquet`: the same rows as columns, too."""

    query: ExportQuery
    parquet: bool

    @property
    def texts(self) -> dict[str, str]:
        """The canonical form, which the row and the manifest keep."""
        return as_texts(self.query) | ({PARQUET: "1"} if self.parquet else {})

    def query_of(self, version: TaxonomyVersion) -> ExportQuery:
        """The same under this version, whatever the campaign's current one is by now."""
        return replace(self.query, version=version.number)


def ask_for_snapshot(
    *,
    campaign: Campaign,
    query: ExportQuery,
    gate: Mapping[str, str],
    requested_by: User | None,
    asked_with: str,
    now: datetime,
    parquet: bool = False,
) -> Snapshot:
    """A row that waits. Queue it with tasks.build_snapshot. Raises BadQuery and conditions.BadGate, with words."""
    check_query(campaign=campaign, query=query)
    if parquet and not is_parquet_there():
        raise BadQuery(
            "Parquet needs what requirements-extras.txt names, installed on the web and on every worker."
        )
    return Snapshot.objects.create(
        campaign=campaign,
        query=Asked(query=query, parquet=parquet).texts,
        gate=conditions.as_texts(conditions.read_gate(gate)),
        requested_by=requested_by,
        asked_with=asked_with,
        requested_at=now,
    )


def asked_of(snapshot: Snapshot) -> Asked:
    texts = dict(snapshot.query)
    parquet = texts.pop(PARQUET, "0") == "1"
    return Asked(query=read_query(texts), parquet=parquet)
