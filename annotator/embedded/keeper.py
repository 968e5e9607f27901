"""The process that owns the embedded PostgreSQL and Valkey of one VAR_DIR, for as long as somebody uses them.

Every user of the services holds a shared lock on one file (see `annotator.embedded.environment`). The keeper
stops both servers and ends when it gets that lock for itself: the last one out, even by kill -9, switches off
the light, and nobody pulls the services away from under somebody else. Should the keeper itself be killed, the
kernel asks both servers to end.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from annotator.embedded.folders import prepare_folders
from annotator.embedded.places import Places
from annotator.embedded.postgres import Postgres
from annotator.embedded.processes import EmbeddedError, locked_at_once
from annotator.embedded.valkey import Valkey

_LOOK_SECONDS = 0.1
_LOCK_ATTEMPTS = 200
_LONGEST_PAUSE_SECONDS = 30.0


class _Terminated(Exception):
    """Somebody asked the keeper itself to end."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("var_dir", type=Path)
    parser.add_argument(
        "--throwaway", action="store_true", help="no durability; the folder is removed at the end"
    )
    arguments = parser.parse_args()
    places = Places(arguments.var_dir)
    signal.signal(signal.SIGTERM, _raise_terminated)
    signal.signal(signal.SIGINT, _raise_terminated)
    with _keeper_lock(places) as is_only_keeper:
        if not is_only_keeper:
            return 0
        # The starter goes on at once and has no child to look after; the lock stays with the copy.
        if os.fork():
            os._exit(0)
        try:
            keep(places, throwaway=arguments.throwaway)
        except EmbeddedError as error:
            write_state(places, {"error": str(error)})
            return 1
        finally:
            if arguments.throwaway:
                shutil.rmtree(places.var_dir, ignore_errors=True)
    return 0


@contextmanager
def _keeper_lock(places: Places) -> Iterator[bool]:
    # Whoever asks whether a keeper runs holds the lock for an instant, so one refusal says nothing.
    for _ in range(_LOCK_ATTEMPTS):
        with locked_at_once(places.keeper_lock) as is_only_keeper:
            if is_only_keeper:
                yield True
                return
        time.sleep(0.01)
    yield False


def keep(places: Places, *, throwaway: bool) -> None:
    """Start both servers, publish their URLs, stay until the last user has gone, stop both."""
    folders = prepare_folders(places.var_dir)
    servers: list[Valkey | Postgres] = []
    try:
        valkey = Valkey(folders, throwaway=throwaway)
        postgres = Postgres(folders, throwaway=throwaway)
        servers = [valkey, postgres]
        for server in servers:
            server.start()
        for server in servers:
            server.wait()
        write_state(
            places,
            {
                "database_url": postgres.url,
                "redis_url": valkey.cache_url,
                "broker_url": valkey.broker_url,
            },
        )
        with _nobody_is_left(places, servers):
            places.state.unlink(missing_ok=True)
            _stop(servers)
    except _Terminated:
        _say("asked to end")
    finally:
        _stop(servers)
        folders.remove_outside_sockets()


@contextmanager
def _nobody_is_left(places: Places, servers: list[Valkey | Postgres]) -> Iterator[None]:
    """Waits for the last user to go; who comes during the block waits for its end."""
    pause = 1.0
    while True:
        with locked_at_once(places.users_lock) as nobody_is_left:
            if nobody_is_left:
                yield
                return
        for server in servers:
            if server.process is not None and server.process.poll() is not None:
                code = server.process.returncode
                _say(f"{type(server).__name__} ended by itself ({code}), starting it again")
                time.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
                server.start()
                server.wait()
        time.sleep(_LOOK_SECONDS)


def _stop(servers: list[Valkey | Postgres]) -> None:
    # Not to be interrupted by a second signal: the servers end orderly or the kernel ends them.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for server in servers:
        server.stop()


def write_state(places: Places, state: dict[str, str]) -> None:
    """Publish the URLs, or the error, all at once and for the owner alone."""
    unfinished = places.state.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(state, file)
    unfinished.rename(places.state)


def _raise_terminated(_number: int, _frame: FrameType | None) -> None:
    raise _Terminated


def _say(words: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
