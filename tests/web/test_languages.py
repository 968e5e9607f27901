import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.mofile import read_mo
from django.test import Client
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import date_format, number_format
from pytest_django import Settings

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Membership, Role
from annotator.chains.models import Dataset
from annotator.jobs import running
from taxonomies.models import Label
from taxonomies.publishing import clone_version, publish
from tests.access import ACCESS, ANNOTATOR, RESEARCHER
from tests.catalogue import as_mo, collected, forms_of
from tests.graded import bearer, token_for
from tests.makers import (
    NOW,
    answer,
    browser_of,
    grade,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
    make_version,
)
from tests.test_house import address

pytestmark = pytest.mark.django_db

GERMAN = {"Accept-Language": "de-CH, de;q=0.9, en;q=0.5"}
# Everything that is imported or defined by a team is Greek here: what is Latin is ours, and translated or forgotten.
GREEK_TAXONOMY = """
taxonomy: run
title: Ταξινομία
description: Περιγραφή.
guidelines: Οδηγίες.
criteria:
  - {key: verdict, question: "Σωστό;", kind: one, required: true, verdict: true, labels: [
      {key: good, title: Καλό, value: 1, hotkey: "1", definition: Ναι., good_example: Α., bad_example: Β.},
      {key: okay, title: Μέτριο, value: 0, hotkey: "2", definition: Ίσως.},
      {key: bad, title: Κακό, value: -1, hotkey: "3", definition: Όχι.}]}
  - {key: error, question: "Λάθος;", kind: one, required: true, shown_for: [verdict.bad], labels: [
      {key: sign, title: Πρόσημο, definition: Α.}, {key: logic, title: Λογική, definition: Β.}]}
  - {key: remark, question: "Τι άλλο;", kind: text}
  - {key: topic, question: "Τι είναι;", kind: many, labels: [MANY_LABELS]}
  - {key: approach, question: "Δρόμος;", kind: one, scope: chain, required: true, labels: [
      {key: sound, title: Καλός, definition: Α.}, {key: unsound, title: Κακός, definition: Β.}]}
"""
MANY_LABELS = ", ".join(f"{{key: t{number}, title: Θέμα {number}, definition: Α.}}" for number in range(30))
# A text of ours under the marking catalogue; what remains outside of them is checked for Latin words.
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names.
NO_WORDS = {"Stepmark", "ada", "rosa", "curl", "Python"}
FORMATS = {"native", "TRL", "ProcessBench", "PRM", "Math", "Shepherd", "OpenRLHF", "RLHFlow"}
SPLITS = {"train", "validation", "test"}


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a", steps=["one", "two"])
    return make_campaign(key="run")


@pytest.fixture
def greek(db: None) -> Campaign:
    make_chain("a", steps=["ένα", "δύο"], problem="Πόσο;", reference_answer="2", final_answer="3")
    make_chain("b", steps=["ένα", "τρία"], problem="Πόσο;", reference_answer="2")
    found = make_campaign(
        key="run",
        version=make_version(GREEK_TAXONOMY.replace("MANY_LABELS", MANY_LABELS)),
        reference="collapsed",
    )
    Campaign.objects.update(title="Εκστρατεία")
    Dataset.objects.update(title="Σύνολο")
    Membership.objects.update(pseudonym="Ψ")
    found.refresh_from_db()
    return found


