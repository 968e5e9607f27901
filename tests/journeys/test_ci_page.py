"""The examples of docs/ci.md, run as they stand there against real servers: what a pipeline copies has to work."""

import hashlib
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.running import wait_for
from tests.pulling import Pulling, examples, pulling

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("curl") and shutil.which("jq")), reason="the page pulls with curl and jq"
    ),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Pulling]:
    with pulling() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples leave their files for each other."""
    return tmp_path_factory.mktemp("pulled")


def run(
    name: str, *arguments: str, server: Pulling, folder: Path, text: str = ""
) -> subprocess.CompletedProcess[str]:
    script = folder / name
    script.write_text(text or examples()[name])
    return subprocess.run(
        ["sh", "-eu", name, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **server.variables},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_a_live_export_is_fetched_checked_and_stripped_of_its_trailer(server: Pulling, folder: Path) -> None:
    for name in ("live.sh", "check.sh"):
        done = run(name, server=server, folder=folder)
        assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
    assert rows
    assert all(set(row) == {"prompt", "completions", "labels"} for row in rows)


def test_the_check_finds_a_file_that_was_cut(server: Pulling, folder: Path) -> None:
    whole = (folder / "labels.jsonl").read_bytes()
    for broken in (whole[:-200], whole.split(b"\n", 1)[1]):
        (folder / "labels.jsonl").write_bytes(broken)
        assert run("check.sh", server=server, folder=folder).returncode != 0


def test_what_changed_since_yesterday_is_what_was_graded_now(server: Pulling, folder: Path) -> None:
    done = run("changed.sh", server=server, folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "changed.jsonl").read_bytes().count(b"\n") > 0


def test_a_gate_that_fails_stops_the_step_and_says_why(server: Pulling, folder: Path) -> None:
    def gate(text: str) -> subprocess.CompletedProcess[str]:
        return run("gate.sh", server=server, folder=folder, text=text)

    easy = examples()["gate.sh"].replace("=0.6", "=-1").replace("=0.95", "=0.1")
    assert easy != examples()["gate.sh"]
    assert wait_for(lambda: gate(easy).returncode == 0, seconds=60), gate(easy).stdout
    hard = gate(easy.replace("=-1", "=1"))
    assert hard.returncode == 22
    assert json.loads(hard.stdout)["failed"] == ["alpha_ordinal_low"]


def test_a_pipeline_asks_waits_fetches_and_checks(server: Pulling, folder: Path) -> None:
    assert wait_for(lambda: has_style_report(server), seconds=60)
    done = run("pull.sh", "labels", server=server, folder=folder, text=passing())
    assert (done.returncode, done.stderr) == (0, "")
    names = {path.name for path in (folder / "labels").iterdir()}
    assert names >= {"README.md", "manifest.json", "croissant.json", "train.jsonl.zst", "test.jsonl.zst"}


def test_a_pull_that_broke_off_goes_on_where_it_was_and_ends_with_the_same(
    server: Pulling, folder: Path
) -> None:
    whole = {path.name: path.read_bytes() for path in (folder / "labels").iterdir()}
    card = (folder / "labels" / "README.md").rename(
        folder / "labels" / f"{hashlib.sha256(whole['README.md']).hexdigest()}.part"
    )
    card.write_bytes(whole["README.md"][:100])
    (folder / "labels" / "train.jsonl.zst").write_bytes(b"of another snapshot")
    done = run("pull.sh", "labels", server=server, folder=folder, text=passing())
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name: path.read_bytes() for path in (folder / "labels").iterdir()} == whole


def test_labels_that_are_not_good_enough_are_not_sealed_and_the_step_fails(
    server: Pulling, folder: Path
) -> None:
    text = passing().replace("alpha_ordinal_low=-1", "alpha_ordinal_low=1")
    done = run("pull.sh", "refused", server=server, folder=folder, text=text)
    assert done.returncode == 1
    assert json.loads(done.stderr)["findings"][0]["condition"] == "alpha_ordinal_low"
    assert not (folder / "refused").exists()


def test_two_snapshots_are_compared(server: Pulling, folder: Path) -> None:
    text = "older=1 newer=2\n" + examples()["changes.sh"]
    done = run("changes.sh", server=server, folder=folder, text=text)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["relabelled"] == 0


def has_style_report(server: Pulling) -> bool:
    """The card of a snapshot says what it found."""
    asked = urllib.request.Request(
        f"{server.address}/campaigns/pilot/style/", headers={"Authorization": f"Bearer {server.token}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)["figures"] is not None


def passing() -> str:
    """The script with conditions that the few chains of a test can meet."""
    text = examples()["pull.sh"]
    assert "alpha_ordinal_low=0.6&coverage=0.95" in text
    return text.replace("alpha_ordinal_low=0.6&coverage=0.95", "alpha_ordinal_low=-1&coverage=0.1")
