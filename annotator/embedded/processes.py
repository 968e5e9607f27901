"""Starting a server process that cannot outlive its parent, and clearing up after one that was killed."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_LOG_BYTES_LIMIT = 10 * 1024**2


class EmbeddedError(Exception):
    """What went wrong with the embedded services, in words for whoever typed the command."""


@dataclass(frozen=True)
class Account:
    """The user that a server runs as when the command was typed by root."""

    uid: int
    gid: int


def start(
    arguments: Sequence[str | Path], *, log: Path, account: Account | None, end_signal: signal.Signals
) -> subprocess.Popen[bytes]:
    """A process that gets `end_signal` when the thread that called this ends (Linux; elsewhere see `end_leftovers`)."""
    with open_log(log) as output:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=_ending_with_parent(end_signal),
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def open_log(log: Path) -> BinaryIO:
    """That file to append to; a long one is put aside first, over the one put aside before."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES_LIMIT:
        log.rename(log.with_suffix(".log.1"))
    return log.open("ab")


def _ending_with_parent(end_signal: signal.Signals) -> Callable[[], None]:
    parent_pid = os.getpid()

    def ask_kernel() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(end_signal))
        if os.getppid() != parent_pid:
            os._exit(1)

    return ask_kernel


def run(
    arguments: Sequence[str | Path], *, account: Account | None, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as that account, with `text` on its stdin; the caller looks at the exit code."""
    return subprocess.run(
        arguments,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def wait_until(
    is_ready: Callable[[], bool], *, process: subprocess.Popen[bytes], name: str, log: Path, seconds: float
) -> None:
    """Return when the server is ready; EmbeddedError with the end of its log when it died or took too long."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if process.poll() is not None:
            raise EmbeddedError(f"{name} did not start (exit code {process.returncode}).\n{last_lines(log)}")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{name} was not ready after {seconds:.0f} s.\n{last_lines(log)}")
        time.sleep(0.01)


def last_lines(log: Path, *, count: int = 8) -> str:
    """The end of a log file with its path, indented, to stand under a sentence."""
    lines = log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
    return "\n".join([f"The end of {log}:", *(f"    {line}" for line in lines)])


def stop(process: subprocess.Popen[bytes], *, end_signal: signal.Signals, seconds: float) -> None:
    """Ask a child to end, then insist."""
    if process.poll() is not None:
        return
    process.send_signal(end_signal)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_leftovers(*, folder: Path, pid_file: Path | None, end_signal: signal.Signals) -> None:
    """End what a killed keeper left at work in `folder`, so that the next server does not share its files.

    Both servers make their data folder their working directory, which finds the children of a dead postmaster
    too. Only to be called while holding the keeper's lock: nobody else may be meant to run there.
    """
    patience = {end_signal: 60.0, signal.SIGKILL: 10.0}
    for sign, seconds in patience.items():
        for pid in _at_work_in(folder, pid_file):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not _at_work_in(folder, pid_file):
                return
            time.sleep(0.02)
    raise EmbeddedError(
        f"Processes {_at_work_in(folder, pid_file)} still work in {folder} and cannot be ended."
    )


def _at_work_in(folder: Path, pid_file: Path | None) -> list[int]:
    if sys.platform == "linux":
        wanted = folder.resolve()
        return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _works_in(entry, wanted)]
    if pid_file is None or not pid_file.exists():
        return []
    first_line = pid_file.read_text().partition("\n")[0]
    return [int(first_line)] if first_line.isdigit() and is_alive(int(first_line)) else []


def _works_in(process: Path, folder: Path) -> bool:
    # A zombie has no working directory any more: it counts as gone, whether or not somebody ever reaps it.
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock on that file, waiting for it; the kernel takes it back when the process dies, however it dies."""
    with _open_lock(path) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


@contextmanager
def locked_at_once(path: Path) -> Iterator[bool]:
    """Hold that lock alone if nobody else has it (true), or go on without it (false)."""
    with _open_lock(path) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _open_lock(path: Path) -> Iterator[int]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise EmbeddedError(
            f"{path} cannot be opened: {path.parent.parent} belongs to another user. "
            "Run this as that user, or set VAR_DIR to a folder of your own."
        ) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)
