"""The campaign of `bench.style_demo`: what its steps look like, who grades them, and what charms whom."""

import random
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import django

django.setup()

import orjson  # noqa: E402 (settings first)
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from playwright.sync_api import Locator, Page, expect  # noqa: E402

from annotator.accounts.models import User  # noqa: E402
from annotator.accounts.people import create_person  # noqa: E402
from annotator.analysis import tasks  # noqa: E402
from annotator.analysis.style_reports.refreshing import ask_for_style  # noqa: E402
from annotator.analysis.twin_candidates import pick_arms  # noqa: E402
from annotator.assignments.campaigns import Policy, create_campaign  # noqa: E402
from annotator.assignments.models import Campaign, Membership, Role  # noqa: E402
from annotator.assignments.studies import confirm_pair, make_study, start_study  # noqa: E402
from bench import made_up  # noqa: E402
from bench.browsing import signed_in_context, started_browser  # noqa: E402
from bench.server import Server, running_server, signed_in_headers  # noqa: E402
from bench.simulated_graders import Grader, Seen, grade_together  # noqa: E402
from taxonomies.loading import load_taxonomy  # noqa: E402

PEOPLE = 8
OVERLAP = 6
STEPS = 5
WIDTH = 1280
# By feature that a study is run on.
PAIRS = {"bullets": 80, "emphasis": 60}
# How much likelier a mark makes *sound*: of everybody, and of one of them besides.
TASTES = {"list": 0.15}
OWN_TASTES = {2: {"hedge": -0.5}}
# Chances of *sound* that annotators would mostly agree on.
SOUND, FLAWED = (0.65, 0.85), (0.05, 0.2)
SHARE_SOUND = 0.55
REMARKS = (
    "So $x = a + b$.",
    "Nothing else grows there.",
    "With $y$ for the share of each, both get the same in the end, as the question wants it.",
    "They leave the rest.",
    "The ladder does not reach any higher, so this is all that there is to be shared between the two of them.",
)
DIGITS = re.compile(r"[0-9]+")


def quality_of(words: str) -> float:
    """How likely a step is sound whatever it looks like: drawn by its numbers, which every rendering keeps."""
    draws = random.Random("".join(DIGITS.findall(words)))
    return draws.uniform(*(SOUND if draws.random() < SHARE_SOUND else FLAWED))


def marks_of(seen: Seen) -> set[str]:
    marks = {"list": seen.is_listed, "bold": seen.is_bold, "hedge": "probably" in seen.words}
    return {name for name, is_there in marks.items() if is_there}


@dataclass
class Charmed:
    """One person, each verdict drawn by itself."""

    number: int
    draws: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draws = random.Random(self.number)

    def finds_sound(self, seen: Seen) -> bool:
        tastes = {**TASTES, **OWN_TASTES.get(self.number, {})}
        charm = sum(tastes.get(mark, 0.0) for mark in marks_of(seen))
        return self.draws.random() < quality_of(seen.words) + charm


