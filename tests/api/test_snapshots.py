"""Sealed exports over REST: asked for once, watched, fetched in parts, compared; never more than the token may know."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from annotator.api.models import Token
from annotator.assignments.models import Campaign
from annotator.exports.models import ExportKind, ExportOutcome, ExportRecord, Snapshot
from annotator.exports.snapshots.files import folder_of
from annotator.exports.snapshots.storages import forget_folder, snapshot_storage
from annotator.jobs.models import JobState
from tests.graded import bearer, token_for
from tests.makers import NOW, make_campaign, make_dataset
from tests.racing import all_at_once
from tests.stored_snapshots import keep_snapshots_in, stored_snapshot

pytestmark = pytest.mark.django_db
SNAPSHOTS = "/api/v1/campaigns/pilot/snapshots/"
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def campaign(tmp_path: Path, settings: Settings) -> Campaign:
    keep_snapshots_in(tmp_path, settings=settings)
    return make_campaign()


@pytest.fixture
def headers(campaign: Campaign) -> dict[str, str]:
    return bearer(token_for(campaign))


@pytest.fixture
def sealed(campaign: Campaign) -> Snapshot:
    return stored_snapshot(campaign, {"train.jsonl.zst": CONTENT, "manifest.json": b"{}"})


def file_of(snapshot: Snapshot, name: str = "train.jsonl.zst") -> str:
    return f"/api/v1/snapshots/{snapshot.pk}/files/{name}"


def post(address: str, headers: Mapping[str, str]) -> Any:
    """Without a body, as `curl -X POST` does; the test client's own `post` has one."""
    return Client().generic("POST", address, headers=dict(headers))


def problem(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    return str(answer.json()["detail"])


# --- Asking


def test_asking_gives_a_row_that_waits(client: Client, campaign: Campaign) -> None:
    text = token_for(campaign)
    answer = post(f"{SNAPSHOTS}?format=trl&neutral=drop_chain&coverage=0.9", bearer(text))
    assert answer.status_code == 202
    row = Snapshot.objects.get()
    assert answer.headers["Location"] == f"/api/v1/snapshots/{row.pk}/"
    told = answer.json()
    assert (told["id"], told["state"], told["digest"], told["rows"]) == (row.pk, "queued", None, None)
    assert told["query"] == {"format": "trl", "neutral": "drop_chain"}
    assert told["gate"] == {"coverage": "0.9"}
    assert (told["findings"], told["files"], told["error"]) == ([], [], "")
    assert row.asked_with == Token.objects.get().prefix
    assert client.get(answer.headers["Location"], headers=bearer(text)).json() == told


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("format=xml", "Unknown format"),
        ("formt=trl", "Unknown parameter: formt"),
        ("format=trl&format=orm", "given twice"),
        ("domain=", "domain is empty"),
        ("version=7", "version"),
        ("coverage=2", "coverage is a number from 0 to 1."),
        ("coverage=", "coverage is a number"),
        ("parquet=yes", "parquet is 0 or 1."),
        ("trailer=1", "Unknown parameter: trailer"),
        ("labels=annotator&annotator=nobody", "nobody"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    client: Client, campaign: Campaign, headers: dict[str, str], query: str, words: str
) -> None:
    assert words in problem(post(f"{SNAPSHOTS}?{query}", headers), 422)
    assert not Snapshot.objects.exists()


def test_options_in_a_body_are_not_taken_for_none(
    client: Client, campaign: Campaign, headers: dict[str, str]
) -> None:
    answer = client.post(SNAPSHOTS, {"format": "trl"}, "application/json", headers=headers)
    assert "parameters of the address" in problem(answer, 415)
    assert not Snapshot.objects.exists()


def test_the_same_key_gives_the_same_row(client: Client, campaign: Campaign, headers: dict[str, str]) -> None:
    def ask(key: str | None, query: str = "?format=trl", more: Mapping[str, str] = headers) -> Any:
        keyed = {} if key is None else {"Idempotency-Key": key}
        return post(f"{SNAPSHOTS}{query}", {**more, **keyed})

    first, again, other, none = (ask(key).json()["id"] for key in ("night-1", "night-1", "night-2", None))
    assert first == again
    assert len({first, other, none}) == 3
    assert "another question" in problem(ask("night-1", "?format=orm"), 422)
    # Another token's key is another key.
    assert ask("night-1", more=bearer(token_for(campaign))).json()["id"] != first
    for key in ("", "x" * 201, "\u00e9"):
        assert "Idempotency-Key" in problem(ask(key), 422)
    # Keys live in the cache: emptied, a repetition makes one more, and nothing is lost.
    cache.clear()
    assert ask("night-1").status_code == 202


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_moment_makes_one_row(campaign: Campaign) -> None:
    keyed = {**bearer(token_for(campaign)), "Idempotency-Key": "night"}

    def ask() -> int:
        return int(post(SNAPSHOTS, keyed).json()["id"])

    assert all_at_once([ask] * 6) == [Snapshot.objects.get().pk] * 6


# --- Watching


def test_the_newest_comes_first_page_by_page(
    client: Client, campaign: Campaign, headers: dict[str, str]
) -> None:
    rows = [stored_snapshot(campaign).pk for _ in range(5)]
    stored_snapshot(make_campaign(key="other", dataset=make_dataset("other")))
    first = client.get(f"{SNAPSHOTS}?limit=2", headers=headers).json()
    assert [row["id"] for row in first["snapshots"]] == [rows[4], rows[3]]
    # One more meanwhile neither repeats nor hides a row.
    stored_snapshot(campaign)
    second = client.get(first["next"], headers=headers).json()
    assert [row["id"] for row in second["snapshots"]] == [rows[2], rows[1]]
    last = client.get(second["next"], headers=headers).json()
    assert ([row["id"] for row in last["snapshots"]], last["next"]) == ([rows[0]], None)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "limit=", "cursor=", "cursor=!", "cursor=MTI=", "cursor=eA"]
)
def test_a_page_that_there_is_not_is_refused(
    client: Client, campaign: Campaign, headers: dict[str, str], query: str
) -> None:
    assert query.partition("=")[0] in problem(client.get(f"{SNAPSHOTS}?{query}", headers=headers), 422)


