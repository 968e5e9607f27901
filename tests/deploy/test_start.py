"""The commands of docker-compose.yml, run one after the other as Compose would, with their own health checks.

Without containers: PostgreSQL and Valkey are the embedded ones, with durability on as in production.
"""

import platform
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.composing import PROGRAMS, REPOSITORY, compose
from tests.deploy.production import production_variables, run_python
from tests.embedded.running import MANAGE, free_port, fresh_variables, new_var_dir, wait_for

pytestmark = pytest.mark.slow

TELL_URLS = "import os; print(*(os.environ[n] for n in ('DATABASE_URL', 'REDIS_URL', 'BROKER_URL')), flush=True); input()"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """The URLs of a durable PostgreSQL and Valkey."""
    with (
        new_var_dir() as var_dir,
        subprocess.Popen(
            [sys.executable, str(MANAGE), "shell", "--no-imports", "--command", TELL_URLS],
            env=fresh_variables(var_dir),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as holder,
    ):
        assert holder.stdout is not None
        urls = holder.stdout.readline().split()
        yield dict(zip(("DATABASE_URL", "REDIS_URL", "BROKER_URL"), urls, strict=True))
        holder.communicate("\n")


def test_the_parts_start_in_order_and_find_themselves_healthy(tmp_path: Path) -> None:
    services = compose()["services"]
    port = str(free_port())
    with servers() as urls, ExitStack() as stack:
        variables = {
            name: production_variables(**{**services[name]["environment"], **urls, **folders(tmp_path)})
            for name in ["migrate", *PROGRAMS]
        }
        migrate = run_python(*services["migrate"]["command"][1:], variables=variables["migrate"])
        assert migrate.returncode == 0, migrate.stderr
        collected = run_python("manage.py", "collectstatic", "--no-input", variables=variables["migrate"])
        assert collected.returncode == 0, collected.stderr
        for name in PROGRAMS:
            command = [here(word, port=port, folder=tmp_path) for word in services[name]["command"]]
            stack.enter_context(running(command, variables=variables[name], log=tmp_path / f"{name}.log"))
        for name in PROGRAMS:
            check = [here(word, port=port, folder=tmp_path) for word in services[name]["healthcheck"]["test"]]
            log = tmp_path / f"{name}.log"
            assert wait_for(partial(is_healthy, check, variables[name]), seconds=60), log.read_text()
        pages_are_for_https_only(port)


def folders(tmp_path: Path) -> dict[str, str]:
    return {"VAR_DIR": str(tmp_path / "var"), "STATIC_ROOT": str(tmp_path / "static")}


def here(word: str, *, port: str, folder: Path) -> str:
    """A word of a command with this test's Python, port and folder in the place of the container's."""
    if word == "python":
        return sys.executable
    moved = word.replace("8000", port).replace("/tmp", str(folder)).replace("0.0.0.0", "127.0.0.1")
    return moved.replace("$HOSTNAME", platform.node()).replace("python -m", f"{sys.executable} -m")


@contextmanager
def running(command: list[str], *, variables: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def is_healthy(check: list[str], variables: Mapping[str, str]) -> bool:
    kind, *words = check
    command = words if kind == "CMD" else ["sh", "-c", words[0]]
    done = subprocess.run(command, cwd=REPOSITORY, env=dict(variables), capture_output=True, check=False)
    return done.returncode == 0


def pages_are_for_https_only(port: str) -> None:
    """Plain HTTP is sent away; what the TLS proxy passes on gets the sign-in page, its assets under hashed names."""
    browser = urllib.request.build_opener(NoRedirect)
    address = f"http://127.0.0.1:{port}/accounts/login/"
    host = {"Host": "stepmark.example.org"}
    with pytest.raises(urllib.error.HTTPError) as sent_away:
        browser.open(urllib.request.Request(address, headers=host))
    assert sent_away.value.headers["Location"] == "https://stepmark.example.org/accounts/login/"
    sent_away.value.close()
    passed_on = {**host, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    with browser.open(urllib.request.Request(address, headers=passed_on)) as answer:
        assert answer.status == 200
        assert "includeSubDomains" in answer.headers["Strict-Transport-Security"]
        assert "/static/app." in answer.read().decode()
