"""A token asks so often a minute and no more; where nobody can count, nobody is stopped."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from annotator.api.models import Token
from annotator.api.tokens import revoke_token
from annotator.assignments.models import Campaign
from tests.graded import bearer, token_for
from tests.makers import make_campaign

pytestmark = pytest.mark.django_db
CAMPAIGNS = "/api/v1/campaigns/"
AT = datetime(2026, 11, 20, 10, 30, 40, tzinfo=UTC)


@pytest.fixture
def campaign(settings: Settings) -> Campaign:
    settings.TOKEN_REQUESTS_PER_MINUTE = 3
    return make_campaign()


def test_who_asks_too_often_is_told_when_to_ask_again(client: Client, campaign: Campaign) -> None:
    with time_machine.travel(AT, tick=False) as clock:
        headers = bearer(token_for(campaign))
        statuses = [client.get(CAMPAIGNS, headers=headers).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = client.get(CAMPAIGNS, headers=headers)
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["title"] == "Too Many Requests"
        assert refused.headers["Retry-After"] == "20"
        # Another token has a count of its own, and the next minute a new one.
        assert client.get(CAMPAIGNS, headers=bearer(token_for(campaign))).status_code == 200
        clock.shift(20)
        assert client.get(CAMPAIGNS, headers=headers).status_code == 200


def test_a_limit_does_not_hide_that_a_token_is_revoked(client: Client, campaign: Campaign) -> None:
    headers = bearer(token_for(campaign))
    for _ in range(5):
        client.get(CAMPAIGNS, headers=headers)
    revoke_token(token=Token.objects.get(), now=AT)
    assert client.get(CAMPAIGNS, headers=headers).status_code == 401


def test_without_the_cache_every_request_is_let_through(
    client: Client, campaign: Campaign, settings: Settings
) -> None:
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    headers = bearer(token_for(campaign))
    assert [client.get(CAMPAIGNS, headers=headers).status_code for _ in range(5)] == [200] * 5
    keyed = {**headers, "Idempotency-Key": "night"}
    answer = client.generic("POST", f"{CAMPAIGNS}pilot/snapshots/", headers=keyed)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
