"""What keeps a version's content from being published, each mistake with its path and in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from taxonomies.content import CriterionContent, LabelContent, VersionContent, asked_first
from taxonomies.models import CriterionKind, Scope

# What the keys of the grading page do; a label that took one of them could never be given.
PAGE_KEYS = {
    "j": "next step",
    "k": "previous step",
    "u": "unsure",
    "n": "comment",
    "z": "undo",
    "r": "repairs",
    "f": "flag",
    "b": "bad problem",
    "g": "give up",
    "t": "plain text",
    "h": "definition",
}
VERDICT_KEYS = "123456789"
# Hands remember these as verdicts, also where a taxonomy has fewer than three.
KEPT_FOR_VERDICTS = "123"


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a version from being published: where (such as `criteria[1].labels[0].hotkey`), and the words."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {self.words}"


def problems_in(content: VersionContent) -> Iterator[Problem]:
    """Everything that keeps this content from being published. Paths count as the content's lists do."""
    criteria = content["criteria"]
    yield from structure_problems(criteria)
    if not any(criterion["verdict"] for criterion in criteria):
        yield Problem("criteria", "no criterion is the verdict: exactly one carries the training value")
    for position, criterion in enumerate(criteria):
        path = f"criteria[{position}]"
        if not criterion["question"].strip():
            yield Problem(f"{path}.question", f"{criterion['key']} has no question")
        yield from label_count_problems(criterion, path=path)
        for label_position, label in enumerate(criterion["labels"]):
            yield from label_problems(criterion, label, path=f"{path}.labels[{label_position}]")
    yield from condition_problems(criteria)
    yield from hotkey_collisions(criteria)


def structure_problems(criteria: list[CriterionContent]) -> Iterator[Problem]:
    """What the database refuses even in a draft."""
    yield from repeated_keys(criteria, path="criteria", what="criterion")
    verdicts = [(position, criterion) for position, criterion in enumerate(criteria) if criterion["verdict"]]
    for position, criterion in verdicts:
        if (
            criterion["kind"] != CriterionKind.ONE
            or criterion["scope"] != Scope.STEP
            or not criterion["required"]
            or criterion["shown_for"]
        ):
            yield Problem(
                f"criteria[{position}]",
                f"the verdict {criterion['key']} asks every step for one label: kind one, required, no condition",
            )
    for position, criterion in verdicts[1:]:
        words = f"{criterion['key']} is a second verdict beside {verdicts[0][1]['key']}; a version has one"
        yield Problem(f"criteria[{position}].verdict", words)
    for position, criterion in enumerate(criteria):
        what = f"label of {criterion['key']}"
        yield from repeated_keys(criterion["labels"], path=f"criteria[{position}].labels", what=what)


def repeated_keys(
    entries: list[CriterionContent] | list[LabelContent], *, path: str, what: str
) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        if entry["key"] in seen:
            yield Problem(f"{path}[{position}].key", f"the key {entry['key']} is taken by an earlier {what}")
        seen.add(entry["key"])


def label_count_problems(criterion: CriterionContent, *, path: str) -> Iterator[Problem]:
    count = len(criterion["labels"])
    key = criterion["key"]
    if criterion["kind"] == CriterionKind.TEXT:
        if count:
            yield Problem(f"{path}.labels", f"{key} asks for text, so it has no labels")
    elif criterion["verdict"] and count < 2:
        yield Problem(f"{path}.labels", f"the verdict {key} needs at least two labels")
    elif not count:
        yield Problem(f"{path}.labels", f"{key} has no labels to choose from")


def label_problems(criterion: CriterionContent, label: LabelContent, *, path: str) -> Iterator[Problem]:
    name = f"{criterion['key']}.{label['key']}"
    if not label["title"].strip():
        yield Problem(f"{path}.title", f"{name} has no title")
    if not label["definition"].strip():
        yield Problem(f"{path}.definition", f"{name} has no definition")
    if criterion["verdict"] and label["value"] is None:
        yield Problem(f"{path}.value", f"{name} is a verdict and needs a value: -1, 0 or 1")
    if not criterion["verdict"] and label["value"] is not None:
        yield Problem(f"{path}.value", f"{name} is no verdict, so it has no value")
    yield from hotkey_problems(name, label["hotkey"], verdict=criterion["verdict"], path=f"{path}.hotkey")


