"""Live exports through what may go wrong: clients that hang up, a database that goes away."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import zstandard

from annotator.exports.options import CONSENSUS_FORMATS
from annotator.streams.sending import BROKEN_OFF
from tests.embedded.running import dev, new_var_dir, wait_for
from tests.journeys.exported import CANARY, Exported, end_database, kill_worker, prepared, rest_of

pytestmark = pytest.mark.slow

EXPORT = "campaigns/faults/export/?trailer=1"
ABORTS = 200
TOKENS = 8
SNAPSHOT = ("format=native",)
ZSTD = (0xFD2FB528).to_bytes(4, "little")
# By no one else while a snapshot is built.
READ_BY_PARTS = "chains_chainstep"
# How much a client reads before it hangs up.
BITES = (0, 1, 70_000, 1_000_000)


@pytest.fixture(scope="module")
def exported() -> Iterator[Exported]:
    with new_var_dir() as var_dir, dev(var_dir, REFRESH_SECONDS="2") as run:
        yield prepared(run, tokens=TOKENS)


@pytest.fixture(scope="module")
def whole(exported: Exported) -> bytes:
    """The export that nothing went wrong with."""
    pulled = exported.pull(EXPORT)
    assert pulled.is_whole
    assert pulled.has_trailer
    lines, _, last = pulled.body.rstrip(b"\n").rpartition(b"\n")
    assert json.loads(last)["trailer"]["sha256"] == hashlib.sha256(lines + b"\n").hexdigest()
    return pulled.body


def test_two_hundred_clients_that_hang_up_leave_no_session_and_no_seat_taken(
    exported: Exported, whole: bytes
) -> None:
    cut = 0
    while cut < ABORTS:
        token, bite = cut % TOKENS, BITES[cut % len(BITES)]
        with exported.asked(EXPORT, token=token) as answer:
            if answer.status == 200:
                answer.read(bite)
                cut += 1
    assert wait_for(lambda: exported.transactions() == []), exported.transactions()
    assert wait_for(lambda: exported.outcomes() == {"complete": 1, "cut": ABORTS}), exported.outcomes()
    # As many as the server does at once, each on a seat that was given back.
    with exported.asked(EXPORT) as first, exported.asked(EXPORT, token=1) as second:
        assert (first.status, second.status) == (200, 200)
        assert rest_of(first).body == rest_of(second).body == whole
    assert wait_for(lambda: exported.transactions() == []), exported.transactions()


@pytest.fixture(scope="module")
def sealed(exported: Exported) -> dict[str, Any]:
    """The snapshot that nothing went wrong with; later than the report on style, which its card tells of."""
    assert wait_for(lambda: exported.told("campaigns/faults/style/")["figures"] is not None, seconds=60)
    found = exported.ended(exported.asked_for_snapshot(*SNAPSHOT))
    assert found["state"] == "done", found
    return found


def test_a_download_that_was_cut_goes_on_where_it_was_and_has_the_right_hash(
    exported: Exported, sealed: dict[str, Any]
) -> None:
    file = next(file for file in sealed["files"] if file["name"] == "train.jsonl.zst")
    path = f"snapshots/{sealed['id']}/files/{file['name']}"
    with exported.asked(path) as answer:
        assert answer.getheader("Content-Length") == str(file["size"])
        begun = answer.read(file["size"] // 3)
    rest = exported.pull_in_time(path, Range=f"bytes={len(begun)}-", If_Range=f'"{file["sha256"]}"')
    assert rest.status == 206
    assert hashlib.sha256(begun + rest.body).hexdigest() == file["sha256"]
    assert wait_for(lambda: exported.transactions() == []), exported.transactions()


def test_a_snapshot_whose_worker_is_killed_is_finished_by_another_with_the_same_bytes(
    exported: Exported, sealed: dict[str, Any]
) -> None:
    before = exported.files()
    with exported.held(READ_BY_PARTS) as is_wanted:
        snapshot = exported.asked_for_snapshot(*SNAPSHOT)
        assert wait_for(is_wanted, seconds=30), exported.told(f"snapshots/{snapshot}/")
        kill_worker(exported.run)
        assert exported.told(f"snapshots/{snapshot}/")["state"] == "running"
        assert exported.pull(f"snapshots/{snapshot}/files/manifest.json").status == 404
        assert exported.files() == before
    exported.take_for_dead(snapshot)
    found = exported.ended(snapshot)
    assert (found["state"], found["digest"]) == ("done", sealed["digest"])


def test_a_snapshot_under_which_the_database_goes_away_is_finished_by_a_later_attempt(
    exported: Exported, sealed: dict[str, Any]
) -> None:
    before = exported.files()
    with exported.held(READ_BY_PARTS) as is_wanted:
        snapshot = exported.asked_for_snapshot(*SNAPSHOT)
        assert wait_for(is_wanted, seconds=30), exported.told(f"snapshots/{snapshot}/")
        end_database(exported.run)
    assert exported.files() == before
    assert wait_for(lambda: exported.told(f"snapshots/{snapshot}/").get("id") == snapshot)
    exported.take_for_dead(snapshot)
    found = exported.ended(snapshot)
    assert (found["state"], found["digest"]) == ("done", sealed["digest"])


def test_a_database_that_goes_away_cuts_the_export_where_everybody_sees_it(
    exported: Exported, whole: bytes
) -> None:
    with exported.asked(EXPORT) as answer:
        begun = answer.read(1_000_000)
        end_database(exported.run)
        rest = rest_of(answer)
    pulled = begun + rest.body
    assert not rest.has_trailer
    # Granian ends such an answer as if it were whole, so the bytes have to tell.
    lines, _, last = pulled.rpartition(b"\n")
    assert whole.startswith(lines + b"\n")
    assert last == BROKEN_OFF
    with pytest.raises(ValueError):
        json.loads(last)
    assert exported.pull_in_time(EXPORT).body == whole
    assert wait_for(lambda: exported.outcomes().get("failed") == 1), exported.outcomes()


def test_no_name_of_a_person_and_no_token_is_in_any_log_file_or_answer(
    exported: Exported, sealed: dict[str, Any]
) -> None:
    later = exported.ended(exported.asked_for_snapshot("format=native", "votes=1", "comments=1", "style=1"))
    paths = [
        *(f"campaigns/faults/export/?trailer=1&format={name}" for name in CONSENSUS_FORMATS),
        "campaigns/faults/export/?format=prm800k",
        "campaigns/faults/export/?votes=1&comments=1&gold=1&style=1",
        *(
            f"campaigns/{rest}"
            for rest in ("", "faults/", "faults/agreement/", "faults/luck/", "faults/style/")
        ),
        "campaigns/faults/gate/?alpha_ordinal=0.5&max_deviation_severity=low&gold_accuracy=0.5",
        "campaigns/faults/snapshots/",
        *(f"snapshots/{later['id']}/files/{file['name']}" for file in later["files"]),
        f"snapshots/{later['id']}/changes/?since={sealed['id']}",
        "campaigns/faults/export/?format=nothing",
        "campaigns/nothing/",
    ]
    answers = {path: exported.pull_in_time(path, token=1) for path in paths}
    assert {pulled.status for pulled in answers.values()} <= {200, 404, 409, 422}
    found = {path: unpacked(pulled.body) + str(pulled.headers).encode() for path, pulled in answers.items()}
    found |= {path: unpacked(content) for path, content in exported.written().items()}
    for name in ("log/web.log", "log/worker.log", "log/beat.log", "log/postgres.log"):
        assert found[name]
    secrets = [token.split("_", 2)[2].encode() for token in exported.tokens]
    told = {
        place for place, content in found.items() for word in (CANARY.encode(), *secrets) if word in content
    }
    assert told == set()


def unpacked(content: bytes) -> bytes:
    if not content.startswith(ZSTD):
        return content
    with zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True) as reader:
        return bytes(reader.read())
