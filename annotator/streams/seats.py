"""A process sends only so many streams at once: whoever reads slowly holds a thread, and some are left for people."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from django.conf import settings

SEATS = threading.BoundedSemaphore(settings.EXPORTS_AT_ONCE)
# After how many seconds somebody who found no seat may ask again.
RETRY_AFTER = 5
NO_SEAT = "As many exports are running as this server does at once; try again in a moment."


class NoSeat(Exception):
    """Words for whoever has to wait."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Chunks, and how to let go of what they hold, be it that nobody began to read them."""

    chunks: Iterator[bytes]
    close: Callable[[], None]


class Seated:
    """A stream on one of this process's seats; closing it, as Django does in the end, gives the seat back once.

    Not a generator's `finally`: a generator that nobody began to read is closed without running it.
    """

    def __init__(self, begin: Callable[[], Sending]) -> None:
        """Raises NoSeat when none is free; then nothing was begun."""
        if not SEATS.acquire(blocking=False):
            raise NoSeat(NO_SEAT)
        with ExitStack() as closing:
            closing.callback(SEATS.release)
            sending = begin()
            closing.callback(sending.close)
            self.chunks = sending.chunks
            self.closing = closing.pop_all()

    def __iter__(self) -> Iterator[bytes]:
        return self.chunks

    def close(self) -> None:
        self.closing.close()
