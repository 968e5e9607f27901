"""The page of one's own figures."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.grading.models import GradeState
from annotator.grading.own_work import DayOfWork
from annotator.web.own_work import CHART_HEIGHT, LEAST_HEIGHT, columns_of, words_of_time
from tests.makers import browser_of, grade, make_assignment, make_campaign, make_chain

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    make_chain("a")
    return make_campaign(annotators=["ada", "ben"])


def words(client: Client, **more: str) -> str:
    return " ".join(unescape(client.get("/own-work/", headers=more).content.decode()).split())


def test_what_is_not_known_is_said_with_its_reason(campaign: Campaign) -> None:
    page = words(browser_of("ada"))
    assert page.count("no step graded yet") == 2
    assert page.count("no time measured yet") == 4
    assert "no step graded on any of them" in page
    assert "0 %" not in page


def test_figures_of_today(campaign: Campaign) -> None:
    assignment = make_assignment(campaign=campaign, now=timezone.now())
    grade(assignment, 0, seconds=90, now=timezone.now())
    grade(assignment, 1, seconds=30, state=GradeState.UNSURE, now=timezone.now())
    page = words(browser_of("ada"))
    assert "<dd> 2 min </dd>" in page
    assert "<dd> 60.0 s </dd>" in page
    assert "<dd> 50.0 % </dd>" in page
    assert '<th scope="row">pilot</th>' in page
    assert "time zone, UTC" in page


def test_others_see_nothing_of_it(campaign: Campaign) -> None:
    grade(make_assignment(campaign=campaign), 0, seconds=90)
    assert '<th scope="row">pilot</th>' not in words(browser_of("ben"))


def test_the_first_page_fetches_the_figures_alone(campaign: Campaign) -> None:
    ada = browser_of("ada")
    assert 'hx-get="/own-work/"' in ada.get("/").content.decode()
    fragment = words(ada, **{"HX-Request": "true"})
    assert fragment.startswith("<section")
    assert "<html" not in fragment
    assert "<html" in words(ada)


def test_the_chart_needs_no_style_attribute(campaign: Campaign) -> None:
    grade(make_assignment(campaign=campaign), 0)
    page = words(browser_of("ada"))
    assert "<rect" in page
    assert "style=" not in page


def test_the_highest_column_fills_the_chart_and_a_small_one_can_be_seen() -> None:
    first = date(2026, 11, 1)
    days = [DayOfWork(day=first + timedelta(days=at), steps=steps) for at, steps in enumerate([1000, 1, 0])]
    heights = [column.height for column in columns_of(days)]
    assert heights == [CHART_HEIGHT, LEAST_HEIGHT, 0]
    assert [column.y + column.height for column in columns_of(days)] == [CHART_HEIGHT] * 3
    assert [column.is_today for column in columns_of(days)] == [False, False, True]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "1 h 0 min"),
        (3660, "1 h 1 min"),
        (360_000, "100 h 0 min"),
    ],
)
def test_times_in_words(seconds: float, said: str) -> None:
    assert words_of_time(seconds) == said
