"""A real worker and a real beat, over real PostgreSQL and Redis, through what may go wrong."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from annotator.analysis import refreshing, tasks
from annotator.analysis.models import AgreementReport, ChainConsensus, StepConsensus
from annotator.assignments.models import Campaign
from annotator.celery import app
from annotator.chains.models import Chain, ImportRun
from annotator.chains.tasks import queue_waiting_imports
from annotator.jobs import running
from tests.graded import bearer, grade_chains, graded_campaign, token_for
from tests.makers import line, make_campaign

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SECONDS = 30.0
Found = TypeVar("Found")

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def database_url() -> str:
    """The address of the database of this test run, for other processes."""
    name = connection.settings_dict["NAME"]
    return urllib.parse.urlunsplit(
        urllib.parse.urlsplit(str(settings.DATABASE_URL))._replace(path=f"/{name}")
    )


@contextmanager
def celery(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery process with its own children; all of them are gone at the end of the block."""
    variables = os.environ | {
        "DATABASE_URL": database_url(),
        "REFRESH_SECONDS": "0.5",
        "LOG_LEVEL": "INFO",
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "annotator", *arguments],
            cwd=REPOSITORY,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a power cut would: the process and all its children at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(log: Path) -> Any:
    return celery(
        "worker", "--loglevel", "INFO", "--concurrency", "1", "--without-mingle", "--without-gossip", log=log
    )


def beat(folder: Path) -> Any:
    schedule = str(folder / "schedule")
    return celery("beat", "--loglevel", "INFO", "--schedule", schedule, "--pidfile=", log=folder / "beat.log")


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    deadline = time.monotonic() + SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {SECONDS} s in vain for {what}"
        time.sleep(0.05)
    return found


def flush_redis() -> None:
    with app.connection_for_write() as link:
        link.default_channel.client.flushdb()  # type: ignore[attr-defined]


@contextmanager
def held(table: str) -> Iterator[Callable[[], bool]]:
    """Nobody reads or writes the table inside the block; gives whether anybody waits to."""
    with psycopg.connect(database_url(), autocommit=True) as link, link.transaction(force_rollback=True):
        link.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

        def is_wanted() -> bool:
            waiting = "SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
            return link.execute(waiting, [table]).fetchone() is not None

        yield is_wanted


class Caller:
    """A machine with a token, over HTTP."""

    def __init__(self, address: str, campaign: Campaign) -> None:
        self.address = f"{address}/api/v1/"
        self.headers = bearer(token_for(campaign))

    def call(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        request = urllib.request.Request(self.address + path, data=body, headers=self.headers)
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def import_lines(self, *lines: bytes) -> int:
        queued = self.call("datasets/pilot/imports/", b"\n".join(lines))
        return int(queued["id"])

    def ended_import(self, pk: int) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            run = self.call(f"imports/{pk}/")
            return run if run["state"] in ("done", "failed") else None

        return wait_for(f"the end of import {pk}", look)

    def fresh_agreement(self) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            shown = self.call("campaigns/pilot/agreement/")
            return shown if shown["figures"] and not shown["is_stale"] else None

        return wait_for("a fresh report", look)


def running_report() -> AgreementReport | None:
    return AgreementReport.objects.filter(state="running").first()


def counted(shown: dict[str, Any]) -> dict[str, int]:
    return {name: shown["figures"]["consensus"][name] for name in ("steps", "decided", "ties")}


def let_it_be_taken_for_dead(report: AgreementReport) -> None:
    """As if so much time had passed as a worker without a heartbeat is given."""
    AgreementReport.objects.filter(pk=report.pk).update(
        heartbeat_at=report.requested_at - running.STALE_AFTER
    )


def done(report: AgreementReport) -> bool:
    report.refresh_from_db()
    return report.state == "done"


def test_jobs_are_done_once_whatever_dies_or_is_lost(live_server: LiveServer, tmp_path: Path) -> None:
    flush_redis()
    campaign = make_campaign(annotators=("ada", "ben"), overlap=2)
    caller = Caller(live_server.url, campaign)
    with ExitStack() as stack:
        stack.enter_context(beat(tmp_path))
        first = stack.enter_context(worker(tmp_path / "worker1.log"))

        # An import that was posted is done by the worker, and a bad one says which line.
        done = caller.ended_import(caller.import_lines(line("p/a", "1", "2"), line("q/a", "1")))
        assert (done["state"], done["counts"]["chains_added"]) == ("done", 2)
        failed = caller.ended_import(caller.import_lines(line("r/a", "1"), b"{}"))
        assert (failed["state"], failed["errors"][0]["line"]) == ("failed", 2)
        assert Chain.objects.count() == 2

        # Grades alone, without anybody asking, lead to a report.
        grade_chains(campaign, annotator="ada", words={"p/a": ["good", "bad"]})
        grade_chains(campaign, annotator="ben", words={"p/a": ["good", "bad"]})
        shown = caller.fresh_agreement()
        assert shown["figures"]["verdict"]["percent_agreement"]["value"] == 1.0
        assert counted(shown) == {"steps": 2, "decided": 2, "ties": 0}

        # Redis forgets everything while beat and worker go on.
        flush_redis()
        grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})
        assert caller.fresh_agreement()["figures"]["consensus"]["steps"] == 3

        # The worker dies in the middle of a report, an import waits, and Redis forgets once more.
        before = AgreementReport.objects.count()
        with held("analysis_stepconsensus") as is_wanted:
            grade_chains(campaign, annotator="ben", words={"q/a": ["bad"]})
            report = wait_for("a worker that computes", running_report)
            wait_for("a worker that stores", is_wanted)
            kill(first)
        waiting = caller.import_lines(line("s/a", "1"))
        flush_redis()
        assert StepConsensus.objects.filter(tie=True).count() == 0
        let_it_be_taken_for_dead(report)

        stack.enter_context(worker(tmp_path / "worker2.log"))
        assert counted(caller.fresh_agreement()) == {"steps": 3, "decided": 2, "ties": 1}
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == ("done", 2)
        assert AgreementReport.objects.count() == before + 1
        assert StepConsensus.objects.filter(report=report).count() == 3
        # What beat does every 30 seconds.
        queue_waiting_imports()
        assert caller.ended_import(waiting)["counts"]["chains_added"] == 1
        assert ImportRun.objects.get(pk=waiting).attempt_count == 1


