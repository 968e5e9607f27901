"""Taxonomies as YAML files, so that a team can review them like code. `dump` and `load` give the same digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Field, Model
from yaml.nodes import Node

from taxonomies.checking import problems_in, structure_problems
from taxonomies.content import (
    CriterionContent,
    LabelContent,
    VersionContent,
    asked_first,
    content_of,
    digest_of,
    write_content,
)
from taxonomies.models import (
    Criterion,
    Label,
    Scope,
    Taxonomy,
    TaxonomyVersion,
    Tone,
    VersionStatus,
)
from taxonomies.publishing import draft_of, start_draft
from taxonomies.publishing import publish as publish_version
from taxonomies.strict_yaml import LineProblem, NotLoadable, Reading, joined, read_document


class Outcome(StrEnum):
    UNCHANGED = "unchanged"
    DRAFTED = "drafted"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Loaded:
    version: TaxonomyVersion
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class TaxonomyFile:
    key: str
    title: str
    domain: str
    description: str
    content: VersionContent


@transaction.atomic
def load_taxonomy(*, text: str, publish: bool, now: datetime) -> Loaded:
    """Make the file's content the taxonomy's next version, unless a published one (or the draft) already has it.

    Title, domain and description belong to the taxonomy, not to a version, and follow the file.
    Raises NotLoadable with line and path; VersionRefused when somebody's other draft is in the way.
    """
    file = read_taxonomy_file(text=text, publish=publish)
    taxonomy = write_header(file)
    digest = digest_of(file.content)
    published = (
        taxonomy.versions.filter(status=VersionStatus.PUBLISHED, digest=digest).order_by("-number").first()
    )
    if published is not None:
        return Loaded(version=published, outcome=Outcome.UNCHANGED)
    draft = draft_of(taxonomy)
    known = draft is not None and digest_of(content_of(draft)) == digest
    if draft is None or not known:
        draft = start_draft(taxonomy=taxonomy)
        write_content(version=draft, content=file.content)
    if publish:
        return Loaded(version=publish_version(version=draft, now=now), outcome=Outcome.PUBLISHED)
    return Loaded(version=draft, outcome=Outcome.UNCHANGED if known else Outcome.DRAFTED)


def write_header(file: TaxonomyFile) -> Taxonomy:
    header = {"title": file.title, "domain": file.domain, "description": file.description}
    Taxonomy.objects.get_or_create(key=file.key, defaults=header)
    taxonomy = Taxonomy.objects.select_for_update(no_key=True).get(key=file.key)
    if header != {name: getattr(taxonomy, name) for name in header}:
        for name, value in header.items():
            setattr(taxonomy, name, value)
        taxonomy.save(update_fields=list(header))
    return taxonomy


def read_taxonomy_file(*, text: str, publish: bool) -> TaxonomyFile:
    """Raises NotLoadable; with `publish` also for what publishing would refuse."""
    reading = Reading()
    feature = TaxonomyVersion._meta.get_field("content_features").base_field
    required = {"taxonomy", "title", "criteria"}
    fields = reading.mapping(
        read_document(text),
        "",
        allowed={*required, "domain", "description", "guidelines", "content_features"},
        required=required,
    )
    file = TaxonomyFile(
        key=text_of(reading, fields, "taxonomy", model=Taxonomy, name="key"),
        title=text_of(reading, fields, "title", model=Taxonomy),
        domain=text_of(reading, fields, "domain", model=Taxonomy),
        description=text_of(reading, fields, "description", model=Taxonomy),
        content={
            "guidelines": text_of(reading, fields, "guidelines", model=TaxonomyVersion),
            "content_features": sorted(
                reading.texts(fields.get("content_features"), "content_features", field=feature)
            ),
            "criteria": [
                read_criterion(reading, node, path)
                for path, node in reading.entries(fields.get("criteria"), "criteria")
            ],
        },
    )
    refuse_if_any(reading.problems)
    criteria = file.content["criteria"]
    problems = problems_in(file.content) if publish else structure_problems(criteria)
    refuse_if_any(
        [LineProblem(reading.line_of(problem.path), problem.path, problem.words) for problem in problems]
    )
    # Only now: the paths above count as the file does.
    criteria.sort(key=asked_first)
    return file


def refuse_if_any(problems: list[LineProblem]) -> None:
    if problems:
        raise NotLoadable(sorted(problems, key=lambda problem: problem.line))


def read_criterion(reading: Reading, node: Node, path: str) -> CriterionContent:
    required = {"key", "question"}
    optional = {"kind", "scope", "required", "verdict", "shown_for", "labels"}
    fields = reading.mapping(node, path, allowed=required | optional, required=required)
    shown_for = Criterion._meta.get_field("shown_for").base_field
    return {
        "key": text_of(reading, fields, "key", model=Criterion, path=path),
        "question": text_of(reading, fields, "question", model=Criterion, path=path),
        "kind": text_of(reading, fields, "kind", model=Criterion, path=path),
        "scope": text_of(reading, fields, "scope", model=Criterion, path=path),
        "required": reading.flag(fields.get("required"), f"{path}.required"),
        "verdict": reading.flag(fields.get("verdict"), f"{path}.verdict"),
        "shown_for": reading.texts(fields.get("shown_for"), f"{path}.shown_for", field=shown_for),
        "labels": [
            read_label(reading, label, label_path)
            for label_path, label in reading.entries(fields.get("labels"), f"{path}.labels")
        ],
    }


def read_label(reading: Reading, node: Node, path: str) -> LabelContent:
    required = {"key", "title"}
    optional = {"definition", "value", "hotkey", "tone", "good_example", "bad_example"}
    fields = reading.mapping(node, path, allowed=required | optional, required=required)
    return {
        "key": text_of(reading, fields, "key", model=Label, path=path),
        "title": text_of(reading, fields, "title", model=Label, path=path),
        "definition": text_of(reading, fields, "definition", model=Label, path=path),
        "value": reading.whole_number(fields.get("value"), f"{path}.value", allowed={-1, 0, 1}),
        "hotkey": text_of(reading, fields, "hotkey", model=Label, path=path),
        "tone": text_of(reading, fields, "tone", model=Label, path=path),
        "good_example": text_of(reading, fields, "good_example", model=Label, path=path),
        "bad_example": text_of(reading, fields, "bad_example", model=Label, path=path),
    }


def text_of(
    reading: Reading, fields: dict[str, Node], key: str, *, model: type[Model], path: str = "", name: str = ""
) -> str:
    """The text under a key of the file, checked by the model's field (of the same name unless given)."""
    field = model._meta.get_field(name or key)
    assert isinstance(field, Field)
    return reading.text(fields.get(key), joined(path, key), field=field)


