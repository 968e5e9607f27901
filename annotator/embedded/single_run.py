"""One `make run` per VAR_DIR and per port, told in words before anything starts."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotator.embedded.folders import make_var_dir
from annotator.embedded.places import Places
from annotator.embedded.processes import EmbeddedError, locked_at_once

HOST = "127.0.0.1"
_DEFAULT_PORT = "8000"
_LARGEST_PORT = 65535


@contextmanager
def only_run(*, var_dir: Path) -> Iterator[None]:
    """Hold the place of the one `make run` of this VAR_DIR; EmbeddedError when it or its port is taken."""
    port = wanted_port()
    places = Places(var_dir)
    make_var_dir(var_dir)
    with locked_at_once(places.run_lock) as is_only_run:
        if not is_only_run:
            address = places.run_lock.read_text().strip()
            raise EmbeddedError(
                f"Stepmark is already running on {address} with the data in {var_dir}. "
                "To run a second one beside it, set both PORT and VAR_DIR."
            )
        _refuse_taken(port)
        places.run_lock.write_text(f"{web_address(port)}\n")
        yield


def wanted_port() -> int:
    """The PORT to serve on; EmbeddedError when it is no port number."""
    text = os.environ.get("PORT") or _DEFAULT_PORT
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _LARGEST_PORT):
        raise EmbeddedError(f"PORT is {text!r}; it should be a number from 1 to {_LARGEST_PORT}.")
    return int(text)


def web_address(port: int) -> str:
    return f"http://localhost:{port}/"


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        # As the server itself does: a port in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise EmbeddedError(_words_about(port, error)) from error


def _words_about(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Try `PORT={port + 1 if port < _LARGEST_PORT else 8001} make run`."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Try `PORT={_DEFAULT_PORT} make run`."
    return f"Port {port} cannot be opened: {error.strerror}."
