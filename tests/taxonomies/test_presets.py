"""The presets are complete, and `taxonomy.schema.json` says of a file what the loader says."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from annotator.web.rendering import render_text
from taxonomies.loading import dump_taxonomy, load_taxonomy, read_taxonomy_file
from taxonomies.management.commands.load_taxonomy import PRESETS
from taxonomies.models import Criterion, Label, Taxonomy, TaxonomyVersion
from taxonomies.strict_yaml import NotLoadable
from taxonomies.vocabulary import Vocabulary, read_vocabulary
from tests.makers import NOW, make_version, small_yaml

SCHEMA = json.loads((PRESETS.parent / "taxonomy.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
FILES = sorted(PRESETS.glob("*.yaml"))
EVERY_PRESET = pytest.mark.parametrize("preset", FILES, ids=lambda path: str(path.stem))


def labels_in(preset: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(criterion, label) pairs as they stand in the file."""
    document = yaml.safe_load(preset.read_text())
    return [(criterion, label) for criterion in document["criteria"] for label in criterion.get("labels", [])]


def vocabulary(name: str) -> Vocabulary:
    return read_vocabulary(make_version((PRESETS / f"{name}.yaml").read_text()))


def asked(vocabulary: Vocabulary, *given: str) -> list[str]:
    return [question.key for question in vocabulary.asked_after(frozenset(given))]


def schema_words(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(text))]


def loader_words(text: str) -> str:
    """Empty when the loader would take and publish the file."""
    try:
        read_taxonomy_file(text=text, publish=True)
    except NotLoadable as error:
        return str(error)
    return ""


def test_the_presets_are_those_that_the_issue_names() -> None:
    assert {path.stem for path in FILES} == {
        *["prm800k", "first_error", "algebra_tutor", "code_debugging"],
        *["legal_reasoning", "essay_outline", "roscoe_like"],
    }


@EVERY_PRESET
@pytest.mark.django_db
def test_a_preset_loads_publishes_dumps_and_reloads_with_an_equal_digest(preset: Path) -> None:
    version = load_taxonomy(text=preset.read_text(), publish=True, now=NOW).version
    assert (version.taxonomy.key, version.status, len(version.digest)) == (preset.stem, "published", 64)
    assert schema_words(dump_taxonomy(version)) == []
    elsewhere = dump_taxonomy(version).replace("taxonomy: ", "taxonomy: other_", 1)
    assert load_taxonomy(text=elsewhere, publish=True, now=NOW).version.digest == version.digest


@EVERY_PRESET
def test_every_label_has_a_definition_and_an_example_for_and_against(preset: Path) -> None:
    for _, label in labels_in(preset):
        for part in ("definition", "good_example", "bad_example"):
            assert len(label[part]) > 15, (label["key"], part)
        assert label["good_example"] != label["bad_example"], label["key"]


@EVERY_PRESET
def test_an_example_sends_people_only_to_labels_that_are_there(preset: Path) -> None:
    document = yaml.safe_load(preset.read_text())
    titles = {key: {label["title"].lower() for label in labels} for key, labels in by_criterion(document)}
    for criterion, label in labels_in(preset):
        named = re.findall(r"(?:[Cc]hoose|that is) \*([^*.]+)\.?\*", label["bad_example"])
        assert {name.lower() for name in named} <= titles[criterion["key"]] - {label["title"].lower()}


