"""The report on style over the API: for tokens that may read reports, by pseudonym, with reasons where nothing is known."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotator.analysis import tasks
from annotator.analysis.models import StyleFlag, StyleReport
from annotator.analysis.style_reports import refreshing
from annotator.analysis.style_reports.answering import resolve
from annotator.assignments.models import Campaign
from tests.graded import bearer, grade_chains, graded_campaign, token_for
from tests.makers import line, make_campaign, make_user
from tests.style_votes import style_campaign

ADDRESS = "/api/v1/campaigns/pilot/style/"
of_one_view = pytest.mark.django_db(transaction=True)


def answer_for(client: Client, campaign: Campaign, query: str = "") -> dict[str, Any]:
    answer = client.get(ADDRESS + query, headers=bearer(token_for(campaign)))
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def compute(campaign: Campaign) -> StyleReport:
    report = refreshing.ask_for_style(campaign=campaign, requested_by=None, now=timezone.now())
    tasks.refresh_style(report_id=report.pk)
    report.refresh_from_db()
    return report


@pytest.mark.django_db
def test_before_the_first_report_there_are_no_figures(client: Client) -> None:
    found = answer_for(client, graded_campaign([line("p/a", "one")], {"ada": {"p/a": ["good"]}}))
    assert (found["figures"], found["flags"], found["computed_from"], found["is_stale"]) == (
        None,
        [],
        None,
        True,
    )
    assert found["taxonomy"]["is_current"]


@of_one_view
def test_the_answer_tells_figures_flags_and_their_history_by_pseudonym(client: Client) -> None:
    campaign = style_campaign(chains=80, plain_share=0.2, bullets_add=0.2, fan_adds=0.3, pairs=40)
    report = compute(campaign)
    flag = StyleFlag.objects.filter(scope="pool").earliest("pk")
    resolve(flag=flag, person=make_user("pilot-rosa"), note="Guidelines changed.", now=timezone.now())
    found = answer_for(client, campaign)
    assert found["figures"] == json.loads(json.dumps(report.figures))
    assert not found["is_stale"]
    assert found["computed_from"]["code_version"] == refreshing.CODE_VERSION
    told = next(one for one in found["flags"] if one["id"] == flag.pk)
    rosa = campaign.memberships.get(user__username="pilot-rosa")
    assert (told["state"], told["note"]) == ("resolved", "Guidelines changed.")
    assert [(event["kind"], event["by"]) for event in told["history"]] == [
        ("opened", None),
        ("resolved", rosa.pseudonym),
    ]
    assert told["evidence"]["estimate"]["feature"] == "bullets"
    names = campaign.members.values_list("username", flat=True)
    assert len(names) == 8
    assert not [name for name in names if name in json.dumps(found)]
    assert not any(key in json.dumps(found) for key in ("username", "user_id", "member_id", "email"))


@of_one_view
def test_whatever_is_not_known_says_why(client: Client) -> None:
    campaign = graded_campaign([line("p/a", "one")], {"ada": {"p/a": ["good"]}})
    compute(campaign)
    figures = answer_for(client, campaign)["figures"]
    for name in ("twins", "plain", "peers", "association"):
        for one in figures[name]:
            assert one["effect"] is None
            assert one["reason"], one


@of_one_view
def test_newer_grades_make_it_stale(client: Client) -> None:
    campaign = graded_campaign([line("p/a", "one"), line("q/a", "two")], {"ada": {"p/a": ["good"]}})
    compute(campaign)
    assert not answer_for(client, campaign)["is_stale"]
    grade_chains(campaign, annotator="ada", words={"q/a": ["good"]})
    assert answer_for(client, campaign)["is_stale"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status"), [("?version=9", 422), ("?feature=bullets", 422), ("?version=1&version=1", 422)]
)
def test_a_question_that_makes_no_sense_is_a_problem_in_words(
    client: Client, query: str, status: int
) -> None:
    campaign = make_campaign()
    answer = client.get(ADDRESS + query, headers=bearer(token_for(campaign)))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["detail"]


@pytest.mark.django_db
def test_only_tokens_that_may_read_reports_get_it(client: Client) -> None:
    campaign = make_campaign()
    for scopes, status in ((["export:read", "import:write"], 403), (["report:read"], 200)):
        answer = client.get(ADDRESS, headers=bearer(token_for(campaign, scopes=scopes)))
        assert answer.status_code == status
    elsewhere = make_campaign(key="other")
    assert client.get(ADDRESS, headers=bearer(token_for(elsewhere))).status_code == 404
