"""What differs between two versions: texts that were reworded, values, settings, and what was added or removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from taxonomies.content import CriterionContent, LabelContent, VersionContent, asked_first

T_co = TypeVar("T_co", covariant=True)
Setting = str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change(Generic[T_co]):
    """A field that both sides have, with what it was and what it is."""

    field: str
    old: T_co
    new: T_co


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDifference:
    """One label key; a side that lacks it is None, and then nothing else is said of it."""

    key: str
    old: LabelContent | None
    new: LabelContent | None
    reworded: tuple[Change[str], ...] = ()
    revalued: Change[int | None] | None = None
    changed: tuple[Change[Setting], ...] = ()
    # Places in the criterion from 1, where it stands before or after others than it did.
    moved: Change[int] | None = None

    @property
    def is_added(self) -> bool:
        return self.old is None

    @property
    def is_removed(self) -> bool:
        return self.new is None

    @property
    def is_changed_otherwise(self) -> bool:
        return bool(self.changed or self.moved)

    @property
    def is_same(self) -> bool:
        return not (
            self.is_added or self.is_removed or self.reworded or self.revalued or self.is_changed_otherwise
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionDifference:
    """One criterion key; a side that lacks it is None. `labels` holds those of both sides, also unchanged ones."""

    key: str
    old: CriterionContent | None
    new: CriterionContent | None
    reworded: tuple[Change[str], ...] = ()
    changed: tuple[Change[Setting], ...] = ()
    moved: Change[int] | None = None
    labels: tuple[LabelDifference, ...] = ()

    @property
    def is_added(self) -> bool:
        return self.old is None

    @property
    def is_removed(self) -> bool:
        return self.new is None

    @property
    def is_changed_otherwise(self) -> bool:
        return bool(self.changed or self.moved)

    @property
    def is_same(self) -> bool:
        own = self.is_added or self.is_removed or self.reworded or self.is_changed_otherwise
        return not own and all(label.is_same for label in self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDifference:
    guidelines: Change[str] | None
    content_features: Change[tuple[str, ...]] | None
    criteria: tuple[CriterionDifference, ...]

    @property
    def labels(self) -> tuple[LabelDifference, ...]:
        return tuple(label for criterion in self.criteria for label in criterion.labels)

    @property
    def is_same(self) -> bool:
        return not (self.guidelines or self.content_features) and all(c.is_same for c in self.criteria)


def compare(old: VersionContent, new: VersionContent) -> VersionDifference:
    """Criteria and labels are the same when their keys are, in the order of `new`, removed ones where they stood."""
    old_criteria = {asked["key"]: asked for asked in sorted(old["criteria"], key=asked_first)}
    new_criteria = {asked["key"]: asked for asked in sorted(new["criteria"], key=asked_first)}
    moved = places_changed(list(old_criteria), list(new_criteria))
    guidelines = Change("guidelines", old["guidelines"], new["guidelines"])
    features = Change(
        "content_features",
        tuple(sorted(old["content_features"])),
        tuple(sorted(new["content_features"])),
    )
    return VersionDifference(
        guidelines=guidelines if differs(guidelines) else None,
        content_features=features if differs(features) else None,
        criteria=tuple(
            compare_criteria(key, old_criteria.get(key), new_criteria.get(key), moved=moved.get(key))
            for key in merged(list(old_criteria), list(new_criteria))
        ),
    )


def compare_criteria(
    key: str, old: CriterionContent | None, new: CriterionContent | None, *, moved: Change[int] | None
) -> CriterionDifference:
    old_labels = {label["key"]: label for label in old["labels"]} if old else {}
    new_labels = {label["key"]: label for label in new["labels"]} if new else {}
    places = places_changed(list(old_labels), list(new_labels))
    labels = tuple(
        compare_labels(name, old_labels.get(name), new_labels.get(name), moved=places.get(name))
        for name in merged(list(old_labels), list(new_labels))
    )
    if old is None or new is None:
        return CriterionDifference(key=key, old=old, new=new, labels=labels)
    return CriterionDifference(
        key=key,
        old=old,
        new=new,
        reworded=changes(Change("question", old["question"], new["question"])),
        changed=changes(
            Change("kind", old["kind"], new["kind"]),
            Change("scope", old["scope"], new["scope"]),
            Change("required", old["required"], new["required"]),
            Change("verdict", old["verdict"], new["verdict"]),
            Change("shown_for", tuple(sorted(old["shown_for"])), tuple(sorted(new["shown_for"]))),
        ),
        moved=moved,
        labels=labels,
    )


def compare_labels(
    key: str, old: LabelContent | None, new: LabelContent | None, *, moved: Change[int] | None
) -> LabelDifference:
    if old is None or new is None:
        return LabelDifference(key=key, old=old, new=new)
    value = Change("value", old["value"], new["value"])
    return LabelDifference(
        key=key,
        old=old,
        new=new,
        reworded=changes(
            Change("title", old["title"], new["title"]),
            Change("definition", old["definition"], new["definition"]),
            Change("good_example", old["good_example"], new["good_example"]),
            Change("bad_example", old["bad_example"], new["bad_example"]),
        ),
        revalued=value if differs(value) else None,
        changed=changes(
            Change("hotkey", old["hotkey"], new["hotkey"]),
            Change("tone", old["tone"], new["tone"]),
        ),
        moved=moved,
    )


def differs(change: Change[object]) -> bool:
    return change.old != change.new


def changes(*candidates: Change[T_co]) -> tuple[Change[T_co], ...]:
    return tuple(change for change in candidates if differs(change))


def places_changed(old: Sequence[str], new: Sequence[str]) -> dict[str, Change[int]]:
    """The keys of both that stand in another order among each other, with their places from 1."""
    shared = set(old) & set(new)
    shared_old = [key for key in old if key in shared]
    shared_new = [key for key in new if key in shared]
    blocks = SequenceMatcher(None, shared_old, shared_new, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in shared_new[block.b : block.b + block.size]}
    return {
        key: Change("position", old.index(key) + 1, new.index(key) + 1)
        for key in shared_new
        if key not in stayed
    }


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The keys of both, in the order of `new`; each that was removed follows what it followed."""
    order = list(new)
    known = set(new)
    for index, key in enumerate(old):
        if key not in known:
            order.insert(order.index(old[index - 1]) + 1 if index else 0, key)
            known.add(key)
    return order
