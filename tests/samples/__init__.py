"""Small made-up files of each format, and the published ones where they stand beside the checkout."""

from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parent
SHARED_DATA = SAMPLES.parents[2] / "shared" / "data"


def sample(format_name: str) -> Path:
    return SAMPLES / f"{format_name}.jsonl"


def shared_data(name: str) -> Path:
    """A published file, by its name below the shared data folder; the test is skipped where it is not there."""
    path = SHARED_DATA / name
    if not path.is_file():
        pytest.skip(f"the shared data are not beside this checkout: {name} is missing")
    return path