# What the report waits for: the first is read at the end of gathering, the others are written at the end.
@pytest.mark.parametrize(
    "table", ["assignments_goldgrade", "analysis_stepconsensus", "analysis_chainconsensus"]
)
def test_a_report_whose_worker_is_killed_is_done_again_once_with_the_same_figures(
    table: str, tmp_path: Path
) -> None:
    flush_redis()
    campaign = graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1")],
        {"ada": {"p/a": ["good", "bad"], "q/a": ["good"]}, "ben": {"p/a": ["good", "good"], "q/a": ["good"]}},
    )
    report = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    with worker(tmp_path / "worker1.log") as killed:
        with held(table) as is_wanted:
            tasks.refresh_agreement.delay(report_id=report.pk)
            wait_for("a worker that is held up", is_wanted)
            kill(killed)
        report.refresh_from_db()
        assert (report.state, report.attempt_count) == ("running", 1)
        assert report.progress_total == 100, "progress is seen while the work goes on"
        assert StepConsensus.objects.count() == 0
    let_it_be_taken_for_dead(report)
    flush_redis()
    with worker(tmp_path / "worker2.log"):
        tasks.queue_stale_reports()
        wait_for("the report", lambda: done(report))
    assert AgreementReport.objects.get().attempt_count == 2
    assert StepConsensus.objects.filter(report=report).count() == 3
    assert ChainConsensus.objects.filter(report=report).count() == 2
    again = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    tasks.refresh_agreement(report_id=again.pk)
    again.refresh_from_db()
    assert again.figures == report.figures


def test_grades_that_come_while_a_report_is_made_lead_to_a_newer_one_and_never_to_a_mixed_one(
    tmp_path: Path,
) -> None:
    flush_redis()
    campaign = graded_campaign(
        [line("p/a", "1", "2"), line("q/a", "1")], {"ada": {"p/a": ["good", "bad"]}, "ben": {}}
    )
    report = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    with worker(tmp_path / "worker.log"):
        # Read after the grades, in the same view.
        with held("assignments_goldgrade") as is_wanted:
            tasks.refresh_agreement.delay(report_id=report.pk)
            wait_for("a worker that is held up", is_wanted)
            grade_chains(campaign, annotator="ada", words={"q/a": ["bad"]})
            grade_chains(campaign, annotator="ben", words={"p/a": ["bad", "bad"]})
        wait_for("the report", lambda: done(report))
        assert report.figures is not None
        assert report.figures["verdict"]["counts"]["grades"] == 2
        assert report.figures["consensus"]["steps"] == 2
        assert refreshing.is_stale(report, campaign=campaign)
        assert StepConsensus.objects.filter(report=report).count() == 2

        tasks.queue_stale_reports()
        newer = AgreementReport.objects.exclude(pk=report.pk).get()
        wait_for("the newer report", lambda: done(newer))
    assert newer.figures is not None
    assert newer.figures["verdict"]["counts"]["grades"] == 5
    assert not refreshing.is_stale(newer, campaign=campaign)
    assert not StepConsensus.objects.exclude(report=newer).exists()
