import hashlib
import http.client
import secrets
import threading
import time
from collections.abc import Callable

import psutil
from django.db import connection
from django.utils import timezone

from annotator.api.models import Scope
from annotator.api.tokens import create_token
from annotator.assignments.models import Campaign
from bench import made_up
from bench.server import Server
from bench.table import Row

CHAINS = 100_000
STEPS = 5
# Every chain submitted by both, and one grade in eight flawed.
ASSIGNMENTS = """
INSERT INTO assignments_assignment (public_id, campaign_id, taxonomy_version_id, chain_id, annotator_id, seat, purpose,
    status, claimed_at, expires_at, submitted_at, finish_reason, finish_note, active_seconds, rendering, rendering_seed,
    exposure)
SELECT gen_random_uuid(), k.id, k.taxonomy_version_id, c.id, m.user_id, m.seat, 'work', 'submitted', now(), now(), now(),
    'solution', '', 40, 'styled', 0, '{}'
FROM assignments_campaign k JOIN chains_chain c ON c.dataset_id = k.dataset_id
JOIN (SELECT campaign_id, user_id, row_number() OVER (PARTITION BY campaign_id ORDER BY id) - 1 AS seat
      FROM assignments_membership) m
    ON m.campaign_id = k.id
WHERE k.id = %s
"""
GRADES = """
INSERT INTO grading_grade (campaign_id, taxonomy_version_id, annotator_id, assignment_id, chain_id, step_id, state,
    verdict_id, verdict_criterion_id, comment, flag_reason, human_step, in_bulk, seconds, rendering, revision,
    operation_id, operation_digest, saved_at)
SELECT a.campaign_id, a.taxonomy_version_id, a.annotator_id, a.id, a.chain_id, cs.step_id, 'graded', l.id, v.id, '', '', '', false, 8,
    'styled', 1, gen_random_uuid(), sha256('x'), now()
FROM assignments_assignment a JOIN chains_chainstep cs ON cs.chain_id = a.chain_id
JOIN taxonomies_criterion v ON v.version_id = a.taxonomy_version_id AND v.is_verdict
JOIN taxonomies_label l ON l.criterion_id = v.id
    AND l.value = CASE WHEN (cs.step_id * 7 + a.seat) %% 8 = 0 THEN -1 ELSE 1 END
WHERE a.campaign_id = %s
"""
REFERENCE = """
COPY (
    SELECT json_build_object('problem_id', p.external_id, 'problem', p.text, 'reference_answer', p.reference_answer,
        'chain_id', c.external_id, 'generator', c.generator, 'final_answer', c.final_answer,
        'final_answer_correct', c.final_answer_correct, 'metadata', c.metadata, 'steps', s.steps)
    FROM chains_chain c JOIN chains_problem p ON p.id = c.problem_id
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('index', cs.index, 'text', s.text, 'counts', g.counts) ORDER BY cs.index) steps
        FROM chains_chainstep cs JOIN chains_step s ON s.id = cs.step_id
        CROSS JOIN LATERAL (
            SELECT json_build_object('great', count(*) FILTER (WHERE l.value = 1),
                'okay', count(*) FILTER (WHERE l.value = 0), 'bad', count(*) FILTER (WHERE l.value = -1)) counts
            FROM grading_grade g JOIN taxonomies_label l ON l.id = g.verdict_id
            WHERE g.step_id = cs.step_id AND g.campaign_id = {campaign}
        ) g
        WHERE cs.chain_id = c.id
    ) s
    WHERE c.dataset_id = {dataset} ORDER BY c.id
) TO STDOUT (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')
"""


