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
from tests.makers import NOW, make_user, make_version, small_yaml

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
        " padded ", "trailing \nspace", "\nfirst", "last\n\n", "crlf\r\nline", "tab\there", "\x85 \u2028 \ufeff", "[a\x85", "\x85=", "\x07",
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
        ("title: Sign error", "title: !!python/object:os.system x", "line 19: found the tag tag:yaml.org,2002:python/object:os.system; tags (!) are not allowed"),
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


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        # Characters that nobody sees.
        ("title: Small", "title: Sm\x00all", "line 2: the character U+0000 is not allowed"),
        ("title: Small", "title: Sm\ufeffall", "line 2: the character U+FEFF is not allowed"),
        ("title: Small", "title: Sm\ud800all", "line 2: a lone surrogate is no text"),
        ("title: Small", 'title: "Sm\\uD83D\\uDE00all"', "line 2: title: NUL and lone surrogates are no text"),
        ("title: Small", 'title: "\\UFFFFFFFF"', "line 2: found a number that is no character's"),
        ("title: Small", 'title: "\\U00110000"', "line 2: found a number that is no character's"),
        ("title: Small", "title: Sm\x85all", "line "),
        ("    question: Is it right?", "\tquestion: Is it right?", "line 8: while scanning for the next token, found character '\\t'"),
        ("title: Small", "title:\tSmall", "line 2: while scanning for the next token, found character '\\t'"),
        # What YAML has beyond plain values.
        ("title: Small", "title: !!str Small", "line 2: found the tag tag:yaml.org,2002:str; tags (!) are not allowed"),
        ("title: Small", "title: !own Small", "line 2: found the tag !own; tags (!) are not allowed"),
        ("criteria:\n", "criteria: !!omap\n", "line 6: found the tag tag:yaml.org,2002:omap"),
        ("  - key: error_type", "  - !!python/object:os.system\n    key: error_type", "line 15: found the tag"),
        ("title: Small", "title: *small", "line 2: anchors (&) and aliases (*) are not allowed"),
        ("domain: testing", "<<: [{domain: x}]", "line 3: unknown key '<<'"),
        ("{key: other, title: Other", "{<<: {key: other}, title: Other", "line 20: criteria[1].labels[1]: unknown key '<<'"),
        ("domain: testing", "domain: testing\n---\ntaxonomy: second", "line 4: expected a single document in the stream"),
        ("taxonomy: small", "%YAML 2.0\n---\ntaxonomy: small", "line 1: found incompatible YAML document"),
        ("title: Small", "yes: Small", "line 2: unknown key 'yes'"),
        ("title: Small", "?\n: Small", "line 2: unknown key ''"),
        ("title: Sign error", "title: Sign error, title: Again", "line 19: criteria[1].labels[0]: the key 'title' stands here twice"),
        ("    required: true", "    required: true\n    required: true", "line 10: criteria[0]: the key 'required' stands here twice"),
        # Another type than the field's.
        ("taxonomy: small", "taxonomy: [small]", "line 1: taxonomy: expected text, found a list"),
        ("title: Small", "title: 12", 'line 2: title: expected text, found a number; to mean text, put it in quotes: "12"'),
        ("title: Small", f"title: {'9' * 5000}", "line 2: title: expected text, found a number"),
        ("domain: testing", "domain: 1.5", "line 3: domain: expected text, found a number"),
        ("domain: testing", "description: {a: b}", "line 3: description: expected text, found a mapping"),
        ("guidelines: |\n  Look **twice**.", "guidelines: [look]", "line 4: guidelines: expected text, found a list"),
        ("question: Is it right?", "question: true", "line 8: criteria[0].question: expected text, found yes or no"),
        ("    required: true", "    kind: [one]", "line 9: criteria[0].kind: expected text, found a list"),
        ("    required: true", "    kind: some", "line 9: criteria[0].kind: Value 'some' is not a valid choice."),
        ("    required: true", "    scope: {step: 1}", "line 9: criteria[0].scope: expected text, found a mapping"),
        ("    required: true", '    required: "true"', "line 9: criteria[0].required: expected true or false, found text"),
        ("    verdict: true", "    verdict: 1", "line 10: criteria[0].verdict: expected true or false, found a number"),
        ("shown_for: [verdict.bad]", "shown_for: {verdict: bad}", "line 17: criteria[1].shown_for: expected a list, found a mapping"),
        ("shown_for: [verdict.bad]", "shown_for: [[verdict.bad]]", "line 17: criteria[1].shown_for[0]: expected text, found a list"),
        ("shown_for: [verdict.bad]", "shown_for: [verdict.bad, verdict.bad]", "line 17: criteria[1].shown_for[1]: 'verdict.bad' stands here twice"),
        ('{key: other, title: Other, definition: Anything else., hotkey: "5"}', "other", "line 20: criteria[1].labels[1]: expected a mapping, found text"),
        ("key: other", "key: null", "line 20: criteria[1].labels[1].key: expected text, found nothing"),
        ("title: Other", "title: 1.5e+3", "line 20: criteria[1].labels[1].title: expected text, found "),
        ("definition: Anything else.", "definition: [a]", "criteria[1].labels[1].definition: expected text, found a list"),
        ("definition: Anything else.", "definition: A., good_example: 2024-01-01", "labels[1].good_example: expected text, found a date"),
        ("definition: Anything else.", "definition: A., bad_example: no", "labels[1].bad_example: expected text, found yes or no"),
        ("value: 1,", f"value: {'9' * 5000},", "line 12: criteria[0].labels[0].value: expected one of -1, 0, 1"),
        ("value: 1,", "value: 0x1,", "expected one of -1, 0, 1"),
        ("value: 1,", "value: 01,", "expected one of -1, 0, 1"),
        ("value: 1,", "value: [1],", "expected one of -1, 0, 1"),
        ("tone: good", "tone: [good]", "criteria[0].labels[0].tone: expected text, found a list"),
        ("taxonomy: small", f"taxonomy: {'a' * 81}", "line 1: taxonomy: Ensure this value has at most 80 characters"),
        ("key: sign_error", 'key: "sign_error\\n"', "line 19: criteria[1].labels[0].key: Use small letters"),
        # Scopes.
        ("shown_for: [verdict.bad]", "scope: everything", "line 17: criteria[1].scope: Value 'everything' is not a valid choice."),
        ("    verdict: true", "    verdict: true\n    scope: chain", "line 7: criteria[0]: the verdict verdict asks every step"),
        ("shown_for: [verdict.bad]", "scope: chain\n    shown_for: [verdict.bad]", "line 18: criteria[1].shown_for[0]: 'verdict.bad': verdict is asked of the step, error_type of the chain"),
        # Content features.
        ("domain: testing", "content_features: [emojis]", "line 3: content_features[0]: Value 'emojis' is not a valid choice."),
        ("domain: testing", "content_features:\n  - emoji\n  - code\n  - emoji", "line 6: content_features[2]: 'emoji' stands here twice"),
        ("domain: testing", "content_features: emoji", "line 3: content_features: expected a list, found text"),
        ("domain: testing", "content_features: {emoji: true}", "line 3: content_features: expected a list, found a mapping"),
        ("domain: testing", "content_features: [1]", "line 3: content_features[0]: expected text, found a number"),
        ("domain: testing", "content_features:", "line 3: content_features: expected a list, found nothing"),
        # Conditions that cannot be met.
        ("[verdict.bad]", "[verdict.awful]", "line 17: criteria[1].shown_for[0]: 'verdict.awful': verdict has no label 'awful'"),
        ("[verdict.bad]", "[nothing.bad]", "line 17: criteria[1].shown_for[0]: 'nothing.bad': there is no criterion 'nothing'"),
        ("[verdict.bad]", "[error_type.other]", "'error_type.other': error_type is not asked before error_type"),
        # Keys and structure.
        ("key: other", "key: sign_error", "line 20: criteria[1].labels[1].key: the key sign_error is taken by an earlier label of error_type"),
        ("key: error_type", "key: verdict", "line 15: criteria[1].key: the key verdict is taken by an earlier criterion"),
        ("shown_for: [verdict.bad]", "verdict: true", "line 17: criteria[1].verdict: error_type is a second verdict beside verdict"),
        ("shown_for: [verdict.bad]", "kind: text", "line 18: criteria[1].labels: error_type asks for text, so it has no labels"),
        ('hotkey: "5"', 'hotkey: "j"', "the key j belongs to the page (next step)"),
        ('hotkey: "5"', 'hotkey: "3"', "line 20: criteria[1].labels[1].hotkey: error_type.other: the keys 1, 2 and 3 are kept for verdicts"),
    ],
)  # fmt: skip
def test_every_wrong_kind_is_refused_with_line_path_and_reason(old: str, new: str, words: str) -> None:
    assert small_yaml().count(old) == 1
    refused = refusal(small_yaml().replace(old, new))
    assert words in refused
    assert all(line.startswith("line ") for line in refused.splitlines())


