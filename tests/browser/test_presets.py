"""Every preset as a real campaign in real Chromium: graded by keys alone, kept exactly, and open to everybody."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.given import GivenGrade
from annotator.grading.reading import read_sheet
from taxonomies.management.commands.load_taxonomy import PRESETS
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Desk
from tests.makers import make_campaign, make_chain, make_user, make_version

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ["Let $x$ be the price.", "- **So** `x = 20`", "## Close\n\nHence $x = 21$."]


@dataclass(frozen=True, slots=True)
class Work:
    """What is pressed, a word in quotes being a comment, and what each step and the whole chain then say.

    `opening` are the keys that leave as many questions open as a step can have.
    """

    pressed: str
    said: list[str]
    opening: str
    whole: str = ""
    policy: str = "continue"


# In the order of the steps. A key that answers the last open question of a step goes on to the next one.
WORK = {
    "prm800k": Work(
        pressed="1 3 'off_by_one' 0 3 5",
        said=["great", "bad error_type.other 'off_by_one'", "bad error_type.sign_error"],
        opening="3",
    ),
    # The third step is not asked about after the error in the second.
    "first_error": Work(pressed="1 3", said=["sound", "first_error", ""], opening="3", policy="stop"),
    "algebra_tutor": Work(
        pressed="3 4 i 3 6 3 9 a",
        said=[
            "flawed error_type.sign_error severity.minor",
            "flawed error_type.wrong_rule",
            "flawed error_type.notation severity.major",
        ],
        opening="3 4",
    ),
    "code_debugging": Work(
        pressed="3 v 2 3 6 a s",
        said=["flawed fault.invented_fact", "neutral", "flawed fault.hides_the_cause severity.major"],
        whole="outcome.symptom_hidden",
        opening="3 6",
    ),
    "legal_reasoning": Work(
        pressed="1 i 3 l 5 2 c w d m",
        said=["sound part.issue", "flawed fault.wrong_rule part.rule", "neutral part.conclusion"],
        whole="left_out.authority left_out.other_side result.wrong",
        opening="3",
    ),
    "essay_outline": Work(
        pressed="3 7 u 3 y i c s",
        said=["flawed fault.evidence_does_not_fit", "unsure", "flawed fault.objection_left_standing"],
        whole="answers_task.in_part missing.close missing.thesis",
        opening="3",
    ),
    # Nine yes or no are there to be looked at, not required: back to them, and on by hand.
    "roscoe_like": Work(
        pressed="1 3 k 4 9 c j 2 7",
        said=["sound", "flawed faults.common_sense faults.contradiction faults.grammar", "neutral faults.redundancy"],
        opening="3 k",
    ),
}  # fmt: skip
EVERY_PRESET = pytest.mark.parametrize("name", WORK)


def test_there_is_work_for_every_preset() -> None:
    assert set(WORK) == {path.stem for path in PRESETS.glob("*.yaml")}


@pytest.fixture
def campaign(name: str) -> Campaign:
    make_user("ada")
    make_chain("first", steps=STEPS, final_answer="21", reference_answer="20")
    version = make_version((PRESETS / f"{name}.yaml").read_text())
    return make_campaign(version=version, annotators=["ada"], after_first_error=WORK[name].policy)


def come_in(desk: Desk) -> None:
    """Signed in already: `test_grading.py` does so by keys."""
    client = Client()
    client.force_login(make_user("ada"))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    desk.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": desk.address}]
    )
    desk.page.goto(f"{desk.address}/")
    desk.start_grading()


def press(desk: Desk, words: str) -> None:
    for word in words.split():
        if word.startswith("'"):
            desk.press("n")
            desk.page.keyboard.type(word.strip("'"))
            desk.press("Escape")
        else:
            desk.press(word)


def in_words(grade: GivenGrade | None) -> str:
    """As in WORK; the answers in the order of the alphabet."""
    if grade is None:
        return ""
    answers = sorted(f"{key}.{label}" for key, labels in grade.labels.items() for label in labels)
    said = [grade.verdict or grade.state, *answers, *([f"'{grade.comment}'"] if grade.comment else [])]
    return " ".join(said).removeprefix("answered ")


@EVERY_PRESET
def test_a_chain_is_graded_by_keys_alone_and_kept_as_pressed(
    name: str, campaign: Campaign, desk: Desk
) -> None:
    work = WORK[name]
    come_in(desk)
    here = desk.page.url
    press(desk, work.pressed)
    desk.wait_until_all_is_saved()
    graded = sum(bool(said) for said in [*work.said, work.whole])
    saved = desk.page.locator(".row-state.is-saved")
    expect(saved).to_have_count(graded)
    assert all(words.lower().endswith("saved") for words in saved.all_inner_texts())
    assignment = Assignment.objects.get(campaign=campaign)
    sheet = read_sheet(assignment=assignment)
    assert [in_words(step.grade) for step in sheet.steps] == work.said
    assert in_words(sheet.whole) == work.whole
    desk.press("Enter")
    desk.page.wait_for_url(lambda url: url != here)
    assignment.refresh_from_db()
    assert assignment.status == "submitted"


@EVERY_PRESET
def test_axe_finds_nothing_on_its_page_with_questions_open(
    name: str, campaign: Campaign, make_desk: Any
) -> None:
    desk: Desk = make_desk(bypass_csp=True)
    come_in(desk)
    press(desk, WORK[name].opening)
    desk.press("h")
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        # Colours on their way from one scheme to the other are no colours of the page.
        desk.page.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished))")
        assert_accessible(desk.page)
