"""A campaign whose export is too large for any buffer between server and client, with canaries in every name; and its pulls.

`prepare` runs within `manage.py shell` of the servers under test, and prints what the test needs to know as JSON.
"""

import http.client
import json
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
import psycopg
from django.db import connection, transaction

from annotator.accounts.models import User
from bench.exports import ASSIGNMENTS, GRADES
from tests.embedded.running import Run, at_work_in, python_in, wait_for
from tests.graded import token_for
from tests.makers import import_lines, make_campaign, make_dataset, make_user

# Of every person; a test looks for it in whatever the servers have written.
CANARY = "canary"
PEOPLE = ("canaryada", "canaryben")
PROBLEMS = 300
CHAINS_EACH = 2
# Each line of the export has its problem's text, which hardly compresses.
PROBLEM_LENGTH = 50_000
SECONDS = 60.0


def prepare(*, tokens: int) -> None:
    drawn = random.Random(7)
    problems = {f"p{number}": drawn.randbytes(PROBLEM_LENGTH // 2).hex() for number in range(PROBLEMS)}
    lines = [
        json.dumps(
            {
                "problem_id": problem_id,
                "problem": text,
                "chain_id": f"{problem_id}/{number}",
                "generator": "tutor",
                "steps": [f"First {number}.", f"Then {number}.", f"So {number}."],
                "final_answer_correct": True,
            }
        ).encode()
        for problem_id, text in problems.items()
        for number in range(CHAINS_EACH)
    ]
    dataset = make_dataset("faults")
    assert import_lines(dataset, *lines).state == "done"
    for name in PEOPLE:
        make_user(name)
        User.objects.filter(username=name).update(
            first_name=f"{CANARY}first", last_name=f"{CANARY}last", email=f"{name}@{CANARY}.example.org"
        )
    campaign = make_campaign(annotators=PEOPLE, key="faults", dataset=dataset, overlap=2)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ASSIGNMENTS, [campaign.pk])
        cursor.execute(GRADES, [campaign.pk])
    print(json.dumps({"tokens": [token_for(campaign) for _ in range(tokens)]}))


@dataclass
class Pulled:
    """What came of one GET: `is_whole` unless the transfer was cut."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_whole: bool = True

    @property
    def has_trailer(self) -> bool:
        return b'{"trailer":' in self.body


@dataclass
class Exported:
    """The servers with the campaign in them."""

    run: Run
    tokens: list[str]
    # As the keeper publishes it, for a look at the sessions that the servers hold.
    database_url: str = field(repr=False)

    @contextmanager
    def asked(
        self, path: str, *, token: int = 0, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer with its body still to be read; leaving the block hangs up."""
        link = http.client.HTTPConnection("localhost", self.run.port, timeout=SECONDS)
        sent = {"Authorization": f"Bearer {self.tokens[token]}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            link.request(method, f"/api/v1/{path}", body=body, headers=sent)
            with link.getresponse() as answer:
                yield answer
        finally:
            link.close()

    def pull(self, path: str, **more: Any) -> Pulled:
        with self.asked(path, **more) as answer:
            return rest_of(answer)

    def pull_in_time(self, path: str, **more: Any) -> Pulled:
        """The first answer that is not 'later', as a patient client gets it."""
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                pulled = self.pull(path, **more)
            except OSError:
                pulled = Pulled(503, {}, b"", is_whole=False)
            if pulled.status not in (429, 500, 503) or time.monotonic() > deadline:
                return pulled
            time.sleep(0.1)

    def sessions(self) -> list[tuple[str, str]]:
        """State and start of the query of every other session on the database."""
        with psycopg.connect(self.database_url, autocommit=True) as link:
            found = link.execute(
                "SELECT coalesce(state, ''), left(query, 80) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return [(state, query) for state, query in found]

    def told(self, path: str, **more: Any) -> dict[str, Any]:
        """The answer's JSON."""
        found: dict[str, Any] = json.loads(self.pull_in_time(path, **more).body)
        return found

    def asked_for_snapshot(self, *options: str) -> int:
        query = "&".join(options)
        asked = self.told(f"campaigns/faults/snapshots/?{query}", method="POST")
        assert asked.get("state") == "queued", asked
        return int(asked["id"])

    def ended(self, snapshot: int) -> dict[str, Any]:
        """The row once it is done or has failed."""

        def look() -> bool:
            return self.told(f"snapshots/{snapshot}/").get("state") in ("done", "failed")

        assert wait_for(look, seconds=SECONDS), self.told(f"snapshots/{snapshot}/")
        return self.told(f"snapshots/{snapshot}/")

    def take_for_dead(self, snapshot: int) -> None:
        """As if so much time had passed as a worker without a heartbeat is given, and beat had looked."""
        with psycopg.connect(self.database_url, autocommit=True) as link:
            link.execute(
                "UPDATE exports_snapshot SET heartbeat_at = heartbeat_at - interval '1 hour'"
                " WHERE id = %s AND state = 'running'",
                [snapshot],
            )
        code = "from annotator.exports.tasks import queue_waiting_snapshots; queue_waiting_snapshots()"
        done = python_in(self.run.var_dir, code)
        assert done.returncode == 0, done.stderr

    @contextmanager
    def held(self, table: str) -> Iterator[Callable[[], bool]]:
        """Nobody reads the table inside the block; gives whether anybody waits to. The database may end inside it."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.database_url) as link:
            link.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

            def is_wanted() -> bool:
                waiting = "SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
                return link.execute(waiting, [table]).fetchone() is not None

            yield is_wanted

    def files(self) -> set[str]:
        """The names of all files of snapshots, whole or not, but for those of parts."""
        folder = self.run.var_dir / "files" / "snapshots"
        paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
        return {str(path) for path in paths if "parts" not in path.parts}

    def transactions(self) -> list[str]:
        return [query for state, query in self.sessions() if state not in ("", "idle")]

    def outcomes(self) -> dict[str, int]:
        """How many live exports were recorded with each; empty for those that have not ended."""
        with psycopg.connect(self.database_url, autocommit=True) as link:
            found = link.execute(
                "SELECT outcome, count(*) FROM exports_exportrecord WHERE kind = 'live' GROUP BY outcome"
            )
            return dict(found.fetchall())

    def written(self) -> dict[str, bytes]:
        """Every file that the servers have left in their folder, apart from PostgreSQL's and Valkey's own."""
        return {
            str(path.relative_to(self.run.var_dir)): path.read_bytes()
            for folder in ("log", "files", "imports")
            for path in sorted((self.run.var_dir / folder).rglob("*"))
            if path.is_file()
        }


def rest_of(answer: http.client.HTTPResponse) -> Pulled:
    headers = {name.lower(): text for name, text in answer.getheaders()}
    parts: list[bytes] = []
    try:
        while part := answer.read(1 << 20):
            parts.append(part)
    except (http.client.IncompleteRead, OSError):
        return Pulled(answer.status, headers, b"".join(parts), is_whole=False)
    return Pulled(answer.status, headers, b"".join(parts))


def prepared(run: Run, *, tokens: int) -> Exported:
    code = f"from tests.journeys.exported import prepare; prepare(tokens={tokens})"
    done = python_in(run.var_dir, code)
    assert done.returncode == 0, done.stderr
    state = json.loads((run.var_dir / "locks" / "services.json").read_text())
    return Exported(
        run=run,
        tokens=json.loads(done.stdout.splitlines()[-1])["tokens"],
        database_url=state["database_url"],
    )


def kill_worker(run: Run) -> None:
    """As a power cut would, with its children; a new one is started in its place."""
    for process in at_work_in(run.var_dir):
        with suppress(psutil.NoSuchProcess):
            if "celery" in process.cmdline() and "worker" in process.cmdline():
                process.kill()
                process.wait(SECONDS)


def end_database(run: Run) -> None:
    """As `systemctl restart` would: everybody is disconnected; the keeper starts it again."""
    served = next(
        process
        for process in at_work_in(run.var_dir)
        if process.cmdline()[:1] and process.cmdline()[0].endswith("/postgres") and "-D" in process.cmdline()
    )
    served.send_signal(signal.SIGINT)
    served.wait(SECONDS)
