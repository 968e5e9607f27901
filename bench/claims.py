import http.client
import time

from django.db import connection

from annotator.assignments.models import Assignment, AssignmentStatus
from bench import made_up
from bench.server import Server, signed_in_headers
from bench.table import Row, percentile

CHAINS = 10_000
CLAIMS = 300


def measure_claims(server: Server) -> Row:
    chains = made_up.dataset(key="claims")
    made_up.import_made_up(into=chains, chains=CHAINS, steps=2)
    annotators = made_up.people(prefix="claimer", count=2)
    campaign = made_up.campaign(key="claims", chains=chains, annotators=annotators, overlap=2)
    client = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = [signed_in_headers(user) for user in annotators]
    seconds = []
    for number in range(CLAIMS):
        began = time.perf_counter()
        client.request("POST", f"/campaigns/{campaign.key}/claim/", headers=headers[number % 2])
        answer = client.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - began)
        assert answer.status in (302, 303), answer.status
        # Out of the way, so that the next claim finds a new chain.
        Assignment.objects.filter(campaign=campaign, status=AssignmentStatus.OPEN).update(
            status=AssignmentStatus.SKIPPED
        )
    inserted = bare_insert_seconds(assignment=Assignment.objects.filter(campaign=campaign).latest("pk"))
    p95 = percentile(seconds, 0.95)
    return Row(
        name=f"claim over HTTP, {CHAINS:,} chains waiting",
        figure=f"p50 {percentile(seconds, 0.5):.1f} ms, p95 {p95:.1f} ms",
        goal="p95 <= 30 ms",
        reference=f"bare INSERT of an assignment p95 {percentile(inserted, 0.95):.1f} ms",
        reached=p95 <= 30,
    )


def bare_insert_seconds(*, assignment: Assignment) -> list[float]:
    columns = "campaign_id, taxonomy_version_id, annotator_id, seat, purpose, claimed_at, expires_at, active_seconds"
    fixed = "finish_reason, finish_note, rendering, rendering_seed, exposure"
    seconds = []
    with connection.cursor() as cursor:
        for number in range(CLAIMS):
            began = time.perf_counter()
            cursor.execute(
                f"INSERT INTO assignments_assignment (public_id, chain_id, status, {columns}, {fixed})"
                f" SELECT gen_random_uuid(), chain_id + %s, 'skipped', {columns}, {fixed}"
                " FROM assignments_assignment WHERE id = %s",
                [number % 100, assignment.pk],
            )
            seconds.append(time.perf_counter() - began)
    return seconds
