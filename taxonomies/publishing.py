"""A version's way from draft to published to retired, and the clone that the next draft starts from."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.db.models import Max

from taxonomies.models import Criterion, CriterionKind, Label, Taxonomy, TaxonomyVersion, VersionStatus

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


class LabelContent(TypedDict):
    key: str
    title: str
    definition: str
    value: int | None
    hotkey: str
    tone: str
    good_example: str
    bad_example: str


class CriterionContent(TypedDict):
    key: str
    question: str
    kind: str
    required: bool
    verdict: bool
    shown_for: list[str]
    labels: list[LabelContent]


class VersionContent(TypedDict):
    """All that publishing freezes: the basis of the digest, and of the YAML form."""

    guidelines: str
    criteria: list[CriterionContent]


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a version from being published: where (such as `criteria[1].labels[0].hotkey`), and the words."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path}: {self.words}"


class NotPublishable(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class VersionRefused(Exception):
    """Words for why a version cannot be retired or cloned now."""


@transaction.atomic
def publish(*, version: TaxonomyVersion, now: datetime) -> TaxonomyVersion:
    """Freeze a draft. Raises NotPublishable with every problem found."""
    # The lock keeps criteria and labels from changing between this check and the freeze (taxonomies 0002).
    version = TaxonomyVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != VersionStatus.DRAFT:
        raise NotPublishable([Problem("status", f"version {version.number} is already {version.status}")])
    content = content_of(version)
    problems = list(problems_in(content))
    if problems:
        raise NotPublishable(problems)
    version.status = VersionStatus.PUBLISHED
    version.digest = digest_of(content)
    version.published_at = now
    version.save(update_fields=["status", "digest", "published_at"])
    return version


@transaction.atomic
def retire(*, version: TaxonomyVersion) -> TaxonomyVersion:
    """Offer a version to no further campaign; those that use it go on. Raises VersionRefused."""
    version = TaxonomyVersion.objects.select_for_update().get(pk=version.pk)
    if version.status != VersionStatus.PUBLISHED:
        raise VersionRefused(f"{version} is {version.status}: only a published version can be retired.")
    version.status = VersionStatus.RETIRED
    version.save(update_fields=["status"])
    return version


@transaction.atomic
def clone_version(*, version: TaxonomyVersion) -> TaxonomyVersion:
    """The taxonomy's next draft, with the content of this version. Raises VersionRefused when it has a draft."""
    draft = start_draft(taxonomy=version.taxonomy)
    write_content(version=draft, content=content_of(version))
    return draft


@transaction.atomic
def start_draft(*, taxonomy: Taxonomy) -> TaxonomyVersion:
    """An empty draft under the next number. Raises VersionRefused when the taxonomy has a draft."""
    Taxonomy.objects.select_for_update(no_key=True).get(pk=taxonomy.pk)
    draft = draft_of(taxonomy)
    if draft is not None:
        raise VersionRefused(
            f"{taxonomy.key} has a draft, version {draft.number}: publish or delete it first."
        )
    newest = taxonomy.versions.aggregate(number=Max("number"))["number"] or 0
    return TaxonomyVersion.objects.create(taxonomy=taxonomy, number=newest + 1)


def draft_of(taxonomy: Taxonomy) -> TaxonomyVersion | None:
    return taxonomy.versions.filter(status=VersionStatus.DRAFT).first()


def latest_published(*, key: str) -> TaxonomyVersion:
    """The published version with the highest number. Raises VersionRefused with words when there is none."""
    taxonomy = Taxonomy.objects.filter(key=key).first()
    if taxonomy is None:
        known = ", ".join(Taxonomy.objects.order_by("key").values_list("key", flat=True)) or "none yet"
        raise VersionRefused(f"There is no taxonomy {key!r} (there is: {known}).")
    version = taxonomy.versions.filter(status=VersionStatus.PUBLISHED).order_by("-number").first()
    if version is None:
        raise VersionRefused(f"The taxonomy {key!r} has no published version.")
    return version


def write_content(*, version: TaxonomyVersion, content: VersionContent) -> None:
    """Fill an empty draft."""
    version.guidelines = content["guidelines"]
    version.save(update_fields=["guidelines"])
    for criterion_position, asked in enumerate(content["criteria"]):
        criterion = Criterion.objects.create(
            version=version,
            key=asked["key"],
            question=asked["question"],
            kind=asked["kind"],
            required=asked["required"],
            position=criterion_position,
            is_verdict=asked["verdict"],
            shown_for=asked["shown_for"],
        )
        Label.objects.bulk_create(
            Label(criterion=criterion, version=version, position=label_position, **label)
            for label_position, label in enumerate(asked["labels"])
        )


def content_of(version: TaxonomyVersion) -> VersionContent:
    criteria = version.criteria.prefetch_related("labels").order_by("-is_verdict", "position", "pk")
    return {
        "guidelines": version.guidelines,
        "criteria": [
            {
                "key": criterion.key,
                "question": criterion.question,
                "kind": criterion.kind,
                "required": criterion.required,
                "verdict": criterion.is_verdict,
                "shown_for": list(criterion.shown_for),
                "labels": [label_content(label) for label in criterion.labels.all()],
            }
            for criterion in criteria
        ],
    }


def label_content(label: Label) -> LabelContent:
    return {
        "key": label.key,
        "title": label.title,
        "definition": label.definition,
        "value": label.value,
        "hotkey": label.hotkey,
        "tone": label.tone,
        "good_example": label.good_example,
        "bad_example": label.bad_example,
    }


def digest_of(content: VersionContent) -> str:
    """SHA-256 over the content as JSON with sorted keys and no spaces, the verdict first; 64 hex digits."""
    ordered = {**content, "criteria": sorted(content["criteria"], key=asked_first)}
    text = json.dumps(ordered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def asked_first(criterion: CriterionContent) -> bool:
    """Sort key: the verdict is asked first wherever it stands, the others as they stand."""
    return not criterion["verdict"]


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
        if criterion["kind"] != CriterionKind.ONE or not criterion["required"] or criterion["shown_for"]:
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
    """Whether a step can show both. Only different labels of one single-choice criterion exclude each other."""
    if first is second or not first["shown_for"] or not second["shown_for"]:
        return True
    conditions = {entry.partition(".")[0] for entry in [*first["shown_for"], *second["shown_for"]]}
    if len(conditions) > 1 or kinds.get(conditions.pop()) != CriterionKind.ONE:
        return True
    return not set(first["shown_for"]).isdisjoint(second["shown_for"])
