from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from annotator.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_session_lasts_a_working_day_from_the_last_work_in_it(client: Client) -> None:
    client.force_login(User.objects.create(username="ada"))
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client.get("/")
    later = now + timedelta(hours=8)
    with time_machine.travel(later, tick=False):
        cookie = client.get("/").cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["max-age"] == settings.SESSION_COOKIE_AGE
    with time_machine.travel(later + timedelta(hours=8), tick=False):
        assert client.get("/").status_code == 200


def test_a_session_is_written_once_an_hour_not_at_every_request(client: Client) -> None:
    client.force_login(User.objects.create(username="ada"))
    client.get("/")
    assert settings.SESSION_COOKIE_NAME not in client.get("/").cookies
