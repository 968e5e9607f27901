"""Files of snapshots in a bucket of S3, or of anything that speaks its protocol. Needs the extra `s3`."""

from collections.abc import Generator
from typing import Any

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage

from annotator.exports.snapshots.storages import CHUNK

NOT_THERE = {"404", "NoSuchKey", "NotFound"}


class BucketStorage(S3Storage):  # type: ignore[misc]
    """An upload shows only once it is complete, so a name never holds half of a file."""

    # A file is told by the hash that is kept beside it, and several workers never write the same name.
    file_overwrite = True

    def get_default_settings(self) -> dict[str, Any]:
        return {**super().get_default_settings(), "file_overwrite": True, "querystring_auth": True}

    def read_range(self, name: str, *, start: int, end: int) -> Generator[bytes]:
        if end <= start:
            # HTTP has no range of no bytes.
            self.size(name)
            return nothing()
        try:
            found = self.connection.meta.client.get_object(
                Bucket=self.bucket_name,
                Key=self._normalize_name(name),
                Range=f"bytes={start}-{end - 1}",
            )
        except ClientError as refused:
            if refused.response["Error"]["Code"] in NOT_THERE:
                raise FileNotFoundError(name) from refused
            raise
        return chunks_of(found["Body"])


def nothing() -> Generator[bytes]:
    yield from ()


def chunks_of(body: Any) -> Generator[bytes]:
    """Gives the connection back also to one who does not read to the end."""
    with body:
        yield from body.iter_chunks(CHUNK)
