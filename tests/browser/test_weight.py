"""How much a grading page loads, and that nothing on it jumps: on the static files as they are deployed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext

from bench.browsing import open_page, press_and_wait, signed_in_context, weigh
from bench.server import Server, signed_in_headers
from tests.collected import collect, collected_server
from tests.makers import (
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_dataset,
    make_user,
    make_version,
)
from tests.ten_steps import made_up_steps, ten_steps

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOST_KILOBYTES = 150
MOST_REQUESTS = 12


@pytest.fixture(scope="session")
def collected_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("static")
    collect(folder)
    return folder


@pytest.fixture
def server(transactional_db: None, collected_files: Path) -> Iterator[Server]:
    with collected_server(collected_files) as running:
        yield running


@pytest.fixture
def context(chromium_browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """The browser of ada, with an empty cache."""
    made = signed_in_context(
        chromium_browser,
        origin=f"http://127.0.0.1:{server.port}",
        cookies=signed_in_headers(make_user("ada"))["Cookie"],
    )
    yield made
    made.close()


def chain_of_ada(server: Server, *, problem: str, steps: list[str]) -> str:
    """The address of her page with this chain."""
    import_lines(make_dataset(), line("p/a", *steps, problem=problem))
    version = make_version((settings.BASE_DIR / "taxonomies" / "presets" / "prm800k.yaml").read_text())
    assignment = make_assignment(campaign=make_campaign(version=version), now=timezone.now())
    return f"http://127.0.0.1:{server.port}/assignments/{assignment.public_id}/"


def test_the_first_view_of_ten_steps_with_latex_is_light_and_asks_nobody_else(
    context: BrowserContext, server: Server
) -> None:
    problem, steps = ten_steps()
    address = chain_of_ada(server, problem=problem, steps=steps)
    view = weigh(context, address)
    assert view.kilobytes <= MOST_KILOBYTES, view.bytes_of
    assert len(view.asked) <= MOST_REQUESTS, view.asked
    assert {asked.split("/")[2] for asked in view.asked} == {f"127.0.0.1:{server.port}"}
    ours = [asked for asked in view.asked if asked.endswith(".js") and "/vendor/" not in asked]
    assert len(ours) == 1, "a module that is loaded twice keeps two states"


def test_nothing_jumps_while_the_page_loads_nor_while_ten_steps_are_graded(
    context: BrowserContext, server: Server
) -> None:
    problem, steps = ten_steps()
    page = open_page(context, chain_of_ada(server, problem=problem, steps=steps))
    page.wait_for_load_state("networkidle")
    assert page.locator(".katex").count() > len(steps)
    # Of KaTeX's fonts those for tall brackets are not asked for beforehand: one may still move within its formula.
    assert sum(float(shift.split()[0]) for shift in page.evaluate("window.shifts")) < 0.001
    page.evaluate("window.shifts = []")
    for _ in steps:
        press_and_wait(page, "1")
    assert page.evaluate("window.shifts") == []


def test_of_two_hundred_steps_each_is_graded_by_one_key(context: BrowserContext, server: Server) -> None:
    page = open_page(context, chain_of_ada(server, problem="Many.", steps=made_up_steps(200)))
    for _ in range(3):
        press_and_wait(page, "1")
    page.locator(".step").last.locator(".mark").first.click()
    page.wait_for_selector(".step:last-child .row-state.is-saved")
    assert page.locator(".row-state.is-saved").count() == 4