def measure_export(server: Server) -> list[Row]:
    campaign = graded_campaign()
    made = create_token(
        name="bench",
        campaigns=[campaign],
        scopes=[Scope.EXPORT_READ],
        owner=None,
        prefix=secrets.token_hex(4),
        secret=secrets.token_urlsafe(32),
        expires_at=None,
        now=timezone.now(),
    )
    copied = copy_rate(campaign)
    path = f"/api/v1/campaigns/{campaign.key}/export/"
    pull, again = (Pull(server=server, path=path, token=made.secret) for _ in range(2))
    pull.run()
    again.run()
    grown = pull.peak_bytes - pull.bytes_before
    return [
        Row(
            name=f"export of {CHAINS:,} chains x {STEPS} steps x 2",
            figure=f"{pull.rate:.1f} MB/s of {pull.size / 1e6:.0f} MB",
            goal=">= 20 MB/s, >= 1/2 of COPY",
            reference=f"COPY (json_build_object) {copied:.1f} MB/s, export {pull.rate / copied:.2f} x",
            reached=pull.rate >= 20 and pull.rate >= copied / 2,
        ),
        Row(
            name="its first byte",
            figure=f"{pull.first_byte * 1000:.1f} ms",
            goal="<= 50 ms",
            reference="",
            reached=pull.first_byte <= 0.05,
        ),
        Row(
            name="its growth of the web server's memory",
            figure=f"{grown / 1e6:.0f} MB",
            goal="<= 100 MB",
            reference=f"before {pull.bytes_before / 1e6:.0f} MB",
            reached=grown <= 100e6,
        ),
        Row(
            name="that export again, its bytes",
            figure="the same" if again.sha256 == pull.sha256 else "others",
            goal="the same every time",
            reference=f"{again.rate:.1f} MB/s",
            reached=again.sha256 == pull.sha256,
        ),
    ]


def graded_campaign() -> Campaign:
    chains = made_up.dataset(key="exported")
    made_up.import_made_up(into=chains, chains=CHAINS, steps=STEPS)
    annotators = made_up.people(prefix="exporter", count=2)
    campaign = made_up.campaign(key="exported", chains=chains, annotators=annotators, overlap=2)
    with connection.cursor() as cursor:
        cursor.execute(ASSIGNMENTS, [campaign.pk])
        cursor.execute(GRADES, [campaign.pk])
        cursor.execute("VACUUM ANALYZE")
    return campaign


def copy_rate(campaign: Campaign) -> float:
    """MB/s of the same rows, built by PostgreSQL alone."""
    size = 0
    began = time.perf_counter()
    with connection.cursor() as cursor:
        query = REFERENCE.format(campaign=campaign.pk, dataset=campaign.dataset_id)
        with cursor.copy(query) as copy:
            for part in copy:
                size += len(part)
    return size / 1e6 / (time.perf_counter() - began)


class Pull:
    """One export over HTTP, with the memory of the server's processes watched meanwhile."""

    def __init__(self, *, server: Server, path: str, token: str) -> None:
        self.server = server
        self.path = path
        self.token = token
        self.size = 0
        self.sha256 = ""
        self.first_byte = self.rate = 0.0
        self.bytes_before = self.peak_bytes = self.server_bytes()

    def run(self) -> None:
        done = threading.Event()
        watcher = threading.Thread(target=self.watch, args=(done.is_set,))
        watcher.start()
        client = http.client.HTTPConnection("127.0.0.1", self.server.port)
        headers = {"Authorization": f"Bearer {self.token}"}
        # A server loads much of its code with its first export: here one of nothing.
        client.request("GET", f"{self.path}?changed_since=2100-01-01T00:00:00Z", headers=headers)
        client.getresponse().read()
        began = time.perf_counter()
        client.request("GET", self.path, headers=headers)
        answer = client.getresponse()
        assert answer.status == 200, answer.read()
        first = answer.read(1)
        self.first_byte = time.perf_counter() - began
        digest = hashlib.sha256(first)
        self.size = len(first)
        while part := answer.read(1 << 18):
            self.size += len(part)
            digest.update(part)
        self.sha256 = digest.hexdigest()
        self.rate = self.size / 1e6 / (time.perf_counter() - began)
        done.set()
        watcher.join()

    def watch(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            self.peak_bytes = max(self.peak_bytes, self.server_bytes())
            time.sleep(0.05)

    def server_bytes(self) -> int:
        parent = psutil.Process(self.server.pid)
        return sum(process.memory_info().rss for process in [parent, *parent.children(recursive=True)])
