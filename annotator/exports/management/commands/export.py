import os
import sys
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.assignments.models import Campaign
from annotator.exports.debiasing import METHODS
from annotator.exports.streaming import FORMATS, LUCKS, refusal_of, stream
from annotator.exports.styling import StyleAsks
from annotator.grading.versions import NotItsVersion, version_numbered


class Command(BaseCommand):
    help = "Write the graded chains of a campaign to stdout, one JSON object a line, all from one view of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        parser.add_argument("--format", choices=FORMATS, default="native")
        parser.add_argument(
            "--taxonomy-version",
            metavar="N",
            help="what was graded with this version of the taxonomy; the campaign's current one unless given",
        )
        parser.add_argument(
            "--luck",
            choices=LUCKS,
            help="only the chains whose final answer is correct in spite of a flawed step, or wrong although no step is flawed",
        )
        parser.add_argument(
            "--style",
            action="store_true",
            help="native only: with the style features of every step, and the flags on style that stand",
        )
        parser.add_argument(
            "--debias",
            choices=METHODS,
            help="native only: with soft labels from which the bias that twins have measured is taken off",
        )
        parser.add_argument(
            "--trailer", action="store_true", help="end with a line that counts and hashes the rows"
        )

    def handle(self, **options: Any) -> None:
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        style = StyleAsks(features=options["style"], debias=options["debias"])
        refusal = refusal_of(format_name=options["format"], luck=options["luck"], style=style)
        if refusal is not None:
            raise CommandError(refusal)
        try:
            version = version_numbered(campaign=campaign, text=options["taxonomy_version"])
        except NotItsVersion as refused:
            raise CommandError(str(refused)) from refused
        chunks = stream(
            campaign=campaign,
            format_name=options["format"],
            with_trailer=options["trailer"],
            version=version,
            luck=options["luck"],
            style=style,
        )
        try:
            with closing(chunks):
                for chunk in chunks:
                    sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        except BrokenPipeError as error:
            # Python would try once more at its exit to write what is left.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("The reader of stdout went away before the end.") from error
