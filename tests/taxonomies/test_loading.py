import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from taxonomies.content import content_of
from taxonomies.loading import Outcome, dump_taxonomy, load_taxonomy
from taxonomies.management.commands.load_taxonomy import PRESETS
from taxonomies.models import Label, Taxonomy, TaxonomyVersion
from taxonomies.publishing import VersionRefused, clone_version, publish
from taxonomies.strict_yaml import NotLoadable
from tests.makers import NOW, make_version, small_yaml

pytestmark = pytest.mark.django_db


def refusal(text: str) -> str:
    """What loading says; nothing may have been stored."""
    with pytest.raises(NotLoadable) as refused:
        load_taxonomy(text=text, publish=True, now=NOW)
    assert not Taxonomy.objects.exists()
    return str(refused.value)


def test_a_file_becomes_a_published_version() -> None:
    loaded = load_taxonomy(text=small_yaml(), publish=True, now=NOW)
    assert loaded.outcome == Outcome.PUBLISHED
    assert (loaded.version.number, loaded.version.status) == (1, "published")
    content = content_of(loaded.version)
    assert content["guidelines"] == "Look **twice**.\n"
    assert [criterion["key"] for criterion in content["criteria"]] == ["verdict", "error_type"]
    assert [label["value"] for label in content["criteria"][0]["labels"]] == [1, 0, -1]


def test_loading_twice_changes_nothing() -> None:
    first = load_taxonomy(text=small_yaml(), publish=True, now=NOW)
    second = load_taxonomy(text=small_yaml(), publish=True, now=NOW)
    assert second.outcome == Outcome.UNCHANGED
    assert second.version == first.version
    assert TaxonomyVersion.objects.count() == 1


def test_other_content_becomes_the_next_version() -> None:
    load_taxonomy(text=small_yaml(), publish=True, now=NOW)
    loaded = load_taxonomy(text=small_yaml().replace("Wrong.", "Not right."), publish=True, now=NOW)
    assert (loaded.version.number, loaded.outcome) == (2, Outcome.PUBLISHED)


def test_a_new_title_makes_no_new_version() -> None:
    load_taxonomy(text=small_yaml(), publish=True, now=NOW)
    loaded = load_taxonomy(text=small_yaml().replace("title: Small", "title: Little"), publish=True, now=NOW)
    assert loaded.outcome == Outcome.UNCHANGED
    assert Taxonomy.objects.get().title == "Little"


def test_a_draft_is_loaded_once_and_then_published() -> None:
    outcomes = [
        load_taxonomy(text=small_yaml(), publish=publish, now=NOW).outcome for publish in (False, False, True)
    ]
    assert outcomes == [Outcome.DRAFTED, Outcome.UNCHANGED, Outcome.PUBLISHED]
    assert TaxonomyVersion.objects.count() == 1


def test_somebody_elses_draft_is_not_overwritten() -> None:
    draft = clone_version(version=make_version(small_yaml()))
    with pytest.raises(VersionRefused, match="has a draft, version 2"):
        load_taxonomy(text=small_yaml().replace("Wrong.", "Not right."), publish=True, now=NOW)
    assert TaxonomyVersion.objects.filter(status="draft").get() == draft


def test_a_draft_may_be_unfinished() -> None:
    text = small_yaml().replace("definition: Wrong., ", "")
    assert "verdict.bad has no definition" in refusal(text)
    assert load_taxonomy(text=text, publish=False, now=NOW).outcome == Outcome.DRAFTED


@pytest.mark.parametrize("preset", sorted(PRESETS.glob("*.yaml")), ids=lambda path: str(path.stem))
def test_dump_and_load_give_the_same_digest(preset: Path) -> None:
    version = load_taxonomy(text=preset.read_text(), publish=True, now=NOW).version
    text = dump_taxonomy(version)
    assert load_taxonomy(text=text, publish=True, now=NOW).outcome == Outcome.UNCHANGED
    other = load_taxonomy(
        text=text.replace("taxonomy: ", "taxonomy: other_", 1), publish=True, now=NOW
    ).version
    assert other.digest == version.digest
    assert dump_taxonomy(other).split("\n", 1)[1] == text.split("\n", 1)[1]


