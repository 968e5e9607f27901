"""`manage.py dev`: everything on one machine, in one terminal."""

import http.client
import signal
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection

from annotator.embedded.collecting import collect, is_collected
from annotator.embedded.crew import Crew, Member
from annotator.embedded.environment import ensure_services, keeper_is_running, uses_embedded_services
from annotator.embedded.places import Places
from annotator.embedded.processes import EmbeddedError
from annotator.embedded.programs import WORKER_VARIABLES, beat_arguments, web_arguments, worker_arguments
from annotator.embedded.schema import is_behind
from annotator.embedded.single_run import HOST, wanted_port, web_address

_LOOK_SECONDS = 0.05
_ANSWER_SECONDS = 60.0


class Command(BaseCommand):
    help = (
        "Run everything on this machine: PostgreSQL and Valkey (unless DATABASE_URL and REDIS_URL are set), web, "
        "worker and beat. Ctrl-C stops all of it; the next start finds the data again. PORT (8000) and VAR_DIR "
        "(var/) move it; WEB_THREADS (4) says how many requests are answered at a time."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        # Said aloud, since a shell starts its background jobs with Ctrl-C ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGHUP, _interrupt)
        places = Places(settings.VAR_DIR)
        try:
            self._prepare_database()
            if settings.STATIC_ROOT is not None and not is_collected(settings.STATIC_ROOT):
                self._say("Compressing the static files ...")
                collect(settings.STATIC_ROOT)
            self._run(places)
        except KeyboardInterrupt:
            pass
        except EmbeddedError as error:
            raise CommandError(str(error)) from error

    def _prepare_database(self) -> None:
        if is_behind():
            self._say("Bringing the database up to date ...")
            call_command("migrate", interactive=False, verbosity=0)
        if "demo" in get_commands():
            call_command("demo", if_empty=True)
        connection.close()
        if connection.pool is not None:  # type: ignore[attr-defined]
            connection.close_pool()  # type: ignore[attr-defined]

    def _run(self, places: Places) -> None:
        places.logs.mkdir(parents=True, exist_ok=True)
        is_embedded = uses_embedded_services(places)
        crew = Crew(say=self._say)
        try:
            crew.start(_web(places))
            self._await_page(crew, places)
            crew.start(_beat(places))
            crew.start(_worker(places))
            while True:
                crew.watch()
                if is_embedded and not keeper_is_running(places):
                    self._say("PostgreSQL and Valkey were ended from outside; they start again.")
                    ensure_services(places)
                time.sleep(_LOOK_SECONDS)
        except KeyboardInterrupt:
            self._say("\nStopping; the data stay. (Ctrl-C again to stop at once.)")
        finally:
            crew.stop()

    def _await_page(self, crew: Crew, places: Places) -> None:
        port = wanted_port()
        deadline = time.monotonic() + _ANSWER_SECONDS
        while (status := _page_status(port)) in (None, http.client.SERVICE_UNAVAILABLE):
            if time.monotonic() > deadline:
                self._say(f"The page does not answer yet; see {places.logs / 'web.log'}.")
                deadline += _ANSWER_SECONDS
            crew.watch()
            time.sleep(_LOOK_SECONDS)
        if status == http.client.INTERNAL_SERVER_ERROR:
            self._say(f"The page answers with an error; see {places.logs / 'web.log'}.")
        self._say(f"Data in {places.var_dir}, logs in {places.logs}")
        self._say(f"Stepmark runs on {web_address(port)} (Ctrl-C stops it, the data stay)")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _web(places: Places) -> Member:
    arguments = web_arguments(host=HOST, port=wanted_port(), processes=1, threads=settings.WEB_THREADS)
    return Member(name="web", arguments=_python(arguments), log=places.logs / "web.log")


def _beat(places: Places) -> Member:
    arguments = beat_arguments(schedule=places.var_dir / "celerybeat-schedule")
    return Member(name="beat", arguments=_python(arguments), log=places.logs / "beat.log")


def _worker(places: Places) -> Member:
    return Member(
        name="worker",
        arguments=_python(worker_arguments(processes=2)),
        log=places.logs / "worker.log",
        variables=WORKER_VARIABLES,
    )


def _python(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", *arguments]


def _page_status(port: int) -> int | None:
    link = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        link.request("GET", "/healthz", headers={"Host": "localhost"})
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
