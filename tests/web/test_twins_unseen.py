"""An annotator cannot tell whether a study of twins runs, nor where.

The same people do the same work in the same world three times: to warm caches up, without a study, and with one. Every
answer they get is compared: once the text that they were drawn stands in place of the stored one, the bytes are the same.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotator.assignments.models import Campaign, TwinDraw, TwinPair
from annotator.chains.models import Chain, Dataset
from annotator.grading.models import Grade
from annotator.web.grading.paper import exact
from annotator.web.rendering import render_texts
from tests.access import ACCESS, ANNOTATOR
from tests.makers import (
    EVERY_KIND,
    WHOLE_CHAIN,
    browser_of,
    import_lines,
    line,
    make_campaign,
    make_dataset,
    make_version,
)
from tests.moving import move, next_version
from tests.test_house import address
from tests.twins import make_twin, step_at

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
# What stands in the chains and, by its place, what a study shows instead to some.
LINES = [
    line("q/a", "Alpha", "Sodann **beta** folgt", "Gamma & Co", reference_answer="42", final_answer="41"),
    line("q/b", "Alpha", "Sodann **beta** folgt", "Delta"),
    line("q/c", "Omega\r\n\r\n1. eins", "Psi"),
]
TWINS = {("q/a", 1): "- Sodann\n- beta folgt", ("q/a", 2): "Gamma! & Co", ("q/c", 0): "# Omega\n\n1. eins"}
# Every answer has others of its own.
RANDOM = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # public ids
    r"|(?<=csrfmiddlewaretoken\" value=\")\w{64}|(?<=\"X-CSRFToken\": \")\w{64}"
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]+Z?|\d{1,2}:\d\d(:\d\d)?")
TRACES = re.compile(r"twin|experiment|\b(stud(y|ies)|arms?|paired|rendering)\b", re.IGNORECASE)
PEOPLE = ("ada", "ben")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request was answered with; `asked` names it without anything random."""

    asked: str
    status: int
    headers: dict[str, str]
    content: str
    queries: int

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")


@dataclass(slots=True)
class Walk:
    """One person's requests, written down."""

    name: str
    browser: Client
    answers: list[Answer] = field(default_factory=list)
    operations: Iterator[int] = field(default_factory=lambda: count(1))

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None, *, htmx: bool = False) -> Any:
        with CaptureQueriesContext(connection) as queries:
            answer = self.browser.generic(
                method,
                path,
                "&".join(f"{name}={value}" for name, value in (form or {}).items()),
                content_type="application/x-www-form-urlencoded",
                headers=HTMX if htmx else {},
            )
        cookies = ",".join(sorted(f"{key}:{cookie['max-age']}" for key, cookie in answer.cookies.items()))
        self.answers.append(
            Answer(
                asked=f"{self.name} {method} {path} {form or ''} {'htmx' if htmx else ''}",
                status=answer.status_code,
                headers={**answer.headers, "Set-Cookie": cookies},
                content=answer.getvalue().decode(),
                queries=len(queries),
            )
        )
        return answer

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def save(self, base: str, rest: str, *, htmx: bool = True, **fields: str) -> Any:
        """One key press; its operation has the same id in every world."""
        operation = uuid.uuid5(uuid.NAMESPACE_OID, f"{self.name} {next(self.operations)}")
        usual = {"operation_id": str(operation), "revision": "0", "seconds": "2.5"}
        form = {name.replace("__", "."): value for name, value in {**usual, **fields}.items()}
        return self.ask("POST", f"{base}{rest}", form, htmx=htmx)


@dataclass(frozen=True, slots=True)
class World:
    """What stands before anybody works: three campaigns over the same chains."""

    dataset: Dataset
    styled: Campaign
    stepwise: Campaign
    plain: Campaign


