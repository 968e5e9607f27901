"""What changed in a text, word by word. Plain strings in and out."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Words of the one text times words of the other; above, the comparison could take seconds.
MOST_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `changed` when the other wording does not have it."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """The same text before and after. Its pieces put together give each side back exactly."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


def marked(old: str, new: str) -> Wording:
    """Both texts with their differences marked; a space between two changed words counts as changed with them."""
    old_words, new_words = WORDS.findall(old), WORDS.findall(new)
    if len(old_words) * len(new_words) > MOST_PAIRS:
        return Wording(pieces([(old, True)]), pieces([(new, True)]))
    codes = SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes()
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for index, (code, old_from, old_to, new_from, new_to) in enumerate(codes):
        gone, come = "".join(old_words[old_from:old_to]), "".join(new_words[new_from:new_to])
        changed = code != "equal" or (0 < index < len(codes) - 1 and not gone.strip())
        before.append((gone, changed))
        after.append((come, changed))
    return Wording(pieces(before), pieces(after))


def pieces(stretches: list[tuple[str, bool]]) -> tuple[Piece, ...]:
    """Neighbours of one sort joined, empty ones left out."""
    joined: list[Piece] = []
    for text, changed in stretches:
        if not text:
            continue
        if joined and joined[-1].changed == changed:
            text = joined.pop().text + text
        joined.append(Piece(text, changed))
    return tuple(joined)
