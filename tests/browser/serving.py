"""A web server of its own on the test database, as it runs in production, to be killed and started again."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from annotator.embedded.programs import web_arguments
from tests.embedded.running import REPOSITORY, free_port, wait_for

HOST = "127.0.0.1"


@dataclass
class WebServer:
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        arguments = web_arguments(host=HOST, port=self.port, processes=1, threads=4)
        # A session of its own: the workers die with it.
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=REPOSITORY,
            env=os.environ | {"DATABASE_URL": database_url(), "LOG_LEVEL": "WARNING"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert wait_for(self.answers, seconds=30)

    def kill(self) -> None:
        """As a crash does it: nothing is finished, nobody is told."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def answers(self) -> bool:
        link = http.client.HTTPConnection(HOST, self.port, timeout=2)
        try:
            link.request("GET", "/healthz", headers={"Host": "localhost"})
            return link.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()


@contextmanager
def web_server() -> Iterator[WebServer]:
    server = WebServer()
    try:
        server.start()
        yield server
    finally:
        server.kill()


def database_url() -> str:
    """Of the test database: its server is the one that the environment names, its name is another."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
