"""A campaign that moved: exports under either version, each with its own grades and nothing of the other's."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from annotator.assignments.models import Campaign
from annotator.exports.formats import WRITERS
from annotator.grading.versions import versions_of
from tests.exported import exported
from tests.graded import bearer, graded_campaign, token_for
from tests.makers import line
from tests.moved import moved_by_hand, moved_campaign

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/api/v1/campaigns/pilot/export/"


def written(capsysbinary: pytest.CaptureFixture[bytes], *arguments: str) -> bytes:
    call_command("export", "pilot", *arguments)
    return capsysbinary.readouterr().out


def rows(content: bytes) -> dict[str, dict[str, Any]]:
    return {row["chain_id"]: row for row in map(json.loads, content.splitlines())}


def pulled(client: Client, campaign: Campaign, query: str = "") -> bytes:
    answer: Any = client.get(ADDRESS + query, headers=bearer(token_for(campaign)))
    assert answer.status_code == 200, answer.content
    return bytes(answer.getvalue())


def test_each_version_has_its_own_grades_and_nothing_of_the_other(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    moved_campaign()
    former = rows(written(capsysbinary, "--taxonomy-version", "1"))
    assert {key: [step["verdict"] for step in row["steps"]] for key, row in former.items()} == {
        "p/a": [1, None],
        "q/a": [None],
    }
    assert former["p/a"]["steps"][1]["counts"] == {"good": 1, "okay": 0, "bad": 1}
    assert former["p/a"]["steps"][1]["labels"] == {"error": {"sign": 1}}
    assert {row["taxonomy"]["number"] for row in former.values()} == {1}
    now = rows(written(capsysbinary, "--taxonomy-version", "2"))
    assert list(now) == ["p/a"]
    assert [step["verdict"] for step in now["p/a"]["steps"]] == [-1, 0]
    assert now["p/a"]["steps"][0]["labels"] == {"error": {"logic": 2}, "traits": {"short": 2}}
    assert now["p/a"]["taxonomy"]["number"] == 2
    assert now["p/a"]["taxonomy"]["digest"] != former["p/a"]["taxonomy"]["digest"]


def test_the_former_version_is_exported_as_it_was_before_the_move(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    campaign = graded_campaign(
        [line("p/a", "1", "2", final_answer_correct=True)], {"ada": {"p/a": ["good", "bad"]}}
    )
    before = {name: written(capsysbinary, "--format", name, "--trailer") for name in WRITERS}
    moved_by_hand(campaign)
    assert before == {
        name: written(capsysbinary, "--format", name, "--trailer", "--taxonomy-version", "1")
        for name in WRITERS
    }
    assert written(capsysbinary) == b"", "nothing was graded under version 2 yet"


def test_command_and_door_give_the_same_and_mean_the_current_version(
    client: Client, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    campaign = moved_campaign()
    for version in versions_of(campaign):
        expected = exported(campaign, version=str(version.number))
        assert written(capsysbinary, "--taxonomy-version", str(version.number)) == expected
        assert pulled(client, campaign, f"?version={version.number}") == expected
    assert written(capsysbinary) == pulled(client, campaign) == pulled(client, campaign, "?version=2")


@pytest.mark.parametrize("number", ["0", "3", "-1", "1.0", "one", "9" * 400, "1&version=2", "%00", "%ff"])
def test_a_version_it_never_had_is_refused_with_those_that_there_are(client: Client, number: str) -> None:
    campaign = moved_campaign()
    for address in (ADDRESS, "/api/v1/campaigns/pilot/agreement/"):
        answer = client.get(f"{address}?version={number}", headers=bearer(token_for(campaign)))
        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == "application/problem+json"
        words = answer.json()["detail"]
        assert any(
            reason in words
            for reason in ("It has versions 1 and 2.", "version is a whole number", "is given twice")
        )


@pytest.mark.parametrize("command", ["export", "refresh"])
def test_a_command_refuses_a_version_with_the_same_words(command: str) -> None:
    moved_campaign()
    with pytest.raises(
        CommandError, match=r"never used that version of every_kind\. It has versions 1 and 2\."
    ):
        call_command(command, "pilot", "--taxonomy-version", "7")