@pytest.mark.parametrize(
    "text",
    [
        "on", "1", "0x1F", "null", "~", "2024-01-01", "- a", "a: b", "'", '"', "#", "& *", "!tag", "%", "@", "|", ">",
        " padded ", "trailing \nspace", "\nfirst", "last\n\n", "crlf\r\nline", "tab\there", "\x85 \u2028 \ufeff", "\x07",
        "\U0001f642 ∀ é e\u0301", "x" * 5000, "word " * 1000, "\\(x\\) $a_1$", "<<", "=", "---", "...",
    ],
)  # fmt: skip
def test_any_text_comes_back_as_it_was(text: str) -> None:
    draft = make_version(small_yaml(), publish=False)
    Label.objects.filter(version=draft, key="bad").update(definition=text, good_example=text)
    TaxonomyVersion.objects.filter(pk=draft.pk).update(guidelines=text)
    draft.refresh_from_db()
    loaded = load_taxonomy(text=dump_taxonomy(draft).replace("small", "other", 1), publish=False, now=NOW)
    assert content_of(loaded.version) == content_of(draft)


def test_every_preset_explains_every_label_with_examples() -> None:
    for preset in PRESETS.glob("*.yaml"):
        version = load_taxonomy(text=preset.read_text(), publish=True, now=NOW).version
        for label in Label.objects.filter(version=version):
            assert label.definition, label
            assert label.good_example, label
            assert label.bad_example, label


def test_an_unknown_key_is_named_with_its_line() -> None:
    assert refusal(
        small_yaml().replace("    question: What", "    colour: red\n    question: What")
    ).startswith("line 16: criteria[1]: unknown key 'colour'; known are key, kind,")


def test_a_key_that_stands_twice_is_refused() -> None:
    text = small_yaml().replace("domain: testing", "title: Again")
    assert refusal(text) == "line 3: the key 'title' stands here twice"


def test_a_missing_key_is_named() -> None:
    assert refusal("taxonomy: small\ntitle: Small\n") == "line 1: the key 'criteria' is missing"


def test_a_collision_is_named_with_line_and_path() -> None:
    assert refusal(small_yaml().replace('hotkey: "5"', 'hotkey: "4"')).startswith(
        "line 20: criteria[1].labels[1].hotkey: error_type.other: the key 4 is taken by error_type.sign_error"
    )


def test_a_cycle_is_refused() -> None:
    text = small_yaml().replace("[verdict.bad]", "[severity.high]") + (
        "  - {key: severity, question: How bad, shown_for: [error_type.other],\n"
        "     labels: [{key: high, title: High, definition: Very.}]}\n"
    )
    assert refusal(text) == (
        "line 17: criteria[1].shown_for[0]: 'severity.high': severity is not asked before error_type"
    )


def test_paths_count_as_the_file_does() -> None:
    head, verdict_and_more = small_yaml().split("  - key: verdict")
    verdict, error_type = verdict_and_more.split("  - key: error_type")
    text = f"{head}  - key: error_type{error_type}  - key: verdict{verdict}"
    assert refusal(text.replace('hotkey: "2"', 'hotkey: "1"')).startswith(
        "line 19: criteria[1].labels[1].hotkey"
    )
    loaded = load_taxonomy(text=text, publish=True, now=NOW)
    assert loaded.version.digest == make_version(small_yaml(key="as_usual")).digest


def test_an_anchor_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "taxonomy: small\na: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert refusal(bomb) == "line 2: anchors (&) and aliases (*) are not allowed"


