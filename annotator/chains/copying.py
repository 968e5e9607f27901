"""Rows in the text format of PostgreSQL's COPY."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ROWS_AT_ONCE = 256


@contextmanager
def rows_into(cursor: Any, target: str) -> Iterator[Callable[[str], None]]:
    """Gives `add(row)`, a row in COPY's text format. PostgreSQL takes rows in while the next ones are made."""
    waiting: list[str] = []
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:

        def add(row: str) -> None:
            waiting.append(row)
            if len(waiting) >= ROWS_AT_ONCE:
                copy.write("".join(waiting).encode())
                waiting.clear()

        yield add
        copy.write("".join(waiting).encode())


def escaped(text: str) -> str:
    """The text as a field of COPY's text format."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    if "\t" in text:
        text = text.replace("\t", "\\t")
    return text.replace("\r", "\\r") if "\r" in text else text


def nullable(text: str | None) -> str:
    return r"\N" if text is None else escaped(text)


def number(score: float | None) -> str:
    return r"\N" if score is None else repr(score)


def truth(fact: bool | None) -> str:  # noqa: FBT001 (it is the value, not a switch)
    return r"\N" if fact is None else "t" if fact else "f"
