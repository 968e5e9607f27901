"""What to test with twins next: features by how surely ordinary votes go with them. Never evidence of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.web.campaigns.style.links import StyleLinks
from annotator.web.campaigns.style.words import Found, sentence_of, title_of

MOST_SUGGESTED = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`url` leads to planning a study; empty where there is no such page."""

    title: str
    sentence: str
    steps_url: str
    url: str


def surest_first(associations: Sequence[Found]) -> list[Found]:
    """By how far the interval stays away from 0, then by size."""
    known = [found for found in associations if found["is_estimated"]]
    return sorted(known, key=lambda found: (-distance_from_nothing(found), -abs(found["effect"])))


def distance_from_nothing(found: Found) -> float:
    return max(float(found["low"]), -float(found["high"]), 0.0)


def suggestions_of(figures: Mapping[str, Any], *, links: StyleLinks) -> list[Suggestion]:
    """Those that no twins have tested yet."""
    tested = {found["feature"] for found in figures["twins"] if found["is_estimated"]}
    untested = [found for found in surest_first(figures["association"]) if found["feature"] not in tested]
    return [
        Suggestion(
            title=title_of(found["feature"]),
            sentence=sentence_of(found),
            steps_url=links.behind(found),
            url=links.studies(feature=found["feature"]),
        )
        for found in untested[:MOST_SUGGESTED]
    ]