@pytest.fixture
def world() -> World:
    dataset = make_dataset()
    assert import_lines(dataset, *LINES).state == "done"
    version = make_version(EVERY_KIND)
    usual: dict[str, Any] = {"dataset": dataset, "annotators": PEOPLE, "overlap": 2}
    return World(
        dataset=dataset,
        styled=make_campaign(key="pilot", version=version, after_first_error="repair", **usual),
        stepwise=make_campaign(
            key="stepwise",
            version=make_version(WHOLE_CHAIN),
            reveal="stepwise",
            alternatives="written",
            after_first_error="continue",
            **usual,
        ),
        plain=make_campaign(key="plain", version=version, plain_share=1.0, **usual),
    )


def chain(dataset: Dataset, chain_id: str) -> Chain:
    return dataset.chains.get(external_id=chain_id)


def begin_study(world: World) -> list[TwinPair]:
    return [
        make_twin(world.styled, step_at(chain(world.dataset, chain_id), index), text)
        for (chain_id, index), text in TWINS.items()
    ]


def walked(
    world: World, *, has_study: bool, people: tuple[str, ...] = PEOPLE
) -> tuple[list[Answer], dict[str, dict[int, bool]]]:
    """Everything that they were answered, and which arms they were drawn. The world is as before, then."""
    cache.clear()
    drawn: dict[str, dict[int, bool]] = {name: {} for name in PEOPLE}
    with transaction.atomic():
        pairs = begin_study(world) if has_study else []
        walks = [Walk(name, browser_of(name)) for name in people]
        bases = [work(walk, world=world, pairs=pairs) for walk in walks]
        move(world.styled, next_version(world.styled.taxonomy_version))
        for walk, base in zip(walks, bases, strict=True):
            after_the_move(walk, base=base, world=world, pairs=pairs)
        for draw in TwinDraw.objects.select_related("annotator"):
            drawn[draw.annotator.username][draw.step_id] = draw.is_twin
        transaction.set_rollback(True)
    world.styled.refresh_from_db()
    return [answer for walk in walks for answer in walk.answers], drawn


def work(walk: Walk, *, world: World, pairs: list[TwinPair]) -> str:
    """Grades in all three campaigns; the address of the first chain."""
    walk.get("/")
    base = claimed(walk, world.styled)
    sweep(walk, base=base, world=world, pairs=pairs, is_thorough=walk.name == PEOPLE[0])
    walk.get(base)
    walk.save(base, "steps/0/", verdict="good")
    walk.save(base, "steps/1/", verdict="good", htmx=False)
    # Another tab, a wrong form, a step that is not there; then undo, and at last a fault with its kind.
    walk.save(base, "steps/1/", verdict="bad", label__error="sign")
    walk.save(base, "steps/1/", verdict="?", revision="1", odd="field")
    walk.save(base, "steps/9/", verdict="good")
    walk.save(base, "steps/1/", verdict="", revision="1")
    walk.save(base, "steps/1/", verdict="bad", revision="2", label__error="sign", flag_reason="odd")
    walk.save(base, "steps/2/", verdict="good", repairs="1", comment="mended")
    for index in range(3):
        walk.get(f"{base}steps/{index}/", htmx=True)
    walk.get(base)
    following = walk.ask("POST", f"{base}submit/")
    second = following["Location"]
    walk.get(second)
    walk.get(base)
    walk.ask("POST", f"{base}reopen/", htmx=True)
    walk.get(base)
    walk.ask("POST", f"{base}submit/", htmx=True)
    walk.get("/")
    walk.get("/own-work/")
    third = claimed(walk, world.styled)
    walk.save(third, "steps/2/", verdict="okay")
    walk.ask("POST", f"{third}submit/", {"unfinished": "give_up", "note": "long"})
    last = claimed(walk, world.styled)
    walk.get(last)
    walk.save(last, "steps/0/", verdict="good")
    step_by_step(walk, world=world)
    plainly = claimed(walk, world.plain)
    walk.get(plainly)
    walk.save(plainly, "steps/1/", verdict="good")
    walk.get("/own-work/")
    return base


