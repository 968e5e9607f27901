import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from annotator.assignments.models import Campaign
from annotator.grading.bringing.bring import BringingRefused, Brought, bring_grades
from annotator.grading.bringing.labellings import bring_labellings

FORMATS = {"native": bring_grades, "prm800k": bring_labellings}


class Command(BaseCommand):
    help = (
        "Bring the grades and decisions of a native export with votes=1 into a campaign over the same chains and the"
        " same version of the taxonomy, all or nothing: comments too where the export has them. The same file again"
        " changes nothing, and what somebody graded here stays as it is. People whose pseudonyms are new here are made"
        " as brought-CAMPAIGN-PSEUDONYM: inactive, without a password, so that nobody can sign in as one of them."
        " Each chain is handed in for everybody who graded it; a campaign that gives it to fewer people needs a greater"
        " overlap first. With --format prm800k it takes the labellings of such a file, whose chains were imported before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--campaign", required=True, metavar="KEY")
        parser.add_argument("--format", choices=list(FORMATS), default="native")
        parser.add_argument("--json", action="store_true", help="print what came in as one JSON object")

    def handle(self, **options: object) -> None:
        path = options["file"]
        assert isinstance(path, Path)
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        try:
            with (
                path.open("rb") as stream,
                tqdm(unit=" chains", disable=None, leave=False, desc=path.name) as bar,
            ):
                brought = FORMATS[str(options["format"])](
                    campaign=campaign,
                    stream=stream,
                    now=timezone.now(),
                    watch=lambda done: bar.update(done - bar.n),
                )
        except BringingRefused as refused:
            for error in refused.errors:
                self.stderr.write(str(error))
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(asdict(brought)) if options["json"] else in_words(brought, campaign))


def in_words(brought: Brought, campaign: Campaign) -> str:
    skipped = f" {brought.skipped} lines hold no chain." if brought.skipped else ""
    otherwise = (
        f" {brought.otherwise} ratings are no grades: their labeler rated the same step otherwise in another line."
        if brought.otherwise
        else ""
    )
    return (
        f"Brought {brought.grades} grades in {brought.chains} chains and {brought.decisions} decisions into"
        f" {campaign.key}, {brought.people} people made; {brought.unchanged} grades were there already.{skipped}{otherwise}"
    )
