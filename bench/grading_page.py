import http.client
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from urllib.parse import urlencode

import orjson
from django.utils import timezone
from playwright.sync_api import Page

from annotator.assignments.claiming import claim_next
from bench import made_up
from bench.browsing import SCROLL, open_page, press_and_wait, signed_in_context, started_browser, weigh
from bench.server import Server, signed_in_headers
from bench.table import Row, percentile
from tests.ten_steps import PROBLEM, made_up_steps, ten_steps

STEPS = 10
LONG_CHAIN = 200
LONG_STEP_CHARACTERS = 20_000
ROUNDS = 8
KEYS = ("1", "2")


@dataclass(frozen=True, slots=True)
class Place:
    """An open chain of one person, and what their browser sends."""

    origin: str
    path: str
    headers: dict[str, str]


def measure_first_view(server: Server) -> Row:
    problem, steps = ten_steps()
    place = place_of(server, key="first-view", problem=problem, steps=steps)
    with started_browser() as browser:
        context = signed_in_context(browser, origin=place.origin, cookies=place.headers["Cookie"])
        view = weigh(context, place.origin + place.path)
    heaviest, size = max(view.bytes_of.items(), key=lambda each: each[1])
    return Row(
        name=f"first view of a {STEPS}-step chain with LaTeX",
        figure=f"{view.kilobytes:.0f} KB, {len(view.asked)} requests",
        goal="<= 150 KB, <= 12 requests",
        reference=f"{heaviest.rsplit('/', 1)[-1]} alone {size / 1000:.0f} KB",
        reached=view.kilobytes <= 150 and len(view.asked) <= 12,
    )


def measure_keys(server: Server) -> Row:
    problem, steps = ten_steps()
    place = place_of(server, key="keys", problem=problem, steps=steps)
    post = poster(server, place_of(server, key="posts", problem=problem, steps=steps))
    posts: list[float] = []
    with pages_of(place) as [page]:
        for turn in range(ROUNDS):
            grade_ten(page, turn=turn, between=lambda: posts.append(post()))
        waits = waits_of(page)
    p50 = percentile(waits, 0.5)
    return Row(
        name="key to saved, real Chromium",
        figure=f"p50 {p50:.1f} ms, p95 {percentile(waits, 0.95):.1f} ms, {len(waits)} keys",
        goal="p50 <= 60 ms",
        reference=f"the POST alone p50 {percentile(posts, 0.5):.1f} ms, p95 {percentile(posts, 0.95):.1f} ms",
        reached=p50 <= 60,
    )


def measure_long_chain(server: Server) -> list[Row]:
    """Against a ten-step chain with steps of the same kind, in turn, so that the machine is the same for both."""
    ten = place_of(server, key="ten", problem=PROBLEM, steps=made_up_steps(STEPS))
    many = place_of(server, key="many", problem=PROBLEM, steps=made_up_steps(LONG_CHAIN))
    long_steps = [
        (f"{step}\n\n" * LONG_STEP_CHARACTERS)[:LONG_STEP_CHARACTERS] for step in made_up_steps(STEPS)
    ]
    long = place_of(server, key="long", problem=PROBLEM, steps=long_steps)
    with pages_of(ten, many, long) as pages:
        for turn in range(ROUNDS):
            for page in pages:
                grade_ten(page, turn=turn)
        p50, many_p50, long_p50 = (percentile(waits_of(page), 0.5) for page in pages)
        frames, many_frames, _ = (percentile(frame_seconds(page), 0.95) for page in pages)
    return [
        ratio_row(
            name=f"key to saved in {LONG_CHAIN} steps to {STEPS}", ms=many_p50, reference=p50, goal=1.5
        ),
        ratio_row(
            name=f"frames of scrolling {LONG_CHAIN} steps to {STEPS}",
            ms=many_frames,
            reference=frames,
            goal=1.5,
        ),
        ratio_row(
            name=f"key to saved, steps of {LONG_STEP_CHARACTERS:,} characters",
            ms=long_p50,
            reference=p50,
            goal=1.5,
        ),
    ]


def ratio_row(*, name: str, ms: float, reference: float, goal: float) -> Row:
    return Row(
        name=name,
        figure=f"{ms / reference:.2f}, {ms:.1f} ms",
        goal=f"<= {goal}",
        reference=f"with {STEPS} steps {reference:.1f} ms",
        reached=ms / reference <= goal,
    )


@contextmanager
def pages_of(*places: Place) -> Iterator[list[Page]]:
    with started_browser() as browser:
        yield [
            open_page(
                signed_in_context(browser, origin=place.origin, cookies=place.headers["Cookie"]),
                place.origin + place.path,
            )
            for place in places
        ]


def grade_ten(page: Page, *, turn: int, between: Callable[[], None] | None = None) -> None:
    """The first ten steps of the page, each by one key, then back to the first."""
    for _ in range(STEPS):
        press_and_wait(page, KEYS[turn % len(KEYS)])
        if between:
            between()
    for _ in range(STEPS):
        page.keyboard.press("k")


def waits_of(page: Page) -> list[float]:
    """Seconds from key to saved, without the first ten, which warm up."""
    return [wait / 1000 for wait in page.evaluate("window.waits")[STEPS:]]


def frame_seconds(page: Page) -> list[float]:
    return [gap / 1000 for gap in page.evaluate(SCROLL)]


def place_of(server: Server, *, key: str, problem: str, steps: list[str]) -> Place:
    chains = made_up.dataset(key=key)
    made_up.import_lines(
        into=chains,
        lines=[
            orjson.dumps({"problem_id": key, "problem": problem, "chain_id": key, "steps": steps}) + b"\n"
        ],
    )
    [user] = made_up.people(prefix=key, count=1)
    campaign = made_up.campaign(key=key, chains=chains, annotators=[user], overlap=1)
    assignment = claim_next(campaign=campaign, annotator=user, now=timezone.now(), seed=1)
    assert assignment is not None
    return Place(
        origin=f"http://127.0.0.1:{server.port}",
        path=f"/assignments/{assignment.public_id}/",
        headers=signed_in_headers(user),
    )


def poster(server: Server, place: Place) -> Callable[[], float]:
    """Saves the first step again and again, over one kept connection; gives the seconds of each."""
    client = http.client.HTTPConnection("127.0.0.1", server.port)
    revisions = count()

    def post() -> float:
        revision = next(revisions)
        form = {
            "operation_id": uuid.uuid4(),
            "revision": revision,
            "verdict": ("great", "okay")[revision % 2],
        }
        began = perf_counter()
        client.request("POST", f"{place.path}steps/0/", body=urlencode(form), headers=place.headers)
        answer = client.getresponse()
        content = answer.read()
        spent = perf_counter() - began
        assert answer.status == 200, (answer.status, content[-300:])
        return spent

    return post