def by_criterion(document: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for criterion in document["criteria"]:
        yield criterion["key"], criterion.get("labels", [])


@EVERY_PRESET
def test_guidelines_render_as_headed_text_without_leftovers(preset: Path) -> None:
    html = render_text(yaml.safe_load(preset.read_text())["guidelines"])
    assert html.count("heading-2") >= 3
    assert "<li>" in html
    for leftover in ("**", "##", "|--", " *"):
        assert leftover not in html


@EVERY_PRESET
def test_definitions_and_examples_render_without_leftovers(preset: Path) -> None:
    for _, label in labels_in(preset):
        for part in ("definition", "good_example", "bad_example"):
            words = re.sub(r"<code.*?</code>", "", render_text(label[part]))
            assert "$" not in words, label["key"]
            assert "`" not in words, label["key"]
            # A full stop behind closing asterisks keeps them visible.
            assert "*" not in words, label["key"]


@EVERY_PRESET
def test_a_sound_step_is_1_a_neutral_one_2_and_a_flawed_one_3_in_every_preset(preset: Path) -> None:
    verdicts = [label for criterion, label in labels_in(preset) if criterion.get("verdict")]
    assert {label["value"]: label["hotkey"] for label in verdicts}.items() <= {
        1: "1",
        0: "2",
        -1: "3",
    }.items()
    tones = {1: "good", 0: "neutral", -1: "bad"}
    assert [label["tone"] for label in verdicts] == [tones[label["value"]] for label in verdicts]


@EVERY_PRESET
def test_every_label_of_a_preset_has_a_key_of_its_own(preset: Path) -> None:
    hotkeys = [label["hotkey"] for _, label in labels_in(preset)]
    assert all(hotkeys)
    assert len(set(hotkeys)) == len(hotkeys)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "types", "graded", "ungraded"),
    [
        ("algebra_tutor", "error_type", "sign_error", "wrong_rule"),
        ("code_debugging", "fault", "hides_the_cause", "wrong_diagnosis"),
    ],
)
def test_severity_is_asked_only_for_some_errors_of_a_flawed_step(
    name: str, types: str, graded: str, ungraded: str
) -> None:
    words = vocabulary(name)
    assert asked(words, "verdict.sound") == []
    assert asked(words, "verdict.flawed") == [types]
    assert asked(words, "verdict.flawed", f"{types}.{graded}") == [types, "severity"]
    assert asked(words, "verdict.flawed", f"{types}.{ungraded}") == [types]


@pytest.mark.django_db
def test_the_part_of_a_legal_argument_is_asked_of_sound_steps_too() -> None:
    assert asked(vocabulary("legal_reasoning"), "verdict.sound") == ["part"]
    assert asked(vocabulary("legal_reasoning"), "verdict.flawed") == ["part", "fault"]


@pytest.mark.django_db
def test_roscoe_like_asks_every_step_for_any_of_nine_faults() -> None:
    words = vocabulary("roscoe_like")
    (faults,) = words.questions
    assert (faults.many, faults.required, faults.shown_for, len(faults.choices)) == (
        True,
        False,
        frozenset(),
        9,
    )


# What is asked once of the whole chain, with whether it must be answered, and what is content in the preset's domain.
OF_CHAIN = {
    "code_debugging": {"outcome": False},
    "legal_reasoning": {"result": False, "left_out": False},
    "essay_outline": {"answers_task": True, "missing": False},
}
CONTENT = {
    "algebra_tutor": ["digit_share"],
    "code_debugging": ["code", "hedge"],
    "legal_reasoning": ["booster", "hedge", "question"],
    "essay_outline": ["booster", "bullets", "heading", "hedge"],
}


@EVERY_PRESET
@pytest.mark.django_db
def test_a_preset_asks_of_the_whole_chain_what_no_step_can_say(preset: Path) -> None:
    asked_once = {question.key: question.required for question in vocabulary(preset.stem).chain_questions}
    assert asked_once == OF_CHAIN.get(preset.stem, {})
    # Where something is asked once, the guidelines say how to answer it.
    assert bool(asked_once) == (" as a whole\n" in preset.read_text())


@EVERY_PRESET
def test_a_preset_declares_what_is_content_in_its_domain(preset: Path) -> None:
    file = read_taxonomy_file(text=preset.read_text(), publish=True)
    assert file.content["content_features"] == CONTENT.get(preset.stem, [])


@EVERY_PRESET
def test_what_is_asked_only_after_some_label_is_required(preset: Path) -> None:
    """An answer left out could not be told from none of them. prm800k asks for verdicts first of all."""
    document = yaml.safe_load(preset.read_text())
    for criterion in document["criteria"]:
        if criterion.get("shown_for"):
            assert criterion["required"] == (preset.stem != "prm800k"), criterion["key"]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@EVERY_PRESET
def test_every_preset_validates_and_points_editors_to_the_schema(preset: Path) -> None:
    assert schema_words(preset.read_text()) == []
    first_line = preset.read_text().partition("\n")[0]
    pointed = first_line.removeprefix("# yaml-language-server: $schema=")
    assert (preset.parent / pointed).resolve() == PRESETS.parent / "taxonomy.schema.json"


