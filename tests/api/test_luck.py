"""Lucky and suspect chains over the API: what is told, page by page, and what is refused."""

from typing import Any

import pytest
from django.test import Client

from annotator.analysis.models import AgreementReport
from annotator.assignments.models import Campaign
from tests.graded import bearer, graded_campaign, token_for
from tests.makers import line, make_campaign
from tests.reported import find_lucky, find_suspect, make_report

pytestmark = pytest.mark.django_db
LUCK = "/api/v1/campaigns/pilot/luck/"


@pytest.fixture
def campaign() -> Campaign:
    return graded_campaign(
        [
            line("p/a", "one", "two", "three", final_answer_correct=True, generator="tutor-v2"),
            line("q/a", "four", "five", final_answer_correct=True),
            line("r/a", "six", final_answer_correct=False),
        ],
        {
            "canary-ada": {
                "p/a": ["good", "bad:sign", "good>1"],
                "q/a": ["good", "bad:sign"],
                "r/a": ["good"],
            },
            "canary-ben": {"p/a": ["good", "bad:sign", "good>1"], "q/a": ["good", "good"], "r/a": ["okay"]},
        },
        after_first_error="repair",
    )


@pytest.fixture
def report(campaign: Campaign) -> AgreementReport:
    made = make_report(campaign)
    find_lucky(made, "p/a", basis="consensus")
    find_lucky(made, "q/a", basis="annotator")
    find_suspect(made, "r/a", basis="adjudicated")
    return made


def ask(campaign: Campaign, query: str = "", **more: Any) -> Any:
    headers = bearer(token_for(campaign, **more))
    return Client().get(f"{LUCK}{query}", headers=headers)


def chain_ids(answer: Any) -> list[str]:
    return [chain["chain_id"] for chain in answer.json()["chains"]]


def test_every_chain_is_told_with_its_step_and_what_undoes_it(
    campaign: Campaign, report: AgreementReport
) -> None:
    answer = ask(campaign, scopes=["report:read"]).json()
    assert answer["campaign"] == "pilot"
    assert answer["taxonomy"]["number"] == 1
    assert answer["is_stale"] is False
    assert answer["computed_from"]["revision_count"] == report.revision_count
    assert answer["next"] is None
    assert answer["chains"] == [
        {
            "chain_id": "p/a",
            "problem_id": "p",
            "generator": "tutor-v2",
            "finding": "lucky",
            "basis": "consensus",
            "step_index": 1,
            "repaired_by": [2],
            "first_error_index": 1,
            "first_error_defined": True,
        },
        {
            "chain_id": "q/a",
            "problem_id": "q",
            "generator": "",
            "finding": "lucky",
            "basis": "annotator",
            "step_index": 1,
            "repaired_by": [],
            "first_error_index": None,
            "first_error_defined": True,
        },
        {
            "chain_id": "r/a",
            "problem_id": "r",
            "generator": "",
            "finding": "suspect",
            "basis": "adjudicated",
            "step_index": None,
            "repaired_by": [],
            "first_error_index": None,
            "first_error_defined": True,
        },
    ]


def test_nobody_is_named(campaign: Campaign, report: AgreementReport) -> None:
    text = ask(campaign).content.decode()
    assert "canary" not in text
    assert not any(name in text for name in campaign.memberships.values_list("pseudonym", flat=True))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?finding=lucky", ["p/a", "q/a"]),
        ("?finding=suspect", ["r/a"]),
        ("?basis=consensus", ["p/a"]),
        ("?finding=lucky&basis=adjudicated", []),
    ],
)
def test_the_list_is_narrowed(
    campaign: Campaign, report: AgreementReport, query: str, expected: list[str]
) -> None:
    assert chain_ids(ask(campaign, query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "?finding=",
        "?finding=x",
        "?basis=Consensus",
        "?basis=consensus&basis=annotator",
        "?generator=x",
        "?cursor=",
        "?cursor=-1",
        "?cursor=x",
        "?cursor=٣",
        f"?cursor={2**63}",
        f"?cursor={'9' * 5000}",
        "?version=7",
    ],
)
def test_what_means_nothing_is_refused(campaign: Campaign, report: AgreementReport, query: str) -> None:
    answer = ask(campaign, query)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_before_the_first_report_there_is_no_list_rather_than_an_empty_one(campaign: Campaign) -> None:
    answer = ask(campaign).json()
    assert answer["chains"] is None
    assert answer["computed_from"] is None
    assert answer["is_stale"] is True


def test_where_nothing_was_found_the_list_is_empty(campaign: Campaign) -> None:
    make_report(campaign)
    assert ask(campaign).json()["chains"] == []


def test_pages_follow_each_other_also_over_a_new_report(
    campaign: Campaign, report: AgreementReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.api.luck.CHAINS_AT_ONCE", 2)
    first = ask(campaign)
    assert chain_ids(first) == ["p/a", "q/a"]
    # The rows of the former report go with it, and the chain at which the first page ended is lucky no more.
    report.delete()
    later = make_report(campaign)
    find_lucky(later, "p/a")
    find_suspect(later, "r/a")
    second = ask(campaign, f"?cursor={first.json()['next']}")
    assert chain_ids(second) == ["r/a"]
    assert second.json()["next"] is None


def test_a_page_takes_no_more_questions_to_the_database_than_a_line(
    campaign: Campaign, report: AgreementReport, django_assert_max_num_queries: Any
) -> None:
    headers = bearer(token_for(campaign))
    with django_assert_max_num_queries(14):
        Client().get(LUCK, headers=headers)


@pytest.mark.parametrize(
    ("scope", "status"), [("report:read", 200), ("export:read", 403), ("import:write", 403)]
)
def test_the_token_must_be_able_to_read_reports(campaign: Campaign, scope: str, status: int) -> None:
    assert ask(campaign, scopes=[scope]).status_code == status


def test_a_token_of_another_campaign_finds_nothing(campaign: Campaign, report: AgreementReport) -> None:
    other = make_campaign(key="other")
    assert ask(other).status_code == 404
