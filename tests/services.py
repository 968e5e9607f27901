"""Early pytest plugin (`-p tests.services`): PostgreSQL and Valkey for the tests, up before the settings are read.

Given DATABASE_URL and REDIS_URL are used as they are. Under xdist the controller starts one pair of servers, and
each worker gets databases of its own: pytest-django names PostgreSQL's after the worker, Valkey's are numbered.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from annotator.embedded.environment import environment, outside_servers_are_set, set_development_defaults
from annotator.embedded.places import Places

# Set for the workers, so that they know that every database on the Redis server is theirs to number.
_OWN_SERVICES = "STEPMARK_TEST_SERVICES"
_services = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """A wrapper, because pytest-django reads the settings in this same hook."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not outside_servers_are_set():
        _start_services()
    elif worker and os.environ.get(_OWN_SERVICES):
        _number_redis_databases(int(worker.removeprefix("gw")))
    elif not os.environ.get("SECRET_KEY"):
        var_dir = _services.enter_context(tempfile.TemporaryDirectory(prefix="stepmark-tests-"))
        os.environ["VAR_DIR"] = var_dir
        set_development_defaults(Places(Path(var_dir)))
    return (yield)


def pytest_unconfigure() -> None:
    _services.close()


def _start_services() -> None:
    # Not tempfile's usual 0700: the servers of a test run by root have another account, and must reach it.
    var_dir = Path(tempfile.mkdtemp(prefix="stepmark-tests-"))
    if os.geteuid() == 0:
        var_dir.chmod(0o711)
    _services.callback(shutil.rmtree, var_dir, ignore_errors=True)
    _services.enter_context(environment(var_dir=var_dir.resolve(), throwaway=True))
    os.environ[_OWN_SERVICES] = "1"


def _number_redis_databases(worker: int) -> None:
    first = 2 * (worker + 1)
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("?db=0", f"?db={first}")
    os.environ["BROKER_URL"] = os.environ["BROKER_URL"].replace("virtual_host=1", f"virtual_host={first + 1}")
