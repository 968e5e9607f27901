"""Schemathesis asks the running server whatever the description allows, and much that it does not, and finds nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from annotator.api.schema.describing import PREFIX
from tests.api.furnished import Furnished, furnish
from tests.exports.snapshots.sealed import files_in

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 300
# Whether options go together is more than a schema can say: such a refusal is 422 with words.
CONFIG = """
hooks = "tests.api.ndjson_bodies"

[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "404", "409", "416", "412", "422"]

[generation]
deterministic = true
database = "none"
max-examples = {examples}

[phases]
stateful.enabled = false
coverage.enabled = {covers}
{known}
"""
KNOWN = """
[parameters]
"path.key" = "pilot"
"path.pk" = {run}
"path.snapshot_id" = {snapshot}
"path.number" = 1
"path.name" = "manifest.json"
"query.since" = {older}

[[operations]]
include-path = "{prefix}taxonomies/{{key}}/versions/{{number}}/"
parameters = {{ "path.key" = "{taxonomy}" }}
"""

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def furnished(transactional_db: None, tmp_path: Path, settings: Settings) -> Iterator[Furnished]:
    settings.IMPORT_DIR = tmp_path / "imports"
    settings.TOKEN_REQUESTS_PER_MINUTE = 1_000_000
    with files_in(tmp_path / "snapshots"):
        yield furnish(tmp_path)


def known_values(furnished: Furnished) -> str:
    """What leads to something that is there."""
    return KNOWN.format(
        run=furnished.run.pk,
        snapshot=furnished.newer.pk,
        older=furnished.older.pk,
        taxonomy=furnished.campaign.taxonomy_version.taxonomy.key,
        prefix=PREFIX,
    )


@pytest.mark.parametrize("reaches", ["what is there", "anything"])
def test_schemathesis_finds_nothing(
    live_server: LiveServer, furnished: Furnished, tmp_path: Path, reaches: str
) -> None:
    is_known = reaches == "what is there"
    config = tmp_path / "schemathesis.toml"
    config.write_text(
        CONFIG.format(
            examples=4,
            covers="true" if is_known else "false",
            known=known_values(furnished) if is_known else "",
        )
    )
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
        f"{live_server.url}{PREFIX}schema/",
        *("--header", f"Authorization: Bearer {furnished.token}"),
        *("--seed", "1", "--no-color", "--continue-on-failure", "--suppress-health-check", "all"),
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
