"""Made-up people who grade in a browser's place: they read the page of a chain and post its forms, session, CSRF and all.

What they think of a step they take from its page as it was shown to them, so a list that plain rendering took away
charms nobody.
"""

import http.client
import json
import random
import re
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from itertools import cycle
from typing import Protocol
from urllib.parse import urlencode

STEP = re.compile(
    r'<li class="step[^"]*"\s+data-index="\d+">.*?<div class="prose rendered">(?P<text>.*?)'
    r'<form class="grade[^"]*".*?action="(?P<action>[^"]+)".*?name="revision" value="(?P<revision>\d+)"',
    re.DOTALL,
)
# A step with and without a list, and with and without bold words; those with a list are the worse ones.
WITH_A_LIST = "The boxes, {share} counted, hold\n\n- {apples} {fruit} and\n- {pears} pears in box {box}."
WITHOUT = "The boxes, {share} counted, hold {apples} {fruit} and {pears} pears in box {box}."
WELL, BADLY = "carefully", "hastily"
TAG = re.compile(r"<[^>]+>")
# What is said of flawed steps, one after the other.
ERRORS = ("arithmetic_slip", "sign_error", "unjustified_step", "misread_problem")


@dataclass(frozen=True, slots=True)
class Seen:
    """A step on the page, and where its form goes."""

    words: str
    is_listed: bool
    is_bold: bool
    action: str
    revision: str


@dataclass(frozen=True, slots=True)
class Pool:
    """What all of them think: how likely a step is sound by a word in it, and what a list adds to that."""

    chances: tuple[tuple[str, float], ...]
    for_a_list: float

    def chance(self, seen: Seen) -> float:
        [chance] = [chance for word, chance in self.chances if word in seen.words]
        return chance + self.for_a_list * seen.is_listed


@dataclass
class EvenOpinion:
    """Of one person, as sound as the pool would have it of each kind of step, with hardly any luck in it.

    Independent draws would have one interval in twenty miss what is true. Verdicts that are spread evenly move a figure by
    half as much, while its interval stays as wide.
    """

    pool: Pool
    seed: str
    owed: dict[tuple[float, bool, bool], float] = field(default_factory=dict)

    def finds_sound(self, seen: Seen) -> bool:
        chance = self.pool.chance(seen)
        kind = (chance, seen.is_listed, seen.is_bold)
        start = random.Random(f"{self.seed}/{kind}").random()
        owed = self.owed.get(kind, start) + chance
        self.owed[kind] = owed - (owed >= 1)
        return owed >= 1


class Opinion(Protocol):
    def finds_sound(self, seen: Seen) -> bool: ...


@dataclass
class Grader:
    """One person at one connection; `headers` are those of their signed-in browser."""

    port: int
    headers: dict[str, str]
    opinion: Opinion
    link: http.client.HTTPConnection = field(init=False)
    errors: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.errors = cycle(ERRORS)

    def grade_all(self, *, campaign: str) -> int:
        """Chain after chain until nothing is left; how many steps that were."""
        with closing(self.link):
            place = self.go(f"/campaigns/{campaign}/claim/", {})
            steps = 0
            while place.startswith("/assignments/"):
                for seen in steps_on(self.read(place)):
                    self.save(seen)
                    steps += 1
                place = self.go(f"{place}submit/", {})
            return steps

    def save(self, seen: Seen) -> None:
        said = {"verdict": "great"}
        if not self.opinion.finds_sound(seen):
            said = {"verdict": "bad", "label.error_type": next(self.errors)}
        write = {"operation_id": str(uuid.uuid4()), "revision": seen.revision, "seconds": "6.5"}
        status, _, content = self.ask("POST", seen.action, {**write, **said})
        assert status == 200, (status, content[-300:])

    def go(self, path: str, form: dict[str, str]) -> str:
        """Where the answer leads; the empty path where it leads nowhere."""
        status, headers, content = self.ask("POST", path, form)
        assert status < 400, (status, content[-300:])
        return headers.get("HX-Redirect") or headers.get("Location") or ""

    def read(self, path: str) -> str:
        status, _, content = self.ask("GET", path, None)
        assert status == 200, (status, content[-300:])
        return content

    def ask(
        self, method: str, path: str, form: dict[str, str] | None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        body = None if form is None else urlencode(form)
        self.link.request(method, path, body=body, headers=self.headers)
        answer = self.link.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def steps_on(page: str) -> Iterator[Seen]:
    for found in STEP.finditer(page):
        # Beside what was made of a text, the page may hold it as it came in.
        shown = found["text"].partition('<div class="raw">')[0]
        yield Seen(
            words=unescape(TAG.sub(" ", shown)),
            is_listed="<ul" in shown or "<ol" in shown,
            is_bold="<strong" in shown,
            action=found["action"],
            revision=found["revision"],
        )


def grade_together(graders: Sequence[Grader], *, campaign: str) -> int:
    """All of them at once; how many steps they graded together."""
    with ThreadPoolExecutor(max_workers=len(graders)) as people:
        return sum(people.map(lambda grader: grader.grade_all(campaign=campaign), graders))


def lines(*, chains: int) -> Iterator[bytes]:
    """Chains of four steps, as many with a list as without one, and of each half with bold words."""
    for number in range(chains):
        steps = [
            (WITH_A_LIST if is_listed else WITHOUT).format(
                share=BADLY if is_listed else WELL,
                fruit="**apples**" if is_bold else "apples",
                apples=number + 2,
                pears=3 * number + place,
                box=f"{number}-{place}",
            )
            for place, (is_listed, is_bold) in enumerate(
                [(False, False), (True, False), (False, True), (True, True)]
            )
        ]
        yield json.dumps(
            {
                "problem_id": f"boxes-{number}",
                "problem": f"How many apples and pears are in the boxes {number}-0 to {number}-3?",
                "chain_id": f"boxes-{number}-a",
                "generator": f"model-{number % 3}",
                "steps": steps,
            }
        ).encode()
