"""A question to an export, read from texts and written as texts. No Django, no database.

One query has one canonical form, which records, manifests and snapshots keep.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from annotator.exports.options import (
    BY_NAME,
    LABELLING_FORMATS,
    NAMES,
    SPLITS,
    SWITCH,
    AfterError,
    Labels,
    Neutral,
)

MOST_VERSIONS = 100_000
MOST_VOTES = 50
TEXT_LENGTH = 500
SHARE_DIGITS = 6
SHARE = re.compile(rf"0(\.[0-9]{{1,{SHARE_DIGITS}}})?|1(\.0{{1,{SHARE_DIGITS}}})?")


class BadQuery(Exception):
    """Words for whoever asked."""


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """One valid question. `version` None: the campaign's current one. `min_agreement` is a share."""

    format: str = "native"
    labels: Labels = Labels.MAJORITY
    annotator: str | None = None
    neutral: Neutral = Neutral.TRUE
    after_error: AfterError = AfterError.DROP
    soft: bool = False
    votes: bool = False
    comments: bool = False
    gold: bool = False
    style: bool = False
    debias: str | None = None
    version: int | None = None
    luck: str | None = None
    split: str | None = None
    splits: tuple[int, int, int] = (80, 10, 10)
    domain: str | None = None
    generator: str | None = None
    min_votes: int = 0
    min_agreement: float = 0.0
    changed_since: datetime | None = None

    @property
    def tells_single_votes(self) -> bool:
        """Whether single grades can be read off it, so that it needs a scope of its own."""
        return (
            self.votes or self.comments or self.labels == Labels.ANNOTATOR or self.format in LABELLING_FORMATS
        )


def read_query(texts: Mapping[str, str]) -> ExportQuery:
    """Options by name, as texts. Raises BadQuery for an unknown one, a value that it cannot have, or a combination of no use."""
    unknown = sorted(set(texts) - set(NAMES))
    if unknown:
        raise BadQuery(f"Unknown option: {', '.join(unknown)}. Known: {', '.join(NAMES)}.")
    format_name = choice_in(texts, "format")
    for name, text in texts.items():
        option = BY_NAME[name]
        if format_name not in option.formats and text != option.default:
            raise BadQuery(f"{name} is for {', '.join(option.formats)}, not for {format_name}.")
    query = ExportQuery(
        format=format_name,
        labels=Labels(choice_in(texts, "labels")),
        annotator=text_in(texts, "annotator"),
        neutral=Neutral(choice_in(texts, "neutral")),
        after_error=AfterError(choice_in(texts, "after_error")),
        soft=is_on(texts, "soft"),
        votes=is_on(texts, "votes"),
        comments=is_on(texts, "comments"),
        gold=is_on(texts, "gold"),
        style=is_on(texts, "style"),
        debias=choice_in(texts, "debias") or None,
        version=whole_in(texts, "version", least=1, most=MOST_VERSIONS),
        luck=choice_in(texts, "luck") or None,
        split=choice_in(texts, "split") or None,
        splits=percents_in(texts),
        domain=text_in(texts, "domain"),
        generator=text_in(texts, "generator"),
        min_votes=whole_in(texts, "min_votes", least=0, most=MOST_VOTES) or 0,
        min_agreement=share_in(texts, "min_agreement"),
        changed_since=time_in(texts, "changed_since"),
    )
    check_together(query)
    return query


def check_together(query: ExportQuery) -> None:
    if (query.labels == Labels.ANNOTATOR) != (query.annotator is not None):
        raise BadQuery("labels=annotator and annotator=PSEUDONYM go together.")
    if query.comments and not query.votes:
        raise BadQuery("comments=1 needs votes=1: a comment belongs to a single grade.")
    if query.changed_since is not None and query.labels == Labels.DAWID_SKENE:
        raise BadQuery(
            "changed_since is not for labels=dawid_skene: every grade changes the estimate of all steps."
        )


def as_texts(query: ExportQuery) -> dict[str, str]:
    """The canonical form: the format, and every option that is not as it is without being named, in the order of OPTIONS."""
    texts = {
        "format": query.format,
        "labels": query.labels.value,
        "annotator": query.annotator or "",
        "neutral": query.neutral.value,
        "after_error": query.after_error.value,
        "soft": SWITCH[query.soft],
        "votes": SWITCH[query.votes],
        "comments": SWITCH[query.comments],
        "gold": SWITCH[query.gold],
        "style": SWITCH[query.style],
        "debias": query.debias or "",
        "version": "" if query.version is None else str(query.version),
        "luck": query.luck or "",
        "split": query.split or "",
        "splits": "/".join(str(percent) for percent in query.splits),
        "domain": query.domain or "",
        "generator": query.generator or "",
        "min_votes": str(query.min_votes),
        "min_agreement": f"{query.min_agreement:.{SHARE_DIGITS}f}".rstrip("0").rstrip("."),
        "changed_since": "" if query.changed_since is None else query.changed_since.isoformat(),
    }
    return {name: text for name, text in texts.items() if name == "format" or text != BY_NAME[name].default}


def choice_in(texts: Mapping[str, str], name: str) -> str:
    option = BY_NAME[name]
    text = texts.get(name) or option.default
    if text and text not in option.choices:
        raise BadQuery(f"Unknown {name}. Choose one of: {', '.join(option.choices)}.")
    return text


def is_on(texts: Mapping[str, str], name: str) -> bool:
    text = texts.get(name) or "0"
    if text not in SWITCH:
        raise BadQuery(f"{name} is 0 or 1.")
    return text == "1"


def text_in(texts: Mapping[str, str], name: str) -> str | None:
    text = texts.get(name) or None
    if text is not None and (len(text) > TEXT_LENGTH or "\0" in text or not text.isprintable()):
        raise BadQuery(f"{name} has at most {TEXT_LENGTH} characters, all of them printable.")
    return text


def whole_in(texts: Mapping[str, str], name: str, *, least: int, most: int) -> int | None:
    text = texts.get(name)
    if not text:
        return None
    if not (
        text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most
    ):
        raise BadQuery(f"{name} is a whole number from {least} to {most}.")
    return int(text)


def share_in(texts: Mapping[str, str], name: str) -> float:
    text = texts.get(name) or "0"
    if not SHARE.fullmatch(text):
        raise BadQuery(f"{name} is a number from 0 to 1, with at most {SHARE_DIGITS} digits after the point.")
    return float(text)


def percents_in(texts: Mapping[str, str]) -> tuple[int, int, int]:
    text = texts.get("splits") or BY_NAME["splits"].default
    parts = text.split("/")
    if len(parts) != len(SPLITS) or not all(
        part.isascii() and part.isdecimal() and len(part) <= 3 for part in parts
    ):
        raise BadQuery("splits are three whole percentages, such as 80/10/10.")
    train, validation, test = (int(part) for part in parts)
    if train + validation + test != 100:
        raise BadQuery("splits add up to 100, such as 80/10/10.")
    return train, validation, test


def time_in(texts: Mapping[str, str], name: str) -> datetime | None:
    text = texts.get(name)
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise BadQuery(f"{name} is a time with its zone, such as 2026-11-20T00:00:00Z.")
    return time
