"""Where the embedded services keep their data, sockets and binaries, so that their account can reach all three."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from annotator.embedded.processes import Account, EmbeddedError, run

# sun_path holds 108 bytes on Linux and 104 on macOS, with the closing zero.
_SOCKET_PATH_BYTES = 103
_LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"
# Anything else would need its own quoting in libpq's host lists, in URLs and in PostgreSQL's settings.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
_NOTE = "WHERE-THE-DATA-IS.txt"


@dataclass(frozen=True)
class Folders:
    """The folders of one VAR_DIR; `account` is None when the servers run as the user who typed the command."""

    var_dir: Path
    service_dir: Path
    sockets: Path
    account: Account | None

    @cached_property
    def logs(self) -> Path:
        return self.var_dir / "log"

    def owned_folder(self, path: Path) -> Path:
        """That folder, made if need be, closed to everybody but the servers' account."""
        path.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        return path

    def remove_outside_sockets(self) -> None:
        """The short folder for a VAR_DIR whose own path is too long does not stay behind."""
        if self.service_dir not in self.sockets.parents:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def reachable(self, program: Path, *, parts: Sequence[Path]) -> Path:
        """`program`, or its copy under the service folder when its account may not execute it in place.

        `parts` are the files and folders that must be copied with it, side by side as they are.
        """
        if _can_execute(program, self.account):
            return program
        # The time of its last change tells a reinstalled wheel from the one that was copied.
        copies = self.service_dir / "bin" / f"{parts[0].name}-{int(parts[0].stat().st_ctime)}"
        if not copies.exists():
            self.owned_folder(copies.parent)
            _copy_owned(parts, copies, self.account)
        return copies / program.relative_to(parts[0].parent)


def make_var_dir(var_dir: Path) -> None:
    """That folder, closed to others; root's can be passed through, as its servers run under another account."""
    try:
        if not var_dir.exists():
            var_dir.mkdir(parents=True, exist_ok=True)
            var_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        (var_dir / "log").mkdir(exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"VAR_DIR {var_dir} cannot be used: {error.strerror}.") from error


def prepare_folders(var_dir: Path) -> Folders:
    """Make the folders and say where they are; EmbeddedError when no good place is found."""
    account = _service_account(var_dir) if os.geteuid() == 0 else None
    service_dir = var_dir if _can_enter(var_dir, account) else _service_dir_elsewhere(var_dir, account)
    folders = Folders(
        var_dir=var_dir, service_dir=service_dir, sockets=_sockets_dir(service_dir), account=account
    )
    folders.owned_folder(folders.sockets)
    _refuse_foreign(folders.sockets, account)
    return folders


def package_folder(name: str) -> Path:
    """Where an installed package lies, found without running any of its code."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {name} is not installed. Run `make run` once, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _service_account(var_dir: Path) -> Account:
    owned = var_dir / "postgres"
    if owned.exists() and owned.stat().st_uid != 0:
        return Account(uid=owned.stat().st_uid, gid=owned.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and this machine has no user `postgres` or `nobody`."
    )


def _can_enter(folder: Path, account: Account | None) -> bool:
    return account is None or run(["test", "-x", folder], account=account).returncode == 0


def _can_execute(program: Path, account: Account | None) -> bool:
    try:
        return run([program, "--version"], account=account).returncode == 0
    except PermissionError:
        return False


def _service_dir_elsewhere(var_dir: Path, account: Account | None) -> Path:
    """A folder under /var/lib for a checkout in a folder that only root can enter, such as /root."""
    service_dir = Path("/var/lib") / f"stepmark-{_short_hash(var_dir)}"
    try:
        service_dir.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"The servers' account cannot enter {var_dir}, and {service_dir} cannot be made ({error.strerror}). "
            "Set VAR_DIR to a folder below one that every user can enter."
        ) from error
    if account:
        os.chown(service_dir, account.uid, account.gid)
    (var_dir / _NOTE).write_text(
        f"The account that PostgreSQL runs as cannot enter this folder.\nIts data are in {service_dir}\n"
    )
    return service_dir


def data_is_elsewhere(var_dir: Path) -> str | None:
    """The words about a service folder that is not below `var_dir`, if there is one."""
    note = var_dir / _NOTE
    return " ".join(note.read_text().split("\n")).strip() if note.exists() else None


def _sockets_dir(service_dir: Path) -> Path:
    inside = service_dir / "run"
    longest = os.fsencode(inside / _LONGEST_SOCKET_NAME)
    if len(longest) <= _SOCKET_PATH_BYTES and _PLAIN_PATH.fullmatch(str(inside)):
        return inside
    return Path("/tmp") / f"stepmark-{_short_hash(service_dir)}"  # noqa: S108 - checked by _refuse_foreign


def _refuse_foreign(folder: Path, account: Account | None) -> None:
    state = folder.lstat()
    owner = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != owner or state.st_mode & 0o077:
        raise EmbeddedError(f"{folder} should be a folder closed to other users; remove it and try again.")


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _copy_owned(parts: Sequence[Path], target: Path, account: Account | None) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for part in parts:
        if part.is_dir():
            shutil.copytree(
                part, unfinished / part.name, ignore=shutil.ignore_patterns("include", "pginstall")
            )
        else:
            shutil.copy2(part, unfinished)
    if account:
        for path in [unfinished, *unfinished.rglob("*")]:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    unfinished.rename(target)