SECOND_VERDICT = """
  - {key: second, question: "Again?", required: true, verdict: true, labels: [
      {key: yes_, title: Yes, definition: It is., value: 1, hotkey: "8"},
      {key: no_, title: No, definition: It is not., value: -1, hotkey: "9"}]}
"""
TEXT_WITH_LABELS = """
  - {key: why, question: "Why?", kind: text, labels: [{key: a, title: A, definition: It is a.}]}
"""
WITHOUT_LABELS = """
  - {key: why, question: "Why?", kind: many}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("taxonomy: small\n", ""),
        ("taxonomy: small", "taxonomy: Small one"),
        ("title: Small", "title: ''"),
        ("title: Small", f"title: {'x' * 201}"),
        ("title: Small", "title: 7"),
        ("domain: testing", f"domain: {'x' * 81}"),
        ("domain: testing", "domain:"),
        ("domain: testing", "colour: red"),
        ("domain: testing", "labels: []"),
        ("  - key: verdict\n", "  - key: verdict\n    colour: red\n"),
        ("question: Is it right?", "question: ' '"),
        ("question: Is it right?", f"question: {'x' * 501}"),
        ("    question: Is it right?\n", ""),
        ("    required: true\n", ""),
        ("    required: true", "    required: 'true'"),
        ("    required: true", "    required: true\n    kind: many"),
        ("    required: true", "    required: true\n    shown_for: [error_type.other]"),
        ("    verdict: true\n", ""),
        ("    verdict: true", "    verdict: false"),
        ("value: 1, ", ""),
        ("value: 1,", "value: 2,"),
        ("value: 1,", "value: '1',"),
        ("value: 1,", "value: null,"),
        ("value: 1,", "value: true,"),
        ('hotkey: "1", ', ""),
        ('hotkey: "1"', 'hotkey: "0"'),
        ('hotkey: "1"', 'hotkey: "a"'),
        ('hotkey: "4"', "hotkey: 4"),
        ('hotkey: "4"', 'hotkey: "3"'),
        ('hotkey: "4"', 'hotkey: "j"'),
        ('hotkey: "4"', 'hotkey: "A"'),
        ('hotkey: "4"', 'hotkey: "44"'),
        ('hotkey: "4"', 'hotkey: "4", value: 0'),
        ("tone: good", "tone: nice"),
        ("definition: Wrong., ", ""),
        ("definition: Wrong.", 'definition: " "'),
        ("definition: Wrong.", "definition: [Wrong]"),
        ("definition: Wrong.", "definition: Wrong., good_example: 1"),
        ("key: sign_error", "key: Sign error"),
        ("key: sign_error", f"key: {'x' * 81}"),
        ("title: Sign error", f"title: {'x' * 121}"),
        ("title: Sign error", 'title: "  "'),
        ("title: Sign error", "title: Sign error, colour: red"),
        ("title: Sign error, ", ""),
        ("shown_for: [verdict.bad]", "shown_for: verdict.bad"),
        ("shown_for: [verdict.bad]", "shown_for: [bad]"),
        ("shown_for: [verdict.bad]", "shown_for: [verdict.]"),
        ("shown_for: [verdict.bad]", "shown_for: [1]"),
        ("shown_for: [verdict.bad]", "shown_for:"),
        ("shown_for: [verdict.bad]", "kind: some"),
        ("shown_for: [verdict.bad]", "kind: text"),
        ("  - key: error_type", SECOND_VERDICT + "  - key: error_type"),
        ("  - key: error_type", TEXT_WITH_LABELS + "  - key: error_type"),
        ("  - key: error_type", WITHOUT_LABELS + "  - key: error_type"),
    ],
)
def test_a_bad_file_is_refused_by_loader_and_schema(old: str, new: str) -> None:
    assert small_yaml().count(old) == 1
    text = small_yaml().replace(old, new)
    assert loader_words(text)
    assert schema_words(text)


@pytest.mark.parametrize("text", ["[]", "small", "1", "taxonomy: small\ntitle: Small\ncriteria: []\n"])
def test_what_is_no_taxonomy_is_refused_by_loader_and_schema(text: str) -> None:
    assert loader_words(text)
    assert schema_words(text)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('hotkey: "5"', 'hotkey: "4"', "is taken by"),
        ("key: other", "key: sign_error", "is taken by an earlier label"),
        ("key: error_type", "key: verdict", "is taken by an earlier criterion"),
        ("[verdict.bad]", "[verdict.worse]", "has no label"),
        ("[verdict.bad]", "[error_type.other]", "is not asked before"),
        ("value: 1,", "value: 1.0,", "expected one of -1, 0, 1"),
        ("title: Small", "title: &small Small", "anchors"),
        ("domain: testing", "title: Again", "stands here twice"),
    ],
)
def test_what_a_schema_cannot_say_is_refused_by_the_loader(old: str, new: str, words: str) -> None:
    assert small_yaml().count(old) == 1
    text = small_yaml().replace(old, new)
    assert words in loader_words(text)
    assert schema_words(text) == []


# What follows guards against drift: of every change to a file, schema and loader must say the same.

ODD_VALUES: list[Any] = [
    None,
    "",
    " ",
    "odd",
    "Odd one",
    "x" * 600,
    "verdict.bad",
    0,
    1,
    True,
    [],
    {},
    ["a.b"],
    ["code", "code"],
    ["verdict.bad", "verdict.bad"],
]
BETWEEN_PLACES = re.compile(
    "is taken by|has no label '|is not asked before|there is no criterion|is asked of the"
)
# With what small_yaml leaves to the defaults.
SCOPED = (
    small_yaml()
    .replace("domain: testing", "content_features: [code, emoji]")
    .replace(
        "    shown_for: [verdict.bad]",
        "    kind: many\n    scope: step\n    shown_for: [verdict.bad, verdict.okay]",
    )
)


def words_on_single_values(text: str) -> list[str]:
    """What the loader says, without what it sees by comparing one place of the file with another."""
    return [line for line in loader_words(text).splitlines() if not BETWEEN_PLACES.search(line)]


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(document: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A copy with the value at the path, or without the path when the value is Ellipsis."""
    copied = copy.deepcopy(document)
    node: Any = copied
    for key in path[:-1]:
        node = node[key]
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return copied


