"""`make words`: what Stepmark says to people, collected from its sources into the catalogues of annotator/locale/.

Needs no gettext tools, and nothing that only reads catalogues needs this: what it compiles is committed.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

REPOSITORY = Path(__file__).resolve().parent.parent
LOCALE = REPOSITORY / "annotator" / "locale"
# English is what the sources say.
LANGUAGES = ["de"]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    # `gettext_lazy as lazy`, where a module is nothing but words.
    "lazy": None,
}
# Without dates and names: a catalogue changes only when its words do.
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def source_files() -> Iterator[Path]:
    yield from sorted((REPOSITORY / "templates").rglob("*.html"))
    for root in ("annotator", "taxonomies"):
        yield from sorted((REPOSITORY / root).rglob("*.py"))


def collected() -> Catalog:
    """Every message of the templates and of the code, without translations."""
    found = Catalog()
    for path in source_files():
        text = path.read_text()
        if path.suffix == ".html":
            # Only its gettext calls are Python: the rest must not look like wrongly indented code.
            text = "\n".join(line.strip() for line in templatize(text, str(path)).splitlines())
        for _, message, _, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
            found.add(message, context=context)
    return found


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)


def as_po(catalog: Catalog, *, language: str) -> bytes:
    body = BytesIO()
    write_po(
        body, catalog, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True, width=110
    )
    return HEADER.format(language=language).encode() + body.getvalue().lstrip()


def as_mo(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    return [str(message.id) for message in catalog if message.id and not all(forms_of(message))]


def forms_of(message: Message) -> list[str]:
    """What it is translated by: one text, or one for each plural; empty where there is none yet."""
    if isinstance(message.string, list | tuple):
        return list(message.string)
    return [message.string or ""]


def update(language: str) -> list[str]:
    """Bring a catalogue in line with the sources, and compile it; what it still has to say in its language."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = catalogue(language) if path.exists() else Catalog(locale=language)
    catalog.update(collected(), no_fuzzy_matching=True)
    path.write_bytes(as_po(catalog, language=language))
    path.with_suffix(".mo").write_bytes(as_mo(catalogue(language)))
    return untranslated(catalogue(language))


def main() -> int:
    missing = 0
    for language in LANGUAGES:
        for message in update(language):
            print(f"{language}: not translated: {message}")
            missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
