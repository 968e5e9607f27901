import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from annotator.accounts.models import User

PASSWORD = "correct horse battery"
# Told by the page itself, since a blocked style is no console error in every browser.
WATCH_POLICY = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@dataclass
class Desk:
    """One person at one browser window. `complaints` are console errors, uncaught errors and blocked sources."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, username: str) -> None:
        """As somebody who has signed in before, and comes back to the first page."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        name = settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": self.address}]
        )
        self.page.goto(f"{self.address}/")

    def sign_in_by_keyboard(self, username: str) -> None:
        self.page.goto(f"{self.address}/")
        expect(self.page.get_by_label("Username")).to_be_focused()
        self.page.keyboard.type(username)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.address}/")

    def start_grading(self) -> None:
        button = self.page.get_by_role("button", name="Start grading").or_(
            self.page.get_by_role("link", name="Go on where you were")
        )
        button.focus()
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/assignments/**")
        self.page.wait_for_selector(".step.is-current")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def states(self) -> list[str]:
        return self.page.locator(".row-state").all_inner_texts()

    def wait_for_states(self, *wanted: str) -> None:
        """Until the first rows say this; the others may say anything."""
        for index, words in enumerate(wanted):
            expect(self.page.locator(".row-state").nth(index)).to_have_text(words)

    def wait_until_all_is_saved(self) -> None:
        expect(self.page.locator(".row-state:is(.is-waiting, .is-unsaved)")).to_have_count(0)

    def current(self) -> int:
        """Number of the step that has the keys, and the focus."""
        return int(self.page.locator(".step:focus-within .step-number").inner_text().split()[-1])


@dataclass
class Gate:
    """Holds back what the page sends for its rows, until it is opened."""

    held: list[Route] = field(default_factory=list)
    is_open: bool = False

    def __call__(self, route: Route) -> None:
        if self.is_open:
            route.continue_()
        else:
            self.held.append(route)

    def open(self) -> None:
        self.is_open = True
        for route in self.held:
            route.continue_()


@pytest.fixture
def make_desk(chromium_browser: Browser, live_server: LiveServer) -> Iterator[Any]:
    """Opens desks; at the end none of them may have complained."""
    desks: list[Desk] = []

    def make(**options: Any) -> Desk:
        context = chromium_browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH_POLICY)
        desk = Desk(page=context.new_page(), address=live_server.url)
        desk.page.on("console", lambda message: note(desk, message))
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.page.context.close()
    wait_until_nothing_is_asked()
    assert [desk.complaints for desk in desks if desk.complaints] == []


def wait_until_nothing_is_asked() -> None:
    """A request that is still being answered would be in the way of emptying the database."""
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(f"{others} AND state <> 'idle'")
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.02)


def note(desk: Desk, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        desk.complaints.append(message.text)


@pytest.fixture
def desk(make_desk: Any) -> Desk:
    made: Desk = make_desk()
    return made


def make_person(username: str) -> User:
    return User.objects.create(username=username, password=hashed_password())


@cache
def hashed_password() -> str:
    """Argon2 takes its time on purpose: once for all people of these tests."""
    return make_password(PASSWORD)