@pytest.fixture
def marking(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """German is English in brackets: whatever comes from the catalogue can be told from what does not."""
    found = collected()
    for message in found:
        if message.id:
            message.string = (
                f"⟦{message.id}⟧"
                if isinstance(message.id, str)
                else tuple(f"⟦{form}⟧" for form in message.id)
            )
    found.locale = "de"
    compiled = tmp_path / "de" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    compiled.write_bytes(as_mo(found))
    settings.LOCALE_PATHS = [tmp_path]
    yield
    translation.activate("en")


class Words(HTMLParser):
    """What a page says to people: its text, and the attributes that are read out or shown.

    Not what is imported or written by a team, and not the languages that are named in themselves.
    """

    SAID = {"aria-label", "title", "placeholder", "data-refusal"}
    SILENT = {"script", "style", "code", "kbd"}
    IMPORTED = {"prose", "raw"}
    VOID = {"br", "hr", "img", "input", "link", "meta"}

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        # The open elements, each with whether it is left out.
        self.open: list[tuple[str, bool]] = []

    @property
    def is_silent(self) -> bool:
        return any(silent for _, silent in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not self.is_silent:
            self.said += [value for name, value in given.items() if name in self.SAID]
        if tag not in self.VOID:
            imported = bool(self.IMPORTED & set(given.get("class", "").split()))
            named = tag != "html" and "lang" in given
            untold = given.get("translate") == "no"
            self.open.append((tag, tag in self.SILENT or imported or named or untold))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.is_silent:
            self.said.append(data)


def untranslated(page: str) -> list[str]:
    """The words of a page that come from no catalogue."""
    words = Words()
    words.feed(page)
    text = "\n".join(words.said)
    # From the inside out: a translated word may stand in a translated sentence.
    while MARKED.search(text):
        text = MARKED.sub("", text)
    lines = [line.strip() for line in text.splitlines()]
    known = NO_WORDS | FORMATS | SPLITS | names_of_days()
    return [line for line in lines if set(LATIN.findall(line)) - known and line not in said_by_packages()]


def names_of_days() -> set[str]:
    with translation.override("de"):
        return {str(name) for names in (MONTHS, WEEKDAYS) for name in names.values()}


@cache
def said_by_packages() -> frozenset[str]:
    """Labels and errors of forms come translated from Django and allauth."""
    return frozenset(
        form.replace("%(min_length)d", "10")
        for package in (django, allauth)
        for path in Path(str(package.__file__)).parent.rglob("locale/de/LC_MESSAGES/django.mo")
        for message in read_mo(BytesIO(path.read_bytes()))
        for form in forms_of(message)
    )


def read_by(name: str, path: str, *, language: str = "de") -> str:
    client = browser_of(name)
    client.cookies["stepmark_language"] = language
    return client.get(path).content.decode()


# --- Which language


def test_the_browser_chooses_the_language(client: Client) -> None:
    page = client.get("/accounts/login/", headers=GERMAN)
    assert '<html lang="de">' in page.content.decode()
    assert "Anmelden" in page.content.decode()
    assert "Sign in" not in page.content.decode()


def test_without_a_wish_or_with_one_that_we_cannot_meet_pages_are_english(client: Client) -> None:
    for headers in ({}, {"Accept-Language": "fr"}, {"Accept-Language": "\x00;q=nonsense"}):
        page = client.get("/accounts/login/", headers=headers).content.decode()
        assert '<html lang="en">' in page
        assert "Sign in" in page


def test_a_choice_counts_more_than_the_browser_and_is_remembered(client: Client) -> None:
    chosen = client.post(
        "/language/", {"language": "de"}, headers={"Referer": "http://testserver/accounts/login/"}
    )
    assert chosen.status_code == 302
    assert chosen["Location"] == "http://testserver/accounts/login/"
    assert '<html lang="de">' in client.get("/accounts/login/").content.decode()
    client.post("/language/", {"language": "en"})
    assert '<html lang="en">' in client.get("/accounts/login/", headers=GERMAN).content.decode()


def test_the_choice_is_kept_like_our_other_cookies(client: Client, settings: Settings) -> None:
    settings.LANGUAGE_COOKIE_SECURE = True
    cookie = client.post("/language/", {"language": "de"}).cookies["stepmark_language"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_choosing_a_language_leads_nowhere_else(client: Client, target: str) -> None:
    answer = client.post("/language/", {"language": "de", "next": target}, headers={"Referer": target})
    assert answer["Location"] == "/"


def test_a_language_that_we_do_not_have_is_not_remembered(client: Client) -> None:
    assert "stepmark_language" not in client.post("/language/", {"language": "xx"}).cookies


def test_the_choice_needs_a_token() -> None:
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "de"}).status_code == 403


def test_a_page_offers_the_other_languages_in_their_own_names(campaign: Campaign) -> None:
    assert 'lang="de">Deutsch</button>' in read_by("ada", "/", language="en")
    assert 'lang="en">English</button>' in read_by("ada", "/")


def test_a_cache_is_told_what_the_language_hangs_on(client: Client) -> None:
    assert {"Accept-Language", "Cookie"} <= set(client.get("/accounts/login/")["Vary"].split(", "))


def test_the_choice_of_one_page_is_not_left_to_the_next(client: Client) -> None:
    client.get("/accounts/login/", headers=GERMAN)
    assert translation.get_language() == "en"


# --- What is said in it


def test_home_and_the_grading_page_speak_german(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    assert "Meine Kampagnen" in read_by("ada", "/")
    page = read_by("ada", f"/assignments/{assignment.public_id}/")
    assert '<html lang="de">' in page
    assert "Schritt" in page
    assert "Unsicher" in page


def test_a_refusal_is_said_in_the_readers_language_and_so_is_what_was_saved(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    path = f"/assignments/{assignment.public_id}/steps/0/"
    client = browser_of("ada")
    htmx = {"HX-Request": "true", **GERMAN}
    form = {"operation_id": "", "revision": "0", "verdict": "bad", "label.error": "sign"}
    saved = client.post(path, form, headers=htmx)
    assert saved.status_code == 200
    assert "gespeichert" in saved.content.decode()
    stale = client.post(path, {**form, "verdict": "good"}, headers=htmx)
    assert stale.status_code in {409, 422}
    assert "Schritt" in stale.content.decode()


def test_error_pages_speak_german(client: Client) -> None:
    page = client.get("/no/such/page/", headers=GERMAN)
    assert page.status_code == 404
    assert "Nicht gefunden" in page.content.decode()


def test_dates_and_numbers_are_written_as_germans_write_them() -> None:
    with translation.override("de"):
        assert date_format(NOW, "DATETIME_FORMAT") == "20. November 2026, 09:00"
        assert number_format(0.5) == "0,5"


# --- What stays English


def test_the_admin_stays_english_whatever_the_reader_chose() -> None:
    make_user("rosa", researcher=True)
    client = browser_of("rosa")
    client.cookies["stepmark_language"] = "de"
    for path in ("/admin/", "/admin/taxonomies/taxonomy/", "/admin/no/such/page/"):
        page = client.get(path, headers=GERMAN).content.decode()
        assert 'lang="en"' in page
        assert "Abmelden" not in page


def test_the_api_stays_english_whatever_the_reader_chose(client: Client, campaign: Campaign) -> None:
    token = token_for(campaign)
    path = "/api/v1/campaigns/run/export/?format=nonsense"
    english = client.get(path, headers=bearer(token))
    german = client.get(path, headers={**bearer(token), **GERMAN})
    assert english.status_code == german.status_code
    assert english.content == german.content


def test_what_is_stored_is_not_translated(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign)
    with translation.override("de"):
        given = grade(assignment, 0)
    assert given.state == "graded"


# --- Nothing is forgotten


def forgotten_in(name: str, role: str, **known: object) -> dict[str, list[str]]:
    """The words of no catalogue on every page that the routes of tests/access.py show to somebody, by address."""
    client = browser_of(name)
    client.cookies["stepmark_language"] = "de"
    pages = 0
    found: dict[str, list[str]] = {}
    for route, roles in ACCESS.items():
        if role not in roles or "api/" in route or route == "accounts/logout/":
            continue
        path = address(route, **known)
        for response in (client.get(path), client.post(path)):
            is_page = response.get("Content-Type", "").startswith("text/html")
            if is_page and response.status_code not in {302, 404}:
                pages += 1
                if words := untranslated(response.content.decode()):
                    found[f"{path} {response.status_code}"] = words
            # A download that nobody reads would keep its seat.
            if response.streaming:
                response.close()
    assert pages > 8
    return found


def in_lines(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{path}: {words}" for path, words in found.items())


@pytest.mark.usefixtures("marking")
def test_a_page_of_an_annotator_says_nothing_that_cannot_be_translated(greek: Campaign) -> None:
    assignment = make_assignment(campaign=greek)
    grade(assignment, 0, verdict="bad", labels={"error": ["sign"]})
    answer(assignment)
    found = forgotten_in("ada", ANNOTATOR, public_id=assignment.public_id)
    assert found == {}, in_lines(found)


@pytest.mark.usefixtures("marking")
@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_researcher_says_nothing_that_cannot_be_translated(greek: Campaign) -> None:
    add_member(campaign=greek, user=make_user("rosa", researcher=True), role=Role.RESEARCHER)
    assignment = make_assignment(campaign=greek)
    grade(assignment, 0, verdict="bad", labels={"error": ["sign"]})
    later = clone_version(version=greek.taxonomy_version)
    Label.objects.filter(version=later, key="okay").update(title="Νέο", hotkey="5")
    Label.objects.filter(version=later, key="t3").delete()
    publish(version=later, now=NOW)
    report = refreshing.ask_for_agreement(campaign=greek, requested_by=None, now=NOW)
    taken = running.take(AgreementReport, pk=report.pk, now=NOW)
    assert taken is not None
    refreshing.refresh_agreement(report=taken, now=NOW)
    step_id = assignment.chain.chain_steps.earliest("index").step_id
    found = forgotten_in("rosa", RESEARCHER, number=1, other=2, step_id=step_id)
    assert found == {}, in_lines(found)


@pytest.mark.usefixtures("marking")
@pytest.mark.parametrize("path", ["/accounts/login/", "/no/such/page/"])
def test_a_page_for_everybody_says_nothing_that_cannot_be_translated(client: Client, path: str) -> None:
    page = client.get(path, headers=GERMAN).content.decode()
    assert untranslated(page) == []