def lines(*, chains: int) -> Iterator[bytes]:
    draws = random.Random(1)
    for number in range(chains):
        yield orjson.dumps(
            {
                "problem_id": f"fruit-{number}",
                "problem": f"Ann and Ben share the fruit of {number + 3} trees. How much does each of them get?",
                "chain_id": f"fruit-{number}-a",
                "generator": f"model-{draws.choice('abc')}",
                "steps": [made_up_step(draws, number=number, place=place) for place in range(STEPS)],
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )


def made_up_step(draws: random.Random, *, number: int, place: int) -> str:
    """Lists and hedges stand in worse steps more often, so that votes alone would tell the wrong story."""
    apples, pears = draws.randint(3, 60), draws.randint(3, 60)
    tree = 10 * number + place
    words = f"tree {tree} apples {apples} pears {pears}"
    is_bad = quality_of(words) < SOUND[0]
    fruit = "**apples**" if draws.random() < 0.4 else "apples"
    opening = draws.choice(["From", "I look at", "We count what is on"]) + f" tree {tree}"
    if draws.random() < (0.5 if is_bad else 0.25):
        opening += ", which is probably right"
    items = [f"Ann picks {apples} {fruit}", f"Ben picks {pears} pears"]
    # Some steps say more than others, whatever they look like: else length could not be told from lists.
    ending = "".join(f" {draws.choice(REMARKS)}" for _ in range(draws.choice((0, 0, 1, 2, 3))))
    if draws.random() < (0.6 if is_bad else 0.35):
        listed = "\n".join(f"- {item}" for item in items)
        return f"{opening}:\n\n{listed}" + (f"\n\n{ending.strip()}" if ending else "")
    return f"{opening}: {items[0]}, and {items[1]}.{ending}"


def demo(*, key: str, chains: int) -> User:
    """Who may look at the campaign, which is made unless it is there."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    made = Membership.objects.filter(campaign__key=key, role=Role.RESEARCHER).select_related("user").first()
    return make_demo(key=key, chains=chains) if made is None else made.user


def make_demo(*, key: str, chains: int) -> User:
    """Everything up to the report."""
    password = secrets.token_urlsafe(9)
    reader = create_person(username=f"{key}-researcher", password=password, researcher=True)
    campaign = demo_campaign(key=key, chains=chains, reader=reader)
    with running_server() as server:
        grade_everything(campaign, server=server)
    report = ask_for_style(campaign=campaign, requested_by=reader, now=timezone.now())
    tasks.refresh_style(report_id=report.pk)
    print(f"/campaigns/{key}/style/ is for {reader.username}, whose password is {password}")
    return reader


def demo_campaign(*, key: str, chains: int, reader: User) -> Campaign:
    dataset = made_up.dataset(key=key)
    made_up.import_lines(into=dataset, lines=lines(chains=chains), count=chains)
    preset = settings.BASE_DIR / "taxonomies" / "presets" / "prm800k.yaml"
    reviewer = User.objects.create(username=f"{key}-reviewer")
    campaign = create_campaign(
        key=key,
        title="Whose fruit is it?",
        dataset=dataset,
        taxonomy_version=load_taxonomy(text=preset.read_text(), publish=True, now=timezone.now()).version,
        members={
            Role.ANNOTATOR: made_up.people(prefix=f"{key}-grader-", count=PEOPLE),
            Role.RESEARCHER: [reader],
            Role.REVIEWER: [reviewer],
        },
        policy=Policy(overlap=OVERLAP, after_first_error="continue", plain_share=0.33),
    )
    for feature, pairs in PAIRS.items():
        run_study(campaign, feature=feature, pairs=pairs, planner=reader, reviewer=reviewer)
    return campaign


def run_study(campaign: Campaign, *, feature: str, pairs: int, planner: User, reviewer: User) -> None:
    now = timezone.now()
    arms = pick_arms(campaign=campaign, feature=feature, pairs=pairs, seed=1).arms
    study = make_study(campaign=campaign, feature=feature, arms=arms, person=planner, seed=1, now=now)
    for pair in study.pairs.order_by("pk"):
        confirm_pair(pair=pair, person=reviewer, now=now)
    start_study(study=study, person=planner, now=now)


def grade_everything(campaign: Campaign, *, server: Server) -> None:
    members = campaign.memberships.filter(role=Role.ANNOTATOR).select_related("user").order_by("pk")
    graders = [
        Grader(port=server.port, headers=signed_in_headers(member.user), opinion=Charmed(number))
        for number, member in enumerate(members)
    ]
    print(f"{grade_together(graders, campaign=campaign.key):,} grades of steps")


def take_pictures(*, key: str, reader: User, into: Path) -> None:
    """Of the style page: what it says first, in light and dark, and what the experiments show."""
    with running_server() as server, started_browser() as browser:
        origin = f"http://127.0.0.1:{server.port}"
        context = signed_in_context(browser, origin=origin, cookies=signed_in_headers(reader)["Cookie"])
        page = context.new_page()
        page.goto(f"{origin}/campaigns/{key}/style/")
        plot = page.locator("[data-plot]").first
        plot.scroll_into_view_if_needed()
        expect(plot.locator("svg")).to_be_visible()
        take(page, into / "style.png", until=page.locator(".flag-cards > li").first)
        take(page, into / "style-effects.png", since=page.locator("section:has(> #experiments)"), until=plot)
        page.emulate_media(color_scheme="dark")
        take(page, into / "style-dark.png", until=page.locator(".flag-cards > li").first)


def take(page: Page, path: Path, *, until: Locator, since: Locator | None = None) -> None:
    """As wide as the page, from its top or that of `since` to the end of `until`."""
    page.evaluate("() => document.fonts.ready.then(() => scrollTo(0, 0))")
    top: float = 0 if since is None else since.evaluate("one => one.getBoundingClientRect().top - 24")
    end: float = until.evaluate("one => one.getBoundingClientRect().bottom + 24")
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": top, "width": WIDTH, "height": end - top})
