"""What changed between two sealed snapshots: chains that came, that went, and of which the labels say something else."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import orjson

from annotator.exports.models import Snapshot
from annotator.exports.snapshots.files import CHAINS, sealed_file
from annotator.exports.snapshots.frames import lines_of

ADDED, REMOVED, RELABELLED = CHANGES = ("added", "removed", "relabelled")


class NotComparable(Exception):
    """Words for two snapshots whose chains or labels are not of the same kind."""


@dataclass(frozen=True, slots=True)
class Changes:
    """`unchanged` and the counts of each change. Iterating reads both indexes again, and holds little in memory."""

    older: Snapshot
    newer: Snapshot
    unchanged: int
    added: int
    removed: int
    relabelled: int

    def __iter__(self) -> Iterator[dict[str, str]]:
        """{"chain_id", "change"}, in the order of import."""
        for chain_id, change in compared(self.older, self.newer):
            if change is not None:
                yield {"chain_id": chain_id, "change": change}


def changes_between(*, older: Snapshot, newer: Snapshot) -> Changes:
    """Raises NotComparable, and FileNotFoundError where one of them is not sealed or its index is gone."""
    if older.campaign.dataset_id != newer.campaign.dataset_id:
        raise NotComparable("The two snapshots are of different datasets.")
    if older.query["format"] != newer.query["format"]:
        raise NotComparable("The two snapshots have different formats, whose labels say different things.")
    counted = Counter(change for _, change in compared(older, newer))
    return Changes(
        older=older,
        newer=newer,
        unchanged=counted[None],
        added=counted[ADDED],
        removed=counted[REMOVED],
        relabelled=counted[RELABELLED],
    )


def index_of(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Chain and what its labels say, in the order of import."""
    with closing(sealed_file(snapshot, CHAINS).chunks) as chunks:
        for line in lines_of(chunks):
            row = orjson.loads(line)
            yield row["chain_id"], row["labels"]


def compared(older: Snapshot, newer: Snapshot) -> Iterator[tuple[str, str | None]]:
    """Every chain of either, with what changed, None for nothing."""
    return merged(index_of(older), index_of(newer))


def merged(
    older: Iterator[tuple[str, str]], newer: Iterator[tuple[str, str]]
) -> Iterator[tuple[str, str | None]]:
    """Both are in one order, that of import, which no key of theirs tells; so each side waits until the other catches up.

    Memory grows with the longest run of chains that only one side has.
    """
    gone: dict[str, str] = {}
    come: dict[str, str] = {}
    is_open = True
    while is_open:
        before, after = next(older, None), next(newer, None)
        is_open = before is not None or after is not None
        if before is not None:
            gone[before[0]] = before[1]
        if after is not None:
            come[after[0]] = after[1]
        for one in (before, after):
            if one is not None and one[0] in gone and one[0] in come:
                yield from met(one[0], gone=gone, come=come)
    yield from ((chain_id, REMOVED) for chain_id in gone)
    yield from ((chain_id, ADDED) for chain_id in come)


def met(chain_id: str, *, gone: dict[str, str], come: dict[str, str]) -> Iterator[tuple[str, str | None]]:
    """A chain that both sides have: whatever waited before it, the other side does not have."""
    yield from ((other, REMOVED) for other in taken_before(chain_id, waiting=gone))
    yield from ((other, ADDED) for other in taken_before(chain_id, waiting=come))
    yield chain_id, None if gone.pop(chain_id) == come.pop(chain_id) else RELABELLED


def taken_before(chain_id: str, *, waiting: dict[str, str]) -> Iterator[str]:
    while (first := next(iter(waiting))) != chain_id:
        del waiting[first]
        yield first
