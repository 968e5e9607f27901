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
from annotator.assignments.models import Assignment, Campaign, Role
from annotator.chains.models import Chain
from annotator.exports.rows import read_rows
from annotator.grading.models import Grade
from tests.makers import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_demo_is_a_campaign_with_people_chains_grades_and_figures(client: Client) -> None:
    passwords: dict[str, str] = json.loads(demo("--json"))
    campaign = Campaign.objects.get(key="demo")
    roles = sorted(campaign.memberships.values_list("role", flat=True))
    assert roles == [*[Role.ANNOTATOR] * 3, Role.RESEARCHER, Role.REVIEWER]
    assert set(passwords) == set(User.objects.values_list("username", flat=True))
    assert len(set(passwords.values())) == 5
    assert all(len(password) >= 16 for password in passwords.values())
    assert Chain.objects.count() >= 12
    domains = {metadata["domain"] for metadata in Chain.objects.values_list("metadata", flat=True)}
    assert len(domains) == 4
    assert Grade.objects.values("annotator").distinct().count() >= 2
    check_figures(campaign)
    check_sign_in(client, passwords)


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
