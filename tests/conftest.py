from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from tests.browser.started import chromium_browser, started_playwright  # noqa: F401 (fixtures of all tests)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Lets a test that commits leave an empty database behind; the guards themselves are tested with this turned off.

    An option of each connection, because only a superuser could give it to the test database itself.
    And connections for forty people at once.
    """
    options = connections.settings["default"]["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c stepmark.truncate=allowed".strip()
    options["pool"] = {**options["pool"], "max_size": 44}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Ends the sessions that threads of tests left open, before the test database is dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Sign-in throttles and rendered texts of one test are none of the next one's business."""
    yield
    cache.clear()
