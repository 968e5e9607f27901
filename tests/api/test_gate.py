"""The gate: 200 where all conditions hold, 409 with every figure and interval where one fails, 422 for nonsense."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from annotator.api.models import Scope
from annotator.assignments.models import Campaign
from annotator.exports.gate.conditions import CONDITIONS, NAMES
from annotator.exports.gate.gathering import NO_REPORT, NO_STYLE_REPORT
from tests.agreement_figures import stored_report, whole_figures
from tests.graded import bearer, grade_chains, graded_campaign, token_for
from tests.makers import line, make_campaign
from tests.style_figures import stored_flag, stored_style, whole_style

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/campaigns/pilot/gate/"
LENIENT = {"alpha_ordinal_low": "0.6", "coverage": "0.95", "min_chains": "2"}


@pytest.fixture
def campaign() -> Campaign:
    """Two chains, both whole, and a report whose ordinal alpha is 0.732 (0.611 to 0.844)."""
    words = {"p/a": ["good"], "q/a": ["good"]}
    campaign = graded_campaign([line("p/a", "1"), line("q/a", "2")], {"ada": words, "ben": words}, overlap=2)
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    return campaign


def asked(client: Client, campaign: Campaign, **conditions: str) -> Any:
    return client.get(ADDRESS, conditions, headers=bearer(token_for(campaign)))


def test_labels_that_are_good_enough_pass(client: Client, campaign: Campaign) -> None:
    answer = asked(client, campaign, **LENIENT)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    told = answer.json()
    assert (told["passed"], told["failed"], told["is_stale"]) == (True, [], False)
    assert told["campaign"] == "pilot"
    assert told["taxonomy"]["is_current"]
    assert [each["condition"] for each in told["conditions"]] == list(LENIENT)
    assert told["conditions"][0] == {
        "condition": "alpha_ordinal_low",
        "threshold": 0.6,
        "figure": 0.7321,
        "low": 0.6112,
        "high": 0.8443,
        "passed": True,
        "reason": None,
        "note": "",
    }
    assert set(told["computed_from"]) == {"agreement"}


def test_labels_that_are_not_are_a_problem_that_names_what_failed(client: Client, campaign: Campaign) -> None:
    answer = asked(client, campaign, **LENIENT, alpha_ordinal="0.8", max_bias_severity="low")
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/problem+json")
    told = answer.json()
    assert (told["type"], told["title"], told["status"]) == ("about:blank", "Conflict", 409)
    assert told["detail"] == "2 of 5 conditions failed: alpha_ordinal, max_bias_severity."
    assert told["failed"] == ["alpha_ordinal", "max_bias_severity"]
    reasons = {each["condition"]: each["reason"] for each in told["conditions"]}
    assert reasons == {
        "alpha_ordinal_low": None,
        "alpha_ordinal": "It is 0.7321, below 0.8.",
        "coverage": None,
        "min_chains": None,
        "max_bias_severity": NO_STYLE_REPORT,
    }
    assert told["computed_from"]["style"] is None


def test_every_condition_can_be_asked_for_at_once(client: Client, campaign: Campaign) -> None:
    lenient = {"severity": "high", "most": "1", "switch": "1"}
    answer = asked(client, campaign, **{each.name: lenient.get(each.kind, "0") for each in CONDITIONS})
    assert [each["condition"] for each in answer.json()["conditions"]] == list(NAMES)


def test_without_any_report_a_gate_on_agreement_fails(client: Client) -> None:
    answer = asked(client, make_campaign(), alpha_ordinal="-1")
    assert answer.status_code == 409
    [found] = answer.json()["conditions"]
    assert (found["figure"], found["reason"]) == (None, NO_REPORT)
    assert answer.json()["computed_from"] == {"agreement": None}


def test_a_standing_flag_of_bias_is_told_with_its_interval_and_nobodys_name(
    client: Client, campaign: Campaign
) -> None:
    stored_flag(stored_style(campaign, figures=whole_style(), now=timezone.now()))
    [found] = asked(client, campaign, max_bias_severity="medium").json()["conditions"]
    assert (found["figure"], found["threshold"], found["passed"]) == ("high", "medium", False)
    assert (found["low"], found["high"]) == (7.1, 15.3)
    assert asked(client, campaign, max_bias_severity="high").status_code == 200


def test_a_stale_report_is_told_and_fails_where_it_must_be_fresh(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(overlap=3)
    campaign.refresh_from_db()
    campaign.members.add(campaign.members.all()[0])
    grade_more(campaign)
    passed = asked(client, campaign, alpha_ordinal="0.6")
    assert (passed.status_code, passed.json()["is_stale"]) == (200, True)
    refused = asked(client, campaign, alpha_ordinal="0.6", fresh="1")
    assert (refused.status_code, refused.json()["failed"]) == (409, ["fresh"])


def grade_more(campaign: Campaign) -> None:
    """Whatever was not graded yet, by somebody new."""
    name = make_campaign(key="another", annotators=["cleo"]).members.get()
    campaign.memberships.create(user=name, role="annotator", pseudonym="calm-yak")
    grade_chains(campaign, annotator="cleo", words={"p/a": ["bad"]})


def test_head_says_the_same_without_a_body(client: Client, campaign: Campaign) -> None:
    headers = bearer(token_for(campaign))
    for threshold, status in (("0.6", 200), ("0.9", 409)):
        answer = client.head(f"{ADDRESS}?alpha_ordinal={threshold}", headers=headers)
        assert (answer.status_code, answer.content) == (status, b"")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Name at least one condition: alpha_ordinal_low"),
        ("version=1", "Name at least one condition"),
        ("fresh=0", "Name at least one condition"),
        ("alpha=0.6", "Unknown parameter: alpha."),
        ("alpha_ordinal=nan", "alpha_ordinal is a number from -1 to 1."),
        ("alpha_ordinal=0.6&alpha_ordinal=0.7", "The parameter alpha_ordinal is given twice."),
        ("alpha_ordinal=0.6&version=7", "never used that version"),
        ("max_bias_severity=awful", "max_bias_severity is one of"),
        ("coverage=%00", "coverage is a number"),
    ],
)
def test_nonsense_is_refused_with_words(client: Client, campaign: Campaign, query: str, words: str) -> None:
    answer = client.get(f"{ADDRESS}?{query}", headers=bearer(token_for(campaign)))
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


def test_a_token_needs_the_scope_for_reports(client: Client, campaign: Campaign) -> None:
    token = token_for(campaign, scopes=[Scope.EXPORT_READ])
    answer = client.get(f"{ADDRESS}?coverage=1", headers=bearer(token))
    assert (answer.status_code, answer.json()["detail"]) == (403, "This token lacks the scope report:read.")


# --- The command


def test_the_command_prints_a_table_and_succeeds(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("gate", "pilot", "--alpha-ordinal-low", "0.6", "--coverage", "0.95")
    assert capsys.readouterr().out.splitlines() == [
        "    condition          threshold  figure  interval",
        "ok  alpha_ordinal_low  0.6        0.7321  0.6112 to 0.8443",
        "ok  coverage           0.95       1       -",
        "All conditions hold: alpha_ordinal_low, coverage.",
    ]


def test_the_command_fails_with_the_reasons_below_the_table(
    campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("gate", "pilot", "--alpha-ordinal", "0.8", "--max-bias-severity", "low", "--fresh")
    assert stopped.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "        condition          threshold  figure     interval",
        "FAILED  alpha_ordinal      0.8        0.7321     0.6112 to 0.8443",
        "FAILED  max_bias_severity  low        not known  -",
        "FAILED  fresh              fresh      not known  -",
        "alpha_ordinal: It is 0.7321, below 0.8.",
        f"max_bias_severity: {NO_STYLE_REPORT}",
        "fresh: There is no report on style yet.",
        "3 of 3 conditions failed: alpha_ordinal, max_bias_severity, fresh.",
    ]


def test_the_command_says_the_same_as_the_api_as_json(
    client: Client, campaign: Campaign, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command(
        "gate", "pilot", "--json", *(f"--{name.replace('_', '-')}={LENIENT[name]}" for name in LENIENT)
    )
    printed = json.loads(capsys.readouterr().out)
    answered = asked(client, campaign, **LENIENT).json()
    assert {name: answered[name] for name in printed if name != "computed_from"} == {
        name: value for name, value in printed.items() if name != "computed_from"
    }
    assert set(answered) - set(printed) == {"campaign", "taxonomy"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pilot"], "at least one condition"),
        (["nowhere", "--coverage", "1"], "no campaign nowhere"),
        (["pilot", "--coverage", "2"], "coverage is a number from 0 to 1"),
        (["pilot", "--coverage", "1", "--coverage", "0.5"], "coverage is given twice"),
        (["pilot", "--coverage", "1", "--taxonomy-version", "9"], "never used that version"),
    ],
)
def test_the_command_refuses_nonsense(campaign: Campaign, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("gate", *arguments)