def step_by_step(walk: Walk, *, world: World) -> None:
    """Each next step comes with the answer to a grade; others stand beside it."""
    base = claimed(walk, world.stepwise)
    walk.get(base)
    for index in range(3):
        walk.save(base, f"steps/{index}/", verdict="bad")
        walk.save(f"{base}steps/{index}/", "alternatives/1/", verdict="good")
    walk.save(base, "whole/", label__approach="sound")
    walk.ask("POST", f"{base}reference/", htmx=True)
    walk.get(base)


def after_the_move(walk: Walk, *, base: str, world: World, pairs: list[TwinPair]) -> None:
    walk.get("/")
    walk.get(base)
    again = claimed(walk, world.styled)
    walk.get(again)
    walk.save(again, "steps/1/", verdict="bad", revision="1", label__error="lost")
    walk.save(base, "steps/1/", verdict="good", revision="3")
    sweep(walk, base=again, world=world, pairs=pairs)
    walk.get("/own-work/")


def claimed(walk: Walk, campaign: Campaign) -> str:
    answer = walk.ask("POST", f"/campaigns/{campaign.key}/claim/")
    assert answer.status_code == 302, answer.content
    location: str = answer["Location"]
    return location


def sweep(walk: Walk, *, base: str, world: World, pairs: list[TwinPair], is_thorough: bool = False) -> None:
    """Every address of the table that annotators may open; thorough: also those that they may only try."""
    step = step_at(chain(world.dataset, "q/a"), 1)
    known = {
        "key": world.styled.key,
        "public_id": base.split("/")[2],
        "index": 1,
        "step_id": step.pk,
        # A pair is looked for by its id where there is one.
        "study_id": pairs[0].study_id if pairs else 7,
        "pair_id": pairs[0].pk if pairs else 7,
        "pseudonym": world.styled.memberships.get(user__username=walk.name).pseudonym,
        "flag_id": 7,
    }
    for route in sorted(ACCESS):
        if route == "accounts/logout/":
            continue
        is_theirs = ANNOTATOR in ACCESS[route]
        of_taxonomy = {"key": world.styled.taxonomy_version.taxonomy.key}
        path = address(route, **{**known, **(of_taxonomy if route.startswith("taxonomies") else {})})
        if is_theirs or is_thorough:
            walk.get(path)
        if is_theirs:
            walk.get(path, htmx=True)
            walk.ask("POST", path, htmx=True)
        if is_theirs and is_thorough:
            walk.ask("POST", path)
            walk.ask("HEAD", path)


