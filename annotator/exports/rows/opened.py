"""A view of the database that an export is read from."""

from dataclasses import dataclass
from typing import Any

from annotator.analysis.arrays import Integers
from annotator.assignments.models import Campaign
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import DecisionRow, TaxonomyRow
from annotator.exports.rows.choosing import Conditions
from annotator.exports.rows.styling import StyleView
from annotator.exports.rows.votes import ExportView


@dataclass(frozen=True, slots=True)
class Reading:
    """One view of the database, held open, and what its rows are read with.

    `style`, `gold` and `decisions` are None unless asked for; `changed`: ids of the only chains to look at, in order.
    """

    cursor: Any
    campaign: Campaign
    query: ExportQuery
    taxonomy: TaxonomyRow
    view: ExportView
    conditions: Conditions
    changed: Integers | None
    style: StyleView | None
    gold: dict[int, str] | None
    decisions: dict[int, DecisionRow] | None
