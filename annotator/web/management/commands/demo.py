import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.accounts.people import PersonRefused
from annotator.assignments.models import Campaign
from annotator.web.demo.making import ANNOTATORS, RESEARCHER, REVIEWER, make_demo


class Command(BaseCommand):
    help = "Make the campaign `demo` with three annotators, a reviewer and a researcher, and print their passwords once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is any campaign already"
        )
        parser.add_argument("--json", action="store_true", help="print the people as one JSON object")

    def handle(self, **options: object) -> None:
        if options["if_empty"] and Campaign.objects.exists():
            return
        if Campaign.objects.filter(key="demo").exists():
            raise CommandError("The campaign demo is there already.")
        try:
            passwords = make_demo(now=timezone.now())
        except PersonRefused as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(passwords))
            return
        roles = {
            **dict.fromkeys(ANNOTATORS, "annotator"),
            REVIEWER: "reviewer",
            RESEARCHER: "researcher, admin",
        }
        self.stdout.write("The campaign `demo` is ready. These passwords are shown this once:\n")
        for name, password in passwords.items():
            self.stdout.write(f"  {name:<6} {password}   {roles[name]}")