def test_a_byte_order_mark_at_the_start_and_windows_line_ends_change_nothing() -> None:
    plain = make_version(small_yaml())
    windows = "\ufeff" + small_yaml().replace("\n", "\r\n")
    loaded = load_taxonomy(text=windows, publish=True, now=NOW)
    assert (loaded.outcome, loaded.version.digest) == (Outcome.UNCHANGED, plain.digest)


def test_of_very_many_problems_the_first_hundred_are_told() -> None:
    text = small_yaml() + "".join(f"      - {{key: a{number}, title: A}}\n" for number in range(1_000))
    refused = refusal(text).splitlines()
    assert len(refused) == 101
    assert refused[-1] == "and 900 more"


def test_a_digest_of_the_first_release_stands() -> None:
    """Exports and pipelines hold it. What came later counts only where it is used."""
    version = make_version(small_yaml())
    assert version.digest == "c38064bb0f5308db4f5348071e57743cfb2feddc50685dc87bcd6625733bc15e"
    assert (
        make_version(
            small_yaml(key="other").replace("    verdict: true", "    verdict: true\n    scope: step")
        ).digest
        == version.digest
    )
    used = [
        small_yaml(key="third").replace("domain: testing", "content_features: [code]"),
        small_yaml(key="fourth").replace("shown_for: [verdict.bad]", "scope: chain"),
    ]
    assert len({version.digest, *(make_version(text).digest for text in used)}) == 3


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


def test_the_command_adds_owners_who_are_researchers(tmp_path: Path) -> None:
    make_user("rosa", researcher=True)
    make_user("sven", researcher=True)
    make_user("ann")
    file = tmp_path / "small.yaml"
    file.write_text(small_yaml())
    run(str(file), "--owner", "rosa")
    run(str(file), "--owner", "sven")
    owners = Taxonomy.objects.get().owners.order_by("username")
    assert [owner.username for owner in owners] == ["rosa", "sven"]
    file.write_text(small_yaml(key="other"))
    for name in ("ann", "nobody"):
        with pytest.raises(CommandError, match=f"no researcher named {name}; nothing was stored"):
            run(str(file), "--owner", name)
    assert Taxonomy.objects.count() == 1
