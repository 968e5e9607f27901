"""Published tables that the figures must reproduce, kept beside the checkout and not in it."""

import json
from pathlib import Path
from typing import Any

import pytest

REFERENCES = Path(__file__).resolve().parents[2] / "shared" / "references"


def published(name: str) -> Any:
    """The parsed JSON file of that name; the test is skipped where the folder is not there."""
    path = REFERENCES / name
    if not path.is_file():
        pytest.skip(f"the shared reference tables are not beside this checkout: {path.name} is missing")
    return json.loads(path.read_text(encoding="utf-8"))
