"""The export over REST: what the stream says, under the right name, and never more at once than the server bears."""

import json
import zlib
from contextlib import closing
from typing import Any

import pytest
import zstandard
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.test import Client

from annotator.api.models import Token
from annotator.assignments.models import Campaign
from annotator.exports.models import ExportKind, ExportRecord
from annotator.exports.options import FORMATS
from annotator.exports.queries import read_query
from annotator.exports.streaming import stream
from annotator.streams.seats import SEATS
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


def expected_of(campaign: Campaign, *, with_trailer: bool = False, **texts: str) -> bytes:
    return b"".join(stream(campaign=campaign, query=read_query(texts), with_trailer=with_trailer))


def test_each_format_and_trailer_are_asked_for_by_name(client: Client, campaign: Campaign) -> None:
    for format_name in FORMATS:
        for query, with_trailer in (("", False), ("&trailer=0", False), ("&trailer=1", True)):
            expected = expected_of(campaign, with_trailer=with_trailer, format=format_name)
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
    for texts in (
        {"style": "0"},
        {"style": "1"},
        {"debias": "twins"},
        {"style": "1", "debias": "twins", "format": "native", "version": "1"},
    ):
        expected = expected_of(campaign, with_trailer=True, **texts)
        query = "&".join(f"{name}={text}" for name, text in texts.items())
        assert pull(client, campaign, f"?trailer=1&{query}").getvalue() == expected
        first = json.loads(expected.splitlines()[0])
        has_style = texts.get("style") == "1"
        assert ("style_flags" in first, "style" in first["steps"][0]) == (has_style, has_style)
        assert ("debias" in first["steps"][0]) is ("debias" in texts)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("style=yes", "style is 0 or 1."),
        ("style=1&format=trl", "style is for native, not for trl."),
        ("style=1&format=prm800k", "style is for native, not for prm800k."),
        ("debias=", "Unknown debias. Choose one of: twins."),
        ("debias=plain", "Unknown debias. Choose one of: twins."),
        ("debias=twins&format=processbench", "debias is for native, not for processbench."),
        ("luck=", "Unknown luck. Choose one of: lucky, suspect."),
        ("luck=Lucky", "Unknown luck. Choose one of: lucky, suspect."),
        ("luck=lucky&luck=suspect", "The parameter luck is given twice."),
        ("luck=lucky&format=prm800k", "not for prm800k."),
        ("domain=", "domain is empty."),
        ("labels=annotator", "labels=annotator and annotator=PSEUDONYM go together."),
        ("changed_since=yesterday", "changed_since is a time with its zone"),
        ("trailer=yes", "trailer is 0 or 1."),
    ],
)
def test_an_option_that_there_is_not_is_refused_in_words(
    client: Client, campaign: Campaign, query: str, words: str
) -> None:
    answer = client.get(f"{ADDRESS}?{query}", headers=bearer(token_for(campaign)))
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


# --- Compression


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_the_lines_are_compressed_for_who_wants_it(client: Client, campaign: Campaign, encoding: str) -> None:
    plain = pull(client, campaign, "?trailer=1").getvalue()
    headers = {**bearer(token_for(campaign)), "Accept-Encoding": f"{encoding}, identity;q=0.5"}
    answer: Any = client.get(f"{ADDRESS}?trailer=1", headers=headers)
    assert answer.headers["Content-Encoding"] == encoding
    packed = answer.getvalue()
    reader = (
        zlib.decompressobj(wbits=31) if encoding == "gzip" else zstandard.ZstdDecompressor().decompressobj()
    )
    assert reader.decompress(packed) == plain
    assert reader.eof
    head = client.head(ADDRESS, headers=headers)
    assert head.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Accept-Encoding" in head.headers["Vary"]
    plain_headers = client.head(ADDRESS, headers=bearer(token_for(campaign))).headers
    assert "Content-Encoding" not in plain_headers


# --- The record of it


def test_who_took_what_is_recorded_with_its_hash(client: Client, campaign: Campaign) -> None:
    answer = pull(client, campaign, "?format=trl&trailer=1&version=1")
    assert ExportRecord.objects.get().ended_at is None
    trailer = json.loads(answer.getvalue().splitlines()[-1])["trailer"]
    answer.close()
    record = ExportRecord.objects.get()
    assert (record.campaign, record.kind, record.outcome) == (campaign, ExportKind.LIVE, "complete")
    assert (record.row_count, record.sha256) == (trailer["rows"], trailer["sha256"])
    assert record.query == {"format": "trl", "version": "1"}
    assert record.asked_with == Token.objects.get().prefix
    assert record.asked_by is None


def test_an_export_that_nobody_read_to_its_end_was_cut(client: Client, campaign: Campaign) -> None:
    for taken in (0, 1):
        answer = pull(client, campaign)
        chunks = [next(iter(answer.streaming_content)) for _ in range(taken)]
        answer.close()
        answer.close()
        record = ExportRecord.objects.latest("pk")
        assert (record.outcome, record.sha256) == ("cut", "")
        assert record.byte_count == sum(len(chunk) for chunk in chunks)


def test_what_is_refused_or_only_asked_about_is_no_export(client: Client, campaign: Campaign) -> None:
    headers = bearer(token_for(campaign))
    assert client.head(ADDRESS, headers=headers).status_code == 200
    assert client.get(f"{ADDRESS}?format=xml", headers=headers).status_code == 422
    few = bearer(token_for(campaign, scopes=["export:read"]))
    assert client.get(f"{ADDRESS}?votes=1", headers=few).status_code == 403
    assert not ExportRecord.objects.exists()


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_an_export_that_fails_shows_it_in_its_last_line(
    client: Client, campaign: Campaign, encoding: str
) -> None:
    """The connection is ended by the database in the middle, as a restart of it would."""
    headers = {**bearer(token_for(campaign)), "Accept-Encoding": encoding}
    answer: Any = client.get(ADDRESS, headers=headers)
    chunks = iter(answer.streaming_content)
    got = next(chunks)
    with closing(connection.copy()) as side, side.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
    got += next(chunks)
    with pytest.raises(OperationalError):
        next(chunks)
    answer.close()
    lines = unpacked(got, encoding=encoding).splitlines()
    assert json.loads(lines[0])["chain_id"] == "p/a"
    assert b"broken_off" in lines[-1]
    with pytest.raises(json.JSONDecodeError):
        json.loads(lines[-1])
    assert ExportRecord.objects.get().outcome == "failed"
    assert SEATS._value == django_settings.EXPORTS_AT_ONCE


def unpacked(packed: bytes, *, encoding: str) -> bytes:
    if encoding == "gzip":
        return zlib.decompressobj(wbits=31).decompress(packed)
    return zstandard.ZstdDecompressor().decompressobj().decompress(packed) if encoding == "zstd" else packed
