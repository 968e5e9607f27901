"""The processes of `manage.py dev`: started, watched, started again, stopped, and never left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotator.embedded.places import REPOSITORY
from annotator.embedded.processes import EmbeddedError, last_lines, open_log

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
# Who ran this long had started well: its next pause is the first one again.
_STEADY_SECONDS = 60.0
_STOP_SECONDS = 6.0
_COLD_STOP_SECONDS = 2.0


@dataclass
class Member:
    """One program of the crew; `log` gets all that it prints."""

    name: str
    arguments: list[str]
    log: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = _FIRST_PAUSE_SECONDS


class Crew:
    """Members in one process group, with a guard that kills the group when this process is gone.

    The guard reads from a pipe that nobody writes to: it reads the end of it when the last holder of the other
    side, this process, ends in whatever way. Killing by group reaches the members' own children too.
    """

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self._say = say
        self._members: list[Member] = []
        self._guard = subprocess.Popen(
            ["sh", "-c", "read -r _; kill -9 0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )

    def start(self, member: Member) -> None:
        self._members.append(member)
        self._launch(member)

    def watch(self) -> None:
        """Look once at everybody; whoever has ended is started again after a pause that grows."""
        if self._guard.poll() is not None:
            raise EmbeddedError(
                "The guard process was ended, so nothing would stop the others after a crash."
            )
        now = time.monotonic()
        for member in self._members:
            if member.process is not None and member.process.poll() is not None:
                self._plan_restart(member, now=now)
            if member.process is None and now >= member.start_again_at:
                self._launch(member)

    def stop(self) -> None:
        """Everybody in the order in which they were started: first whoever takes requests, last whoever works."""
        try:
            for member in self._members:
                if member.process is not None:
                    _stop(member.process)
        finally:
            assert self._guard.stdin is not None
            self._guard.stdin.close()
            self._guard.wait()

    def _launch(self, member: Member) -> None:
        with open_log(member.log) as output:
            member.process = subprocess.Popen(
                member.arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=REPOSITORY,
                env=os.environ | member.variables,
                process_group=self._guard.pid,
            )
        member.started_at = time.monotonic()

    def _plan_restart(self, member: Member, *, now: float) -> None:
        assert member.process is not None
        if now - member.started_at > _STEADY_SECONDS:
            member.pause = _FIRST_PAUSE_SECONDS
        self._say(
            f"{member.name} ended by itself (exit code {member.process.returncode}); "
            f"it starts again in {member.pause:.0f} s.\n{last_lines(member.log)}"
        )
        member.process = None
        member.start_again_at = now + member.pause
        member.pause = min(member.pause * 2, _LONGEST_PAUSE_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    # SIGTERM lets a worker finish its task, SIGQUIT makes it give the task back.
    for end_signal, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGQUIT, _COLD_STOP_SECONDS)):
        if process.poll() is None:
            process.send_signal(end_signal)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()
