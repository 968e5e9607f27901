"""Imports over REST: the body waits on disk, once; the worker does it; its end is told by line."""

import hashlib
import http.client
import io
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from annotator.api.models import Scope
from annotator.assignments.models import Campaign
from annotator.chains import tasks
from annotator.chains.models import Chain, ImportRun
from tests.graded import bearer, token_for
from tests.makers import line, make_campaign, make_dataset
from tests.racing import all_at_once
from tests.samples import sample

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/datasets/pilot/imports/"
LINES = line("p/a", "one", "two") + b"\n" + line("q/a", "one") + b"\n"


@pytest.fixture(autouse=True)
def uploads(settings: Settings, tmp_path: Path) -> Path:
    settings.IMPORT_DIR = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def headers(campaign: Campaign) -> dict[str, str]:
    return bearer(token_for(campaign, scopes=[Scope.IMPORT_WRITE]))


def post(client: Client, body: bytes, headers: dict[str, str], query: str = "") -> Any:
    return client.post(ADDRESS + query, body, "application/x-ndjson", headers=headers)


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def work_off(client: Client, answer: Any, headers: dict[str, str]) -> dict[str, Any]:
    """What the address of the run says after the worker was there."""
    tasks.run_import(import_run_id=answer.json()["id"])
    shown: dict[str, Any] = client.get(answer.headers["Location"], headers=headers).json()
    return shown


def test_a_body_waits_on_disk_until_a_worker_takes_it(
    client: Client, headers: dict[str, str], uploads: Path
) -> None:
    answer = post(client, LINES, headers)
    assert answer.status_code == 202
    queued = answer.json()
    assert (queued["state"], queued["dataset"], queued["format"]) == ("queued", "pilot", "native")
    assert queued["sha256"] == hashlib.sha256(LINES).hexdigest()
    [file] = files_in(uploads)
    assert file.read_bytes() == LINES
    done = work_off(client, answer, headers)
    assert done["state"] == "done"
    assert done["counts"] == {
        "lines": 2,
        "lines_skipped": 0,
        "problems_added": 2,
        "steps_added": 3,
        "chains_added": 2,
        "chains_unchanged": 0,
        "errors": 0,
    }
    assert done["progress"] == {"done": len(LINES), "total": len(LINES), "unit": "bytes"}
    assert done["errors"] == []
    assert files_in(uploads) == []


def test_the_same_file_again_changes_nothing(client: Client, headers: dict[str, str]) -> None:
    work_off(client, post(client, LINES, headers), headers)
    again = work_off(client, post(client, LINES, headers), headers)
    assert again["state"] == "done"
    assert (again["counts"]["chains_added"], again["counts"]["chains_unchanged"]) == (0, 2)


def test_a_bad_line_is_named_and_nothing_is_stored(
    client: Client, headers: dict[str, str], uploads: Path
) -> None:
    body = LINES + line("r/a", "one", "") + b"\n" + b'{"nonsense": NaN}\n'
    failed = work_off(client, post(client, body, headers), headers)
    assert failed["state"] == "failed"
    assert [error["line"] for error in failed["errors"]] == [3, 4]
    assert "steps[1]" in failed["errors"][0]["reason"]
    assert failed["counts"]["errors"] == 2
    assert "2 of 4 lines" in failed["error"]
    assert not Chain.objects.exists()
    assert files_in(uploads) == []


@pytest.mark.parametrize(
    "body",
    [
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b'{"chain_id": "\\ud800", "problem": "p", "steps": ["a"]}',
        b"\n\n\n",
        b"null",
        b'"' + b"x" * 1_000_000,
    ],
    ids=["nul", "utf-16", "deep", "surrogate", "blank", "null", "endless string"],
)
def test_hostile_bytes_end_as_words_in_the_run(client: Client, headers: dict[str, str], body: bytes) -> None:
    shown = work_off(client, post(client, body, headers), headers)
    assert shown["state"] in ("failed", "done")
    assert bool(shown["errors"]) == (shown["state"] == "failed")
    assert not Chain.objects.exists()


