"""Several workers at one snapshot, and what may go wrong: only what is whole is sealed, and only once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import get_ident

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.exports.models import ExportRecord, Snapshot, SnapshotPart
from annotator.exports.snapshots import building
from annotator.exports.snapshots.ending import GateFailed
from annotator.exports.snapshots.files import MissingFile
from annotator.exports.snapshots.views import ViewGone
from annotator.jobs import running
from tests.exports.snapshots.sealed import (
    asked,
    build_part_of,
    content,
    contents,
    files_in,
    nobody,
    sealed,
    taken,
)
from tests.graded import grade_step
from tests.makers import make_assignment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_five_chains_a_part")]

LONG_AGO = running.STALE_AFTER + timedelta(minutes=1)


class Killed(BaseException):
    """As a kill: nothing in the worker gets to tidy up."""


def build(snapshot: Snapshot, *, wake: Callable[[int], object] = nobody) -> Snapshot:
    building.build_snapshot(snapshot=taken(snapshot), clock=timezone.now, wake=wake)
    snapshot.refresh_from_db()
    return snapshot


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_two_workers_share_the_parts_and_give_the_same_bytes(campaign: Campaign) -> None:
    alone = sealed(campaign, format="native")
    helpers: set[int] = set()

    def help_out(part_id: int) -> None:
        try:
            if SnapshotPart.objects.filter(pk=part_id, state="queued").exists():
                helpers.add(get_ident())
            build_part_of(part_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        shared = build(asked(campaign, format="native"), wake=lambda part_id: pool.submit(help_out, part_id))
    assert helpers - {get_ident()}
    assert contents(shared) == contents(alone)
    assert shared.digest == alone.digest
    assert (shared.progress_done, shared.progress_total) == (24, 24)


def test_all_workers_read_the_database_as_it_was_when_the_snapshot_began(campaign: Campaign) -> None:
    before = sealed(campaign, format="native")
    assignment = make_assignment(campaign=campaign, annotator="ben", now=timezone.now())

    def grade_and_build(part_id: int) -> None:
        grade_step(assignment, 0, "okay")
        build_part_of(part_id)

    assert build(asked(campaign, format="native"), wake=grade_and_build).digest == before.digest
    assert sealed(campaign, format="native").digest != before.digest


def test_a_part_whose_worker_died_is_taken_over(campaign: Campaign) -> None:
    def die(part_id: int) -> None:
        assert running.take(SnapshotPart, pk=part_id, now=timezone.now() - LONG_AGO)

    assert build(asked(campaign, format="trl"), wake=die).digest == sealed(campaign, format="trl").digest


def test_a_part_that_failed_elsewhere_is_tried_once_more_by_the_one_who_coordinates(
    campaign: Campaign,
) -> None:
    def fail(part_id: int) -> None:
        part = running.take(SnapshotPart, pk=part_id, now=timezone.now())
        assert part is not None
        running.fail(part, error="OSError: no space left on that host", now=timezone.now())

    assert build(asked(campaign, format="trl"), wake=fail).state == "done"


def test_when_the_coordinating_worker_is_killed_the_next_attempt_begins_anew(
    campaign: Campaign, folder: Path
) -> None:
    left_over: list[int] = []

    def build_one_and_be_killed(part_id: int) -> None:
        left_over.append(part_id)
        build_part_of(part_id)
        if len(left_over) == 2:
            raise Killed

    snapshot = asked(campaign, format="trl")
    with pytest.raises(Killed):
        build(snapshot, wake=build_one_and_be_killed)
    assert any("/1/parts/" in name for name in files_below(folder))
    assert running.take(Snapshot, pk=snapshot.pk, now=timezone.now()) is None
    Snapshot.objects.filter(pk=snapshot.pk).update(heartbeat_at=timezone.now() - LONG_AGO)
    build(snapshot, wake=lambda part_id: build_part_of(left_over[0]))
    assert (snapshot.state, snapshot.attempt_count) == ("done", 2)
    assert {str(Path(name).parent) for name in files_below(folder)} == {f"pilot/{snapshot.pk}/2"}
    assert not SnapshotPart.objects.exists()
    assert [record.outcome for record in ExportRecord.objects.order_by("pk")] == ["", "complete"]


def test_a_part_whose_view_is_gone_writes_nothing(campaign: Campaign, folder: Path) -> None:
    parts: list[int] = []

    def be_killed(part_id: int) -> None:
        parts.append(part_id)
        raise Killed

    with pytest.raises(Killed):
        build(asked(campaign, format="trl"), wake=be_killed)
    build_part_of(parts[0])
    part = SnapshotPart.objects.get(pk=parts[0])
    assert (part.state, part.files) == ("failed", [])
    assert "the view of the database is gone" in part.error
    assert files_below(folder) == []


def test_a_worker_that_was_taken_for_dead_seals_nothing(campaign: Campaign, folder: Path) -> None:
    snapshot = asked(campaign, format="trl")

    def be_taken_over(part_id: int) -> None:
        Snapshot.objects.filter(pk=snapshot.pk).update(attempt_count=F("attempt_count") + 1)

    build(snapshot, wake=be_taken_over)
    assert (snapshot.state, snapshot.digest) == ("running", "")
    assert files_below(folder) == []
    assert ExportRecord.objects.get().outcome == "cut"


def test_a_part_that_somebody_took_over_leaves_no_file_of_its_first_worker(
    campaign: Campaign, folder: Path
) -> None:
    written: list[list[str]] = []

    def be_slow(part_id: int) -> None:
        part = running.take(SnapshotPart, pk=part_id, now=timezone.now())
        assert part is not None
        SnapshotPart.objects.filter(pk=part_id).update(attempt_count=F("attempt_count") + 1, state="queued")
        building.build_part(part=part, clock=timezone.now)
        written.append(files_below(folder))

    assert build(asked(campaign, format="trl"), wake=be_slow).state == "done"
    assert written
    assert not any(written)


def test_a_snapshot_whose_view_broke_off_waits_for_the_next_attempt(campaign: Campaign, folder: Path) -> None:
    snapshot = asked(campaign, format="trl")

    def end_the_view(part_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
            )

    with pytest.raises((OperationalError, ViewGone)):
        build(snapshot, wake=end_the_view)
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.digest) == ("queued", "")
    assert not any(name.endswith("manifest.json") for name in files_below(folder))
    build(snapshot)
    assert snapshot.state == "done"
    assert {str(Path(name).parent) for name in files_below(folder)} == {f"pilot/{snapshot.pk}/2"}


def test_a_snapshot_that_kills_every_worker_is_given_up_with_words(campaign: Campaign) -> None:
    snapshot = asked(campaign, format="trl")
    Snapshot.objects.filter(pk=snapshot.pk).update(attempt_count=running.MOST_ATTEMPTS)
    assert running.take(Snapshot, pk=snapshot.pk, now=timezone.now()) is None
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.error) == (
        "failed",
        f"given up after {running.MOST_ATTEMPTS} attempts: the worker died each time",
    )


def test_files_that_cannot_be_written_end_the_snapshot_as_failed(campaign: Campaign, tmp_path: Path) -> None:
    (tmp_path / "no folder").write_text("a file")
    snapshot = asked(campaign, format="trl")
    with files_in(tmp_path / "no folder" / "snapshots"), pytest.raises(OSError, match="Not a directory"):
        build(snapshot)
    snapshot.refresh_from_db()
    assert snapshot.state == "failed"
    assert snapshot.error.startswith("NotADirectoryError: ")
    assert ExportRecord.objects.get().outcome == "failed"


def test_a_gate_that_does_not_pass_leaves_findings_and_nothing_else(campaign: Campaign, folder: Path) -> None:
    snapshot = asked(campaign, format="trl", gate={"alpha_ordinal_low": "0.9", "min_chains": "0"})
    with pytest.raises(GateFailed):
        build(snapshot)
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.error) == ("failed", "the gate does not pass: alpha_ordinal_low")
    assert [(one["condition"], one["passed"]) for one in snapshot.findings] == [
        ("alpha_ordinal_low", False),
        ("min_chains", True),
    ]
    assert files_below(folder) == []
    assert not SnapshotPart.objects.exists()


def test_a_gate_that_passes_is_sealed_with_what_it_found(campaign: Campaign) -> None:
    snapshot = sealed(campaign, format="trl", gate={"min_chains": "0"})
    assert [one["passed"] for one in snapshot.findings] == [True]
    assert b'"condition": "min_chains"' in content(snapshot, "manifest.json")


def test_a_sealed_file_that_is_gone_or_cut_is_told_and_never_empty(campaign: Campaign, folder: Path) -> None:
    snapshot = sealed(campaign, format="trl")
    place = folder / f"pilot/{snapshot.pk}/1"
    (place / "README.md").unlink()
    (place / "manifest.json").write_bytes(b"")
    with pytest.raises(MissingFile, match=r"README\.md was sealed, but is missing"):
        content(snapshot, "README.md")
    with pytest.raises(MissingFile, match="has 0 now"):
        content(snapshot, "manifest.json")
    with pytest.raises(FileNotFoundError, match="has no file"):
        content(snapshot, "../secret_key")