def with_stored(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """What was answered, with the stored text in place of its twin wherever it stands, in any of its forms."""
    for twin, stored in pairs:
        for of_twin, of_stored in zip(forms_of(twin), forms_of(stored), strict=True):
            text = text.replace(of_twin, of_stored)
    return text


def forms_of(text: str) -> list[str]:
    return [render_texts([text])[0], render_texts([text], plain=True)[0], exact(text)]


def without_chance(text: str, *, known: dict[str, str]) -> str:
    """Random ids and tokens by the order in which they first came, so that the same one stays the same one."""
    text = RANDOM.sub(lambda found: known.setdefault(found[0], f"<{len(known)}>"), text)
    return MOMENT.sub("<moment>", text)


@pytest.fixture
def texts(world: World) -> list[tuple[str, str]]:
    return [
        (text, step_at(chain(world.dataset, chain_id), index).text)
        for (chain_id, index), text in TWINS.items()
    ]


def test_no_answer_to_an_annotator_tells_that_a_study_runs(
    world: World, texts: list[tuple[str, str]]
) -> None:
    walked(world, has_study=False, people=PEOPLE[:1])
    without, _ = walked(world, has_study=False)
    within, drawn = walked(world, has_study=True)
    assert_both_arms_were_read(within, drawn=drawn, texts=texts)
    assert_alike(without, within, texts=texts)
    assert_nobody_saw_the_other_arm(within, drawn=drawn, world=world, texts=texts)
    assert_no_word_of_it(within)
    assert_no_script_knows(within)


def assert_alike(without: list[Answer], within: list[Answer], *, texts: list[tuple[str, str]]) -> None:
    assert len(within) == len(without)
    known: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for one, other in zip(without, within, strict=True):
        shown = with_stored(other.content, texts)
        asked = without_pair(without_chance(other.asked, known=known[1]))
        assert without_chance(one.asked, known=known[0]) == asked
        assert one.status == other.status, asked
        assert without_chance(one.content, known=known[0]) == without_chance(shown, known=known[1]), asked
        assert len(one.content) == len(shown), asked
        assert headers_of(one, known=known[0]) == headers_of(other, known=known[1]), asked
        assert one.queries == other.queries, asked


def without_pair(asked: str) -> str:
    """The ids of a study and its pair, that only one who knows them can try, as the made-up ones."""
    return re.sub(r"/twins/\d+/", "/twins/7/", re.sub(r"/pairs/\d+/", "/pairs/7/", asked))


def headers_of(answer: Answer, *, known: dict[str, str]) -> list[tuple[str, str]]:
    """In their order. The length is that of the text, which was compared."""
    return [
        (name, without_chance(value, known=known))
        for name, value in answer.headers.items()
        if name != "Content-Length"
    ]


def assert_both_arms_were_read(
    answers: list[Answer], *, drawn: dict[str, dict[int, bool]], texts: list[tuple[str, str]]
) -> None:
    """Or the test says nothing: of each pair that both were drawn, one read the twin and one the stored text."""
    assert set(drawn["ada"]) == set(drawn["ben"])
    assert len(drawn["ada"]) == len(texts)
    assert all(drawn["ada"][step] != drawn["ben"][step] for step in drawn["ada"])
    for twin, _ in texts:
        assert any(forms_of(twin)[0] in answer.content for answer in answers), twin


def assert_nobody_saw_the_other_arm(
    answers: list[Answer], *, drawn: dict[str, dict[int, bool]], world: World, texts: list[tuple[str, str]]
) -> None:
    steps = [step_at(chain(world.dataset, chain_id), index).pk for chain_id, index in TWINS]
    for name in PEOPLE:
        everything = "\n".join(answer.content for answer in answers if answer.asked.startswith(f"{name} "))
        for step, (twin, stored) in zip(steps, texts, strict=True):
            other = stored if drawn[name][step] else twin
            # As rendered and as exact text: plainly, both arms may read alike.
            assert not [form for form in forms_of(other)[::2] if form in everything], (name, other)


def assert_no_word_of_it(answers: list[Answer]) -> None:
    for answer in answers:
        if "/twins/" in answer.asked:
            # Its address is said back to who made it up.
            continue
        told = TRACES if "/assignments/" in answer.asked else re.compile("twin", re.IGNORECASE)
        found = told.search(answer.content) or TRACES.search(str(answer.headers))
        assert found is None, (answer.asked, found)


def assert_no_script_knows(answers: list[Answer]) -> None:
    loaded = {
        name
        for answer in answers
        for name in re.findall(r"/static/([\w./-]+?)(?:\.[0-9a-f]{12})?\.js\b", answer.content)
    }
    found = [finders.find(f"{name}.js") for name in sorted(loaded)]
    assert any(found)
    for script in filter(None, found):
        assert "twin" not in Path(script).read_text().lower(), script


def test_the_grades_tell_it_apart_all_the_same(world: World) -> None:
    """So that what the pages hide is not lost."""
    with transaction.atomic():
        begin_study(world)
        walk = Walk("ada", browser_of("ada"))
        base = claimed(walk, world.styled)
        walk.save(base, "steps/1/", verdict="good")
        step = step_at(chain(world.dataset, "q/a"), 1)
        is_twin = TwinDraw.objects.get(step=step).is_twin
        assert Grade.objects.get(step=step).rendering == ("twin" if is_twin else "styled")
