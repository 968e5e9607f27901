import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from taxonomies.loading import Loaded, load_taxonomy
from taxonomies.publishing import VersionRefused
from taxonomies.strict_yaml import BYTES_LIMIT, NotLoadable

PRESETS = Path(__file__).resolve().parents[2] / "presets"


class Command(BaseCommand):
    help = (
        "Load a taxonomy from a YAML file and publish it as the taxonomy's next version. "
        "A file whose content is already published changes nothing, so loading twice is safe. "
        "Exit code 1 with line and path when the file is refused; then nothing was stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        presets = ", ".join(sorted(path.stem for path in PRESETS.glob("*.yaml")))
        parser.add_argument(
            "file",
            metavar="FILE",
            help=f"a YAML file, - for standard input, or the name of a preset: {presets}",
        )
        parser.add_argument(
            "--draft", action="store_true", help="leave the version as a draft, to edit in the admin"
        )
        parser.add_argument(
            "--owner",
            metavar="NAME",
            action="append",
            default=[],
            help="a researcher who owns the taxonomy, in addition to those who do; may be given several times; "
            "a taxonomy without owners belongs to all researchers",
        )
        parser.add_argument("--json", action="store_true", help="print the result as one JSON line")

    def handle(self, *, file: str, draft: bool, owner: list[str], json: bool, **options: Any) -> None:
        owners = researchers_named(owner)
        try:
            with transaction.atomic():
                loaded = load_taxonomy(text=read_text(file), publish=not draft, now=timezone.now())
                loaded.version.taxonomy.owners.add(*(owner.pk for owner in owners))
        except NotLoadable as error:
            raise CommandError(f"{file} was refused, nothing was stored:\n{error}") from error
        except VersionRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_json(loaded) if json else f"{loaded.version}: {loaded.outcome}")


def researchers_named(usernames: list[str]) -> list[AbstractUser]:
    people = get_user_model().objects.filter(username__in=usernames, is_staff=True, is_active=True)
    found = {person.get_username(): person for person in people}
    missing = [name for name in usernames if name not in found]
    if missing:
        raise CommandError(f"There is no researcher named {', '.join(missing)}; nothing was stored.")
    return list(found.values())


def as_json(loaded: Loaded) -> str:
    version = loaded.version
    return json.dumps(
        {
            "taxonomy": version.taxonomy.key,
            "number": version.number,
            "status": version.status,
            "digest": version.digest,
            "outcome": loaded.outcome,
        }
    )


def read_text(file: str) -> str:
    preset = PRESETS / f"{file}.yaml"
    path = preset if "/" not in file and preset.is_file() else Path(file)
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(BYTES_LIMIT + 1)
        else:
            with path.open("rb") as stream:
                raw = stream.read(BYTES_LIMIT + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    if len(raw) > BYTES_LIMIT:
        raise CommandError(f"{file} is larger than {BYTES_LIMIT} bytes; nothing was stored.")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CommandError(f"{file} was refused, nothing was stored:\nline {line}: not UTF-8") from error
