"""Which part of the data a problem belongs to. No Django, no database."""

import hashlib

from annotator.exports.queries import SPLITS

BUCKETS = 10_000


def bucket_of(problem_id: str) -> int:
    """0 to 9,999: the first eight bytes of SHA-256 of the id in UTF-8, as a big-endian number, modulo 10,000."""
    return int.from_bytes(hashlib.sha256(problem_id.encode()).digest()[:8]) % BUCKETS


def split_of(problem_id: str, *, percents: tuple[int, int, int]) -> str:
    """A word of SPLITS. The same problem is always in the same part, whatever else is exported, so none leaks."""
    bucket = bucket_of(problem_id)
    train, validation, _ = (percent * BUCKETS // 100 for percent in percents)
    if bucket < train:
        return SPLITS[0]
    return SPLITS[1] if bucket < train + validation else SPLITS[2]
