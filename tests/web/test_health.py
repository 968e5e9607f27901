import pytest
from django.test import Client, override_settings


# Without a mark for the database: pytest-django would refuse any query.
def test_the_process_lives_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_everything_is_there(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "database": "ok", "redis": "ok"}


@pytest.mark.django_db
def test_a_missing_redis_is_named(client: Client) -> None:
    with override_settings(REDIS_URL="unix:///nowhere/valkey.sock?db=0"):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "database": "ok", "redis": "missing"}
