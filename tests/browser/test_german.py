"""The whole way in German: signed in, graded, submitted by keys alone, on a page that its longer words do not break."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from annotator.assignments.models import Assignment, Campaign
from annotator.exports.models import Snapshot
from annotator.grading.models import Grade
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PASSWORD, Desk, make_person
from tests.catalogue import catalogue
from tests.contested import address, contested_campaign
from tests.makers import make_campaign, make_chain
from tests.style_figures import stored_flag, stored_style, whole_style
from tests.twins import pair_of, running, study_campaign

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign() -> Campaign:
    make_person("ada")
    make_chain("first", steps=["one", "two", "three"])
    make_chain("second", steps=["alone"])
    return make_campaign(annotators=["ada"], after_first_error="continue")


def sign_in(desk: Desk) -> None:
    desk.page.goto(f"{desk.address}/")
    expect(desk.page.get_by_label("Anmeldename")).to_be_focused()
    desk.page.keyboard.type("ada")
    desk.press("Tab")
    desk.page.keyboard.type(PASSWORD)
    desk.press("Enter")
    desk.page.wait_for_url(f"{desk.address}/")


def start_grading(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Mit dem Bewerten beginnen").focus()
    desk.press("Enter")
    desk.page.wait_for_selector(".step.is-current")


def test_a_chain_is_graded_and_submitted_in_german_by_keys_alone(campaign: Campaign, make_desk: Any) -> None:
    desk = make_desk(locale="de-DE")
    sign_in(desk)
    start_grading(desk)
    first = desk.page.url
    desk.press("1", "u", "2")
    # The verdicts are in the taxonomy's language, what is said of them in the reader's.
    desk.wait_for_states("Good, gespeichert", "Unsicher, gespeichert", "Okay, gespeichert")
    expect(desk.page.locator("#progress-words")).to_have_text("3 von 3 bewertet")
    expect(desk.page.locator("#live")).to_contain_text("Schritt 3 von 3")
    assert_accessible(desk.page)
    desk.press("Enter")
    desk.page.wait_for_url(lambda url: "/assignments/" in url and url != first)
    assert Assignment.objects.filter(status="submitted").count() == 1
    assert Grade.objects.count() == 3


@pytest.mark.parametrize("width", [1280, 390])
def test_german_words_fit_the_page(campaign: Campaign, make_desk: Any, width: int) -> None:
    desk = make_desk(locale="de-DE")
    desk.page.set_viewport_size({"width": width, "height": 844})
    sign_in(desk)
    assert is_within_its_width(desk)
    start_grading(desk)
    desk.press("3")
    expect(desk.page.locator(".step").first.get_by_role("group", name="What is wrong?")).to_be_visible()
    assert is_within_its_width(desk)
    desk.press("?")
    expect(desk.page.get_by_role("heading", name="Alle Tasten")).to_be_visible()
    assert is_within_its_width(desk)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_overseers_are_german_and_fit(make_desk: Any, width: int) -> None:
    campaign = contested_campaign()
    refused = failed_snapshot(campaign)
    pseudonym = campaign.memberships.get(user__username="ada").pseudonym
    desk = make_desk(locale="de-DE")
    desk.page.set_viewport_size({"width": width, "height": 844})
    desk.sign_in("rosa")
    headings = {
        "/campaigns/pilot/": "Fortschritt",
        "/campaigns/pilot/agreement/": "Wie viele Labels genug sind",
        "/campaigns/pilot/agreement/steps/": "Schritte hinter der Zahl",
        "/campaigns/pilot/adjudicate/?page=1": "Strittige Schritte",
        address("two"): "Ihre Entscheidung",
        "/campaigns/pilot/luck/": "Glückstreffer",
        "/campaigns/pilot/annotators/": "Bewertende",
        f"/campaigns/pilot/annotators/{pseudonym}/": "Kurz gefasst",
        "/campaigns/pilot/exports/": "Wer was geholt hat",
        "/campaigns/pilot/exports/?format=openrlhf&splits=1": "Snapshot versiegeln",
        f"/campaigns/pilot/exports/snapshots/{refused.pk}/": "Bedingungen",
    }
    for path, heading in headings.items():
        desk.page.goto(f"{desk.address}{path}")
        expect(desk.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        assert is_within_its_width(desk), path
        assert english_on(desk) == set(), path


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_on_style_are_german_and_fit(make_desk: Any, width: int) -> None:
    campaign = study_campaign()
    study = running(campaign)
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    flag = stored_flag(report)
    campaign.memberships.filter(user__username="ada").update(pseudonym="amber-fox")
    desk = make_desk(locale="de-DE")
    desk.page.set_viewport_size({"width": width, "height": 844})
    desk.sign_in("rosa")
    headings = {
        "": "Was die Experimente zeigen",
        f"flags/{flag.pk}/": "Wo es sich am deutlichsten zeigt",
        "annotators/amber-fox/": "Verglichen mit den anderen, bei denselben Schritten",
        "steps/?feature=bullets&evidence=twins": "Schritte hinter der Zahl",
        "twins/": "Einen Stil mit Zwillingen prüfen",
        "twins/plan/": "Zwillingsstudie planen",
        f"twins/{study.pk}/": "Paare hinzufügen",
        f"twins/{study.pk}/pairs/{pair_of(study).pk}/": "Ist der Inhalt derselbe?",
    }
    for path, heading in headings.items():
        desk.page.goto(f"{desk.address}/campaigns/pilot/style/{path}")
        expect(desk.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        assert is_within_its_width(desk), path
        assert english_on(desk) == set(), path


def failed_snapshot(campaign: Campaign) -> Snapshot:
    found = {"threshold": 0.9, "figure": 0.5, "low": 0.4, "high": 0.6, "passed": False, "reason": None}
    return Snapshot.objects.create(
        campaign=campaign,
        query={"format": "trl", "neutral": "false"},
        gate={"coverage": "0.9"},
        findings=[{"condition": "coverage", **found}],
        state="failed",
        requested_at=timezone.now(),
        finished_at=timezone.now(),
    )


def english_on(desk: Desk) -> set[str]:
    """Texts of the page that stand so in the sources, and have a translation."""
    shown: list[str] = desk.page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const texts = [];
          while (walk.nextNode()) texts.push(walk.currentNode.textContent.trim());
          for (const named of document.querySelectorAll("[aria-label]")) texts.push(named.ariaLabel);
          return texts.map((text) => text.replace(/\\s+/g, " "));
        }"""
    )
    english = {str(message.id) for message in catalogue("de") if message.id and message.string != message.id}
    return english & set(shown)


def is_within_its_width(desk: Desk) -> bool:
    wide: bool = desk.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return not wide


def test_the_language_is_changed_without_a_mouse_and_the_page_stays_the_same(
    campaign: Campaign, desk: Desk
) -> None:
    desk.sign_in("ada")
    desk.start_grading()
    address = desk.page.url
    desk.page.get_by_role("button", name="Deutsch").focus()
    desk.press("Enter")
    expect(desk.page.get_by_role("button", name="Abmelden")).to_be_visible()
    assert desk.page.url == address
    desk.page.get_by_role("button", name="English").focus()
    desk.press("Enter")
    expect(desk.page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_language_is_chosen_without_javascript_before_anybody_signs_in(make_desk: Any) -> None:
    desk = make_desk(java_script_enabled=False)
    desk.page.goto(f"{desk.address}/accounts/login/?next=/")
    desk.page.get_by_role("button", name="Deutsch").click()
    expect(desk.page.get_by_label("Passwort")).to_be_visible()
    assert desk.page.url == f"{desk.address}/accounts/login/?next=/"
