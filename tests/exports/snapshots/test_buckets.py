"""Snapshots in a bucket: the same files and bytes as in a folder, from two workers, in ranges."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from moto.server import ThreadedMotoServer

from annotator.assignments.models import Campaign
from annotator.exports.snapshots import building
from annotator.exports.snapshots.files import MissingFile, sealed_file
from annotator.exports.snapshots.storages import save_chunks, snapshot_storage
from tests.exports.snapshots.sealed import asked, build_part_of, content, contents, sealed, taken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_five_chains_a_part")]

BUCKET = "sealed-exports"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server of its own that speaks S3; snapshots lie in its bucket meanwhile."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for the test alone")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        client = boto3.client("s3", endpoint_url=address, region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        # What other tests of this process have left there is kept by the server's module, not by the server.
        for name in names_in(client):
            client.delete_object(Bucket=BUCKET, Key=name)
        options = {
            "bucket_name": BUCKET,
            "endpoint_url": address,
            "location": "stepmark",
            "region_name": "us-east-1",
        }
        backend = "annotator.exports.snapshots.buckets.BucketStorage"
        with override_settings(
            STORAGES={**storages.backends, "snapshots": {"BACKEND": backend, "OPTIONS": options}}
        ):
            yield client
        client.close()
    finally:
        server.stop()


def names_in(bucket: Any) -> list[str]:
    listed = bucket.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return sorted(each["Key"] for each in listed)


def test_two_workers_seal_into_a_bucket_what_one_seals_into_a_folder(
    campaign: Campaign, request: pytest.FixtureRequest
) -> None:
    in_folder = contents(sealed(campaign, format="native"))
    bucket = request.getfixturevalue("bucket")

    def help_out(part_id: int) -> None:
        try:
            build_part_of(part_id)
        finally:
            connection.close()

    snapshot = asked(campaign, format="native")
    with ThreadPoolExecutor(1) as pool:
        building.build_snapshot(
            snapshot=taken(snapshot),
            clock=timezone.now,
            wake=lambda part_id: pool.submit(help_out, part_id),
        )
    snapshot.refresh_from_db()
    assert contents(snapshot) == in_folder
    assert names_in(bucket) == sorted(f"stepmark/pilot/{snapshot.pk}/1/{name}" for name in in_folder)


def test_a_sealed_file_in_a_bucket_is_read_in_ranges(campaign: Campaign, bucket: Any) -> None:
    snapshot = sealed(campaign, format="native")
    whole = content(snapshot, "README.md")
    file = sealed_file(snapshot, "README.md")
    assert b"".join(file.read(100, 1_100)) == whole[100:1_100]
    assert b"".join(file.read(100, 100)) == b""
    assert b"".join(file.read(file.size - 5, file.size)) == whole[-5:]


def test_a_file_that_is_gone_from_the_bucket_is_told_and_never_empty(campaign: Campaign, bucket: Any) -> None:
    snapshot = sealed(campaign, format="trl")
    file = sealed_file(snapshot, "README.md")
    bucket.delete_object(Bucket=BUCKET, Key=f"stepmark/{file.path}")
    with pytest.raises(MissingFile):
        file.read(0, 10)
    with pytest.raises(MissingFile):
        sealed_file(snapshot, "README.md")


def test_an_upload_that_breaks_off_leaves_no_name(bucket: Any) -> None:
    def breaking_off() -> Iterator[bytes]:
        yield b"x" * 20_000_000
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        save_chunks(snapshot_storage(), "pilot/1/1/train.jsonl.zst", breaking_off())
    assert names_in(bucket) == []
