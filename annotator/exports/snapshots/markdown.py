"""Tables and texts of people in Markdown, such that nobody's text becomes markup. No Django, no database."""

import re
from collections.abc import Iterator, Sequence

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$!])")


def line(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def cell(text: str) -> str:
    return SPECIAL.sub(r"\\\1", line(text))


def table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Cells as they are: texts of people go through `cell` first."""
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
