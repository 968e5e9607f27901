import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.accounts.people import PersonRefused, create_person, draw_password


class Command(BaseCommand):
    help = (
        "Make a person who can sign in, and print a freshly drawn password. It is shown this once and kept only as "
        "a hash. What the person may do in a campaign is decided by their membership there. "
        "Exit code 1 when the name is taken or not allowed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the name to sign in with")
        parser.add_argument(
            "--researcher",
            action="store_true",
            help="may also use the admin: taxonomies, datasets, own campaigns",
        )
        parser.add_argument("--json", action="store_true", help="print the result as one JSON line")

    def handle(self, *, name: str, researcher: bool, json: bool, **options: Any) -> None:
        password = draw_password()
        try:
            person = create_person(username=name, password=password, researcher=researcher)
        except PersonRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            as_json(person.username, password, researcher=researcher)
            if json
            else f"{person.username} {password}"
        )


def as_json(username: str, password: str, *, researcher: bool) -> str:
    return json.dumps({"username": username, "password": password, "researcher": researcher})
