"""Giving a command its DATABASE_URL, REDIS_URL, BROKER_URL and SECRET_KEY when nobody set them.

Imports no Django: all of this happens before the settings are read.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from annotator.embedded.folders import data_is_elsewhere, make_var_dir
from annotator.embedded.places import REPOSITORY, Places
from annotator.embedded.processes import EmbeddedError, locked, locked_at_once

_PATIENCE_SECONDS = 5.0
_STOP_SECONDS = 60.0
_STILL_USED_SECONDS = 1.0


def outside_servers_are_set() -> bool:
    """Whether both URLs are given; EmbeddedError when only one is."""
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(given) == 1:
        raise EmbeddedError(
            f"Only {given[0]} is set. Set both DATABASE_URL and REDIS_URL, or neither to use the embedded services."
        )
    return bool(given)


@contextmanager
def environment(*, var_dir: Path, throwaway: bool = False) -> Iterator[None]:
    """Inside it, os.environ points to servers that answer: the given ones, a running `make run`'s, or new ones.

    The embedded ones run at least until the end of the block, and longer while another command uses them.
    `throwaway` is for tests: no durability, and the whole folder goes when the last user has gone.
    """
    places = Places(var_dir)
    if outside_servers_are_set():
        # A command beside a `make run` on outside servers signs with the same key.
        if not os.environ.get("SECRET_KEY") and places.secret_key.exists():
            set_development_defaults(places)
        yield
        return
    make_var_dir(var_dir)
    try:
        with locked(places.users_lock, shared=True):
            state = ensure_services(places, throwaway=throwaway)
            os.environ.update(
                DATABASE_URL=state["database_url"],
                REDIS_URL=state["redis_url"],
                BROKER_URL=state["broker_url"],
                VAR_DIR=str(var_dir),
            )
            set_development_defaults(places)
            yield
    finally:
        _wait_for_keeper(places)


def placeholder_environment() -> None:
    """What the settings need to be read by a command that touches no server, such as `help`."""
    if not outside_servers_are_set():
        os.environ.update(DATABASE_URL="postgresql:///none", REDIS_URL="unix:///none", DEV="1")
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))


def set_development_defaults(places: Places) -> None:
    """DEV and a SECRET_KEY that is drawn once and kept, unless they are given."""
    os.environ.setdefault("DEV", "1")
    # Where collectstatic would put its files; whitenoise warns at every start when the folder is not there.
    (places.var_dir / "static").mkdir(parents=True, exist_ok=True)
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _kept_secret_key(places.secret_key)


def ensure_services(places: Places, *, throwaway: bool = False) -> dict[str, str]:
    """The URLs of the services, started if need be; to be called while holding the users' lock.

    Raises EmbeddedError with the reason when they cannot be started.
    """
    with locked(places.start_lock):
        if not keeper_is_running(places):
            places.state.unlink(missing_ok=True)
        state = _await_state(places)
        if state is None:
            # There was no keeper, or one that was just going: its lock is the last thing that it lets go of.
            _start_keeper(places, throwaway=throwaway)
            state = _await_state(places) or {
                "error": f"The embedded services did not start; see {places.logs / 'keeper.log'}."
            }
            if words := data_is_elsewhere(places.var_dir):
                print(words, file=sys.stderr)
    if "error" in state:
        raise EmbeddedError(state["error"])
    return state


def keeper_is_running(places: Places) -> bool:
    with locked_at_once(places.keeper_lock) as is_free:
        return not is_free


def uses_embedded_services(places: Places) -> bool:
    """Whether this process was pointed to the services of that VAR_DIR."""
    state = _published_state(places)
    return state is not None and state.get("database_url") == os.environ["DATABASE_URL"]


def _start_keeper(places: Places, *, throwaway: bool) -> None:
    """Returns once the keeper has its lock and goes on by itself; its state file says how it went."""
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    with (places.logs / "keeper.log").open("ab") as log:
        subprocess.run(
            [
                *(sys.executable, "-m", "annotator.embedded.keeper", places.var_dir),
                *(["--throwaway"] if throwaway else []),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Its own session: Ctrl-C in the terminal is for the command, which then lets go of the services.
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": path},
            check=False,
        )


def _await_state(places: Places) -> dict[str, str] | None:
    """What the running keeper published, or publishes in a while; None when none runs or it goes without a word."""
    told_at = time.monotonic() + _PATIENCE_SECONDS
    while keeper_is_running(places) and not places.state.exists():
        if time.monotonic() > told_at:
            print("Waiting for PostgreSQL, which may be recovering from a crash ...", file=sys.stderr)
            told_at += 6 * _PATIENCE_SECONDS
        time.sleep(0.01)
    return _published_state(places)


def _published_state(places: Places) -> dict[str, str] | None:
    try:
        state: dict[str, str] = json.loads(places.state.read_text())
    except FileNotFoundError:
        return None
    return state


def _wait_for_keeper(places: Places) -> None:
    """Wait until the services have stopped, unless somebody else goes on using them."""
    began_at = time.monotonic()
    while places.keeper_lock.exists() and keeper_is_running(places):
        elapsed = time.monotonic() - began_at
        # The keeper takes the state away as soon as it finds itself alone.
        if elapsed > _STOP_SECONDS or (elapsed > _STILL_USED_SECONDS and places.state.exists()):
            return
        time.sleep(0.02)


def _kept_secret_key(path: Path) -> str:
    if not path.exists():
        drawn = path.with_name(f"secret_key.{os.getpid()}")
        with os.fdopen(os.open(drawn, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        # A link and not a rename: of two commands that draw one at the same time, the first wins.
        with suppress(FileExistsError):
            path.hardlink_to(drawn)
        drawn.unlink()
    try:
        return path.read_text()
    except PermissionError as error:
        raise EmbeddedError(
            f"{path} belongs to another user; run this as that user or set VAR_DIR."
        ) from error
