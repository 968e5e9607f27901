from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections

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


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Sign-in throttles and rendered texts of one test are none of the next one's business."""
    yield
    cache.clear()
