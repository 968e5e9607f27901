"""`manage.py dev`: one journey over several starts, because each start of everything costs seconds."""

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.running import (
    MANAGE,
    at_work_in,
    dev,
    fresh_variables,
    kill_all,
    manage,
    new_var_dir,
    python_in,
    wait_for,
)

pytestmark = pytest.mark.slow

ADD_A_PERSON = "from annotator.accounts.models import User; User.objects.create_user('nina')"
COUNT_PEOPLE = (
    "from annotator.accounts.models import User; print(User.objects.filter(username='nina').count())"
)


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    with new_var_dir() as path:
        yield path


def test_one_command_brings_everything_up_and_ctrl_c_takes_everything_down(var_dir: Path) -> None:
    with dev(var_dir) as run:
        address = f"http://localhost:{run.port}/"
        assert run.said(address)
        with urllib.request.urlopen(f"{address}healthz") as answer:
            assert answer.status == 200
        assert wait_for(lambda: run.logged("worker", "ready."))

        second = manage("dev", variables=fresh_variables(var_dir))
        assert second.returncode == 1
        assert f"already running on {address}" in second.stderr

        assert python_in(var_dir, ADD_A_PERSON).returncode == 0
        assert run.process.poll() is None
        assert run.end(signal.SIGINT) == 0
    assert wait_for(lambda: at_work_in(var_dir) == [])


def test_a_supervisor_killed_with_9_leaves_no_orphan_and_no_loss(var_dir: Path) -> None:
    with dev(var_dir) as run:
        assert len(at_work_in(var_dir)) > 8
        run.end(signal.SIGKILL)
        assert wait_for(lambda: at_work_in(var_dir) == [])
    assert python_in(var_dir, COUNT_PEOPLE).stdout == "1\n"


def test_killing_everything_with_9_loses_nothing_and_the_next_start_recovers(var_dir: Path) -> None:
    with dev(var_dir) as run:
        kill_all(at_work_in(var_dir))
        assert wait_for(lambda: at_work_in(var_dir) == [])
        assert run.process.wait() == -signal.SIGKILL
    with dev(var_dir) as run:
        assert python_in(var_dir, COUNT_PEOPLE).stdout == "1\n"

        # Whatever dies alone is started again: first the worker, then the servers with their keeper.
        kill_all([process for process in at_work_in(var_dir) if "worker" in process.cmdline()][:1])
        assert wait_for(lambda: run.said("worker ended by itself"))
        kill_all(
            [process for process in at_work_in(var_dir) if "annotator.embedded.keeper" in process.cmdline()]
        )
        assert wait_for(lambda: run.said("they start again"))
        assert wait_for(lambda: python_in(var_dir, COUNT_PEOPLE).stdout == "1\n")
        assert run.end(signal.SIGTERM) == 0
    assert wait_for(lambda: at_work_in(var_dir) == [])


def test_outside_servers_are_used_when_they_are_named(var_dir: Path) -> None:
    named = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], flush=True); input()"
    command = [sys.executable, str(MANAGE), "shell", "--no-imports", "--command", named]
    with (
        subprocess.Popen(
            command, env=fresh_variables(var_dir), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as outside,
        new_var_dir() as own,
    ):
        assert outside.stdout is not None
        database_url, redis_url = outside.stdout.readline().split()
        with dev(own, DATABASE_URL=database_url, REDIS_URL=redis_url) as run:
            assert not (own / "postgres").exists()
            assert not any("annotator.embedded.keeper" in process.cmdline() for process in at_work_in(own))
            assert run.end(signal.SIGINT) == 0
        outside.communicate("\n")


def test_a_taken_port_is_answered_with_words_before_anything_starts() -> None:
    with new_var_dir() as unused, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = manage("dev", variables=fresh_variables(unused, PORT=str(port)))
        assert answer.returncode == 1
        assert f"Port {port} is taken" in answer.stderr
        assert not (unused / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "²"])
def test_a_port_that_is_no_port_is_answered_with_words(port: str) -> None:
    with new_var_dir() as unused:
        answer = manage("dev", variables=fresh_variables(unused, PORT=port))
        assert answer.returncode == 1
        assert "it should be a number from 1 to 65535" in answer.stderr
