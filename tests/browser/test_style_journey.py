"""From graders who like lists to the flag on the style page: through the real forms, a real worker and a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotator.analysis.models import FlagState, StyleFlag, StyleReport
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.grading.models import Grade
from bench.server import signed_in_headers
from bench.simulated_graders import BADLY, WELL, EvenOpinion, Grader, Pool, grade_together, lines
from taxonomies.loading import load_taxonomy
from tests.browser.conftest import Desk
from tests.browser.serving import WebServer, web_server
from tests.embedded.running import REPOSITORY
from tests.journeys.test_jobs import worker
from tests.makers import import_lines, make_campaign, make_dataset, make_user

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CHAINS = 40
PEOPLE = 6
# Steps with a list are worse, and sound more often all the same: what the graders like hides it.
LIKES_LISTS = Pool(chances=((WELL, 0.6), (BADLY, 0.4)), for_a_list=0.3)
INJECTED = 30.0


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as started:
        yield started


@pytest.fixture
def campaign() -> Campaign:
    dataset = make_dataset("boxes")
    assert import_lines(dataset, *lines(chains=CHAINS)).state == "done"
    preset = REPOSITORY / "taxonomies" / "presets" / "prm800k.yaml"
    made = make_campaign(
        key="boxes",
        dataset=dataset,
        version=load_taxonomy(text=preset.read_text(), publish=True, now=timezone.now()).version,
        annotators=[f"grader-{number}" for number in range(PEOPLE)],
        overlap=PEOPLE,
        plain_share=0.33,
        after_first_error="continue",
    )
    add_member(campaign=made, user=make_user("rosa"), role=Role.RESEARCHER)
    return made


def grade_everything(server: WebServer) -> None:
    graders = [
        Grader(
            port=server.port,
            headers=signed_in_headers(make_user(f"grader-{number}")),
            opinion=EvenOpinion(LIKES_LISTS, seed=f"grader-{number}"),
        )
        for number in range(PEOPLE)
    ]
    assert grade_together(graders, campaign="boxes") == CHAINS * 4 * PEOPLE


def test_graders_who_like_lists_are_found_out(
    campaign: Campaign, server: WebServer, make_desk: Any, tmp_path: Path
) -> None:
    grade_everything(server)
    plain = Grade.objects.filter(campaign=campaign, rendering="plain").count()
    assert 0.2 < plain / (CHAINS * 4 * PEOPLE) < 0.46
    desk: Desk = make_desk()
    desk.address = server.address
    with worker(tmp_path / "worker.log"):
        desk.sign_in("rosa")
        compute(desk.page, f"{server.address}/campaigns/boxes/style/")
        flag = one_flag(campaign)
        check_flag(flag)
        check_page(desk.page, flag=flag)


def compute(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Compute now").click()
    expect(page.get_by_role("heading", name="Flags")).to_be_visible(timeout=40_000)


def one_flag(campaign: Campaign) -> StyleFlag:
    assert StyleReport.objects.get(campaign=campaign).state == "done"
    [flag] = StyleFlag.objects.filter(campaign=campaign, status="bias")
    # Bold words are as frequent, and shown plainly as often, but nobody cares for them.
    assert not StyleFlag.objects.filter(campaign=campaign, feature="emphasis").exists()
    return flag


def check_flag(flag: StyleFlag) -> None:
    assert (flag.feature, flag.estimator, flag.scope, flag.state) == (
        "bullets",
        "plain",
        "pool",
        FlagState.OPEN,
    )
    assert flag.low < INJECTED < flag.high
    assert 20 < flag.effect < 40
    assert flag.severity == "high"


def check_page(page: Page, *, flag: StyleFlag) -> None:
    cards = page.locator(".flag-cards > li")
    expect(cards).to_have_count(1)
    card = cards.first
    expect(card).to_contain_text(re.compile("bias", re.IGNORECASE))
    expect(card).to_contain_text(
        f"Graders gave bullet-point steps {flag.effect:.0f} points more often a “sound”"
        f" ({flag.low:.0f} to {flag.high:.0f})"
    )
    expect(page.locator(".style-sentence")).to_contain_text("bullet-point steps")
