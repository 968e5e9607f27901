import os
import sys
from argparse import ArgumentParser
from contextlib import closing

from django.core.management.base import BaseCommand, CommandError

from annotator.assignments.models import Campaign
from annotator.exports.formats import WRITERS
from annotator.exports.streaming import stream


class Command(BaseCommand):
    help = "Write the graded chains of a campaign to stdout, one JSON object a line, all from one view of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        parser.add_argument("--format", choices=list(WRITERS), default="native")
        parser.add_argument(
            "--trailer", action="store_true", help="end with a line that counts and hashes the rows"
        )

    def handle(self, **options: object) -> None:
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        chunks = stream(
            campaign=campaign, format_name=str(options["format"]), with_trailer=bool(options["trailer"])
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
