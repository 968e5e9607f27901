import io
import json
import signal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from annotator.chains.models import Chain, Dataset, ImportRun
from tests.makers import line, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "chains.jsonl"
    path.write_bytes(line("a") + b"\n" + line("b", "one", "other") + b"\n")
    return path


def run(*arguments: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_chains", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_file_is_imported_into_a_dataset_that_is_made(file: Path) -> None:
    out, err = run(file, "--dataset", "pilot", "--domain", "algebra")
    assert out == "Imported 2 lines into pilot: 2 new chains, 0 already there, 1 new problems, 4 new steps.\n"
    assert err == "Made dataset pilot.\n"
    assert Dataset.objects.get().domain == "algebra"
    assert Chain.objects.count() == 2
    assert file.is_file()


def test_the_same_file_again_says_that_all_is_there(file: Path) -> None:
    run(file, "--dataset", "pilot")
    out, err = run(file, "--dataset", "pilot")
    assert out == "Imported 2 lines into pilot: 0 new chains, 2 already there, 0 new problems, 0 new steps.\n"
    assert err == ""


def test_bad_lines_are_named_and_nothing_is_stored(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b'{"chain_id": "c"}\n' + line("a"))
    out, err = io.StringIO(), io.StringIO()
    make_dataset()
    with pytest.raises(CommandError, match="2 of 4 lines cannot be imported; nothing was stored"):
        call_command("import_chains", str(file), "--dataset", "pilot", stdout=out, stderr=err)
    assert out.getvalue() == "Nothing was imported into pilot.\n"
    assert err.getvalue() == 'line 3: steps: missing\nline 4: chain_id: "a" stands twice in this file\n'
    assert not Chain.objects.exists()


def test_json_is_one_object_on_stdout_also_when_lines_are_bad(file: Path) -> None:
    out, _ = run(file, "--dataset", "pilot", "--json")
    done = json.loads(out)
    assert (done["state"], done["dataset"], done["chains_added"], done["line_errors"]) == (
        "done",
        "pilot",
        2,
        [],
    )
    file.write_bytes(b"[]\n")
    failed = io.StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_chains", str(file), "--dataset", "pilot", "--json", stdout=failed, stderr=io.StringIO()
        )
    assert json.loads(failed.getvalue())["line_errors"] == [
        {"line": 1, "reason": "must be an object, not list"}
    ]


def test_a_file_that_is_not_there_is_refused_and_makes_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "missing.jsonl", "--dataset", "pilot")
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path, "--dataset", "pilot")
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("key", ["", "two words", "a/b", "k" * 81, "ключ"])
def test_a_key_that_is_no_key_is_refused(file: Path, key: str) -> None:
    with pytest.raises(CommandError, match="--dataset"):
        run(file, "--dataset", key)
    assert not Dataset.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_stopped_by_ctrl_c_has_failed_and_is_not_taken_up_by_a_worker(file: Path) -> None:
    dataset = make_dataset()
    other_import = connection.copy()
    other_import.set_autocommit(False)
    with other_import.cursor() as cursor:
        cursor.execute("SELECT 1 FROM chains_dataset WHERE id = %s FOR NO KEY UPDATE", [dataset.pk])
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(file, "--dataset", "pilot")
    finally:
        signal.signal(signal.SIGALRM, before)
        other_import.close()
    stopped = ImportRun.objects.get()
    assert (stopped.state, stopped.error) == ("failed", "stopped by Ctrl-C; nothing was stored")
    assert not Chain.objects.exists()


def test_an_unknown_format_is_refused(file: Path) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'csv'"):
        run(file, "--dataset", "pilot", "--format", "csv")


def test_a_line_without_a_chain_is_counted(tmp_path: Path) -> None:
    given_up = {"question": {"problem": "What?"}, "label": {"steps": [], "finish_reason": "give_up"}}
    path = tmp_path / "gave_up.jsonl"
    path.write_text(json.dumps(given_up))
    out, _ = run(path, "--dataset", "pilot", "--format", "prm800k")
    assert out.endswith("0 new steps. 1 lines hold no chain.\n")
