"""A difference of two versions in words: tags, marked texts and settings, and the one line that sums it up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from annotator.web.taxonomies.wording import Piece, marked
from taxonomies.comparing import Change, CriterionDifference, LabelDifference, Setting, VersionDifference
from taxonomies.content import CriterionContent, LabelContent
from taxonomies.models import CriterionKind, Scope

FIELDS = {
    "guidelines": "Guidelines",
    "title": "Title",
    "definition": "Definition",
    "good_example": "Good example",
    "bad_example": "Bad example",
    "question": "Question",
    "value": "Value",
    "hotkey": "Key",
    "tone": "Look",
    "kind": "Takes",
    "scope": "Asked about",
    "required": "Must be answered",
    "verdict": "Is the verdict",
    "shown_for": "Asked after",
    "position": "Place",
}
VALUES = {None: "none", -1: "−1 flawed", 0: "0 neutral", 1: "+1 sound"}


@dataclass(frozen=True, slots=True)
class Tag:
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Both wordings of a text as HTML: what the other one does not have is in `del` or `ins`."""

    field: str
    old: SafeString
    new: SafeString


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A label or a criterion that changed. One that a side lacks comes with its texts instead of marked ones."""

    name: str
    title: str
    tags: list[Tag]
    texts: list[MarkedText]
    settings: list[ChangedSetting]
    is_added: bool = False
    is_removed: bool = False
    content: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionPart:
    own: Part
    labels: list[Part]
    unchanged: list[str]


def part_of_criterion(found: CriterionDifference) -> CriterionPart:
    asked = found.new or found.old
    assert asked is not None
    whole = found.is_added or found.is_removed
    return CriterionPart(
        own=Part(
            name=found.key,
            title=asked["question"],
            tags=tags_of(found),
            texts=[text(change) for change in found.reworded],
            settings=[setting(change) for change in (*found.changed, *moves(found.moved))],
            is_added=found.is_added,
            is_removed=found.is_removed,
            content=criterion_content(asked) if whole else [],
        ),
        labels=[part_of_label(label, criterion=found.key) for label in found.labels if not label.is_same],
        unchanged=[label.new["title"] for label in found.labels if label.is_same and label.new],
    )


def part_of_label(found: LabelDifference, *, criterion: str) -> Part:
    label = found.new or found.old
    assert label is not None
    return Part(
        name=f"{criterion}.{found.key}",
        title=label["title"],
        tags=tags_of(found),
        texts=[text(change) for change in found.reworded],
        settings=[
            setting(change)
            for change in (
                *([found.revalued] if found.revalued else []),
                *found.changed,
                *moves(found.moved),
            )
        ],
        is_added=found.is_added,
        is_removed=found.is_removed,
        content=label_content(label) if found.is_added or found.is_removed else [],
    )


def tags_of(found: LabelDifference | CriterionDifference) -> list[Tag]:
    tags = [
        ("added", "good", found.is_added),
        ("removed", "bad", found.is_removed),
        ("reworded", "unsure", bool(found.reworded)),
        ("revalued", "bad", isinstance(found, LabelDifference) and found.revalued is not None),
        ("other settings", "neutral", found.is_changed_otherwise),
    ]
    return [Tag(words, tone) for words, tone, applies in tags if applies]


def text(change: Change[str]) -> MarkedText:
    wording = marked(change.old, change.new)
    return MarkedText(
        FIELDS[change.field], html_of(wording.old, element="del"), html_of(wording.new, element="ins")
    )


def html_of(pieces: Iterable[Piece], *, element: str) -> SafeString:
    open_mark, close_mark = (mark_safe(tag) for tag in (f"<{element}>", f"</{element}>"))  # noqa: S308 (ours)
    return format_html_join(
        "", "{}{}{}", ((open_mark, p.text, close_mark) if p.changed else ("", p.text, "") for p in pieces)
    )


def setting(change: Change[Setting | int | None]) -> ChangedSetting:
    return ChangedSetting(
        FIELDS[change.field], setting_words(change.field, change.old), setting_words(change.field, change.new)
    )


def setting_words(field: str, setting: Setting | int | None) -> str:
    match field, setting:
        case "value", None | -1 | 0 | 1:
            return VALUES[setting]
        case "kind", str():
            return CriterionKind(setting).label
        case "scope", str():
            return Scope(setting).label
        case _, bool():
            return "yes" if setting else "no"
        case _, tuple():
            return ", ".join(setting) or "nothing: always"
        case _:
            return str(setting) or "none"


def moves(moved: Change[int] | None) -> list[Change[int]]:
    return [moved] if moved else []


def criterion_content(asked: CriterionContent) -> list[tuple[str, str]]:
    return [
        ("Takes", setting_words("kind", asked["kind"])),
        ("Asked about", setting_words("scope", asked["scope"])),
        ("Must be answered", setting_words("required", asked["required"])),
        ("Asked after", setting_words("shown_for", tuple(asked["shown_for"]))),
    ]


def label_content(label: LabelContent) -> list[tuple[str, str]]:
    entries = [
        ("Definition", label["definition"]),
        ("Good example", label["good_example"]),
        ("Bad example", label["bad_example"]),
        ("Value", "" if label["value"] is None else VALUES[label["value"]]),
        ("Key", label["hotkey"]),
    ]
    return [(field, words) for field, words in entries if words]


def summary_of(difference: VersionDifference) -> str:
    """Such as `2 labels reworded, 1 added; 1 criterion changed; guidelines changed.`"""
    if difference.is_same:
        return "Nothing differs between these two versions."
    lines = [
        counted(difference.labels, one="label", several="labels"),
        counted(difference.criteria, one="criterion", several="criteria"),
        "guidelines changed" if difference.guidelines else "",
        "what counts as content changed" if difference.content_features else "",
    ]
    words = "; ".join(line for line in lines if line)
    return f"{words[0].upper()}{words[1:]}."


def counted(found: Sequence[LabelDifference | CriterionDifference], *, one: str, several: str) -> str:
    """The noun is said once, with the first count."""
    counts = [
        (sum(bool(part.reworded) for part in found), "reworded"),
        (sum(isinstance(part, LabelDifference) and part.revalued is not None for part in found), "revalued"),
        (sum(part.is_added for part in found), "added"),
        (sum(part.is_removed for part in found), "removed"),
        (sum(part.is_changed_otherwise for part in found), "with other settings"),
    ]
    said = [(count, words) for count, words in counts if count]
    noun = {0: f" {one if said and said[0][0] == 1 else several}"}
    return ", ".join(f"{count}{noun.get(place, '')} {words}" for place, (count, words) in enumerate(said))
