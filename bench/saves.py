import http.client
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.utils import timezone

from annotator.accounts.models import User
from annotator.assignments.claiming import claim_next
from annotator.assignments.models import Campaign
from bench import made_up
from bench.server import Server, signed_in_headers
from bench.table import Row, percentile

ANNOTATORS = 8
SAVES = 250
WARM_UP = 20
STEPS = 10


def measure_saves(server: Server) -> Row:
    chains = made_up.dataset(key="saves")
    made_up.import_made_up(into=chains, chains=50, steps=STEPS)
    annotators = made_up.people(prefix="grader", count=ANNOTATORS)
    campaign = made_up.campaign(key="saves", chains=chains, annotators=annotators, overlap=ANNOTATORS)
    graders = [grader(server, campaign=campaign, user=user) for user in annotators]
    in_parallel([partial(save_range, save, range(WARM_UP)) for save in graders])
    began = time.perf_counter()
    seconds = in_parallel([partial(save_range, save, range(WARM_UP, WARM_UP + SAVES)) for save in graders])
    rate = ANNOTATORS * SAVES / (time.perf_counter() - began)
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as setting_up:
        setting_up.execute(
            "CREATE TABLE bench_upserts (person int, step int, label int, PRIMARY KEY (person, step))"
        )
    began = time.perf_counter()
    bare = in_parallel([partial(bare_upserts, number) for number in range(ANNOTATORS)])
    bare_rate = ANNOTATORS * SAVES / (time.perf_counter() - began)
    p95 = percentile(seconds, 0.95)
    return Row(
        name=f"save a grade over HTTP, {ANNOTATORS} annotators",
        figure=f"{rate:,.0f}/s, p50 {percentile(seconds, 0.5):.1f} ms, p95 {p95:.1f} ms",
        goal=">= 300/s, p95 <= 40 ms",
        reference=f"single-row upserts {bare_rate:,.0f}/s, p95 {percentile(bare, 0.95):.1f} ms",
        reached=rate >= 300 and p95 <= 40,
    )


def grader(server: Server, *, campaign: Campaign, user: User) -> Callable[[int], float]:
    """Saves grade after grade of one chain, over one kept connection, as the page does; gives the seconds of each."""
    assignment = claim_next(campaign=campaign, annotator=user, now=timezone.now(), seed=1)
    assert assignment is not None
    client = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = signed_in_headers(user)
    revisions = [0] * STEPS

    def save(number: int) -> float:
        index = number % STEPS
        body = urlencode(
            {
                "operation_id": str(uuid.uuid4()),
                "revision": revisions[index],
                "verdict": ("great", "okay")[number % 2],
                "comment": "",
                "seconds": "3.5",
            }
        )
        began = time.perf_counter()
        client.request(
            "POST", f"/assignments/{assignment.public_id}/steps/{index}/", body=body, headers=headers
        )
        answer = client.getresponse()
        content = answer.read()
        spent = time.perf_counter() - began
        assert answer.status == 200, (answer.status, content[-300:])
        revisions[index] += 1
        return spent

    return save


def save_range(save: Callable[[int], float], numbers: range) -> list[float]:
    return [save(number) for number in numbers]


def in_parallel(jobs: list[Callable[[], list[float]]]) -> list[float]:
    """All that the jobs return, each run in a thread of its own."""
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        running = [pool.submit(job) for job in jobs]
        return [second for job in running for second in job.result()]


def bare_upserts(number: int) -> list[float]:
    """One row each, committed each, on a connection of its own: what any server must at least do for a save."""
    seconds = []
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as upserts:
        for turn in range(SAVES):
            began = time.perf_counter()
            upserts.execute(
                "INSERT INTO bench_upserts VALUES (%s, %s, %s)"
                " ON CONFLICT (person, step) DO UPDATE SET label = excluded.label",
                [number, turn % STEPS, turn],
            )
            seconds.append(time.perf_counter() - began)
    return seconds
