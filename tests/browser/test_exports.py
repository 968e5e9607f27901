"""From the campaign to a sealed snapshot: chosen, looked at, built by a real worker, downloaded, compared; in any colours."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.exports.models import Snapshot
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk
from tests.exports.snapshots.sealed import asked, files_in, sealed
from tests.graded import grade_chains, graded_campaign
from tests.journeys.test_jobs import worker
from tests.makers import line, make_user

pytestmark = pytest.mark.django_db(transaction=True)
EXPORTS = "/campaigns/pilot/exports/"
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def campaign() -> Campaign:
    long_id = "x" * 120
    campaign = graded_campaign(
        [
            line(f"{long_id}/a", "one", "two", final_answer_correct=True, generator="m" * 60),
            line("q/a", "one", "two"),
            line("r/a", "only"),
            line("s/a", "nobody yet"),
        ],
        {
            name: {f"{long_id}/a": ["good", "good"], "q/a": ["good", "bad:sign"], "r/a": [last]}
            for name, last in (("ada", "good"), ("ben", "bad:sign"))
        },
        overlap=2,
    )
    add_member(campaign=campaign, user=make_user("rosa"), role=Role.RESEARCHER)
    return campaign


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[None]:
    with files_in(tmp_path):
        yield


def test_the_preview_follows_the_form_and_the_conditions_stay(campaign: Campaign, desk: Desk) -> None:
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}/campaigns/pilot/")
    places = desk.page.get_by_role("navigation", name="Pages of the campaign")
    places.get_by_role("link", name="Exports").press("Enter")
    answer = desk.page.get_by_role("region", name="What would be exported")
    expect(answer.locator(".json-line")).to_have_count(3)
    desk.page.get_by_text("Only if the labels are good enough").click()
    desk.page.get_by_label("Coverage").fill("0.5")
    expect(desk.page.get_by_label("A neutral step")).to_be_hidden()
    # By keys alone: the formats are one group of radio buttons.
    desk.page.get_by_label("Stepmark native").focus()
    desk.press("ArrowDown")
    expect(answer).to_contain_text("completions")
    expect(answer.locator(".json-line")).to_have_count(2)
    expect(desk.page.get_by_label("TRL")).to_be_focused()
    expect(desk.page.get_by_label("A neutral step")).to_be_visible()
    expect(desk.page.get_by_label("Every single grade")).to_be_hidden()
    percents = desk.page.get_by_label("Percent for train")
    percents.fill("80/10")
    expect(desk.page.locator("#export-splits-error")).to_contain_text("add up to 100")
    expect(desk.page.get_by_role("button", name="Seal a snapshot")).to_be_disabled()
    expect(percents).to_be_focused()
    percents.fill("100/0/0")
    expect(desk.page.locator("#export-splits-error")).to_be_empty()
    expect(desk.page).to_have_url(f"{desk.address}{EXPORTS}?format=trl&splits=100%2F0%2F0")
    expect(desk.page.get_by_label("Coverage")).to_have_value("0.5")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Download now").press("Enter")
    lines = Path(download.value.path()).read_bytes().splitlines(keepends=True)
    assert json.loads(lines[-1])["trailer"]["sha256"] == hashlib.sha256(b"".join(lines[:-1])).hexdigest()


def test_what_is_copied_is_what_is_shown(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(permissions=["clipboard-read", "clipboard-write"])
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}{EXPORTS}?format=trl")
    desk.page.get_by_role("button", name="Copy: curl").press("Enter")
    expect(desk.page.get_by_text("Copied", exact=True)).to_be_visible()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -fsS")
    assert "/api/v1/campaigns/pilot/export/?format=trl&trailer=1" in copied


@pytest.mark.slow
def test_a_snapshot_is_sealed_by_a_worker_downloaded_and_compared(
    campaign: Campaign, desk: Desk, tmp_path: Path
) -> None:
    desk.sign_in("rosa")
    # A worker of its own writes to where the settings say, and this server reads there.
    with worker(tmp_path / "worker.log"):
        for number in (1, 2):
            desk.page.goto(f"{desk.address}{EXPORTS}?splits=100/0/0")
            desk.page.get_by_role("button", name="Seal a snapshot").press("Enter")
            expect(desk.page.get_by_role("heading", name="Files")).to_be_visible(timeout=40_000)
            if number == 1:
                grade_chains(campaign, annotator="ada", words={"s/a": ["good"]})
    older, newer = Snapshot.objects.order_by("pk")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="train.jsonl.zst").press("Enter")
    [sha256] = [file["sha256"] for file in newer.files if file["name"] == "train.jsonl.zst"]
    assert hashlib.sha256(Path(download.value.path()).read_bytes()).hexdigest() == sha256
    expect(desk.page.get_by_label("Compare with")).to_have_value(str(older.pk))
    desk.page.get_by_role("button", name="Compare").press("Enter")
    expect(desk.page.locator(".changed-chains")).to_contain_text("s/a")
    desk.page.get_by_role("link", name="s/a").press("Enter")
    expect(desk.page.get_by_role("heading", name="What was said of step 1")).to_be_visible()


def test_without_javascript_the_page_does_the_same(campaign: Campaign, make_desk: Any) -> None:
    desk: Desk = make_desk(java_script_enabled=False)
    desk.sign_in("rosa")
    desk.page.goto(f"{desk.address}{EXPORTS}")
    desk.page.get_by_label("TRL").check()
    expect(desk.page.get_by_label("A neutral step")).to_be_visible()
    desk.page.get_by_role("button", name="Show the first lines").click()
    expect(desk.page.locator(".json-line")).to_have_count(2)
    expect(desk.page.get_by_role("button", name="Copy: curl")).to_be_hidden()
    with desk.page.expect_download():
        desk.page.get_by_role("button", name="Download now").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(campaign: Campaign, stored: None, make_desk: Any, scheme: str) -> None:
    older, newer = sealed(campaign), sealed(campaign, gate={"min_chains": "1"})
    waiting = asked(campaign)
    desk: Desk = make_desk(color_scheme=scheme, bypass_csp=True)
    desk.sign_in("rosa")
    for path in (
        "",
        "?format=trl&splits=1",
        f"snapshots/{newer.pk}/?since={older.pk}",
        f"snapshots/{waiting.pk}/",
    ):
        desk.page.goto(f"{desk.address}{EXPORTS}{path}")
        # What is folded away is read too.
        desk.page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
        assert_accessible(desk.page)


def test_a_narrow_page_does_not_scroll_sideways(campaign: Campaign, stored: None, make_desk: Any) -> None:
    older, newer = sealed(campaign), sealed(campaign, gate={"min_chains": "1"})
    desk: Desk = make_desk()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    desk.sign_in("rosa")
    for path in ("", "?format=openrlhf", f"snapshots/{newer.pk}/?since={older.pk}"):
        desk.page.goto(f"{desk.address}{EXPORTS}{path}")
        expect(desk.page.get_by_role("navigation", name="Pages of the campaign")).to_be_visible()
        assert desk.page.evaluate(WIDER) <= 0
