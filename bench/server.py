"""The web server as `make run` starts it, and clients that cost little themselves."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from annotator.accounts.models import User
from annotator.embedded.programs import web_arguments

CSRF = "b" * 32


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int


@contextmanager
def running_server(*, variables: Mapping[str, str] | None = None) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = web_arguments(host="127.0.0.1", port=port, processes=1, threads=settings.WEB_THREADS)
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=os.environ | {"LOG_LEVEL": "WARNING"} | dict(variables or {}),
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_it_answers(port)
        yield Server(port=port, pid=process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_it_answers(port: int, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
        time.sleep(0.1)
    raise RuntimeError(f"the web server did not answer within {seconds:.0f} seconds")


def signed_in_headers(user: User) -> dict[str, str]:
    """What a browser of this person sends."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}",
        "X-CSRFToken": CSRF,
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
    }