def test_a_sealed_one_tells_its_files(client: Client, sealed: Snapshot, headers: dict[str, str]) -> None:
    told = client.get(f"/api/v1/snapshots/{sealed.pk}/", headers=headers).json()
    assert (told["state"], told["digest"], told["rows"]) == ("done", sealed.digest, 1)
    assert told["files"][0] == {
        "name": "train.jsonl.zst",
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "media_type": "application/octet-stream",
        "url": file_of(sealed),
    }


# --- Fetching


@pytest.mark.django_db(transaction=True)
def test_a_file_is_fetched_whole_and_recorded(
    client: Client, sealed: Snapshot, headers: dict[str, str]
) -> None:
    answer: Any = client.get(file_of(sealed), headers=headers)
    assert answer.status_code == 200
    assert answer.getvalue() == CONTENT
    assert answer.headers["ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()
    record = ExportRecord.objects.get()
    assert (record.kind, record.snapshot, record.file_name) == (ExportKind.FILE, sealed, "train.jsonl.zst")
    assert (record.outcome, record.byte_count) == (ExportOutcome.COMPLETE, len(CONTENT))
    assert record.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert record.asked_with == Token.objects.get().prefix


@pytest.mark.django_db(transaction=True)
def test_a_download_that_was_cut_goes_on_where_it_ended(
    client: Client, sealed: Snapshot, headers: dict[str, str]
) -> None:
    cut: Any = client.get(file_of(sealed), headers=headers)
    cut.close()
    etag = cut.headers["ETag"]
    had = CONTENT[:1000]
    rest: Any = client.get(
        file_of(sealed), headers={**headers, "Range": f"bytes={len(had)}-", "If-Range": etag}
    )
    assert rest.status_code == 206
    whole = had + rest.getvalue()
    rest.close()
    assert hashlib.sha256(whole).hexdigest() == etag.strip('"')
    outcomes = ExportRecord.objects.order_by("pk").values_list("outcome", "byte_count")
    assert list(outcomes) == [("cut", 0), ("complete", len(CONTENT) - 1000)]


def test_what_sends_nothing_is_no_export(client: Client, sealed: Snapshot, headers: dict[str, str]) -> None:
    etag = f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    head = client.head(file_of(sealed), headers=headers)
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(CONTENT)))
    assert client.get(file_of(sealed), headers={**headers, "If-None-Match": etag}).status_code == 304
    answer = client.get(file_of(sealed), headers={**headers, "Range": "bytes=99999999-"})
    assert "before this range" in problem(answer, 416)
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"
    problem(client.get(file_of(sealed), headers={**headers, "If-Match": '"x"'}), 412)
    problem(client.get(file_of(sealed, "nothing"), headers=headers), 404)
    problem(client.get(file_of(sealed, "..%2F..%2Fmanifest.json"), headers=headers), 404)
    assert not ExportRecord.objects.exists()


