"""A version's content as plain values: read from its rows, written to a new draft, digested."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypedDict

from taxonomies.models import Criterion, Label, Scope, TaxonomyVersion


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
    scope: str
    required: bool
    verdict: bool
    shown_for: list[str]
    labels: list[LabelContent]


class VersionContent(TypedDict):
    """All that publishing freezes: the basis of the digest, and of the YAML form."""

    guidelines: str
    content_features: list[str]
    criteria: list[CriterionContent]


def content_of(version: TaxonomyVersion) -> VersionContent:
    criteria = version.criteria.prefetch_related("labels").order_by("-is_verdict", "position", "pk")
    return {
        "guidelines": version.guidelines,
        "content_features": sorted(version.content_features),
        "criteria": [
            {
                "key": criterion.key,
                "question": criterion.question,
                "kind": criterion.kind,
                "scope": criterion.scope,
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


def write_content(*, version: TaxonomyVersion, content: VersionContent) -> None:
    """Fill an empty draft."""
    version.guidelines = content["guidelines"]
    version.content_features = content["content_features"]
    version.save(update_fields=["guidelines", "content_features"])
    for criterion_position, asked in enumerate(content["criteria"]):
        criterion = Criterion.objects.create(
            version=version,
            key=asked["key"],
            question=asked["question"],
            kind=asked["kind"],
            scope=asked["scope"],
            required=asked["required"],
            position=criterion_position,
            is_verdict=asked["verdict"],
            shown_for=asked["shown_for"],
        )
        Label.objects.bulk_create(
            Label(criterion=criterion, version=version, position=label_position, **label)
            for label_position, label in enumerate(asked["labels"])
        )


def digest_of(content: VersionContent) -> str:
    """SHA-256 over the content as JSON with sorted keys and no spaces, the verdict first; 64 hex digits.

    What came after the first release counts only where it is used, so that older digests stand.
    """
    criteria = [without(asked, "scope", usual=Scope.STEP) for asked in content["criteria"]]
    ordered = {
        **without(content, "content_features", usual=[]),
        "criteria": sorted(criteria, key=lambda asked: not asked["verdict"]),
    }
    text = json.dumps(ordered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def without(fields: Mapping[str, Any], key: str, *, usual: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != key or value != usual}


def asked_first(criterion: CriterionContent) -> bool:
    """Sort key: the verdict is asked first wherever it stands, the others as they stand."""
    return not criterion["verdict"]
