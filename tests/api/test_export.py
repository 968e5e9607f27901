"""The export over REST: what the stream says, under the right name, and never more at once than the server bears."""

import json
from typing import Any

import pytest
from django.test import Client

from annotator.api.exports import SEATS
from annotator.assignments.models import Campaign
from annotator.exports.formats import WRITERS
from annotator.exports.streaming import stream
from annotator.exports.styling import StyleAsks
from tests.graded import bearer, graded_campaign, token_for
from tests.makers import line
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/api/v1/campaigns/pilot/export/"


@pytest.fixture
def campaign() -> Campaign:
    return graded_campaign(
        [
            line("p/a", "1", "2", final_answer_correct=True),
            line("q/a", "1", "2", final_answer_correct=False),
        ],
        {
            "canary-ada": {"p/a": ["good", "bad"], "q/a": ["okay", "unsure"]},
            "canary-ben": {"p/a": ["good", "bad"]},
        },
    )


def pull(client: Client, campaign: Campaign, query: str = "") -> Any:
    answer = client.get(ADDRESS + query, headers=bearer(token_for(campaign)))
    assert answer.status_code == 200, answer.content
    return answer


def test_the_door_streams_ndjson_that_nobody_keeps(client: Client, campaign: Campaign) -> None:
    answer = pull(client, campaign)
    assert answer.streaming
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.headers["Cache-Control"] == "no-store"
    content = answer.getvalue()
    assert [json.loads(text)["chain_id"] for text in content.splitlines()] == ["p/a", "q/a"]
    assert b"canary" not in content


def test_each_format_and_trailer_are_asked_for_by_name(client: Client, campaign: Campaign) -> None:
    for format_name in WRITERS:
        for query, with_trailer in (("", False), ("&trailer=0", False), ("&trailer=1", True)):
            expected = b"".join(stream(campaign=campaign, format_name=format_name, with_trailer=with_trailer))
            assert pull(client, campaign, f"?format={format_name}{query}").getvalue() == expected


def test_native_is_meant_when_nothing_is_said(client: Client, campaign: Campaign) -> None:
    assert pull(client, campaign).getvalue() == pull(client, campaign, "?format=native").getvalue()


def test_the_lines_are_those_of_the_format(client: Client, campaign: Campaign) -> None:
    trl = pull(client, campaign, "?format=trl").getvalue().splitlines()
    assert [json.loads(text) for text in trl] == [
        {"prompt": "What is p?", "completions": ["1", "2"], "labels": [True, False]}
    ]
    bench = pull(client, campaign, "?format=processbench&trailer=1").getvalue().splitlines()
    assert json.loads(bench[0])["label"] == 1
    assert json.loads(bench[1])["trailer"]["left_out"] == {"undecided": 1}


def test_a_client_with_any_accept_header_gets_its_lines(client: Client, campaign: Campaign) -> None:
    headers = bearer(token_for(campaign))
    for accept in ("application/x-ndjson", "text/html", "*/*", ";;;"):
        answer = client.get(ADDRESS, headers={**headers, "Accept": accept})
        assert answer.status_code == 200
        assert answer.getvalue().count(b"\n") == 2


def test_more_exports_than_seats_are_told_to_wait(client: Client, campaign: Campaign, settings: Any) -> None:
    running = [pull(client, campaign) for _ in range(settings.EXPORTS_AT_ONCE)]
    headers = bearer(token_for(campaign))
    refused = client.get(ADDRESS, headers=headers)
    assert refused.status_code == 503
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert int(refused.headers["Retry-After"]) > 0
    assert client.head(ADDRESS, headers=headers).status_code == 200
    # Closed unread, closed twice, and read to the end: each gives one seat back.
    running[0].close()
    running[0].close()
    for answer in [pull(client, campaign), *running[1:]]:
        answer.getvalue()
    assert SEATS._value == settings.EXPORTS_AT_ONCE


def test_exports_at_the_same_moment_are_all_answered(
    client: Client, campaign: Campaign, settings: Any
) -> None:
    expected = pull(client, campaign).getvalue()
    headers = bearer(token_for(campaign))

    def one() -> bytes:
        return bytes(Client().get(ADDRESS, headers=headers).getvalue())

    assert all_at_once([one] * settings.EXPORTS_AT_ONCE) == [expected] * settings.EXPORTS_AT_ONCE


def test_only_lucky_or_suspect_chains_are_asked_for_by_name(client: Client, campaign: Campaign) -> None:
    for query, chains in (
        ("?luck=lucky", ["p/a"]),
        ("?luck=suspect", []),
        ("?luck=lucky&version=1", ["p/a"]),
    ):
        content = pull(client, campaign, query).getvalue()
        assert [json.loads(text)["chain_id"] for text in content.splitlines()] == chains


def test_style_and_debiased_labels_are_asked_for_by_name(client: Client, campaign: Campaign) -> None:
    for query, style in (
        ("style=0", StyleAsks()),
        ("style=1", StyleAsks(features=True)),
        ("debias=twins", StyleAsks(debias="twins")),
        ("style=1&debias=twins&format=native&version=1", StyleAsks(features=True, debias="twins")),
    ):
        expected = b"".join(stream(campaign=campaign, format_name="native", with_trailer=True, style=style))
        assert pull(client, campaign, f"?trailer=1&{query}").getvalue() == expected
        first = json.loads(expected.splitlines()[0])
        assert ("style_flags" in first, "style" in first["steps"][0]) == (style.features, style.features)
        assert ("debias" in first["steps"][0]) is (style.debias is not None)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("style=yes", "style is 0 or 1."),
        ("style=1&format=trl", "style is for native alone: trl has no room for it."),
        ("style=1&format=prm800k", "style is for native alone: prm800k has no room for it."),
        ("debias=", "Unknown debias. Choose one of: twins."),
        ("debias=plain", "Unknown debias. Choose one of: twins."),
        (
            "debias=twins&format=processbench",
            "debias is for native alone: processbench has no soft labels.",
        ),
        ("luck=", "Unknown luck. Choose one of: lucky, suspect."),
        ("luck=Lucky", "Unknown luck. Choose one of: lucky, suspect."),
        ("luck=lucky&luck=suspect", "The parameter luck is given twice."),
        (
            "luck=lucky&format=prm800k",
            "luck is not for prm800k, whose lines are what one person said of a chain.",
        ),
    ],
)
def test_an_option_that_there_is_not_is_refused_in_words(
    client: Client, campaign: Campaign, query: str, words: str
) -> None:
    answer = client.get(f"{ADDRESS}?{query}", headers=bearer(token_for(campaign)))
    assert (answer.status_code, answer.json()["detail"]) == (422, words)
