"""The planner on the agreement page: its table, its answers for other numbers, and what it says where nothing is known."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.figures import FEW_CLUSTERS
from annotator.analysis.models import AgreementReport
from annotator.analysis.planning import NO_SECONDS, half_width_of
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.jobs import running
from annotator.web.campaigns.planner import Planner, planner_of
from tests.graded import graded_campaign
from tests.makers import browser_of, line, make_user

CLUSTERS = 100
# Of one problem's pseudo-values, by overlap.
VARIANCES = {2: 4.0, 3: 3.0, 4: 2.5, 5: 2.0}


def figures(**more: Any) -> dict[str, Any]:
    """200 chains from 100 problems, two graders each; 3 steps of a chain, 12 seconds a step."""
    planning = {
        "status": "sufficient",
        "reason": None,
        "seconds_per_step": 12.0,
        "steps_per_chain": 3.0,
        "alpha": 0.6,
        "chains": 200,
        "overlap": 2,
        "plans": [plan(chains, overlap) for chains in (50, 200, 1_000) for overlap in VARIANCES],
    }
    return {"planning": {**planning, **more}, "verdict": {"counts": {"clusters": CLUSTERS}}}


def plan(chains: int, overlap: int, **more: Any) -> dict[str, Any]:
    found = {
        "chains": chains,
        "overlap": overlap,
        "half_width": half_width_of(VARIANCES[overlap], problems=chains // 2),
        "hours": chains * overlap * 3 * 12 / 3600,
        "reason": None,
    }
    return {**found, **more}


def planned(query: str = "", **more: Any) -> Planner:
    planner = planner_of(figures(**more), query=QueryDict(query))
    assert planner is not None
    return planner


def width(text: str) -> float:
    return float(text.removeprefix("± "))


def test_a_report_of_former_code_has_no_plans() -> None:
    assert planner_of({}, query=QueryDict()) is None
    assert planner_of(None, query=QueryDict()) is None


def test_without_numbers_it_answers_for_the_campaign_as_it_stands() -> None:
    planner = planned()
    assert planner.typed == {"chains": "200", "overlap": "2", "seconds": "12.0"}
    assert planner.answer is not None
    assert width(planner.answer.half_width) == pytest.approx(half_width_of(4.0, problems=100), abs=0.0005)
    assert planner.answer.hours == "4.0"


@pytest.mark.parametrize("overlap", VARIANCES)
def test_numbers_that_are_in_no_table_are_answered_by_the_same_formula(overlap: int) -> None:
    answer = planned(f"chains=420&overlap={overlap}&seconds=30").answer
    assert answer is not None
    expected = half_width_of(VARIANCES[overlap], problems=210)
    assert width(answer.half_width) == pytest.approx(expected, abs=0.0005)
    assert float(answer.hours) == pytest.approx(420 * overlap * 3 * 30 / 3600, abs=0.5)
    assert answer.reasons == []


def test_the_present_stands_out_in_the_table() -> None:
    now = [(row.chains, cell.half_width) for row in planned().rows for cell in row.cells if cell.is_now]
    assert now == [(200, f"± {half_width_of(4.0, problems=100):.3f}")]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("chains=", "chains"),
        ("chains=0", "chains"),
        ("chains=-5", "chains"),
        ("chains=1.5", "chains"),
        ("chains=٣", "chains"),
        ("chains=1000001", "chains"),
        (f"chains={'9' * 5000}", "chains"),
        ("overlap=1", "overlap"),
        ("overlap=x", "overlap"),
        ("seconds=0", "seconds"),
        ("seconds=-1", "seconds"),
        ("seconds=nan", "seconds"),
        ("seconds=inf", "seconds"),
        ("seconds=1e5", "seconds"),
        ("seconds=100000", "seconds"),
        ("seconds=.5", "seconds"),
    ],
)
def test_what_is_no_number_is_refused_beside_its_field(query: str, name: str) -> None:
    planner = planned(query)
    assert set(planner.refused) == {name}
    assert planner.answer is None
    # What was typed stays.
    assert planner.typed[name] == query.partition("=")[2]


def test_nothing_can_be_planned_under_five_problems() -> None:
    planner = planned(reason=FEW_CLUSTERS, plans=[], alpha=None)
    assert planner.reason == "An interval needs at least 5 problems."
    assert planner.answer is None


def test_without_measured_time_the_hours_are_unknown_until_somebody_gives_the_seconds() -> None:
    plans = [plan(200, overlap, hours=None, reason=NO_SECONDS) for overlap in VARIANCES]
    planner = planned(plans=plans, seconds_per_step=None)
    assert planner.answer is not None
    assert planner.answer.hours == ""
    assert planner.answer.reasons == ["No time was measured, so the hours are unknown."]
    assert planner.reasons == ["No time was measured, so the hours are unknown."]
    answer = planned("seconds=12", plans=plans, seconds_per_step=None).answer
    assert answer is not None
    assert answer.hours == "4.0"
    assert answer.reasons == []


def test_an_overlap_that_cannot_be_planned_says_why() -> None:
    why = "Another overlap cannot be planned."
    plans = [
        plan(200, 2),
        *(
            plan(200, overlap, half_width=None, hours=None, reason=f"{why} {NO_SECONDS}")
            for overlap in (3, 4, 5)
        ),
    ]
    answer = planned("overlap=3&seconds=10", plans=plans).answer
    assert answer is not None
    assert answer.half_width == ""
    assert answer.reasons == [why]
    assert answer.hours == "5.0"


def test_too_few_chains_have_no_interval() -> None:
    answer = planned("chains=8").answer
    assert answer is not None
    assert answer.half_width == ""
    assert answer.reasons == ["So few chains come from fewer problems than an interval needs."]


def test_widths_are_shown_with_three_digits() -> None:
    assert all(re.fullmatch(r"± \d\.\d{3}", cell.half_width) for row in planned().rows for cell in row.cells)


def computed(campaign: Campaign) -> None:
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    assert report is not None
    refreshing.refresh_agreement(report=report, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_the_agreement_page_plans_from_its_own_report() -> None:
    names = "pqrstu"
    campaign = graded_campaign(
        [line(f"{name}/a", "one", "two") for name in names],
        {
            "ada": {f"{name}/a": ["good", "bad"] for name in names},
            "ben": {f"{name}/a": ["good", "good" if name in "pq" else "bad"] for name in names},
        },
    )
    add_member(campaign=campaign, user=make_user("rita"), role=Role.REVIEWER)
    computed(campaign)
    browser = browser_of("rita")
    text = browser.get("/campaigns/pilot/agreement/?chains=400&overlap=2&seconds=9").content.decode()
    words = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    assert "With 400 chains and 2 graders each you would know alpha to within ± 0." in words
    assert "That is about 4.0 hours of work" in words
    assert "(now)" in words
    text = browser.get("/campaigns/pilot/agreement/?chains=x").content.decode()
    assert "Give a whole number from 1 to" in text
    assert 'value="x"' in text


@pytest.mark.django_db(transaction=True)
def test_before_there_are_enough_problems_the_page_says_why_it_plans_nothing() -> None:
    campaign = graded_campaign([line("p/a", "one")], {"ada": {"p/a": ["good"]}, "ben": {"p/a": ["bad"]}})
    add_member(campaign=campaign, user=make_user("rita"), role=Role.REVIEWER)
    computed(campaign)
    text = browser_of("rita").get("/campaigns/pilot/agreement/").content.decode()
    part = text[text.index('id="planner"') :]
    assert "null-reason" in part
    assert "<form" not in part
