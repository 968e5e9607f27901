"""A server that may lose acknowledged grades is found out before the web starts (SAFETY 12)."""

import os
from urllib.parse import urlsplit

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection
from pytest_django import Settings

from annotator.grading.durability import lax_settings
from tests.deploy.production import production_variables, run_python


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["on", "local", "remote_apply"])
def test_a_commit_that_waits_for_the_disk_is_accepted(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL synchronous_commit = {value}")
    assert "synchronous_commit" not in dict(lax_settings("default"))


@pytest.mark.django_db
def test_a_commit_that_does_not_wait_is_an_error(settings: Settings) -> None:
    settings.DEV = False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    errors = run_checks(tags=[Tags.database], databases=["default"])
    assert [e.id for e in errors if "synchronous_commit = off" in str(e.msg)] == ["grading.E001"]


@pytest.mark.django_db
def test_development_may_trade_durability_for_speed(settings: Settings) -> None:
    settings.DEV = True
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert not [e for e in run_checks(tags=[Tags.database], databases=["default"]) if e.id == "grading.E001"]


@pytest.mark.django_db(transaction=True)
def test_migrate_refuses_such_a_server() -> None:
    name = connection.settings_dict["NAME"]
    variables = production_variables(
        DATABASE_URL=urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        REDIS_URL=os.environ["REDIS_URL"],
    )
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        answer = run_python("manage.py", "migrate", "--plan", variables=variables)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" RESET synchronous_commit')
    assert answer.returncode == 1
    assert "synchronous_commit = off" in answer.stderr
