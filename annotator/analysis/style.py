"""Surface features of a step's text, as an annotator saw it: stored in this order, once per step and version."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.analysis import style_words
from annotator.analysis.style_prose import PLACEHOLDER, shown
from annotator.analysis.style_sentences import count_sentences

EXTRACTOR_VERSION = 1
"""Raise it with each change of what comes out for any text, that of chains.markup included."""

# Of the moving type-token ratio.
WINDOW = 25


@dataclass(frozen=True, slots=True)
class Feature:
    key: str
    kind: Literal["binary", "continuous"]
    is_markup: bool
    """Whether plain rendering takes it away."""


FEATURES = (
    Feature("bullets", "binary", is_markup=True),
    Feature("first_person", "binary", is_markup=False),
    Feature("hedge", "binary", is_markup=False),
    Feature("booster", "binary", is_markup=False),
    Feature("latex", "binary", is_markup=False),
    Feature("emphasis", "binary", is_markup=True),
    Feature("heading", "binary", is_markup=True),
    Feature("code", "binary", is_markup=False),
    Feature("table", "binary", is_markup=False),
    Feature("emoji", "binary", is_markup=False),
    Feature("politeness", "binary", is_markup=False),
    Feature("question", "binary", is_markup=False),
    Feature("exclamation", "binary", is_markup=False),
    Feature("words", "continuous", is_markup=False),
    Feature("sentences", "continuous", is_markup=False),
    Feature("words_per_sentence", "continuous", is_markup=False),
    Feature("latex_share", "continuous", is_markup=False),
    Feature("digit_share", "continuous", is_markup=False),
    Feature("type_token_ratio", "continuous", is_markup=False),
)
KEYS = tuple(feature.key for feature in FEATURES)

_DIGITS = re.compile(r"\d+")


def measure(text: str) -> tuple[float, ...]:
    """The value of each of FEATURES, in their order.

    Binary ones are 0 or 1. Counts are of the prose alone, without formulas and code; a word is a run of letters, with
    apostrophes and hyphens inside. Shares are of all characters shown but white space, in [0, 1]. A text without prose
    has 0 words, sentences, words per sentence and variety, one without characters shown 0 of both shares.
    """
    seen = shown(text)
    words = style_words.WORD.findall(seen.prose.casefold())
    own = style_words.unquoted(seen.prose)
    types = set(words) if own == seen.prose else set(style_words.WORD.findall(own.casefold()))
    sentences = count_sentences(seen.prose)
    formulas = sum(map(_length, seen.formulas))
    everything = " ".join([seen.prose.replace(PLACEHOLDER, ""), *seen.formulas, *seen.code])
    characters = _length(everything)
    values = {
        **dict.fromkeys(seen.marks, 1.0),
        "first_person": style_words.FIRST_PERSON.are_in(own, types=types),
        "hedge": style_words.HEDGE.are_in(own, types=types),
        "booster": style_words.BOOSTER.are_in(own, types=types),
        "politeness": style_words.POLITENESS.are_in(own, types=types),
        "question": style_words.has_question(own),
        "exclamation": style_words.has_exclamation(own),
        "emoji": style_words.has_emoji(seen.prose),
        "words": len(words),
        "sentences": sentences,
        "words_per_sentence": len(words) / sentences if sentences else 0.0,
        "latex_share": formulas / characters if characters else 0.0,
        "digit_share": sum(map(len, _DIGITS.findall(everything))) / characters if characters else 0.0,
        "type_token_ratio": type_token_ratio(words),
    }
    return tuple(float(values.get(key, 0.0)) for key in KEYS)


def _length(text: str) -> int:
    return sum(map(len, text.split()))


def type_token_ratio(words: Sequence[str]) -> float:
    """Mean share of different words over all windows of WINDOW words, in (0, 1]; 0 where there are no words.

    Over the whole text the share falls with its length; in windows of one size it does not (Covington and McFall 2010,
    "Cutting the Gordian knot: the moving-average type-token ratio", Journal of Quantitative Linguistics 17). A text
    shorter than a window is one window, and so only comparable with others of its length: keep the number of words
    beside it.
    """
    if len(words) <= WINDOW:
        return len(set(words)) / len(words) if words else 0.0
    counts = Counter(words[:WINDOW])
    different = total = len(counts)
    for leaving, coming in zip(words, words[WINDOW:], strict=False):
        counts[coming] += 1
        different += counts[coming] == 1
        counts[leaving] -= 1
        different -= counts[leaving] == 0
        total += different
    return total / (WINDOW * (len(words) - WINDOW + 1))
