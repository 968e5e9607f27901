"""Production settings: clean by Django's own check, and refused with words when they are unsafe (SAFETY 12)."""

import pytest

from tests.deploy.production import production_variables, run_python

READ_SETTINGS = "from django.conf import settings; settings.SECRET_KEY"


def test_the_deployment_check_finds_nothing() -> None:
    answer = run_python(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"), variables=production_variables()
    )
    assert answer.returncode == 0, answer.stderr


def test_behind_a_proxy_too() -> None:
    answer = run_python(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        variables=production_variables(BEHIND_PROXY="1"),
    )
    assert answer.returncode == 0, answer.stderr


def test_the_deployment_check_finds_a_short_key() -> None:
    answer = run_python(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        variables=production_variables(SECRET_KEY="short"),
    )
    assert answer.returncode == 1
    assert "security.W009" in answer.stderr


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"DEBUG": "1"}, "DEBUG works only under `manage.py dev`"),
        ({"REDIS_URL": ""}, "Set both DATABASE_URL and REDIS_URL"),
        ({"DATABASE_URL": ""}, "Set both DATABASE_URL and REDIS_URL"),
        ({"DATABASE_URL": "", "REDIS_URL": ""}, "Set both DATABASE_URL and REDIS_URL"),
    ],
    ids=["no key", "DEBUG", "only a database", "only a Redis", "no server"],
)
def test_unsafe_settings_are_refused_with_words(given: dict[str, str], words: str) -> None:
    answer = run_python("-c", READ_SETTINGS, variables=production_variables(**given))
    assert answer.returncode == 1
    assert words in answer.stderr


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL"])
def test_commands_refuse_one_url_without_the_other(missing: str) -> None:
    answer = run_python("manage.py", "migrate", variables=production_variables(**{missing: ""}))
    assert answer.returncode == 1
    assert "Set both DATABASE_URL and REDIS_URL" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_production_cookies_are_for_https_and_out_of_scripts_reach() -> None:
    shown = run_python(
        "-c",
        "from django.conf import settings as s\n"
        "for c in ('SESSION', 'CSRF'):\n"
        "    print(*(getattr(s, f'{c}_COOKIE_{part}') for part in ('SECURE', 'HTTPONLY', 'SAMESITE')))\n"
        "print(s.DEBUG, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS)",
        variables=production_variables(),
    )
    assert shown.stdout.splitlines() == ["True True Lax", "True True Lax", "False True 31536000"], (
        shown.stderr
    )
