import http.client
import time

from django.utils import timezone

from bench import made_up
from bench.server import Server, signed_in_headers
from bench.table import Row, percentile
from taxonomies.loading import load_taxonomy
from taxonomies.models import TaxonomyVersion

LABELS = 300
LOOKS = 10


def measure_big_draft(server: Server) -> Row:
    (researcher,) = made_up.people(prefix="writer", count=1)
    researcher.is_staff = researcher.is_superuser = True
    researcher.save(update_fields=["is_staff", "is_superuser"])
    headers = signed_in_headers(researcher)
    big = seconds_to_open(server, draft(labels=LABELS), headers)
    small = seconds_to_open(server, draft(labels=1), headers)
    p50, reference = percentile(big, 0.5), percentile(small, 0.5)
    return Row(
        name=f"draft of {LABELS} labels in the admin",
        figure=f"p50 {p50:.0f} ms, {p50 / reference:.1f} x",
        goal="<= 2 s",
        reference=f"the same page with one label {reference:.0f} ms",
        reached=p50 <= 2000,
    )


def draft(*, labels: int) -> TaxonomyVersion:
    lines = [
        f"taxonomy: form_{labels}",
        "title: A form",
        "criteria:",
        "  - key: fault",
        "    question: What is wrong?",
        "    labels:",
        *(
            f"      - {{key: fault_{n}, title: Fault {n}, definition: {' '.join(made_up.WORDS)}}}"
            for n in range(labels)
        ),
    ]
    return load_taxonomy(text="\n".join(lines), publish=False, now=timezone.now()).version


def seconds_to_open(server: Server, version: TaxonomyVersion, headers: dict[str, str]) -> list[float]:
    client = http.client.HTTPConnection("127.0.0.1", server.port)
    seconds = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        client.request("GET", f"/admin/taxonomies/taxonomyversion/{version.pk}/change/", headers=headers)
        answer = client.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - began)
        assert answer.status == 200, answer.status
    return seconds