def test_a_published_format_is_taken_by_name(client: Client, headers: dict[str, str]) -> None:
    body = sample("processbench").read_bytes()
    done = work_off(client, post(client, body, headers, "?format=processbench"), headers)
    assert (done["state"], done["format"]) == ("done", "processbench")
    assert done["counts"]["chains_added"] > 0


@pytest.mark.parametrize(
    ("body", "query", "more", "status"),
    [
        (LINES, "?format=xml", {}, 422),
        (LINES, "?format=", {}, 422),
        (LINES, "?fromat=native", {}, 422),
        (LINES, "", {"Idempotency-Key": ""}, 422),
        (LINES, "", {"Idempotency-Key": "x" * 201}, 422),
        (LINES, "", {"Idempotency-Key": "a\x00b"}, 422),
        (LINES, "", {"Idempotency-Key": "schl\u00fcssel"}, 422),
        (LINES, "", {"Content-Encoding": "gzip"}, 415),
        (LINES, "", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_a_request_that_makes_no_sense_leaves_no_run_and_no_file(
    client: Client,
    headers: dict[str, str],
    uploads: Path,
    body: bytes,
    query: str,
    more: dict[str, str],
    status: int,
) -> None:
    answer = client.generic(
        "POST", ADDRESS + query, body, more.get("Content-Type", "text/plain"), headers={**headers, **more}
    )
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not ImportRun.objects.exists()
    assert files_in(uploads) == []


def test_curls_usual_content_type_is_no_hindrance(client: Client, headers: dict[str, str]) -> None:
    answer = client.generic("POST", ADDRESS, LINES, "application/x-www-form-urlencoded", headers=headers)
    assert work_off(client, answer, headers)["counts"]["chains_added"] == 2


def test_a_body_over_the_limit_is_refused_before_it_is_read(
    client: Client, headers: dict[str, str], uploads: Path, settings: Settings
) -> None:
    settings.IMPORT_BYTES_LIMIT = len(LINES) - 1
    refused = post(client, LINES, headers)
    assert refused.status_code == 413
    assert str(settings.IMPORT_BYTES_LIMIT) in refused.json()["detail"]
    assert files_in(uploads) == []
    settings.IMPORT_BYTES_LIMIT = len(LINES)
    assert post(client, LINES, headers).status_code == 202


def test_a_body_that_stops_short_leaves_nothing(
    client: Client, headers: dict[str, str], uploads: Path
) -> None:
    cut: dict[str, Any] = {"CONTENT_LENGTH": str(len(LINES) + 100), "wsgi.input": io.BytesIO(LINES)}
    answer = client.generic("POST", ADDRESS, LINES, "text/plain", headers=headers, **cut)
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()
    assert files_in(uploads) == []


@pytest.mark.parametrize(
    ("length", "status"), [("", 411), ("abc", 411), ("-5", 411), ("1.5", 411), ("0", 422), ("9" * 50, 413)]
)
def test_a_body_of_impossible_length_is_refused(
    client: Client, headers: dict[str, str], uploads: Path, length: str, status: int
) -> None:
    answer = client.generic("POST", ADDRESS, LINES, "text/plain", headers=headers, CONTENT_LENGTH=length)
    assert answer.status_code == status
    assert files_in(uploads) == []


def test_the_same_key_and_body_are_the_same_run(
    client: Client, headers: dict[str, str], uploads: Path
) -> None:
    headers = {**headers, "Idempotency-Key": "nightly 7"}
    first, second = post(client, LINES, headers), post(client, LINES, headers)
    assert first.status_code == second.status_code == 202
    assert first.json()["id"] == second.json()["id"]
    assert len(files_in(uploads)) == 1
    work_off(client, first, headers)
    third = post(client, LINES, headers)
    assert (third.json()["id"], third.json()["state"]) == (first.json()["id"], "done")
    assert ImportRun.objects.count() == 1
    assert files_in(uploads) == []


def test_a_key_is_not_used_for_another_body_or_format(
    client: Client, headers: dict[str, str], uploads: Path
) -> None:
    headers = {**headers, "Idempotency-Key": "nightly"}
    post(client, LINES, headers)
    assert post(client, LINES + b"\n", headers).status_code == 422
    assert post(client, LINES, headers, "?format=processbench").status_code == 422
    assert ImportRun.objects.count() == 1
    assert len(files_in(uploads)) == 1


def test_a_key_belongs_to_its_dataset(client: Client, campaign: Campaign) -> None:
    other = make_campaign(key="other", dataset=make_dataset("other"))
    headers = {**bearer(token_for(campaign, other)), "Idempotency-Key": "nightly"}
    first = post(client, LINES, headers)
    second = client.post("/api/v1/datasets/other/imports/", LINES, "text/plain", headers=headers)
    assert second.status_code == 202
    assert first.json()["id"] != second.json()["id"]


def test_another_tokens_dataset_and_run_look_missing(client: Client, headers: dict[str, str]) -> None:
    mine = post(client, LINES, headers)
    stranger = bearer(token_for(make_campaign(key="other", dataset=make_dataset("other"))))
    hidden = client.get(mine.headers["Location"], headers=stranger)
    missing = client.get(f"/api/v1/imports/{mine.json()['id'] + 1}/", headers=stranger)
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    assert post(client, LINES, stranger).status_code == 404
    assert ImportRun.objects.count() == 1


def test_a_dataset_in_two_campaigns_of_one_token_is_found_once(client: Client, campaign: Campaign) -> None:
    second = make_campaign(key="second", dataset=campaign.dataset)
    headers = bearer(token_for(campaign, second))
    answer = post(client, LINES, headers)
    assert answer.status_code == 202
    assert client.get(answer.headers["Location"], headers=headers).status_code == 200


def test_the_answer_shows_no_path_of_the_server(
    client: Client, headers: dict[str, str], uploads: Path
) -> None:
    answer = post(client, LINES, headers)
    [file] = files_in(uploads)
    assert file.name not in answer.content.decode()
    file.unlink()
    failed = work_off(client, answer, headers)
    assert (failed["state"], failed["errors"]) == ("failed", [])
    assert "send it again" in failed["error"]
    assert str(uploads) not in json.dumps(failed)


def test_a_run_that_is_done_is_not_done_again(client: Client, headers: dict[str, str]) -> None:
    answer = post(client, LINES, headers)
    done = work_off(client, answer, headers)
    assert work_off(client, answer, headers) == done


@pytest.fixture
def server(live_server: LiveServer) -> tuple[str, int]:
    return live_server.thread.host, live_server.thread.port


@pytest.mark.django_db(transaction=True)
def test_equal_keys_at_the_same_moment_are_one_run(
    server: tuple[str, int], headers: dict[str, str], uploads: Path
) -> None:
    def send() -> tuple[int, int]:
        link = http.client.HTTPConnection(*server, timeout=20)
        link.request("POST", ADDRESS, LINES, {**headers, "Idempotency-Key": "at once"})
        answer = link.getresponse()
        found = answer.status, json.loads(answer.read())["id"]
        link.close()
        return found

    answers = all_at_once([send] * 6)
    assert len(set(answers)) == 1, answers
    assert answers[0] == (202, ImportRun.objects.get().pk)
    assert len(files_in(uploads)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_client_that_goes_away_in_the_middle_leaves_nothing(
    server: tuple[str, int], headers: dict[str, str], uploads: Path
) -> None:
    with socket.create_connection(server, timeout=20) as link:
        head = f"POST {ADDRESS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {headers['Authorization']}\r\n"
        link.sendall(f"{head}Content-Length: 1000000\r\n\r\n".encode() + LINES)
        link.shutdown(socket.SHUT_WR)
        assert b" 422 " in link.recv(200)
    assert not ImportRun.objects.exists()
    assert files_in(uploads) == []
