"""One Chromium for all tests of a process that want one: Playwright's loop can be started once only."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser import chromium


@pytest.fixture(scope="session")
def started_playwright() -> Iterator[Playwright]:
    # Playwright's loop runs in this thread, and Django would take the tests for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # A busy machine may take longer than five seconds for what takes a tenth of one.
    expect.set_options(timeout=15_000)
    with sync_playwright() as started:
        yield started
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium_browser(started_playwright: Playwright) -> Iterator[Browser]:
    started = started_playwright.chromium.launch(
        executable_path=chromium.find_or_install(), args=[*chromium.ARGUMENTS]
    )
    yield started
    started.close()
