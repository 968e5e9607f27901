from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.assignments.models import Campaign
from annotator.exports.snapshots import parts
from tests.exports.snapshots.sealed import files_in
from tests.graded import grade_chains, graded_campaign
from tests.makers import line

CHAINS = 24


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the files of snapshots lie."""
    place = tmp_path / "snapshots"
    with files_in(place):
        yield place


@pytest.fixture
def campaign(transactional_db: None) -> Campaign:
    """Two dozen problems with a chain each; one is tied and left out of most formats."""
    lines = [
        line(f"q{number}/a", "one", f"two of {number}", final_answer_correct=True) for number in range(CHAINS)
    ]
    campaign = graded_campaign(lines, {"ada": {}, "ben": {}})
    words = {f"q{number}/a": ["good", "bad" if number % 3 == 0 else "okay"] for number in range(CHAINS)}
    grade_chains(campaign, annotator="ada", words=words)
    grade_chains(campaign, annotator="ben", words={"q1/a": ["bad", "bad"], "q2/a": ["good", "okay"]})
    return campaign


@pytest.fixture
def _five_chains_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "CHAINS_PER_PART", 5)
