"""Which part of the data a problem belongs to. No Django, no database."""

import hashlib

from annotator.exports.options import SPLITS

BUCKETS = 10_000


def bucket_of(problem_id: str) -> int:
    """0 to 9,999: the first eight bytes of SHA-256 of the id in UTF-8, as a big-endian number, modulo 10,000."""
    return int.from_bytes(hashlib.sha256(problem_id.encode()).digest()[:8]) % BUCKETS


def bounds_of(split: str, *, percents: tuple[int, int, int]) -> tuple[int, int]:
    """The buckets of a part: from the first number on, below the second."""
    place = SPLITS.index(split)
    first = sum(percents[:place]) * BUCKETS // 100
    return first, first + percents[place] * BUCKETS // 100


def split_of(problem_id: str, *, percents: tuple[int, int, int]) -> str:
    """A word of SPLITS. The same problem is always in the same part, whatever else is exported, so none leaks."""
    bucket = bucket_of(problem_id)
    return next(split for split in SPLITS if bucket < bounds_of(split, percents=percents)[1])
