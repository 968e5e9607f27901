import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
# What makes the folder.
OUR_OWN = {"VENDOR.json", "fetch.py", "splitting.py", "bundling.py", "bundling.lock.json"}
PACKAGES: list[dict[str, Any]] = json.loads((VENDOR / "VENDOR.json").read_text())
FILES: dict[str, str] = {name: digest for package in PACKAGES for name, digest in package["files"].items()}


@pytest.mark.parametrize("name", FILES)
def test_a_vendored_file_is_the_one_we_looked_at(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == FILES[name]


def test_nothing_stands_in_the_folder_that_is_not_accounted_for() -> None:
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    ours = {name for name in present if "__pycache__" in name} | OUR_OWN
    assert present - ours == set(FILES)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_each_package_names_its_version_and_carries_its_licence(package: dict[str, Any]) -> None:
    assert package["version"][0].isdigit()
    assert package["licence"] in {"MIT", "BSD-0-Clause", "BSD-3-Clause AND ISC"}
    assert any(name.endswith("/LICENSE") for name in package["files"])
