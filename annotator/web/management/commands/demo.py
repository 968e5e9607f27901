import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.accounts.people import PersonRefused
from annotator.assignments.models import Campaign
from annotator.chains.models import Dataset
from annotator.web.demo.making import ANNOTATORS, PARTS, RESEARCHER, REVIEWER, make_demo
from taxonomies.publishing import VersionRefused


class Command(BaseCommand):
    help = (
        "Make the campaign `demo` and one for each of four domains, with three annotators, a reviewer and a "
        "researcher, and print their passwords once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is any campaign already"
        )
        parser.add_argument("--json", action="store_true", help="print the people as one JSON object")

    def handle(self, **options: object) -> None:
        if options["if_empty"] and Campaign.objects.exists():
            return
        keys = [part.key for part in PARTS]
        for model in (Campaign, Dataset):
            taken = model.objects.filter(key__in=keys).order_by("key").first()
            if taken is not None:
                raise CommandError(f"The {model._meta.verbose_name} {taken.key} is there already.")
        try:
            passwords = make_demo(now=timezone.now())
        except (PersonRefused, VersionRefused) as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(passwords))
            return
        roles = {
            **dict.fromkeys(ANNOTATORS, "annotator"),
            REVIEWER: "reviewer",
            RESEARCHER: "researcher, admin",
        }
        self.stdout.write(
            f"The campaigns {', '.join(keys)} are ready. These passwords are shown this once:\n"
        )
        for name, password in passwords.items():
            self.stdout.write(f"  {name:<6} {password}   {roles[name]}")
