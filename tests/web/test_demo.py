"""`manage.py demo`: people with passwords shown once, chains, grades, and figures to look at."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from annotator.accounts.models import User
from annotator.accounts.people import create_person
from annotator.analysis import refreshing
from annotator.analysis.contested import count_contested
from annotator.assignments.models import Assignment, Campaign, Role
from annotator.chains.models import Chain
from annotator.grading.models import Answer, Grade
from taxonomies.loading import load_taxonomy
from taxonomies.management.commands.load_taxonomy import PRESETS
from taxonomies.models import Taxonomy
from tests.exported import read_rows
from tests.makers import NOW, browser_of, make_campaign, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)
DOMAINS = {
    "demo-algebra": ("algebra_tutor", "algebra"),
    "demo-code": ("code_debugging", "debugging"),
    "demo-law": ("legal_reasoning", "law"),
    "demo-essay": ("essay_outline", "essay"),
}


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_demo_is_campaigns_with_people_chains_grades_and_figures(client: Client) -> None:
    passwords: dict[str, str] = json.loads(demo("--json"))
    campaign = Campaign.objects.get(key="demo")
    roles = sorted(campaign.memberships.values_list("role", flat=True))
    assert roles == [*[Role.ANNOTATOR] * 3, Role.RESEARCHER, Role.REVIEWER]
    assert set(passwords) == set(User.objects.values_list("username", flat=True))
    assert len(set(passwords.values())) == 5
    assert all(len(password) >= 16 for password in passwords.values())
    assert Chain.objects.count() >= 12
    of_domains = Chain.objects.exclude(dataset__key="demo-forks")
    domains = {metadata["domain"] for metadata in of_domains.values_list("metadata", flat=True)}
    assert len(domains) == 4
    assert Grade.objects.values("annotator").distinct().count() >= 2
    check_figures(campaign)
    check_contested(campaign)
    for key, (preset, domain) in DOMAINS.items():
        assert count_contested(campaign=Campaign.objects.get(key=key)).undecided
        check_domain(Campaign.objects.get(key=key), preset=preset, domain=domain)
    check_sign_in(client, passwords)


def check_contested(campaign: Campaign) -> None:
    """Rita finds steps to decide, on which people said why."""
    assert count_contested(campaign=campaign).undecided >= 3
    answer = browser_of("rita").get(f"/campaigns/{campaign.key}/adjudicate/", follow=True)
    page = answer.content.decode()
    assert page.count('class="said-comment"') == 2
    assert "Your decision" in page


def check_domain(campaign: Campaign, *, preset: str, domain: str) -> None:
    """One on its own preset and chains, with the same people, and grades that differ in places."""
    taxonomy = campaign.taxonomy_version.taxonomy
    assert (taxonomy.key, campaign.overlap) == (preset, 2)
    assert [owner.username for owner in taxonomy.owners.all()] == ["rosa"]
    people = campaign.memberships.values_list("user", "role")
    assert set(people) == set(Campaign.objects.get(key="demo").memberships.values_list("user", "role"))
    chains = Chain.objects.filter(dataset=campaign.dataset)
    assert {chain.metadata["domain"] for chain in chains} == {domain}
    assert chains.count() >= 4
    report = refreshing.newest_agreement(campaign=campaign)
    assert report is not None
    assert report.figures is not None
    assert 0.5 < report.figures["verdict"]["percent_agreement"]["value"] < 1
    # Somebody has begun, and there is a chain left for cleo.
    open_chains = Assignment.objects.filter(campaign=campaign, status="open").values_list("chain")
    finished = Assignment.objects.filter(campaign=campaign, status="submitted").values_list("chain")
    assert open_chains.count() == 2
    assert chains.exclude(pk__in=open_chains).exclude(pk__in=finished).exists()
    check_questions(campaign)


def check_questions(campaign: Campaign) -> None:
    """Every question of the preset was answered by somebody, error types in several ways."""
    answers = Answer.objects.filter(grade__campaign=campaign)
    asked = campaign.taxonomy_version.criteria.filter(is_verdict=False)
    assert set(answers.values_list("criterion", flat=True)) == set(asked.values_list("pk", flat=True))
    types = answers.filter(criterion__key__in=["error_type", "fault"])
    assert types.values("label").distinct().count() >= 4
    assert Grade.objects.filter(campaign=campaign, step__isnull=False).count() >= 12


def check_figures(campaign: Campaign) -> None:
    report = refreshing.newest_agreement(campaign=campaign)
    assert report is not None
    assert not refreshing.is_stale(report, campaign=campaign)
    assert report.figures is not None
    assert report.figures["verdict"]["percent_agreement"]["value"] is not None
    rows = list(read_rows(campaign=campaign))
    assert any(row.final_answer_correct and row.first_error.index is not None for row in rows), (
        "a lucky chain"
    )
    assert Assignment.objects.filter(campaign=campaign, status="submitted").count() >= 10


def check_sign_in(client: Client, passwords: dict[str, str]) -> None:
    client.post("/accounts/login/", {"login": "ada", "password": passwords["ada"]})
    assert client.session.get("_auth_user_id") == str(User.objects.get(username="ada").pk)


def test_the_passwords_are_printed_once_and_kept_only_as_hashes() -> None:
    out = demo()
    lines = [text.split() for text in out.splitlines() if text.startswith("  ")]
    assert [fields[0] for fields in lines] == ["ada", "ben", "cleo", "rita", "rosa"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(u::text, ' ') FROM accounts_user u")
        [(kept,)] = cursor.fetchall()
    for fields in lines:
        assert out.count(fields[1]) == 1
        assert fields[1] not in kept
    assert kept.count("argon2$") == 5


def test_a_second_demo_is_refused_and_changes_nothing() -> None:
    demo()
    before = counts()
    with pytest.raises(CommandError, match="there already"):
        demo()
    assert demo("--if-empty") == ""
    assert counts() == before


@pytest.mark.parametrize("key", ["demo", "demo-law"])
def test_a_key_that_is_taken_is_named_and_nothing_is_made(key: str) -> None:
    make_dataset(key)
    before = counts()
    with pytest.raises(CommandError, match=f"The dataset {key} is there already"):
        demo()
    assert counts() == before


def test_a_taxonomy_that_was_there_stays_with_those_who_use_it() -> None:
    load_taxonomy(text=(PRESETS / "essay_outline.yaml").read_text(), publish=True, now=NOW)
    demo()
    assert not Taxonomy.objects.get(key="essay_outline").owners.exists()
    assert Taxonomy.objects.get(key="algebra_tutor").owners.exists()


def test_if_empty_leaves_an_installation_that_is_in_use_alone() -> None:
    make_campaign()
    before = counts()
    assert demo("--if-empty") == ""
    assert counts() == before


def test_a_name_that_is_taken_is_named_and_nothing_is_made() -> None:
    create_person(username="cleo", password="x", researcher=False)
    before = counts()
    with pytest.raises(CommandError, match="cleo"):
        demo()
    assert counts() == before


def counts() -> list[Any]:
    return [model._default_manager.count() for model in (User, Campaign, Chain, Grade, Assignment)]
