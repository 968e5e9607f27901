"""A database from before versions could be moved between comes up to date with everything in it as it was."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.deploy.production import run_python

OLD = Path(__file__).parent.parent / "samples" / "migrated_to_0002.sql"
# SHA-256 of what the code of that time exported from this database.
EXPORTS = {
    "native": "3315ed8648d26135c504c1a2da6f79ff4185815baaacc52379148ae5ee5c987e",
    "trl": "a4cae70738baf5c80a0317656d9a9ca5a05fcf1bf2c3563a23660f7b03466865",
    "processbench": "aa88bf4631775ca960cdc36f930c266ff5d9f8bad25a25bb0368825fe5fc070b",
}
# Read in a process of its own, which has the old database for its own. Native lines also say since then where each verdict
# comes from and what was found of the chain, know a chain for lucky (or not) though its first error is undefined, and hold
# all that was imported: that is taken out again.
READ = """
import hashlib, json, re
from django.utils import timezone
from annotator.assignments.models import Assignment, Campaign
from annotator.exports.queries import ExportQuery
from annotator.exports.streaming import stream
from annotator.grading.reading import read_sheet
from annotator.grading.submitting import submit
from taxonomies.content import content_of, digest_of
from taxonomies.models import TaxonomyVersion
from taxonomies.publishing import publish

campaign = Campaign.objects.get()
def as_then(lines):
    for since, then in (
        (b',"provenance":(null|"[a-z]+")', b""),
        (b',"luck":(null|[{][^}]*[}])', b""),
        (b',"(reference_solution|scores)":null', b""),
        (b'"first_error_defined":false,"lucky":(null|true|false)', b'"first_error_defined":false,"lucky":null'),
    ):
        lines = re.sub(since, then, lines)
    return lines
def exported(name):
    lines = b"".join(stream(campaign=campaign, query=ExportQuery(format=name), with_trailer=False))
    return hashlib.sha256(as_then(lines)).hexdigest()
def digests():
    return {str(v): [v.status, v.digest, digest_of(content_of(v))] for v in TaxonomyVersion.objects.all()}
found = {
    "exports": {name: exported(name) for name in ("native", "trl", "processbench")},
    "digests": digests(),
    "sheets": [read_sheet(assignment=a).first_error_index for a in Assignment.objects.order_by("pk")],
}
draft = TaxonomyVersion.objects.get(status="draft")
found["published"] = publish(version=draft, now=timezone.now()).digest
held = Assignment.objects.filter(status="open").first()
given_up = submit(
    public_id=held.public_id, annotator=held.annotator, now=timezone.now(), unfinished="give_up", note="upgraded"
)
found["submitted"] = given_up.status
print(json.dumps(found))
"""

Rows: TypeAlias = dict[str, list[dict[str, Any]]]

pytestmark = pytest.mark.slow


@pytest.fixture
def old_database() -> Iterator[str]:
    """The URL of a database at the first two migrations of every app."""
    server = os.environ["DATABASE_URL"]
    name = f"upgrade_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as administration:
        administration.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            with psycopg.connect(url) as connection:
                connection.execute(OLD.read_bytes())
            yield url
        finally:
            administration.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def rows_in(url: str) -> Rows:
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        return {
            table: [
                row
                for (row,) in connection.execute(
                    sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY 1").format(sql.Identifier(table))
                )
            ]
            for (table,) in tables
        }


def manage(*arguments: str, url: str) -> str:
    answer = run_python("manage.py", *arguments, variables={**os.environ, "DATABASE_URL": url})
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_an_old_database_is_migrated_without_changing_what_is_in_it(old_database: str) -> None:
    before = rows_in(old_database)
    assert len(before["grading_grade"]) > 40
    assert len(before["taxonomies_taxonomyversion"]) == 3
    manage("migrate", "--no-input", url=old_database)
    after = rows_in(old_database)
    for table, rows in before.items():
        assert_kept(rows, after[table], table=table)
    check_meaning(old_database, before)


def assert_kept(before: list[dict[str, Any]], after: list[dict[str, Any]], *, table: str) -> None:
    """Every old row with every old column. There may be new columns, and in Django's own tables new rows."""
    columns = before[0].keys() if before else []
    kept = {json.dumps({name: row.get(name) for name in columns}) for row in after}
    assert {json.dumps(row) for row in before} <= kept, table
    assert len(after) == len(before) or table.startswith(("django_", "auth_")), table


def check_meaning(url: str, before: Rows) -> None:
    found = json.loads(manage("shell", "--no-imports", "--command", READ, url=url).splitlines()[-1])
    assert found["exports"] == EXPORTS
    stored = {row["digest"] for row in before["taxonomies_taxonomyversion"]}
    for status, digest, of_the_rows in found["digests"].values():
        assert digest in stored
        assert status == "draft" or of_the_rows == digest
    # It goes on: the draft, a clone, is published; an open chain is handed in.
    assert found["published"] in stored
    assert found["submitted"] == "submitted"
