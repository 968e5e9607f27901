"""Tokens: kept only as a digest, refused in words, never more than they were made for."""

import hashlib
import io
import json
import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from annotator.api.models import Scope, Token
from annotator.api.tokens import revoke_token
from annotator.assignments.models import Campaign
from tests.graded import bearer, token_for
from tests.makers import make_campaign, make_dataset

pytestmark = pytest.mark.django_db
AGREEMENT = "/api/v1/campaigns/pilot/agreement/"


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


def status_with(client: Client, authorization: str) -> int:
    answer = client.get(AGREEMENT, headers={"Authorization": authorization})
    if answer.status_code == 401:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="stepmark"'
    return answer.status_code


def test_a_token_opens_its_campaign(client: Client, campaign: Campaign) -> None:
    answer = client.get(AGREEMENT, headers=bearer(token_for(campaign)))
    assert answer.status_code == 200
    assert answer.json() == {
        "campaign": "pilot",
        "taxonomy": {
            "key": "every_kind",
            "number": 1,
            "digest": campaign.taxonomy_version.digest,
            "is_current": True,
        },
        "computed_from": None,
        "is_stale": False,
        "figures": None,
    }
    assert not answer.cookies


def test_only_the_digest_is_in_the_database(campaign: Campaign) -> None:
    text = token_for(campaign)
    secret = text.split("_", 2)[2]
    assert len(secret) >= 43, "256 bits"
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM api_token t")
        [(row,)] = cursor.fetchall()
    assert secret not in row
    assert hashlib.sha256(secret.encode()).hexdigest() in row


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_as_http_says(client: Client, campaign: Campaign, scheme: str) -> None:
    assert status_with(client, f"{scheme}  {token_for(campaign)} ") == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer \x00",
        "Bearer stm_\x00_x",
        "Bearer stm__",
        "Bearer stm_abcdef12_" + "x" * 10_000,
        "Bearer stm_" + "y" * 10_000 + "_x",
        "Bearer stm_pr\u00e4fix_geheim",
        "Bearer stm_\u6f22_\u5b57",
        "Bearer stm_\ud800_x",
        "Bearer stm_%00_' OR 1=1 --",
        "Bearer a b c",
        "Basic YWRtaW46YWRtaW4=",
        "Token abc",
        "\u00e9",
        ", Bearer",
    ],
)
def test_a_malformed_header_is_refused_in_words(
    client: Client, campaign: Campaign, authorization: str
) -> None:
    assert status_with(client, authorization) == 401


def test_no_header_at_all_is_401_and_says_how(client: Client, campaign: Campaign) -> None:
    answer = client.get(AGREEMENT)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_signed_in_person_without_a_token_is_not_let_in(client: Client, campaign: Campaign) -> None:
    person = campaign.members.get()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(AGREEMENT).status_code == 401


def test_a_token_in_the_address_opens_nothing(client: Client, campaign: Campaign) -> None:
    text = token_for(campaign)
    for name in ("token", "access_token", "authorization"):
        assert client.get(AGREEMENT, {name: text}).status_code == 401


def test_a_wrong_secret_with_a_right_prefix_is_refused(client: Client, campaign: Campaign) -> None:
    text = token_for(campaign)
    assert status_with(client, f"Bearer {text}x") == 401
    assert status_with(client, f"Bearer {text[:-1]}") == 401
    assert status_with(client, f"Bearer {text.swapcase()}") == 401


def test_a_revoked_token_is_refused_at_once(client: Client, campaign: Campaign) -> None:
    text = token_for(campaign)
    assert status_with(client, f"Bearer {text}") == 200
    revoke_token(token=Token.objects.get(), now=timezone.now())
    assert status_with(client, f"Bearer {text}") == 401


def test_revoking_twice_keeps_the_first_time(campaign: Campaign) -> None:
    token_for(campaign)
    first = timezone.now()
    for now in (first, first + timedelta(hours=1)):
        revoke_token(token=Token.objects.get(), now=now)
    assert Token.objects.get().revoked_at == first


def test_an_expired_token_is_refused(client: Client, campaign: Campaign) -> None:
    now = timezone.now()
    assert status_with(client, f"Bearer {token_for(campaign, expires_at=now)}") == 401
    assert status_with(client, f"Bearer {token_for(campaign, expires_at=now + timedelta(hours=1))}") == 200


