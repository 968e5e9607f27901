"""The web server as it runs in production, on the test's database and on collected static files."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from bench.server import Server, running_server


def collect(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"STATIC_ROOT": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def collected_server(folder: Path) -> Iterator[Server]:
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with running_server(variables={"STATIC_ROOT": str(folder), "DATABASE_URL": database}) as server:
        yield server
