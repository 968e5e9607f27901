"""Seats: as many streams at once as a process bears, each seat given back once whatever becomes of the stream."""

from collections.abc import Generator

import pytest
from pytest_django import Settings

from annotator.streams.seats import SEATS, NoSeat, Seated, Sending


class Source:
    """Chunks that remember how often they were closed."""

    def __init__(self, *, error: Exception | None = None) -> None:
        self.error = error
        self.closed = 0

    def sending(self) -> Sending:
        return Sending(self.chunks(), self.close)

    def chunks(self) -> Generator[bytes]:
        yield b"one"
        if self.error is not None:
            raise self.error
        yield b"two"

    def close(self) -> None:
        self.closed += 1


@pytest.fixture(autouse=True)
def _all_seats_are_given_back(settings: Settings) -> Generator[None]:
    yield
    assert SEATS._value == settings.EXPORTS_AT_ONCE


def test_a_stream_that_was_read_gives_its_seat_back_when_it_is_closed(settings: Settings) -> None:
    source = Source()
    seated = Seated(source.sending)
    assert SEATS._value == settings.EXPORTS_AT_ONCE - 1
    assert b"".join(seated) == b"onetwo"
    seated.close()
    assert source.closed == 1


def test_a_stream_that_nobody_began_to_read_is_closed_too() -> None:
    source = Source()
    Seated(source.sending).close()
    assert source.closed == 1


def test_closing_again_does_nothing() -> None:
    source = Source()
    seated = Seated(source.sending)
    for _ in range(3):
        seated.close()
    assert source.closed == 1


def test_a_stream_that_fails_gives_its_seat_back() -> None:
    source = Source(error=RuntimeError("in the middle"))
    seated = Seated(source.sending)
    with pytest.raises(RuntimeError, match="in the middle"):
        list(seated)
    seated.close()
    assert source.closed == 1


def test_a_stream_that_cannot_begin_takes_no_seat() -> None:
    def begin() -> Sending:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError, match="no database"):
        Seated(begin)


def test_who_finds_no_seat_is_told_so_and_nothing_is_begun(settings: Settings) -> None:
    begun: list[Source] = []

    def begin() -> Sending:
        begun.append(Source())
        return begun[-1].sending()

    taken = [Seated(begin) for _ in range(settings.EXPORTS_AT_ONCE)]
    with pytest.raises(NoSeat, match="try again in a moment"):
        Seated(begin)
    assert len(begun) == settings.EXPORTS_AT_ONCE
    taken[0].close()
    Seated(begin).close()
    for seated in taken:
        seated.close()
