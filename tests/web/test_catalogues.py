"""The catalogues of annotator/locale/ say in another language what the sources say in English, all of it and nothing else."""

import pkgutil
import re
from collections import Counter
from importlib import import_module
from io import BytesIO

import pytest
from babel.messages import Message
from babel.messages.mofile import read_mo
from django.conf import settings

import annotator.analysis
from annotator.web.campaigns.figure_words import REASONS, REASONS_WITH_NUMBERS
from tests.catalogue import (
    KEYWORDS,
    LANGUAGES,
    REPOSITORY,
    catalogue,
    collected,
    forms_of,
    po_path,
    source_files,
    untranslated,
)

# `{name}` of our code, `%(name)s` of templates.
PLACEHOLDER = re.compile(r"\{\w+\}|%\(\w+\)s")


def ids(messages: object) -> set[object]:
    return {(message.context, message.id) for message in messages if message.id}  # type: ignore[attr-defined]


def texts(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_every_language_that_can_be_chosen_has_a_catalogue() -> None:
    assert [code for code, _ in settings.LANGUAGES] == ["en", *LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_what_the_sources_say_and_nothing_else(language: str) -> None:
    # After a change of words: `make words`, then translate what it names.
    assert ids(catalogue(language)) == ids(collected())


def test_every_reason_that_a_report_may_give_has_words_for_its_readers() -> None:
    # Reports are pure and speak English; a reason that the page does not know would be shown as it is stored.
    modules = [
        import_module(f"annotator.analysis.{found.name}")
        for found in pkgutil.iter_modules(annotator.analysis.__path__)
    ]
    assert [
        f"{module.__name__}.{name}"
        for module in modules
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str) and text.endswith(".")
        if text not in REASONS and text not in REASONS_WITH_NUMBERS
    ] == []


def test_every_name_that_marks_words_is_one_that_the_collection_knows() -> None:
    # Under another name they would be on the page in English for ever, and nothing would miss them.
    imported = re.compile(r"^from django\.utils\.translation import (?:\(([^)]*)\)|(.*))$", re.MULTILINE)
    named = {
        name.strip().rpartition(" as ")[2]
        for path in source_files()
        if path.suffix == ".py"
        for names in imported.findall(path.read_text())
        for name in "".join(names).split(",")
        if "gettext" in name
    }
    assert named
    assert named <= {*KEYWORDS}


def test_no_script_has_words_of_its_own() -> None:
    # A sentence in a string, or a string that becomes a text: it belongs into annotator/web/words.py.
    sentence = re.compile(
        r"""["`][A-Z][a-z]+,? [a-z]|(?:textContent|ariaLabel|innerText) = ["`]\w|label", ["`]\w"""
    )
    assert [
        f"{path.name}: {line.strip()}"
        for path in sorted((REPOSITORY / "static").glob("*.js"))
        for line in path.read_text().splitlines()
        if sentence.search(line)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated_and_nothing_is_a_guess(language: str) -> None:
    found = catalogue(language)
    assert untranslated(found) == []
    assert [message.id for message in found if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_same_places_for_values(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        wanted = Counter(PLACEHOLDER.findall(texts(message)[-1]))
        for form in forms_of(message):
            # A singular may leave its number out.
            assert Counter(PLACEHOLDER.findall(form)) <= wanted, message.id
        assert Counter(PLACEHOLDER.findall(forms_of(message)[-1])) == wanted, message.id


def test_the_places_for_values_are_plain_names() -> None:
    # A filter or a dot inside of blocktranslate would show nothing: it belongs into its `with`.
    strange = re.compile(r"%\((?!\w+\)s)|\{(?!\w+\})")
    assert [message.id for message in collected() for text in texts(message) if strange.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_a_form_for_one_and_for_many(language: str) -> None:
    counted = [message for message in catalogue(language) if not isinstance(message.id, str)]
    assert counted
    assert {len(forms_of(message)) for message in counted} == {2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_begins_and_ends_as_the_english_does(language: str) -> None:
    for message in catalogue(language):
        for form in forms_of(message) if message.id else []:
            english = texts(message)[0]
            assert (form[:1].isspace(), form[-1:].isspace()) == (
                english[:1].isspace(),
                english[-1:].isspace(),
            ), english
            assert form.endswith("\n") == english.endswith("\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = read_mo(BytesIO(po_path(language).with_suffix(".mo").read_bytes()))
    # Babel reads the contexts of a compiled catalogue as bytes.
    said = {
        (m.context.decode() if m.context else None, tuple(texts(m))): tuple(forms_of(m))  # type: ignore[attr-defined]
        for m in compiled
        if m.id
    }
    assert said == {(m.context, tuple(texts(m))): tuple(forms_of(m)) for m in catalogue(language) if m.id}