@pytest.mark.parametrize("text", [small_yaml(), SCOPED], ids=["small", "scoped"])
def test_of_every_changed_place_schema_and_loader_say_the_same(text: str) -> None:
    document = yaml.safe_load(text)
    # One label of each criterion stands for all.
    for path in [place for place in places(document) if place[3:4] in ((), (0,))]:
        for value in [..., *ODD_VALUES]:
            text = yaml.safe_dump(changed(document, path, value))
            assert bool(schema_words(text)) == bool(words_on_single_values(text)), (path, value)


@pytest.mark.parametrize("old", ['hotkey: "1"', 'hotkey: "4"'])
@pytest.mark.parametrize("hotkey", ["", *"0123456789abcdefghijklmnopqrstuvwxyzAé.?+", "\n", "a\n"])
def test_schema_and_loader_know_the_same_hotkeys(old: str, hotkey: str) -> None:
    text = small_yaml().replace(old, f"hotkey: {json.dumps(hotkey)}")
    assert bool(schema_words(text)) == bool(words_on_single_values(text))


@pytest.mark.parametrize(
    ("place", "defined"),
    [
        ((), SCHEMA),
        (("criteria", 0), SCHEMA["$defs"]["criterion"]),
        (("criteria", 0, "labels", 0), SCHEMA["$defs"]["label"]),
    ],
)
def test_schema_and_loader_know_the_same_words(place: tuple[str | int, ...], defined: dict[str, Any]) -> None:
    text = yaml.safe_dump(changed(yaml.safe_load(small_yaml()), (*place, "colour"), "red"))
    known = re.search(r"unknown key 'colour'; known are (.+)", loader_words(text))
    assert known is not None
    assert set(known[1].split(", ")) == set(defined["properties"])


@pytest.mark.parametrize(
    ("model", "field", "path"),
    [
        (Taxonomy, "key", "$defs/key"),
        (Taxonomy, "title", "properties/title"),
        (Taxonomy, "domain", "properties/domain"),
        (Taxonomy, "description", "properties/description"),
        (TaxonomyVersion, "guidelines", "properties/guidelines"),
        (Criterion, "key", "$defs/key"),
        (Criterion, "question", "$defs/criterion/properties/question"),
        (Label, "key", "$defs/key"),
        (Label, "title", "$defs/label/properties/title"),
        (Label, "definition", "$defs/label/properties/definition"),
    ],
)
def test_schema_and_database_know_the_same_lengths(model: Any, field: str, path: str) -> None:
    node = SCHEMA
    for part in path.split("/"):
        node = node[part]
    assert node.get("maxLength") == model._meta.get_field(field).max_length
