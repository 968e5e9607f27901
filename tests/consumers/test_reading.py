"""Those who read exports read ours: each from the running server with a token, in an environment of their own."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.exports.options import FORMATS
from tests.pulling import Pulling, examples, pulling

CONSUMERS = "CONSUMERS_PYTHON"
HERE = Path(__file__).resolve().parent
STEPS = "3"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CONSUMERS not in os.environ, reason="make test-consumers reads exports with PyTorch"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Pulling]:
    with pulling() as found:
        yield found


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    consume(HERE / "make_model.py", str(folder), home=folder.parent, HF_HUB_OFFLINE="1")
    return folder


def consume(script: Path, *arguments: str, home: Path, cwd: Path | None = None, **variables: str) -> str:
    """What the script printed; its caches stay in `home`."""
    done = subprocess.run(
        [os.environ[CONSUMERS], script, *arguments],
        cwd=cwd or home,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "HF_HOME": str(home / "caches"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "OMP_NUM_THREADS": "1",
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def written(folder: Path, name: str) -> Path:
    """The example of that name, as somebody copied it from the page."""
    path = folder / name
    path.write_text(examples()[name])
    return path


@pytest.fixture(scope="module")
def loaded(server: Pulling, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    script, home = HERE / "load_formats.py", tmp_path_factory.mktemp("formats")
    told = consume(script, server.address, *FORMATS, home=home, STEPMARK_TOKEN=server.token)
    found: dict[str, Any] = json.loads(told)
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_datasets_and_pandas_load_every_format_from_the_server(name: str, loaded: dict[str, Any]) -> None:
    found = loaded[name]
    assert found["rows"] > 0
    assert found["pandas"] == [found["rows"], len(found["columns"])]


def test_labels_for_trl_are_booleans_and_nothing_else(loaded: dict[str, Any]) -> None:
    assert loaded["trl"]["columns"] == ["prompt", "completions", "labels"]
    assert "bool" in loaded["trl"]["types"]["labels"]


@pytest.fixture(scope="module")
def pulled(server: Pulling, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `labels/` is a snapshot, as the page's script fetches it."""
    folder = tmp_path_factory.mktemp("pulled")
    asked = "alpha_ordinal_low=0.6&coverage=0.95"
    (folder / "pull.sh").write_text(examples()["pull.sh"].replace(asked, "coverage=0.1"))
    done = subprocess.run(
        ["sh", "pull.sh", "labels"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **server.variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("name", ["load_folder.py", "read_files.py", "load_live.py"])
def test_an_example_of_the_page_reads_what_it_says(name: str, server: Pulling, pulled: Path) -> None:
    script = written(pulled, name)
    assert consume(script, home=pulled, STEPMARK=server.address, STEPMARK_TOKEN=server.token)


@pytest.mark.parametrize("name", ["train_trl.py", "train_plain.py"])
def test_a_model_is_trained_for_a_few_steps(name: str, model: Path, pulled: Path) -> None:
    told = consume(
        written(pulled, name),
        home=pulled,
        MODEL=str(model),
        STEPS=STEPS,
        HF_HUB_OFFLINE="1",
        CUDA_VISIBLE_DEVICES="",
    )
    assert "eval_loss" in told
    assert (pulled / "prm" / "model.safetensors").stat().st_size > 0