def test_ten_megabytes_are_refused_unread() -> None:
    assert refusal("x" * 10_000_000) == "line 1: 10000000 bytes; the limit is 1000000"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert "nested deeper than 20 levels" in refusal(opening * 100_000)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('hotkey: "4"', "hotkey: 4", 'line 19: criteria[1].labels[0].hotkey: expected text, found a number; to mean text, put it in quotes: "4"'),
        ('hotkey: "4"', "hotkey: no", "found yes or no"),
        ('hotkey: "4"', 'hotkey: "44"', "at most 1 character"),
        ('hotkey: "4"', 'hotkey: "N"', "One small letter or digit."),
        ("value: 1,", 'value: "1",', "criteria[0].labels[0].value: expected one of -1, 0, 1"),
        ("value: 1,", "value: 2,", "expected one of -1, 0, 1"),
        ("value: 1,", "value: 1.0,", "expected one of -1, 0, 1"),
        ("tone: good", "tone: nice", "Value 'nice' is not a valid choice."),
        ("required: true", "required: 1", "expected true or false, found a number"),
        ("key: sign_error", "key: Sign error", "Use small letters, digits and underscores"),
        ("title: Sign error", f"title: {'x' * 121}", "at most 120 characters"),
        ("title: Sign error", 'title: "a\\0b"', "NUL and lone surrogates are no text"),
        ("title: Sign error", 'title: "a\\ud800b"', "NUL and lone surrogates are no text"),
        ("title: Sign error", "title: !!python/object:os.system x", "found the tag"),
        ("title: Sign error", "title: 2024-01-01", "found a date"),
        ("title: Sign error", "title: {a: b}", "found a mapping"),
        ("shown_for: [verdict.bad]", "shown_for: verdict.bad", "expected a list, found text"),
        ("question: What is wrong?", "question:", "found nothing"),
        ("guidelines: |", "guidelines: [", "line "),
        ("domain: testing", "domain: \x01", "line 3: the character U+0001 is not allowed"),
        ("domain: testing", "---\ndomain: testing", "line 3: "),
        ("domain: testing", "<<: {title: x}", "line 3: unknown key '<<'"),
        ("domain: testing", "? [a, b]\n: c", "line 3: unknown key 'a list'"),
    ],
)  # fmt: skip
def test_nothing_is_guessed(old: str, new: str, words: str) -> None:
    assert small_yaml().count(old) == 1
    assert words in refusal(small_yaml().replace(old, new))


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "small", "1", "\ud800"])
def test_what_is_no_taxonomy_is_refused(text: str) -> None:
    assert refusal(text).startswith("line 1: ")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_taxonomy", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_loads_a_preset_and_says_what_it_did() -> None:
    assert run("prm800k") == "prm800k v1: published"
    assert run("prm800k") == "prm800k v1: unchanged"
    result = json.loads(run("prm800k", "--json"))
    assert (result["number"], result["outcome"], len(result["digest"])) == (1, "unchanged", 64)


def test_the_command_can_leave_a_draft(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(small_yaml())
    assert run(str(file), "--draft") == "small v1: drafted"
    assert publish(version=TaxonomyVersion.objects.get(), now=NOW).status == "published"


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda file: file.write_text("taxonomy: [\n"), "was refused, nothing was stored:\nline 2: "),
        (lambda file: file.write_bytes(b"taxonomy: small\ntitle: \xff\n"), "line 2: not UTF-8"),
        (lambda file: file.write_bytes(b"x" * 1_000_001), "larger than 1000000 bytes"),
        (lambda file: file.mkdir(), "cannot be read: Is a directory"),
        (lambda file: None, "cannot be read: No such file or directory"),
    ],
)
def test_the_command_refuses_with_words(tmp_path: Path, write: Callable[[Path], object], words: str) -> None:
    file = tmp_path / "bad.yaml"
    write(file)
    with pytest.raises(CommandError) as refused:
        run(str(file))
    assert words in str(refused.value)
