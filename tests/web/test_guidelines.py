"""The page of guidelines: all that a version says, to print, for those who grade by it."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, Membership
from taxonomies.models import Criterion, Label, TaxonomyVersion
from taxonomies.publishing import clone_version
from tests.makers import (
    EVERY_KIND,
    browser_of,
    make_assignment,
    make_campaign,
    make_chain,
    make_user,
    make_version,
    small_yaml,
)

pytestmark = pytest.mark.django_db
WHOLE = """\
  - {key: result, question: "Is the result right?", kind: one, scope: chain, labels: [
      {key: right, title: Right, definition: It is right.},
      {key: wrong, title: Wrong, definition: It is wrong.}]}
  - {key: because, question: "Why is it wrong?", kind: text, scope: chain, shown_for: [result.wrong]}
"""


@pytest.fixture
def version() -> TaxonomyVersion:
    return make_version(EVERY_KIND + WHOLE)


@pytest.fixture
def campaign(version: TaxonomyVersion) -> Campaign:
    make_chain("a")
    return make_campaign(version=version, annotators=["ada"], reviewers=["rita"])


def address(version: TaxonomyVersion) -> str:
    return reverse("taxonomy_guidelines", args=[version.taxonomy.key, version.number])


def researcher() -> Client:
    if not User.objects.filter(username="rosa").exists():
        make_user("rosa", researcher=True)
    return browser_of("rosa")


def words(answer: Any) -> str:
    """Its text, with every gap as one space."""
    return " ".join(unescape(answer.content.decode()).split())


def test_all_that_a_version_says(campaign: Campaign, version: TaxonomyVersion) -> None:
    page = words(browser_of("ada").get(address(version)))
    assert "Guidelines, version 1 of 20 November 2026" in page
    assert version.digest in page
    assert "A wrong inference." in page
    assert "+1, sound" in page
    assert "−1, flawed" in page
    assert (
        "Asked of every step; takes one label; must be answered. The verdict: its values train the model."
        in page
    )
    assert "Asked of every step after “Bad”; takes one label; must be answered." in page
    assert "Asked of every step after “Logic”; takes a text." in page
    assert "Asked of the whole chain, once; takes one label." in page
    assert "Asked of the whole chain after “Wrong”; takes a text." in page


def test_labels_without_a_key_of_their_own_show_the_one_that_the_page_gives(version: TaxonomyVersion) -> None:
    page = words(researcher().get(address(version)))
    assert '<span class="visually-hidden">Key</span> 4</kbd> Sign' in page


def test_markdown_and_examples_are_rendered() -> None:
    version = make_version(
        small_yaml().replace(
            "definition: Wrong.,", "definition: Wrong., good_example: So **wrong**, bad_example: $x$,"
        )
    )
    page = words(researcher().get(address(version)))
    assert "<strong>twice</strong>" in page
    assert "So <strong>wrong</strong>" in page
    assert 'data-tex="x"' in page


@pytest.mark.parametrize("name", ["ada", "rita"])
def test_members_of_a_campaign_that_uses_it_read_it(
    campaign: Campaign, version: TaxonomyVersion, name: str
) -> None:
    answer = browser_of(name).get(address(version))
    assert answer.status_code == 200
    assert reverse("taxonomy_preview", args=["every_kind", 1]) not in words(answer)


def test_others_do_not(campaign: Campaign, version: TaxonomyVersion) -> None:
    assert browser_of("stranger").get(address(version)).status_code == 404
    other = make_version(small_yaml())
    assert browser_of("ada").get(address(other)).status_code == 404
    assert Client().get(address(version)).status_code == 302


def test_who_was_suspended_reads_only_what_they_graded_by(
    campaign: Campaign, version: TaxonomyVersion
) -> None:
    make_assignment(campaign=campaign)
    Membership.objects.update(state="suspended")
    assert browser_of("ada").get(address(version)).status_code == 200
    assert browser_of("rita").get(address(version)).status_code == 404


def test_a_draft_is_for_its_researchers(campaign: Campaign, version: TaxonomyVersion) -> None:
    draft = clone_version(version=version)
    assert browser_of("ada").get(address(draft)).status_code == 404
    answer = researcher().get(address(draft))
    assert "(draft, may still change)" in words(answer)
    assert reverse("taxonomy_preview", args=["every_kind", 2]) in words(answer)
    draft.taxonomy.owners.add(make_user("rolf", researcher=True))
    assert researcher().get(address(draft)).status_code == 404


def test_a_draft_that_cannot_be_shown_says_what_it_lacks(version: TaxonomyVersion) -> None:
    draft = clone_version(version=version)
    Label.objects.filter(version=draft, criterion__key="traits").delete()
    Criterion.objects.filter(version=draft, is_verdict=True).delete()
    page = words(researcher().get(address(draft)))
    assert "No criterion is the verdict yet" in page
    assert "The criterion traits has no labels yet." in page


def test_the_grading_page_and_the_home_page_lead_here(campaign: Campaign, version: TaxonomyVersion) -> None:
    assignment = make_assignment(campaign=campaign)
    ada = browser_of("ada")
    assert f'href="{address(version)}"' in words(ada.get("/"))
    assert f'href="{address(version)}"' in words(ada.get(reverse("assignment", args=[assignment.public_id])))
