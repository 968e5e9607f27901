"""What the documentation points to is there: files, pictures, commands, options, settings."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from annotator.api.models import Scope
from annotator.chains.formats import FORMATS
from annotator.exports.formats import WRITERS

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
EVERY_PAGE = pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"manage\.py +([a-z]\w*)((?: *\\\n|[^\n`|>#&;])*)")
TARGET = re.compile(r"\bmake (?:[A-Z]+=\S+ )?([a-z]+)\b")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


@EVERY_PAGE
def test_every_link_and_picture_is_there(document: Path) -> None:
    targets = [target.partition("#")[0] for target in LINK.findall(document.read_text())]
    inside = [target for target in targets if target and "://" not in target]
    assert [target for target in inside if not (document.parent / target).exists()] == []


@EVERY_PAGE
def test_every_command_exists_with_its_options(document: Path) -> None:
    commands = get_commands()
    for name, words in COMMAND.findall(code_of(document)):
        assert name in commands, f"{document.name}: manage.py {name}"
        app = commands[name]
        command = app if not isinstance(app, str) else load_command_class(app, name)
        known = command.create_parser("manage.py", name)._option_string_actions
        for option in re.findall(r"--[a-z][a-z-]+", words):
            assert option in known, f"{document.name}: manage.py {name} {option}"


@EVERY_PAGE
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    named = set(TARGET.findall(code_of(document)))
    assert named <= targets


@EVERY_PAGE
def test_every_named_path_is_there(document: Path) -> None:
    named = re.findall(
        r"`((?:docs|tests|annotator|taxonomies|templates|static)/[\w/.-]+)`", document.read_text()
    )
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_the_operators_table_names_every_setting() -> None:
    settings = (REPOSITORY / "annotator" / "settings.py").read_text()
    text = (REPOSITORY / "docs" / "operators.md").read_text()
    missing = set(re.findall(r'env\.\w+\("([A-Z_]+)"', settings)) - set(re.findall(r"`([A-Z_]+)`", text))
    # DEBUG is refused outside `manage.py dev`, where nobody needs it.
    assert missing <= {"DEBUG"}


def test_the_pages_for_pipelines_name_every_scope_and_format() -> None:
    text = "".join((REPOSITORY / "docs" / name).read_text() for name in ("ci.md", "formats.md"))
    assert [name for name in [*Scope.values, *WRITERS, *FORMATS] if f"`{name}`" not in text] == []


def test_the_first_screen_is_one_sentence_one_picture_and_two_commands() -> None:
    first_screen = (REPOSITORY / "README.md").read_text().split("\n## ")[0]
    assert len(LINK.findall(first_screen)) == 1
    assert re.findall(r"^make \w+", first_screen, re.MULTILINE) == ["make run", "make test"]


def test_decisions_are_numbered_and_say_context_decision_and_consequences() -> None:
    pages = sorted((REPOSITORY / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        headings = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"]


def code_of(page: Path) -> str:
    """Fenced and inline code: prose may `make` sense."""
    return "\n".join(CODE.findall(page.read_text()))