@pytest.mark.parametrize(
    ("scope", "method", "address"),
    [
        (Scope.REPORT_READ, "get", AGREEMENT),
        (Scope.EXPORT_READ, "get", "/api/v1/campaigns/pilot/export/"),
        (Scope.EXPORT_READ, "get", "/api/v1/campaigns/pilot/snapshots/"),
        (Scope.EXPORT_READ, "post", "/api/v1/campaigns/pilot/snapshots/"),
        (Scope.EXPORT_READ, "get", "/api/v1/snapshots/1/"),
        (Scope.EXPORT_READ, "get", "/api/v1/snapshots/1/files/manifest.json"),
        (Scope.EXPORT_READ, "get", "/api/v1/snapshots/1/changes/"),
        (Scope.IMPORT_WRITE, "get", "/api/v1/imports/1/"),
        (Scope.IMPORT_WRITE, "post", "/api/v1/datasets/pilot/imports/"),
    ],
)
def test_each_address_wants_its_own_scope(
    client: Client, campaign: Campaign, scope: Scope, method: str, address: str
) -> None:
    others = [other for other in Scope.values if other != scope]
    answer = getattr(client, method)(address, headers=bearer(token_for(campaign, scopes=others)))
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert scope in answer.json()["detail"]


@pytest.mark.parametrize(
    "address", ["campaigns/{}/agreement/", "campaigns/{}/export/", "campaigns/{}/", "campaigns/{}/snapshots/"]
)
def test_the_campaign_of_another_token_looks_like_a_missing_one(
    client: Client, campaign: Campaign, address: str
) -> None:
    other = make_campaign(key="other", dataset=make_dataset("other"))
    headers = bearer(token_for(other))
    hidden = client.get(f"/api/v1/{address.format('pilot')}", headers=headers)
    missing = client.get(f"/api/v1/{address.format('nowhere')}", headers=headers)
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert hidden.headers == missing.headers


def test_a_refused_token_stands_in_no_log_and_no_answer(
    client: Client, campaign: Campaign, caplog: pytest.LogCaptureFixture
) -> None:
    text = token_for(campaign, scopes=[Scope.REPORT_READ])
    revoked = token_for(campaign)
    revoke_token(token=Token.objects.latest("pk"), now=timezone.now())
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.get(AGREEMENT, headers=bearer(text)),
            client.get("/api/v1/campaigns/pilot/export/", headers=bearer(text)),
            client.post("/api/v1/campaigns/pilot/snapshots/", headers=bearer(text)),
            client.get("/api/v1/snapshots/1/files/manifest.json", headers=bearer(text)),
            client.get("/api/v1/campaigns/pilot/?page=1", headers=bearer(text)),
            client.get(AGREEMENT, headers=bearer(revoked)),
            client.get(AGREEMENT, headers=bearer(text + "x")),
            client.get("/api/v1/nowhere/", headers=bearer(text)),
        ]
    seen = caplog.text + "".join(answer.content.decode() + str(answer.headers) for answer in answers)
    for secret in (text.split("_", 2)[2], revoked.split("_", 2)[2]):
        assert secret not in seen


def test_the_last_use_is_noted_at_most_once_a_minute(client: Client, campaign: Campaign) -> None:
    headers = bearer(token_for(campaign))
    assert Token.objects.get().last_used_at is None
    client.get(AGREEMENT, headers=headers)
    first = Token.objects.get().last_used_at
    assert first is not None
    client.get(AGREEMENT, headers=headers)
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get(AGREEMENT, headers=headers)
    last = Token.objects.get().last_used_at
    assert last is not None
    assert last > first


def test_a_refused_request_is_no_use(client: Client, campaign: Campaign) -> None:
    text = token_for(campaign)
    client.get(AGREEMENT, headers=bearer(text + "x"))
    assert Token.objects.get().last_used_at is None


def create_token(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_token", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_token_alone(client: Client, campaign: Campaign) -> None:
    out = create_token("--campaign", "pilot", "--scope", "report:read")
    assert out.endswith("\n")
    assert len(out.split()) == 1
    assert status_with(client, f"Bearer {out.strip()}") == 200


def test_the_commands_json_holds_the_token_and_its_facts(campaign: Campaign) -> None:
    facts = json.loads(create_token("--campaign", "pilot", "--json"))
    assert facts["scopes"] == ["export:read"]
    assert facts["campaigns"] == ["pilot"]
    assert facts["token"].startswith(f"stm_{facts['prefix']}_")


def test_a_token_with_days_expires(campaign: Campaign) -> None:
    create_token("--campaign", "pilot", "--days", "7")
    expires_at = Token.objects.get().expires_at
    assert expires_at is not None
    assert timedelta(days=6) < expires_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--campaign", "nowhere"],
        ["--campaign", "pilot", "--campaign", "nowhere"],
        ["--campaign", "pilot", "--scope", "everything"],
        ["--campaign", "pilot", "--days", "0"],
        ["--campaign", "pilot", "--days", "999999999"],
        ["--campaign", "pilot", "--name", ""],
        ["--campaign", "pilot", "--name", "x" * 121],
        [],
    ],
)
def test_the_command_refuses_nonsense_in_words(campaign: Campaign, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        create_token(*arguments)
    assert not Token.objects.exists()
