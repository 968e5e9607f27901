"""The web server is killed with -9 between the key and the answer, and started again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Route, expect

from annotator.assignments.models import Assignment
from annotator.grading.models import Grade
from tests.browser.conftest import Desk
from tests.browser.serving import WebServer, web_server
from tests.browser.unsent import assert_each_stored_once, begin, said_saved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def server(transactional_db: None) -> Iterator[WebServer]:
    with web_server() as started:
        yield started


@pytest.fixture
def at_work(server: WebServer, make_desk: Any) -> Desk:
    desk: Desk = make_desk()
    desk.address = server.address
    begin(desk)
    return desk


def test_killed_before_it_stored_the_grade_and_after(server: WebServer, at_work: Desk) -> None:
    desk = at_work
    # It waits for this lock with the grade in its hands.
    with transaction.atomic():
        Assignment.objects.select_for_update().get()
        with desk.page.expect_request("**/steps/0/"):
            desk.press("1")
        desk.press("2")
        server.kill()
    expect(desk.page.locator("#outbox-words")).to_contain_text("wait in this browser: 2")
    assert (Grade.objects.count(), said_saved(desk.page)) == (0, 0)
    server.start()
    desk.wait_for_states("Good, saved", "Okay, saved")

    def kill_before_the_answer_arrives(route: Route) -> None:
        assert route.fetch().ok
        server.kill()
        route.abort()

    desk.page.route("**/steps/**", kill_before_the_answer_arrives, times=1)
    desk.press("2", "1")
    expect(desk.page.locator("#outbox-words")).to_contain_text("wait in this browser: 2")
    assert (Grade.objects.count(), said_saved(desk.page)) == (3, 2)
    server.start()
    expect(desk.page.locator(".row-state.is-saved")).to_have_count(4, timeout=15_000)
    assert_each_stored_once("good", "okay", "okay", "good")
    desk.complaints.clear()
