"""`manage.py make_snapshot`: exit codes, words, JSON, and files checked on their way out."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command

from annotator.assignments.models import Campaign
from annotator.exports.models import Snapshot
from tests.exports.snapshots.sealed import contents

pytestmark = pytest.mark.django_db(transaction=True)


def made(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    call_command("make_snapshot", "pilot", "--foreground", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_it_seals_in_the_foreground_and_copies_the_files_out(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = made(capsys, "--format", "trl", "--neutral", "false", "--out", str(tmp_path / "out"))
    snapshot = Snapshot.objects.get(pk=told["id"])
    assert (told["state"], told["digest"], told["query"]) == (
        "done",
        snapshot.digest,
        {"format": "trl", "neutral": "false"},
    )
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == contents(snapshot)


def test_it_tells_people_the_digest_and_the_hash_of_each_file(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("make_snapshot", "pilot", "--foreground", "--format", "trl")
    words = capsys.readouterr().out
    snapshot = Snapshot.objects.get()
    assert f"snapshot {snapshot.pk}: 23 rows, digest {snapshot.digest}" in words
    assert all(f"{file['sha256']}  {file['name']}" in words for file in snapshot.files)


def test_a_gate_that_does_not_pass_ends_with_exit_code_1_and_the_findings(
    campaign: Campaign, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        made(capsys, "--alpha-ordinal-low", "0.9", "--out", str(tmp_path / "out"))
    assert ended.value.code == 1
    told = orjson.loads(capsys.readouterr().out)
    assert (told["state"], [one["condition"] for one in told["findings"]]) == (
        "failed",
        ["alpha_ordinal_low"],
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "There is no campaign nowhere"),
        (["pilot", "--labels", "annotator"], "go together"),
        (["pilot", "--taxonomy-version", "7"], "never used that version"),
        (["pilot", "--coverage", "2"], "coverage is a number from 0 to 1"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_words_and_makes_no_row(
    campaign: Campaign, arguments: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("make_snapshot", *arguments, "--foreground")
    assert not Snapshot.objects.exists()
