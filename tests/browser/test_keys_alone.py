"""The measure of the grading page: a ten-step chain of published mathematics, graded and submitted by keys alone."""

import json

import pytest
from playwright.sync_api import expect

from annotator.assignments.models import Assignment
from annotator.grading.models import Grade
from tests.browser.conftest import Desk, make_person
from tests.makers import make_campaign, make_chain
from tests.samples import SAMPLES, SHARED_DATA

pytestmark = pytest.mark.django_db(transaction=True)
PUBLISHED = SHARED_DATA / "processbench" / "math.jsonl"
MOST_PRESSES = 12
STEPS = 10


def ten_steps() -> dict[str, list[str] | str]:
    """The first chain of ten steps without an error, published if the file is at hand, else our own."""
    path = PUBLISHED if PUBLISHED.is_file() else SAMPLES / "ten_steps.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    chains = (json.loads(line) for line in lines)
    return next(chain for chain in chains if len(chain["steps"]) == STEPS and chain["label"] == -1)


def test_ten_sound_steps_by_at_most_twelve_keys(desk: Desk) -> None:
    make_person("ada")
    chain = ten_steps()
    make_chain("first", problem=chain["problem"], steps=chain["steps"])
    make_chain("q/second")
    make_campaign(annotators=["ada"])
    desk.sign_in_by_keyboard("ada")
    desk.start_grading()
    page, first = desk.page, desk.page.url
    expect(page.locator(".step")).to_have_count(STEPS)
    formulas = page.locator(".step-body .math")
    assert formulas.count() > STEPS
    expect(page.locator(".math:not(:has(.katex-html))")).to_have_count(0)
    expect(page.locator(".katex-error")).to_have_count(0)
    presses = [*["1"] * STEPS, "Enter"]
    assert len(presses) <= MOST_PRESSES
    desk.press(*presses)
    page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    assert Assignment.objects.get(status="submitted").finish_reason == "solution"
    graded = Grade.objects.filter(assignment__status="submitted")
    assert set(graded.values_list("verdict__key", "in_bulk")) == {("good", False)}
    assert graded.count() == STEPS
