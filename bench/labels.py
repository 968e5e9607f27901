"""Whether a taxonomy of 300 labels grades as fast as one of ten: both in turn, so that the machine is the same for both."""

import gzip
import http.client
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils import timezone

from annotator.assignments.claiming import claim_next
from annotator.chains.models import Dataset
from bench import made_up
from bench.server import Server, signed_in_headers
from bench.table import Row, percentile
from tests.many_labels import many_labels

FEW = 10
MANY = 300
SAVES = 150
WARM_UP = 20
STEPS = 10


@dataclass(slots=True)
class Desk:
    """An open chain of one person, and how long its saves took."""

    client: http.client.HTTPConnection
    headers: dict[str, str]
    address: str
    labels: int
    revisions: list[int] = field(default_factory=lambda: [0] * STEPS)
    seconds: list[float] = field(default_factory=list)

    def save(self, number: int) -> None:
        """A flawed step with one of the labels, as the page's script sends it."""
        index = number % STEPS
        form = {
            "operation_id": str(uuid.uuid4()),
            "revision": self.revisions[index],
            "verdict": "bad",
            "label.kind": f"label_{number % self.labels}",
            "comment": "",
            "seconds": "3.5",
        }
        began = time.perf_counter()
        status, content = self.ask("POST", f"steps/{index}/", body=urlencode(form))
        self.seconds.append(time.perf_counter() - began)
        assert status == 200, (status, content[-300:])
        self.revisions[index] += 1

    def page_kilobytes(self) -> float:
        """Compressed, with every step graded."""
        status, content = self.ask("GET", "")
        assert status == 200
        return len(gzip.compress(content)) / 1024

    def ask(self, method: str, rest: str, *, body: str | None = None) -> tuple[int, bytes]:
        headers = self.headers if body is not None else {"Cookie": self.headers["Cookie"]}
        self.client.request(method, self.address + rest, body=body, headers=headers)
        answer = self.client.getresponse()
        return answer.status, answer.read()


def measure_labels(server: Server) -> list[Row]:
    chains = made_up.dataset(key="labels")
    made_up.import_made_up(into=chains, chains=5, steps=STEPS)
    return [measure_kind(server, chains=chains, kind=kind) for kind in ("one", "many")]


def measure_kind(server: Server, *, chains: Dataset, kind: str) -> Row:
    few, many = (desk(server, chains=chains, labels=labels, kind=kind) for labels in (FEW, MANY))
    for number in range(WARM_UP + SAVES):
        few.save(number)
        many.save(number)
    medians = [percentile(each.seconds[WARM_UP:], 0.5) for each in (few, many)]
    ratio = medians[1] / medians[0]
    sizes = [each.page_kilobytes() for each in (few, many)]
    return Row(
        name=f"save with {MANY} labels to {FEW}, {kind} of them",
        figure=f"{ratio:.2f}, p50 {medians[1]:.1f} ms, page {sizes[1]:.0f} KB",
        goal="<= 1.15, page <= 30 KB",
        reference=f"with {FEW} labels p50 {medians[0]:.1f} ms, page {sizes[0]:.0f} KB",
        reached=ratio <= 1.15 and sizes[1] <= 30,
    )


def desk(server: Server, *, chains: Dataset, labels: int, kind: str) -> Desk:
    key = f"{kind}-of-{labels}"
    [user] = made_up.people(prefix=key, count=1)
    campaign = made_up.campaign(
        key=key,
        chains=chains,
        annotators=[user],
        overlap=1,
        taxonomy=many_labels(labels, kind=kind, key=f"labels_{kind}_{labels}"),
    )
    assignment = claim_next(campaign=campaign, annotator=user, now=timezone.now(), seed=1)
    assert assignment is not None
    return Desk(
        client=http.client.HTTPConnection("127.0.0.1", server.port),
        headers=signed_in_headers(user),
        address=f"/assignments/{assignment.public_id}/",
        labels=labels,
    )