def dump_taxonomy(version: TaxonomyVersion) -> str:
    """The version as the YAML file that `load_taxonomy` reads; what is empty or usual is left out."""
    taxonomy = version.taxonomy
    content = content_of(version)
    document = {
        "taxonomy": taxonomy.key,
        "title": taxonomy.title,
        "domain": taxonomy.domain,
        "description": taxonomy.description,
        "guidelines": content["guidelines"],
        "content_features": content["content_features"],
    }
    criteria = []
    for criterion in content["criteria"]:
        labels = [without_usual(label, usual={"tone": Tone.NEUTRAL}) for label in criterion["labels"]]
        criteria.append(without_usual({**criterion, "labels": labels}, usual={"scope": Scope.STEP}))
    return yaml.dump(
        {**without_usual(document, usual={}), "criteria": criteria},
        Dumper=BlockDumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )


def without_usual(fields: Mapping[str, Any], *, usual: Mapping[str, object]) -> dict[str, Any]:
    """Without what the reader fills in by itself. A value of 0 is not empty."""
    return {
        key: value
        for key, value in fields.items()
        if not (value is None or value is False or value in ("", []) or usual.get(key) == value)
    }


class BlockDumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, without aliases for texts that occur twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def block_text(dumper: BlockDumper, text: str) -> yaml.ScalarNode:
    # YAML takes NEL for a line break and would read it back as a plain one, unless it is escaped.
    style = '"' if "\x85" in text else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


BlockDumper.add_representer(str, block_text)
