"""Running `manage.py` as a person would, in a VAR_DIR of its own, and seeing what it leaves behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parent.parent.parent
MANAGE = REPOSITORY / "manage.py"
# What the test session itself set, and a fresh shell would not have.
_SET_BY_TESTS = re.compile(
    r"(DATABASE_URL|REDIS_URL|BROKER_URL|CACHE_URL|SECRET_KEY|DEV|VAR_DIR|PORT|DJANGO_\w+|STEPMARK_\w+)"
)
_SECONDS = 120.0


@contextmanager
def new_var_dir(*, name: str = "var", mode: int = 0o755) -> Iterator[Path]:
    """A VAR_DIR in a folder with that mode; whatever still runs in it at the end is killed."""
    parent = Path(tempfile.mkdtemp(prefix="stepmark-run-", dir="/tmp"))
    parent.chmod(mode)
    var_dir = parent / name
    try:
        yield var_dir
    finally:
        for process in at_work_in(var_dir):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        wait_for(lambda: not at_work_in(var_dir))
        shutil.rmtree(parent)


def fresh_variables(var_dir: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _SET_BY_TESTS.fullmatch(name)}
    return kept | {"VAR_DIR": str(var_dir)} | more


def manage(*arguments: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """One command, run to its end."""
    return subprocess.run(
        [sys.executable, MANAGE, *arguments],
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def python_in(var_dir: Path, code: str) -> subprocess.CompletedProcess[str]:
    return manage("shell", "--no-imports", "--command", code, variables=fresh_variables(var_dir))


def at_work_in(var_dir: Path) -> list[psutil.Process]:
    """Every living process that was started for that VAR_DIR, found by its environment or its working directory."""
    return [process for process in psutil.process_iter() if _belongs_to(process, var_dir)]


def _belongs_to(process: psutil.Process, var_dir: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get("VAR_DIR") == str(var_dir) or var_dir in Path(process.cwd()).parents
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def wait_for(is_so: Callable[[], bool], *, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.05)
    return is_so()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Run:
    """A `manage.py dev` in the background, and what it said so far."""

    var_dir: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def logged(self, name: str, words: str) -> bool:
        log = self.var_dir / "log" / f"{name}.log"
        return log.exists() and words in log.read_text()

    def end(self, sign: signal.Signals) -> int:
        self.process.send_signal(sign)
        return self.process.wait(_SECONDS)

    def listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.lines.extend(output)


@contextmanager
def dev(var_dir: Path, **more: str) -> Iterator[Run]:
    """A running `manage.py dev` whose page answers."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, MANAGE, "dev"],
        env=fresh_variables(var_dir, PORT=str(port), **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = Run(var_dir=var_dir, port=port, process=process)
    listener = threading.Thread(target=run.listen)
    listener.start()
    try:
        assert wait_for(lambda: run.said("Stepmark runs on") or process.poll() is not None, seconds=_SECONDS)
        assert process.poll() is None, "".join(run.lines)
        yield run
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        listener.join(_SECONDS)
