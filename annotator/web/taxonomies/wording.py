"""What changed in a text, word by word. Plain strings in and out."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word or a sign, each with the space after it; an empty one holds the space before the first.
WORDS = re.compile(r"(\w+|[^\w\s]|^)(\s*)")
Words = Sequence[tuple[str, str]]
# Above it a comparison could take seconds.
MOST_EFFORT = 100_000_000


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
    if effort(old_words, new_words) > MOST_EFFORT:
        return Wording(pieces([(old, True)]), pieces([(new, True)]))
    matcher = SequenceMatcher(
        None, [word for word, _ in old_words], [word for word, _ in new_words], autojunk=False
    )
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for code, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = old_words[old_from:old_to], new_words[new_from:new_to]
        if code == "equal":
            for (word, space), (_, new_space) in zip(gone, come, strict=True):
                before += [(word, False), (space, space != new_space)]
                after += [(word, False), (new_space, space != new_space)]
        else:
            has_same_end = bool(gone and come) and gone[-1][1] == come[-1][1]
            before += changed(gone, has_same_end=has_same_end)
            after += changed(come, has_same_end=has_same_end)
    return Wording(pieces(before), pieces(after))


def changed(words: Words, *, has_same_end: bool) -> Iterator[tuple[str, bool]]:
    """A stretch that the other side does not have, but perhaps the space after it."""
    for place, (word, space) in enumerate(words, start=1):
        yield word, True
        yield space, place < len(words) or not has_same_end


def effort(old_words: Words, new_words: Words) -> int:
    """Grows with the time that a comparison can take: each pair of equal words may be looked at for each other word."""
    old_counts, new_counts = (Counter(word for word, _ in words) for words in (old_words, new_words))
    equal = sum(count * new_counts[word] for word, count in old_counts.items())
    return (equal + len(old_words)) * min(len(old_words), len(new_words))


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