def hotkey_problems(name: str, hotkey: str, *, verdict: bool, path: str) -> Iterator[Problem]:
    if verdict and (hotkey not in VERDICT_KEYS or not hotkey):
        yield Problem(path, f"{name} is a verdict and needs a key from 1 to 9")
    elif hotkey in PAGE_KEYS:
        yield Problem(path, f"{name}: the key {hotkey} belongs to the page ({PAGE_KEYS[hotkey]})")
    elif not verdict and hotkey and hotkey in KEPT_FOR_VERDICTS:
        yield Problem(path, f"{name}: the keys 1, 2 and 3 are kept for verdicts; use 4 to 9, 0 or a letter")


def condition_problems(criteria: list[CriterionContent]) -> Iterator[Problem]:
    """A condition names a label of a criterion asked before, so conditions can be met and never go in a circle."""
    labels = {c["key"]: {label["key"] for label in c["labels"]} for c in criteria}
    scopes = {c["key"]: c["scope"] for c in criteria}
    asked_before: dict[str, set[str]] = {}
    before: set[str] = set()
    for criterion in sorted(criteria, key=asked_first):
        asked_before[criterion["key"]] = set(before)
        before.add(criterion["key"])
    for position, criterion in enumerate(criteria):
        for entry_position, entry in enumerate(criterion["shown_for"]):
            path = f"criteria[{position}].shown_for[{entry_position}]"
            named, dot, label = entry.partition(".")
            if not dot or not label:
                yield Problem(
                    path, f"{entry!r} does not name a label; write criterion.label, such as verdict.bad"
                )
            elif named not in labels:
                yield Problem(path, f"{entry!r}: there is no criterion {named!r}")
            elif named not in asked_before[criterion["key"]]:
                yield Problem(path, f"{entry!r}: {named} is not asked before {criterion['key']}")
            elif scopes[named] != criterion["scope"]:
                yield Problem(
                    path,
                    f"{entry!r}: {named} is asked of the {scopes[named]}, {criterion['key']} of the {criterion['scope']}",
                )
            elif label not in labels[named]:
                yield Problem(path, f"{entry!r}: {named} has no label {label!r}")


def hotkey_collisions(criteria: list[CriterionContent]) -> Iterator[Problem]:
    taken: dict[str, list[tuple[CriterionContent, str]]] = {}
    kinds = {criterion["key"]: criterion["kind"] for criterion in criteria}
    for position, criterion in enumerate(criteria):
        for label_position, label in enumerate(criterion["labels"]):
            hotkey, name = label["hotkey"], f"{criterion['key']}.{label['key']}"
            others = taken.setdefault(hotkey, []) if hotkey else []
            clash = next((other for owner, other in others if same_screen(owner, criterion, kinds)), None)
            if clash is not None:
                yield Problem(
                    f"criteria[{position}].labels[{label_position}].hotkey",
                    f"{name}: the key {hotkey} is taken by {clash}, which can be on the same screen",
                )
            others.append((criterion, name))


def same_screen(first: CriterionContent, second: CriterionContent, kinds: dict[str, str]) -> bool:
    """Whether both can be asked at once. Only different labels of one single-choice criterion exclude each other."""
    if first["scope"] != second["scope"]:
        return False
    if first is second or not first["shown_for"] or not second["shown_for"]:
        return True
    conditions = {entry.partition(".")[0] for entry in [*first["shown_for"], *second["shown_for"]]}
    if len(conditions) > 1 or kinds.get(conditions.pop()) != CriterionKind.ONE:
        return True
    return not set(first["shown_for"]).isdisjoint(second["shown_for"])
