"""A difference of two versions in words: tags, marked texts and settings, and the one line that sums it up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from annotator.web.taxonomies.wording import Piece, marked
from taxonomies.comparing import Change, CriterionDifference, LabelDifference, Setting, VersionDifference
from taxonomies.content import CriterionContent, LabelContent
from taxonomies.models import CriterionKind, Scope

FIELDS = {
    "guidelines": gettext_lazy("Guidelines"),
    "title": gettext_lazy("Title"),
    "definition": gettext_lazy("Definition"),
    "good_example": gettext_lazy("Good example"),
    "bad_example": gettext_lazy("Bad example"),
    "question": gettext_lazy("Question"),
    "value": gettext_lazy("Value"),
    "hotkey": gettext_lazy("Key"),
    "tone": pgettext_lazy("of a label", "Look"),
    "kind": gettext_lazy("Takes"),
    "scope": gettext_lazy("Asked about"),
    "required": gettext_lazy("Must be answered"),
    "verdict": gettext_lazy("Is the verdict"),
    "shown_for": gettext_lazy("Asked after"),
    "position": gettext_lazy("Place"),
}
VALUES = {
    None: gettext_lazy("none"),
    -1: gettext_lazy("−1 flawed"),
    0: gettext_lazy("0 neutral"),
    1: gettext_lazy("+1 sound"),
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many labels, or criteria, differ in a way."""

    reworded: int
    added: int
    removed: int
    changed: int


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
        (_("added"), "good", found.is_added),
        (_("removed"), "bad", found.is_removed),
        (_("reworded"), "unsure", bool(found.reworded)),
        (_("revalued"), "bad", isinstance(found, LabelDifference) and found.revalued is not None),
        (_("other settings"), "neutral", found.is_changed_otherwise),
    ]
    return [Tag(words, tone) for words, tone, applies in tags if applies]


def text(change: Change[str]) -> MarkedText:
    wording = marked(change.old, change.new)
    return MarkedText(
        str(FIELDS[change.field]), html_of(wording.old, element="del"), html_of(wording.new, element="ins")
    )


def html_of(pieces: Iterable[Piece], *, element: str) -> SafeString:
    open_mark, close_mark = (mark_safe(tag) for tag in (f"<{element}>", f"</{element}>"))  # noqa: S308 (ours)
    return format_html_join(
        "", "{}{}{}", ((open_mark, p.text, close_mark) if p.changed else ("", p.text, "") for p in pieces)
    )


def setting(change: Change[Setting | int | None]) -> ChangedSetting:
    return ChangedSetting(
        str(FIELDS[change.field]),
        setting_words(change.field, change.old),
        setting_words(change.field, change.new),
    )


def setting_words(field: str, setting: Setting | int | None) -> str:
    match field, setting:
        case "value", None | -1 | 0 | 1:
            return str(VALUES[setting])
        case "kind", str():
            return str(CriterionKind(setting).label)
        case "scope", str():
            return str(Scope(setting).label)
        case _, bool():
            return _("yes") if setting else _("no")
        case _, tuple():
            return ", ".join(setting) or _("nothing: always")
        case _:
            return str(setting) or _("none")


def moves(moved: Change[int] | None) -> list[Change[int]]:
    return [moved] if moved else []


def criterion_content(asked: CriterionContent) -> list[tuple[str, str]]:
    return [
        (_("Takes"), setting_words("kind", asked["kind"])),
        (_("Asked about"), setting_words("scope", asked["scope"])),
        (_("Must be answered"), setting_words("required", asked["required"])),
        (_("Asked after"), setting_words("shown_for", tuple(asked["shown_for"]))),
    ]


def label_content(label: LabelContent) -> list[tuple[str, str]]:
    entries = [
        (_("Definition"), label["definition"]),
        (_("Good example"), label["good_example"]),
        (_("Bad example"), label["bad_example"]),
        (_("Value"), "" if label["value"] is None else str(VALUES[label["value"]])),
        (_("Key"), label["hotkey"]),
    ]
    return [(field, words) for field, words in entries if words]


def summary_of(difference: VersionDifference) -> str:
    """Such as `2 labels reworded; 1 label added; guidelines changed.`"""
    if difference.is_same:
        return _("Nothing differs between these two versions.")
    lines = [
        *counted_labels(difference.labels),
        *counted_criteria(difference.criteria),
        *([_("guidelines changed")] if difference.guidelines else []),
        *([_("what counts as content changed")] if difference.content_features else []),
    ]
    words = "; ".join(lines)
    return f"{words[0].upper()}{words[1:]}."


def counted_labels(found: Sequence[LabelDifference]) -> list[str]:
    counts = counts_of(found)
    revalued = sum(label.revalued is not None for label in found)
    said = [
        (counts.reworded, ngettext("{count} label reworded", "{count} labels reworded", counts.reworded)),
        (revalued, ngettext("{count} label revalued", "{count} labels revalued", revalued)),
        (counts.added, ngettext("{count} label added", "{count} labels added", counts.added)),
        (counts.removed, ngettext("{count} label removed", "{count} labels removed", counts.removed)),
        (
            counts.changed,
            ngettext(
                "{count} label with other settings", "{count} labels with other settings", counts.changed
            ),
        ),
    ]
    return [words.format(count=count) for count, words in said if count]


def counted_criteria(found: Sequence[CriterionDifference]) -> list[str]:
    counts = counts_of(found)
    said = [
        (
            counts.reworded,
            ngettext("{count} criterion reworded", "{count} criteria reworded", counts.reworded),
        ),
        (counts.added, ngettext("{count} criterion added", "{count} criteria added", counts.added)),
        (counts.removed, ngettext("{count} criterion removed", "{count} criteria removed", counts.removed)),
        (
            counts.changed,
            ngettext(
                "{count} criterion with other settings",
                "{count} criteria with other settings",
                counts.changed,
            ),
        ),
    ]
    return [words.format(count=count) for count, words in said if count]


def counts_of(found: Sequence[LabelDifference | CriterionDifference]) -> Counts:
    return Counts(
        reworded=sum(bool(part.reworded) for part in found),
        added=sum(part.is_added for part in found),
        removed=sum(part.is_removed for part in found),
        changed=sum(part.is_changed_otherwise for part in found),
    )