def test_before_it_is_sealed_there_is_no_file(
    client: Client, campaign: Campaign, headers: dict[str, str]
) -> None:
    waiting = Snapshot.objects.create(campaign=campaign, query={"format": "native"}, requested_at=NOW)
    assert "is queued" in problem(client.get(file_of(waiting), headers=headers), 404)


def test_a_file_that_is_gone_is_said_to_be(client: Client, sealed: Snapshot, headers: dict[str, str]) -> None:
    forget_folder(snapshot_storage(), folder_of(sealed))
    assert "is missing" in problem(client.get(file_of(sealed), headers=headers), 503)


# --- Who may


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ({"votes": "1"}, "votes:read"),
        ({"format": "prm800k"}, "votes:read"),
        ({"labels": "annotator", "annotator": "annotator-1234"}, "votes:read"),
        ({"gold": "1"}, "gold:read"),
    ],
)
def test_what_tells_more_needs_its_own_scope(
    client: Client, campaign: Campaign, query: dict[str, str], scope: str
) -> None:
    told = stored_snapshot(campaign, query=query)
    few = bearer(token_for(campaign, scopes=["export:read"]))
    words = "&".join(f"{name}={text}" for name, text in query.items())
    for answer in (
        client.get(file_of(told, "manifest.json"), headers=few),
        client.get(f"/api/v1/snapshots/{told.pk}/changes/?since={told.pk}", headers=few),
        post(f"{SNAPSHOTS}?{words}", few),
        client.get(f"/api/v1/campaigns/pilot/export/?{words}", headers=few),
    ):
        assert f"lacks the scope {scope}" in problem(answer, 403)
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
    enough = bearer(token_for(campaign, scopes=["export:read", scope]))
    fetched: Any = client.get(file_of(told, "manifest.json"), headers=enough)
    assert fetched.status_code == 200
    fetched.close()


def test_a_token_of_another_campaign_finds_nothing(client: Client, sealed: Snapshot) -> None:
    other = make_campaign(key="other", dataset=make_dataset("other"))
    headers = bearer(token_for(other))
    own = stored_snapshot(other)
    paths = [
        f"/api/v1/snapshots/{sealed.pk}/",
        file_of(sealed),
        f"/api/v1/snapshots/{sealed.pk}/changes/?since={own.pk}",
        SNAPSHOTS,
    ]
    for path in paths:
        problem(client.get(path, headers=headers), 404)
    problem(post(SNAPSHOTS, headers), 404)
    since = client.get(f"/api/v1/snapshots/{own.pk}/changes/?since={sealed.pk}", headers=headers)
    assert "no snapshot that this token reaches" in problem(since, 422)


def test_comparing_wants_two_sealed_ones(
    client: Client, campaign: Campaign, sealed: Snapshot, headers: dict[str, str]
) -> None:
    address = f"/api/v1/snapshots/{sealed.pk}/changes/"
    waiting = Snapshot.objects.create(campaign=campaign, query={"format": "native"}, requested_at=NOW)
    for query, words in (
        ("", "since is the id"),
        ("?since=x", "since is the id"),
        ("?since=99999999", "no snapshot"),
        (f"?since={waiting.pk}", "is queued"),
        (f"?since={sealed.pk}&format=xml", "Unknown format"),
        (f"?since={sealed.pk}", "does not say what its labels were"),
    ):
        assert words in problem(client.get(address + query, headers=headers), 422)
    assert waiting.state == JobState.QUEUED
