"""Reading the next batch while this one is written, so that the database and this process work at the same time."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def read_ahead(items: Iterator[Item]) -> Generator[Item]:
    """The same items, from the second one on each read on a thread of its own before it is asked for.

    So whoever takes one touches nothing meanwhile that the iterator reads with. Memory stays flat however slowly they are
    taken: one waits. Closing it waits until the thread has let go; close it before what is read from.
    """
    first = next(items, None)
    if first is None:
        return
    yield first
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="export-reader") as reader:
        coming = reader.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = reader.submit(next, items, None)
            yield item
