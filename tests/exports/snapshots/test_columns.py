"""Every format's lines have the columns that Parquet and Croissant are told of, and come back from Parquet as they were."""

import io
import sys
from typing import Any

import orjson
import pyarrow.parquet
import pytest

from annotator.assignments.models import Campaign
from annotator.exports.options import FORMATS
from annotator.exports.queries import BadQuery, read_query
from annotator.exports.snapshots.columns import Column, Kind, columns_of
from tests.exports.snapshots.sealed import content, contents, rows, sealed
from tests.graded import graded_campaign
from tests.makers import WHOLE_CHAIN, line, make_version

pytestmark = pytest.mark.django_db(transaction=True)

QUERIES: list[dict[str, str]] = [
    *({"format": name} for name in FORMATS if name != "preference_pairs"),
    {"format": "openrlhf", "soft": "1"},
    {"format": "native", "votes": "1", "comments": "1", "gold": "1", "style": "1", "debias": "twins"},
]


def read_back(value: Any, *, column: Column) -> Any:
    if value is None:
        return None
    if column.kind == Kind.JSON:
        return orjson.loads(value)
    if column.kind == Kind.PARTS:
        ones = value if column.is_list else [value]
        told = [{part.name: read_back(one[part.name], column=part) for part in column.parts} for one in ones]
        return told if column.is_list else told[0]
    return value


@pytest.mark.parametrize("query", QUERIES)
def test_the_rows_of_parquet_are_those_of_the_lines(campaign: Campaign, query: dict[str, str]) -> None:
    snapshot = sealed(campaign, parquet=True, **query)
    columns = columns_of(read_query(query), asks_about_chains=False)
    for file in snapshot.files:
        if not file["name"].endswith(".parquet"):
            continue
        table = pyarrow.parquet.read_table(io.BytesIO(content(snapshot, file["name"])))
        found = [
            {column.name: read_back(row[column.name], column=column) for column in columns}
            for row in table.to_pylist()
        ]
        lines = rows(snapshot, f"{file['split']}.jsonl.zst")
        assert found == lines
        assert [list(row) for row in found] == [list(row) for row in lines]
        assert file["rows"] == len(lines)


def test_answers_on_whole_chains_are_columns_too() -> None:
    campaign = graded_campaign(
        [line("a", "one", "two")], {"ada": {"a": ["good", "-"]}}, version=make_version(WHOLE_CHAIN)
    )
    query = {"format": "native", "votes": "1"}
    snapshot = sealed(campaign, **query)
    data = next(file["name"] for file in snapshot.files if "split" in file)
    columns = columns_of(read_query(query), asks_about_chains=True)
    assert [list(row) for row in rows(snapshot, data)] == [[column.name for column in columns]]


def test_parquet_has_the_same_bytes_every_time(campaign: Campaign) -> None:
    query = {"format": "native", "votes": "1"}
    assert contents(sealed(campaign, parquet=True, **query)) == contents(
        sealed(campaign, parquet=True, **query)
    )


def test_without_the_extra_parquet_is_refused_with_words(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadQuery, match=r"requirements-extras\.txt"):
        sealed(campaign, parquet=True, format="trl")
