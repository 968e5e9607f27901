"""How many sentences a piece of English prose has."""

import re
from collections.abc import Iterator

from annotator.analysis.style_prose import PLACEHOLDER

# The mark must be followed by the beginning of another sentence, so that 3.5, "e.g. this" and 5! = 120 have none.
# Possessive throughout, and from the first of several marks only, so that nothing is looked at twice.
_END = re.compile(
    rf"(?<![.!?…])[.!?…]++[)\]\"'”’»*_]*+\s++(?=[\"'“‘«(\[*_¿¡]*+(?:[A-Z\d{PLACEHOLDER}]|[^\W\d_a-z]))"
    r"|\n\n++|\n(?=[^\S\n]*+[A-Z])"
)
_ABBREVIATIONS = frozenset(
    [
        *[
            "mr",
            "mrs",
            "ms",
            "dr",
            "prof",
            "st",
            "jr",
            "sr",
            "gen",
            "sen",
            "rep",
            "rev",
            "hon",
            "inc",
            "ltd",
            "co",
        ],
        *[
            "vs",
            "cf",
            "e.g",
            "eg",
            "i.e",
            "ie",
            "ca",
            "approx",
            "resp",
            "al",
            "avg",
            "dept",
            "est",
            "u.s",
            "u.k",
        ],
    ]
)
# Before a number only: "No. 5", but "No. Then".
_NUMBERED = frozenset(
    [
        "no",
        "nos",
        "eq",
        "eqs",
        "fig",
        "figs",
        "sec",
        "ch",
        "vol",
        "p",
        "pp",
        "ex",
        "thm",
        "lem",
        "prop",
        "cor",
        "def",
    ]
)
_LAST_WORD = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]+$")
# "Step 2." and "2.", in front of the sentence that they number.
NUMBERED_LABEL = (
    r"(?:(?:Step|Case|Part|Example|Problem|Question|Method|Option|Stage|Phase|Point|Item) )?\d{1,3}"
)
_LABEL = re.compile(rf"\s*[(*_]*{NUMBERED_LABEL}")
_HAS_WORD = re.compile(r"[^\W\d_]")


def count_sentences(prose: str) -> int:
    """Stretches with a word in them, ended by a mark, a paragraph's end or a line that begins with a capital."""
    return sum(_HAS_WORD.search(prose, *stretch) is not None for stretch in stretches(prose))


def stretches(prose: str) -> Iterator[tuple[int, int]]:
    """Where each stretch between two ends of sentences begins and ends, its mark included, with or without words."""
    begin = 0
    for end in _END.finditer(prose):
        if end[0].startswith(".") and _goes_on(prose, begin, end.start()):
            continue
        yield begin, end.end()
        begin = end.end()
    yield begin, len(prose)


def _goes_on(prose: str, begin: int, stop: int) -> bool:
    """Whether the full stop belongs to an abbreviation, or to a number that introduces the sentence: "Step 2. So"."""
    # No abbreviation has more than eight characters.
    word = _LAST_WORD.search(prose, max(stop - 8, 0), stop)
    if word is not None:
        abbreviation = word[0].casefold()
        is_numbered = abbreviation in _NUMBERED and prose[stop + 1 : stop + 3].strip()[:1].isdigit()
        return is_numbered or abbreviation in _ABBREVIATIONS
    return _LABEL.fullmatch(prose, begin, stop) is not None
